"""The acts of a campaign: chosen on a page, produced by the worker, followed, stopped, taken up again, taken away."""

import csv
import hashlib
import io
import random
import zipfile

import pytest
from django.core.management import call_command
from django.urls import reverse

from echelons.acteurs.models import Mandat
from echelons.contrats.contenu import fiches
from echelons.contrats.documents import empreintes_gardees
from echelons.contrats.edition.donnees import Edition
from echelons.contrats.lots import actes, production
from echelons.contrats.models import ActeDeLot, Instrument, Lot
from echelons.socle.depot import coffre
from echelons.socle.edition import EditionImpossible
from echelons.socle.horloge import a_la_date, maintenant
from echelons.socle.models import Tache
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.edition.lecture import texte
from tests.contrats.sceaux.test_sceaux import scelle
from tests.contrats.scene import CHEMIN, JOUR, Scene
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
#: Who reads the whole région.
QUI = "sgar"
CODES = ("995D", "996D", "997D")
LIEUX = [f"Lieu {code} (fictif)" for code in CODES]


@pytest.fixture(autouse=True)
def maison(settings, tmp_path):
    settings.DEPOT, settings.CLAMAV = tmp_path / "depot", ""
    with a_la_date(JOUR):
        yield


@pytest.fixture
def conventions() -> dict[str, Instrument]:
    """Three collectivités of a région, each negotiating a convention that holds a fiche."""
    ouvertes = {}
    for code in CODES:
        scene = Scene(code)
        ouverte = ouvertes[code] = scene.ouvrir()
        financer(scene, ouverte, remplir(scene, ouverte, f"Action de {code}"), (1, 2019, "10"))
        scene.faire(ouverte, "rediger")
        scene.faire(ouverte, "partager")
    return ouvertes


@pytest.fixture
def lecteurs() -> Lecteurs:
    return Lecteurs(Scene())


@pytest.fixture
def faites(monkeypatch) -> list[str]:
    """The contracts whose act was laid out, each time it was."""
    dites: list[str] = []
    for sorte, faire in production.FAIRE.items():

        def noter(edition: Edition, faire=faire) -> bytes:
            dites.append(edition.contenu.instrument.territoire.code)
            return faire(edition)

        monkeypatch.setitem(production.FAIRE, sorte, noter)
    return dites


def adresse(conventions) -> str:
    """The page of their campaign."""
    genre = next(iter(conventions.values())).genre.code
    return reverse("campagne", args=["calpae", genre, "2019-2021"])


def lancer(lecteurs: Lecteurs, conventions, *sortes: str, qui: str = QUI) -> Lot:
    """Ask for the acts, by the form of the page."""
    formulaire = lecteurs.lire(qui, adresse(conventions)).soupe.select_one("main form")
    coches = [c["value"] for c in formulaire.select("input[type=checkbox][checked]")]
    assert coches == ["acte"]
    reponse = lecteurs.client(qui).post(formulaire["action"], {"sortes": sortes or coches})
    lot = Lot.objects.latest("pk")
    assert reponse["Location"] == reverse("lot", args=[lot.reference])
    return lot


def travailler() -> None:
    call_command("travailler", une_passe=True, stdout=io.StringIO())


def lire(lecteurs: Lecteurs, lot: Lot, qui: str = QUI) -> Page:
    return lecteurs.lire(qui, reverse("lot", args=[lot.reference]))


def rendre(lecteurs: Lecteurs, lot: Lot) -> tuple[list[dict[str, str]], dict[str, bytes]]:
    """The manifest of what is taken away, and the files."""
    reponse = lecteurs.client(QUI).get(reverse("lot_archive", args=[lot.reference]))
    assert reponse["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(b"".join(reponse))) as archive:
        assert archive.testzip() is None
        fichiers = {nom: archive.read(nom) for nom in archive.namelist()}
    manifeste = fichiers.pop("manifeste.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(manifeste, newline=""))), fichiers


def appuyer(lecteurs: Lecteurs, lot: Lot, bouton: str) -> Page:
    """Press a button of the page of the batch."""
    formulaires = lire(lecteurs, lot).soupe.select("main form")
    vise = next(f for f in formulaires if f.button.get_text() == bouton)
    return Page(lecteurs.client(QUI).post(vise["action"], follow=True).content)


def test_the_acts_of_a_campaign_are_produced_together_and_taken_away_with_their_manifest(
    lecteurs, conventions
):
    scene = Scene("994D")
    vide, reservee = scene.ouvrir(), Scene("993D").ouvrir()
    retiree = remplir(scene, vide)
    scene.faire(vide, "partager")
    fiches.retirer(par=scene.acteur("charge-de-mission"), instrument=vide, reference=retiree.reference)
    remplir(Scene("993D"), reservee)
    Scene("996D").faire(conventions["996D"], "soumettre")

    liste = lecteurs.lire(QUI, reverse("campagnes"))
    assert liste.soupe.select_one(f'main a[href="{adresse(conventions)}"]')
    page = lecteurs.lire(QUI, adresse(conventions))
    assert (
        "5 instruments dans votre périmètre : 3 ont un contenu, 1 n’a rien d’écrit, 1 se prépare" in page.tout
    )
    lot = lancer(lecteurs, conventions, "acte", "seance")
    page = lire(lecteurs, lot)
    assert "En attente. 0 sur 6 actes" in page.tout
    assert "Personne ne travaille en arrière-plan" in page.tout
    morceau = lecteurs.client(QUI).get(
        page.soupe.select_one("#suivi")["hx-get"], headers={"HX-Request": "true"}
    )
    assert b"<html" not in morceau.content

    travailler()
    page = lire(lecteurs, lot)
    assert "La production est terminée." in page.tout
    lignes, fichiers = rendre(lecteurs, lot)
    assert [(x["Territoire"], x["PROJET"]) for x in lignes] == [
        (lieu, "non" if lieu == LIEUX[1] else "oui") for lieu in LIEUX for _ in range(2)
    ]
    assert {x["Fichier"]: x["SHA-256"] for x in lignes} == {
        nom: hashlib.sha256(octets).hexdigest() for nom, octets in fichiers.items()
    }
    for code, convention in conventions.items():
        nom = f"{convention.contrat.code}-{convention.cle}"
        seul = lecteurs.client(QUI).get(reverse("acte_pdf", args=[convention.contrat.code, convention.cle]))
        assert fichiers[f"{nom}-convention.pdf"] == seul.content
        assert ("PROJET" in texte(seul.content)) == (code != "996D")
        assert (
            "rapport.pdf" in zipfile.ZipFile(io.BytesIO(fichiers[f"{nom}-dossier-de-seance.zip"])).namelist()
        )
    assert rendre(lecteurs, lot)[1] == fichiers


def test_one_instrument_that_fails_stops_no_other_and_is_tried_again_alone(
    lecteurs, conventions, faites, monkeypatch
):
    laisser = production.FAIRE["acte"]

    def echouer(edition: Edition) -> bytes:
        if edition.contenu.instrument.territoire.code == "996D":
            raise EditionImpossible("essai")
        return laisser(edition)

    with monkeypatch.context() as essai:
        essai.setitem(production.FAIRE, "acte", echouer)
        lot = lancer(lecteurs, conventions)
        travailler()
    page = lire(lecteurs, lot)
    assert "2 actes produits sur 3, 1 en échec" in page.tout
    assert "Échec : La mise en page a échoué." in page.tout
    lignes, fichiers = rendre(lecteurs, lot)
    assert len(fichiers) == 2
    assert [bool(x["Pourquoi il manque"]) for x in lignes] == [False, True, False]

    faites.clear()
    appuyer(lecteurs, lot, "Mettre à jour")
    travailler()
    assert faites == ["996D"]
    assert len(rendre(lecteurs, lot)[1]) == 3


def test_what_did_not_change_is_never_made_again(lecteurs, conventions, faites):
    lot = lancer(lecteurs, conventions)
    travailler()
    assert sorted(faites) == list(CODES)
    scene, change = Scene("997D"), conventions["997D"]
    fiches.ajouter(par=scene.acteur("charge-de-mission"), instrument=change, intitule="Neuve")
    ancien = lot.actes.get(instrument=change).fichier
    faites.clear()
    with a_la_date(JOUR.replace(day=1, month=7)):
        appuyer(lecteurs, lot, "Mettre à jour")
        travailler()
    assert faites == ["997D"]
    assert coffre.etat(ancien) == "absent"
    # Another batch of the same day takes the same files; of another campaign, nothing.
    faites.clear()
    autre = lancer(lecteurs, conventions)
    travailler()
    assert autre.pk != lot.pk
    assert "997D" in faites  # dated of another day, a draft is another document
    assert len(faites) == 1


def test_what_is_sealed_is_given_as_it_was_sealed(lecteurs, conventions, faites):
    scene, signee = Scene("996D"), conventions["996D"]
    signee.refresh_from_db()
    for acte in CHEMIN[1 : CHEMIN.index("signer_etat") + 1]:
        scene.faire(signee, acte)
    sceau, _ = scelle(scene, signee, random.Random(7))
    lot = lancer(lecteurs, conventions)
    travailler()
    assert "996D" not in faites
    assert "Produit : acte scellé" in lire(lecteurs, lot).tout
    lignes, fichiers = rendre(lecteurs, lot)
    assert (lignes[1]["Valeur"], lignes[1]["PROJET"], lignes[1]["SHA-256"]) == (
        "acte scellé", "non", sceau.produit,
    )  # fmt: skip
    assert hashlib.sha256(fichiers[lignes[1]["Fichier"]]).hexdigest() == sceau.produit


def test_a_production_is_stopped_and_resumed_where_it_stood(lecteurs, conventions, faites, monkeypatch):
    lot = lancer(lecteurs, conventions)
    garder = production.garder

    def garder_puis_arreter(*choses) -> None:
        garder(*choses)
        assert "Arrêt demandé" in appuyer(lecteurs, lot, "Arrêter").tout

    with monkeypatch.context() as essai:
        essai.setattr(production, "garder", garder_puis_arreter)
        essai.setattr(production, "FILS", 1)
        travailler()
    page = lire(lecteurs, lot)
    assert "1 acte produit sur 3 ; 2 restent à faire" in page.tout
    assert len(rendre(lecteurs, lot)[1]) == 1
    assert "En attente. 1 sur 3 actes" in appuyer(lecteurs, lot, "Reprendre").tout
    travailler()
    assert sorted(faites) == list(CODES)


def test_a_worker_that_dies_is_followed_by_another_and_an_act_that_kills_is_given_up(
    lecteurs, conventions, faites, monkeypatch
):
    class Mort(BaseException):
        """As if the process was killed."""

    laisser = production.FAIRE["acte"]

    def tuer(edition: Edition) -> bytes:
        if edition.contenu.instrument.territoire.code == "996D":
            raise Mort
        return laisser(edition)

    monkeypatch.setitem(production.FAIRE, "acte", tuer)
    lot = lancer(lecteurs, conventions)
    for _ in range(production.ESSAIS_MAX):
        with pytest.raises(Mort):
            travailler()
    assert Tache.objects.get().ouverte
    travailler()
    assert "2\xa0actes produits, 1 en échec." in Tache.objects.get().phrase
    assert "s’est interrompue trois fois" in lire(lecteurs, lot).tout
    assert set(faites) == {"995D", "997D"}


def test_nobody_sees_the_production_of_another_nor_what_they_may_no_longer_read(lecteurs, conventions):
    lot = lancer(lecteurs, conventions)
    travailler()
    chemins = [reverse(nom, args=[lot.reference]) for nom in ("lot", "lot_archive")]
    for chemin in chemins:
        assert lecteurs.client("prefet-de-region").get(chemin).status_code == 404
    for nom in ("lot_arreter", "lot_reprendre"):
        chemin = reverse(nom, args=[lot.reference])
        assert lecteurs.client("prefet-de-region").post(chemin).status_code == 404
    # She goes from the région to one of its départements: the others leave her production.
    mandat = Mandat.objects.get(personne=lecteurs.scene.compte(QUI).personne)
    local = Mandat.objects.get(personne=lecteurs.scene.compte("instructeur").personne)
    Mandat.objects.filter(pk=mandat.pk).update(territoire=local.territoire, fonction=local.fonction)
    page = lire(lecteurs, lot)
    assert "2 actes ne sont plus dans ce que vous pouvez lire" in page.tout
    assert LIEUX[0] not in page.tout
    lignes, fichiers = rendre(lecteurs, lot)
    assert ([x["Territoire"] for x in lignes], len(fichiers)) == ([LIEUX[2]], 1)
    appuyer(lecteurs, lot, "Mettre à jour")
    travailler()
    assert lot.actes.filter(etat="produit").count() == 1
    Mandat.objects.filter(pk=mandat.pk).update(fin="2019-06-29")
    assert lecteurs.client(QUI).get(chemins[1]).status_code == 404


def test_the_pages_ask_no_more_of_the_database_when_there_is_more_to_show(
    lecteurs, conventions, django_assert_max_num_queries
):
    lot = lancer(lecteurs, conventions, "acte", "seance")
    for chemin in (adresse(conventions), reverse("campagnes"), reverse("lot", args=[lot.reference])):
        lecteurs.lire(QUI, chemin)
        with django_assert_max_num_queries(15):
            lecteurs.lire(QUI, chemin)


def test_nothing_asked_or_nothing_to_read_is_said(lecteurs, conventions):
    envoi = reverse("lot_lancer", args=adresse(conventions).strip("/").split("/")[1:])
    reponse = lecteurs.client(QUI).post(envoi)
    assert reponse.status_code == 422
    assert "Choisissez ce qui est à produire." in Page(reponse.content).tout
    inconnue = reverse("lot_lancer", args=["calpae", "jamais-vu", "2019"])
    assert lecteurs.client(QUI).post(inconnue, {"sortes": "acte"}).status_code == 404
    assert lecteurs.client("prefet").get(adresse(conventions)).status_code == 200
    assert not Lot.objects.exists()


def test_a_production_is_forgotten_with_its_files_after_a_week(lecteurs, conventions):
    lot = lancer(lecteurs, conventions)
    travailler()
    fichiers = set(lot.actes.values_list("fichier", flat=True))
    assert fichiers <= empreintes_gardees()
    actes.oublier_les_anciens()
    assert all(coffre.etat(fichier) == "" for fichier in fichiers)
    avant = maintenant() - 2 * actes.GARDE
    Lot.objects.update(demande_le=avant)
    Tache.objects.update(finie_le=avant)
    travailler()
    actes.oublier_les_anciens()
    assert not ActeDeLot.objects.exists()
    assert {coffre.etat(fichier) for fichier in fichiers} == {"absent"}
