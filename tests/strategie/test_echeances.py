"""Obligations as data: what ships holds together, and a file that says nonsense is refused with its place."""

import re

import pytest

from echelons.socle.yaml_situe import ErreurDeFichier
from echelons.strategie.actes import charger_referentiel
from echelons.strategie.models import Redatage, RegleEcheance
from tests.fabriques import RACINE, ecrire

pytestmark = pytest.mark.django_db
TEXTE = (RACINE / "referentiels" / "strategie-2018" / "referentiel.yaml").read_text(encoding="utf-8")


def charger(tmp_path, ancien, nouveau, **options):
    assert ancien in TEXTE
    chemin = ecrire(tmp_path / "autre.yaml", TEXTE.replace(ancien, nouveau, 1))
    charger_referentiel(chemin=chemin, **options)


def test_the_instruction_of_october_2020_moved_the_end_of_execution_and_both_dates_stay():
    regle = RegleEcheance.objects.get(code="calpae-execution-2020")
    (redatage,) = regle.redatages.all()
    assert (str(regle.date), str(redatage.date)) == ("2020-12-31", "2021-06-30")
    assert redatage.texte.code == "instruction-2020-10-20"


def test_what_no_text_nor_source_supports_is_to_be_confirmed():
    for regle in RegleEcheance.objects.prefetch_related("sources"):
        assert regle.texte or regle.sources.all() or regle.a_confirmer, regle.code
        assert regle.dues_par.exists(), regle.code
    assert RegleEcheance.objects.get(code="calpae-rapport-2019").a_confirmer


@pytest.mark.parametrize(
    ("ancien", "nouveau", "phrase"),
    [
        ("dues_par: [charge-de-mission, direction-operationnelle", "dues_par: [personne", "fonction n’existe pas"),
        ("      - texte: instruction-2020-10-20\n", "      - texte: rien\n", "texte de référence n’existe pas"),
        ("  dispositif: calpae\n    libelle: Rapport", "  dispositif: rien\n    libelle: R", "dispositif n’existe pas"),
        ("    date: 2020-03-31\n", "    date: 2020-03-31\n    jours: 3\n", "Attendu une « date » seule"),
        ("ancre: fin_de_periode\n", "ancre: fin_de_periode\n    date: 2020-01-01\n", "Attendu une « date » seule"),
        ("    sources: [gazette-625831]\n", "", "a_confirmer: true"),
        ("code: calpae-rapport-2020", "code: calpae-rapport-2019", "donné deux fois"),
    ],
)  # fmt: skip
def test_a_file_that_says_nonsense_is_refused(tmp_path, ancien, nouveau, phrase):
    avant = RegleEcheance.objects.count()
    with pytest.raises(ErreurDeFichier, match=re.escape(phrase)):
        charger(tmp_path, ancien, nouveau)
    assert RegleEcheance.objects.count() == avant


def test_what_the_files_no_longer_say_is_removed_when_they_are_the_whole_truth(tmp_path):
    bloc = "    redatages:\n      - texte: instruction-2020-10-20\n        date: 2021-06-30\n"
    charger(tmp_path, bloc, "", synchroniser=True)
    assert not Redatage.objects.filter(regle__code="calpae-execution-2020").exists()
    assert Redatage.objects.filter(regle__code="calpae-fin-de-periode").count() == 2
