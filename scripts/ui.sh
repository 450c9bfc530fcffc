#!/usr/bin/env bash
# Builds the canvas into ui/dist when its sources are newer than the last build.
#
#   scripts/ui.sh            build if needed
#   scripts/ui.sh --packages only install its packages, exactly as its lock file says
set -euo pipefail
cd "$(dirname "$0")/../ui"
export npm_config_update_notifier=false

# An install empties the folder first; behind a link that would be somebody else's.
if [ -L node_modules ]; then rm node_modules; fi

# npm writes this file last, so it tells whether an install was finished and for which lock file.
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo "Installing the packages of the canvas."
  npm ci --no-fund --no-audit --loglevel=error
  touch node_modules/.package-lock.json
fi
[ "${1:-}" = --packages ] && exit 0

if [ ! -e dist/index.html ] || [ -n "$(find . \( -path ./node_modules -o -path ./dist \) -prune -o -type f -newer dist/index.html -print | head -n 1)" ]; then
  echo "Building the canvas."
  npm run --silent build -- --logLevel warn
fi
