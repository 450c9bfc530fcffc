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

# shellcheck source=scripts/browser.sh
. scripts/browser.sh
cd tests/browser
npm test -- "$@"
