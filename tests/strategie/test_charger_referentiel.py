"""Reference frameworks: what ships is followed, what another file tells of it is refused."""

import pytest
from django.apps import apps

from echelons.socle.yaml_situe import ErreurDeFichier
from echelons.strategie.actes import charger_referentiel
from echelons.strategie.models import Dispositif, Objectif
from tests.fabriques import RACINE, ecrire


def lignes_de_la_salle() -> dict[str, list[tuple]]:
    """Every row of every table of the room, links included."""
    modeles = apps.get_app_config("strategie").get_models(include_auto_created=True)
    return {m._meta.db_table: list(m._default_manager.order_by("pk").values_list()) for m in modeles}


@pytest.mark.parametrize("dossier", ["strategie-2018", "pacte-2023"])
def test_a_shipped_framework_may_be_loaded_again_and_nothing_moves(db, dossier):
    avant = lignes_de_la_salle()
    charger_referentiel(chemin=RACINE / "referentiels" / dossier)
    assert lignes_de_la_salle() == avant


def test_a_file_cannot_tell_otherwise_a_framework_that_ships(db, tmp_path):
    texte = (RACINE / "referentiels" / "strategie-2018" / "referentiel.yaml").read_text(encoding="utf-8")
    autre = ecrire(tmp_path / "autre.yaml", texte.replace("echeance: 2019-06-30", "echeance: 2019-07-31"))
    calpae = Dispositif.objects.get(code="calpae")
    charger_referentiel(chemin=autre)
    assert Objectif.objects.filter(dispositif=calpae).count() == 2
    charger_referentiel(chemin=autre, synchroniser=True)
    assert str(Objectif.objects.premier_de(calpae).echeance) == "2019-07-31"
    nom = ecrire(tmp_path / "nom.yaml", texte.replace("nom: ", "nom: Autre ", 1))
    with pytest.raises(ErreurDeFichier, match="existe déjà avec un autre nom"):
        charger_referentiel(chemin=nom)
