#!/bin/sh
# Makes the root file system of the stand-in agent's image and prints the image's name.
#
#   scripts/stand-in-image.sh [--debug|--release] OUT.tar
#
# Import it with:  docker import --change 'ENTRYPOINT ["/usr/local/bin/stand-in"]' --change 'USER 1000:1000' OUT.tar NAME
# The app does all of this by itself; this script is for looking inside and for engines elsewhere.
set -eu

usage() {
    echo "usage: scripts/stand-in-image.sh [--debug|--release] OUT.tar" >&2
    exit 2
}

profile=debug
flags=
case "${1-}" in
    --debug) shift ;;
    --release) profile=release; flags=--release; shift ;;
    -*) usage ;;
esac
[ $# -eq 1 ] || usage
case "$1" in
    /*) out=$1 ;;
    *) out=$PWD/$1 ;;
esac

cd "$(dirname "$0")/.."
if [ "$(uname -s)" != Linux ]; then
    echo "stand-in-image: containers need the Linux build of the stand-in; run this on Linux" >&2
    exit 1
fi
# The flag reaches only the last step, so nothing else is built anew and the shared target folder stays as it is.
# shellcheck disable=SC2086
cargo rustc --quiet -p stand-in --bin stand-in $flags -- -C target-feature=+crt-static
exec "${CARGO_TARGET_DIR:-target}/$profile/stand-in" --image-tar "$out"
