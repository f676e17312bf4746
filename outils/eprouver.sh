#!/usr/bin/env bash
# « make epreuves »: tests/epreuves and every property test with full counts, on SQLite,
# then on PostgreSQL those that use a database, and every test of the pages and of the rights.
# One seed governs what is drawn at random; GRAINE=… replays it. Arguments come from ARGS.
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh
. outils/suites.sh

preparer_suites
eval "arguments=(${ARGS:-})"
GRAINE=${GRAINE:-$(((RANDOM << 15) + RANDOM))}
[[ $GRAINE =~ ^[0-9]+$ ]] || mourir "GRAINE=$GRAINE n’est pas un nombre."
export GRAINE ECHELONS_EPREUVES=1
arguments=(--hypothesis-profile=epreuves "--hypothesis-seed=$GRAINE" "${arguments[@]}")

titre "Les épreuves sur SQLite (graine $GRAINE)"
lancer_suite "${sans_navigateur[@]}" "${arguments[@]}"
if [ -n "$postgres" ]; then
    titre "Les épreuves sur PostgreSQL (graine $GRAINE)"
    lancer_suite --ignore=tests/navigateur "${arguments[@]}"
fi
dire "Graine : $GRAINE (pour rejouer : make epreuves GRAINE=$GRAINE)"
conclure
