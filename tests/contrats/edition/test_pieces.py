"""Each piece of an act: accessible, to be kept, checkable, marked for what it is, and word for word the same."""

import datetime as dt
import zlib
from functools import cache
from pathlib import Path

import pytest

from echelons.contrats.contenu import forme
from echelons.contrats.edition.code import ALPHABET, code_de, grouper
from echelons.contrats.edition.donnees import Piece
from echelons.contrats.edition.production import modele_au, nombre_de_pages, produire
from tests.bases import RACINE
from tests.contrats.contenu.exemples import identite
from tests.contrats.edition.contenus import JOUR, garni, local, reference, texte_seul
from tests.contrats.edition.lecture import codes, dedans, elements, ouvrir, polices, propre, texte

ATTENDUS = Path(__file__).parent / "attendus"
GARNI, LOCAL, TEXTE_SEUL = garni(), local(), texte_seul()


@cache
def garnie(piece=Piece.CONVENTION, projet=False):
    """The pieces of the same content, each made once."""
    return faire(GARNI, piece, projet)


def faire(contenu=GARNI, piece=Piece.CONVENTION, projet=False, jour=JOUR, **choix):
    if piece is Piece.FICHE:
        choix.setdefault("reference", reference(1))
    return produire(contenu, piece=piece, projet=projet, jour=jour, **choix)


@pytest.mark.parametrize("piece", Piece)
def test_every_piece_is_heard_and_kept(piece):
    document = ouvrir(garnie(piece))
    racine = document.Root
    assert str(racine.Lang) == "fr-FR"
    assert racine.MarkInfo.Marked
    assert racine.ViewerPreferences.DisplayDocTitle
    with document.open_metadata() as dit:
        assert (dit["pdfuaid:part"], dit["pdfaid:part"], dit["pdfaid:conformance"]) == ("1", "2", "A")
        assert dit["dc:title"]
        assert f"modele:2018-09-13, piece:{piece}" in dit["pdf:Keywords"]
    tableaux = elements(document, "/Table")
    assert [t for t in tableaux if not dedans(t, "/TH")] == []
    assert bool(tableaux) == (piece not in {Piece.DELIBERATION, Piece.SIGNATURES})
    assert [f for f in elements(document, "/Figure") if not str(f.get("/Alt", ""))] == []
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(p.keys()) for p in polices(document))


def test_what_is_to_be_scanned_where_it_is_signed_is_said_to_who_does_not_see():
    document = ouvrir(garnie(Piece.SIGNATURES))
    assert [str(f.Alt) for f in elements(document, "/Figure")] == [
        f"Code à lire avec un appareil photo\u00a0: {grouper(code_de(GARNI.empreinte))}"
    ]


def test_the_headings_of_a_table_are_said_again_on_the_next_page():
    long = faire(garni(fiches=40, annees=1, cibles=0), Piece.FINANCEMENT)
    pages = texte(long).split("\f")
    assert len(pages) > 1
    assert all("Fiche-action 2019 Total" in " ".join(page.split()) for page in pages)


def test_the_same_content_gives_the_same_bytes():
    autre = forme.lire(GARNI.json)
    assert autre is not GARNI
    assert faire(autre) == garnie()


@pytest.mark.parametrize(
    ("nom", "contenu"), [("convention", GARNI), ("contrat-local", LOCAL), ("avenant", TEXTE_SEUL)]
)
def test_an_act_reads_word_for_word_as_it_was_read_over(nom, contenu):
    """What changed is beside what is expected: read it, then put it in its place."""
    lu = texte(faire(contenu)).replace("\f", "--- page ---\n") + "\n"
    (RACINE / "var" / "tests").mkdir(parents=True, exist_ok=True)
    (RACINE / "var" / "tests" / f"{nom}.txt").write_text(lu, encoding="utf-8")
    assert lu == (ATTENDUS / f"{nom}.txt").read_text(encoding="utf-8")


def test_each_page_bears_the_code_of_the_content_and_its_number():
    pdf = garnie()
    code = code_de(GARNI.empreinte)
    pages = texte(pdf).split("\f")
    par_page = [f"ECHELONS1:{code}:C{n}" for n in range(1, len(pages) + 1)]
    assert sorted(set(codes(pdf))) == sorted(par_page)
    assert [n for n, page in enumerate(pages, 1) if grouper(code) not in page] == []
    assert [n for n, page in enumerate(pages, 1) if f"Page {n} sur {len(pages)}" not in page] == []
    assert len(code) == 20
    assert set(code) <= set(ALPHABET)


def test_each_page_says_where_to_check_it_once_the_instance_has_an_address(settings):
    settings.ADRESSE_DES_ACTES = "echelons.exemple"
    pages = texte(faire(GARNI)).split("\f")
    assert [p for p in pages if "Vérifier : echelons.exemple/verifier/" not in p.replace("\xa0", " ")] == []
    assert "tapez ce code à l’adresse echelons.exemple/verifier/." in " ".join(" ".join(pages).split())


def test_the_code_follows_the_content_alone():
    autre = GARNI.model_copy(update={"texte": "Un mot."})
    assert code_de(autre.empreinte) != code_de(GARNI.empreinte)
    assert code_de("0" * 64) == "0" * 20
    assert code_de("f" * 64) == "Z" * 20


def test_a_preview_says_so_on_each_page_and_bears_no_code():
    pdf = garnie(projet=True)
    pages = texte(pdf).split("\f")
    assert [n for n, page in enumerate(pages, 1) if "PROJET" not in page] == []
    assert codes(pdf, pages=slice(3)) == []
    assert "verifier" not in texte(pdf)
    assert "PROJET" not in texte(garnie())


def test_what_is_fictional_says_so_on_each_page_and_the_rest_never():
    assert all("FICTIF" in page for page in texte(garnie()).split("\f"))
    reel = TEXTE_SEUL.model_copy(update={"instrument": identite(fictif=False)})
    assert "FICTIF" not in texte(faire(reel))


def test_an_act_longer_than_foreseen_still_has_a_code_on_its_last_page():
    contenu = TEXTE_SEUL.model_copy(update={"texte": "mot\n" * 900})
    pdf = faire(contenu)
    pages = nombre_de_pages(pdf)
    assert pages > 14
    assert set(codes(pdf, pages=slice(-1, None))) == {f"ECHELONS1:{code_de(contenu.empreinte)}:C{pages}"}


def test_the_templates_of_a_day_are_the_last_in_force_and_the_oldest_before_them(settings, tmp_path):
    for version in ("2018-09-13", "2024-01-01"):
        (tmp_path / "documents" / version).mkdir(parents=True)
    settings.RACINE = tmp_path
    jours = [dt.date(2017, 1, 1), dt.date(2018, 9, 13), dt.date(2023, 12, 31), dt.date(2024, 1, 1)]
    assert [modele_au(jour).name for jour in jours] == ["2018-09-13"] * 3 + ["2024-01-01"]


def test_a_fiche_that_is_not_there_is_not_produced():
    with pytest.raises(LookupError):
        faire(piece=Piece.FICHE, reference=reference(99))


HOSTILE = (
    '#import "x": * $ x^2 $ *gras* <script> @ref {montant_etat} [U+] 漢 \x07 \u202e \u200f Z\u0310\u0335 '
    + "w" * 400
)


def test_hostile_words_are_shown_as_they_are_in_every_field():
    dedans_partout = garni(fiches=1, annees=1, cibles=1, intitule=HOSTILE[:300])
    valeurs = dedans_partout.json
    for champ in ("intitule", "description", "pilote", "public", "lieux"):
        valeurs["fiches"][0][champ] = HOSTILE
    valeurs["clauses"][0]["titre"] = valeurs["clauses"][0]["texte"] = HOSTILE
    valeurs["financeurs"][0]["libelle"] = valeurs["cibles"][0]["libelle"] = HOSTILE
    valeurs["lignes"][0]["montant"] = "1000000000000.01"
    valeurs["lignes"][0]["exercice"] = 1999
    lu = propre(texte(faire(forme.lire(valeurs))))
    assert (
        lu.count('#import "x": * $ x^2 $ *gras* <script> @ref {montant_etat} [U+] [U+6F22] [U+0007] [U+202E]')
        > 5
    )
    assert "1\u202f000\u202f000\u202f000\u202f000,01\u00a0€" in lu
    assert "Financement par fiche-action et par exercice" in lu


@pytest.mark.parametrize(
    "contenu", [forme.Contenu(instrument=identite(parties=(), intitule=""), exercices=())]
)
@pytest.mark.parametrize("piece", [p for p in Piece if p is not Piece.FICHE])
def test_an_instrument_that_holds_nothing_still_gives_every_piece(contenu, piece):
    assert nombre_de_pages(faire(contenu, piece)) >= 1


@pytest.mark.longue
def test_what_is_enormous_is_produced():
    assert nombre_de_pages(faire(garni(fiches=400))) > 400
    un_mo = TEXTE_SEUL.model_copy(update={"texte": "Une phrase ordinaire, encore une fois. " * 26_000})
    assert nombre_de_pages(faire(un_mo)) > 150
    sans_fin = TEXTE_SEUL.model_copy(update={"texte": "漢" * 300_000})
    assert zlib.crc32(faire(sans_fin)) == zlib.crc32(faire(sans_fin))
