"""Loading facts from a file, as the command does."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from echelons.contrats.chargement import Bilan, charger_faits
from echelons.contrats.models import Contrat, Fait, Instrument, Partie
from echelons.socle.models import Source
from echelons.socle.yaml_situe import ErreurDeFichier
from tests.fabriques import dispositif, ecrire


@pytest.fixture
def charger(tmp_path: Path, db: None) -> Callable[..., Bilan]:
    """Load this text as the file ``faits.yaml``, under the dispositif « essai »."""
    dispositif()

    def charger_texte(texte: str, **options: Any) -> Bilan:
        return charger_faits(chemin=ecrire(tmp_path / "faits.yaml", texte), **options)

    return charger_texte


@pytest.fixture
def refuser(charger: Callable[..., Bilan]) -> Callable[[str], list[str]]:
    """The sentences with which this text is refused; nothing of it may have been written."""

    def messages(texte: str) -> list[str]:
        avant = contenu()
        with pytest.raises(ErreurDeFichier) as refus:
            charger(texte)
        assert contenu() == avant
        return refus.value.messages

    return messages


def contenu() -> dict[str, list[tuple[Any, ...]]]:
    """All that the room holds, and the sources: what two identical loadings must leave the same."""
    lignes: dict[str, list[tuple[Any, ...]]] = {
        modele.__name__: list(modele._default_manager.order_by("pk").values_list())
        for modele in (Source, Contrat, Partie, Instrument, Fait)
    }
    lignes["sources des faits"] = list(
        Fait.sources.through.objects.order_by("fait", "source").values_list("fait", "source")
    )
    return lignes
