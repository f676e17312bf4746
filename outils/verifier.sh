#!/usr/bin/env bash
# « make check »: everything that can be said of the sources without running the suite, each check named, all of them
# tried. Nothing here needs the network; where the machine allows it, they are cut off from it to prove it. One question
# is asked before, within three seconds: which advisories touch what is pinned; the shipped ones do without it.
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

export PYTHONDONTWRITEBYTECODE=1
bin=$VENV/bin

if [ "${1:-}" != --hors-ligne ]; then
    exiger_git
    outils/installer.sh dev
    preparer_dossier "$PWD/var"
    AVIS_RECUS=$(mktemp)
    export AVIS_RECUS
    "$PYTHON_VENV" outils/auditer.py --demander "$AVIS_RECUS"
    for isolement in 'unshare --net' 'unshare --net --map-root-user'; do
        if $isolement true 2>/dev/null; then exec $isolement "$0" --hors-ligne; fi
    done
    exec "$0" --hors-ligne
fi

atelier=$(mktemp -d)
trap 'rm -rf "$atelier" ${AVIS_RECUS:+"$AVIS_RECUS"}' EXIT
echecs=()
export PRECISION=$atelier/precision

# verifier NAME COMMAND…: silent when all is well, but for what the command writes in $PRECISION, said beside its name.
verifier() {
    local nom=$1 etat=0 precision
    shift
    : >"$PRECISION"
    "$@" >"$atelier/sortie" 2>&1 </dev/null || etat=$?
    if [ $etat -eq 0 ]; then
        precision=$(<"$PRECISION")
        dire "✓ $nom${precision:+ ($precision)}"
    else
        dire "✗ $nom"
        cat "$atelier/sortie"
        echecs+=("$nom")
    fi
}

# The settings of a real instance behind HTTPS, on a database that does not exist yet.
en_production() {
    env -u DATABASE_URL -u ECHELONS_DEMONSTRATION -u ECHELONS_AUJOURDHUI ECHELONS_VAR="$atelier" ECHELONS_HTTPS=1 \
        ECHELONS_HOTES=echelons.example "$PYTHON_VENV" -m echelons "$@"
}

verifier 'forme du code' "$bin/ruff" format --check --output-format concise
verifier 'règles du code' "$bin/ruff" check --output-format concise
verifier 'types' "$bin/mypy"
verifier 'ordre des étages' "$bin/lint-imports" --no-cache
verifier 'gabarits' "$bin/djlint" src --lint
verifier 'règles de la maison' "$PYTHON_VENV" outils/verifier_maison.py
verifier 'dépendances auditées' "$PYTHON_VENV" outils/auditer.py ${AVIS_RECUS:+--recus "$AVIS_RECUS"}
verifier 'migrations à jour' en_production makemigrations --check --dry-run
verifier 'réglages de production' en_production check --deploy --fail-level WARNING
verifier 'documents produits à jour' en_production documenter --verifier

[ ${#echecs[@]} -eq 0 ] || mourir "${#echecs[@]} vérification(s) en échec :" "${echecs[@]}"
