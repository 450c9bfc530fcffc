#!/bin/sh
# Feeds the readers of foreign input with random bytes: YAML, paths, archives out of containers, `.env` files.
#
#   scripts/fuzz.sh SECONDS [TARGET...]     so many seconds for each target; without names all targets
#
# What was found before is tried first (fuzz/seeds, then the corpus that grows in fuzz/corpus). A crash ends the run
# with its input in fuzz/artifacts; fix the cause and put that input among the seeds.
set -eu

case "${1-}" in
'' | *[!0-9]*)
    sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
seconds=$1
shift
cd "$(dirname "$0")/.."
cargo=${CARGO:-cargo}
if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "fuzz: installing cargo-fuzz, which builds and runs the targets"
    cargo install --quiet --locked cargo-fuzz@0.13.2
fi
[ $# -gt 0 ] || set -- yaml paths archive env
for target in "$@"; do
    [ -f "fuzz/fuzz_targets/$target.rs" ] || {
        echo "fuzz: there is no target $target; there are: $(cd fuzz/fuzz_targets && echo *.rs | sed 's/\.rs//g')" >&2
        exit 2
    }
done
# Stable Rust has no sanitizers; panics and the targets' own assertions are what counts.
for target in "$@"; do
    echo "fuzz: $target for $seconds s"
    mkdir -p "fuzz/corpus/$target"
    "$cargo" fuzz run --sanitizer none "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
done
echo "fuzz: nothing was found"
