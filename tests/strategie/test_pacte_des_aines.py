"""A programme that does not exist, added with YAML alone: its pages, its rules, its calendar, its documentation."""

import datetime as dt
import shutil
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.test import Client

from echelons.contrats import actes, imports
from echelons.contrats.circulaires import en_attente, publier
from echelons.contrats.faits_par_fichier import FAITS
from echelons.contrats.incidence import incidence
from echelons.contrats.models import Contrat
from echelons.contrats.regles import Classe
from echelons.contrats.requetes import lire_contrat
from echelons.contrats.suivis import echeances_des
from echelons.socle.horloge import a_la_date
from echelons.socle.imports.passage import Correspondance
from echelons.strategie.circulaires import preparer
from echelons.strategie.lecture import regles_de
from echelons.strategie.models import Dispositif
from echelons.strategie.redaction import Contenu
from echelons.strategie.regles import juger
from echelons.strategie.regles.projet import Action, Avis, Financement, Financeur, Projet
from echelons.strategie.regles.verdict import Etat
from echelons.web.documentation.cadre import pages_du_cadre
from tests.contrats.scene import CHEMIN, Scene
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


def test_its_pact_is_opened_voted_signed_and_shown_under_its_own_name(pacte):
    with a_la_date(dt.date(2027, 5, 20)):
        scene = Scene()
        instrument = actes.ouvrir(
            par=scene.acteur("charge-de-mission"),
            dispositif=pacte,
            territoire=scene.lieu,
            genre="pacte",
            intitule="Pacte d’essai (fictif)",
        )
        assert (instrument.type, instrument.appele) == ("pacte_local", "Pacte des aînés")
        # The pension fund, which may stay out, is not waited for.
        assert [p.role for p in instrument.contrat.parties.all()] == ["etat", "collectivite"]
        jours = {
            "deliberer": {"date_deliberation": dt.date(2027, 5, 3)},
            "rendre_executoire": {
                "date_transmission": dt.date(2027, 5, 4),
                "date_publication": dt.date(2027, 5, 5),
            },
            "signer_collectivite": {"date_signature": dt.date(2027, 5, 10)},
            "signer_etat": {"date_signature": dt.date(2027, 5, 12)},
            "notifier": {"date_notification": dt.date(2027, 5, 13)},
            "entrer_en_vigueur": {"date_entree": dt.date(2027, 5, 13)},
        }
        for acte in CHEMIN:
            scene.faire(instrument, acte, **jours.get(acte, {}))
        assert instrument.etat == "en_vigueur"
        client = Client()
        client.force_login(scene.compte("charge-de-mission"))
        page = texte(
            Page(client.get(f"/contrats/{instrument.contrat.code}/{instrument.cle}/").content).soupe.main
        )
        assert "Pacte des aînés" in page
        echeances = {e.regle.code: e.date for e in echeances_des(Contrat.objects.filter(dispositif=pacte))}
        assert echeances == {"aines-signature": dt.date(2027, 6, 30), "aines-bilan": dt.date(2028, 5, 12)}
        with pytest.raises(ValidationError, match=r"Lettre d’intention.*Pacte des aînés"):
            actes.ouvrir(
                par=scene.acteur("charge-de-mission"),
                dispositif=pacte,
                territoire=scene.lieu,
                genre="convention",
                intitule="Ailleurs",
            )


def test_a_circular_moves_its_calendar_and_its_parties_acknowledge(pacte):
    with a_la_date(dt.date(2027, 5, 20)):
        scene = Scene()
        actes.ouvrir(
            par=scene.acteur("charge-de-mission"),
            dispositif=pacte,
            territoire=scene.lieu,
            genre="pacte",
            intitule="P",
        )
        national = scene.acteur("conseiller-territoires")
        regle = pacte.regles_d_echeance.get(code="aines-signature")
        circulaire = preparer(
            par=national,
            contenu=Contenu(
                reference="Circulaire d’essai",
                titre="Plus tard",
                date=dt.date(2027, 5, 19),
                resume="R",
                dispositifs=(pacte,),
                deplacements={regle.pk: dt.date(2027, 12, 31)},
            ),
        )
        assert [m.apres for m in incidence(circulaire).mouvements] == [dt.date(2027, 12, 31)]
        publier(par=national, circulaire=circulaire)
        assert [d.nom for d in en_attente(scene.acteur("charge-de-mission"))] == [
            f"{scene.lieu.nom}\u00a0: collectivité"
        ]


def test_its_facts_come_in_and_go_out_by_file(pacte, tmp_path, settings):
    settings.DEPOT, settings.CLAMAV = tmp_path, ""
    with a_la_date(dt.date(2027, 7, 1)):
        scene = Scene()
        acteur = scene.acteur("sgar")
        lignes = (
            "Territoire;Dispositif;Type de fait;Type d’instrument;Partie;Date;Source;Adresse de la source\r\n"
            f"{scene.code};Pacte des aînés;signature;;État;12/05/2027;Page;https://exemple.invalid/a\r\n"
            f"{scene.code};Pacte des aînés;signature;;{scene.lieu.nom};12/05/2027;Page;https://exemple.invalid/a\r\n"
        )
        objet = imports.deposer(
            par=acteur,
            destination=FAITS,
            region=scene.region_code,
            nom="aines.csv",
            morceaux=[lignes.encode()],
        )
        imports.verifier(par=acteur, objet=objet, correspondance=Correspondance.de(objet.correspondance))
        assert objet.etat == "pret", [a.texte for a in objet.anomalies.all()]
        imports.publier(par=acteur, objet=objet)
        (contrat,) = Contrat.objects.filter(dispositif=pacte)
        assert lire_contrat(contrat.pk).etat_au(dt.date(2027, 7, 1)).classe is Classe.SIGNEE
        client = Client()
        client.force_login(scene.compte("instructeur"))
        sortie = client.get("/contrats/faits.json")
        assert sortie.status_code == 200
        assert b"pacte-des-aines-2027" in b"".join(sortie)
