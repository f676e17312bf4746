# Sourced by tester.sh and eprouver.sh: what it takes to run pytest once a database.

echecs=()
absents=()
postgres=
sans_navigateur=()

# Installs the test level, then PostgreSQL, Chromium and Node, or notes which of them cannot be had.
preparer_suites() {
    [ "${CI:-}" != true ] || export ECHELONS_EXIGE_TOUT=1
    exiger_git
    outils/installer.sh test
    if outils/paquets.sh postgresql; then postgres=oui; else absents+=(PostgreSQL); fi
    # Node runs the OpenID provider that the browser signs in with.
    if ! outils/paquets.sh chromium node; then
        absents+=("Chromium ou Node")
        sans_navigateur=(--ignore=tests/navigateur)
    fi
    [ ${#absents[@]} -eq 0 ] || [ "${ECHELONS_EXIGE_TOUT:-}" != 1 ] ||
        mourir "Il manque ${absents[*]} : ici, rien ne peut être laissé de côté."
}

titre() { printf '\n=== %s\n' "$1"; suite=$1; }

# Runs pytest on two processes; notes a failure and goes on. A selection (ARGS) may leave one database without any test.
lancer_suite() {
    local etat=0 lanceur=(env -u DATABASE_URL)
    [[ $suite != *PostgreSQL* ]] || lanceur=(outils/avec_postgres.sh)
    "${lanceur[@]}" "$PYTHON_VENV" -m pytest --numprocesses=2 "$@" || etat=$?
    if [ $etat -eq 5 ] && [ -n "${ARGS:-}" ] && [ "${ECHELONS_EXIGE_TOUT:-}" != 1 ]; then
        dire "(aucun test choisi ici)"
    elif [ $etat -ne 0 ]; then
        echecs+=("$suite")
    fi
}

# Says what was not tried and what failed, and ends with the right status.
conclure() {
    [ ${#absents[@]} -eq 0 ] || dire "Non essayé, faute de : ${absents[*]}."
    [ ${#echecs[@]} -eq 0 ] || mourir "En échec :" "${echecs[@]}"
    dire '✓ Tout est passé.'
}
