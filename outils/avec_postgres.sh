#!/usr/bin/env bash
# Runs a command with DATABASE_URL leading to a PostgreSQL cluster made for it, and removed after it.
# The cluster lives in a temporary folder, listens on a socket there and nowhere else, and never syncs to disk. It does
# not measure its tables by itself: what a test rolled back would be counted at random. A request of five minutes ends.
# Usage: outils/avec_postgres.sh COMMAND…        outils/avec_postgres.sh --programmes prints where PostgreSQL is
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

# The newest PostgreSQL that has a server, from 15 on.
programmes() {
    local dossier
    for dossier in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr) "$(pg_config --bindir 2>/dev/null || true)"; do
        [ -x "$dossier/initdb" ] && [ -x "$dossier/postgres" ] || continue
        [ "$("$dossier/postgres" -V | sed -E 's/.* ([0-9]+).*/\1/')" -ge 15 ] || continue
        printf '%s\n' "$dossier"
        return
    done
    return 1
}

binaires=$(programmes) || mourir "PostgreSQL 15 ou plus récent est absent." "Installez-le par : $(ligne_apt postgresql)"
if [ "${1:-}" = --programmes ]; then
    printf '%s\n' "$binaires"
    exit
fi

# PostgreSQL refuses to run as root. setpriv becomes the program it runs: the server is our own child, and should
# this script be killed outright, it goes with it.
comme=()
! est_root || comme=(--reuid=postgres --regid=postgres --init-groups)

# Not in TMPDIR, which may be private to this user, or too long: a socket’s path has at most 107 characters.
dossier=$(TMPDIR= mktemp -d -t echelons-pg.XXXXXX)
serveur=
fermer() {
    if [ -n "$serveur" ] && kill -QUIT "$serveur" 2>/dev/null; then
        wait "$serveur" 2>/dev/null || true
    fi
    rm -rf "$dossier"
}
trap fermer EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
! est_root || chown postgres "$dossier"

(
    cd "$dossier"
    setpriv "${comme[@]}" --pdeathsig QUIT "$binaires/initdb" --pgdata=donnees --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
        --no-sync >"$dossier/journal" 2>&1
) || {
    cat "$dossier/journal" >&2
    mourir "Le serveur PostgreSQL des tests n’a pas pu être créé."
}

cd "$dossier"
setpriv "${comme[@]}" --pdeathsig QUIT "$binaires/postgres" -D "$dossier/donnees" -k "$dossier" \
    -c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60 \
    -c autovacuum=off -c statement_timeout=5min \
    >>"$dossier/journal" 2>&1 &
serveur=$!
cd "$OLDPWD"

for _ in $(seq 100); do
    "$binaires/pg_isready" --quiet --host="$dossier" && break
    kill -0 "$serveur" 2>/dev/null || break
    sleep 0.1
done
"$binaires/pg_isready" --quiet --host="$dossier" || {
    cat "$dossier/journal" >&2
    mourir "Le serveur PostgreSQL des tests n’a pas démarré."
}

export DATABASE_URL="postgres://postgres@${dossier//\//%2F}/postgres"
"$@"
