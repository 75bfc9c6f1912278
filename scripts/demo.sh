#!/bin/sh
# The demo: OpenCV's sample clip of people on a path, from a mirror folder or from Debian's package opencv-doc.
# usage: demo.sh COMMAND
set -u
debian=/usr/share/doc/opencv-doc/examples/data/vtest.avi
clip=""
for folder in $(printf %s "${CONSENTRY_MIRROR:-}" | tr , ' '); do
  [ -f "$folder/vtest.avi" ] && clip="$folder/vtest.avi"
done
if [ -z "$clip" ] && [ ! -f "$debian" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "fetching the sample clip: Debian's package opencv-doc"
  apt-get update -qq && apt-get install -y -qq --no-install-recommends opencv-doc >/dev/null
fi
[ -z "$clip" ] && [ -f "$debian" ] && clip="$debian"
if [ -z "$clip" ]; then
  echo "no footage to be had: put vtest.avi into a folder and name it in CONSENTRY_MIRROR, then run make demo again" >&2
  exit 0
fi
exec "$1" watch --source "path=$clip" \
  --zone "lawn:0.55,0.05;0.98,0.05;0.98,0.35;0.55,0.35" --zone "walk:0.02,0.2;0.98,0.2;0.98,0.98;0.02,0.98" \
  --line "middle:0.5,1.0;0.5,0.0" --hazard intrusion:lawn --hazard loitering:walk:20 --hazard line_crossing:middle \
  --hazard tampering
