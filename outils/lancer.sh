#!/usr/bin/env bash
# « make run »: installs, prepares the database and the static files, serves until Ctrl-C.
# PORT=8000; DEMO=1 (the demonstration, in a database of its own) or DEMO=0 (an ordinary instance, empty at first).
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

port=${PORT:-8000}
demo=${DEMO:-1}

if [ "${1:-}" = --preparer ]; then
    outils/rassembler.sh
    exec "$PYTHON_VENV" -m echelons preparer
fi

[[ $port =~ ^[0-9]{1,5}$ ]] && ((10#$port >= 1 && 10#$port <= 65535)) ||
    mourir "PORT=$port n’est pas un numéro de port." "Attendu : un nombre de 1 à 65535, par exemple make run PORT=8080"
[[ $demo =~ ^[01]$ ]] ||
    mourir "DEMO=$demo n’est pas compris." "Attendu : DEMO=1 (la démonstration) ou DEMO=0 (une instance ordinaire, vide au départ)"

# As gunicorn will bind it. Asked before anything long is done, and again by gunicorn itself.
verifier_port() {
    local etat=0
    "$PYTHON_VENV" - "$port" <<'PY' || etat=$?
import errno, socket, sys
with socket.socket() as prise:
    prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        prise.bind(("127.0.0.1", int(sys.argv[1])))
    except OSError as erreur:
        sys.exit({errno.EADDRINUSE: 10, errno.EACCES: 11}.get(erreur.errno, 12))
PY
    case $etat in
        0) ;;
        10) mourir "Le port $port est déjà pris par un autre programme." "Choisissez-en un autre : make run PORT=$((10#$port + 1))" ;;
        11) mourir "Le port $port est réservé à root." "Choisissez-en un autre : make run PORT=8000" ;;
        *) mourir "Impossible d’écouter sur 127.0.0.1:$port." ;;
    esac
}

outils/installer.sh run
verifier_port
export ECHELONS_DEMONSTRATION=$demo
preparer_dossier "$VAR"
verrouille "$VAR/preparation.verrou" "$0" --preparer
# This process becomes the server: the worker goes with it.
outils/ouvrier.sh $$ &
PORT=$port exec "$PYTHON_VENV" -m gunicorn --config outils/gunicorn.conf.py echelons.reglages.wsgi:application
