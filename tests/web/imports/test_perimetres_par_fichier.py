"""Perimeters by file: judged with what was found and expected, written once, undone while nothing rests on them."""

import datetime as dt

import pytest
from django.urls import reverse

from echelons.acteurs.droits import TABLE, Capacite
from echelons.acteurs.perimetres import droit_de
from echelons.contrats.models import Contrat
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire, verifier
from echelons.socle.models import Import
from echelons.strategie.models import Dispositif
from echelons.territoires.actes import changer_composition, objet_journal
from echelons.territoires.geographie import Geographie
from echelons.territoires.models import Composition, Territoire, VersionDePerimetre
from echelons.territoires.perimetres import membres_au, versions_de
from tests.contrats.scene import JOUR, Scene
from tests.socle.tableaux import csv_de, xlsx
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.imports.test_imports import Parcours
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
ENTETES = ["Périmètre", "Nom", "Commune ou EPCI", "Dép.", "Date d’effet", "Fin", "Source"]
MAUBEUGE = "200043396"


@pytest.fixture(autouse=True)
def maison(settings, tmp_path):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    with a_la_date(JOUR):
        yield


@pytest.fixture
def parcours() -> Parcours:
    return Parcours(Lecteurs(Scene("59D", "R32")))


def rang(
    membre: object, debut: object = "01/01/2019", fin: object = "", nom: str = "Pays d’essai", code="", dep=""
) -> list:
    return [code, nom, membre, dep, debut, fin, "Arrêté d’essai"]


def deposer(parcours: Parcours, *rangs: list, **choix) -> Import:
    objet = parcours.deposer(xlsx({"Périmètres": [ENTETES, *rangs]}), destination="perimetres", **choix)
    parcours.verifier(objet)
    return objet


def pays() -> Territoire:
    return Territoire.objects.get(nom="Pays d’essai")


def dits(objet: Import) -> str:
    return " ; ".join(a.texte for a in objet.anomalies.all()).replace("\u00a0", " ")


def compter() -> tuple[int, ...]:
    return tuple(m.objects.count() for m in (Territoire, Composition, VersionDePerimetre))


def test_a_file_creates_a_perimeter_with_its_versions_twice_changes_nothing_and_is_undone(parcours):
    avant = compter()
    rangs = [
        rang("59350", fin="31/12/2019"),
        rang("Valenciennes (59606)", dep="59"),
        rang(int(MAUBEUGE), dt.date(2020, 1, 1)),
    ]
    objet = deposer(parcours, *rangs)
    assert (objet.etat, objet.bilan["nouvelles"]) == ("pret", 3), dits(objet)
    assert compter() == avant
    parcours.faire("publier", objet)
    assert [v.version.debut for v in versions_de(pays())] == [dt.date(2019, 1, 1), dt.date(2020, 1, 1)]
    assert [m.code for m in membres_au(pays(), JOUR)] == ["59350", "59606"]
    assert [m.code for m in membres_au(pays(), dt.date(2020, 6, 1))] == [MAUBEUGE, "59606"]
    assert (pays().region.code, pays().departement.code) == ("R32", "59")
    assert pays().code in Geographie.courante().contenants("59350", JOUR)
    assert [e.acte for e in histoire(objet_journal(pays().code))] == ["importer"]
    apres = compter()
    encore = deposer(parcours, *rangs)
    assert (encore.bilan["connues"], encore.bilan["nouvelles"]) == (3, 0)
    modele = parcours.client.get(reverse("import_modele", args=["perimetres"])).content
    rendu = parcours.deposer(modele, "modele.xlsx", destination="perimetres")
    parcours.verifier(rendu, feuilles=["0"])
    assert (rendu.bilan["fausses"], rendu.bilan["nouvelles"]) == (0, 0), dits(rendu)
    assert compter() == apres
    parcours.faire("annuler", objet, motif="Reçu par erreur.")
    assert compter() == avant
    assert "P-pays-dessai" not in Geographie.courante().contenants("59350", JOUR)
    assert verifier().anomalies == ()


@pytest.mark.parametrize(
    ("ligne", "phrase"),
    [
        (rang("59999"), "trouvé « 59999 », attendu le code Insee d’une commune ou le SIREN d’un EPCI. Aucune commune"),
        (rang("01018"), "voyez Valserhône (01033)"),
        (rang("Lille"), "trouvé « Lille », attendu le code Insee"),
        (rang("59350", dep="62"), "trouvé « 62 », attendu 59, le département de Lille (59350)"),
        (rang("59350", "31/02/2019"), "trouvé « 31/02/2019 », attendu une date"),
        (rang("59350", "01/01/2020", "31/12/2019"), "un jour qui ne précède pas le 1er janvier 2020"),
        (rang("59350", nom=""), "attendu le nom d’un périmètre, ou son code"),
        (rang("59350", code="P-inconnu"), "attendu le code d’un périmètre connu"),
    ],
)  # fmt: skip
def test_what_cannot_be_written_says_what_was_found_and_expected(parcours, ligne, phrase):
    avant = compter()
    objet = deposer(parcours, ligne)
    assert objet.etat == "a_corriger"
    assert phrase in dits(objet)
    assert compter() == avant


def test_rows_that_contradict_each_other_or_what_is_recorded_are_refused(parcours):
    objet = deposer(parcours, rang("59350"), rang("59350"), rang("59350", "01/06/2019"))
    assert (objet.bilan["doublons"], objet.bilan["fausses"]) == (1, 1)
    assert "une période qui ne recouvre pas celle déjà dite (depuis le 1er janvier 2019)" in dits(objet)
    objet = deposer(parcours, rang(MAUBEUGE), rang("59392"))
    assert "une commune hors de CA Maubeuge Val de Sambre (200043396)" in dits(objet)
    objet = deposer(parcours, rang("59392"), rang(MAUBEUGE))
    assert "un EPCI sans Maubeuge (59392), déjà donnée" in dits(objet)


def test_what_was_changed_or_contracted_since_can_no_longer_be_undone(parcours):
    objet = deposer(parcours, rang("59350"))
    parcours.faire("publier", objet)
    contrat = Contrat.objects.create(
        code="essai-pays",
        dispositif=Dispositif.objects.get(code="calpae"),
        intitule="Essai",
        perimetre=pays(),
    )
    page = parcours.faire("annuler", objet, statut=409, motif="Erreur.")
    assert "quelque chose s’appuie depuis sur « Pays d’essai »" in page.tout
    contrat.delete()
    qui = parcours.lecteurs.scene.acteur(parcours.qui)
    changer_composition(
        par=droit_de(qui), perimetre=pays(), debut=dt.date(2019, 3, 1), membres=["59606"], source="Avenant"
    )
    page = parcours.faire("annuler", objet, statut=409, motif="Erreur.")
    assert "a été changée depuis" in page.tout
    assert pays().versions.count() == 2


def test_a_region_imports_what_is_inside_it_and_a_departement_nothing():
    lecteurs = Lecteurs(Scene("59D", "R32"))
    sgar = Parcours(lecteurs, "sgar")
    objet = deposer(sgar, rang("59350"), rang("01033"), region="R32")
    assert objet.bilan["fausses"] == 1
    assert "attendu un territoire de votre portée" in dits(objet)
    lecteurs.lire("charge-de-mission", reverse("import_nouveau"), statut=403)
    refusee = sgar.deposer(
        csv_de([ENTETES, rang("59350")]), "p.csv", statut=422, destination="perimetres", region="R84"
    )
    assert isinstance(refusee, Page)


def test_each_table_filled_by_file_asks_for_its_own_capability(monkeypatch):
    lecteurs = Lecteurs(Scene("59D", "R32"))
    qui = "conseiller-territoires"
    parcours = Parcours(lecteurs, qui)
    objet = deposer(parcours, rang("59350"))
    autres = {f: p for f, p in TABLE[Capacite.PERIMETRE_TENIR].items() if f != qui}
    monkeypatch.setitem(TABLE, Capacite.PERIMETRE_TENIR, autres)
    lecteurs.lire(qui, reverse("import", args=[objet.reference]), statut=403)
    page = lecteurs.lire(qui, reverse("import_nouveau"))
    assert [o["value"] for o in page.soupe.select("select[name=destination] option")] == ["faits"]
    lecteurs.lire(qui, reverse("import_modele", args=["perimetres"]), statut=403)
    assert objet.nom not in lecteurs.lire(qui, reverse("imports")).tout
