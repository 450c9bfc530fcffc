#!/usr/bin/env bash
# Talks to the platform with what its clients and agents are built on: the A2A SDK, requests, httpx, websockets, Node's
# fetch. The clients themselves are in no package registry; their requests are tests of their own (client_quirks).
#
#   scripts/test-clients.sh
#
# Expects the programs in target/debug (make test builds them), python3 and node.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-$PWD/target}
venv=$target/clients-venv
program=$target/debug/molecule-stack

if [ ! -e "$venv/ready" ] || [ tests/clients/requirements.txt -nt "$venv/ready" ]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r tests/clients/requirements.txt
  touch "$venv/ready"
fi

scratch=$(mktemp -d "${TMPDIR:-/tmp}/molecule-clients.XXXXXX")
server=
clean() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$scratch"
}
trap clean EXIT

mkdir "$scratch/run"
chmod 700 "$scratch/run"
export MOLECULE_HOME=$scratch/data XDG_RUNTIME_DIR=$scratch/run
SECRETS_ENCRYPTION_KEY=$(head -c 32 /dev/urandom | base64)
ADMIN_TOKEN=$(head -c 24 /dev/urandom | base64 | tr -d '/+=')
export SECRETS_ENCRYPTION_KEY ADMIN_TOKEN
(cd "$scratch" && exec "$program" serve --no-engine --port 0 >"$scratch/serve.log" 2>&1) &
server=$!
for _ in $(seq 100); do
  port=$("$program" status --json 2>/dev/null | sed -n 's/.*"port":\([0-9]*\).*/\1/p' || true)
  [ -n "$port" ] && break
  sleep 0.1
done
[ -n "${port:-}" ] || { cat "$scratch/serve.log" >&2; echo "test-clients: the server did not start" >&2; exit 1; }

export MOLECULE_CLIENTS_URL=http://127.0.0.1:$port MOLECULE_CLIENTS_ADMIN=$ADMIN_TOKEN PYTHONDONTWRITEBYTECODE=1
"$venv/bin/python" tests/clients/run.py
