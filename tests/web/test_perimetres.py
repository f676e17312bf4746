"""Keeping a perimeter from its pages, without JavaScript; and what the public page says before and after."""

import datetime as dt
import subprocess
import sys

import pytest
from django.db import connection
from django.urls import reverse

from echelons.socle.horloge import a_la_date
from echelons.socle.journal import Auteur
from echelons.territoires import actes
from echelons.territoires.models import Territoire
from echelons.territoires.perimetres import membres_au
from tests.contrats.scene import Scene
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
JOUR = dt.date(2020, 6, 30)
MAUBEUGE = "200043396"
IDENTITE = {
    "nom": "Pays d’essai",
    "nature": "pacte_territorial",
    "debut": "2019-01-01",
    "source": "Arrêté d’essai",
    "adresse": "https://exemple.invalid/arrete",
}
VERSION = {"debut": "2020-01-01", "source": "Avenant d’essai"}


@pytest.fixture(autouse=True)
def un_jour():
    with a_la_date(JOUR):
        yield


@pytest.fixture
def nord() -> Lecteurs:
    """Those who act in the Nord and in its région, real places."""
    return Lecteurs(Scene("59D", "R32"))


def envoyer(
    lecteurs: Lecteurs, qui: str, chemin: str, geste: str = "enregistrer", statut: int = 200, **donnees
) -> Page:
    """Send the form as it stands, with this gesture."""
    page = lecteurs.lire(qui, chemin)
    membres = page.soupe.select_one("input[name=membres]")
    envoi = {"membres": membres["value"] if membres else "", **donnees, "geste": geste}
    reponse = lecteurs.client(qui).post(chemin, envoi)
    assert reponse.status_code == statut, Page(reponse.content).tout[:900]
    return Page(reponse.content)


def choisis(page: Page) -> list[str]:
    return page.soupe.select_one("input[name=membres]")["value"].split()


def creer(
    lecteurs: Lecteurs, membres: str, qui: str = "instructeur", statut: int = 302, **choix
) -> Territoire | Page:
    page = envoyer(
        lecteurs, qui, reverse("perimetre_creer"), statut=statut, **IDENTITE | choix | {"membres": membres}
    )
    return Territoire.objects.get(nom=IDENTITE["nom"]) if statut == 302 else page


def test_a_perimeter_is_chosen_by_search_by_paste_and_on_the_map_then_recorded(nord):
    adresse = reverse("perimetre_creer")
    page = envoyer(nord, "instructeur", adresse, "chercher", q="maubeuge", **IDENTITE)
    boutons = {b["value"] for b in page.soupe.select("button[name=geste]")}
    assert {f"ajouter:{MAUBEUGE}", "ajouter:59392"} <= boutons
    assert page.soupe.select_one("input[name=nom]")["value"] == "Pays d’essai"
    page = envoyer(nord, "instructeur", adresse, "ajouter:59350", membres="", **IDENTITE)
    assert choisis(page) == ["59350"]
    page = envoyer(nord, "instructeur", adresse, "coller", membres="59350", liste="59392;\n 01018, 99999")
    assert choisis(page) == ["59350", "59392"]
    assert "voyez Valserhône (01033)" in page.tout
    assert page.soupe.select_one("button[value='ajouter:01033']") is not None
    assert "Aucune commune n’est connue sous le code « 99999 »" in page.tout
    page = envoyer(nord, "instructeur", adresse, "basculer:59350", membres="59350 59392", departement="59")
    assert choisis(page) == ["59392"]
    points = {b["value"] for b in page.soupe.select("svg button.carte-point")}
    assert {"basculer:59350", "basculer:59392"} <= points
    assert all(b["tabindex"] == "-1" for b in page.soupe.select("svg button.carte-point"))
    page = envoyer(nord, "instructeur", adresse, f"ajouter:{MAUBEUGE}", membres="59392 59350")
    assert choisis(page) == ["59350", MAUBEUGE]  # the EPCI takes its town in
    assert not Territoire.objects.filter(nom="Pays d’essai").exists()
    perimetre = creer(nord, f"59350 {MAUBEUGE}")
    assert [m.code for m in membres_au(perimetre, JOUR)] == [MAUBEUGE, "59350"]
    lu = nord.lire("instructeur", reverse("territoire", args=[perimetre.code]))
    assert "« Pays d’essai » est créé" in lu.tout
    assert (
        lu.soupe.select_one(f"a[href='{reverse('perimetre_composition', args=[perimetre.code])}']")
        is not None
    )


def test_what_is_wrong_is_said_and_what_was_typed_stays(nord):
    page = creer(nord, "99999", statut=422, debut="31/02/2019", nom="")
    assert page.soupe.select_one("input[name=debut]")["value"] == "31/02/2019"
    page = creer(nord, "59350 59392", statut=422, source="")
    assert "Dites quel document" in page.tout
    assert choisis(page) == ["59350", "59392"]
    page = creer(nord, "", statut=422)
    assert "Donnez au moins une commune ou un EPCI." in page.tout


def test_the_public_page_says_each_composition_at_its_date_and_never_a_former_one(nord, client):
    perimetre = creer(nord, "59350 59392")
    adresse = reverse("territoire", args=[perimetre.code])
    lille = reverse("territoire", args=["59350"])
    avant = client.get(adresse)
    assert "Pays d’essai" in Page(client.get(lille).content).tout
    envoyer(
        nord, "charge-de-mission", reverse("perimetre_composition", args=[perimetre.code]),
        statut=302, **VERSION | {"membres": f"{MAUBEUGE} 59606"},
    )  # fmt: skip
    apres = Page(client.get(adresse, headers={"If-None-Match": avant["ETag"]}).content)
    assert "Depuis le 1er janvier 2020 : 2 territoires." in apres.tout
    assert "Sortent : Lille." in apres.tout
    assert "Entrent : CA Maubeuge Val de Sambre, Valenciennes." in apres.tout
    au = Page(client.get(adresse, {"au": "2019-06-30"}).content)
    assert {"Lille", "Maubeuge"} <= {a.text for a in au.soupe.select(".ec-colonnes a")}
    assert "Valenciennes" in {a.text for a in apres.soupe.select(".ec-colonnes a")}
    assert "Pays d’essai" not in Page(client.get(lille).content).tout
    assert "Pays d’essai" in Page(client.get(lille, {"au": "2019-06-30"}).content).tout


def test_a_departement_keeps_what_is_inside_it_the_region_what_crosses_the_nation_all(nord):
    page = creer(nord, "59350 62041", statut=422)
    assert "Ce périmètre sort de votre territoire." in page.tout
    assert "Peut le faire" in page.tout
    perimetre = creer(nord, "59350 62041", qui="sgar")
    for adresse in ("composition", "corriger", "clore", "recomposer"):
        chemin = reverse(f"perimetre_{adresse}", args=[perimetre.code])
        nord.lire("charge-de-mission", chemin, statut=404)
        nord.lire("sgar", chemin)
        nord.lire("finances", chemin, statut=404)
    assert perimetre.nom not in nord.lire("charge-de-mission", reverse("perimetres")).tout
    assert perimetre.nom in nord.lire("sgar", reverse("perimetres")).tout
    page = creer(nord, "59350 01033", qui="sgar", statut=422, nom="De deux régions")
    assert "Ce périmètre sort de votre territoire." in page.tout
    identite = IDENTITE | {"nom": "De deux régions", "membres": "59350 01033"}
    envoyer(nord, "conseiller-territoires", reverse("perimetre_creer"), statut=302, **identite)
    nord.lire("finances", reverse("perimetres"), statut=403)
    public = nord.lire("charge-de-mission", reverse("territoire", args=[perimetre.code]))
    assert not public.soupe.select("a[href$='/composition/']")


def test_a_composition_is_corrected_and_a_perimeter_closed_with_a_reason(nord):
    perimetre = creer(nord, "59350 59392")
    adresse = reverse("perimetre_recomposer", args=[perimetre.code]) + "?du=2019-01-01"
    page = envoyer(nord, "instructeur", adresse, membres="59350", statut=422)
    assert "Dites pourquoi" in page.tout
    envoyer(nord, "instructeur", adresse, membres="59350", motif="Faute de frappe.", statut=302)
    assert [m.code for m in membres_au(perimetre, JOUR)] == ["59350"]
    cloture = {"fin": "2020-05-31", "motif": "Fin du projet."}
    nord.faire("instructeur", reverse("perimetre_clore", args=[perimetre.code]), **cloture)
    page = nord.lire("instructeur", reverse("territoire", args=[perimetre.code]))
    assert "Pays d’essai n’existe plus depuis le 31 mai 2020" in page.tout
    correction = {"nom": "Pays corrigé", "nature": "projet", "note": "", "adresse": "", "motif": "Nom."}
    nord.faire("instructeur", reverse("perimetre_corriger", args=[perimetre.code]), **correction)
    assert Territoire.objects.get(pk=perimetre.pk).nom == "Pays corrigé"


@pytest.mark.django_db(transaction=True)
def test_another_process_that_holds_the_former_composition_reads_the_new_one():
    """A process reads, waits, reads again; meanwhile this one acts."""

    def permis(emprise):
        return Auteur("1", "1", "personne-1")

    perimetre = actes.creer_perimetre(
        par=permis,
        nom="Pays d’essai",
        nature="projet",
        debut=dt.date(2019, 1, 1),
        membres=["59350"],
        source="Arrêté",
    )
    commande = [
        sys.executable,
        *("-m", "tests.web.lecteur_qui_attend", str(connection.settings_dict["NAME"]), perimetre.code),
    ]
    tuyaux = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(commande, **tuyaux) as lecteur:
        assert lecteur.stdout.readline().split() == ["Lille"]
        actes.changer_composition(
            par=permis, perimetre=perimetre, debut=dt.date(2020, 1, 1), membres=["59392"], source="Avenant"
        )
        lecteur.stdin.write("encore\n")
        lecteur.stdin.flush()
        assert lecteur.stdout.readline().split() == ["Maubeuge"]
