#!/usr/bin/env bash
# Runs a command in a session of its own, so that a test run touches nothing of the person's:
#
#   scripts/with-session.sh COMMAND [ARGUMENT…]
#
# On Linux: a fresh HOME with its XDG folders, a private message bus, a real keychain unlocked on it, a display.
# On macOS: a fresh MOLECULE_HOME and TMPDIR; display and keychain there are the system's and have no private twin.
# Everything is gone when the command ends. The command's exit code is ours.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: scripts/with-session.sh COMMAND [ARGUMENT…]" >&2; exit 2; }

here=$(cd "$(dirname "$0")" && pwd)
# The base is short on purpose: socket paths below it must stay under 108 bytes.
folder=$(mktemp -d /tmp/molecule.XXXXXX)
display_pid=""
clean_up() {
  if [ -n "$display_pid" ]; then
    kill "$display_pid" 2>/dev/null || true
    wait "$display_pid" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Tool chains and download caches stay where they are: they are not part of what is tested.
export CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}"
export RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}"
export npm_config_cache="${npm_config_cache:-$HOME/.npm}"
export npm_config_userconfig="${npm_config_userconfig:-$HOME/.npmrc}"

if [ "$(uname -s)" = Darwin ]; then
  mkdir -p "$folder/data" "$folder/tmp"
  MOLECULE_HOME="$folder/data" TMPDIR="$folder/tmp" "$@"
  exit
fi

for tool in dbus-run-session gnome-keyring-daemon Xvfb node; do
  command -v "$tool" >/dev/null 2>&1 || { echo "with-session: $tool is not installed. Run: scripts/setup test" >&2; exit 1; }
done

export HOME="$folder/home"
export XDG_RUNTIME_DIR="$folder/run"
export XDG_DATA_HOME="$HOME/.local/share" XDG_CONFIG_HOME="$HOME/.config" XDG_CACHE_HOME="$HOME/.cache"
export XDG_STATE_HOME="$HOME/.local/state"
mkdir -p "$XDG_DATA_HOME" "$XDG_CONFIG_HOME" "$XDG_CACHE_HOME" "$XDG_STATE_HOME"
mkdir -m 0700 "$XDG_RUNTIME_DIR"
unset MOLECULE_HOME DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS
# No accessibility bus and no settings daemon are needed; without these two lines every start waits for them.
export NO_AT_BRIDGE=1 GSETTINGS_BACKEND=memory

# The socket's file is there a moment before the server listens on it, so only a connection tells.
accepts() {
  [ -S "$1" ] && node -e '
    require("node:net").connect(process.argv[1])
      .on("connect", () => process.exit(0)).on("error", () => process.exit(1))' "$1"
}

# A number is ours once the server's lock file names our server. The server could pick a free number itself
# (-displayfd), but then it takes no lock, and two that start at once may end on the same display.
for _ in $(seq 20); do
  number=$((100 + RANDOM % 800))
  Xvfb ":$number" -screen 0 1280x800x24 -nolisten tcp -noreset >"$folder/xvfb.log" 2>&1 &
  display_pid=$!
  while kill -0 "$display_pid" 2>/dev/null; do
    if [ "$(tr -d '[:space:]' 2>/dev/null <"/tmp/.X$number-lock")" = "$display_pid" ] && accepts "/tmp/.X11-unix/X$number"; then
      DISPLAY=":$number"
      break 2
    fi
    sleep 0.05
  done
done
if [ -z "${DISPLAY:-}" ]; then
  echo "with-session: no display could be started:" >&2
  cat "$folder/xvfb.log" >&2
  exit 1
fi
export DISPLAY

# A line feed is the keychain's password: an empty one would create no keychain at all.
# shellcheck disable=SC2016  # expanded by the inner shell
dbus-run-session --config-file="$here/bus.conf" -- bash -c '
  printf "\n" | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null 2>&1 ||
    { echo "with-session: the keychain did not start." >&2; exit 1; }
  exec "$@"
' with-session "$@"
