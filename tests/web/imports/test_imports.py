"""The journey of a spreadsheet: given, its columns chosen, its errors read, corrected, published, undone."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from echelons.contrats.models import Contrat, Fait
from echelons.socle.horloge import a_la_date
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import verifier
from echelons.socle.models import Import
from tests.contrats.scene import JOUR, Scene
from tests.socle.tableaux import ADRESSE, ENTETES, csv_de, negligent, xlsx
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
QUI = "conseiller-territoires"


@pytest.fixture(autouse=True)
def maison(settings, tmp_path):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    with a_la_date(JOUR):
        yield


@pytest.fixture
def lecteurs() -> Lecteurs:
    return Lecteurs(Scene())


class Parcours:
    """Somebody who imports, one act after another."""

    def __init__(self, lecteurs: Lecteurs, qui: str = QUI) -> None:
        self.lecteurs, self.qui = lecteurs, qui
        self.client = lecteurs.client(qui)

    def deposer(self, contenu: bytes, nom: str = "Suivi.xlsx", statut: int = 302, **choix) -> Page | Import:
        """Give a file."""
        fichier = SimpleUploadedFile(nom, contenu)
        donnees = {"destination": "faits", "region": "", "fichier": fichier, **choix}
        reponse = self.client.post(reverse("import_nouveau"), donnees)
        assert reponse.status_code == statut, Page(reponse.content).tout[:800]
        return Page(reponse.content) if statut != 302 else Import.objects.order_by("-pk").first()

    def verifier(self, objet: Import, statut: int = 302, **choix) -> Page:
        """Send the page of columns as it is proposed, but for these choices."""
        adresse = reverse("import_colonnes", args=[objet.reference])
        soupe = self.lecteurs.lire(self.qui, adresse).soupe
        donnees: dict[str, object] = {}
        for champ in soupe.select("main form select, main form input[type=text]"):
            choisie = champ.select_one("option[selected]") if champ.name == "select" else champ
            donnees[champ["name"]] = choisie.get("value", "") if choisie else ""
        donnees["feuilles"] = [c["value"] for c in soupe.select("input[name=feuilles][checked]")]
        reponse = self.client.post(adresse, {**donnees, **choix})
        assert reponse.status_code == statut, Page(reponse.content).tout[:800]
        objet.refresh_from_db()
        return Page(reponse.content) if statut != 302 else self.lire(objet)

    def lire(self, objet: Import) -> Page:
        """The page of the import."""
        return self.lecteurs.lire(self.qui, reverse("import", args=[objet.reference]))

    def faire(self, acte: str, objet: Import, statut: int = 302, **donnees) -> Page:
        """Send an act."""
        reponse = self.client.post(reverse(f"import_{acte}", args=[objet.reference]), donnees)
        assert reponse.status_code == statut, Page(reponse.content).tout[:800]
        objet.refresh_from_db()
        return Page(reponse.content)

    def rendu(self, objet: Import) -> CalamineWorkbook:
        """The file given back."""
        reponse = self.client.get(reverse("import_retour", args=[objet.reference]))
        assert reponse.status_code == 200
        return CalamineWorkbook.from_filelike(io.BytesIO(reponse.content))


def ligne(territoire: str, date: object, *suite: object) -> list[object]:
    return [territoire, "calpae", date, "Communiqué", ADRESSE, *suite]


def tableau(*lignes: list[object], entetes: tuple[str, ...] = ENTETES) -> bytes:
    return xlsx({"Faits": [list(entetes), *lignes]})


def test_a_careless_spreadsheet_is_read_corrected_published_and_undone(lecteurs):
    parcours = Parcours(lecteurs)
    avant = Fait.objects.count(), Contrat.objects.count()
    objet = parcours.deposer(negligent())
    assert Correspondance.de(objet.correspondance).feuilles == {0, 1}
    refusee = parcours.verifier(objet, statut=422)
    assert "aucune colonne ne donne « Dispositif »" in refusee.tout
    page = parcours.verifier(objet, valeur_dispositif="calpae")
    assert (objet.etat, objet.bilan["nouvelles"], objet.bilan["fausses"]) == ("a_corriger", 4, 2)
    assert "Conventions 2018, cellule B7" in page.tout
    assert "trouvé « 31/02/2019 », attendu une date" in page.tout
    assert "2019, cellule B3" in page.tout
    assert "vouliez-vous dire Nord (59D) ?" in page.tout
    rendu = parcours.rendu(objet)
    assert rendu.sheet_names == ["Conventions 2018", "2019", "Notes"]
    fautive = rendu.get_sheet_by_index(0).to_python()[6]
    assert fautive[:2] == ["Nord", "31/02/2019"]
    assert "attendu une date" in fautive[5]
    assert (Fait.objects.count(), Contrat.objects.count()) == avant

    corrige = parcours.deposer(
        xlsx(
            {
                "Conventions 2018": [
                    ["Départements", "Signée le", "Lien", "Source"],
                    ["Nord (59)", "18/12/2018", ADRESSE, "C"],
                ],
                "2019": [
                    ["Lien", "Département", "Date de signature", "Source"],
                    [ADRESSE, "Aisne", dt.date(2019, 7, 2), "C"],
                ],
            }
        )
    )
    page = parcours.verifier(corrige, valeur_dispositif="calpae")
    assert "Publier 2 lignes" in page.tout
    assert (Fait.objects.count(), Contrat.objects.count()) == avant
    parcours.faire("publier", corrige)
    faits = Fait.objects.filter(ecriture__isnull=False)
    assert {(f.contrat.perimetre.code, str(f.date_source)) for f in faits} == {
        ("59D", "le\xa018\xa0décembre\xa02018"),
        ("02D", "le\xa02\xa0juillet\xa02019"),
    }
    assert faits.count() == 4  # the State and the collectivité
    page = parcours.faire("annuler", corrige, statut=422)
    assert "Dites pourquoi" in page.tout
    parcours.faire("annuler", corrige, motif="Mauvais fichier")
    assert (Fait.objects.count(), Contrat.objects.count()) == avant
    assert "« Mauvais fichier »" in parcours.lire(corrige).tout
    assert verifier().anomalies == ()


@pytest.mark.parametrize(
    "nom", ["Nord (59)", "59", "Nord", "59D", "NORD", "59 - Nord", "le département du Nord", "225900018"]
)
def test_a_signatory_is_known_by_every_name_people_give_it(lecteurs, nom):
    parcours = Parcours(lecteurs)
    objet = parcours.deposer(tableau(ligne(nom, "18/12/2018")))
    parcours.verifier(objet)
    assert objet.etat == "pret", objet.anomalies.first()
    parcours.faire("publier", objet)
    assert {f.contrat.perimetre.code for f in Fait.objects.filter(ecriture__isnull=False)} == {"59D"}


def test_the_same_file_twice_changes_nothing(lecteurs):
    parcours = Parcours(lecteurs)
    contenu = tableau(ligne("Nord", "18/12/2018"), ligne("62", "12/2018"), ligne("Aisne", "inconnue"))
    premier = parcours.deposer(contenu)
    parcours.verifier(premier)
    parcours.faire("publier", premier)
    avant = list(Fait.objects.order_by("pk").values())
    second = parcours.deposer(contenu)
    page = parcours.verifier(second)
    assert "il n’y a rien à publier" in page.tout
    refus = parcours.faire("publier", second, statut=409)
    assert "déjà enregistré" in refus.tout
    assert list(Fait.objects.order_by("pk").values()) == avant
    parcours.faire("publier", premier, statut=409)
    assert list(Fait.objects.order_by("pk").values()) == avant


def test_what_is_said_twice_is_kept_once_and_what_resembles_is_proposed_to_be_left_out(lecteurs):
    parcours = Parcours(lecteurs)
    contenu = tableau(
        ligne("Nord", "18/12/2018"), ligne("59", dt.date(2018, 12, 18)), ligne("Nord (59)", "20/12/2018")
    )
    objet = parcours.deposer(contenu)
    page = parcours.verifier(objet)
    assert (objet.bilan["nouvelles"], objet.bilan["doublons"], objet.bilan["proches"]) == (2, 1, 1)
    assert "dit la même chose que la ligne 2" in page.tout
    assert "donne une autre date au même fait" in page.tout
    parcours.faire("publier", objet, ecarter="on")
    assert {f.jour for f in Fait.objects.filter(ecriture__isnull=False)} == {dt.date(2018, 12, 18)}


def test_an_import_on_which_a_later_fact_rests_cannot_be_undone(lecteurs):
    parcours = Parcours(lecteurs)
    objet = parcours.deposer(tableau(ligne("Nord", "18/12/2018")))
    parcours.verifier(objet)
    parcours.faire("publier", objet)
    fait = Fait.objects.filter(ecriture__isnull=False).first()
    correction = Fait.objects.get(pk=fait.pk)
    correction.pk, correction.remplace, correction.empreinte, correction.ecriture = None, fait, "0" * 64, None
    correction.save()
    page = parcours.faire("annuler", objet, statut=409, motif="Erreur")
    assert "ne peut plus être annulé" in page.tout
    assert objet.etat == "publie"
    assert Fait.objects.filter(pk=fait.pk).exists()


def test_a_region_imports_on_its_own_territories_only(lecteurs):
    parcours = Parcours(lecteurs, "sgar")
    region = lecteurs.scene.region.code
    contenu = tableau(ligne("Nord", "18/12/2018"), ligne(lecteurs.scene.lieu.code, "18/12/2018"))
    assert "Pour" in parcours.deposer(contenu, statut=422, region="R32").tout
    objet = parcours.deposer(contenu, region=region)
    page = parcours.verifier(objet)
    assert "Faits, cellule A2" in page.tout
    assert "attendu un territoire de votre périmètre" in page.tout
    assert objet.bilan["nouvelles"] == 1


def test_what_an_organisation_chose_once_is_proposed_the_next_time(lecteurs):
    parcours = Parcours(lecteurs)
    entetes = ("Où", "Dispositif", "Quand au juste", "Source", "Lien")
    premier = parcours.deposer(tableau(ligne("Nord", "18/12/2018"), entetes=entetes))
    assert "ou" not in premier.correspondance["colonnes"]
    parcours.verifier(premier, colonne_0="territoire", colonne_2="date")
    assert premier.etat == "pret"
    second = parcours.deposer(tableau(ligne("Aisne", "18/12/2018"), entetes=entetes))
    assert second.correspondance["colonnes"]["quand au juste"] == "date"
    parcours.verifier(second)
    assert second.etat == "pret"


def test_a_csv_says_how_it_was_read(lecteurs):
    parcours = Parcours(lecteurs)
    objet = parcours.deposer(csv_de([ENTETES, ligne("Hérault", "18/12/2018")]), "suivi.csv")
    page = parcours.verifier(objet)
    assert "Texte CSV lu en Windows-1252, séparateur point-virgule" in page.tout
    assert objet.etat == "pret"


def test_a_prefilled_model_left_blank_says_nothing_and_once_filled_is_understood(lecteurs):
    parcours = Parcours(lecteurs)
    reponse = parcours.client.get(reverse("import_modele", args=["faits"]))
    rangs = CalamineWorkbook.from_filelike(io.BytesIO(reponse.content)).get_sheet_by_index(0).to_python()
    assert len(rangs) == 102  # the headings, and the 101 signatories of 30 June 2019
    nord = next(r for r in rangs if r[0] == "Nord (59D)")
    nord += [""] * (len(rangs[0]) - len(nord))
    nord[1], nord[6], nord[8], nord[10] = "calpae", "18/12/2018", "Communiqué", ADRESSE
    objet = parcours.deposer(xlsx({"À remplir": rangs}))
    parcours.verifier(objet)
    assert (objet.etat, objet.bilan["lignes"]) == ("pret", 1)


def test_a_file_that_is_no_spreadsheet_is_refused_with_what_to_do(lecteurs):
    page = Parcours(lecteurs).deposer(b"%PDF-1.7 ...", "suivi.xlsx", statut=422)
    assert "Déposez un classeur XLSX ou ODS, ou un fichier CSV." in page.tout
    assert not Import.objects.exists()


def test_who_may_not_import_is_told_who_can(lecteurs):
    page = lecteurs.lire("charge-de-mission", reverse("imports"), 403)
    assert "Peut le faire" in page.tout
