"""A programme that does not exist, added with YAML alone: its pages, its rules, its calendar, its documentation."""

import datetime as dt
import shutil
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command

from echelons.strategie.lecture import regles_de
from echelons.strategie.models import Dispositif
from echelons.strategie.regles import juger
from echelons.strategie.regles.projet import Action, Avis, Financement, Financeur, Projet
from echelons.strategie.regles.verdict import Etat
from echelons.web.documentation.cadre import pages_du_cadre
from tests.fabriques import RACINE
from tests.web.pages import Page, texte

FICHIER = Path(__file__).with_name("pacte-des-aines.yaml")


@pytest.fixture
def pacte(db: None) -> Dispositif:
    """The instance, once the file is taken in as a person would."""
    cache.clear()
    sortie = StringIO()
    call_command("charger_referentiels", FICHIER, appliquer=True, stdout=sortie)
    assert "Référentiel enregistré" in sortie.getvalue()
    return Dispositif.objects.get(code="pacte-des-aines-2027")


@pytest.fixture
def lire(client, pacte):
    def ouvrir(chemin: str) -> str:
        reponse = client.get(chemin)
        assert reponse.status_code == 200, chemin
        return texte(Page(reponse.content).soupe.main)

    return ouvrir


def test_its_page_says_who_signs_what_it_holds_and_its_rules_in_sentences(lire):
    page = lire("/dispositif/pacte-des-aines-2027/")
    for attendu in (
        "La caisse de retraite (facultatif)",
        "Pacte des aînés signe le contrat",
        "Avenant de rentrée",
        "Des visites chaque semaine",
        "Jamais tentée dans ce département.",
        "L’État apporte au plus 33,33 % du coût total, dans l’ensemble du contrat (source : Circulaire fictive",
        "« Rompre l’isolement », « Vivre chez soi »",
        "L’avis de « Commissaire à la lutte contre la pauvreté » est donné, et favorable (à confirmer).",
        "Délai médian d’aménagement",
    ):
        assert attendu in page, attendu


def test_its_calendar_keeps_both_dates_and_its_own_year(lire):
    page = lire("/dispositif/pacte-des-aines-2027/calendrier/")
    assert "30 juin 2027 portée au 30 septembre 2027 par Circulaire fictive du 1er juin 2027" in page
    assert "année glissante : du 1er septembre 2027 au 31 août 2028" in page
    assert "comptée depuis la dernière signature, 12 mois" in page


def test_its_indicators_and_measures_have_their_pages(lire):
    assert "Aînés sans visite" in lire("/indicateur/aines-isoles/")
    assert "Ne se calcule pas" in lire("/indicateur/aines-delai/")
    assert "à confirmer" in lire("/indicateur/aines-logements/")
    assert "Visites rendues" in lire("/indicateurs/")
    assert "communes et intercommunalités, depuis le 15 janvier 2027" in lire("/mesures/").lower()
    assert "Vivre chez soi" in lire("/dispositifs/")
    assert "Pacte des aînés" in lire("/?dispositif=pacte-des-aines-2027&au=2027-10-01")


def test_its_rules_judge_a_project(pacte):
    action = Action("1", "Tournées", axe="lien")
    projet = Projet(
        (action, Action("2", "Rampes", axe="domicile")),
        (
            Financement("1", Financeur.ETAT, 2027, Decimal(34)),
            Financement("1", Financeur.AUTRE, 2027, Decimal(66)),
        ),
        (Avis("commissaire", False, dt.date(2027, 5, 1)),),
    )
    parite, axes, avis = (juger(regle, projet) for regle in regles_de(pacte))
    assert (parite.etat, parite.bloque) == (Etat.ENFREINTE, True)
    assert axes.etat is Etat.RESPECTEE
    assert (avis.etat, avis.bloque) == (Etat.ENFREINTE, False)
    assert "Commissaire à la lutte contre la pauvreté" in avis.phrase


def test_its_documentation_is_written_from_its_file(tmp_path):
    (tmp_path / "aines").mkdir()
    shutil.copy(FICHIER, tmp_path / "aines")
    pages = {chemin.name: page for chemin, page in pages_du_cadre(tmp_path).items()}
    assert "| instrument | `lettre` | Lettre d’intention |" in pages["dispositifs.md"]
    assert "### Part des aînés isolés" in pages["indicateurs.md"]
    assert "Un tiers pour l’État" in pages["regles.md"]
    assert "portée au 30 septembre 2027 par Circulaire fictive du 1er juin 2027" in pages["calendrier.md"]


def test_no_line_of_the_product_knows_of_it():
    for fichier in (RACINE / "src").rglob("*.py"):
        assert "pacte-des-aines" not in fichier.read_text(encoding="utf-8"), fichier
