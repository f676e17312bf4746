"""Facts by file: what goes out comes back and changes nothing, whatever it says."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from echelons.contrats import imports
from echelons.contrats.faits_par_fichier import FAITS
from echelons.contrats.faits_par_fichier.export import table_des_faits
from echelons.contrats.models import Contrat, Fait
from echelons.socle.dates import DateSource, Precision
from echelons.socle.exports import FORMATS
from echelons.socle.horloge import a_la_date
from echelons.socle.imports.passage import Correspondance
from echelons.socle.models import Import
from tests.contrats.scene import JOUR, Scene
from tests.fabriques import dossier
from tests.socle.tableaux import ADRESSE, csv_de

pytestmark = pytest.mark.django_db
ENTETES = [c.libelle for c in FAITS.champs]
JOURS = st.dates(dt.date(2018, 9, 13), dt.date(2023, 12, 31))
TEXTES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Co", "Cn"]), max_size=30)
FORMES = st.sampled_from(
    ["{:%d/%m/%Y}", "{:%Y-%m-%d}", "{:%m/%Y}", "au plus tard le {:%d/%m/%Y}", "inconnue"]
)
RANGS = st.tuples(
    st.sampled_from(["Nord (59)", "62", "Aisne", "Hérault"]),
    st.sampled_from(["", "avenant", "Protocole"]),
    st.sampled_from(["1", "2"]),
    st.sampled_from(["", "Signature", "délibération", "Entrée en vigueur"]),
    st.sampled_from(["", "État"]),
    st.builds(lambda forme, jour: forme.format(jour), FORMES, JOURS),
    TEXTES,
    st.integers(1, 3),
)


@pytest.fixture(autouse=True)
def maison(settings, tmp_path):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    with a_la_date(JOUR):
        yield


@pytest.fixture
def par():
    return Scene().acteur("conseiller-territoires")


def importer(par, octets: bytes, nom: str = "faits.csv") -> Import:
    """Give, check, and publish when there is something new."""
    objet = imports.deposer(par=par, destination=FAITS, region="", nom=nom, morceaux=[octets])
    imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
    if objet.bilan["nouvelles"] and not objet.bilan["fausses"]:
        imports.publier(par=par, objet=objet)
    return objet


def tout() -> list[dict[str, object]]:
    return list(Fait.objects.order_by("pk").values())


@pytest.mark.une_base
@settings(max_examples=max(4, settings().max_examples // 16))  # each one starts four processes
@given(
    rangs=st.lists(RANGS, min_size=1, max_size=4),
    extension=st.sampled_from(sorted(FORMATS.keys() - {"json"})),
)
def test_what_is_imported_exported_and_imported_again_changes_nothing(par, rangs, extension):
    lignes = [
        [
            *(territoire, "calpae", instrument, cle, fait, partie, date, "", f"Page {source}", "Préfecture"),
            *(f"{ADRESSE}/{source}", "", "", texte, ""),
        ]
        for territoire, instrument, cle, fait, partie, date, texte, source in rangs
    ]
    premier = importer(par, csv_de([ENTETES, *lignes], codage="utf-8"))
    assert premier.bilan["fausses"] == 0, [a.texte for a in premier.anomalies.all()]
    avant = tout()
    table = table_des_faits(Contrat.objects.all())
    assert table.nombre >= premier.bilan["nouvelles"]
    rendu = importer(par, b"".join(FORMATS[extension].ecrire(table)), f"rendu.{extension}")
    assert rendu.bilan["fausses"] == 0, [a.texte for a in rendu.anomalies.all()]
    assert (rendu.bilan["nouvelles"], rendu.bilan["connues"] + rendu.bilan["doublons"]) == (0, table.nombre)
    assert tout() == avant


@pytest.mark.parametrize(
    ("ecrite", "precision", "attendue"),
    [
        ("18/12/2018", "", DateSource(dt.date(2018, 12, 18), Precision.JOUR)),
        ("18 décembre 2018", "", DateSource(dt.date(2018, 12, 18), Precision.JOUR)),
        ("mardi 1er janv. 2019", "", DateSource(dt.date(2019, 1, 1), Precision.JOUR)),
        ("18.12.2018", "au jour près", DateSource(dt.date(2018, 12, 18), Precision.JOUR)),
        ("décembre 2018", "", DateSource(dt.date(2018, 12, 1), Precision.MOIS)),
        ("12/2018", "", DateSource(dt.date(2018, 12, 1), Precision.MOIS)),
        ("18/12/2018", "au mois près", DateSource(dt.date(2018, 12, 1), Precision.MOIS)),
        ("au plus tard le 18/12/2018", "", DateSource(dt.date(2018, 12, 18), Precision.AU_PLUS_TARD)),
        ("18/12/2018", "au plus tard", DateSource(dt.date(2018, 12, 18), Precision.AU_PLUS_TARD)),
        ("12/2018", "au plus tard", DateSource(dt.date(2018, 12, 31), Precision.AU_PLUS_TARD)),
        ("inconnue", "", DateSource(None, Precision.INCONNUE)),
        ("", "inconnue", DateSource(None, Precision.INCONNUE)),
    ],
)
def test_a_date_is_understood_as_people_write_it(par, ecrite, precision, attendue):
    ligne = [
        "Nord",
        "calpae",
        "avenant",
        "9",
        "",
        "État",
        ecrite,
        precision,
        "Page",
        "",
        ADRESSE,
        "",
        "",
        "",
        "",
    ]
    objet = importer(par, csv_de([ENTETES, ligne], codage="utf-8"))
    assert objet.etat == "publie", [a.texte for a in objet.anomalies.all()]
    assert Fait.objects.get(ecriture__isnull=False).date_source == attendue


@pytest.mark.parametrize(
    "fausse", ["2018", "31/02/2019", "43452", "18/12/18", "bientôt", "32/01/2019", "1/1/1800"]
)
def test_a_date_that_is_none_is_told_with_what_is_expected(par, fausse):
    ligne = ["Nord", "calpae", "", "", "", "", fausse, "", "Page", "", ADRESSE, "", "", "", ""]
    objet = importer(par, csv_de([ENTETES, ligne], codage="utf-8"))
    (anomalie,) = objet.anomalies.all()
    assert anomalie.texte.startswith(f"trouvé «\u00a0{fausse}\u00a0», attendu une date comme 18/12/2018")


def test_an_instrument_led_here_receives_no_fact_from_a_file(par):
    scene = Scene()
    instrument = scene.ouvrir()
    ligne = [
        scene.code,
        "calpae",
        "convention",
        "",
        "",
        "",
        "18/12/2018",
        "",
        "Page",
        "",
        ADRESSE,
        "",
        "",
        "",
        "",
    ]
    objet = importer(par, csv_de([ENTETES, ligne], codage="utf-8"))
    assert "est conduit ici" in objet.anomalies.get().texte
    assert not Fait.objects.filter(instrument=instrument).exists()


def test_undoing_leaves_what_others_use_and_removes_the_rest(par):
    d = dossier("59D")
    d.signature("2018-12-18", sources=["source-a"])
    avant = tout(), Contrat.objects.count()
    lignes = [
        ["Nord", "essai", "avenant", "1", "", "État", "01/02/2020", "", "", "", "", "", "source-a", "", ""],
        ["Aisne", "essai", "", "", "", "", "01/02/2020", "", "Page", "", ADRESSE, "", "", "", ""],
    ]
    objet = importer(par, csv_de([ENTETES, *lignes], codage="utf-8"))
    assert objet.etat == "publie", [a.texte for a in objet.anomalies.all()]
    assert Contrat.objects.count() == avant[1] + 1
    imports.annuler(par=par, objet=objet, motif="Essai")
    assert (tout(), Contrat.objects.count()) == avant
    assert d.contrat.instruments.count() == 1


@pytest.mark.parametrize(
    ("valeurs", "attendu"),
    [
        (("calpae-59d", "calpae-62d"), "contrat"),
        (("Convention d’appui du Nord", "CONVENTION D'APPUI DU PAS DE CALAIS"), "contrat"),
        (("calpae", "Convention d’appui"), "dispositif"),
        (("Nord (59)", "Département du Pas-de-Calais"), "territoire"),
        (("à voir", "n° 12"), None),
    ],
)
def test_a_column_called_contrat_is_the_one_whose_values_it_holds(par, valeurs, attendu):
    for code, intitule in (
        ("calpae-59d", "Convention d’appui du Nord"),
        ("calpae-62d", "Convention d’appui du Pas-de-Calais"),
    ):
        lu = dossier(code.rpartition("-")[2].upper())
        Contrat.objects.filter(pk=lu.contrat.pk).update(code=code, intitule=intitule)
    lignes = [[valeur, "18/12/2018", "Page", ADRESSE] for valeur in valeurs]
    octets = csv_de([["Contrat", "Date", "Source", "Adresse de la source"], *lignes], codage="utf-8")
    objet = imports.deposer(par=par, destination=FAITS, region="", nom="faits.csv", morceaux=[octets])
    assert Correspondance.de(objet.correspondance).colonnes.get("contrat") == attendu


def test_a_contract_is_named_by_its_title_and_by_its_code_when_two_bear_the_same(par):
    titre = "Convention d’appui du Nord"
    nord, autre = dossier("59D").contrat, dossier("62D").contrat
    Contrat.objects.filter(pk=nord.pk).update(intitule=titre)
    entetes = ["Contrat", "Territoire", "Dispositif", "Date", "Source", "Adresse de la source"]
    ligne = [titre.upper(), "Nord", "essai", "18/12/2018", "Page", ADRESSE]
    objet = importer(par, csv_de([entetes, ligne], codage="utf-8"))
    assert objet.etat == "publie", [a.texte for a in objet.anomalies.all()]
    assert {f.contrat_id for f in Fait.objects.filter(ecriture__isnull=False)} == {nord.pk}

    Contrat.objects.filter(pk=autre.pk).update(intitule=titre)
    refuse = importer(par, csv_de([entetes, [*ligne[:3], "19/12/2018", *ligne[4:]]], codage="utf-8"))
    (anomalie,) = refuse.anomalies.all()
    assert "un seul contrat, par son code" in anomalie.texte
    assert nord.code in anomalie.texte
    assert autre.code in anomalie.texte
