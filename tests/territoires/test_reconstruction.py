"""The script that rebuilds the data files: lineage of old codes, and refusal of unknown archives."""

import subprocess
import sys
from pathlib import Path

import pytest

OUTILS = Path(__file__).resolve().parents[2] / "outils" / "territoires"


def com(code, identifiant, **suite):
    return {"id": identifiant, "type": "COM", "code": code, "nom": f"Commune {code}", **suite}


def commune(code, anciens=(), **autres):
    return {
        "code": code,
        "nom": f"Commune {code}",
        "type": "commune-actuelle",
        "zone": "metro",
        "anciensCodes": list(anciens),
        **autres,
    }


@pytest.fixture
def filiation(monkeypatch):
    monkeypatch.syspath_prepend(str(OUTILS))
    from filiation import Filiation

    def lire(historique, communes_2026):
        return Filiation(historique=historique, communes_2019=[], communes_2026=communes_2026)

    return lire


def test_a_code_merged_twice_leads_to_the_commune_of_today_with_the_date_of_its_own_end(filiation):
    historique = [
        com("01001", "a", dateFin="1970-01-01", successeur="a2"),
        {"id": "a2", "type": "COMA", "code": "01001", "nom": "Commune 01001", "pole": "b"},
        com("01002", "b", dateFin="2016-01-01", successeur="b2"),
        {"id": "b2", "type": "COMD", "code": "01002", "nom": "Commune 01002", "pole": "c"},
        com("01003", "c"),
    ]
    lignes = filiation(historique, [commune("01003", ["01001", "01002"])]).anciens_codes(str)
    assert [(ligne["code"], ligne["actuel"], ligne["depuis"], ligne["origine"]) for ligne in lignes] == [
        ("01001", "01003", "1970-01-01", "cog"),
        ("01002", "01003", "2016-01-01", "cog"),
    ]


def test_two_pictures_that_disagree_are_both_kept_marked_and_reported(filiation):
    historique = [
        com("01001", "a", dateFin="1973-01-01", successeur="b"),
        com("01002", "b"),
        com("01003", "c"),
    ]
    lue = filiation(historique, [commune("01002"), commune("01003", ["01001"])])
    lignes = lue.anciens_codes(str)
    assert [(ligne["actuel"], ligne["origine"]) for ligne in lignes] == [
        ("01002", "discordante"),
        ("01003", "discordante"),
    ]
    assert lue.rapport(str)[0]["constat"] == "suites différentes selon 2019 et 2026"


def test_a_code_that_neither_picture_continues_is_shipped_without_lineage_and_reported(filiation):
    historique = [com("01001", "a", dateFin="1950-01-01", raisonFin="suppression"), com("01002", "b")]
    lue = filiation(historique, [commune("01002")])
    assert [(ligne["code"], ligne["actuel"]) for ligne in lue.anciens_codes(str)] == [("01001", "")]
    assert [ligne["constat"] for ligne in lue.rapport(str)] == ["sans filiation connue"]


def test_an_archive_whose_digest_is_not_the_pinned_one_is_refused_by_name(tmp_path):
    (tmp_path / "etalab-decoupage-administratif-6.0.0.tgz").write_bytes(b"autre chose")
    resultat = subprocess.run(
        [sys.executable, OUTILS / "reconstruire.py", "--archives", tmp_path, "--verifier"],
        capture_output=True,
        text=True,
    )
    assert resultat.returncode == 1
    assert "@etalab/decoupage-administratif@6.0.0" in resultat.stderr
    assert "empreinte SHA-512 attendue" in resultat.stderr
