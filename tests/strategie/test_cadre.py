"""The framework as files: what ships rests on something, nonsense is refused in its place, what is published stays."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from echelons.socle.yaml_situe import ErreurDeFichier
from echelons.strategie.actes import charger_referentiel
from echelons.strategie.chargement.referentiel import lire_fichier
from echelons.strategie.lecture import en_vigueur, regles_de
from echelons.strategie.models import Dispositif, Indicateur, Regle, VersionIndicateur, Volet
from echelons.strategie.models.appuis import Etayable
from echelons.strategie.schema import ETAPES, VERSION, mettre_a_jour
from tests.fabriques import RACINE, ecrire

REFERENTIELS = RACINE / "referentiels"
AINES = Path(__file__).with_name("pacte-des-aines.yaml").read_text(encoding="utf-8")
VISITES = "libelle: Visites rendues, definition: Visites de l’année., nature: flux"


@pytest.fixture
def charger(tmp_path, db):
    """Load the imaginary framework, with these replacements, under the name ``aines.yaml``."""

    def charger_texte(*remplacements: tuple[str, str], synchroniser: bool = True) -> None:
        texte = AINES
        for ancien, nouveau in remplacements:
            assert ancien in texte, ancien
            texte = texte.replace(ancien, nouveau, 1)
        charger_referentiel(chemin=ecrire(tmp_path / "aines.yaml", texte), synchroniser=synchroniser)

    return charger_texte


# --- What ships -----------------------------------------------------------------------------------------


def test_every_statement_that_ships_rests_on_a_text_or_a_source_or_is_to_be_confirmed(db):
    for modele in Etayable.__subclasses__():
        for objet in modele._default_manager.select_related("texte").prefetch_related("sources"):
            assert objet.texte or objet.sources.all() or objet.a_confirmer, (modele, objet)


def test_the_indicators_that_nobody_could_read_on_the_annex_are_all_to_be_confirmed(db):
    versions = VersionIndicateur.objects.filter(indicateur__strategie__code="strategie-2018")
    assert versions.count() == 22
    assert all(v.a_confirmer and v.texte is None for v in versions)


@pytest.mark.parametrize(
    ("code", "parties", "principal"),
    [
        ("calpae", ["etat", "collectivite", "collectivite", "collectivite"], True),
        ("contrat-protection-enfance", ["etat", "ars", "collectivite"], False),
        ("contrat-local-solidarites", ["etat", "collectivite", "collectivite", "autre"], True),
        ("pacte-local-solidarites", ["etat", "collectivite", "ars", "autre"], False),
    ],
)
def test_each_dispositif_says_who_signs_it(db, code, parties, principal):
    dispositif = Dispositif.objects.get(code=code)
    assert [p.role for p in dispositif.parties.all()] == parties
    assert dispositif.principal is principal
    assert dispositif.instruments.get(signe=True).forme == dispositif.instrument_signant


def test_the_convention_was_prolonged_twice_and_its_year_2020_once(db):
    prolonges = Dispositif.objects.get(code="calpae").exercices.filter(regime="prolonge")
    assert [(e.annee, str(e.fin)) for e in prolonges] == [
        (2020, "2021-06-30"),
        (2022, "2022-12-31"),
        (2023, "2023-12-31"),
    ]


def test_no_rule_that_ships_blocks_while_it_is_to_be_confirmed(db):
    toutes = [r for d in Dispositif.objects.all() for r in regles_de(d)]
    assert {r.code for r in toutes} == set(Regle.objects.values_list("code", flat=True))
    assert {r.code for r in toutes if r.peut_bloquer} == {
        "contrat-local-plafond",
        "contrat-local-une-action-par-axe",
        "contrat-local-nature",
    }
    assert all(r.source for r in toutes if not r.a_confirmer)


# --- What is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ancien", "nouveau", "cle", "phrase"),
    [
        (
            "periodicite: trimestrielle, entre_territoires: rapport_de_sommes",
            "periodicite: trimestrielle, entre_territoires: somme",
            "indicateurs.2.versions.1",
            "des parts ne s’additionnent pas",
        ),
        ("entre_territoires: aucun", "entre_territoires: somme", "indicateurs.3.versions.1", "des médianes"),
        ("quantile: 0.5, ", "", "indicateurs.3.versions.1", "Attendu « quantile »"),
        ("numerateur: Aînés sans visite, ", "", "indicateurs.2.versions.1", "complétez-les"),
        ("volet: visites", "volet: rien", "indicateurs.1.demandes.1.volet", "ce volet n’existe pas"),
        (
            "maximum: 0.3333",
            "maximum: 33",
            "regles.1.controle.maximum",
            "trouvé « 33 », attendu un nombre d’au plus 1",
        ),
        ("maximum: 0.3333", "maximun: 0.3", "regles.1.controle.maximun", "clé inconnue"),
        ("maximum: 0.3333", "", "regles.1.controle", "Attendu « maximum » ou « minimum »"),
        ("genre: cofinancement, ", "", "regles.1.controle", "la clé « genre » est obligatoire"),
        (
            "genre: cofinancement",
            "genre: formule",
            "regles.1.controle",
            "attendu l’une de ces valeurs : cofinancement",
        ),
        ("base: cout_total, ", "", "regles.1.controle.base", "cette clé est obligatoire"),
        ("axes: [lien, domicile]", "axes: [lien, rien]", "regles.2.controle.axes", "ce volet n’existe pas"),
        ("de: commissaire", "de: personne", "regles.3.controle.de", "cette fonction n’existe pas"),
        ("    a_confirmer: true\n    controle", "    controle", "regles.3", "a_confirmer: true"),
        ("genre: objectif, dans: lien", "genre: objectif", "dispositifs.1.volets.2", "dans"),
        ("dans: lien", "dans: rien", "dispositifs.1.volets.2.dans", "ce volet n’existe pas"),
        ("forme: pacte_local, signe: true", "forme: pacte_local", "dispositifs.1", "attendu un seul"),
        ("fin: 2028-08-31", "fin: 2026-08-31", "dispositifs.1.exercices.1", "précède le début"),
        ("axe: lien\n", "axe: rien\n", "mesures.1.axe", "cet axe n’existe pas"),
        ("schema: 2", "schema: 3", "schema", "attendu une version de 1 à 2"),
        ("schema: 2", "schema: deux", "schema", "trouvé « deux »"),
    ],
)
def test_a_file_that_says_nonsense_is_refused_with_its_line_and_its_key(
    charger, ancien, nouveau, cle, phrase
):
    ligne = AINES[: AINES.index(ancien)].count("\n") + 1
    avant = Volet.objects.count()
    with pytest.raises(ErreurDeFichier) as refus, transaction.atomic():
        charger((ancien, nouveau))
    lu = re.fullmatch(r"aines\.yaml:(\d+) : clé « ([\w.]+) » : (.*)", refus.value.messages[0])
    assert lu, refus.value.messages
    assert lu[2] == cle
    assert phrase in lu[3]
    assert abs(int(lu[1]) - ligne) <= 2 or cle in {"dispositifs.1", "regles.3"}, (lu[1], ligne)
    assert Volet.objects.count() == avant


# --- What is published stays ----------------------------------------------------------------------------


def test_a_definition_that_is_published_does_not_change_even_when_the_file_is_the_whole_truth(charger):
    charger()
    with pytest.raises(ErreurDeFichier, match="est publiée et ne change plus") as refus, transaction.atomic():
        charger((VISITES, VISITES.replace("Visites de l’année.", "Autre chose.")))
    assert "clé « indicateurs.1.versions.1.definition »" in refus.value.messages[0]


def test_a_change_of_definition_opens_a_version_from_its_day(charger):
    charger()
    debut = AINES.index("      - {effet: 2027-01-15, libelle: Visites rendues")
    ligne = AINES[debut : AINES.index("\n", debut) + 1]
    suite = ligne.replace("2027-01-15", "2028-01-01").replace("Visites de l’année.", "D’au moins une heure.")
    charger((ligne, ligne + suite))
    charger((ligne, ligne + suite))
    versions = Indicateur.objects.get(code="aines-visites").versions.all()
    assert [v.definition for v in versions] == ["Visites de l’année.", "D’au moins une heure."]
    jours = [dt.date(2026, 1, 1), dt.date(2027, 12, 31), dt.date(2028, 1, 1)]
    assert [en_vigueur(versions, jour).effet_le.year for jour in jours] == [2027, 2027, 2028]
    with pytest.raises(ErreurDeFichier, match="est publiée et manque ici"), transaction.atomic():
        charger()
    entre = suite.replace("2028-01-01", "2027-06-01")
    with pytest.raises(ErreurDeFichier, match="une version s’ajoute à la suite"), transaction.atomic():
        charger((ligne, ligne + entre + suite))


def test_an_indicator_that_is_published_does_not_leave_its_file(charger):
    charger()
    debut, fin = AINES.index("  - code: aines-delai"), AINES.index("  - code: aines-logements")
    with (
        pytest.raises(ErreurDeFichier, match="« aines-delai » est publié et manque ici"),
        transaction.atomic(),
    ):
        charger((AINES[debut:fin], ""))


def test_sql_itself_refuses_to_rewrite_a_definition_and_lets_it_be_confirmed(charger):
    charger()
    version = VersionIndicateur.objects.filter(indicateur__code="aines-logements")
    for champ, valeur in (
        ("definition", "Autre"),
        ("effet_le", "2020-01-01"),
        ("entre_territoires", "aucun"),
    ):
        with pytest.raises(IntegrityError, match="ajout seul"), transaction.atomic():
            version.update(**{champ: valeur})
    charger(
        ("dans_le_temps: dernier, a_confirmer: true", "dans_le_temps: dernier, texte: circulaire-fictive")
    )
    confirmee = version.get()
    assert (confirmee.a_confirmer, confirmee.texte.code) == (False, "circulaire-fictive")


# --- The shape of the files -----------------------------------------------------------------------------


def test_a_file_of_the_first_shape_is_still_read_and_says_the_same(db, tmp_path):
    dispositif = AINES.index("    instruments:"), AINES.index("    parties:")
    ancien = AINES.replace("schema: 2\n", "").replace(
        AINES[slice(*dispositif)], "    instrument_signant: pacte_local\n"
    )
    charger_referentiel(chemin=ecrire(tmp_path / "ancien.yaml", ancien))
    lu = Dispositif.objects.get(code="pacte-des-aines-2027")
    assert lu.instrument_signant == "pacte_local"
    assert [(i.code, i.libelle, i.signe) for i in lu.instruments.all()] == [
        ("pacte-local", "Pacte local", True)
    ]


def test_each_step_of_the_shape_leads_to_the_next_one_and_leaves_what_it_is_given(db):
    assert list(ETAPES) == list(range(1, VERSION))
    ancien = {"dispositifs": [{"code": "a", "instrument_signant": "convention"}, "autre"], "strategie": {}}
    copie = {"dispositifs": [dict(ancien["dispositifs"][0]), "autre"], "strategie": {}}
    nouveau = mettre_a_jour(ancien, 1)
    assert ancien == copie
    assert nouveau["schema"] == str(VERSION)
    assert nouveau["dispositifs"][0]["instruments"][0]["forme"] == "convention"
    assert mettre_a_jour(nouveau, VERSION) == nouveau


def test_what_ships_is_written_in_the_shape_of_today():
    for fichier in REFERENTIELS.glob("*/referentiel.yaml"):
        lire_fichier(fichier)
        assert f"\nschema: {VERSION}\n" in fichier.read_text(encoding="utf-8"), fichier
