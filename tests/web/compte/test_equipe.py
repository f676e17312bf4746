"""My team in pages: one sees who holds what where one may look, changes what one may, and is told who can."""

import datetime as dt

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from echelons.acteurs import actes, messages
from echelons.acteurs.models import Compte, Fonction, Invitation, Mandat, Organisation, Personne
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import aujourdhui
from echelons.socle.models import Ecriture
from echelons.territoires.models import Territoire
from tests.web.compte.fabrique import donner_mandat, ouvrir_compte
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
CANARI = "Canari-Jaune"


@pytest.fixture
def entrer():
    """``entrer(fonction)``: a browser where somebody in this function is signed in, second code given."""

    def entre(fonction: str | None, **choix) -> Client:
        client = Client()
        compte = ouvrir_compte(fonction, **choix)
        client.force_login(compte)
        session = client.session
        session["second_facteur"] = True
        session.save()
        client.compte = compte
        return client

    return entre


def nommer(compte: Compte, nom: str) -> Compte:
    Personne.objects.filter(pk=compte.personne_id).update(nom=nom)
    return compte


@pytest.fixture
def mandat():
    """An instructeur of the Nord, whose name is a canary."""
    compte = nommer(ouvrir_compte("instructeur"), CANARI)
    return Mandat.objects.get(personne=compte.personne)


@pytest.fixture
def invitation(mandat):
    """Somebody invited by the SGAR of the région."""
    return actes.inviter(
        par=Acteur.de(ouvrir_compte("sgar")),
        courriel="invite@exemple.test",
        fonction=Fonction.objects.get(code="instructeur"),
        organisation=Organisation.objects.get(code="ddets-59"),
        territoire=Territoire.objects.get(code="59D"),
        debut=aujourdhui(),
        adresse=lambda secret: f"http://testserver/{secret}",
    )


def pages_de(mandat: Mandat, invitation: Invitation) -> dict[str, str]:
    return {
        "mandat": reverse("mandat", args=[mandat.pk]),
        "terminer": reverse("mandat_terminer", args=[mandat.pk]),
        "renouveler": reverse("mandat_renouveler", args=[mandat.pk]),
        "passer": reverse("mandat_passer", args=[mandat.pk]),
        "oublier": reverse("personne_oublier", args=[mandat.personne.reference]),
        "retirer": reverse("invitation_retirer", args=[invitation.pk]),
    }


def test_an_anonymous_reader_is_sent_to_the_door(client, mandat, invitation):
    for chemin in (reverse("equipe"), reverse("equipe_inviter"), *pages_de(mandat, invitation).values()):
        for reponse in (client.get(chemin), client.post(chemin)):
            assert (reponse.status_code, reponse.headers["Location"][:18]) == (302, "/compte/connexion/")


@pytest.mark.parametrize("qui", ["voisin", "autre région", "mandat fini", "sans mandat"])
def test_out_of_scope_there_is_nothing_by_any_door(entrer, mandat, invitation, qui):
    hier = aujourdhui() - dt.timedelta(days=1)
    client = {
        "voisin": lambda: entrer("charge-de-mission", lieu=("departement-59", "62D")),
        "autre région": lambda: entrer("sgar", lieu=("prefecture-r32", "R11")),
        "mandat fini": lambda: entrer("sgar", fin=hier),
        "sans mandat": lambda: entrer(None),
    }[qui]()
    for chemin in pages_de(mandat, invitation).values():
        for reponse in (client.post(chemin, {"fin": "2030-01-01"}), client.get(chemin)):
            assert reponse.status_code in (404, 405)
            assert CANARI not in reponse.content.decode()
            assert "ddets" not in reponse.content.decode().lower()
    for q in ("", CANARI, "instructeur"):
        page = client.get(reverse("equipe"), {"q": q, "anciens": "1"}).content.decode()
        assert f"Essai {CANARI}" not in page
        assert "invite@exemple.test" not in page
    ailleurs, absente = (client.get(reverse("mandat", args=[pk])) for pk in (mandat.pk, 10**9))
    assert Page(ailleurs.content).tout == Page(absente.content).tout


@pytest.mark.parametrize("fonction", ["prefet", "observateur", "president", "conseiller-territoires"])
def test_in_scope_one_reads_and_is_told_who_can_change(entrer, mandat, invitation, fonction):
    client = entrer(fonction)
    assert CANARI in client.get(reverse("equipe")).content.decode()
    pages = pages_de(mandat, invitation)
    page = client.get(pages.pop("mandat")).content.decode()
    assert CANARI in page
    for nom in ("terminer", "passer", "renouveler", "oublier"):
        assert pages[nom] not in page
    for nom, chemin in pages.items():
        reponse = client.post(chemin, {"fin": "2030-01-01", "compris": "on"})
        assert reponse.status_code == 403
        assert "Peut le faire" in reponse.content.decode(), nom
    assert "invite@exemple.test" not in client.get(reverse("equipe")).content.decode()
    mandat.refresh_from_db()
    assert mandat.fin is None


def test_who_may_change_a_mandate_finds_the_buttons_and_nothing_else(entrer, mandat, invitation):
    chemins = pages_de(mandat, invitation)
    vus = {}
    for fonction in ("sgar", "commissaire", "instructeur", "charge-de-mission"):
        page = entrer(fonction).get(chemins["mandat"]).content.decode()
        vus[fonction] = {nom for nom in ("terminer", "passer", "oublier") if chemins[nom] in page}
    assert vus == {
        "sgar": {"terminer", "passer"},
        "commissaire": set(),
        "instructeur": {"terminer", "passer"},
        "charge-de-mission": set(),
    }


def test_pages_are_kept_by_nobody_and_only_answer_the_methods_they_say(entrer, mandat, invitation):
    client = entrer("administrateur-national")
    for nom, chemin in {**pages_de(mandat, invitation), "equipe": reverse("equipe")}.items():
        reponse = client.get(chemin)
        assert reponse.status_code == (405 if nom == "retirer" else 200)
        assert reponse.headers["Cache-Control"] == "no-store"
    assert client.post(reverse("equipe")).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(client.compte)
    assert strict.post(reverse("mandat_terminer", args=[mandat.pk]), {"fin": "2030-01-01"}).status_code == 403


def donnees(**changements):
    return {
        "courriel": "nouvelle@exemple.test",
        "prenom": "Ada",
        "nom": "Essai",
        "fonction": "instructeur",
        "organisation": "ddets-59",
        "territoire": "",
        "debut": aujourdhui().isoformat(),
        "fin": "",
        "titre": "titulaire",
        "acte_de_delegation": "",
        **changements,
    }


def test_one_invites_sees_the_invitation_and_withdraws_it(
    entrer, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(messages._poste, "submit", lambda fonction, *arguments: fonction(*arguments))
    client = entrer("sgar")
    with django_capture_on_commit_callbacks(execute=True):
        reponse = client.post(reverse("equipe_inviter"), donnees())
    assert (reponse.status_code, reponse.headers["Location"]) == (302, reverse("equipe"))
    assert "http://testserver/compte/invitation/" in mail.outbox[0].body
    invitation = Invitation.objects.get()
    assert invitation.territoire.code == "59D"
    page = client.get(reverse("equipe")).content.decode()
    assert "L’invitation est partie à nouvelle@exemple.test" in page
    retirer = reverse("invitation_retirer", args=[invitation.pk])
    assert retirer in page
    assert client.post(retirer).status_code == 302
    page = client.get(reverse("equipe")).content.decode()
    assert "son lien n’ouvre plus rien" in page
    assert retirer not in page
    client.post(retirer)
    assert "Rien n’a été changé" in client.get(reverse("equipe")).content.decode()


@pytest.mark.parametrize(
    ("changement", "phrase"),
    [
        ({"courriel": "sans arobase"}, "Cette adresse n’est pas complète"),
        ({"debut": "31/02/2026"}, "n’existe pas au calendrier"),
        ({"debut": "demain"}, "n’est pas une date"),
        ({"debut": "2026-06-30", "fin": "2026-06-29"}, "ne finit pas avant d’avoir commencé"),
        ({"fonction": ""}, "Choisissez la fonction"),
        ({"organisation": "dgcs"}, "Sélectionnez un choix valide"),
        ({"fonction": "conseiller-territoires"}, "Sélectionnez un choix valide"),
        ({"titre": "delegation"}, "Une délégation cite l’acte"),
        ({"fonction": "sgar"}, "Cette fonction s’exerce dans une région"),
        ({"nom": "n" * 101}, "100 caractères au plus"),
        ({"acte_de_delegation": "nul\x00"}, "Le caractère nul"),
    ],
)
def test_a_refused_invitation_keeps_what_was_typed_and_leads_to_the_first_error(entrer, changement, phrase):
    client = entrer("sgar")
    envoyees = donnees(courriel=changement.get("courriel", "gardee@exemple.test"), **{
        cle: v for cle, v in changement.items() if cle != "courriel"
    })  # fmt: skip
    reponse = client.post(reverse("equipe_inviter"), envoyees)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert phrase in page
    champs = {champ["name"]: champ for champ in Page(reponse.content).soupe.select("main input")}
    assert {nom: champs[nom].get("value", "") for nom in ("courriel", "nom", "debut")} == {
        nom: envoyees[nom] for nom in ("courriel", "nom", "debut")
    }
    assert champs["debut"]["type"] == ("date" if envoyees["debut"][:2] == "20" else "text")
    assert "<title>Erreur" in page
    assert not Invitation.objects.exists()


def test_one_is_only_offered_what_one_may_give(entrer):
    page = entrer("charge-de-mission").get(reverse("equipe_inviter")).content.decode()
    assert 'value="finances"' in page
    for absent in ('value="president"', 'value="instructeur"', 'value="ddets-59"', 'value="62D"'):
        assert absent not in page
    refus = entrer("observateur").get(reverse("equipe_inviter"))
    assert refus.status_code == 403
    assert "Secrétariat général pour les affaires régionales" in refus.content.decode()


def test_ending_renewing_and_their_history_in_sentences(entrer, mandat):
    client = entrer("sgar")
    bientot = aujourdhui() + dt.timedelta(days=20)
    terminer = reverse("mandat_terminer", args=[mandat.pk])
    avant = mandat.debut - dt.timedelta(days=1)
    for fin, phrase in (
        ("", "Indiquez ce jour"),
        (avant.isoformat(), "ne finit pas avant"),
        ("x", "pas une date"),
    ):
        reponse = client.post(terminer, {"fin": fin})
        assert reponse.status_code == 422
        assert phrase in reponse.content.decode()
    assert client.post(terminer, {"fin": bientot.strftime("%d/%m/%Y")}).status_code == 302
    renouveler = reverse("mandat_renouveler", args=[mandat.pk])
    page = client.get(reverse("mandat", args=[mandat.pk])).content.decode()
    assert renouveler in page
    assert f"{client.compte.personne} a mis fin au mandat le" in page
    assert client.post(renouveler, {"fin": bientot.isoformat()}).status_code == 422
    assert client.post(renouveler, {"fin": ""}).status_code == 302
    assert (
        "a renouvelé le mandat, sans fin prévue"
        in client.get(reverse("mandat", args=[mandat.pk])).content.decode()
    )


def test_an_ended_mandate_is_history_one_reads_on_demand(entrer, mandat):
    Mandat.objects.filter(pk=mandat.pk).update(fin=aujourdhui() - dt.timedelta(days=1))
    client = entrer("sgar")
    assert CANARI not in client.get(reverse("equipe")).content.decode()
    assert CANARI in client.get(reverse("equipe"), {"anciens": "1"}).content.decode()
    page = client.get(reverse("mandat", args=[mandat.pk])).content.decode()
    assert reverse("mandat_terminer", args=[mandat.pk]) not in page
    reponse = client.post(reverse("mandat_terminer", args=[mandat.pk]), {"fin": "2030-01-01"})
    assert (reponse.status_code, "a déjà pris fin" in reponse.content.decode()) == (422, True)


def test_handing_over_through_the_page_gives_the_colleague_the_same_office(entrer, mandat):
    suit = ouvrir_compte("observateur", courriel="suit@exemple.test")
    client = entrer("sgar")
    envoyees = {"courriel": "suit@exemple.test", "le": aujourdhui().isoformat(), "titre": "titulaire"}
    passer = reverse("mandat_passer", args=[mandat.pk])
    assert client.post(passer, {**envoyees, "le": "2001-01-01"}).status_code == 422
    reponse = client.post(passer, envoyees)
    assert reponse.status_code == 302
    assert "y trouve tous les dossiers" in client.get(reponse.headers["Location"]).content.decode()
    assert {m.fonction.code for m in Acteur.de(suit).mandats} == {"observateur", "instructeur"}


def test_a_vacant_office_is_said_with_those_who_stand_in(entrer):
    client = entrer("sgar")
    page = client.get(reverse("equipe")).content.decode()
    assert "Office vacant\u00a0: Commissaire" in page
    assert "Rien n’est bloqué" in page
    ouvrir_compte("commissaire")
    assert "Office vacant" not in client.get(reverse("equipe")).content.decode()
    assert "Office vacant" not in entrer("observateur").get(reverse("equipe")).content.decode()


def test_a_page_read_in_2020_shows_the_name_of_2020(entrer, settings):
    client = entrer("sgar", debut=dt.date(2018, 9, 13))
    donner_mandat(ouvrir_compte(), "instructeur", debut=dt.date(2018, 9, 13))
    assert "Direction départementale de l’emploi" in client.get(reverse("equipe")).content.decode()
    settings.AUJOURDHUI = dt.date(2020, 6, 30)
    page = client.get(reverse("equipe")).content.decode()
    assert "Direction départementale de la cohésion sociale du Nord" in page
    assert "Direction départementale de l’emploi" not in page


def test_a_long_list_is_searched_and_paged_in_a_few_queries(entrer, django_assert_max_num_queries):
    fonction, organisation = (
        Fonction.objects.get(code="instructeur"),
        Organisation.objects.get(code="ddets-59"),
    )
    nord = Territoire.objects.get(code="59D")
    personnes = Personne.objects.bulk_create(Personne(nom=f"Foule {i}") for i in range(150))
    Mandat.objects.bulk_create(
        Mandat(personne=p, fonction=fonction, organisation=organisation, territoire=nord, debut=aujourdhui())
        for p in personnes
    )
    client = entrer("administrateur-national")
    with django_assert_max_num_queries(15):
        page = client.get(reverse("equipe")).content.decode()
    assert "Page 1 sur 3" in page
    page = client.get(reverse("equipe"), {"q": "foule 149"}).content.decode()
    assert ("Foule 149" in page, "Foule 148" in page) == (True, False)
    for valeur in ("0", "999", "x", "-1"):
        assert client.get(reverse("equipe"), {"page": valeur}).status_code == 200
    assert "Personne ne répond" in client.get(reverse("equipe"), {"q": "xyzzy"}).content.decode()


def test_forgetting_says_what_will_happen_then_does_it(entrer, mandat, django_capture_on_commit_callbacks):
    client = entrer("administrateur-national")
    chemin = reverse("personne_oublier", args=[mandat.personne.reference])
    page = client.get(chemin).content.decode()
    assert "Ceci ne se défait pas" in page
    assert "1\u00a0mandat, dont 1 en cours" in page
    refus = client.post(chemin)
    assert (refus.status_code, "Cochez cette case" in refus.content.decode()) == (422, True)
    assert Personne.objects.filter(nom=CANARI).exists()
    reponse = client.post(chemin, {"compris": "on"})
    assert (reponse.status_code, reponse.headers["Location"]) == (302, reverse("equipe"))
    assert not Personne.objects.filter(nom=CANARI).exists()
    anciens = client.get(reverse("equipe"), {"anciens": "1"}).content.decode()
    assert (CANARI in anciens, "Personne oubliée" in anciens) == (False, True)
    assert client.get(chemin).status_code == 404


def test_forgetting_oneself_ends_ones_own_session(entrer):
    client = entrer("administrateur-national")
    chemin = reverse("personne_oublier", args=[client.compte.personne.reference])
    reponse = client.post(chemin, {"compris": "on"})
    assert reponse.headers["Location"] == reverse("connexion")
    assert client.get(reverse("equipe")).status_code == 302


def test_a_refused_page_writes_nothing_in_the_journal(entrer, mandat, invitation):
    avant = Ecriture.objects.count()
    client = entrer("prefet")
    for chemin in pages_de(mandat, invitation).values():
        client.post(chemin, {"fin": "2030-01-01", "compris": "on"})
    assert Ecriture.objects.count() == avant


def test_the_history_of_a_mandate_begins_with_who_invited(
    entrer, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(messages._poste, "submit", lambda fonction, *arguments: fonction(*arguments))
    client = entrer("sgar")
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("equipe_inviter"), donnees())
    secret = mail.outbox[0].body.split("/invitation/")[1].split("/")[0]
    compte = actes.ouvrir_compte_invite(secret=secret, identite=actes.Identite("Ada", "Essai"))
    mandat = Mandat.objects.get(personne=compte.personne)
    page = Page(client.get(reverse("mandat", args=[mandat.pk])).content)
    phrases = [li.span.get_text() for li in page.soupe.select(".ec-histoire li")]
    assert [p.split(" a ", 1)[1].split(" à partir")[0] for p in phrases] == [
        "accepté l’invitation.",
        "invité",
    ]
    assert phrases[0].startswith("Ada Essai")
    assert phrases[1].startswith(str(client.compte.personne))
