#!/usr/bin/env bash
# Installs the OpenID provider of the browser tests into var/, from the npm registry, pinned and verified by its lock
# file. Prints the folder where node finds it. Does nothing when it is there already.
# npm reads the address of the registry from its own configuration; a mirror is set there, or in npm_config_registry.
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

source=tests/navigateur/fournisseur
cible=$PWD/var/fournisseur-d-essai
marque=$cible/installe
empreinte=$(cat "$source"/package*.json | sha256sum | cut -d' ' -f1)

installer() {
    rm -rf "$cible"
    mkdir -p "$cible"
    cp "$source"/package*.json "$cible"
    (cd "$cible" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund --loglevel=error) >&2
    printf '%s\n' "$empreinte" >"$marque"
}

if ! { [ -f "$marque" ] && [ "$(cat "$marque")" = "$empreinte" ]; }; then
    command -v npm >/dev/null || mourir "Il manque node et npm." "Installez-les par : $(ligne_apt nodejs npm)"
    installer
fi
printf '%s\n' "$cible"
