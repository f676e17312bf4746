#!/usr/bin/env bash
# Makes sure of programs that come from Debian's packages: installs what is absent when it may (root, apt-get),
# otherwise says what is missing and with which line to install it, and ends with status 3.
# Usage: outils/paquets.sh PACKAGE…    among chromium, postgresql, node
set -euo pipefail
cd "$(dirname "$0")/.."
. outils/commun.sh

present() {
    case $1 in
        # libatomic: what drives it in the tests cannot start without.
        chromium) command -v chromium >/dev/null && compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null ;;
        node) command -v node >/dev/null && command -v npm >/dev/null ;;
        postgresql) outils/avec_postgres.sh --programmes >/dev/null 2>&1 ;;
        *) mourir "Paquet inconnu : $1" ;;
    esac
}

absents=()
for paquet in "$@"; do
    present "$paquet" || absents+=("$paquet")
done
[ ${#absents[@]} -gt 0 ] || exit 0

# Chromium draws no letter without a font; node comes with its installer.
paquets=("${absents[@]/#node/nodejs}")
[[ " ${absents[*]} " != *" chromium "* ]] || paquets+=(libatomic1 fonts-liberation)
[[ " ${absents[*]} " != *" node "* ]] || paquets+=(npm)

if est_root && command -v apt-get >/dev/null; then
    dire "Installation des paquets Debian : ${paquets[*]}"
    export DEBIAN_FRONTEND=noninteractive
    journal=$(mktemp)
    if {
        apt-get -o DPkg::Lock::Timeout=300 update &&
            apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "${paquets[@]}"
    } >"$journal" 2>&1 </dev/null; then
        rm -f "$journal"
        exit 0
    fi
    tail -n 20 "$journal" >&2
    rm -f "$journal"
fi
printf '%s\n' "Il manque : ${absents[*]}. Installez-les par : $(ligne_apt "${paquets[@]}")" >&2
exit 3
