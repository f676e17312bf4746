"""The pages of the texts of reference: written, read before being published, published, acknowledged, in HTTP."""

import datetime as dt

import pytest
from django.test import Client

from echelons.contrats.models import Destinataire
from echelons.socle.horloge import a_la_date
from echelons.strategie.models import Circulaire, Dispositif, EditionDeTexte, RegleEcheance, TexteReference
from tests.contrats.scene import Scene
from tests.web.national.test_referentiels import dire
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
JOUR = dt.date(2020, 10, 25)
ICI = "/circulaires/"


@pytest.fixture
def scene():
    scene = Scene()
    with a_la_date(dt.date(2019, 6, 14)):
        scene.mener(scene.ouvrir(), "entrer_en_vigueur")
    with a_la_date(JOUR):
        yield scene


def entrer(scene: Scene, fonction: str) -> Client:
    client = Client()
    client.force_login(scene.compte(fonction))
    session = client.session
    session["second_facteur"] = True
    session.save()
    return client


def saisie(**champs) -> dict[str, object]:
    """What the form sends for a text that moves the end of execution of 2020."""
    regle = RegleEcheance.objects.get(code="calpae-execution-2020")
    return {
        "reference": "Instruction d’essai du 24 octobre 2020",
        "titre": "Neuf mois de plus",
        "date": "2020-10-24",
        "resume": "Repousse la fin d’exécution.",
        "dispositifs": [str(Dispositif.objects.get(code="calpae").pk)],
        f"deplace_{regle.pk}": "2021-09-30",
        "lignes": "1",
    } | champs


def champs_de(reponse, nom: str) -> dict[str, str]:
    """What the form of this act sends, as the page gives it."""
    formulaire = Page(reponse.content).soupe.find(
        "form", {"action": lambda a: a and a.endswith(f"/acte/{nom}/")}
    )
    return {
        c["name"]: c.get("value", "")
        for c in formulaire.find_all("input")
        if c["name"] != "csrfmiddlewaretoken"
    }


def ecrire(client: Client, **champs) -> str:
    """Write a text; the address of its page."""
    reponse = client.post(f"{ICI}nouvelle/", saisie(**champs))
    assert reponse.status_code == 302, dire(reponse)
    return reponse["Location"]


def test_the_whole_way_from_writing_to_acknowledging(scene):
    national, charge = entrer(scene, "conseiller-territoires"), entrer(scene, "charge-de-mission")
    page = ecrire(national)
    lue = national.get(page)
    assert "30 juin 2021 → 30 septembre 2021" in dire(lue)
    assert "Calculé au 25 octobre 2020. Rien n’est encore changé." in dire(lue)
    assert charge.get(page).status_code == 404
    assert not EditionDeTexte.objects.exists()
    publiee = national.post(f"{page}acte/publier/", champs_de(lue, "publier"), follow=True)
    assert "Le texte est publié" in dire(publiee)
    assert "Accusés de réception : 0 sur" in dire(publiee)
    # Who received it finds it, and answers.
    assert "accusé de réception attendu" in dire(charge.get(ICI))
    recue = charge.get(page)
    assert "30 juin 2021 → 30 septembre 2021" in dire(recue)
    bouton = Page(recue.content).soupe.find("form", {"action": lambda a: a and "/accuser/" in a})
    faite = charge.post(bouton["action"], follow=True)
    assert "Accusé de réception donné" in dire(faite)
    assert Destinataire.objects.filter(accuse_le=JOUR).count() == 1
    assert "accusé de réception attendu" not in dire(charge.get(ICI))
    # The nation sees who has not; the obligations show both dates and the text.
    suivi = dire(national.get(page))
    assert "Accusés de réception : 1 sur" in suivi
    assert "pas encore" in suivi
    echeances = Page(charge.get("/echeances/?etat=toutes").content).soupe.main
    assert "Instruction d’essai du 24 octobre 2020" in echeances.get_text(" ")
    # Anybody reads what it changed.
    public = dire(Client().get(page.replace("/circulaires/", "/texte/")))
    assert "30 juin 2021 → 30 septembre 2021" in public


def test_what_was_typed_is_kept_when_something_is_missing_or_when_a_line_is_added(scene):
    national = entrer(scene, "conseiller-territoires")
    refusee = national.post(f"{ICI}nouvelle/", saisie(titre="", cree_0_libelle="Bilan", date="31/02/2020"))
    assert refusee.status_code == 422
    soupe = Page(refusee.content).soupe
    assert soupe.find("input", {"name": "reference"})["value"] == "Instruction d’essai du 24 octobre 2020"
    assert soupe.find("input", {"name": "cree_0_libelle"})["value"] == "Bilan"
    assert "Cette date n’existe pas" in dire(refusee)
    assert "Pour créer une échéance" in dire(refusee)
    ajoutee = national.post(f"{ICI}nouvelle/", saisie(ajouter="1", cree_0_libelle="Bilan"))
    soupe = Page(ajoutee.content).soupe
    assert ajoutee.status_code == 200
    assert soupe.find("input", {"name": "cree_0_libelle"})["value"] == "Bilan"
    assert soupe.find("input", {"name": "cree_1_libelle"}) is not None
    assert not Circulaire.objects.exists()


@pytest.mark.parametrize(
    "champs",
    [
        {"date": "0001-01-01"},
        {"date": "9999-12-31"},
        {"reference": "x" * 300},
        {"adresse": "javascript:alert(1)"},
        {"dispositifs": ["999999"]},
        {"territoires": ["999999"]},
        {"dispositifs": ["zz"]},
        {"lignes": "99999999999"},
        {"lignes": "-1"},
        {"cree_0_libelle": "B", "cree_0_exercice": "1e9"},
        {"titre": "\x00"},
    ],
)
def test_nonsense_is_answered_by_the_form(scene, champs):
    reponse = entrer(scene, "conseiller-territoires").post(f"{ICI}nouvelle/", saisie(**champs))
    assert reponse.status_code in {302, 422}
    if reponse.status_code == 302:  # a wrong number of lines is put right
        assert "lignes" in champs


def test_two_who_write_at_once_the_second_keeps_what_was_typed(scene):
    un, autre = entrer(scene, "conseiller-territoires"), entrer(scene, "administrateur-national")
    page = ecrire(un)
    code = page.split("/")[2]
    assert un.post(f"{page}modifier/", saisie(titre="Premier", version="1")).status_code == 302
    conflit = autre.post(f"{page}modifier/", saisie(titre="Second", version="1"))
    assert conflit.status_code == 409
    assert "Depuis que vous avez ouvert cette page" in dire(conflit)
    assert Page(conflit.content).soupe.find("input", {"name": "titre"})["value"] == "Second"
    assert Circulaire.objects.get(code=code).titre == "Premier"


def test_publishing_what_changed_since_it_was_read_is_told_and_nothing_is_published(scene):
    un, autre = entrer(scene, "conseiller-territoires"), entrer(scene, "administrateur-national")
    page = ecrire(un)
    lue = champs_de(un.get(page), "publier")
    regle = RegleEcheance.objects.get(code="calpae-execution-2020")
    autre.post(f"{page}modifier/", saisie(**{f"deplace_{regle.pk}": "2021-12-31", "version": "1"}))
    refusee = un.post(f"{page}acte/publier/", lue)
    assert refusee.status_code == 409
    assert "Relisez" in dire(refusee)
    assert not TexteReference.objects.filter(circulaire__isnull=False).exists()


def test_correcting_and_withdrawing_ask_why_and_leave_a_trace_that_all_read(scene):
    national = entrer(scene, "conseiller-territoires")
    page = ecrire(national)
    national.post(f"{page}acte/publier/")
    assert national.post(f"{page}acte/retirer/").status_code == 422
    assert TexteReference.objects.get(circulaire__isnull=False).retire_le is None
    assert national.post(f"{page}acte/corriger/", {"motif": "Erreur de mois."}).status_code == 302
    assert national.get(f"{page}modifier/").status_code == 200
    national.post(f"{page}acte/publier/")
    assert national.post(f"{page}acte/retirer/", {"motif": "Annulé."}).status_code == 302
    public = dire(Client().get(page.replace("/circulaires/", "/texte/")))
    assert "Texte retiré le 25 octobre 2020" in public
    assert "Motif : Erreur de mois." in public
    assert "Motif : Annulé." in public
    assert national.post(f"{page}acte/publier/").status_code == 409
    assert national.post(f"{page}acte/inventer/").status_code == 404


def test_a_draft_is_on_no_public_page(scene):
    national = entrer(scene, "conseiller-territoires")
    page = ecrire(national, reference="Projetsecret du 24 octobre 2020")
    for adresse in ("/chronologie/", "/dispositif/calpae/calendrier/"):
        assert "Projetsecret" not in Client().get(adresse).content.decode()
    assert Client().get(page.replace("/circulaires/", "/texte/")).status_code == 404
