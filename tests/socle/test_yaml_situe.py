"""Data files: what is read as written, and every wrong one refused with its line, in French, at once."""

import time

import pytest
from pydantic import BaseModel

from echelons.socle.yaml_situe import TAILLE_MAX, ErreurDeFichier, charger_yaml, lire_yaml
from tests.fabriques import ecrire


def contenu(tmp_path, texte):
    return lire_yaml(ecrire(tmp_path / "a.yaml", texte)).contenu


def refus(tmp_path, texte):
    chemin = tmp_path / "a.yaml"
    chemin.write_bytes(texte if isinstance(texte, bytes) else texte.encode())
    with pytest.raises(ErreurDeFichier) as erreur:
        lire_yaml(chemin)
    (message,) = erreur.value.messages
    return message


def test_what_is_written_is_what_is_read(tmp_path):
    texte = """
        code: 01
        date: 2018-12-18
        vrai: oui
        rien:
        nul: ~
        cite: "null"
        liste: [a, {b: c}]
        texte: >-
          sur deux
          lignes
        """
    assert contenu(tmp_path, texte) == {
        "code": "01",
        "date": "2018-12-18",
        "vrai": "oui",
        "rien": None,
        "nul": None,
        "cite": "null",
        "liste": ["a", {"b": "c"}],
        "texte": "sur deux lignes",
    }


@pytest.mark.parametrize("texte", ["", "# rien\n", "\ufeff", "---\n"])
def test_an_empty_file_holds_nothing(tmp_path, texte):
    assert not contenu(tmp_path, texte)


def test_a_byte_order_mark_is_not_part_of_the_first_key(tmp_path):
    assert contenu(tmp_path, "\ufeffclé: é\n") == {"clé": "é"}


@pytest.mark.parametrize(
    ("texte", "ligne", "bout"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "la clé « a » est donnée deux fois"),
        ("a: &x [1]\nb: *x\n", 2, "les renvois YAML (& et *) ne sont pas admis"),
        ("a: &a [*a]\n", 1, "les renvois YAML"),
        ("? [a]\n: b\n", 1, "une clé est un mot"),
        ("a: 1\n---\nb: 2\n", 2, "un second document"),
        ("a:\n\tb: 1\n", 2, "une tabulation"),
        ("a: 'b\n", 2, "des guillemets ne sont pas refermés"),
        ("a: b: c\n", 1, "mettez le texte entre guillemets"),
        ("a: 1\nb\nc: 2\n", 3, "deux-points"),
        ("a: [1, 2\nb: 3\n", 2, "n’est pas refermée"),
        ("a: ok\nb: \x07\n", 2, "un caractère de contrôle"),
        ('a: ok\nb: "\\0"\n', 2, "caractère nul"),
        ('a: ok\n"b\\0": 1\n', 2, "caractère nul"),
        ('a: "\\ud800"\n', 1, "n’est pas correcte"),
        (b"a: ok\nb: caf\xe9\n", 2, "n’est pas en UTF-8"),
        (b"\xff\xfea\x00", 1, "n’est pas en UTF-8"),
    ],
)
def test_a_badly_written_file_is_refused_with_its_line(tmp_path, texte, ligne, bout):
    message = refus(tmp_path, texte)
    assert message.startswith(f"a.yaml:{ligne} : ")
    assert bout in message
    assert message.endswith(".")


@pytest.mark.parametrize("ouverture", ["[", "{a: ", "- ", "? ", "&a ", "!a "])
def test_a_file_nested_a_million_times_is_refused_at_once_and_harms_nothing(tmp_path, ouverture):
    debut = time.monotonic()
    assert refus(tmp_path, ouverture * 1_000_000).startswith("a.yaml:1 : ")
    assert time.monotonic() - debut < 5


def test_a_bomb_of_aliases_never_goes_off(tmp_path):
    etages = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 30)]
    assert "a.yaml:2 : les renvois YAML" in refus(tmp_path, "\n".join(etages))


def test_a_file_too_large_is_not_even_read(tmp_path):
    assert "trop grand" in refus(tmp_path, b"#" * (TAILLE_MAX + 1))


def test_a_file_that_cannot_be_opened_is_said(tmp_path):
    with pytest.raises(ErreurDeFichier, match="fichier illisible"):
        lire_yaml(tmp_path / "absent.yaml")


class Essai(BaseModel):
    """A shape to try errors on."""

    nombre: int
    liste: list[str] = []


@pytest.mark.parametrize(
    ("texte", "messages"),
    [
        ("liste: [a]\n", ["a.yaml:1 : clé « nombre » : cette clé est obligatoire et manque. Ajoutez-la."]),
        ("- 1\n", ["a.yaml:1 : trouvé une liste, attendu des clés et des valeurs."]),
        ("bonjour\n", ["a.yaml:1 : trouvé « bonjour », attendu des clés et des valeurs."]),
        ("nombre: un\n", ["a.yaml:1 : clé « nombre » : trouvé « un », attendu un nombre entier."]),
        (
            "nombre:\n  a: 1\nliste:\n  - a\n  - [b]\n",
            [
                "a.yaml:1 : clé « nombre » : trouvé un ensemble de clés, attendu un nombre entier.",
                "a.yaml:5 : clé « liste.2 » : trouvé une liste, attendu un texte.",
            ],
        ),
    ],
)
def test_a_file_of_another_shape_says_what_was_found_and_expected(tmp_path, texte, messages):
    with pytest.raises(ErreurDeFichier) as erreur:
        charger_yaml(ecrire(tmp_path / "a.yaml", texte), Essai)
    assert erreur.value.messages == messages
