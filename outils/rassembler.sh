#!/usr/bin/env bash
# Collects the static files into var/static, when they or the packages that ship some have changed.
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

# Written last. It vouches for a folder that is still there: the manifest says so.
marque=$VAR/static.rassemble
empreinte=$(find src -path '*/static/*' -type f -print0 | sort -z |
    xargs -0 sha256sum requirements/run.txt src/echelons/web/statiques.py | sha256sum | cut -d' ' -f1)
if [ -f "$VAR/static/staticfiles.json" ] && [ -f "$marque" ] && [ "$(cat "$marque")" = "$empreinte" ]; then
    exit
fi
rm -f "$marque"
"$PYTHON_VENV" -m echelons collectstatic --noinput --verbosity 0
printf '%s\n' "$empreinte" >"$marque"
