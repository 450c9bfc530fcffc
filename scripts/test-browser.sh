#!/usr/bin/env bash
# Drives the served canvas in a real Chromium: the tests in tests/browser.
#
#   scripts/test-browser.sh [ARGUMENT…]    arguments go to the test runner
#
# Expects the programs in target/debug (make test builds them). CHROMIUM names another browser program.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ ! -e tests/browser/package.json ]; then
  echo "There are no browser tests in this checkout."
  exit 0
fi

find_browser() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then command -v "$name"; return; fi
  done
  echo "test-browser: no Chromium was found. Run: scripts/setup test" >&2
  return 1
}
CHROMIUM=$(find_browser)
export CHROMIUM

cd tests/browser
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  npm ci --no-fund --no-audit --loglevel=error
  touch node_modules/.package-lock.json
fi
npm test -- "$@"
