"""The directory and the mandates by file: judged, shown, done once, undone while nothing rests on it."""

import datetime as dt

import pytest
from django.core import mail

from echelons.acteurs import messages
from echelons.acteurs.annuaire import creer_organisation
from echelons.acteurs.models import Compte, Fonction, Invitation, Mandat, NomOrganisation, Organisation
from echelons.acteurs.par_fichier import MANDATS, ORGANISATIONS
from echelons.contrats import imports
from echelons.socle.circuit import ActeIncomplet, ActeInterdit
from echelons.socle.horloge import a_la_date
from echelons.socle.imports.passage import Correspondance
from echelons.socle.models import Import
from tests.contrats.scene import JOUR, Scene
from tests.socle.tableaux import csv_de

pytestmark = pytest.mark.django_db
SIRET = "73282932000074"


@pytest.fixture(autouse=True)
def maison(settings, tmp_path):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    with a_la_date(JOUR):
        yield


@pytest.fixture
def scene() -> Scene:
    return Scene()


def importer(
    par, destination, *rangs: list[object], publier: bool = True, region: str = "", ecarter=False
) -> Import:
    """Give these rows (the first one is the headings), check them, publish when they can be."""
    objet = imports.deposer(
        par=par,
        destination=destination,
        region=region,
        nom="essai.csv",
        morceaux=[csv_de(rangs, codage="utf-8")],
    )
    imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
    if publier and objet.etat == "pret" and objet.bilan["nouvelles"]:
        imports.publier(par=par, objet=objet, ecarter_proches=ecarter)
    return objet


def dites(objet: Import) -> str:
    return " | ".join(a.texte for a in objet.anomalies.all())


# --- Organisations -----------------------------------------------------------------------------------
ENTETES = [
    "Organisation",
    "Sigle",
    "Type",
    "SIRET",
    "Territoire",
    "Porte ce nom depuis",
    "Code de l’organisation",
]
DIRECTION = [
    "Direction fictive de l’essai",
    "DFE",
    "direction départementale",
    SIRET,
    "Nord (59)",
    "01/01/2018",
    "",
]


def test_organisations_with_their_dated_names_enter_the_directory_once(scene):
    par = scene.acteur("administrateur-national")
    suite = ["Direction nouvelle de l’essai", "DNE", "", SIRET, "Nord (59)", "01/04/2019", ""]
    objet = importer(par, ORGANISATIONS, ENTETES, DIRECTION, suite)
    assert objet.etat == "publie", dites(objet)
    organisation = Organisation.objects.get(siret=SIRET)
    assert (organisation.type, organisation.territoire.code) == ("direction_departementale", "59D")
    assert organisation.nom_au(dt.date(2018, 6, 1)) == "Direction fictive de l’essai"
    assert organisation.nom_au(JOUR) == "Direction nouvelle de l’essai"

    encore = importer(par, ORGANISATIONS, ENTETES, DIRECTION, suite)
    assert (encore.bilan["connues"], encore.bilan["nouvelles"]) == (2, 0)
    assert NomOrganisation.objects.filter(organisation=organisation).count() == 2

    imports.annuler(par=par, objet=objet, motif="Essai")
    assert not Organisation.objects.filter(siret=SIRET).exists()


def test_a_name_given_to_a_known_organisation_is_undone_alone(scene):
    par = scene.acteur("administrateur-national")
    connue = creer_organisation(par=par, genre="association", nom="Association ancienne (fictive)")
    rang = ["Association nouvelle (fictive)", "", "", "", "", "01/03/2019", connue.code]
    objet = importer(par, ORGANISATIONS, ENTETES, rang)
    assert connue.nom_au(JOUR) == "Association nouvelle (fictive)"
    imports.annuler(par=par, objet=objet, motif="Essai")
    (nom,) = NomOrganisation.objects.filter(organisation=connue)
    assert (nom.nom, nom.fin) == ("Association ancienne (fictive)", None)


def test_what_is_wrong_is_said_with_what_is_expected(scene):
    par = scene.acteur("administrateur-national")
    objet = importer(
        par, ORGANISATIONS, ENTETES,
        ["Un service", "", "direction départementale", "12345678901234", "Nord (59)", "", ""],
        ["Autre service", "", "ministère", "", "Nord (59)", "", ""],
        ["Troisième service", "", "", "", "Nulle-part-sur-mer", "", ""],
        ["Quatrième service", "", "", "", "Nord (59)", "", ""],
        ["Cinquième service", "", "association", "", "", "", "jamais-vue"],
    )  # fmt: skip
    assert (objet.etat, objet.bilan["fausses"]) == ("a_corriger", 5)
    for phrase in (
        "attendu un SIRET",
        "trouvé « ministère », attendu une de ces valeurs",
        "trouvé « Nulle-part-sur-mer », attendu le nom ou le code d’un signataire",
        "attendu le type d’une organisation nouvelle",
        "trouvé « jamais-vue », attendu le code d’une organisation connue",
    ):
        assert phrase in dites(objet).replace("\xa0", " "), dites(objet)


def test_what_resembles_a_known_organisation_is_shown_and_can_be_left_out(scene):
    par = scene.acteur("administrateur-national")
    connue = creer_organisation(par=par, genre="association", nom="Association d’entraide du Val fictif")
    rang = ["Association d’entraide du Val-Fictif.", "", "association", "", "", "", ""]
    memes = importer(par, ORGANISATIONS, ENTETES, rang, publier=False)
    assert memes.bilan["connues"] == 1  # the same words
    proche = ["Association d’entraides du Val fictif", "", "association", "", "", "", ""]
    objet = importer(par, ORGANISATIONS, ENTETES, proche, ecarter=True)
    assert objet.bilan["proches"] == 1
    assert f"(code {connue.code})" in dites(objet)
    assert "pourront être réunies" in dites(objet)
    assert not NomOrganisation.objects.filter(nom=proche[0]).exists()


def test_an_organisation_where_somebody_was_invited_cannot_be_undone(scene):
    par = scene.acteur("administrateur-national")
    objet = importer(par, ORGANISATIONS, ENTETES, DIRECTION)
    organisation = Organisation.objects.get(siret=SIRET)
    Mandat.objects.filter(personne=scene.compte("instructeur").personne).update(organisation=organisation)
    with pytest.raises(ActeIncomplet, match="une organisation sert depuis"):
        imports.annuler(par=par, objet=objet, motif="Essai")
    assert Organisation.objects.filter(siret=SIRET).exists()


def test_only_who_keeps_the_directory_fills_it_by_file(scene):
    for fonction in ("conseiller-territoires", "sgar", "instructeur"):
        with pytest.raises(ActeInterdit):
            importer(scene.acteur(fonction), ORGANISATIONS, ENTETES, DIRECTION)


# --- Mandates ----------------------------------------------------------------------------------------
COLONNES = ["Adresse électronique", "Fonction", "Organisation", "Territoire", "Début", "Fin"]


def rang(
    scene: Scene, courriel: str = "qui.vient@exemple.test", fonction: str = "finances", **choix
) -> list[object]:
    valeurs = {
        "organisation": scene.organisation.code,
        "lieu": scene.lieu.code,
        "debut": "01/07/2019",
        "fin": "",
    }
    return [courriel, fonction, *(valeurs | choix).values()]


def test_each_row_invites_somebody_once_and_opens_no_account(scene):
    par = scene.acteur("sgar")
    avant = Compte.objects.count(), Mandat.objects.count()
    rangs = [
        COLONNES,
        rang(scene),
        rang(scene, "autre@exemple.test", Fonction.objects.get(code="observateur").libelle),
    ]
    objet = importer(par, MANDATS, *rangs, region=scene.region.code)
    assert objet.etat == "publie", dites(objet)
    assert set(Invitation.objects.values_list("courriel", "fonction__code")) >= {
        ("qui.vient@exemple.test", "finances"),
        ("autre@exemple.test", "observateur"),
    }
    assert (Compte.objects.count(), Mandat.objects.count()) == avant

    encore = importer(par, MANDATS, *rangs, region=scene.region.code)
    assert (encore.bilan["connues"], encore.bilan["nouvelles"]) == (2, 0)

    imports.annuler(par=par, objet=objet, motif="Essai")
    assert not Invitation.objects.filter(courriel="qui.vient@exemple.test", retiree_le=None).exists()


def test_the_invitation_leaves_by_e_mail_with_its_link(
    scene, settings, django_capture_on_commit_callbacks, monkeypatch
):

    monkeypatch.setattr(messages._poste, "submit", lambda faire, message: faire(message))
    settings.ADRESSE = "https://echelons.exemple.test"
    with django_capture_on_commit_callbacks(execute=True):
        importer(scene.acteur("sgar"), MANDATS, COLONNES, rang(scene), region=scene.region.code)
    (courriel,) = mail.outbox
    assert courriel.to == ["qui.vient@exemple.test"]
    assert "https://echelons.exemple.test/compte/invitation/" in courriel.body


def test_nobody_invites_beyond_their_own_rights(scene):
    par = scene.acteur("sgar")
    objet = importer(
        par, MANDATS, COLONNES,
        rang(scene, lieu="Aisne", organisation="dgcs"),
        rang(scene, fonction="conseiller-territoires", lieu="", organisation="dgcs"),
        region=scene.region.code,
    )  # fmt: skip
    assert objet.bilan["fausses"] == 2
    assert dites(objet).count("auxquels vos propres fonctions permettent d’inviter") == 2
    for fonction in ("conseiller-territoires", "charge-de-mission"):
        with pytest.raises(ActeInterdit):
            importer(scene.acteur(fonction), MANDATS, COLONNES, rang(scene), region=scene.region.code)


def test_what_is_wrong_in_a_mandate_is_said(scene):
    par = scene.acteur("sgar")
    objet = importer(
        par, MANDATS, COLONNES,
        rang(scene, "pas une adresse"),
        rang(scene, fonction="grand chambellan"),
        rang(scene, organisation="Personne ne connaît"),
        rang(scene, debut="31/02/2019"),
        rang(scene, debut="01/07/2019", fin="01/06/2019"),
        region=scene.region.code,
    )  # fmt: skip
    assert objet.bilan["fausses"] == 5
    dit = dites(objet).replace("\xa0", " ")
    for phrase in (
        "attendu une adresse électronique",
        "attendu le nom ou le code d’une fonction",
        "attendu une organisation connue",
        "trouvé « 31/02/2019 », attendu une date",
        "attendu un mandat ne finit pas avant d’avoir commencé",
    ):
        assert phrase in dit, dit


def test_somebody_who_holds_the_office_is_not_invited_to_it_and_another_holder_is_shown(scene):
    titulaire = scene.compte("finances")
    par = scene.acteur("sgar")
    objet = importer(
        par, MANDATS, COLONNES, rang(scene, titulaire.courriel), rang(scene), publier=False, region=scene.region.code
    )  # fmt: skip
    assert (objet.bilan["connues"], objet.bilan["nouvelles"], objet.bilan["proches"]) == (1, 1, 1)
    assert "déjà tenue ici à cette date par une autre personne" in dites(objet)


def test_an_import_of_mandates_is_not_seen_by_who_may_not_invite(scene):
    objet = importer(
        scene.acteur("sgar"), MANDATS, COLONNES, rang(scene), publier=False, region=scene.region.code
    )
    assert objet in imports.imports_de(scene.acteur("administrateur-national"))
    assert objet not in imports.imports_de(scene.acteur("conseiller-territoires"))
    assert imports.refus_de(scene.acteur("conseiller-territoires"), objet)
