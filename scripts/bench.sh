#!/usr/bin/env bash
# Measures the release build and prints one table, each figure beside its limit or a raw peer of the same run.
#
#   scripts/bench.sh [ARGUMENT…]    arguments go to the measuring program in bench/
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -e bench/run.mjs ]; then
  echo "bench: this checkout has no measuring program yet (bench/run.mjs), so nothing was measured." >&2
  exit 1
fi
scripts/setup test
[ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
scripts/ui.sh
echo "Building the release. The first time takes ten minutes or so."
cargo build --quiet --release -p molecule-desktop -p cli -p stand-in
scripts/with-engine.sh scripts/with-session.sh node bench/run.mjs "$@"
