"""What comes from outside: told by its content, bounded, scanned, kept whole or not at all."""

import hashlib
import io
import os
import stat
import subprocess
import sys
import threading
import time
import unicodedata

import pytest
import xlsxwriter

from echelons.socle import depot
from echelons.socle.depot import antivirus as port
from echelons.socle.depot import coffre, examen
from echelons.socle.depot.types import AntivirusInjoignable, FichierRefuse
from tests.socle import pieces
from tests.socle.antivirus import FauxClamd, port_muet


@pytest.fixture(autouse=True)
def coffre_neuf(settings, tmp_path):
    settings.DEPOT = tmp_path / "documents"
    settings.CLAMAV = ""
    return settings.DEPOT


@pytest.fixture
def clamd(settings, tmp_path):
    serveur = FauxClamd(tmp_path / "clamd.ctl")
    settings.CLAMAV = serveur.adresse
    yield serveur
    serveur.arreter()


def restes(dossier):
    """Every file there, but for the lock."""
    return sorted(f.name for f in dossier.rglob("*") if f.is_file() and f.name != "verrou")


def morceaux(octets, taille=65_536):
    return (octets[i : i + taille] for i in range(0, len(octets), taille))


def garder(octets):
    with depot.recevoir(morceaux(octets)) as recu, coffre.occupation():
        recu.ranger()
        return recu


@pytest.mark.parametrize("genre", pieces.ACCEPTES)
def test_each_accepted_kind_is_told_by_its_content_counted_and_kept(genre, coffre_neuf):
    _, faire, pages = pieces.ACCEPTES[genre]
    octets = faire()
    recu = garder(octets)
    assert (recu.type.code, recu.pages, recu.taille) == (genre, pages, len(octets))
    assert recu.empreinte == hashlib.sha256(octets).hexdigest()
    assert coffre.chemin(recu.empreinte).read_bytes() == octets
    assert coffre.etat(recu.empreinte) == ""
    if pages:
        assert coffre.chemin(recu.empreinte, "vignettes").read_bytes().startswith(b"\x89PNG")
    assert restes(coffre_neuf) == [recu.empreinte] * (2 if pages else 1)


@pytest.mark.parametrize("cas", pieces.REFUSES)
def test_each_refused_kind_is_refused_saying_why_and_leaves_nothing_on_the_disk(cas, coffre_neuf):
    _, faire, mot = pieces.REFUSES[cas]
    with pytest.raises(FichierRefuse) as refus, depot.recevoir(morceaux(faire())):
        pytest.fail("Ce fichier devait être refusé.")
    assert mot in str(refus.value)
    assert restes(coffre_neuf) == []


def test_a_real_workbook_whose_rows_repeat_is_not_taken_for_a_bomb():
    sortie = io.BytesIO()
    classeur = xlsxwriter.Workbook(sortie)
    feuille = classeur.add_worksheet("Plan")
    for rang in range(40_000):
        feuille.write_row(rang, 0, ["Action fictive", 0, 0, 0, "À compléter"])
    classeur.close()
    assert garder(sortie.getvalue()).type.code == "xlsx"


def test_a_file_that_is_received_and_not_put_away_leaves_nothing(coffre_neuf):
    with depot.recevoir([pieces.pdf()]):
        assert len(restes(coffre_neuf)) == 1
    assert restes(coffre_neuf) == []


def test_reading_stops_at_the_limit_without_taking_in_the_rest():
    donnes = []

    def sans_fin():
        while True:
            donnes.append(1024**2)
            yield b"%" * 1024**2

    with pytest.raises(FichierRefuse, match="Mo"), depot.recevoir(sans_fin()):
        pytest.fail("Ce fichier devait être refusé.")
    assert sum(donnes) <= depot.OCTETS_MAX + 1024**2


def test_only_the_account_of_the_server_reads_the_safe_whatever_its_mask(coffre_neuf):
    ancien = os.umask(0)
    try:
        garder(pieces.pdf())
    finally:
        os.umask(ancien)
    for ici in (coffre_neuf, *coffre_neuf.rglob("*")):
        if ici.name != "verrou":
            attendu = 0o700 if ici.is_dir() else 0o600
            assert stat.S_IMODE(ici.stat().st_mode) == attendu, ici


def test_the_same_content_is_kept_once_and_a_deposit_mends_an_altered_file(coffre_neuf):
    octets = pieces.pdf()
    premier = garder(octets)
    coffre.chemin(premier.empreinte).write_bytes(b"autre chose")
    assert coffre.etat(premier.empreinte) == "altéré"
    garder(octets)
    assert coffre.etat(premier.empreinte) == ""
    assert restes(coffre_neuf) == [premier.empreinte] * 2
    coffre.chemin(premier.empreinte).unlink()
    assert coffre.etat(premier.empreinte) == "absent"


@pytest.mark.parametrize("empreinte", ["", "../../cle-secrete", "a" * 63, "A" * 64, "a" * 64 + "\n"])
def test_only_a_digest_names_a_file_of_the_safe(empreinte):
    with pytest.raises(ValueError, match="empreinte"):
        coffre.chemin(empreinte)


def test_cleaning_removes_what_no_row_names_and_what_was_abandoned_only(coffre_neuf):
    nomme, orphelin = garder(pieces.pdf()), garder(pieces.pdf())
    vieux, recent = coffre.arrivees() / "vieux.partiel", coffre.arrivees() / "recent.partiel"
    for partiel in (vieux, recent):
        partiel.write_bytes(b"x")
    os.utime(vieux, (time.time() - coffre.ABANDON - 60,) * 2)
    assert coffre.orphelins({nomme.empreinte}) == 2
    with coffre.occupation(seul=True):
        retires = coffre.nettoyer({nomme.empreinte})
    assert sorted(f.name for f in retires) == sorted([orphelin.empreinte] * 2 + ["vieux.partiel"])
    assert restes(coffre_neuf) == sorted([nomme.empreinte] * 2 + ["recent.partiel"])


def test_the_cleaner_waits_for_a_deposit_to_end():
    fini = threading.Event()

    def nettoyer():
        with coffre.occupation(seul=True):
            fini.set()

    with coffre.occupation():
        fil = threading.Thread(target=nettoyer)
        fil.start()
        assert not fini.wait(0.3)
    fil.join(5)
    assert fini.is_set()


# --- The process that examines ---------------------------------------------------------------------
def lancer(code, octets=b""):
    """Run something in place of the examination, within its limits."""
    programme = (
        f"import runpy, sys; m = runpy.run_path({str(examen.EXAMINATEUR)!r}); m['limiter']()\n"
        f"def faire():\n    {code}\n    return 'pdf', 1, None\nm['repondre'](faire)"
    )
    return subprocess.run(
        [sys.executable, "-I", "-c", programme], input=octets, capture_output=True, timeout=60, env={}
    )


@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/hostname').read()",
        "import socket; socket.socket()",
        "import os; os.pipe()",
        "b' ' * (2 * 1024**3)",
    ],
)
def test_a_file_that_would_take_the_examiner_over_gets_nothing_else(code):
    fin = lancer(code)
    assert fin.returncode == 0, fin.stderr
    assert b'"refus": "Ce fichier' in fin.stdout


def test_an_examiner_that_never_ends_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(examen, "EXAMINATEUR", _script(tmp_path, "while True: pass"))
    monkeypatch.setattr(examen, "DELAI", 0.5)
    with pytest.raises(FichierRefuse, match="en sûreté"), depot.recevoir([pieces.pdf()]):
        pytest.fail("Ce fichier devait être refusé.")


@pytest.mark.parametrize(
    "reponse",
    [
        "",
        "[]",
        '{"type": "exe", "pages": 1, "refus": null}',
        '{"type": "pdf", "pages": -1, "refus": null}',
        '{"type": "pdf", "pages": 1, "refus": null}\\n<html>',
        '{"type": ["pdf"], "pages": 1, "refus": null}',
    ],
)
def test_the_answer_of_the_examiner_is_believed_for_nothing(monkeypatch, tmp_path, reponse):
    monkeypatch.setattr(examen, "EXAMINATEUR", _script(tmp_path, f"print('{reponse}', end='')"))
    with pytest.raises(FichierRefuse, match="en sûreté"), depot.recevoir([pieces.pdf()]):
        pytest.fail("Ce fichier devait être refusé.")


def test_an_examiner_that_does_not_start_is_a_failure_of_ours_not_of_the_file(monkeypatch, tmp_path):
    monkeypatch.setattr(examen, "EXAMINATEUR", _script(tmp_path, "import absente"))
    with pytest.raises(RuntimeError, match="ne démarre pas"), depot.recevoir([pieces.pdf()]):
        pytest.fail("Rien ne devait être reçu.")


def _script(dossier, code):
    script = dossier / "essai.py"
    script.write_text(code, encoding="utf-8")
    return script


# --- The antivirus ---------------------------------------------------------------------------------
def test_without_an_antivirus_the_file_says_that_it_was_not_scanned():
    assert garder(pieces.pdf()).antivirus == port.ABSENT


def test_a_scanned_file_says_so_and_the_antivirus_saw_all_of_it(clamd):
    octets = pieces.pdf() + b"%" * 300_000
    assert garder(octets).antivirus == port.SAIN
    assert clamd.recus == [octets]


def test_the_antivirus_is_reached_over_the_network_too(settings):
    serveur = FauxClamd()
    settings.CLAMAV = serveur.adresse
    try:
        assert garder(pieces.pdf()).antivirus == port.SAIN
    finally:
        serveur.arreter()


@pytest.mark.parametrize("octets", [pieces.EICAR, pieces.pdf() + b"%" + pieces.EICAR])
def test_an_infected_file_is_refused_naming_what_was_found(clamd, coffre_neuf, octets):
    with pytest.raises(FichierRefuse, match="Eicar-Test-Signature"), depot.recevoir([octets]):
        pytest.fail("Ce fichier devait être refusé.")
    assert restes(coffre_neuf) == []


@pytest.mark.parametrize(
    "reponse", [b"INSTREAM size limit exceeded. ERROR\0", b"stream: OKAY\0", b"\0", b"\xff\0"]
)
def test_an_answer_that_is_not_yes_is_not_taken_for_yes(clamd, coffre_neuf, reponse):
    clamd.reponse = reponse
    with pytest.raises(AntivirusInjoignable, match="réessayez"), depot.recevoir([pieces.pdf()]):
        pytest.fail("Ce fichier devait être refusé.")
    assert restes(coffre_neuf) == []


def test_an_antivirus_that_is_down_keeps_nothing(settings, coffre_neuf, tmp_path):
    settings.CLAMAV = str(tmp_path / "personne.ctl")
    with pytest.raises(AntivirusInjoignable, match="ne répond pas"), depot.recevoir([pieces.pdf()]):
        pytest.fail("Ce fichier devait être refusé.")
    assert restes(coffre_neuf) == []


def test_an_antivirus_that_says_nothing_is_not_waited_for_for_ever(settings, monkeypatch):
    monkeypatch.setattr(port, "DELAI", 0.2)
    prise, settings.CLAMAV = port_muet()
    with prise, pytest.raises(AntivirusInjoignable), depot.recevoir([pieces.pdf()]):
        pytest.fail("Ce fichier devait être refusé.")


@pytest.mark.parametrize("reglage", ["clamd", "tcp://hote:3310", "hote:", "hote:port"])
def test_an_address_that_means_nothing_is_told_at_the_start(settings, reglage):
    from echelons.socle.verifications import adresse_de_l_antivirus

    settings.CLAMAV = reglage
    assert [e.id for e in adresse_de_l_antivirus(None)] == ["echelons.E006"]
    settings.CLAMAV = "/run/clamav/clamd.ctl"
    assert adresse_de_l_antivirus(None) == []


# --- The name --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("nom", "propre"),
    [
        ("acte.pdf", "acte.pdf"),
        ("Délibération n° 12.PDF", "Délibération n° 12.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\moi\\acte.pdf", "acte.pdf"),
        ("acte.pdf\0.exe", "acte.pdf .exe.pdf"),
        ("acte\u202efdp.exe", "acte fdp.exe.pdf"),
        ("acte\r\nSet-Cookie: a=b.pdf", "acte Set-Cookie a=b.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("..", "document.pdf"),
        ("", "document.pdf"),
        ("acte.docx", "acte.docx.pdf"),
        ("a" * 5_000 + ".pdf", "a" * 146 + ".pdf"),
        ("é" * 5_000, "é" * 146 + ".pdf"),
        ("con<>|?*\".pdf", "con .pdf"),
    ],
)  # fmt: skip
def test_a_name_becomes_a_label_that_harms_nobody(nom, propre):
    obtenu = depot.nom_propre(nom, depot.TYPES["pdf"])
    assert obtenu == propre.replace(" .pdf", ".pdf")
    assert len(obtenu) <= 150
    assert not any(unicodedata.category(c).startswith("C") for c in obtenu)
