#!/usr/bin/env bash
# Measures the built programs and prints one table, each figure beside its limit or a raw peer of the same run.
#
#   scripts/bench.sh [--only NAME[,NAME…]] [--quick] [--keep]    see bench/README.md
#
# BENCH_PROFILE=debug measures debug builds: a quick try, whose figures say little.
# BENCH_APP=0 leaves out the window, and with it the memory of the whole app: its release takes minutes to build.
set -euo pipefail
cd "$(dirname "$0")/.."

export BENCH_PROFILE="${BENCH_PROFILE:-release}"
case "$BENCH_PROFILE" in
release) flags=(--release) ;;
debug) flags=() ;;
*)
  echo "bench: BENCH_PROFILE is \"$BENCH_PROFILE\"; it must be release or debug." >&2
  exit 2
  ;;
esac

scripts/setup test
[ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
# The canvas is inside the program, so it comes first.
scripts/ui.sh
packages=(-p cli -p stand-in -p bench-load -p bench-peer)
[ "${BENCH_APP:-1}" = 0 ] || packages+=(-p molecule-desktop)
[ "$BENCH_PROFILE" = release ] && echo "Building the release. The first time takes ten minutes or so."
cargo build --quiet "${flags[@]+"${flags[@]}"}" "${packages[@]}"
scripts/with-engine.sh scripts/with-session.sh node bench/run.mjs "$@"
