#!/usr/bin/env bash
# « make bench »: runs the benchmarks on a database of their own.
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

outils/installer.sh test
preparer_dossier "$VAR"
outils/rassembler.sh
exec "$PYTHON_VENV" -m bench
