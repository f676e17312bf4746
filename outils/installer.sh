#!/usr/bin/env bash
# Makes .venv and installs one level of dependencies into it: run, test (⊃ run) or dev (⊃ test).
# Does nothing when the level is there already; interrupted anywhere, starts again where it must.
# Usage: outils/installer.sh run|test|dev        PYTHON=python3.12 to choose the interpreter
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

niveaux=(run test dev)
niveau=${1:?niveau attendu : run, test ou dev}
python=${PYTHON:-python3}
# « level digest », removed first and written last: without it .venv is unfinished and is made again from nothing.
# The digest covers every level, so a change of branch is never mistaken.
marque=$VENV/echelons.installe

verifier_python() {
    command -v "$python" >/dev/null ||
        mourir "Il manque Python 3 ($python)." "Installez-le par : $(ligne_apt python3 python3-venv)"
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        mourir "$python est trop ancien : $("$python" -V 2>&1), il faut Python 3.11 ou plus récent." \
            "Sur Debian 12 : $(ligne_apt python3 python3-venv), puis PYTHON=/usr/bin/python3 make run"
    "$python" -c 'import venv, ensurepip' 2>/dev/null ||
        mourir "Il manque à $python de quoi créer un environnement (venv, ensurepip)." \
            "Installez-le par : $(ligne_apt python3-venv)"
}

empreinte() {
    cat requirements/*.txt | sha256sum | cut -d' ' -f1
}

deja_installe() {
    local present digest n
    [ -x "$PYTHON_VENV" ] && [ -f "$marque" ] || return 1
    read -r present digest <"$marque" || return 1
    [ "$digest" = "$(empreinte)" ] || return 1
    # The level present contains the level asked for when it comes at or after it in the list.
    for n in "${niveaux[@]}"; do
        [ "$n" != "$niveau" ] || return 0
        [ "$n" != "$present" ] || return 1
    done
    return 1
}

installer() {
    deja_installe && return
    verifier_python
    dire "Installation de ce qu’il faut (une seule fois)…"
    if ! [ -f "$marque" ] || ! "$PYTHON_VENV" -c '' 2>/dev/null; then
        "$python" -m venv --clear "$VENV" ||
            mourir "L’environnement $VENV n’a pas pu être créé." "Essayez : $(ligne_apt python3-venv)"
    fi
    rm -f "$marque"
    preparer_caches
    "$PYTHON_VENV" -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes \
        --requirement requirements/uv.txt || echec_reseau
    "$PYTHON_VENV" -m uv --quiet pip install --python "$PYTHON_VENV" --no-python-downloads --no-deps \
        --require-hashes --requirement "requirements/$niveau.txt" || echec_reseau
    mettre_src_sur_le_chemin
    printf '%s %s\n' "$niveau" "$(empreinte)" >"$marque.nouveau"
    mv "$marque.nouveau" "$marque"
}

# A service account may have no home to keep a cache in; a slow line needs patience.
preparer_caches() {
    export UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-120}
    export UV_LINK_MODE=${UV_LINK_MODE:-copy}
    if [ -z "${UV_CACHE_DIR:-}" ] && ! mkdir -p "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}" 2>/dev/null; then
        export UV_NO_CACHE=1 PIP_NO_CACHE_DIR=1
    fi
}

# Relative, so that the clone can be moved.
mettre_src_sur_le_chemin() {
    local dossier
    dossier=$("$PYTHON_VENV" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
    printf '../../../../src\n' >"$dossier/echelons.pth"
}

echec_reseau() {
    mourir "L’installation a échoué (le détail est ci-dessus) ; relancez la même commande pour la reprendre." \
        "Sans accès direct à l’index public de Python, indiquez votre miroir par PIP_INDEX_URL et UV_DEFAULT_INDEX," \
        "et le certificat de votre réseau par PIP_CERT et SSL_CERT_FILE."
}

if [ "${2:-}" = --sous-verrou ]; then
    installer
else
    deja_installe && exit
    preparer_dossier "$PWD/var"
    verrouille var/installation.verrou "$0" "$niveau" --sous-verrou
fi
