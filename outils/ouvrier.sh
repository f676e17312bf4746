#!/usr/bin/env bash
# Keeps the worker of the background (« ./echelons travailler ») at work for as long as a process lives, started again
# whenever it dies. Usage: outils/ouvrier.sh PID
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

while kill -0 "$1" 2>/dev/null; do
    etat=0
    "$PYTHON_VENV" -m echelons travailler --tant-que "$1" || etat=$?
    [ $etat -ne 130 ] || exit 0 # Ctrl-C
    sleep 1
done
