"""Those who act are killed again and again, or act all at once: nothing lost, doubled or half-done."""

import json
import random
import subprocess
import sys
from collections import Counter

import pytest
from django.db import connection

from echelons.contrats.models import Deliberation, Fait, Instrument, SignatureDePartie, VersionDuTexte
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire, verifier
from echelons.socle.models import Ecriture
from tests.bases import RACINE
from tests.contrats.scene import JOUR, QUI, Scene
from tests.epreuves.morts import Morts

pytestmark = pytest.mark.django_db(transaction=True)
MORTS = 80
ENSEMBLE = 50


def constater(instrument: Instrument) -> None:
    """What the journal tells is what the tables hold, no more and no less."""
    lues = histoire(instrument.objet_journal)
    actes = Counter(e.acte for e in lues)
    assert [e.donnees["version"] for e in lues] == list(range(1, instrument.version + 1))
    assert lues[-1].donnees["vers"] == instrument.etat
    ecrites = actes["rediger"] + actes["rouvrir"]
    assert VersionDuTexte.objects.filter(instrument=instrument).count() == ecrites
    assert Deliberation.objects.filter(instrument=instrument).count() == actes["deliberer"]
    signatures = actes["signer_etat"] + actes["signer_collectivite"]
    assert SignatureDePartie.objects.filter(instrument=instrument).count() == signatures
    signee = instrument.etat == Instrument.Etat.SIGNEE
    faits = Counter(Fait.objects.filter(instrument=instrument).values_list("type", flat=True))
    assert faits["signature"] == (2 if signee else 0)


def test_whoever_acts_may_die_at_any_instant(hasard: random.Random, tmp_path, capsys):
    with a_la_date(JOUR):
        scene = Scene()
        for fonction in set(QUI.values()):
            scene.compte(fonction)
        instruments = [scene.ouvrir(genre) for genre in ("convention", "avenant", "prorogation", "protocole")]
    commande = [sys.executable, "-m", "tests.contrats.sans_repos", connection.settings_dict["NAME"]]
    morts, annoncees = Morts(hasard, tmp_path, 0.25), []
    for mort in range(MORTS):
        lignes = morts.tuer([*commande, str(hasard.random()), *(str(i.pk) for i in instruments)])
        annoncees += [int(ligne.split()[1]) for ligne in lignes if ligne.startswith("fait")]
        if mort % 8 == 0:
            for instrument in Instrument.objects.nes_ici().select_related("contrat"):
                constater(instrument)
    numeros = set(Ecriture.objects.values_list("numero", flat=True))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{MORTS} morts, {len(annoncees)} actes annoncés ; {morts.dedans} pendant un acte.\n"
        )
    assert set(annoncees) <= numeros
    assert verifier().anomalies == ()
    for instrument in Instrument.objects.nes_ici().select_related("contrat"):
        constater(instrument)
    assert morts.dedans >= MORTS // 2


def test_of_fifty_who_act_at_once_on_the_same_instrument_one_wins(capsys):
    with a_la_date(JOUR):
        scene = Scene()
        instrument = scene.mener(scene.ouvrir(), "rediger")
    commande = [sys.executable, "-m", "tests.contrats.ensemble", connection.settings_dict["NAME"]]
    arguments = [str(scene.compte("charge-de-mission").pk), str(instrument.pk), str(ENSEMBLE)]
    fins = json.loads(
        subprocess.run([*commande, *arguments], cwd=RACINE, check=True, capture_output=True).stdout
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{ENSEMBLE} à la fois : {fins}\n")
    assert fins == {"fait": 1, "ConflitDActe": ENSEMBLE - 1}
    instrument.refresh_from_db()
    constater(instrument)
    assert verifier().anomalies == ()
