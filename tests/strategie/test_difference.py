"""The difference of a framework: exact (applied to the old it gives the new), told in French, applied once."""

import copy
import datetime as dt
import re
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from echelons.socle.journal import Objet, histoire
from echelons.socle.models import Chargement
from echelons.socle.yaml_situe import ErreurDeFichier
from echelons.strategie.actes import appliquer_referentiel, comparer_referentiel
from echelons.strategie.difference import Sorte, appliquer, difference
from echelons.strategie.image import photographier
from echelons.strategie.models import Dispositif, Regle, RegleEcheance
from echelons.strategie.recit import raconter
from tests.fabriques import RACINE, ecrire

AINES = Path(__file__).with_name("pacte-des-aines.yaml").read_text(encoding="utf-8")
BASE = yaml.safe_load(AINES.replace("schema: 2", 'schema: "2"'))

MOTS = st.sampled_from(["Un", "Deux", "Trois", "Été", "l’« autre »"])
JOURS = st.dates(dt.date(2027, 1, 1), dt.date(2029, 12, 31)).map(dt.date.isoformat)


@st.composite
def cadres(tirer):
    """A framework like the imaginary one: other names, dates, rules, volets and obligations, some left out."""
    cadre = copy.deepcopy(BASE)
    (dispositif,) = cadre["dispositifs"]
    dispositif |= {"nom_court": tirer(MOTS), "resume": tirer(MOTS), "principal": tirer(st.booleans())}
    dispositif["parties"] = tirer(st.permutations(dispositif["parties"]))[: tirer(st.integers(0, 3))]
    dispositif["natures"] = [
        {"code": c, "libelle": tirer(MOTS)} for c in tirer(st.sets(st.sampled_from("abc")))
    ]
    dispositif["exercices"] = [
        {
            "annee": a,
            "regime": "civil",
            "debut": f"{a}-01-01",
            "fin": f"{a}-12-31",
            "a_confirmer": tirer(st.booleans()),
        }
        | {"texte": "circulaire-fictive"}
        for a in tirer(st.sets(st.integers(2027, 2030), max_size=3))
    ]
    cadre["regles"] = tirer(st.permutations(cadre["regles"]))[: tirer(st.integers(0, 3))]
    for regle in cadre["regles"]:
        regle |= {"gravite": tirer(st.sampled_from(["avertissement", "bloquante"])), "libelle": tirer(MOTS)}
        if "maximum" in regle["controle"]:
            regle["controle"]["maximum"] = tirer(st.sampled_from(["0.5", "0.3333", "1"]))
    cadre["echeances"] = tirer(st.permutations(cadre["echeances"]))[: tirer(st.integers(0, 2))]
    for echeance in cadre["echeances"]:
        echeance.update({"libelle": tirer(MOTS)} | ({"date": tirer(JOURS)} if "date" in echeance else {}))
        if "redatages" in echeance:
            echeance["redatages"] = [r | {"date": tirer(JOURS)} for r in echeance["redatages"]][
                : tirer(st.integers(0, 1))
            ]
    for indicateur in cadre["indicateurs"]:
        indicateur["demandes"] = indicateur["demandes"][: tirer(st.integers(0, 1))]
    cadre["mesures"] = cadre["mesures"][: tirer(st.integers(0, 1))]
    return cadre


def fichier(dossier: Path, nom: str, cadre: dict) -> Path:
    return ecrire(dossier / nom, yaml.safe_dump(cadre, allow_unicode=True, sort_keys=False))


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(cadres(), cadres())
def test_the_difference_applied_to_the_old_gives_the_new(tmp_path_factory, db, ancien, nouveau):
    dossier = tmp_path_factory.mktemp("cadres")
    with transaction.atomic():
        appliquer_referentiel(chemin=fichier(dossier, "ancien.yaml", ancien))
        avant = photographier()
        dite = comparer_referentiel(chemin=fichier(dossier, "nouveau.yaml", nouveau))
        assert photographier() == avant
        faite = appliquer_referentiel(chemin=dossier / "nouveau.yaml")
        apres = photographier()
        assert faite == dite
        assert appliquer(dite.changements, avant) == apres
        assert list(dite.changements) == difference(avant, apres)
        assert bool(dite.phrases) == bool(dite.changements)
        assert not appliquer_referentiel(chemin=dossier / "nouveau.yaml").changements
        retour = difference(apres, avant)
        assert appliquer(retour, apres) == avant
        for phrase in (*dite.phrases, *raconter(retour, apres, avant)):
            assert re.fullmatch(r"[A-ZÉ0-9].*[.]", phrase, re.DOTALL), phrase
        transaction.set_rollback(True)


def lancer(chemin: Path, **options) -> list[str]:
    sortie = StringIO()
    call_command("charger_referentiels", chemin, stdout=sortie, **options)
    return sortie.getvalue().replace("\u00a0", " ").splitlines()


@pytest.fixture
def pacte(tmp_path, db):
    """Where the imaginary framework is written, once it was taken in, and what rewrites it."""
    chemin = ecrire(tmp_path / "aines.yaml", AINES)
    appliquer_referentiel(chemin=chemin)

    def recrire(*remplacements: tuple[str, str]) -> Path:
        texte = AINES
        for ancien, nouveau in remplacements:
            assert ancien in texte, ancien
            texte = texte.replace(ancien, nouveau, 1)
        return ecrire(chemin, texte)

    return recrire


LIGNE = next(ligne for ligne in AINES.splitlines(keepends=True) if "libelle: Visites rendues" in ligne)
SUITE = LIGNE.replace("2027-01-15", "2028-01-01").replace("unite: visites", "unite: heures")


@pytest.mark.parametrize(
    ("ancien", "nouveau", "phrase"),
    [
        (
            LIGNE,
            LIGNE + SUITE,
            ("- L’indicateur « Visites rendues » change de définition à partir du 1er janvier 2028 : "
            "unité passe de « visites » à « heures »."),
        ),
        (
            "maximum: 0.3333",
            "maximum: 0.25",
            ("- La règle « Un tiers pour l’État » change : « L’État apporte au plus 33,33 % du coût total, dans "
            "l’ensemble du contrat » devient « L’État apporte au plus 25 % du coût total, dans l’ensemble du "
            "contrat »."),
        ),
        (
            "date: 2027-06-30",
            "date: 2027-07-31",
            "- L’échéance « Signature du pacte des aînés » passe du 30 juin 2027 au 31 juillet 2027.",
        ),
        (
            "    redatages: [{texte: circulaire-fictive-bis, date: 2027-09-30}]\n",
            ("    redatages: [{texte: circulaire-fictive, date: 2027-08-31}, "
            "{texte: circulaire-fictive-bis, date: 2027-09-30}]\n"),
            ("- L’échéance « Signature du pacte des aînés » est portée au 31 août 2027 par « Circulaire fictive du "
            "15 janvier 2027 »."),
        ),
        (
            "a_confirmer: true}",
            "texte: circulaire-fictive}",
            "- La définition « Logements adaptés » est confirmée.",
        ),
        (
            "exercices: 2027-2029",
            "exercices: 2027-2028",
            ("- L’indicateur « Visites rendues », demandé par « Pacte des aînés » : dernier exercice passe de « 2029 » "
            "à « 2028 »."),
        ),
        (
            "demandes: [{dispositif: pacte-des-aines-2027, volet: lien}]",
            "demandes: []",
            "- L’indicateur « Part des aînés isolés » n’est plus demandé par « Pacte des aînés ».",
        ),
        (
            "      - {code: lettre, libelle: Lettre d’intention, forme: protocole}\n",
            "",
            "- L’instrument « Lettre d’intention » de « Pacte des aînés » est retiré.",
        ),
        ("nom_court: Pacte des aînés", "nom_court: Pacte aînés", "- Le dispositif « Pacte aînés » : nom court passe"),
        ("dues_a: [commissaire]", "dues_a: []", "- L’échéance « Signature du pacte des aînés » : dû à, 1 en moins"),
    ],
)  # fmt: skip
def test_the_command_tells_a_change_in_a_sentence_and_writes_nothing_until_told_to(
    pacte, ancien, nouveau, phrase
):
    chemin = pacte((ancien, nouveau))
    avant = photographier()
    dites = lancer(chemin)
    assert any(dite.startswith(phrase) for dite in dites), dites
    assert dites[-1].endswith("Rien n’est enregistré. Pour l’enregistrer, ajoutez --appliquer.")
    assert photographier() == avant
    faites = lancer(chemin, appliquer=True)
    assert faites[:-1] == dites[:-1]
    assert faites[-1].endswith("Référentiel enregistré.")
    assert photographier() != avant
    assert lancer(chemin) == ["Rien ne change : ce référentiel est déjà enregistré."]


def test_what_is_applied_is_in_the_journal_and_applying_it_again_writes_nothing(pacte):
    chemin = pacte(("maximum: 0.3333", "maximum: 0.25"))
    avant = len(histoire(Objet("referentiel", "cadre")))
    for _ in range(2):
        appliquer_referentiel(chemin=chemin)
    *_, ligne = histoire(Objet("referentiel", "cadre"))
    assert len(histoire(Objet("referentiel", "cadre"))) == avant + 1
    assert (ligne.donnees["ajout"], ligne.donnees["changement"], ligne.donnees["retrait"]) == (0, 1, 0)
    assert "devient" in ligne.donnees["phrases"][0]


def test_what_ships_is_what_an_instance_holds(db):
    for dossier in ("strategie-2018", "pacte-2023"):
        assert not comparer_referentiel(chemin=RACINE / "referentiels" / dossier).changements


def test_a_file_that_is_refused_leaves_everything_and_says_where(pacte):
    chemin = pacte(("de: commissaire", "de: personne"))
    avant = photographier()
    with pytest.raises(CommandError, match=r"1 erreur, rien n’a été enregistré :\naines.yaml:\d+"):
        lancer(chemin, appliquer=True)
    with pytest.raises(ErreurDeFichier):
        comparer_referentiel(chemin=chemin)
    assert photographier() == avant


def test_what_leaves_the_file_leaves_the_instance_and_its_neighbours_stay(pacte):
    autres = Regle.objects.exclude(code__startswith="aines").count()
    debut, fin = AINES.index("  - code: aines-axes"), AINES.index("  - code: aines-avis")
    chemin = pacte((AINES[debut:fin], ""))
    comparaison = appliquer_referentiel(chemin=chemin)
    assert comparaison.compte(Sorte.RETRAIT) == 1
    assert not Regle.objects.filter(code="aines-axes").exists()
    assert Regle.objects.exclude(code__startswith="aines").count() == autres
    assert RegleEcheance.objects.filter(code="calpae-rapport-2020").exists()


def test_a_framework_kept_here_is_not_put_back_by_an_upgrade_until_what_ships_is_taken_in_again(db, tmp_path):
    livre = RACINE / "referentiels" / "pacte-2023"
    texte = (livre / "referentiel.yaml").read_text(encoding="utf-8")
    ici = ecrire(
        tmp_path / "referentiel.yaml", texte.replace("nom_court: Pacte local", "nom_court: Notre pacte")
    )
    appliquer_referentiel(chemin=ici)
    Chargement.objects.filter(cle="referentiel:pacte-2023").delete()  # as after an upgrade
    sortie = StringIO()
    call_command("preparer", stdout=sortie)
    assert "« pacte-2023 » est tenu ici" in sortie.getvalue()
    assert Dispositif.objects.get(code="pacte-local-solidarites").nom_court == "Notre pacte"
    appliquer_referentiel(chemin=livre)
    sortie = StringIO()
    call_command("preparer", stdout=sortie)
    assert "tenu ici" not in sortie.getvalue()
    assert Dispositif.objects.get(code="pacte-local-solidarites").nom_court == "Pacte local"
