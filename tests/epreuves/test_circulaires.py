"""Whoever publishes a text is killed again and again: it is published whole, or not at all."""

import random
import sys

import pytest
from django.db import connection

from echelons.contrats.models import Contrat, Destinataire
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire, verifier
from echelons.strategie.models import Circulaire, EditionDeTexte, TexteReference
from tests.contrats.scene import JOUR, Scene
from tests.epreuves.morts import Morts

pytestmark = pytest.mark.django_db(transaction=True)
MORTS = 24


def constater(circulaire: Circulaire) -> None:
    """What the journal tells of a text is what the tables hold."""
    ecritures = histoire(circulaire.objet_journal)
    publiees = [e for e in ecritures if e.acte in {"publier", "retirer"}]
    texte = TexteReference.objects.filter(code=circulaire.code).first()
    assert (texte is None) == (not publiees)
    assert ecritures[-1].donnees["vers"] == circulaire.etat
    if texte is None:
        return
    editions = list(texte.editions.order_by("rang"))
    assert len(editions) == len(publiees)
    assert [e.nature == "retrait" for e in editions] == [e.acte == "retirer" for e in publiees]
    assert (texte.retire_le is not None) == (circulaire.etat == "retiree")
    assert texte.redatages.count() == 4
    attendus = Destinataire.objects.filter(edition=editions[0]).count()
    assert attendus > 0
    for edition in editions:
        assert Destinataire.objects.filter(edition=edition).count() == attendus


def test_whoever_publishes_may_die_at_any_instant(hasard: random.Random, tmp_path, capsys):
    scenes = [Scene(code=code) for code in ("995D", "996D", "997D")]
    with a_la_date(JOUR):
        for scene in scenes:
            scene.mener(scene.ouvrir(), "rediger")
    compte = scenes[0].compte("conseiller-territoires")
    commande = [sys.executable, "-m", "tests.contrats.circulariste", connection.settings_dict["NAME"]]
    morts, faits = Morts(hasard, tmp_path, 0.25), 0
    for mort in range(MORTS):
        for ligne in morts.tuer([*commande, str(compte.pk), f"{mort}-{hasard.random()}"[:12]]):
            mot, code, acte = ligne.split()
            if mot == "fait":
                faits += 1
                nature = {"publier": "publication", "corriger": "correction", "retirer": "retrait"}[acte]
                assert EditionDeTexte.objects.filter(texte__code=code, nature=nature).count() == 1, ligne
    with capsys.disabled():
        sys.stdout.write(
            f"\n{MORTS} morts, {faits} publications annoncées ; {morts.dedans} pendant une publication.\n"
        )
    assert Contrat.objects.exists()
    for circulaire in Circulaire.objects.all():
        constater(circulaire)
    assert verifier().anomalies == ()
    assert morts.dedans >= MORTS // 2
