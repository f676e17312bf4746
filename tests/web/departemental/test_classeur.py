"""The workbook of an instrument taken away, changed and brought back: what is read before, written, refused, undone."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from echelons.contrats.contenu.instantane import Instantane
from echelons.contrats.contenu.lecture import contenu_de
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.models import FicheAction, Modification
from echelons.socle import isolement
from echelons.socle.journal import histoire
from echelons.socle.models import Import
from echelons.socle.taches import travailler
from tests.contrats.contenu.classeurs import Classeur, telecharger
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.scene import JOUR, Scene
from tests.epreuves.couveuse import Couveuses
from tests.socle import pieces
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.departemental.test_atelier import ici, texte
from tests.web.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def lecteur_chaud() -> Iterator[Couveuses]:
    """Readers of files kept warm, where a process would be started for each."""
    chaudes = Couveuses()
    yield chaudes
    chaudes.fermer()


@pytest.fixture(autouse=True)
def jour(settings, tmp_path, monkeypatch, lecteur_chaud):
    settings.DEPOT, settings.CLAMAV, settings.AUJOURDHUI = tmp_path / "documents", "", JOUR
    monkeypatch.setattr(isolement, "subprocess", lecteur_chaud)


@pytest.fixture
def convention(scene):
    convention = scene.ouvrir()
    fiche = remplir(scene, convention)
    remplir(scene, convention, "Loger")
    financer(scene, convention, fiche, (1, 2019, "300"), (1, 2020, "200.50"), (2, 2019, "300"))
    return convention


def rapporter(client, convention, octets: bytes, nom: str = "classeur.xlsx"):
    """Bring a workbook back; the page that follows, or the form again."""
    fichier = SimpleUploadedFile(nom, octets)
    return client.post(ici(convention, "classeur/"), {"fichier": fichier}, follow=True)


def enregistrer(client, page, *choix: str):
    """Press the button of the page, these boxes ticked."""
    formulaire = Page(page.content).soupe.select_one("form[action$='/publier/']")
    version = formulaire.select_one("input[name=version]")["value"]
    return client.post(formulaire["action"], {"version": version, "choix": list(choix)}, follow=True)


def boites(page) -> list[str]:
    return [b["value"] for b in Page(page.content).soupe.select("input[name=choix]")]


@pytest.mark.parametrize("extension", ["xlsx", "ods"])
def test_a_workbook_brought_back_as_it_was_changes_nothing(lecteurs, convention, extension):
    charge = lecteurs.client("charge-de-mission")
    assert ici(convention, "classeur/") in charge.get(ici(convention, "financement/")).content.decode()
    octets = charge.get(ici(convention, f"contenu.{extension}")).content
    page = rapporter(charge, convention, octets, f"c.{extension}")
    assert "Rien ne change" in texte(page)
    assert not Page(page.content).soupe.select("form[action$='/publier/']")


def test_what_changes_is_read_then_written_at_once_and_taken_back(scene, lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    avant = Instantane.de(convention)
    classeur = Classeur(telecharger(convention))
    classeur.changer("Fiches", 1, Intitulé="Recevoir chacun", ETP="2,5")
    classeur.changer("Financement", 1, Montant_prévu=400)
    neuve = classeur.lire("Financement", 1, "Financeur")
    classeur.ajouter("Fiches", Numéro="N", Intitulé="Aller vers", Volet=classeur.lire("Fiches", 1, "Volet"))
    classeur.ajouter("Financement", Fiche="N", Financeur=neuve, Exercice=2021, Montant_prévu="1 000,25")
    indicateur = "ase-referentiel"
    classeur.ajouter("Cibles", Fiche="Ensemble", Code=indicateur, Exercice=2020, Cible=70)
    classeur.retirer("Financement", 2)
    page = rapporter(charge, convention, classeur.octets())
    dit = texte(page)
    assert "300 € deviennent 400 € : État, 2019." in dit
    assert "« intitulé » : Accueillir devient Recevoir chacun." in dit
    assert "passe de 800,50 € à 1 900,75 €" in dit
    assert "Fiche « Aller vers »" in dit
    assert "200,50 € retirés : État, 2020." in dit
    assert Instantane.de(convention) == avant
    page = enregistrer(charge, page)
    assert "enregistré" in texte(page)
    assert "Rapporté le" in texte(page)
    assert "Enregistré le" in texte(page)
    apres = contenu_de(convention)
    assert [f.intitule for f in apres.fiches] == ["Recevoir chacun", "Loger", "Aller vers"]
    assert str(totaliser(apres).ensemble) == "1900.75"
    assert [(c.indicateur, str(c.visees[0].valeur.normalize())) for c in apres.cibles] == [
        (indicateur, "7E+1")
    ]
    convention.refresh_from_db()
    assert {m.mandat.personne for m in Modification.objects.filter(rang=convention.contenu_rang)} == {
        scene.compte("charge-de-mission").personne
    }
    objet = Import.objects.get()
    assert [e.acte for e in histoire(objet.objet_journal)] == ["deposer", "verifier", "publier"]
    reponse = charge.post(f"/imports/{objet.reference}/annuler/", {"motif": "Par erreur."}, follow=True)
    assert "tout est revenu comme avant lui" in texte(reponse)
    assert Instantane.de(convention) == avant


def test_what_is_no_longer_there_is_removed_only_when_it_is_ticked(scene, lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    classeur = Classeur(telecharger(convention))
    classeur.retirer("Financement", 3)
    classeur.retirer("Fiches", 2)
    page = rapporter(charge, convention, classeur.octets())
    fiche, montant = sorted(boites(page))
    rien = enregistrer(charge, page)
    assert (rien.status_code, "aucune case n’est cochée" in texte(rien)) == (409, True)
    assert FicheAction.objects.count() == 2
    enregistrer(charge, page, fiche, montant)
    assert FicheAction.objects.count() == 1
    assert str(totaliser(contenu_de(convention)).ensemble) == "500.50"
    charge.post(f"/imports/{Import.objects.get().reference}/annuler/", {"motif": "Elle revient."})
    assert {f.intitule for f in contenu_de(convention).fiches} == {"Accueillir", "Loger"}
    assert str(totaliser(contenu_de(convention)).ensemble) == "800.50"


def test_what_others_wrote_since_is_kept_unless_she_decides_otherwise(scene, lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    classeur = Classeur(telecharger(convention))
    classeur.changer("Fiches", 1, Public="Ce qu’elle écrit.")
    classeur.changer("Financement", 1, Montant_prévu=999)
    fiche = convention.fiches.get(intitule="Accueillir")
    financer(scene, convention, fiche, (1, 2019, "350"), (2, 2020, "70"))
    page = rapporter(charge, convention, classeur.octets())
    assert "350 € deviennent 999 €" in texte(page)
    assert "Enregistré par Essai finances" in texte(page)
    (conflit,) = boites(page)
    # Somebody writes between the reading and the button: nothing is written, the page is made anew.
    financer(scene, convention, fiche, (2, 2021, "5"))
    refus = enregistrer(charge, page, conflit)
    assert (refus.status_code, "relisez ce qui changerait" in texte(refus)) == (409, True)
    assert FicheAction.objects.get(pk=fiche.pk).public != "Ce qu’elle écrit."
    enregistrer(charge, refus)
    assert FicheAction.objects.get(pk=fiche.pk).public == "Ce qu’elle écrit."
    assert str(totaliser(contenu_de(convention)).ensemble) == "925.50"
    encore = rapporter(charge, convention, classeur.octets())
    enregistrer(charge, encore, *boites(encore))
    assert str(totaliser(contenu_de(convention)).ensemble) == "1574.50"


def test_a_row_that_moves_takes_its_money_with_it_and_a_copied_row_is_one_more(lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    classeur = Classeur(telecharger(convention))
    classeur.changer("Financement", 2, Exercice=2021)
    copie = list(classeur.feuilles["Financement"][3])
    classeur.feuilles["Financement"].append(copie)
    classeur.changer("Financement", 4, Exercice=2020, Montant_prévu=10)
    page = rapporter(charge, convention, classeur.octets())
    assert boites(page) == []
    enregistrer(charge, page)
    lignes = {(x.financeur, x.exercice): str(x.montant) for x in contenu_de(convention).lignes}
    assert lignes == {
        ("1", 2019): "300.00",
        ("1", 2021): "200.50",
        ("2", 2019): "300.00",
        ("2", 2020): "10.00",
    }


def test_what_cannot_be_is_said_where_it_is_and_nothing_is_written(lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    classeur = Classeur(telecharger(convention))
    etat, reference = (
        classeur.lire("Financement", 1, titre) for titre in ("Financeur", "Référence de la fiche")
    )
    for rang, montant in enumerate((-5, 1.001, 10**12), 1):
        classeur.changer("Financement", rang, Montant_prévu=montant)
    bonne = {"Fiche": "1.1", "Financeur": etat, "Exercice": 2021, "Montant_prévu": 3}
    for faute in (
        {"Montant_prévu": "beaucoup"},
        {"Montant_prévu": "==1/0", "Nature": "valorisation"},
        {"Exercice": 2031},
        {"Financeur": "CAF", "Exercice": 1999},
        {"Fiche": "9.9"},
        {"Fiche": "9.9", "Référence_de_la_fiche": reference},
        {"Montant_prévu": ""},
    ):
        classeur.ajouter("Financement", **{**bonne, **faute})
    page = rapporter(charge, convention, classeur.octets())
    dit = texte(page)
    for ou, phrase in {
        "H2": "trouvé « -5 », attendu un montant en euros, comme 12 500,50. Un montant prévu n’est pas négatif.",
        "H3": "trouvé « 1.001 », attendu un montant en euros, comme 12 500,50. Un montant a deux décimales au plus",
        "H4": "trouvé « 1000000000000 », attendu un montant en euros, comme 12 500,50. Un montant ne dépasse pas",
        "H5": "trouvé « beaucoup », attendu un montant en euros",
        "H6": "trouvé une formule en erreur, attendu un montant en euros",
        "E7": "trouvé « 2031 », attendu un exercice de cet instrument : 2019, 2020, 2021",
        "C8": "trouvé « CAF », attendu un financeur de cet instrument : État, Lieu 997D (fictif). Pour un autre",
        "E8": "trouvé « 1999 », attendu un exercice",
        "A9": "trouvé « 9.9 », attendu le numéro d’une fiche",
        "A10": "trouvé « 9.9 », attendu 1.1, celui de la fiche de cette référence",
        "H11": "Cette ligne dit la même chose que la ligne 5",
    }.items():
        assert f"Financement, cellule {ou} {phrase}" in dit, ou
    assert not Page(page.content).soupe.select("form[action$='/publier/']")
    assert str(totaliser(contenu_de(convention)).ensemble) == "800.50"
    rendu = charge.get(f"/imports/{Import.objects.get().reference}/a-corriger.xlsx")
    assert rendu.status_code == 200


def test_every_sheet_says_its_mistakes_by_cell(lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    classeur = Classeur(telecharger(convention))
    classeur.changer(
        "Fiches", 1, Début="2019-12-31", Fin="2019-01-01", Volet="Nulle part", Personnes_attendues=-3, ETP="x",
        Territoires="Trantor", Nature="inconnue", Compléments="sans nom",
    )  # fmt: skip
    classeur.changer("Fiches", 2, Intitulé="", Description="é" * 20_001)
    classeur.ajouter("Fiches", Intitulé="é" * 301)
    classeur.ajouter("Fiches", Intitulé="Copiée", Référence=classeur.lire("Fiches", 1, "Référence"))
    classeur.ajouter("Cibles", Fiche="7.7", Code="ase-referentiel", Exercice=2020, Cible=3)
    classeur.ajouter("Cibles", Fiche="Ensemble", Code="inconnu", Exercice=2020, Cible=3)
    classeur.ajouter(
        "Cibles", Fiche="Ensemble", Code="ase-referentiel", Exercice=2020, État_de_la_cible="sans objet"
    )
    dit = texte(rapporter(charge, convention, classeur.octets()))
    for ou in ("C2", "M2", "U2", "N2", "F2", "V2", "B3", "K3", "B4", "W5"):
        assert f"Fiches, cellule {ou}" in dit, ou
    for ou in ("A2", "B3", "L4"):
        assert f"Cibles, cellule {ou}" in dit, ou


def pas_un_classeur(convention, faute: str) -> bytes:
    """A file that is not the workbook of this instrument, or no longer."""
    classeur = Classeur(telecharger(convention))
    if faute == "without its origin":
        del classeur.feuilles["Origine"]
    elif faute == "of another instrument":
        classeur.changer("Origine", 1, Instrument="calpae-59/convention")
    elif faute == "of a state to come":
        classeur.changer("Origine", 1, Écriture=9_999)
    elif faute == "without a column":
        for ligne in classeur.feuilles["Financement"]:
            del ligne[7]
    return classeur.octets()


FICHIERS = {
    "without its origin": "n’a pas la feuille « Origine »",
    "of another instrument": "celui d’un autre instrument",
    "of a state to come": "un état que cet instrument n’a pas connu",
    "without a column": "n’a plus ses colonnes « Montant prévu »",
    "a PDF": "pas un tableau",
    "with macros": "macros",
    "a table of one’s own": "n’a pas la feuille « Origine »",
}


@pytest.mark.parametrize("faute", FICHIERS)
def test_a_file_that_is_not_this_workbook_is_refused_in_a_sentence(lecteurs, convention, faute):
    charge = lecteurs.client("charge-de-mission")
    autres = {
        "a PDF": pieces.pdf,
        "with macros": pieces.REFUSES["an ods with macros"][1],
        "a table of one’s own": lambda: b"Fiche;Montant\r\nUne;3\r\n",
    }
    octets = autres[faute]() if faute in autres else pas_un_classeur(convention, faute)
    page = rapporter(charge, convention, octets)
    assert page.status_code == 422
    assert FICHIERS[faute] in texte(page)
    assert not Import.objects.exclude(etat=Import.Etat.ABANDONNE).exists()


def test_four_hundred_fiches_are_the_most(lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    classeur = Classeur(telecharger(convention))
    for rang in range(399):
        classeur.ajouter("Fiches", Intitulé=f"Action {rang}")
    page = rapporter(charge, convention, classeur.octets())
    assert "Fiches, cellule B402 Un instrument a au plus 400 fiches." in texte(page)


def test_a_large_workbook_is_compared_and_written_in_the_background(lecteurs, convention, settings):
    settings.IMPORT_EN_FOND = 1
    charge = lecteurs.client("charge-de-mission")
    classeur = Classeur(telecharger(convention))
    classeur.retirer("Financement", 1)
    rapporter(charge, convention, classeur.octets())
    assert travailler(une_passe=True) == 1
    page = charge.get(f"/imports/{Import.objects.get().reference}/")
    (montant,) = boites(page)
    enregistrer(charge, page, montant)
    assert travailler(une_passe=True) == 1
    assert str(totaliser(contenu_de(convention)).ensemble) == "500.50"


def test_only_who_writes_brings_a_workbook_back(scene, lecteurs, convention):
    octets = telecharger(convention)
    rapporter(lecteurs.client("charge-de-mission"), convention, octets)
    adresse = f"/imports/{Import.objects.get().reference}/"
    scene.faire(convention, "partager")
    instructeur, ailleurs = lecteurs.client("instructeur"), Lecteurs(Scene("996D", "R96T"))
    assert instructeur.get(adresse).status_code == 403
    assert instructeur.post(f"{adresse}publier/").status_code == 403
    assert ailleurs.client("charge-de-mission").get(adresse).status_code == 404
    assert lecteurs.client("finances").get(adresse).status_code == 200


def test_a_text_that_is_fixed_takes_no_workbook_any_longer(scene, lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    classeur = Classeur(telecharger(convention))
    classeur.changer("Financement", 1, Montant_prévu=999)
    page = rapporter(charge, convention, classeur.octets())
    scene.faire(convention, "rediger")
    scene.faire(convention, "soumettre")
    refus = enregistrer(charge, page)
    assert (refus.status_code, "ne se modifie pas" in texte(refus)) == (409, True)
    assert rapporter(charge, convention, classeur.octets()).status_code == 422
    assert str(totaliser(contenu_de(convention)).ensemble) == "800.50"
