"""What an author is told of a file that cannot be read: in French, with the line, and never in the words of a tool."""

import re
import subprocess
import sys

import pytest

from echelons.contrats.fichiers import FichierFaits
from echelons.socle.yaml_situe import ErreurDeFichier, charger_yaml
from tests.fabriques import ENTETE_DE_FAITS, RACINE, ecrire

ANGLAIS = re.compile(
    r"\b(did|not|found|expected|while|parsing|input|should|valid|string|value|error|pattern)\b"
)


@pytest.mark.parametrize(
    ("texte", "ligne"),
    [
        ("a: [1, 2", 2),
        ("a: 'x", 1),
        ("a: b: c", 1),
        ("a:\n - b\n c: d", 3),
        (" - a\n- b", 2),
        ("a: |x\n y", 1),
        ("a: *", 1),
        ('a: "\\xZZ"', 1),
        ("%YAML 9\n---\na", 1),
        ("a: \x07", 1),
        ("a: !<x", 1),
        ("releve_le: hier\nsources: non\ncontrats: {a: b}\ninconnue: 1", 2),
        (ENTETE_DE_FAITS.replace("https://", "ftp://").replace("cle: prefecture", "cle: Préfecture"), 3),
        (ENTETE_DE_FAITS + "    fictive: peut-être\n", 8),
    ],
)
def test_a_file_that_cannot_be_read_is_said_in_french(tmp_path, texte, ligne):
    with pytest.raises(ErreurDeFichier) as refus:
        charger_yaml(ecrire(tmp_path / "essai.yaml", texte), FichierFaits)
    assert refus.value.messages[0].startswith(f"essai.yaml:{ligne} :")
    for message in refus.value.messages:
        assert not ANGLAIS.search(message.split(" : ", 1)[1]), message
        assert "^" not in message


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        ("https://", "ftp://", "attendu une adresse commençant par https:// ou http://"),
        ("cle: prefecture", "cle: Préfecture", "attendu des minuscules sans accent, chiffres et tirets"),
    ],
)
def test_what_a_key_or_an_address_looks_like_is_said_in_words(tmp_path, avant, apres, attendu):
    with pytest.raises(ErreurDeFichier, match=re.escape(attendu)):
        charger_yaml(ecrire(tmp_path / "essai.yaml", ENTETE_DE_FAITS.replace(avant, apres)), FichierFaits)


@pytest.mark.parametrize(
    ("commande", "demonstration", "phrase"),
    [
        (["-m", "echelons", "check"], "1", "ECHELONS_AUJOURDHUI : « hier » n’est pas une date."),
        (["-m", "echelons", "check"], "0", "ECHELONS_AUJOURDHUI ne peut être réglée que dans la démonstration"),
        (
            ["-m", "gunicorn", "--config", "outils/gunicorn.conf.py", "echelons.reglages.wsgi"],
            "1",
            "ECHELONS_AUJOURDHUI : « hier » n’est pas une date.",
        ),
    ],
)  # fmt: skip
def test_a_refused_setting_is_one_sentence_and_a_failure(tmp_path, commande, demonstration, phrase):
    resultat = subprocess.run(
        [sys.executable, *commande],
        cwd=RACINE,
        env={
            "ECHELONS_VAR": str(tmp_path),
            "ECHELONS_DEMONSTRATION": demonstration,
            "ECHELONS_AUJOURDHUI": "hier",
            "PORT": "0",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert resultat.returncode == 1
    assert len(resultat.stderr.splitlines()) == 1, resultat.stderr
    assert resultat.stderr.startswith(phrase)
    assert not resultat.stdout
