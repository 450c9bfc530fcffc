# shellcheck shell=bash
# Sourced by scripts that drive the canvas: names a Chromium in CHROMIUM, and installs the packages of tests/browser.
# Runs in the root of the checkout.

find_browser() {
  local name
  for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    if [ -n "$name" ] && command -v "$name" >/dev/null 2>&1; then command -v "$name"; return; fi
  done
  echo "No Chromium was found. Run: scripts/setup test" >&2
  return 1
}
CHROMIUM=$(find_browser)
export CHROMIUM

(
  cd tests/browser || exit
  if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
    npm ci --no-fund --no-audit --loglevel=error
    touch node_modules/.package-lock.json
  fi
)
