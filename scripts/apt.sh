#!/bin/sh
# Install Debian's packages that a make target wants, where this machine can; say which are missing where it cannot.
# usage: apt.sh tests|footage
# exit: 0 all are there; for tests also 0 when some are not, as those tests skip by name; for footage 1 then
set -u

# tests    a true RTSP server (GStreamer's, by the system's Python), a second reader of the clips written (ffprobe),
#          a browser that opens the report, a virtual reader of chips, OpenSSL and OpenPACE as second opinions, OCR-B,
#          a compiler for a camera device that is not there, Go and its
#          own library of logs as an outsider's check
# footage  OpenCV's sample clips, vtest.avi among them
case "${1:-}" in
  tests)
    wanted="python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good \
gstreamer1.0-plugins-bad ffmpeg chromium openssl pcscd vsmartcard-vpcd libpcsclite1 libeac3 fonts-ocr-b \
gcc libc6-dev linux-libc-dev golang-go golang-golang-x-mod-dev" ;;
  footage) wanted="opencv-doc" ;;
  *) echo "usage: apt.sh tests|footage" >&2; exit 2 ;;
esac

missing() {
  for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || printf '%s ' "$package"
  done
}

install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

lacking=$(missing)
[ -z "$lacking" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Debian's packages: $lacking"
  apt-get update -qq >/dev/null 2>&1
  # All at once; where one cannot be had, the others one by one.
  install $lacking || for package in $lacking; do install "$package"; done
  lacking=$(missing)
  [ -z "$lacking" ] && exit 0
  echo "apt could not install: $lacking" >&2
else
  echo "not installed, which needs root and apt: $lacking" >&2
fi
[ "$1" = tests ] && echo "the tests that need them skip, and say so" >&2 && exit 0
exit 1
