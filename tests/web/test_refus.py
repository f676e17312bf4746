"""What an act refuses is said on a page, whatever was sent, however it was sent: never an error of the server."""

import pytest
from django.db import connection
from django.urls import reverse

from echelons.acteurs import annuaire
from echelons.acteurs.models import Mandat, Organisation
from echelons.contrats.contenu import fiches as fiches_de
from echelons.contrats.models import FicheAction, Instrument
from echelons.contrats.relations import LONGUEUR_DU_CODE, contrat_neuf
from echelons.socle.models import Ecriture
from echelons.socle.unicite import DEJA
from echelons.strategie.models import Circulaire, Dispositif
from echelons.territoires.models import Territoire
from echelons.web.departemental.atelier import fiches as pages_des_fiches
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.scene import DONNEES, JOUR
from tests.web.departemental.navigateurs import ici
from tests.web.national.test_circulaires import saisie
from tests.web.national.test_referentiels import AINES, confirmer, entrer, fichier
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
COURRIEL = "quelqu.un@exemple.fr"
SANS_COURRIEL = "une adresse électronique est une valeur personnelle"


@pytest.fixture(autouse=True)
def jour(settings):
    settings.AUJOURDHUI = JOUR


# --- What the journal keeps of nobody ---------------------------------------------------------------------------
def test_an_address_typed_in_an_act_is_refused_beside_the_form_and_what_was_typed_stays(
    scene, lecteurs, convention
):
    scene.mener(convention, "accorder")
    vote = {**DONNEES["deliberer"], "date_deliberation": "2019-05-20", "numero": COURRIEL}
    page = lecteurs.faire("secretariat-assemblee", ici(convention, "deliberer/"), 422, **vote)
    assert SANS_COURRIEL in page.tout
    assert page.soupe.find("input", {"name": "numero"})["value"] == COURRIEL


def test_who_holds_a_delegation_that_cites_an_address_signs_all_the_same(scene, lecteurs, convention):
    scene.mener(convention, "signer_collectivite")
    prefet = scene.compte("prefet")
    Mandat.objects.filter(personne=prefet.personne).update(acte_de_delegation=f"Arrêté, {COURRIEL}")
    lecteurs.faire("prefet", ici(convention, "signer_etat/"), date_signature="2019-06-12")
    ecrite = Ecriture.objects.filter(acte="signer_etat").get()
    assert ecrite.donnees["donnees"]["delegation"] == "Arrêté, [adresse retirée]"


def test_an_address_is_the_name_of_no_organisation_nor_in_a_framework():
    admin = entrer("administrateur-national")
    refus = admin.post(reverse("organisation_creer"), {"nom": COURRIEL, "genre": "association"})
    assert refus.status_code == 422
    assert SANS_COURRIEL in Page(refus.content).tout
    ecrit = AINES.replace("Pacte des aînés", f"Pacte {COURRIEL}")
    lue = admin.post("/referentiels/", {"fichier": fichier(ecrit)})
    refus = admin.post("/referentiels/", confirmer(lue))
    assert refus.status_code == 422
    assert SANS_COURRIEL in Page(refus.content).tout
    assert not Dispositif.objects.filter(code__contains="aines").exists()


def test_a_long_name_of_perimeter_or_of_text_makes_a_code_that_the_journal_takes(scene):
    dispositif = Dispositif.objects.get(code="calpae")
    codes = set()
    for fin in ("hainaut", "hainaut-2"):
        lieu = Territoire(code=f"P-pacte-territorial-du-valenciennois-et-de-la-porte-du-{fin}", nom="Long")
        codes.add(contrat_neuf(dispositif, lieu)[0].code)
    assert len(codes) == 2
    assert max(map(len, codes)) <= LONGUEUR_DU_CODE
    national = entrer("conseiller-territoires")
    assert national.post("/circulaires/nouvelle/", saisie(reference="Instruction " * 15)).status_code == 302
    assert len(Circulaire.objects.get().code) <= 64


# --- Dates that no calendar of the house reads ------------------------------------------------------------------
@pytest.mark.parametrize("jour_tape", ["0001-01-01", "1500-01-01", "2150-01-01", "9999-12-31"])
def test_a_day_outside_the_years_of_the_house_is_refused_where_it_is_typed(
    scene, lecteurs, convention, jour_tape
):
    fiche = remplir(scene, convention)
    charge = lecteurs.client("charge-de-mission")
    adresse = ici(convention, f"fiches/{fiche.reference}/")
    refus = charge.post(adresse, {"intitule": "Essai", "debut": jour_tape})
    assert refus.status_code == 422
    assert "entre 1900 et 2100" in Page(refus.content).tout
    page = lecteurs.faire(
        "charge-de-mission", "/contrats/ouvrir/", 422,
        territoire="997D", genre="calpae/prorogation", intitule="Essai", debut="2019-01-01", fin=jour_tape,
    )  # fmt: skip
    assert "entre 1900 et 2100" in page.tout or jour_tape < "1900"


# --- Two people, two clicks ------------------------------------------------------------------------------------
@pytest.mark.parametrize("geste", ["retirer", "deplacer", "pieces"])
def test_a_fiche_removed_between_the_reading_and_the_act_is_said_so(
    scene, lecteurs, convention, monkeypatch, geste
):
    autre = remplir(scene, convention, "Autre")
    fiche = remplir(scene, convention)
    par, lire = scene.acteur("charge-de-mission"), pages_des_fiches._fiche

    def puis_retiree(atelier, reference):
        lue = lire(atelier, reference)
        fiches_de.retirer(par=par, instrument=Instrument.objects.get(pk=convention.pk), reference=reference)
        return lue

    monkeypatch.setattr(pages_des_fiches, "_fiche", puis_retiree)
    reponse = lecteurs.client("charge-de-mission").post(
        ici(convention, f"fiches/{fiche.reference}/{geste}/"), {"sens": "monter", "geste": "joindre"}
    )
    assert reponse.status_code == (302 if geste == "retirer" else 422)
    if geste == "deplacer":
        assert "Cette fiche a été retirée entre-temps." in Page(reponse.content).tout
    ecrite = lecteurs.client("charge-de-mission").post(
        ici(convention, f"fiches/{autre.reference}/"), {"intitule": "Ce que j’écris", "rang": "1"}
    )
    assert ecrite.status_code == 422
    lue = Page(ecrite.content)
    assert "Cette fiche a été retirée entre-temps. Copiez ce que vous avez écrit dans une autre." in lue.tout
    assert lue.soupe.find("input", {"name": "intitule"})["value"] == "Ce que j’écris"
    assert not FicheAction.objects.filter(reference=fiche.reference).exists()


def test_the_second_of_two_clicks_is_told_that_it_is_done(monkeypatch):
    admin = entrer("administrateur-national")
    donnees = {"nom": "Association d’essai", "genre": "association"}
    assert admin.post(reverse("organisation_creer"), donnees).status_code == 302
    # As if both had been checked before either was saved.
    code = Organisation.objects.get(noms__nom="Association d’essai").code
    monkeypatch.setattr(annuaire, "_code", lambda nom: code)
    monkeypatch.setattr(Organisation, "full_clean", lambda self: None)
    refus = admin.post(reverse("organisation_creer"), donnees)
    assert refus.status_code == 422
    assert DEJA in Page(refus.content).tout


# --- A form that no browser sends -------------------------------------------------------------------------------
def test_a_text_with_two_obligations_of_the_same_rank_or_a_key_without_end_is_refused():
    national = entrer("conseiller-territoires")
    creation = {
        "libelle": "Bilan", "date": "2021-03-31", "nature": "autre",
        "dispositif": str(Dispositif.objects.get(code="calpae").pk), "rang": "1",
    }  # fmt: skip
    deux = {f"cree_{n}_{champ}": valeur for n in (0, 1) for champ, valeur in creation.items()}
    refus = national.post("/circulaires/nouvelle/", saisie(lignes="2", **deux))
    assert refus.status_code == 422
    assert "Deux échéances portent le même rang" in Page(refus.content).tout
    for champ in ("dispositifs", "territoires", "cree_0_dues_par"):
        refus = national.post("/circulaires/nouvelle/", saisie(**{champ: ["9" * 20]}))
        assert refus.status_code == 422, champ
    assert not Circulaire.objects.exists()


@pytest.mark.parametrize(
    ("suite", "donnees"),
    [
        ("financement/financeurs/", {"geste": "ajouter", "libelle": "a\0b", "cote": "autre"}),
        ("financement/", {"m/x/1/2019/credit/a\0b": "10"}),
        ("manques/", {"geste": "lever", "regle": "a\0b"}),
        ("fiches/", {"intitule": "a\0b"}),
    ],
)
def test_a_nul_in_a_form_is_refused_where_the_database_keeps_none(
    scene, lecteurs, convention, suite, donnees
):
    financer(scene, convention, remplir(scene, convention), (1, 2019, "10"))
    reponse = lecteurs.client("charge-de-mission").post(ici(convention, suite), donnees)
    if suite == "fiches/":
        assert reponse.status_code == 422
        assert "Le caractère nul" in Page(reponse.content).tout
    elif connection.vendor == "postgresql" and suite != "financement/":
        assert reponse.status_code == 400
        assert "caractère interdit" in Page(reponse.content).tout
    else:
        assert reponse.status_code in {302, 422}
