#!/usr/bin/env bash
# Builds and starts the app: the window where there is a display, else the server with a one-time link for a browser.
#
#   scripts/run.sh [ARGUMENT…]    arguments go to the program that is started
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(uname -s)" = Darwin ] || [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  face=run
else
  face=serve
fi

scripts/setup $face
[ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
scripts/ui.sh

target=${CARGO_TARGET_DIR:-target}
if [ $face = run ]; then
  echo "Building the app. The first time takes a few minutes."
  cargo build -p molecule-desktop -p cli -p stand-in
  exec "$target/debug/molecule-desktop" "$@"
fi
echo "No display here: the canvas is served to a browser instead."
echo "Building the server. The first time takes a few minutes."
cargo build -p cli -p stand-in
exec "$target/debug/molecule-stack" serve --print-link "$@"
