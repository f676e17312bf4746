"""The directory: names that follow each other, numbers that are checked, duplicates reunited, mandates moved."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from echelons.acteurs import annuaire
from echelons.acteurs.actes import ActeRefuse
from echelons.acteurs.chargement import charger_organisations
from echelons.acteurs.models import Invitation, Mandat, Organisation
from echelons.acteurs.pouvoirs import Acteur
from echelons.acteurs.transfert import TransfertChange, prevoir, transferer
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import Objet, histoire, verifier
from echelons.socle.models import Ecriture
from echelons.territoires.models import Territoire
from tests.bases import RACINE
from tests.web.compte.fabrique import donner_mandat, ouvrir_compte

pytestmark = pytest.mark.django_db
AVRIL_2021 = dt.date(2021, 4, 1)
SIREN, SIRET = "130025265", "13002526500013"  # of the interministerial directorate for digital affairs


@pytest.fixture
def par():
    return Acteur.de(ouvrir_compte("administrateur-national"))


def organisation(par, nom="Service d’essai (fictif)", **choix):
    return annuaire.creer_organisation(par=par, genre="direction_departementale", nom=nom, **choix)


def test_a_page_about_2020_shows_the_name_of_2020(par):
    service = organisation(par, nom="DDCS d’essai")
    annuaire.nommer_organisation(par=par, organisation=service, nom="DDETS d’essai", debut=AVRIL_2021)
    assert service.nom_au(dt.date(2020, 1, 1)) == "DDCS d’essai"
    assert service.nom_au(dt.date(2021, 3, 31)) == "DDCS d’essai"
    assert service.nom_au(AVRIL_2021) == "DDETS d’essai"
    lignes = histoire(Objet("organisation", service.code))
    assert [ligne.acte for ligne in lignes] == ["creer", "nommer"]


def test_a_name_dated_between_two_others_overlaps_neither(par):
    service = organisation(par, nom="Premier")
    annuaire.nommer_organisation(par=par, organisation=service, nom="Troisième", debut=AVRIL_2021)
    annuaire.nommer_organisation(par=par, organisation=service, nom="Deuxième", debut=dt.date(2020, 1, 1))
    bornes = [(n.nom, n.debut, n.fin) for n in service.noms.all()]
    assert bornes == [
        ("Premier", None, dt.date(2019, 12, 31)),
        ("Deuxième", dt.date(2020, 1, 1), dt.date(2021, 3, 31)),
        ("Troisième", AVRIL_2021, None),
    ]
    with pytest.raises(ValidationError, match="commence déjà ce jour-là"):
        annuaire.nommer_organisation(par=par, organisation=service, nom="Autre", debut=AVRIL_2021)
    with pytest.raises(ValidationError, match="porte déjà ce nom"):
        annuaire.nommer_organisation(par=par, organisation=service, nom="Premier", debut=dt.date(2019, 1, 1))


@pytest.mark.parametrize(
    ("siren", "siret", "champ"),
    [
        ("130025266", "", "siren"),
        ("", "13002526500014", "siret"),
        ("356000000", SIRET, "siret"),
        ("treize", "", "siren"),
    ],
)
def test_a_number_whose_key_is_wrong_is_refused_under_its_own_field(par, siren, siret, champ):
    with pytest.raises(ValidationError) as refus:
        organisation(par, siren=siren, siret=siret)
    assert list(refus.value.message_dict) == [champ]


def test_a_siret_belongs_to_one_organisation_and_is_read_with_its_spaces(par):
    premiere = organisation(par, siren="130 025 265", siret="130 025 265 00013")
    assert (premiere.siren, premiere.siret) == (SIREN, SIRET)
    with pytest.raises(ValidationError, match="déjà celui d’une autre organisation"):
        organisation(par, nom="Seconde", siret=SIRET)
    seconde = organisation(par, nom="Seconde")
    with pytest.raises(ValidationError, match="déjà celui d’une autre organisation"):
        annuaire.numeroter_organisation(par=par, organisation=seconde, siren="", siret=SIRET)


@pytest.mark.parametrize("fonction", ["sgar", "conseiller-territoires", "instructeur"])
def test_only_the_national_administration_keeps_the_directory(fonction):
    autre = Acteur.de(ouvrir_compte(fonction))
    service = Organisation.objects.get(code="ddets-59")
    for acte in (
        lambda: organisation(autre),
        lambda: annuaire.nommer_organisation(par=autre, organisation=service, nom="X", debut=AVRIL_2021),
        lambda: annuaire.numeroter_organisation(par=autre, organisation=service, siren=SIREN, siret=""),
        lambda: annuaire.reunir_organisations(
            par=autre, doublon=service, dans=Organisation.objects.get(code="dgcs")
        ),
        lambda: prevoir(
            par=autre, origine=service, destination=Organisation.objects.get(code="dgcs"), le=AVRIL_2021
        ),
    ):
        with pytest.raises(ActeRefuse) as refus:
            acte()
        assert "Administrateur ou administratrice nationale" in str(refus.value)


def test_what_was_changed_by_hand_is_not_taken_back_by_the_files(par):
    service = Organisation.objects.get(code="ddets-59")
    annuaire.nommer_organisation(
        par=par, organisation=service, nom="DDETS-PP du Nord", debut=dt.date(2025, 1, 1)
    )
    charger_organisations(chemin=RACINE / "referentiels" / "acteurs" / "organisations.yaml")
    assert service.nom_au(dt.date(2026, 1, 1)) == "DDETS-PP du Nord"
    assert service.nom_au(dt.date(2020, 1, 1)) == "Direction départementale de la cohésion sociale du Nord"


def test_a_duplicate_gives_its_mandates_and_keeps_its_history(par, inviter):
    nord = Territoire.objects.get(code="59D")
    doublon = organisation(par, nom="DDETS Nord (doublon)", territoire=nord, siren=SIREN, siret=SIRET)
    service = organisation(par, nom="Pôle d’essai", parent=doublon)
    reste = Organisation.objects.get(code="ddets-59")
    en_cours = donner_mandat(ouvrir_compte(), "instructeur", lieu=(doublon.code, "59D"))
    fini = donner_mandat(
        ouvrir_compte(), "instructeur", lieu=(doublon.code, "59D"),
        debut=dt.date(2020, 1, 1), fin=dt.date(2020, 12, 31),
    )  # fmt: skip
    invitation, _ = inviter(par.compte, "instructeur", lieu=(doublon.code, "59D"))
    faite = annuaire.reunir_organisations(par=par, doublon=doublon, dans=reste)
    assert (faite.mandats, faite.invitations, faite.services) == (2, 1, 1)
    for lu in (en_cours, fini, invitation):
        lu.refresh_from_db()
        assert lu.organisation == reste
    for lu in (doublon, service, reste):
        lu.refresh_from_db()
    assert (doublon.fusionnee_dans, service.parent, reste.siret, doublon.siret) == (reste, reste, SIRET, "")
    assert doublon.nom_au(aujourdhui()) == "DDETS Nord (doublon)"
    assert [ligne.acte for ligne in histoire(Objet("organisation", doublon.code))] == ["creer", "reunir"]
    assert [ligne.acte for ligne in histoire(Objet("mandat", str(fini.pk)))] == ["changer_d_organisation"]
    for acte in (
        lambda: annuaire.reunir_organisations(par=par, doublon=doublon, dans=service),
        lambda: annuaire.reunir_organisations(par=par, doublon=service, dans=doublon),
        lambda: annuaire.nommer_organisation(par=par, organisation=doublon, nom="X", debut=AVRIL_2021),
        lambda: inviter(par.compte, "instructeur", courriel="b@exemple.test", lieu=(doublon.code, "59D")),
    ):
        with pytest.raises(ValidationError, match="a été réunie à une autre"):
            acte()
    with pytest.raises(ValidationError, match="elle-même"):
        annuaire.reunir_organisations(par=par, doublon=reste, dans=reste)


def test_reuniting_a_parent_with_its_own_service_makes_no_loop(par):
    parent = organisation(par, nom="Parent")
    enfant = organisation(par, nom="Enfant", parent=parent)
    annuaire.reunir_organisations(par=par, doublon=parent, dans=enfant)
    enfant.refresh_from_db()
    assert enfant.parent is None


@pytest.fixture
def reorganisation(par, inviter):
    """A service of the Nord with everything that can be met, and the one that replaces it."""
    nord = Territoire.objects.get(code="59D")
    origine = organisation(par, nom="Ancien service (fictif)", territoire=nord)
    destination = organisation(par, nom="Nouveau service (fictif)", territoire=nord)
    jour = aujourdhui()
    le = jour + dt.timedelta(days=10)

    def tenir(fonction="instructeur", lieu="59D", dans=origine, compte=None, **choix):
        return donner_mandat(compte or ouvrir_compte(), fonction, lieu=(dans.code, lieu), **choix)

    tenus = {
        "ordinaire": tenir(),
        "avec fin": tenir(fin=jour + dt.timedelta(days=100)),
        "futur": tenir(debut=le + dt.timedelta(days=5)),
        "fini avant": tenir(fin=jour + dt.timedelta(days=5)),
        "ailleurs": tenir(lieu="62D"),
        "délégation": tenir("delegataire-etat", titre="delegation", acte_de_delegation="Arrêté d’essai n° 1"),
    }
    double = ouvrir_compte()
    tenus["double"] = tenir(compte=double)
    tenir(compte=double, dans=destination)
    tenus["invitée après"], _ = inviter(
        par.compte, "instructeur", "apres@exemple.test", lieu=(origine.code, "59D"), debut=le
    )
    tenus["invitée avant"], _ = inviter(
        par.compte, "instructeur", "avant@exemple.test", lieu=(origine.code, "59D")
    )
    return {"origine": origine, "destination": destination, "le": le}, tenus


def test_a_dry_run_says_what_moves_and_what_cannot_and_writes_nothing(par, reorganisation):
    choix, tenus = reorganisation
    avant = Ecriture.objects.count(), list(Mandat.objects.order_by("pk").values())
    plan = prevoir(par=par, **choix)
    assert {x.tenu for x in plan.deplaces} == {
        tenus[nom] for nom in ("ordinaire", "avec fin", "futur", "délégation", "invitée après")
    }
    pourquoi = {x.tenu: x.empechement for x in plan.empeches}
    assert set(pourquoi) == {tenus["ailleurs"], tenus["double"], tenus["invitée avant"]}
    assert "sur un autre territoire (Pas-de-Calais)" in pourquoi[tenus["ailleurs"]]
    assert "y tient déjà" in pourquoi[tenus["double"]]
    assert "n’est pas acceptée" in pourquoi[tenus["invitée avant"]]
    assert (Ecriture.objects.count(), list(Mandat.objects.order_by("pk").values())) == avant


def test_what_is_done_is_what_was_seen_once(par, reorganisation):
    choix, tenus = reorganisation
    plan = prevoir(par=par, **choix)
    fait = transferer(par=par, empreinte=plan.empreinte, **choix)
    assert fait.empreinte == plan.empreinte
    ancien, suite = Mandat.objects.filter(personne=tenus["avec fin"].personne).order_by("debut")
    assert (ancien.organisation, ancien.fin) == (choix["origine"], choix["le"] - dt.timedelta(days=1))
    assert (suite.organisation, suite.debut, suite.fin) == (
        choix["destination"], choix["le"], tenus["avec fin"].fin,
    )  # fmt: skip
    (futur,) = Mandat.objects.filter(personne=tenus["futur"].personne)
    assert futur.organisation == choix["destination"]
    delegue = Mandat.objects.get(personne=tenus["délégation"].personne, organisation=choix["destination"])
    assert (delegue.titre, delegue.acte_de_delegation) == ("delegation", "Arrêté d’essai n° 1")
    assert Invitation.objects.get(pk=tenus["invitée après"].pk).organisation == choix["destination"]
    for reste in ("ailleurs", "double", "fini avant", "invitée avant"):
        tenus[reste].refresh_from_db()
        assert tenus[reste].organisation == choix["origine"]
    ecrites = Ecriture.objects.count()
    encore = transferer(par=par, empreinte=plan.empreinte, **choix)
    assert encore.deplaces == ()
    assert Ecriture.objects.count() == ecrites
    assert [x.acte for x in histoire(Objet("organisation", choix["origine"].code))] == ["creer", "transferer"]
    assert verifier().anomalies == ()


def test_what_moved_since_it_was_seen_is_shown_again_before_anything_is_done(par, reorganisation):
    choix, tenus = reorganisation
    plan = prevoir(par=par, **choix)
    Mandat.objects.filter(pk=tenus["ordinaire"].pk).update(fin=aujourdhui())
    with pytest.raises(TransfertChange) as change:
        transferer(par=par, empreinte=plan.empreinte, **choix)
    assert tenus["ordinaire"] not in {x.tenu for x in change.value.transfert.lignes}
    assert not Mandat.objects.filter(organisation=choix["destination"], debut=choix["le"]).exists()


def test_rights_go_on_the_day_a_service_is_reorganised(par, reorganisation):
    from echelons.acteurs.droits import Capacite
    from echelons.acteurs.pouvoirs import Cible
    from echelons.socle.horloge import a_la_date

    choix, tenus = reorganisation
    transferer(par=par, empreinte=prevoir(par=par, **choix).empreinte, **choix)
    nord = Cible(territoires=frozenset({"59D"}), regions=frozenset({"R32"}))
    for jour in (aujourdhui(), choix["le"] - dt.timedelta(days=1), choix["le"]):
        with a_la_date(jour):
            assert Acteur.de(tenus["ordinaire"].personne.compte).peut(Capacite.INSTRUIRE, nord)


def test_a_service_is_not_reorganised_into_itself(par):
    service = Organisation.objects.get(code="ddets-59")
    with pytest.raises(ValidationError, match="une autre organisation"):
        prevoir(par=par, origine=service, destination=service, le=AVRIL_2021)
