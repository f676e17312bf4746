"""When somebody is forgotten, the deposited files that name her go; their imports stay and say why."""

import pytest
from django.urls import reverse

from echelons.acteurs.models import Invitation
from echelons.acteurs.oubli import oublier_personne
from echelons.acteurs.par_fichier import MANDATS
from echelons.contrats import imports, imports_en_fond
from echelons.socle.depot import coffre
from echelons.socle.horloge import a_la_date
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import verifier
from echelons.socle.models import Import, Tache
from echelons.socle.taches import travailler
from tests.contrats.scene import JOUR, Scene
from tests.socle.tableaux import csv_de
from tests.web.departemental.navigateurs import Lecteurs

pytestmark = pytest.mark.django_db
QUI = "sgar"
ENTETES = ["Adresse électronique", "Prénom", "Nom", "Fonction", "Organisation", "Territoire", "Début"]
ELLE = ("zephirine@exemple.test", "Zéphirine", "Lampourde")
AUTRE = ("autre@exemple.test", "Odilon", "Autre")


@pytest.fixture(autouse=True)
def maison(settings, tmp_path):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    with a_la_date(JOUR):
        yield


def deposer(scene: Scene, *qui: tuple[str, str, str], fonction: str = "finances") -> Import:
    """Give a file of invitations and check it."""
    suite = [fonction, scene.organisation.code, scene.lieu.code, "01/07/2019"]
    par = scene.acteur(QUI)
    objet = imports.deposer(
        par=par,
        destination=MANDATS,
        region=scene.lieu.region.code,
        nom="Invitations.csv",
        morceaux=[csv_de([ENTETES, *([*personne, *suite] for personne in qui)], codage="utf-8")],
    )
    imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
    return objet


def test_the_files_that_name_her_go_and_their_imports_say_why(django_capture_on_commit_callbacks):
    lecteurs = Lecteurs(Scene())
    scene = lecteurs.scene
    publie = deposer(scene, ELLE, AUTRE)
    assert publie.etat == "pret", [a.texte for a in publie.anomalies.all()]
    imports.publier(par=scene.acteur(QUI), objet=publie)
    en_cours = deposer(scene, ("ailleurs@exemple.test", *ELLE[1:]), fonction="inconnue")
    sans_elle = deposer(scene, AUTRE)
    imports_en_fond.confier(scene.acteur(QUI), en_cours, "rendre")
    assert travailler(une_passe=True) == 1
    produits = coffre.arrivees().parent / "travaux"
    assert list(produits.glob("*.produit"))

    reference = Invitation.objects.get(courriel=ELLE[0]).reference_personne
    with django_capture_on_commit_callbacks() as gestes:
        oublier_personne(reference=reference)
    for geste in gestes:
        # Rewriting the file of the base cannot be done within the transaction of a test: the long trial does it.
        if geste.__module__.startswith(("echelons.socle.imports", "echelons.socle.taches")):
            geste()

    for objet in (publie, en_cours, sans_elle):
        objet.refresh_from_db()
    assert [o.etat for o in (publie, en_cours, sans_elle)] == ["publie", "abandonne", "pret"]
    assert sans_elle.retire_le is None
    assert coffre.etat(sans_elle.empreinte) == ""
    assert Invitation.objects.filter(courriel=AUTRE[0]).exists()
    for objet in (publie, en_cours):
        assert coffre.etat(objet.empreinte) == "absent"
        assert "Lampourde" not in str(Import.objects.filter(pk=objet.pk).values())
        page = lecteurs.lire(QUI, reverse("import", args=[objet.reference])).tout.replace("\xa0", " ")
        assert "Ce fichier a été retiré le" in page
        assert "il nommait une personne qui a été oubliée depuis" in page
        rendu = lecteurs.lire(QUI, reverse("import_retour", args=[objet.reference]), statut=410)
        assert "a été retiré le" in rendu.tout
    assert not en_cours.anomalies.exists()
    assert not list(produits.glob("*.produit"))
    assert not Tache.objects.exists()
    assert verifier().anomalies == ()


def test_a_content_that_a_dossier_holds_too_stays_in_its_dossier(monkeypatch):
    objet = deposer(Scene(), AUTRE)
    monkeypatch.setattr(coffre, "GARDIENS", [lambda empreinte: empreinte == objet.empreinte])
    coffre.oter(objet.empreinte)
    assert coffre.etat(objet.empreinte) == ""
    monkeypatch.setattr(coffre, "GARDIENS", [])
    coffre.oter(objet.empreinte)
    assert coffre.etat(objet.empreinte) == "absent"
