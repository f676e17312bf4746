#!/usr/bin/env bash
# Resolves the dependency groups of pyproject.toml into requirements/*.txt: pinned, hashed, without any address.
# Pins already chosen are kept while they satisfy pyproject.toml. Needs the network.
# Usage: outils/verrouiller.sh [--upgrade | --upgrade-package NAME]
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

outils/installer.sh run

# The result must be that of the public index, whatever mirror this machine or its user has configured.
resoudre() {
    local groupe=$1
    shift
    env -u UV_INDEX -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS -u UV_CONFIG_FILE \
        "$PYTHON_VENV" -m uv --quiet --no-config pip compile pyproject.toml --group "$groupe" \
        --output-file "requirements/$groupe.txt" --universal --python-version 3.11 --generate-hashes \
        --no-annotate --no-emit-index-url --no-emit-find-links --no-python-downloads \
        --custom-compile-command 'make verrouiller' "$@" >/dev/null
}

dire 'Résolution des dépendances…'
resoudre uv "$@"
# The smaller sets are cut out of the largest: what « make test » adds never moves what « make run » installed.
resoudre dev "$@"
for groupe in test run; do
    resoudre "$groupe" --upgrade --constraint requirements/dev.txt
done
if grep -nE '://|^ *(-i|-f|--(extra-)?index-url|--find-links)\b' requirements/*.txt; then
    mourir 'Une adresse est entrée dans requirements/ (ci-dessus).'
fi
dire 'requirements/ est à jour.'
