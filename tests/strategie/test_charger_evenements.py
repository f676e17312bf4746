"""Official counts, envelopes and events: a file adds to what is recorded, and corrects it only when told to."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from echelons.socle.models import Source
from echelons.socle.yaml_situe import ErreurDeFichier
from echelons.strategie.actes import charger_evenements
from echelons.strategie.models import ChiffreEvenement, CompteOfficiel, Dispositif, Enveloppe, Evenement
from tests.fabriques import dispositif, ecrire

FICHIER = """\
releve_le: 2024-01-15
sources:
  - cle: ministere
    titre: Communiqué
    editeur: Ministère
    adresse: https://exemple.invalid/ministere
    publiee_le: 2019-02-21
  - cle: sans-date
    titre: Page
    editeur: Préfecture
    adresse: https://exemple.invalid/page
comptes:
  - {dispositif: essai, valeur: 99, quoi: departements, etat: engages, date: 2019-09, libelle: départements engagés, sources: [ministere]}
enveloppes:
  - {dispositif: essai, territoire: "32", montant: 1000, nature: exact, exercices: 2019-2022, libelle: Région, sources: [sans-date]}
  - {dispositif: essai, montant: 5000, nature: exact, exercices: 2019, par_an: true, libelle: Nation, sources: [ministere]}
evenements:
  - code: lancement
    date: 2019-02-21
    echelon: regional
    territoire: "32"
    titre: Conférence de lancement
    sources: [ministere]
    chiffres:
      - {libelle: participants, valeur: "500", sources: [ministere]}
"""  # noqa: E501


@pytest.fixture
def charger(tmp_path: Path, db: None) -> Callable[..., None]:
    """Load this text as the file ``strategie.yaml``, under the dispositif « essai »."""
    dispositif()

    def charger_texte(texte: str, **options: Any) -> None:
        charger_evenements(chemin=ecrire(tmp_path / "strategie.yaml", texte), **options)

    return charger_texte


def contenu() -> dict[str, list[tuple[Any, ...]]]:
    return {
        modele.__name__: list(modele._default_manager.order_by("pk").values_list())
        for modele in (Source, CompteOfficiel, Enveloppe, Evenement, ChiffreEvenement)
    }


@pytest.mark.parametrize("synchroniser", [False, True])
def test_the_same_file_twice_changes_nothing(charger, synchroniser):
    charger(FICHIER)
    avant = contenu()
    charger(FICHIER, synchroniser=synchroniser)
    assert contenu() == avant


def test_a_file_that_holds_nothing_removes_nothing_unless_it_is_the_whole_truth(charger):
    charger(FICHIER)
    avant = contenu()
    charger("releve_le: 2024-01-15\n")
    assert contenu() == avant
    charger("releve_le: 2024-01-15\n", synchroniser=True)
    assert {nom: len(lignes) for nom, lignes in contenu().items() if nom != "Source"} == {
        "CompteOfficiel": 0,
        "Enveloppe": 0,
        "Evenement": 0,
        "ChiffreEvenement": 0,
    }


@pytest.mark.parametrize(
    ("avant", "apres", "ligne", "phrase"),
    [
        ("titre: Communiqué", "titre: Autre", 4, "la source « ministere » existe déjà avec un autre titre"),
        ("libelle: départements engagés", "libelle: départements", 13, "existe déjà avec un autre libellé"),
        ("montant: 1000, nature: exact", "montant: 1000, nature: minimum", 15, "existe déjà avec une autre nature"),
        ("par_an: true", "par_an: false", 16, "trouvé « false », enregistré « true »"),
        ("    date: 2019-02-21", "    date: 2019-02-22", 19, "« lancement » existe déjà avec une autre date"),
        ("titre: Conférence", "titre: Réunion", 22, "existe déjà avec un autre titre"),
        ('valeur: "500", sources: [ministere]', 'valeur: "500", sources: [sans-date]', 25, "cite autre chose"),
        ("    titre: Conférence", "    connu_le: 2019-03-01\n    titre: Conférence", 22, "une autre date « connu le »"),
    ],
)  # fmt: skip
def test_a_file_that_tells_otherwise_what_is_recorded_is_refused_or_corrects_it(
    charger, avant, apres, ligne, phrase
):
    charger(FICHIER)
    etat, autre = contenu(), FICHIER.replace(avant, apres)
    assert autre != FICHIER
    with pytest.raises(ErreurDeFichier) as refus:
        charger(autre)
    assert len(refus.value.messages) == 1
    assert refus.value.messages[0].startswith(f"strategie.yaml:{ligne} :")
    assert phrase in refus.value.messages[0]
    assert contenu() == etat
    charger(autre, synchroniser=True)
    charger(autre)
    assert {nom: len(lignes) for nom, lignes in contenu().items()} == {n: len(x) for n, x in etat.items()}


def test_what_is_announced_is_known_from_its_earliest_dated_source_else_from_the_survey(charger):
    charger(FICHIER)
    essai, annonce = Dispositif.objects.get(code="essai"), dt.date(2019, 2, 21)
    veille = annonce - dt.timedelta(days=1)
    assert [list(Evenement.objects.de_la_region("32", j)) for j in (veille,)] == [[]]
    assert [e.code for e in Evenement.objects.de_la_region("32", annonce)] == ["lancement"]
    assert not CompteOfficiel.objects.de(essai, veille)
    assert [c.valeur for c in CompteOfficiel.objects.de(essai, annonce)] == [99]
    assert [e.exercices_en_clair for e in Enveloppe.objects.de(None, essai, annonce)] == [
        "par\u00a0an, exercice\u00a02019"
    ]
    assert not Enveloppe.objects.de("32", essai, dt.date(2024, 1, 14))
    assert [e.libelle for e in Enveloppe.objects.de("32", essai, dt.date(2024, 1, 15))] == ["Région"]
    assert [e.libelle for e in Enveloppe.objects.de("32", essai, None)] == ["Région"]


def test_all_that_rests_on_a_source_is_counted_by_kind_and_together(charger):
    charger(FICHIER)
    cles = ["ministere", "sans-date"]
    par_cle = {s.cle: s for s in Source.objects.par_editeur() if s.cle in cles}
    assert list(par_cle) == cles
    ministere = par_cle["ministere"]
    assert (ministere.nombre_de_comptes, ministere.nombre_de_evenements, ministere.nombre_de_chiffres) == (
        1,
        1,
        1,
    )
    assert (ministere.nombre_de_faits, ministere.nombre_d_appuis) == (0, 4)
    assert par_cle["sans-date"].nombre_d_appuis == 1
