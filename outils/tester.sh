#!/usr/bin/env bash
# « make test »: the whole suite on SQLite, then on PostgreSQL what a database can change, but for the
# pages, which « make epreuves » tries there. Arguments come from ARGS.
# Under CI nothing may be missing nor skipped: ECHELONS_EXIGE_TOUT=1 (tests/conftest.py).
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh
. outils/suites.sh

preparer_suites
eval "arguments=(${ARGS:-})"

titre 'La suite sur SQLite'
lancer_suite "${sans_navigateur[@]}" "${arguments[@]}"
if [ -n "$postgres" ]; then
    titre 'La suite sur PostgreSQL'
    lancer_suite --ignore=tests/navigateur "${arguments[@]}"
fi
conclure
