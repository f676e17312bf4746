"""The shipped files are those that the manifest describes, and say what France counts."""

import csv
import hashlib
import json
import re
from collections import Counter

import pytest

from echelons.territoires.millesimes import DONNEES

MANIFESTE = json.loads((DONNEES / "manifeste.json").read_text(encoding="utf-8"))


def lignes(nom: str) -> list[dict[str, str]]:
    with (DONNEES / nom).open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


@pytest.mark.parametrize("nom", sorted(MANIFESTE["fichiers"]))
def test_a_shipped_file_has_the_digest_and_the_rows_of_the_manifest(nom):
    attendu = MANIFESTE["fichiers"][nom]
    assert hashlib.sha256((DONNEES / nom).read_bytes()).hexdigest() == attendu["sha256"]
    assert len(lignes(nom)) == attendu["lignes"]


def test_no_data_file_escapes_the_manifest():
    assert {chemin.name for chemin in DONNEES.glob("*.csv")} == set(MANIFESTE["fichiers"])


def test_the_manifest_counts_what_france_counts():
    comptes = MANIFESTE["comptes"]
    assert comptes["regions"] == 18
    assert comptes["departements"] == 101
    assert (comptes["epci_2019"], comptes["epci_2026"]) == (1259, 1255)
    assert (comptes["communes_2019"], comptes["communes_2026"]) == (34970, 34875)


@pytest.mark.parametrize("annee", ["2019", "2026"])
def test_rows_of_each_picture_are_as_many_as_counted(annee):
    for table in ("epci", "communes"):
        presents = [ligne for ligne in lignes(f"{table}.csv") if annee in ligne["millesimes"].split()]
        assert len(presents) == MANIFESTE["comptes"][f"{table}_{annee}"]


@pytest.mark.parametrize("annee", ["2019", "2026"])
def test_only_four_islands_belong_to_no_epci(annee):
    seules = {
        ligne["nom"]
        for ligne in lignes("communes.csv")
        if annee in ligne["millesimes"].split() and not ligne[f"epci_{annee}"]
    }
    assert seules == {"Île-de-Bréhat", "Île-de-Sein", "Ouessant", "L’Île-d’Yeu"}


def test_there_are_twenty_two_metropoles():
    natures = Counter(
        ligne["nature"] for ligne in lignes("epci.csv") if "2019" in ligne["millesimes"].split()
    )
    assert natures["METRO"] + natures["MET69"] == 22


def test_every_old_code_leads_to_a_commune_of_the_latest_picture_or_is_reported_without_lineage():
    actuelles = {ligne["code"] for ligne in lignes("communes.csv") if "2026" in ligne["millesimes"].split()}
    signales = {
        ligne["code"]
        for ligne in lignes("rapport_filiation.csv")
        if ligne["constat"] == "sans filiation connue"
    }
    anciens = lignes("anciens_codes.csv")
    assert {ligne["code"] for ligne in anciens if ligne["actuel"] not in actuelles} == signales
    assert len(signales) == MANIFESTE["comptes"]["sans_filiation"]
    assert not {ligne["code"] for ligne in anciens} & actuelles


def test_a_disputed_lineage_is_marked_and_reported():
    marques = {ligne["code"] for ligne in lignes("anciens_codes.csv") if ligne["origine"] == "discordante"}
    rapportes = {
        ligne["code"]
        for ligne in lignes("rapport_filiation.csv")
        if ligne["suite_selon_2019"] != ligne["suite_selon_2026"] and "déléguée" not in ligne["constat"]
    }
    assert marques == rapportes
    assert "55273" in marques


def test_the_provenance_tells_sources_licence_and_digests():
    texte = (DONNEES / "PROVENANCE.md").read_text(encoding="utf-8")
    assert "Licence Ouverte" in texte
    for paquet in MANIFESTE["paquets"]:
        assert paquet["paquet"] in texte
        assert re.fullmatch(r"[0-9a-f]{128}", paquet["sha512"])
        assert paquet["sha512"][:24] in texte
    for fiche in MANIFESTE["fichiers"].values():
        assert fiche["sha256"][:24] in texte
