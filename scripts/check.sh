#!/usr/bin/env bash
# Everything that can be said about the sources without running them: format, lints, types, licences, advisories.
#
#   scripts/check.sh
#
# Ends with a list of what ran, what failed, and what could not run here and why. Only a failure makes it fail.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

scripts/setup check || exit 1
[ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"

ran="" failed="" not_run=""

check() { # check NAME COMMAND…
  local name=$1
  shift
  printf '\n== %s: %s\n' "$name" "$*"
  if "$@"; then ran="$ran$name\n"; else failed="$failed$name\n"; fi
}
cannot() { # cannot NAME WHY
  not_run="$not_run$1: $2\n"
}
# A database that cannot be fetched is no finding; anything else that goes wrong is.
advisories() { # advisories NAME OFFLINE-PATTERN COMMAND…
  local name=$1 offline=$2 log status=0
  shift 2
  log=$(mktemp)
  printf '\n== %s: %s\n' "$name" "$*"
  "$@" >"$log" 2>&1 || status=$?
  cat "$log"
  if [ $status -eq 0 ]; then ran="$ran$name\n"
  elif grep -qiE "$offline" "$log"; then cannot "$name" "its database could not be fetched"
  else failed="$failed$name\n"; fi
  rm -f "$log"
}
has_script() { node -e 'process.exit(require("./ui/package.json").scripts?.[process.argv[1]] ? 0 : 1)' "$1"; }

check "Rust format" cargo fmt --all --check

if scripts/ui.sh; then
  for script in typecheck lint format:check api:check; do
    if has_script "$script"; then check "canvas $script" npm --prefix ui run --silent "$script"; fi
  done
else
  failed="${failed}canvas build\n"
fi

check "Rust lints" cargo clippy --workspace --all-targets --quiet -- -D warnings
check "licences" node scripts/licences.mjs

if command -v cargo-deny >/dev/null 2>&1; then
  check "Rust licences and sources (cargo-deny)" cargo deny --workspace check licenses bans sources
  advisories "Rust advisories (cargo-deny)" 'failed to fetch advisory|failed to clone|couldn.t fetch|network|resolve host' \
    cargo deny --workspace check advisories
else
  cannot "Rust advisories (cargo-deny)" "cargo-deny is not installed; cargo install --locked cargo-deny takes some minutes"
fi
advisories "npm advisories (npm audit)" 'audit endpoint|ENOTFOUND|ECONN|ETIMEDOUT|E40[0-9]|E50[0-9]|not supported|NOT_IMPLEMENTED' \
  npm --prefix ui audit --omit=dev

if command -v rsvg-convert >/dev/null 2>&1; then
  check "icons" node scripts/icons.mjs --check
else
  cannot "icons" "rsvg-convert is not installed (apt-get install librsvg2-bin)"
fi
if command -v shellcheck >/dev/null 2>&1; then
  check "shell scripts" shellcheck scripts/setup scripts/*.sh .ci/run
else
  cannot "shell scripts" "shellcheck is not installed (apt-get install shellcheck)"
fi

printf '\n== Checks\n'
[ -z "$ran" ] || printf '%b' "$ran" | sed 's/^/  fine     /'
[ -z "$not_run" ] || printf '%b' "$not_run" | sed 's/^/  not run  /'
[ -z "$failed" ] || printf '%b' "$failed" | sed 's/^/  failed   /'
[ -z "$failed" ]
