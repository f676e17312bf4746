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
    """A server of advisories on this machine: ``repondre(path)`` gives a status and a body."""

    class Reponse(BaseHTTPRequestHandler):
        def do_GET(self):
            statut, corps = repondre(self.path)
            with contextlib.suppress(ConnectionError):
                self.send_response(statut)
                self.end_headers()
                self.wfile.write(corps.encode())

        def log_message(self, *arguments):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Reponse) as serveur:
        threading.Thread(target=serveur.serve_forever).start()
        try:
            yield f"http://127.0.0.1:{serveur.server_port}/pypi"
        finally:
            serveur.shutdown()


RIEN = json.dumps({"vulnerabilities": []})


def en_ligne(dossier, repondre):
    """Ask this service, then audit with its answer, as « make check » does."""
    with service(repondre) as base:
        debut = time.monotonic()
        demande = auditer(dossier, "--demander", dossier / "recus.json", ECHELONS_AVIS=base)
        duree = time.monotonic() - debut
    assert demande == ("", 0)
    assert duree < 4
    return auditer(dossier, "--recus", dossier / "recus.json")


def test_an_open_network_is_said_with_its_day(copie):
    demandes = []
    sortie, statut = en_ligne(copie, lambda chemin: (200, demandes.append(chemin) or RIEN))
    assert statut == 0
    assert sortie.startswith(
        f"en ligne, le {AUJOURDHUI} ; essais et outils : avis du {LIVRES['dernier_avis']}"
    )
    epinglees = re.findall(
        r"^([\w.-]+)==(\S+)", (copie / "requirements" / "run.txt").read_text(), re.MULTILINE
    )
    assert sorted(demandes) == sorted(f"/pypi/{nom}/{version}/json" for nom, version in epinglees)


def vulnerable(**plus):
    """The service accuses Django alone, and names several corrections as the public one does."""
    avis = {
        "id": "PYSEC-2099-2",
        "aliases": ["CVE-2099-1"],
        "fixed_in": ["4.2.99", "6.0.99", CORRIGEE],
        **plus,
    }
    accuse = json.dumps({"vulnerabilities": [avis]})
    return lambda chemin: (200, accuse if chemin == f"/pypi/django/{DJANGO}/json" else RIEN)


def test_a_vulnerability_that_only_the_service_knows_fails(copie):
    sortie, statut = en_ligne(copie, vulnerable())
    assert statut == 1
    assert f"django {DJANGO} est touché par PYSEC-2099-2, CVE-2099-1, corrigé par {CORRIGEE}" in sortie


def test_a_vulnerability_known_under_another_name_is_said_once(copie):
    avertir(copie)
    assert en_ligne(copie, vulnerable())[0].count("est touché") == 1


def test_a_vulnerability_that_was_withdrawn_or_accepted_accuses_nobody(copie):
    assert en_ligne(copie, vulnerable(withdrawn="2099-01-01T00:00:00Z"))[1] == 0
    accepter(copie, AUJOURDHUI)
    assert en_ligne(copie, vulnerable())[1] == 0


def sauf_django(statut, corps):
    """The service answers for everything else."""
    return lambda chemin: (statut, corps) if "/django/" in chemin else (200, RIEN)


def jamais(chemin):
    """The service accepts the question and keeps silent."""
    time.sleep(3.5)
    return 200, RIEN


PARTIELS = {
    "one answer is missing": sauf_django(404, "{}"),
    "one answer is not JSON": sauf_django(200, "<html>"),
    "one answer says nothing of it": sauf_django(200, "{}"),
    "one answer is of another form": sauf_django(200, '{"vulnerabilities": [3]}'),
    "the service is silent": jamais,
}


@pytest.mark.parametrize("repondre", PARTIELS.values(), ids=PARTIELS)
def test_an_answer_that_is_not_whole_counts_as_a_closed_network(copie, repondre):
    sortie, statut = en_ligne(copie, repondre)
    assert (statut, sortie.startswith(FERME)) == (0, True)


def test_nobody_listening_counts_as_a_closed_network(copie):
    with service(lambda chemin: (200, RIEN)) as base:
        pass
    assert auditer(copie, "--demander", copie / "recus.json", ECHELONS_AVIS=base) == ("", 0)
    assert auditer(copie, "--recus", copie / "recus.json")[0].startswith(FERME)


def test_an_answer_to_other_pins_is_not_taken_for_this_one(copie):
    en_ligne(copie, lambda chemin: (200, RIEN))
    remplacer(copie, r"^tzdata==\S+", "tzdata==99.0")
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
