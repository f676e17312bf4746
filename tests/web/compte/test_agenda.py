"""The calendar, its secret feed, the messages page: what each reader sees, and what nobody else ever does."""

import datetime as dt

import icalendar
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from echelons.acteurs.freins import REGLES, Objet
from echelons.acteurs.models import Mandat, Personne
from echelons.acteurs.pouvoirs import Acteur
from echelons.pilotage.agenda import creer_lien, empreinte
from echelons.pilotage.models import LienAgenda
from echelons.socle import journal
from echelons.socle.horloge import a_la_date
from echelons.socle.models import Ecriture
from tests.contrats.scene import JOUR, Scene
from tests.web.departemental.navigateurs import Lecteurs

pytestmark = pytest.mark.django_db
CANARI = "Canari-hors-de-portée"
AVANT = dt.date(2019, 3, 1)


@pytest.fixture(autouse=True)
def jour():
    with a_la_date(JOUR):
        yield


@pytest.fixture
def convention(scene):
    """Submitted to the State, whose instructeur is there to be told."""
    scene.compte("instructeur")
    return scene.mener(scene.ouvrir(), "soumettre")


def evenements(contenu: bytes) -> dict[str, icalendar.Event]:
    agenda = icalendar.Calendar.from_ical(contenu)
    return {str(e["summary"]): e for e in agenda.walk("VEVENT")}


def lien(lecteurs: Lecteurs, fonction: str) -> str:
    """Make the link as the reader does, and read it on the page."""
    page = lecteurs.client(fonction).post(reverse("agenda_abonnement"), {"geste": "creer"})
    adresse = page.content.decode().partition("<code>")[2].partition("</code>")[0]
    return adresse[adresse.index("/agenda/") :]


# --- The page -----------------------------------------------------------------------------------------


def test_the_calendar_says_the_date_the_delay_and_whose_it_is(lecteurs, convention):
    with a_la_date(AVANT):
        page = lecteurs.lire("charge-de-mission", "/echeances/")
    assert "30 juin 2019 (dans 121 jours) Signature de la convention d’appui vous la devez" in page.tout
    assert "D’après Instruction ministérielle du 4 février 2019" in page.tout
    assert page.soupe.find("h2", string="Juin 2019")


def test_what_is_late_comes_first_in_calm_words(lecteurs, convention):
    with a_la_date(dt.date(2019, 7, 3)):
        page = lecteurs.lire("instructeur", "/echeances/")
    titres = [h.get_text() for h in page.soupe.select("main h2")]
    assert titres[0] == "La date est passée"
    assert "dépassée de 3 jours" in page.tout
    assert "à vous d’agir" in page.tout


def test_one_filters_what_one_owes_and_what_is_owed(lecteurs, convention):
    rendu = lecteurs.lire("instructeur", "/echeances/?sens=on-me-doit").tout
    assert "Délibération de l’assemblée" in rendu
    assert "Signature de la convention" not in rendu
    assert "Signature de la convention" in lecteurs.lire("instructeur", "/echeances/?sens=je-dois").tout
    assert "Vous ne devez rien" in lecteurs.lire("observateur", "/echeances/?sens=je-dois").tout


def test_a_moved_date_shows_the_former_one_and_the_text(scene, lecteurs):
    scene.mener(scene.ouvrir(), "entrer_en_vigueur")
    with a_la_date(dt.date(2020, 11, 30)):
        page = lecteurs.lire("charge-de-mission", "/echeances/")
    assert page.soupe.find("del").get_text().replace("\xa0", " ") == "31 décembre 2020"
    assert "30 juin 2021 (dans 212 jours) Fin d’exécution des actions de 2020" in page.tout
    assert "Ce qui l’a déplacée : Instruction du 20 octobre 2020" in page.tout
    assert "date à confirmer" in page.tout


def test_many_contracts_make_one_line_that_opens(scene, lecteurs):
    for n in range(4):
        autre = Scene(code=f"96{n}D")
        autre.ouvrir()
    scene.ouvrir()
    page = lecteurs.lire("conseiller-territoires", "/echeances/")
    assert "5 contrats" in page.tout
    assert len(page.soupe.select(".ec-echeance details li a")) >= 5


def test_who_follows_several_regions_reads_them_apart(scene, lecteurs):
    scene.ouvrir()
    ailleurs = Scene(code="960D", region_code="R96T").ouvrir().contrat.code
    page = lecteurs.lire("conseiller-territoires", "/echeances/")
    groupe = page.soupe.select_one(".ec-echeance details")
    assert [li.contents[0] for li in groupe.select("details > ul > li")] == [
        "Lieu R96T (fictif)",
        "Lieu R97T (fictif)",
    ]
    page = lecteurs.lire("conseiller-territoires", "/echeances/?region=R96T")
    assert "Échéances : Lieu R96T (fictif)" in page.tout
    assert [o["value"] for o in page.soupe.select("#choix-contrat option")] == ["", ailleurs]
    assert "Lieu 997D" not in page.soupe.select_one("main").text
    # Another région chosen beside a contract: the région is what was asked last.
    page = lecteurs.lire("conseiller-territoires", f"/echeances/?region=R97T&contrat={ailleurs}")
    assert "Échéances : Lieu R97T (fictif)" in page.tout


def test_an_empty_calendar_teaches_what_the_dispositifs_ask_of_all(scene, lecteurs):
    with a_la_date(AVANT):
        page = lecteurs.lire("charge-de-mission", "/echeances/")
    assert "Aucun contrat n’est encore ouvert" in page.tout
    assert "30 juin 2019 (dans 121 jours) : Signature de la convention d’appui" in page.tout
    Mandat.objects.all().delete()
    assert "aucune échéance ne vous concerne" in lecteurs.lire("charge-de-mission", "/echeances/").tout


def test_a_contract_out_of_scope_is_not_found_and_a_stranger_signs_in(client, convention):
    voisins = Lecteurs(Scene(code="998D", region_code="R98T"))
    code = convention.contrat.code
    corps = voisins.client("charge-de-mission").get(f"/echeances/?contrat={code}")
    assert corps.status_code == 404
    assert convention.contrat.intitule not in corps.content.decode()
    for nom in ("echeances", "messages", "agenda_abonnement"):
        assert client.get(reverse(nom))["Location"].startswith("/compte/connexion/")


def test_what_is_read_with_an_account_is_kept_by_nobody(lecteurs, convention):
    for nom in ("echeances", "messages", "agenda_abonnement"):
        reponse = lecteurs.client("charge-de-mission").get(reverse(nom))
        assert reponse["Cache-Control"] == "no-store", nom
    assert lecteurs.client("charge-de-mission").post("/echeances/").status_code == 405


def test_the_calendar_of_a_nation_takes_few_queries(scene, lecteurs, django_assert_max_num_queries):
    for n in range(8):
        Scene(code=f"96{n}D").ouvrir()
    lecteurs.lire("conseiller-territoires", "/echeances/")
    with django_assert_max_num_queries(40):
        lecteurs.lire("conseiller-territoires", "/echeances/")


# --- The feed -----------------------------------------------------------------------------------------


def test_a_calendar_program_reads_the_obligations_by_the_secret_link(client, lecteurs, convention):
    adresse = lien(lecteurs, "charge-de-mission")
    reponse = client.get(adresse)
    assert reponse["Content-Type"] == "text/calendar; charset=utf-8"
    assert reponse["Cache-Control"] == "no-store"
    trouves = evenements(reponse.content)
    (nom,) = [n for n in trouves if n.startswith("Signature de la convention d’appui")]
    evenement = trouves[nom]
    assert evenement["dtstart"].dt == JOUR
    assert "?contrat=calpae-997d" in evenement["url"]
    assert client.head(adresse).status_code == 200
    assert client.post(adresse).status_code == 405


def test_a_moved_obligation_moves_in_the_program_and_says_why(client, scene, lecteurs):
    scene.mener(scene.ouvrir(), "entrer_en_vigueur")
    adresse = lien(lecteurs, "charge-de-mission")
    lus = {}
    for jour in (dt.date(2020, 10, 1), dt.date(2020, 10, 20)):
        with a_la_date(jour):
            trouves = evenements(client.get(adresse).content)
        lus[jour] = next(e for n, e in trouves.items() if n.startswith("Fin d’exécution des actions de 2020"))
    avant, apres = lus.values()
    assert avant["uid"] == apres["uid"]
    assert (avant["dtstart"].dt, apres["dtstart"].dt) == (dt.date(2020, 12, 31), dt.date(2021, 6, 30))
    assert "Instruction du 20 octobre 2020" in str(apres["description"]).replace("\xa0", " ")


def test_only_a_digest_of_the_secret_is_kept_and_each_gesture_is_journalled(lecteurs, scene, convention):
    adresse = lien(lecteurs, "charge-de-mission")
    secret = adresse.removeprefix("/agenda/").removesuffix(".ics")
    assert LienAgenda.objects.get().empreinte == empreinte(secret)
    assert secret not in str(LienAgenda.objects.values_list())
    lien(lecteurs, "charge-de-mission")
    lecteurs.client("charge-de-mission").post(reverse("agenda_abonnement"), {"geste": "revoquer"})
    lecteurs.client("charge-de-mission").post(reverse("agenda_abonnement"), {"geste": "revoquer"})
    actes = Ecriture.objects.filter(objet_type="agenda").order_by("numero").values_list("acte", flat=True)
    assert list(actes) == ["creer_lien", "remplacer_lien", "revoquer_lien"]
    assert journal.verifier().anomalies == ()
    assert "Il n’y avait pas de lien" in lecteurs.lire("charge-de-mission", reverse("agenda_abonnement")).tout
    assert secret not in lecteurs.lire("charge-de-mission", reverse("agenda_abonnement")).tout


def test_a_link_replaced_or_revoked_answers_as_one_that_never_was(client, lecteurs, convention):
    premier = lien(lecteurs, "charge-de-mission")
    second = lien(lecteurs, "charge-de-mission")
    assert client.get(premier).status_code == 404
    assert client.get(second).status_code == 200
    lecteurs.client("charge-de-mission").post(reverse("agenda_abonnement"), {"geste": "revoquer"})
    revoque, jamais = client.get(second), client.get("/agenda/jamais.ics")
    assert (revoque.status_code, jamais.status_code) == (404, 404)
    assert revoque.content == jamais.content


def test_an_ended_mandate_empties_the_feed_at_once(client, lecteurs, scene, convention):
    adresse = lien(lecteurs, "charge-de-mission")
    assert evenements(client.get(adresse).content)
    Mandat.objects.filter(personne=scene.compte("charge-de-mission").personne).update(
        fin=JOUR - dt.timedelta(days=1)
    )
    reponse = client.get(adresse)
    assert reponse.status_code == 200
    assert evenements(reponse.content) == {}
    assert b"calpae" not in reponse.content


@pytest.mark.parametrize("comment", ["oubliee", "fermee", "partie"])
def test_a_forgotten_person_a_closed_account_and_one_that_is_gone_answer_404(
    client, lecteurs, scene, convention, comment
):
    adresse = lien(lecteurs, "charge-de-mission")
    compte = scene.compte("charge-de-mission")
    if comment == "oubliee":
        Personne.objects.filter(pk=compte.personne_id).update(
            nom="", prenom="", oubliee_le="2019-07-01T00:00Z"
        )
    elif comment == "fermee":
        type(compte).objects.filter(pk=compte.pk).update(is_active=False)
    else:
        compte.delete()
    assert client.get(adresse).status_code == 404


def test_too_many_wrong_links_are_no_longer_answered_and_right_ones_still_are(client, lecteurs, convention):
    adresse = lien(lecteurs, "charge-de-mission")
    for n in range(REGLES[Objet.LIEN_SECRET].libres):
        assert client.get(f"/agenda/faux-{n}.ics").status_code == 404
    refuse = client.get("/agenda/encore.ics")
    assert refuse.status_code == 429
    assert int(refuse["Retry-After"]) > 0
    assert client.get(adresse).status_code == 200


def test_many_contracts_make_one_event_that_names_them(client, scene):
    for n in range(5):
        Scene(code=f"96{n}D").ouvrir()
    secret = creer_lien(par=scene.acteur("conseiller-territoires"))
    trouves = evenements(client.get(f"/agenda/{secret}.ics").content)
    (nom,) = [n for n in trouves if n.startswith("Signature de la convention")]
    assert nom.replace("\xa0", " ").endswith(", 5 contrats")
    assert "Lieu 963D" in trouves[nom]["description"]


def test_nothing_out_of_scope_is_ever_in_a_feed_or_a_page(client, scene, convention):
    convention.contrat.intitule = CANARI
    convention.contrat.save()
    voisine = Scene(code="998D", region_code="R98T")
    voisine.ouvrir()
    voisins = Lecteurs(voisine)
    for fonction in (
        "charge-de-mission",
        "instructeur",
        "prefet",
        "sgar",
        "observateur",
        "administrateur-national",
    ):
        secret = creer_lien(par=Acteur.de(voisine.compte(fonction)))
        assert CANARI.encode() not in client.get(f"/agenda/{secret}.ics").content.replace(b"\r\n ", b"")
        for nom in ("echeances", "messages"):
            assert CANARI not in voisins.lire(fonction, reverse(nom)).tout
    sien = creer_lien(par=scene.acteur("charge-de-mission"))
    assert CANARI.encode() in client.get(f"/agenda/{sien}.ics").content.replace(b"\r\n ", b"")


def test_a_link_is_made_by_post_with_its_token_only(scene, convention):
    navigateur = Client(enforce_csrf_checks=True)
    navigateur.force_login(
        scene.compte("charge-de-mission"), backend="echelons.web.compte.portes.ParMotDePasse"
    )
    assert navigateur.post(reverse("agenda_abonnement"), {"geste": "creer"}).status_code == 403
    assert not LienAgenda.objects.exists()


# --- The messages page ---------------------------------------------------------------------------------


def test_one_sees_what_the_next_email_will_say_then_what_was_sent(lecteurs, scene, convention):
    avant = lecteurs.lire("instructeur", "/messages/").tout
    assert "À vous d’agir : « Prendre en instruction »" in avant
    assert "Rien encore." in avant
    call_command("envoyer_messages")
    apres = lecteurs.lire("instructeur", "/messages/").tout
    assert "Rien ne vous attend" in apres
    assert "2 lignes envoyées, dont 1 rappel d’échéance. Ce qui en reste à regarder :" in apres
    scene.faire(convention, "prendre_en_instruction")
    scene.faire(convention, "demander_des_corrections")
    assert "Il n’en reste rien à regarder" in lecteurs.lire("instructeur", "/messages/").tout
