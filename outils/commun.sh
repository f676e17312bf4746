# Sourced by the other scripts, from the root of the clone: how they speak, and where things are.

export LC_ALL=C.UTF-8
VENV=.venv
PYTHON_VENV=$PWD/$VENV/bin/python
# Where an instance keeps its data, and the commands their locks; the settings read the same variable.
VAR=${ECHELONS_VAR:-$PWD/var}

dire() { printf '%s\n' "$*"; }

# Says why nothing more can be done, then what to do, one line each, and stops.
mourir() {
    printf '\n%s\n' "✗ $1" >&2
    shift
    [ $# -eq 0 ] || printf '  %s\n' "$@" >&2
    exit 1
}

est_root() { [ "$(id -u)" -eq 0 ]; }

# The line that installs Debian packages, as this user must type it.
ligne_apt() {
    if est_root; then printf 'apt install %s' "$*"; else printf 'sudo apt install %s' "$*"; fi
}

exiger_git() {
    command -v git >/dev/null || mourir "Il manque git." "Installez-le par : $(ligne_apt git)"
}

# Runs one command at a time among those that share the lock file: verrouille FILE COMMAND…
# The lock dies with the command, however it ends. Without flock(1), which Debian always has, they are not serialised.
verrouille() {
    local verrou=$1
    shift
    if ! command -v flock >/dev/null; then
        "$@"
        return
    fi
    if ! flock --nonblock --conflict-exit-code 200 "$verrou" true; then
        dire "Une autre commande prépare déjà cette installation : attente…"
    fi
    flock "$verrou" "$@"
}

# Makes a folder to write in, or says who may.
preparer_dossier() {
    mkdir -p "$1" 2>/dev/null && [ -w "$1" ] && return
    mourir "Le compte $(id -un) ne peut pas écrire dans $1." \
        "Relancez avec le compte à qui ce dossier appartient, ou faites un nouveau clone avec le vôtre."
}
