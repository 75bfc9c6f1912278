#!/bin/sh
# Install Debian's packages that a make target wants, where this machine can; say so where it cannot.
# usage: apt.sh tests|footage     exit 0 always for tests (they skip by name), 1 for footage that is not to be had
set -u
case "${1:-}" in
  tests)   packages="python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad ffmpeg chromium" ;;
  footage) packages="opencv-doc" ;;
  *) echo "usage: apt.sh tests|footage" >&2; exit 2 ;;
esac
missing=""
for p in $packages; do
  dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q "install ok installed" || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed (needs root and apt):$missing" >&2
  [ "$1" = tests ] && exit 0
  exit 1
fi
echo "installing Debian's packages:$missing"
if apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null; then
  exit 0
fi
echo "apt could not install:$missing" >&2
[ "$1" = tests ] && exit 0
exit 1
