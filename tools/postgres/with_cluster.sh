#!/usr/bin/env bash
# Runs a command with DATABASE_URL of a temporary PostgreSQL cluster: with_cluster.sh COMMAND...
#
# The cluster has a data folder and a port of its own, listens on 127.0.0.1 only, keeps nothing and
# is stopped and removed at the end: also when the command fails, and on Ctrl-C.
set -u

find_bin() {
    local folder
    for folder in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV); do
        [ -x "$folder/initdb" ] && { echo "$folder"; return; }
    done
    command -v initdb >/dev/null 2>&1 && dirname "$(command -v initdb)"
}

bin=$(find_bin)
if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing PostgreSQL …"
    # The package would start a cluster of its own; we want none.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    export DEBIAN_FRONTEND=noninteractive
    { apt-get install -y -q --no-install-recommends postgresql ||
        { apt-get update -q && apt-get install -y -q --no-install-recommends postgresql; }; } >/dev/null 2>&1
    bin=$(find_bin)
fi
if [ -z "$bin" ]; then
    echo "PostgreSQL is not installed: install Debian's package postgresql and try again." >&2
    exit 1
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/sojourn-postgres.XXXXXX") || exit 1
run_as=()
if [ "$(id -u)" = 0 ]; then
    # PostgreSQL refuses to run as root.
    id postgres >/dev/null 2>&1 || { echo "There is no user 'postgres' to run the cluster." >&2; exit 1; }
    chown postgres "$folder"
    run_as=(runuser -u postgres --)
fi
cd_safe() { (cd "$folder" && "$@"); }

command_pid=
finish() {
    trap '' INT TERM
    if [ -n "$command_pid" ] && kill -0 "$command_pid" 2>/dev/null; then
        kill -TERM "$command_pid" 2>/dev/null
        wait "$command_pid" 2>/dev/null
    fi
    [ -f "$folder/data/postmaster.pid" ] &&
        cd_safe "${run_as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1
    rm -rf "$folder"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

cd_safe "${run_as[@]}" "$bin/initdb" -D "$folder/data" -U sojourn -A trust -E UTF8 --locale=C.UTF-8 \
    --no-sync >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }

started=
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 20000))
    if cd_safe "${run_as[@]}" "$bin/pg_ctl" -D "$folder/data" -w -t 30 -l "$folder/data/server.log" -o \
        "-p $port -c unix_socket_directories='' -c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" \
        start >/dev/null 2>&1; then
        started=1
        break
    fi
done
[ -n "$started" ] || { cat "$folder/data/server.log" >&2; exit 1; }
cd_safe "${run_as[@]}" "$bin/createdb" -h 127.0.0.1 -p "$port" -U sojourn sojourn || exit 1

echo "$("$bin/postgres" --version) listens on 127.0.0.1:$port for this run"
export DATABASE_URL="postgresql://sojourn@127.0.0.1:$port/sojourn"
# A shell without job control would start it deaf to Ctrl-C.
env --default-signal=INT "$@" &
command_pid=$!
wait "$command_pid"
code=$?
command_pid=
exit "$code"
