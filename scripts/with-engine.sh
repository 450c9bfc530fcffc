#!/bin/sh
# Runs a command with a container engine.
#
#   scripts/with-engine.sh COMMAND [ARGUMENT...]   run it; an engine started for it is stopped afterwards
#   scripts/with-engine.sh --podman COMMAND ...    the same with Podman's Docker-compatible socket
#   scripts/with-engine.sh --keep                  start an engine on the default socket unless one answers, and stay
#
# An engine that answers already (DOCKER_HOST, else the default socket) is used and never stopped. Otherwise, on Linux
# as root, a private one is started: its own data, sockets, bridge and process file in a temporary folder, all of which
# are removed at the end. The command finds it through DOCKER_HOST.
set -eu

say() { printf 'with-engine: %s\n' "$*" >&2; }
fail() { say "$*"; exit 4; }

keep=no
podman=no
case "${1-}" in
--keep) keep=yes; shift ;;
--podman) podman=yes; shift ;;
'' | -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
[ "$keep" = yes ] || [ $# -gt 0 ] || fail "no command given; see $0 --help"

# Whether an engine answers at a unix socket. Neither curl nor the docker command has to be there.
answers() {
    [ -S "$1" ] || return 1
    if command -v curl >/dev/null 2>&1; then
        [ "$(curl -s --max-time 5 --unix-socket "$1" http://engine/_ping 2>/dev/null)" = OK ]
    else
        docker -H "unix://$1" version >/dev/null 2>&1
    fi
}

if [ "$podman" = no ]; then
    if [ -n "${DOCKER_HOST-}" ]; then
        case "$DOCKER_HOST" in
        unix://*) answers "${DOCKER_HOST#unix://}" || fail "nothing answers at DOCKER_HOST=$DOCKER_HOST; start that engine or unset DOCKER_HOST" ;;
        esac
        [ "$keep" = no ] || { say "an engine answers at $DOCKER_HOST"; exit 0; }
        exec "$@"
    fi
    for socket in /var/run/docker.sock "$HOME/.docker/run/docker.sock" "$HOME/.colima/default/docker.sock" "$HOME/.orbstack/run/docker.sock"; do
        if answers "$socket"; then
            [ "$keep" = no ] || { say "an engine answers at unix://$socket"; exit 0; }
            DOCKER_HOST="unix://$socket"
            export DOCKER_HOST
            exec "$@"
        fi
    done
fi

[ "$(uname -s)" = Linux ] || fail "no container engine answers; start Docker Desktop (or colima, OrbStack) and retry"
[ "$(id -u)" = 0 ] || fail "no container engine answers and only root can start one: start Docker (systemctl start docker) or run this as root"

dir=$(mktemp -d /tmp/molecule-engine.XXXXXX)
socket="$dir/docker.sock"
engine_pid=
bridge=

cleanup() {
    trap - EXIT INT TERM HUP
    if [ -n "$engine_pid" ] && kill -TERM "$engine_pid" 2>/dev/null; then
        waited=0
        while kill -0 "$engine_pid" 2>/dev/null && [ "$waited" -lt 150 ]; do
            sleep 0.1
            waited=$((waited + 1))
        done
        kill -KILL "$engine_pid" 2>/dev/null || true
    fi
    [ -z "$bridge" ] || ip link delete "$bridge" 2>/dev/null || true
    # Whatever the engine left mounted must go before its folder can.
    while read -r _ _ _ _ point _; do
        case "$point" in "$dir"/*) umount -l "$point" 2>/dev/null || true ;; esac
    done </proc/self/mountinfo
    rm -rf "$dir" 2>/dev/null || say "some files of the engine are left in $dir"
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

wait_for() {
    tries=0
    until answers "$socket"; do
        kill -0 "$engine_pid" 2>/dev/null || return 1
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || return 1
        sleep 0.1
    done
}

if [ "$podman" = yes ]; then
    command -v podman >/dev/null 2>&1 || fail "podman is not installed: apt-get install podman runc crun"
    # On hosts with both cgroup versions crun cannot start containers, and inherited limits may exceed what is allowed.
    printf '[engine]\nruntime="runc"\n[containers]\ndefault_ulimits=["nofile=1024:1024","nproc=4096:4096"]\n' >"$dir/containers.conf"
    # Its monitor leaves a file in the current folder when a container runs out of memory.
    CONTAINERS_CONF="$dir/containers.conf" env -C "$dir" podman --root "$dir/data" --runroot "$dir/run" \
        system service --time=0 "unix://$socket" >"$dir/log" 2>&1 &
    engine_pid=$!
    wait_for || { tail -n 20 "$dir/log" >&2; fail "podman did not start"; }
else
    command -v dockerd >/dev/null 2>&1 || fail "no container engine answers and dockerd is not installed: apt-get install docker.io iptables"
    command -v iptables >/dev/null 2>&1 || fail "dockerd needs iptables: apt-get install iptables"
    [ "$keep" = no ] || { mkdir -p /var/run; socket=/var/run/docker.sock; rm -f "$socket"; }
    started=no
    # overlay2 is fast but cannot lie on every file system; vfs works everywhere.
    for driver in overlay2 vfs; do
        bridge="molbr$(printf '%04x' $(($$ % 65536)))"
        ip link show "$bridge" >/dev/null 2>&1 || ip link add "$bridge" type bridge 2>/dev/null || bridge=
        if [ -n "$bridge" ]; then
            # A free range of the private block that engines do not hand out by themselves.
            n=$(($$ % 200 + 20))
            ip addr add "10.213.$n.1/24" dev "$bridge" 2>/dev/null || true
            ip link set "$bridge" up
        fi
        dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" -H "unix://$socket" \
            --storage-driver "$driver" ${bridge:+--bridge "$bridge"} >"$dir/log" 2>&1 &
        engine_pid=$!
        if wait_for; then
            started=yes
            break
        fi
        kill -TERM "$engine_pid" 2>/dev/null || true
        wait "$engine_pid" 2>/dev/null || true
        [ -z "$bridge" ] || ip link delete "$bridge" 2>/dev/null || true
        rm -rf "$dir/data" "$dir/exec" "$dir/pid"
    done
    [ "$started" = yes ] || { tail -n 20 "$dir/log" >&2; fail "dockerd did not start; its last lines are above"; }
fi

DOCKER_HOST="unix://$socket"
export DOCKER_HOST
if [ "$keep" = yes ]; then
    say "engine ready: DOCKER_HOST=$DOCKER_HOST (stop it by ending process $$)"
    wait "$engine_pid"
else
    status=0
    "$@" || status=$?
    exit "$status"
fi
