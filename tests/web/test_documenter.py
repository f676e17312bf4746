"""The generated documents: the same each time, in step with the code, and told when they are not."""

import json
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import get_resolver

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A folder where the documents were just written."""
    call_command("documenter", dossier=tmp_path, verbosity=0)
    return tmp_path


def contenus(dossier: Path) -> dict[str, str]:
    return {
        str(c.relative_to(dossier)): c.read_text(encoding="utf-8") for c in dossier.rglob("*") if c.is_file()
    }


def verifier(dossier: Path) -> str:
    """What « --verifier » answers, nothing when all is in step."""
    try:
        call_command("documenter", "--verifier", dossier=dossier, verbosity=0)
    except CommandError as erreur:
        return str(erreur)
    return ""


def test_writing_twice_gives_the_same_files(dossier, tmp_path_factory):
    encore = tmp_path_factory.mktemp("encore")
    call_command("documenter", dossier=encore, verbosity=0)
    assert contenus(encore) == contenus(dossier)
    assert verifier(dossier) == ""


def test_a_document_out_of_step_a_missing_one_and_one_too_many_are_named_and_left_alone(dossier):
    (dossier / "adresses.md").write_text("autre chose", encoding="utf-8")
    (dossier / "schemas" / "faits.json").unlink()
    (dossier / "schemas" / "oublie.json").write_text("{}", encoding="utf-8")
    avant = contenus(dossier)
    reponse = verifier(dossier)
    for nom in ("adresses.md", "schemas/faits.json", "schemas/oublie.json (n’est plus produit)"):
        assert nom in reponse
    assert "fichiers.md" not in reponse
    assert contenus(dossier) == avant
    call_command("documenter", dossier=dossier, verbosity=0)
    assert verifier(dossier) == ""
    assert not (dossier / "schemas" / "oublie.json").exists()


def test_every_generated_document_says_what_generates_it(dossier):
    for nom, texte in contenus(dossier).items():
        assert "./echelons documenter" in texte, nom


def test_the_dictionary_tells_every_model_field_and_constraint_with_its_message(dossier):
    texte = (dossier / "dictionnaire.md").read_text(encoding="utf-8")
    for modele in apps.get_models():
        if modele.__module__.startswith("echelons."):
            assert f"### {modele.__name__}\n" in texte
            for champ in modele._meta.local_fields:
                assert f"| `{champ.name}` |" in texte, (modele, champ)
            for contrainte in modele._meta.constraints:
                assert f"| `{contrainte.name}` |" in texte
    assert (
        "| `contrats_fait_ne_se_remplace_pas` | check | Un fait ne peut pas se remplacer lui-même. |" in texte
    )


def test_every_public_address_is_listed_with_what_it_answers(dossier):
    texte = (dossier / "adresses.md").read_text(encoding="utf-8")
    noms = {nom for nom in get_resolver().reverse_dict if isinstance(nom, str)}
    listees = re.findall(r"^\| `/[^`]*` \| `(\w+)` \| (.+) \|$", texte, re.MULTILINE)
    assert {nom for nom, _ in listees} == noms
    assert all(phrase.endswith(".") or phrase[-1].isalnum() for _, phrase in listees)


def test_a_schema_takes_dates_as_they_are_written_and_refuses_what_the_files_refuse(dossier):
    schema = json.loads((dossier / "schemas" / "faits.json").read_text(encoding="utf-8"))
    fait = schema["$defs"]["FaitFichier"]
    assert fait["additionalProperties"] is False
    assert {"type", "date", "sources"} <= set(fait["required"])
    for date in ("2018-12-18", "2019-06", "<=2020-07-03", "inconnue"):
        assert re.search(fait["properties"]["date"]["pattern"], date)
    assert not re.search(fait["properties"]["date"]["pattern"], "au printemps")
    assert "signature" in schema["$defs"]["FaitType"]["enum"]


def test_a_variable_of_the_settings_that_nobody_described_is_an_error(monkeypatch, tmp_path):
    from echelons.web.documentation import commandes

    monkeypatch.delitem(commandes.VARIABLES, "ECHELONS_THEME")
    with pytest.raises(KeyError, match="ECHELONS_THEME"):
        call_command("documenter", dossier=tmp_path, verbosity=0)


def test_the_documents_of_the_repository_are_in_step():
    assert verifier(REFERENCE) == ""
