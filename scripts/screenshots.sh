#!/usr/bin/env bash
# Takes the pictures in docs/screenshots: the built-in sample organisation on the real server, in Chromium, light and
# dark, at 1280×720 and 1920×1080.
#
#   scripts/screenshots.sh [FOLDER]    into another folder than docs/screenshots
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup test
[ -d "${CARGO_HOME:-$HOME/.cargo}/bin" ] && PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
scripts/ui.sh
cargo build --quiet -p cli
# A data folder of its own: the pictures show the sample and nothing of the person's.
scripts/with-session.sh node scripts/screenshots.mjs "${1:-docs/screenshots}"
