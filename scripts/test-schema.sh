#!/usr/bin/env bash
# Asks every route of the OpenAPI document what it was never meant to be asked: as nobody, with the token of a workspace,
# and as the person.
#
#   scripts/test-schema.sh [SECONDS]    budget of each of the three rounds; default 60
#
# MOLECULE_SCHEMA_SEED chooses other questions; the usual ones are the same in every run, so that a failure is one of
# the change at hand.
#
# Expects the programs in target/debug (make test builds them). Counted are, for each round, that nothing was open that
# should not be and no answer broke its schema, and that no route was left out; then that the platform is still there and
# that nothing panicked.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-60}
document=$PWD/src-tauri/crates/api/openapi.json

# shellcheck source=scripts/private-server.sh
. scripts/private-server.sh
python_tools schema
# The limit is tested elsewhere; here it would hide every other answer.
export RATE_LIMIT=100000000
private_server schema files

export MOLECULE_SCHEMA_URL=http://127.0.0.1:$port MOLECULE_SCHEMA_ADMIN=$ADMIN_TOKEN MOLECULE_SCHEMA_SCRATCH=$scratch/files
export PYTHONPATH=$PWD/tests/schema SCHEMATHESIS_HOOKS=hooks

own=$("$program" --json agent new "Asking for itself" --runtime mock | sed -n 's/.*"id":"\([^"]*\)".*/\1/p')
token=$("$program" --json token new schema --agent "$own" | sed -n 's/.*"auth_token":"\([^"]*\)".*/\1/p')
if [ -z "$own" ] || [ -z "$token" ]; then
  echo "test-schema: no workspace to ask as" >&2
  exit 1
fi

passed=0 failed=0
count() { # count COMMAND…
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
}

ask() { # ask NAME CHECKS ARGUMENT…
  local name=$1 checks=$2
  shift 2
  # In the scratch folder, because the tool keeps what it found where it runs.
  (cd "$scratch" && MOLECULE_SCHEMA_COUNTS=$scratch/$name.json "$venv/bin/schemathesis" run "$document" \
    --url "$MOLECULE_SCHEMA_URL" --checks "$checks" --max-time "$seconds" --request-timeout 20 --continue-on-failure \
    --warnings off --seed "${MOLECULE_SCHEMA_SEED:-1}" --generation-database none --suppress-health-check all \
    --phases examples,coverage,fuzzing "$@")
}

round() { # round NAME CHECKS EXCLUDED ARGUMENT…
  local name=$1 checks=$2 excluded=$3
  shift 3
  echo "-- $name"
  count ask "$name" "$checks" --exclude-path-regex "$excluded" "$@"
  count python3 tests/schema/coverage.py "$document" "$scratch/$name.json" "$excluded"
}

# Streams end with their readers, and a platform that is told to stop answers nobody any more.
streams='/stream$|^/ws$'
conforms=no_unplanned_failure,response_schema_conformance,content_type_conformance
round anonymous no_unplanned_failure,refused_without_credential '^$'
MOLECULE_SCHEMA_OWN=$own round workspace "$conforms,refused_for_a_workspace" "$streams" \
  --header "Authorization: Bearer $token"
round admin "$conforms,status_code_conformance" "$streams|^/stack/shutdown$|^/shell/quit$" \
  --header "Authorization: Bearer $ADMIN_TOKEN"

if kill -0 "$server" 2>/dev/null; then
  passed=$((passed + 1))
else
  echo "The platform ended while it was asked:" >&2
  tail -n 40 "$scratch/serve.log" >&2
  failed=$((failed + 1))
fi
if grep -q "panicked at" "$scratch/serve.log"; then
  grep -A3 "panicked at" "$scratch/serve.log" | head -n 20 >&2
  failed=$((failed + 1))
else
  passed=$((passed + 1))
fi
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
