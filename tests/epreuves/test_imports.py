"""Imports killed in the middle, and ten thousand altered spreadsheets: all or nothing, read or refused, bounded."""

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse

from echelons.contrats.models import Fait
from echelons.socle import isolement
from echelons.socle.depot import FichierRefuse
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire, verifier
from echelons.socle.models import ElementImporte, Import
from echelons.socle.tableurs import examiner_tableur, lire
from tests.contrats.importateur import LIGNES
from tests.contrats.scene import JOUR, Scene
from tests.epreuves.couveuse import Couveuses
from tests.epreuves.morts import Morts
from tests.socle.hostiles import GRAINES, muter
from tests.web.departemental.navigateurs import Lecteurs

pytestmark = pytest.mark.django_db(transaction=True)
MORTS = 60
#: As many parts as the trials have processes; as many files are read both ways, to know that both say the same.
ALTERES, PARTS, COMPARES, PAR_LES_PAGES = 10_000, 2, 150, 300
BORNE = 30  # seconds a file


def test_whoever_publishes_may_die_at_any_instant(settings, tmp_path, hasard: random.Random, capsys):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    with a_la_date(JOUR):
        compte = Scene().compte("conseiller-territoires")
    commande = [sys.executable, "-m", "tests.contrats.importateur", connection.settings_dict["NAME"]]
    commande += [str(settings.DEPOT), str(compte.pk)]
    dits: dict[str, str] = {}
    morts = Morts(hasard, tmp_path, 1.2)
    for mort in range(MORTS):
        lignes = morts.tuer([*commande, str(mort)])
        dits |= {ligne.split()[1]: ligne.split()[0] for ligne in lignes if " " in ligne}

    attendus = {"publie": LIGNES, "annule": 0}
    for objet in Import.objects.all():
        faits = Fait.objects.filter(pk__in=objet.elements.filter(table="contrats_fait").values("cle"))
        assert faits.count() == attendus.get(objet.etat, 0), objet.etat
        actes = [e.acte for e in histoire(objet.objet_journal)]
        assert actes == ["deposer", "verifier", "publier", "annuler"][: len(actes)]
        fin = {"depose": "deposer", "pret": "verifier", "publie": "publier", "annule": "annuler"}[objet.etat]
        assert actes[-1] == fin
    assert (
        Fait.objects.filter(ecriture__isnull=False).count()
        == ElementImporte.objects.filter(table="contrats_fait").count()
    )
    for reference, acte in dits.items():
        etat = Import.objects.get(reference=reference).etat
        assert etat == {"publie": etat if etat == "annule" else "publie", "annule": "annule"}[acte]
    assert verifier().anomalies == ()
    with capsys.disabled():
        etats = {e: Import.objects.filter(etat=e).count() for e in Import.Etat.values}
        sys.stdout.write(f"\n{MORTS} morts, {morts.dedans} pendant une publication ; {etats}\n")
    assert morts.dedans >= MORTS // 2


@pytest.fixture
def couveuses(monkeypatch: pytest.MonkeyPatch) -> Iterator[Couveuses]:
    """Readers kept warm, where a process would be started for each file."""
    chaudes = Couveuses()
    monkeypatch.setattr(isolement, "subprocess", chaudes)
    yield chaudes
    chaudes.fermer()


def lire_altere(graine: float, chemin: Path) -> tuple[float, str]:
    """How long an altered file takes to be read or refused, and what is then said: nothing, or why."""
    sort = random.Random(graine)
    chemin.write_bytes(muter(GRAINES[sort.choice(sorted(GRAINES))], sort))
    debut = time.monotonic()
    try:
        with lire(chemin, examiner_tableur(chemin).type) as classeur:
            assert sum(1 for _ in classeur.lignes()) == classeur.nombre
        dit = ""
    except FichierRefuse as refus:
        dit = str(refus)
    return time.monotonic() - debut, dit


@pytest.mark.parametrize("part", range(PARTS))
def test_ten_thousand_altered_files_are_read_or_refused(
    part: int, tmp_path, hasard: random.Random, couveuses: Couveuses, capsys
):
    resultats = [lire_altere(hasard.random(), tmp_path / "altere") for _ in range(ALTERES // PARTS)]
    with capsys.disabled():
        refuses = sum(bool(dit) for _, dit in resultats)
        sys.stdout.write(
            f"\n{len(resultats)} fichiers altérés, {refuses} refusés, au plus {max(t for t, _ in resultats):.1f} s.\n"
        )
    assert max(duree for duree, _ in resultats) < BORNE
    assert all(dit.endswith((".", "?")) for _, dit in resultats if dit)


def test_a_warm_reader_says_of_altered_files_what_a_process_of_their_own_says(
    tmp_path, hasard: random.Random, monkeypatch: pytest.MonkeyPatch
):
    graines = [hasard.random() for _ in range(COMPARES)]
    a_froid = [lire_altere(graine, tmp_path / "altere")[1] for graine in graines]
    chaudes = Couveuses()
    monkeypatch.setattr(isolement, "subprocess", chaudes)
    a_chaud = [lire_altere(graine, tmp_path / "altere")[1] for graine in graines]
    chaudes.fermer()
    assert a_chaud == a_froid


@pytest.mark.une_base
def test_altered_files_given_on_the_page_never_break_it(settings, tmp_path, hasard: random.Random):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    with a_la_date(JOUR):
        client = Lecteurs(Scene()).client("conseiller-territoires")
        for _ in range(PAR_LES_PAGES):
            nom = hasard.choice(sorted(GRAINES))
            fichier = SimpleUploadedFile(
                f"suivi.{hasard.choice(sorted(GRAINES))}", muter(GRAINES[nom], hasard)
            )
            donnees = {"destination": "faits", "region": "", "fichier": fichier}
            reponse = client.post(reverse("import_nouveau"), donnees)
            assert reponse.status_code in {302, 422}
            if reponse.status_code == 302:
                assert client.get(reponse["Location"]).status_code == 200
                constantes = {"valeur_dispositif": "calpae", "colonne_0": "territoire", "colonne_1": "date"}
                assert client.post(reponse["Location"], constantes).status_code in {302, 422}
                objet = Import.objects.order_by("-pk").first()
                for page in ("import", "import_retour"):
                    assert client.get(reverse(page, args=[objet.reference])).status_code == 200
