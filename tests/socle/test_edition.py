"""The engine of documents: same data, same bytes; nothing stops it, nothing disappears; a wrong template says so."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from echelons.socle.edition import EditionImpossible, composer
from echelons.socle.octets import MemoireDOctets
from tests.contrats.edition.lecture import ouvrir, polices, texte

JOUR = dt.date(2019, 6, 30)
MODELE = """#let d = json(bytes(sys.inputs.donnees))
#set document(title: d.titre)
#set text(lang: "fr", font: ("Libertinus Serif", "DejaVu Sans Mono"))
#title()
#d.texte
"""


@pytest.fixture
def modele(tmp_path):
    chemin = tmp_path / "essai.typ"
    chemin.write_text(MODELE, encoding="utf-8")
    return chemin


def lire(modele, ecrit):
    return texte(composer(modele, {"titre": "Essai", "texte": ecrit}, JOUR))


def test_the_same_data_give_the_same_bytes_and_another_day_gives_others(modele):
    donnees = {"titre": "Essai", "texte": "Été"}
    premiere = composer(modele, donnees, JOUR)
    assert composer(modele, donnees, JOUR) == premiere
    assert composer(modele, donnees, dt.date(2019, 7, 1)) != premiere


def test_threads_share_the_engine_and_each_gets_its_own_document(modele):
    def produire(rang):
        return texte(composer(modele, {"titre": "Essai", "texte": f"numéro {rang}."}, JOUR))

    with ThreadPoolExecutor(4) as fils:
        lus = list(fils.map(produire, range(12)))
    assert [f"numéro {rang}." in lu for rang, lu in enumerate(lus)] == [True] * 12


def test_the_fonts_are_those_that_the_engine_carries_and_are_embedded(modele):
    document = ouvrir(composer(modele, {"titre": "Essai", "texte": "é € م"}, JOUR))
    siennes = polices(document)
    assert {str(p.FontName).split("+")[1].split("-")[0] for p in siennes} == {
        "LibertinusSerif",
        "DejaVuSansMono",
    }
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(p.keys()) for p in siennes)


@pytest.mark.parametrize(
    "ecrit",
    [
        '#import "x.typ": * $x^2$ *gras* `code` @ref // non /* */ #panic()',
        "<script>alert(1)</script> & {{ objet }} {montant_etat}",
        "\\u{202e} \\ [x] = Titre",
    ],
)
def test_what_looks_like_a_language_is_shown_as_it_was_typed(modele, ecrit):
    assert ecrit in lire(modele, ecrit).replace("\n", " ")


@pytest.mark.parametrize(
    ("ecrit", "montre"),
    [
        ("a\x00b\x1bc", "a[U+0000]b[U+001B]c"),
        ("franc\u202egnal", "franc[U+202E]gnal"),
        ("zone \ue000 privée", "zone [U+E000] privée"),
        ("漢字 😀.", "[U+6F22][U+5B57] [U+1F600]."),
        ("demi \ud83d moitié", "demi [U+D83D] moitié"),
    ],
)
def test_what_cannot_be_drawn_is_named(modele, ecrit, montre):
    assert montre in lire(modele, ecrit)


def test_a_text_that_reads_from_right_to_left_is_kept(modele):
    assert "שלום" in lire(modele, "Bonjour : שלום.")


def test_accents_piled_beyond_what_any_font_foresees_are_still_produced(modele):
    assert "Z" in lire(modele, "Z" + "\u0310\u0335\u0353\u20dd" * 20 + " ก\u0e47\u0302")


def test_a_word_without_end_stays_within_the_page(modele):
    lu = lire(modele, "z" * 5_000)
    assert lu.count("z") == 5_000
    assert max(map(len, lu.splitlines())) < 200


def test_a_template_that_lacks_a_value_says_which(modele):
    with pytest.raises(EditionImpossible, match="texte"):
        composer(modele, {"titre": "Essai"}, JOUR)
    with pytest.raises(EditionImpossible, match="title"):
        composer(modele, {"titre": "", "texte": ""}, JOUR)


def test_a_file_asked_twice_is_made_once_and_the_oldest_leaves_when_there_is_no_more_room():
    faits = []
    memoire = MemoireDOctets(10)

    def lire(cle):
        return memoire.lire(cle, lambda: faits.append(cle) or b"12345")

    for cle in "aabacb":
        assert lire(cle) == b"12345"
    assert faits == ["a", "b", "c", "b"]
