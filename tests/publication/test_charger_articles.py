"""News: a file adds articles, and corrects or removes them only when told to."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from echelons.publication.actes import charger_articles
from echelons.publication.models import Article
from echelons.socle.yaml_situe import ErreurDeFichier
from tests.fabriques import ecrire

FICHIER = """\
articles:
  - {code: premier, titre: Premier, chapo: Chapô, corps: Corps, publie_le: 2019-02-01}
  - {code: second, titre: Second, chapo: Chapô, corps: Corps, publie_le: 2019-03-01}
"""


@pytest.fixture
def charger(tmp_path: Path, db: None) -> Callable[..., None]:
    """Load this text as the file ``articles.yaml``."""

    def charger_texte(texte: str, **options: Any) -> None:
        charger_articles(chemin=ecrire(tmp_path / "articles.yaml", texte), **options)

    return charger_texte


def test_a_file_without_article_removes_none_unless_it_is_the_whole_truth(charger):
    charger(FICHIER)
    charger("articles: []\n")
    assert Article.objects.count() == 2
    charger("articles: []\n", synchroniser=True)
    assert not Article.objects.exists()


def test_another_text_for_a_known_article_is_refused_or_corrects_it(charger):
    charger(FICHIER)
    charger(FICHIER)
    autre = FICHIER.replace("titre: Second", "titre: Deuxième")
    with pytest.raises(ErreurDeFichier) as refus:
        charger(autre)
    assert refus.value.messages == [
        (
            "articles.yaml:3 : clé « articles.2.titre » : l’article « second » existe déjà avec un autre titre : "
            "trouvé « Deuxième », enregistré « Second ». Prenez un autre code, ou corrigez celui-ci."
        )
    ]
    charger(autre, synchroniser=True)
    assert Article.objects.get(code="second").titre == "Deuxième"


def test_an_article_is_published_from_its_day_on_latest_first(charger):
    charger(FICHIER)
    codes = [[a.code for a in Article.objects.publies(dt.date(2019, mois, 1))] for mois in (1, 2, 3)]
    assert codes == [[], ["premier"], ["second", "premier"]]
