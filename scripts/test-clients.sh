#!/usr/bin/env bash
# Talks to the platform with what its clients and agents are built on: the A2A SDK, requests, httpx, websockets, Node's
# fetch. The clients themselves are in no package registry; their requests are tests of their own (client_quirks).
#
#   scripts/test-clients.sh
#
# Expects the programs in target/debug (make test builds them), python3 and node.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=scripts/private-server.sh
. scripts/private-server.sh
python_tools clients
private_server clients

export MOLECULE_CLIENTS_URL=http://127.0.0.1:$port MOLECULE_CLIENTS_ADMIN=$ADMIN_TOKEN PYTHONDONTWRITEBYTECODE=1
"$venv/bin/python" tests/clients/run.py
