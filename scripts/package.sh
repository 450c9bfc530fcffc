#!/usr/bin/env bash
# Bundles the app: .deb and .rpm on Linux, .app and .dmg on macOS. The packages hold the window, the command line and
# the stand-in agent, with the canvas inside.
#
#   scripts/package.sh             what can be bundled without fetching another tool
#   APPIMAGE=1 scripts/package.sh  an AppImage as well
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup package
[ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
scripts/ui.sh
npm --prefix packaging ci --no-fund --no-audit --loglevel=error

# The bundler is told where things lie relative to the checkout.
if [ -n "${CARGO_TARGET_DIR:-}" ] && [ "$CARGO_TARGET_DIR" != target ]; then
  echo "package: unset CARGO_TARGET_DIR first; the bundler looks for the programs in target/release." >&2
  exit 1
fi

# Agents run in Linux containers on every system. Asked before the long build, not after it.
[ "$(uname -s)" = Linux ] || scripts/stand-in-linux.sh --check

echo "Building the release. The first time takes ten minutes or so."
cargo build --release -p molecule-desktop -p cli -p stand-in --features molecule-desktop/custom-protocol

bundle() { # bundle KINDS [ARGUMENT…]: packs what was just built, without building again
  local kinds=$1
  shift
  packaging/node_modules/.bin/tauri bundle --bundles "$kinds" "$@"
}

if [ "$(uname -s)" = Darwin ]; then
  scripts/stand-in-linux.sh
  # The bundler takes a program that goes beside the window's, and signs it, by the name of the system it is for.
  cp target/release/molecule-stack "target/release/molecule-stack-$(rustc -vV | sed -n 's/^host: //p')"
  bundle app,dmg --config packaging/macos.conf.json
else
  bundle deb,rpm --config packaging/linux.conf.json
  if [ -n "${APPIMAGE:-}" ]; then
    bundle appimage --config packaging/linux.conf.json || echo "The AppImage could not be bundled: its tool has to be downloaded from GitHub. The other packages are fine."
  else
    echo "No AppImage was made: its tool has to be downloaded from GitHub. To try it: APPIMAGE=1 make package"
  fi
fi

echo "The packages:"
find target/release/bundle -maxdepth 2 \( -name '*.deb' -o -name '*.rpm' -o -name '*.AppImage' -o -name '*.dmg' -o -name '*.app' \) \
  -exec du -sh {} +
