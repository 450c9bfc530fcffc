#!/usr/bin/env bash
# Takes the pictures in docs/screenshots: every state of the canvas on the real server, with the built-in sample and
# generated orgs, in Chromium, light and dark, at 1280×720 and 1920×1080. Each is looked at too: contrast (axe-core), and
# text that is cut, broken or covered; whatever is found is told, and the command fails.
#
#   scripts/screenshots.sh [FOLDER [STATE…]]    into another folder than docs/screenshots; only some states
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup test
[ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
scripts/ui.sh
# shellcheck source=scripts/browser.sh
. scripts/browser.sh
cargo build --quiet -p cli
# A data folder of its own: the pictures show the sample and nothing of the person's.
scripts/with-session.sh node scripts/screenshots.mjs "$@"
