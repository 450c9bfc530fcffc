# shellcheck shell=bash
# A platform of a test's own, and a Python environment beside it. Sourced, not run:
#
#   . scripts/private-server.sh
#   python_tools NAME      $venv: tests/NAME/requirements.txt, kept in the target folder until that file changes
#   private_server NAME [DIR]   $program runs without an engine, in DIR below a scratch folder of its own; $scratch,
#                          $server (its process) and $port are set, ADMIN_TOKEN is exported; both end with the script
#
# Expects $PWD to be the repository and the programs in target/debug (make test builds them).
target=${CARGO_TARGET_DIR:-$PWD/target}
program=$target/debug/molecule-stack

python_tools() {
  local wanted=tests/$1/requirements.txt
  venv=$target/$1-venv
  if [ ! -e "$venv/ready" ] || [ "$wanted" -nt "$venv/ready" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
    touch "$venv/ready"
  fi
}

private_server() {
  local dir
  scratch=$(mktemp -d "${TMPDIR:-/tmp}/molecule-$1.XXXXXX")
  server=
  trap end_private_server EXIT
  dir=$scratch/${2:-.}
  mkdir -p "$scratch/run" "$dir"
  chmod 700 "$scratch/run"
  export MOLECULE_HOME=$scratch/data XDG_RUNTIME_DIR=$scratch/run
  SECRETS_ENCRYPTION_KEY=$(head -c 32 /dev/urandom | base64)
  ADMIN_TOKEN=$(head -c 24 /dev/urandom | base64 | tr -d '/+=')
  export SECRETS_ENCRYPTION_KEY ADMIN_TOKEN
  (cd "$dir" && exec "$program" serve --no-engine --port 0 >"$scratch/serve.log" 2>&1) &
  server=$!
  for _ in $(seq 100); do
    port=$("$program" status --json 2>/dev/null | sed -n 's/.*"port":\([0-9]*\).*/\1/p' || true)
    [ -n "$port" ] && return
    sleep 0.1
  done
  cat "$scratch/serve.log" >&2
  echo "test-$1: the server did not start" >&2
  exit 1
}

end_private_server() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$scratch"
}
