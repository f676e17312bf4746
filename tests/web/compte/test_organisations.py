"""The directory in pages: who keeps it, who reads it, and what is shown before it is done."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from echelons.acteurs import annuaire
from echelons.acteurs.models import Mandat, Organisation
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import aujourdhui
from echelons.territoires.models import Territoire
from tests.web.compte.fabrique import donner_mandat, ouvrir_compte
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
ACTES = ("organisation_nommer", "organisation_numeroter", "organisation_reunir", "organisation_transferer")


def entrer(fonction: str, **choix) -> Client:
    client = Client()
    client.compte = ouvrir_compte(fonction, **choix)
    client.force_login(client.compte)
    session = client.session
    session["second_facteur"] = True
    session.save()
    return client


@pytest.fixture
def admin():
    return entrer("administrateur-national")


def creer(client: Client, nom: str) -> Organisation:
    return annuaire.creer_organisation(
        par=Acteur.de(client.compte),
        genre="direction_departementale",
        nom=nom,
        territoire=Territoire.objects.get(code="59D"),
    )


@pytest.mark.parametrize("fonction", ["sgar", "instructeur", "conseiller-territoires"])
def test_others_read_the_page_of_a_service_of_theirs_and_are_told_who_keeps_it(fonction):
    client = entrer(fonction)
    page = client.get(reverse("organisation", args=["ddets-59"]))
    assert page.status_code == 200
    assert "Réorganiser" not in page.content.decode()
    chemins = [reverse("organisations"), reverse("organisation_creer")]
    chemins += [reverse(nom, args=["ddets-59"]) for nom in ACTES]
    for chemin in chemins:
        refus = client.get(chemin)
        assert refus.status_code == 403
        assert "Administrateur ou administratrice nationale" in refus.content.decode()
        assert client.post(chemin).status_code in (403, 405)


def test_out_of_scope_an_organisation_is_not_there():
    client = entrer("charge-de-mission", lieu=("departement-59", "62D"))
    for nom in ("organisation", *ACTES):
        reponse = client.get(reverse(nom, args=["ddets-59"]))
        assert reponse.status_code == 404
        assert "cohésion" not in reponse.content.decode()
    ailleurs, absente = (
        client.get(reverse("organisation", args=[code])) for code in ("ddets-59", "nulle-part")
    )
    assert Page(ailleurs.content).tout == Page(absente.content).tout


def test_the_list_is_searched_by_a_name_of_yesterday(admin):
    for q in ("cohésion sociale du nord", "DDETS", "Nord", "ddets-59"):
        assert (
            "/equipe/organisations/ddets-59/"
            in admin.get(reverse("organisations"), {"q": q}).content.decode()
        )
    page = admin.get(reverse("organisations"), {"q": "xyzzy"}).content.decode()
    assert "Aucune organisation ne répond" in page


def test_an_organisation_is_entered_with_numbers_that_are_checked(admin):
    chemin = reverse("organisation_creer")
    envoyees = {
        "nom": "Service d’essai",
        "genre": "association",
        "siren": "130025265",
        "siret": "13002526500014",
    }
    reponse = admin.post(chemin, envoyees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "n’est pas un numéro SIRET" in page
    assert 'value="13002526500014"' in page
    assert not Organisation.objects.filter(siren="130025265").exists()
    reponse = admin.post(
        chemin, {**envoyees, "siret": "13002526500013", "territoire": "59D", "parent": "dgcs"}
    )
    service = Organisation.objects.get(siret="13002526500013")
    assert reponse.headers["Location"] == reverse("organisation", args=[service.code])
    page = admin.get(reponse.headers["Location"]).content.decode()
    assert "a inscrit l’organisation sous le nom «\u00a0Service d’essai\u00a0»" in page
    assert "Direction générale de la cohésion sociale" in page


def test_a_new_name_keeps_the_former_one_in_the_history(admin):
    chemin = reverse("organisation_nommer", args=["ddets-59"])
    refus = admin.post(chemin, {"nom": "Autre", "debut": "2021-04-01"})
    assert (refus.status_code, "commence déjà ce jour-là" in refus.content.decode()) == (422, True)
    reponse = admin.post(chemin, {"nom": "Maison du Nord", "debut": "2025-01-01"})
    assert reponse.status_code == 302
    page = admin.get(reponse.headers["Location"]).content.decode()
    assert "<h1>Maison du Nord</h1>" in page
    assert "Direction départementale de la cohésion sociale du Nord" in page
    assert "a donné le nom «\u00a0Maison du Nord\u00a0» à partir du 1er\u00a0janvier\u00a02025" in page


def test_numbers_are_corrected_on_their_own_page(admin):
    chemin = reverse("organisation_numeroter", args=["ddets-59"])
    assert admin.post(chemin, {"siren": "123"}).status_code == 422
    assert admin.post(chemin, {"siren": "130 025 265"}).status_code == 302
    assert "130025265" in admin.get(reverse("organisation", args=["ddets-59"])).content.decode()


def test_reuniting_shows_what_follows_before_it_is_done(admin):
    doublon = creer(admin, "DDETS du Nord (doublon)")
    mandat = donner_mandat(ouvrir_compte(), "instructeur", lieu=(doublon.code, "59D"))
    chemin = reverse("organisation_reunir", args=[doublon.code])
    assert admin.get(chemin, {"dans": ""}).status_code == 422
    assert admin.get(chemin, {"dans": doublon.code}).status_code == 422
    page = admin.get(chemin, {"dans": "ddets-59"}).content.decode()
    assert "1\u00a0mandat" in page
    assert "ne se défait pas" in page
    mandat.refresh_from_db()
    assert mandat.organisation == doublon
    reponse = admin.post(chemin, {"dans": "ddets-59"})
    assert reponse.headers["Location"] == reverse("organisation", args=["ddets-59"])
    assert "1 mandat y passe" in admin.get(reponse.headers["Location"]).content.decode()
    page = admin.get(reverse("organisation", args=[doublon.code])).content.decode()
    assert "a été réuni à" in page
    assert "Réorganiser" not in page
    assert admin.post(chemin, {"dans": "dgcs"}).status_code == 422


def test_a_transfer_is_seen_then_done_as_it_was_seen(admin):
    origine, destination = creer(admin, "Ancien service"), creer(admin, "Nouveau service")
    part = donner_mandat(ouvrir_compte(), "instructeur", lieu=(origine.code, "59D"))
    reste = donner_mandat(ouvrir_compte(), "instructeur", lieu=(origine.code, "62D"))
    chemin = reverse("organisation_transferer", args=[origine.code])
    le = (aujourdhui() + dt.timedelta(days=3)).isoformat()
    for choix in ({"destination": "", "le": le}, {"destination": destination.code, "le": "hier"}):
        assert admin.get(chemin, choix).status_code == 422
    vu = admin.get(chemin, {"destination": destination.code, "le": le})
    page = vu.content.decode()
    assert "1\u00a0transfert" in page
    assert str(part.personne) in page
    assert "hors de celui de la nouvelle organisation" in page
    assert Mandat.objects.count() == 3
    confirmer = {"destination": destination.code, "le": le, "empreinte": vu.context["transfert"].empreinte}
    assert admin.post(chemin, {**confirmer, "empreinte": "autre"}).status_code == 409
    assert Mandat.objects.count() == 3
    reponse = admin.post(chemin, confirmer)
    assert reponse.status_code == 302
    assert "1 mandat transféré" in admin.get(reponse.headers["Location"]).content.decode()
    assert Mandat.objects.filter(organisation=destination, personne=part.personne).count() == 1
    reste.refresh_from_db()
    assert (reste.organisation, reste.fin) == (origine, None)
    encore = admin.post(chemin, confirmer)
    assert "plus rien à transférer" in admin.get(encore.headers["Location"]).content.decode()
    histoire = admin.get(reverse("organisation", args=[origine.code])).content.decode()
    assert "a transféré 1\u00a0mandat à «\u00a0Nouveau service\u00a0»" in histoire
