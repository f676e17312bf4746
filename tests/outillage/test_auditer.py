"""The audit of the dependencies, on a copy of requirements/ where one thing at a time is spoilt."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.bases import RACINE
from tests.clones import faire_clone

AUJOURDHUI = datetime.now(UTC).date()
LIVRES = json.loads((RACINE / "requirements" / "avis.json").read_text(encoding="utf-8"))
FERME = f"réseau fermé : avis du {LIVRES['dernier_avis']}, {len(LIVRES['paquets'])} paquets"
DJANGO = re.search(r"^django==(\S+)", (RACINE / "requirements" / "run.txt").read_text(), re.MULTILINE)[1]
CORRIGEE = f"{DJANGO}.1"


def auditer(dossier, *arguments, **environnement):
    """What the script prints, and its status."""
    propre = {n: v for n, v in os.environ.items() if n not in {"PRECISION", "ECHELONS_AVIS"}}
    resultat = subprocess.run(
        [sys.executable, RACINE / "outils" / "auditer.py", dossier, *arguments],
        capture_output=True,
        text=True,
        env={**propre, **environnement},
    )
    assert resultat.stderr == ""
    return resultat.stdout, resultat.returncode


@pytest.fixture
def copie(tmp_path):
    """A folder with requirements/ of its own, as it is shipped."""
    shutil.copytree(RACINE / "requirements", tmp_path / "requirements")
    (tmp_path / "requirements" / "exceptions.toml").unlink(missing_ok=True)
    return tmp_path


def remplacer(dossier, motif, remplacement):
    """Change every file of pins in the same way."""
    for chemin in (dossier / "requirements").glob("*.txt"):
        texte = chemin.read_text(encoding="utf-8")
        chemin.write_text(re.sub(motif, remplacement, texte, flags=re.MULTILINE), encoding="utf-8")


def avertir(dossier, **avis):
    """Add an advisory on Django to the snapshot of the copy."""
    chemin = dossier / "requirements" / "avis.json"
    donnees = json.loads(chemin.read_text(encoding="utf-8"))
    plages = [{"introduced": "0", "fixed": CORRIGEE}]
    donnees["avis"].append(
        {"paquet": "django", "id": "PYSEC-2099-1", "alias": ["CVE-2099-1"], "plages": plages, **avis}
    )
    chemin.write_text(json.dumps(donnees), encoding="utf-8")


def accepter(dossier, jusqu_au, raison='raison = "le point touché ne sert pas ici"'):
    """Write an exception for that advisory."""
    (dossier / "requirements" / "exceptions.toml").write_text(
        f'[[exception]]\navis = "CVE-2099-1"\n{raison}\njusqu_au = {jusqu_au}\n', encoding="utf-8"
    )


def test_the_shipped_pins_pass_and_the_closed_network_is_said(copie):
    sortie, statut = auditer(copie)
    assert (sortie.startswith(FERME), sortie.count("\n"), statut) == (True, 1, 0), sortie


EMPREINTE = "--hash=sha256:" + "0" * 64
LIGNES = {
    "without a hash": ("paquet==1.0", "paquet 1.0 est sans empreinte"),
    "with half a hash": ("paquet==1.0 --hash=sha256:00", "paquet 1.0 est sans empreinte"),
    "with another digest": ("paquet==1.0 --hash=md5:" + "0" * 32, "paquet 1.0 est sans empreinte"),
    "with a floor": (f"paquet>=1.0 {EMPREINTE}", "paquet n’est pas épinglé"),
    "with a range of versions": (f"paquet==1.* {EMPREINTE}", "paquet n’est pas épinglé"),
    "with two bounds": (f"paquet==1.0,<2 {EMPREINTE}", "paquet n’est pas épinglé"),
    "with an address": (f"paquet @ https://exemple.fr/p.whl {EMPREINTE}", "une adresse ou une option"),
    "that names an index": ("--index-url https://exemple.fr/simple", "une adresse ou une option"),
    "that cannot be read": (f"pa quet==1.0 {EMPREINTE}", "exigence illisible"),
}


@pytest.mark.parametrize(("ligne", "attendu"), LIGNES.values(), ids=LIGNES)
def test_a_line_that_pins_nothing_is_named_with_what_to_do(copie, ligne, attendu):
    run = copie / "requirements" / "run.txt"
    numero = len(run.read_text(encoding="utf-8").splitlines()) + 1
    with run.open("a", encoding="utf-8") as fichier:
        fichier.write(ligne.replace(" --hash", " \\\n    --hash") + "\n")
    sortie, statut = auditer(copie)
    assert statut == 1
    assert sortie.startswith(f"requirements/run.txt:{numero}: {attendu}")
    assert "« make verrouiller »" in sortie


def test_a_version_installed_that_is_not_the_pinned_one_is_named(copie):
    remplacer(copie, r"^sqlparse==\S+", "sqlparse==99.0")
    sortie, statut = auditer(copie)
    assert statut == 1
    assert re.search(r"^sqlparse [\d.]+ est installé, mais 99.0 épinglé", sortie, re.MULTILINE)


def test_what_is_installed_without_a_pin_is_named(copie):
    remplacer(copie, r"^sqlparse==\S+", "jamais-installe==99.0")
    sortie, statut = auditer(copie)
    assert statut == 1
    assert re.search(r"^sqlparse [\d.]+ est installé sans être épinglé", sortie, re.MULTILINE)


def test_a_pin_touched_by_an_advisory_is_named_once_with_what_corrects_it(copie):
    avertir(copie)
    sortie, statut = auditer(copie)
    assert (statut, sortie.count("\n")) == (1, 1)
    touche = f"django {DJANGO} est touché par PYSEC-2099-1, CVE-2099-1, corrigé par {CORRIGEE}"
    assert re.match(r"requirements/\w+\.txt:\d+: ", sortie)
    assert touche in sortie
    assert "make verrouiller ARGS='--upgrade-package django'" in sortie


def test_an_advisory_that_nothing_corrects_says_so(copie):
    avertir(copie, plages=[{"introduced": "0"}])
    assert "sans version corrigée connue" in auditer(copie)[0]


DEHORS = {
    "withdrawn": {"retire": "2099-01-01"},
    "corrected by the pin": {"plages": [{"introduced": "0", "fixed": DJANGO}]},
    "introduced later": {"plages": [{"introduced": CORRIGEE}]},
    "over before": {"plages": [{"introduced": "0", "last_affected": "5.2"}]},
    "about another package": {"paquet": "djangorien"},
    "about other versions": {"plages": [], "versions": ["1.0"]},
}
DEDANS = {
    "its last version": {"plages": [{"introduced": "0", "last_affected": DJANGO}]},
    "its first version": {"plages": [{"introduced": DJANGO}]},
    "a second range": {"plages": [{"introduced": "0", "fixed": "1.0"}, {"introduced": "5.2"}]},
    "a version of a list": {"plages": [], "versions": [DJANGO]},
}


@pytest.mark.parametrize("avis", DEHORS.values(), ids=DEHORS)
def test_an_advisory_that_does_not_touch_the_pin_accuses_nobody(copie, avis):
    avertir(copie, **avis)
    assert auditer(copie)[1] == 0


@pytest.mark.parametrize("avis", DEDANS.values(), ids=DEDANS)
def test_the_bounds_of_an_advisory_belong_to_it(copie, avis):
    avertir(copie, **avis)
    assert auditer(copie)[1] == 1


def test_an_exception_is_accepted_until_its_date_and_is_said(copie):
    avertir(copie)
    accepter(copie, AUJOURDHUI)
    sortie, statut = auditer(copie)
    assert statut == 0
    assert sortie.startswith(FERME)
    assert f"exception CVE-2099-1 jusqu’au {AUJOURDHUI} : le point touché ne sert pas ici" in sortie


def test_an_expired_exception_fails_and_accepts_nothing_more(copie):
    avertir(copie)
    accepter(copie, hier := AUJOURDHUI - timedelta(days=1))
    sortie, statut = auditer(copie)
    assert statut == 1
    assert f"l’exception CVE-2099-1 est échue depuis le {hier}" in sortie
    assert f"django {DJANGO} est touché" in sortie


def test_an_exception_without_its_reason_fails(copie):
    accepter(copie, AUJOURDHUI, raison="")
    sortie, statut = auditer(copie)
    assert (statut, "il faut avis, raison et jusqu_au" in sortie) == (1, True)


def test_a_package_that_was_never_looked_at_is_said(copie):
    (copie / "requirements" / "essai.txt").write_text(f"paquet-neuf==1.0 {EMPREINTE}\n", encoding="utf-8")
    sortie, statut = auditer(copie)
    assert (statut, "jamais regardés : paquet-neuf" in sortie) == (0, True)


@contextlib.contextmanager
def service(repondre):
    """A server of advisories on this machine: ``repondre(queries)`` gives a status and a body."""

    class Reponse(BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.path == "/lot"
            recu = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            statut, corps = repondre(recu["queries"])
            with contextlib.suppress(ConnectionError):
                self.send_response(statut)
                self.end_headers()
                self.wfile.write(corps.encode())

        def log_message(self, *arguments):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Reponse) as serveur:
        threading.Thread(target=serveur.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{serveur.server_port}/lot"
        finally:
            serveur.shutdown()


def reponse(questions, **autres):
    """What the public service answers: nothing of each question, but ``autres`` of Django."""
    return 200, json.dumps(
        {"results": [autres if q["package"]["name"] == "django" else {} for q in questions]}
    )


def en_ligne(dossier, repondre):
    """Ask this service, then audit with its answer, as « make check » does."""
    with service(repondre) as base:
        debut = time.monotonic()
        demande = auditer(dossier, "--demander", dossier / "recus.json", ECHELONS_AVIS=base)
        duree = time.monotonic() - debut
    assert demande == ("", 0)
    assert duree < 4
    return auditer(dossier, "--recus", dossier / "recus.json")


def test_an_open_network_is_said_with_its_day_once_every_pin_was_asked_at_once(copie):
    demandes = []
    sortie, statut = en_ligne(copie, lambda questions: demandes.append(questions) or reponse(questions))
    assert (sortie, statut) == (f"en ligne, le {AUJOURDHUI}\n", 0)
    epinglees = {
        couple
        for chemin in (copie / "requirements").glob("*.txt")
        for couple in re.findall(r"^([\w.-]+)==(\S+)", chemin.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert {nom for nom, _ in epinglees} > {"django", "pytest", "ruff"}
    assert demandes == [
        [{"package": {"name": n, "ecosystem": "PyPI"}, "version": v} for n, v in sorted(epinglees)]
    ]


def vulnerable(*noms):
    """The service accuses Django alone."""
    accuse = [{"id": nom, "modified": "2099-01-02T03:04:05Z"} for nom in noms]
    return lambda questions: reponse(questions, vulns=accuse)


def test_a_vulnerability_that_only_the_service_knows_fails_and_names_its_page(copie):
    sortie, statut = en_ligne(copie, vulnerable("GHSA-2099", "PYSEC-2099-2"))
    assert (statut, sortie.count("\n")) == (1, 2)
    for nom in ("GHSA-2099", "PYSEC-2099-2"):
        page = f"voir la version qui corrige sur https://osv.dev/{nom} ; lancez"
        assert f"django {DJANGO} est touché par {nom}, {page}" in sortie


def test_an_advisory_known_here_by_its_name_or_by_another_is_said_once(copie):
    avertir(copie)
    sortie, statut = en_ligne(copie, vulnerable("CVE-2099-1", "PYSEC-2099-1"))
    assert (statut, sortie.count("est touché")) == (1, 1)
    assert f"corrigé par {CORRIGEE}" in sortie


def test_an_advisory_known_here_as_over_is_said_when_the_service_says_otherwise(copie):
    avertir(copie, plages=[{"introduced": "0", "fixed": DJANGO}])
    assert en_ligne(copie, vulnerable("PYSEC-2099-1"))[1] == 1


def test_a_vulnerability_that_was_accepted_accuses_nobody(copie):
    accepter(copie, AUJOURDHUI)
    assert en_ligne(copie, vulnerable("CVE-2099-1"))[1] == 0
    assert en_ligne(copie, vulnerable("CVE-2099-1", "CVE-2099-2"))[1] == 1


def jamais(questions):
    """The service accepts the question and keeps silent."""
    time.sleep(6)
    return vulnerable("CVE-2099-1")(questions)


def longueur(difference):
    """The service accuses Django, with results missing or in excess."""

    def repondre(questions):
        resultats = json.loads(vulnerable("CVE-2099-1")(questions)[1])["results"]
        return 200, json.dumps({"results": [*resultats, {}][: len(resultats) + difference]})

    return repondre


ACCUSE = [{"id": "CVE-2099-1"}]
REFUSES = {
    "refused": lambda questions: (503, vulnerable("CVE-2099-1")(questions)[1]),
    "not HTTP": lambda questions: (99, vulnerable("CVE-2099-1")(questions)[1]),
    "not JSON": lambda questions: (200, "<html>"),
    "of another form": lambda questions: (200, "[]"),
    "without results": lambda questions: (200, "{}"),
    "of results of another form": lambda questions: (200, json.dumps({"results": [3] * len(questions)})),
    "one result short": longueur(-1),
    "one result too long": longueur(+1),
    "to be continued": lambda questions: reponse(questions, vulns=ACCUSE, next_page_token="suite"),
    "with an advisory without a name": lambda questions: reponse(questions, vulns=[*ACCUSE, {}]),
    "with a name that is none": lambda questions: reponse(questions, vulns=[*ACCUSE, {"id": 3}]),
    "with a list that is none": lambda questions: reponse(questions, vulns=3),
    "late": jamais,
}


@pytest.mark.parametrize("repondre", REFUSES.values(), ids=REFUSES)
def test_an_answer_that_is_not_whole_counts_as_a_closed_network(copie, repondre):
    sortie, statut = en_ligne(copie, repondre)
    assert (statut, sortie.startswith(FERME)) == (0, True)


def test_nobody_listening_counts_as_a_closed_network(copie):
    with service(reponse) as base:
        pass
    assert auditer(copie, "--demander", copie / "recus.json", ECHELONS_AVIS=base) == ("", 0)
    assert auditer(copie, "--recus", copie / "recus.json")[0].startswith(FERME)


def test_an_answer_to_other_pins_is_not_taken_for_this_one(copie):
    en_ligne(copie, reponse)
    remplacer(copie, r"^ruff==\S+", "ruff==99.0")
    auditer(copie, "--recus", copie / "recus.json", PRECISION=str(copie / "precision"))
    assert (copie / "precision").read_text(encoding="utf-8").startswith(FERME)


FICHE = """
id: PYSEC-2099-3
modified: 2099-01-02T03:04:05Z
published: "{publie}"
aliases: [CVE-2099-3]
details: a text that is not kept
affected:
- package: {{name: Django, ecosystem: PyPI}}
  ranges:
  - {{type: GIT, events: [{{introduced: "0"}}]}}
  - {{type: ECOSYSTEM, events: [{{introduced: "5.2"}}, {{fixed: "99"}}, {{introduced: "0"}}, {{fixed: 4.2.1}}, {{}}]}}
- package: {{name: autre, ecosystem: PyPI}}
  ranges:
  - {{type: ECOSYSTEM, events: [{{introduced: "0"}}]}}
"""


def test_the_snapshot_is_made_again_from_a_clone_of_the_database(copie):
    fiches = copie / "clone" / "vulns" / "django"
    fiches.mkdir(parents=True)
    (fiches / "PYSEC-2099-3.yaml").write_text(FICHE.format(publie="2099-01-01T00:00:00Z"), encoding="utf-8")
    (fiches / "PYSEC-2007-1.yaml").write_text(FICHE.format(publie="2007-01-01T00:00:00Z"), encoding="utf-8")
    assert auditer(copie, "--rafraichir", copie / "clone", "--remarque", "un essai") == ("", 0)
    donnees = json.loads((copie / "requirements" / "avis.json").read_text(encoding="utf-8"))
    plages = [{"introduced": "0", "fixed": "4.2.1"}, {"introduced": "5.2", "fixed": "99"}]
    attendu = {"paquet": "django", "id": "PYSEC-2099-3", "alias": ["CVE-2099-3"], "plages": plages}
    assert donnees["avis"] == [attendu | {"modifie": "2099-01-02"}]
    assert (donnees["dernier_avis"], donnees["remarque"]) == ("2099-01-02", "un essai")
    assert (donnees["extraction"], donnees["licence"]) == (AUJOURDHUI.isoformat(), "CC-BY-4.0")
    assert {nom for nom, nombre in donnees["paquets"].items() if nombre} == {"django"}
    assert set(donnees["paquets"]) == set(LIVRES["paquets"])
    assert "PYSEC-2099-3" in auditer(copie)[0]


def test_the_check_says_on_its_line_with_what_it_compared(tmp_path):
    clone = faire_clone(tmp_path, ".venv")
    outils = tmp_path / ".venv" / "bin"
    outils.mkdir(parents=True)
    for nom in ("ruff", "mypy", "lint-imports", "djlint", "python"):
        corps = (
            f'case "$1" in *auditer.py) exec {sys.executable} "$@" ;; esac'
            if nom == "python"
            else "echo bavard"
        )
        (outils / nom).write_text(f"#!/bin/sh\n{corps}\n", encoding="utf-8")
        (outils / nom).chmod(0o755)
    resultat = clone.lancer("outils/verifier.sh", "--hors-ligne")
    assert resultat.returncode == 0, resultat.stdout + resultat.stderr
    lignes = resultat.stdout.splitlines()
    assert [ligne for ligne in lignes if ligne.startswith(f"✓ dépendances auditées ({FERME}")]
    assert "✓ forme du code" in lignes
    assert "✓ migrations à jour" in lignes
