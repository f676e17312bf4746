"""The pages of those who write, with what 101 contracts × 4 instruments hold: 15 fiches, 4 exercices, 4 financeurs,
20 targets each; then the verification of a signed original of 5 MB, authentic and altered.

To be called after ``travail.charger``: the same instruments, the same readers. Contents are rows, as an open draft is.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import asdict, dataclass
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from bench.charge import PREFIXE
from bench.pages import Lecteur, Temps, temps
from bench.travail import LECTURES, MesureDeTravail, client
from echelons.contrats.contenu.lecture import contenu_de
from echelons.contrats.models import (
    CibleDIndicateur,
    Contrat,
    FicheAction,
    Financeur,
    Instrument,
    LigneFinancement,
    Modification,
    Sceau,
    ValeurVisee,
    VersionDuTexte,
)
from echelons.socle.depot import coffre
from echelons.socle.horloge import maintenant
from echelons.strategie.models import VersionIndicateur

INSTRUMENTS, FICHES, CIBLES, ECRITURES = 4, 15, 20, 400
ANNEES = (2019, 2020, 2021, 2022)
COTES = ("etat", "collectivite", "autre", "autre")
PHRASE = "Chaque personne est reçue en quinze jours, par le service le plus proche de chez elle. "
OCTETS = 5 * 1024 * 1024
FOIS = 12


@dataclass(frozen=True)
class MesureDeVerification:
    """What a file was found to be, and in how long."""

    dit: str
    temps: Temps

    def dictionnaire(self) -> dict[str, object]:
        """For the JSON file."""
        return asdict(self)


@transaction.atomic
def charger() -> int:
    """Write the contents; how many rows of money there are."""
    contrats = Contrat.objects.filter(code__startswith=f"{PREFIXE}-calpae-").order_by("code")
    instruments = [i for c in contrats for i in c.instruments.order_by("pk")[:INSTRUMENTS]]
    versions = list(VersionIndicateur.objects.order_by("pk")[:CIBLES])
    for instrument in instruments:
        instrument.debut, instrument.fin = dt.date(ANNEES[0], 1, 1), dt.date(ANNEES[-1], 12, 31)
    Instrument.objects.bulk_update(instruments, ["debut", "fin"], batch_size=200)
    return sum(_remplir(i, versions) for i in instruments)


def _remplir(instrument: Instrument, versions: list[VersionIndicateur]) -> int:
    volets = list(instrument.contrat.dispositif.volets.order_by("rang"))
    fiches = FicheAction.objects.bulk_create(
        FicheAction(
            instrument=instrument,
            rang=n,
            intitule=f"Recevoir chaque personne, action {n}",
            volet=volets[n % len(volets)],
            diagnostic=PHRASE * 6,
            description=PHRASE * 10,
            public="Les allocataires du RSA",
            pilote="Direction de charge",
        )
        for n in range(1, FICHES + 1)
    )
    financeurs = Financeur.objects.bulk_create(
        Financeur(instrument=instrument, rang=n, libelle=f"Financeur de charge {n}", cote=cote)
        for n, cote in enumerate(COTES, 1)
    )
    lignes = LigneFinancement.objects.bulk_create(
        LigneFinancement(fiche=f, financeur=q, exercice=an, prevu=Decimal(1_000_000 + 7 * f.rang + an) / 100)
        for f in fiches
        for q in financeurs
        for an in ANNEES
    )
    cibles = CibleDIndicateur.objects.bulk_create(
        CibleDIndicateur(
            instrument=instrument,
            fiche=fiches[n % FICHES],
            version=version,
            etat="chiffree",
            depart=Decimal(50),
            depart_le=dt.date(2018, 12, 31),
        )
        for n, version in enumerate(versions)
    )
    ValeurVisee.objects.bulk_create(
        ValeurVisee(cible=c, exercice=an, etat="chiffree", valeur=Decimal(an - 1960))
        for c in cibles
        for an in ANNEES
    )
    return len(lignes)


def mesurer() -> list[MesureDeTravail]:
    """Each page of the workshop of one open draft, for who writes it and for who instructs it."""
    contrat = Contrat.objects.get(code=f"{PREFIXE}-calpae-59d")
    instrument = contrat.instruments.order_by("pk")[0]
    Instrument.objects.filter(pk=instrument.pk).update(etat=Instrument.Etat.EN_NEGOCIATION)
    version = instrument.textes.get()
    image = contenu_de(Instrument.objects.get(pk=instrument.pk), "").json
    for rang in (2, 3):
        image = {**image, "fiches": [{**f, "public": f"{PHRASE}{rang}"} for f in image["fiches"]]}
        VersionDuTexte.objects.create(
            instrument=instrument,
            rang=rang,
            texte=f"Texte fictif {rang}. " * 200,
            empreinte="f",
            instant=maintenant(),
            mandat=version.mandat,
            contenu=image,
        )
    fiche = instrument.fiches.order_by("rang")[0]
    Modification.objects.bulk_create(
        Modification(
            instrument=instrument,
            rang=n,
            objet="fiche",
            cle=str(fiche.reference),
            champ=("description", "diagnostic", "public")[n % 3],
            avant=PHRASE * (n % 7),
            apres=PHRASE * (n % 7 + 1),
            instant=maintenant() - dt.timedelta(hours=ECRITURES - n),
            mandat=version.mandat,
        )
        for n in range(1, ECRITURES + 1)
    )
    racine = f"/contrats/{contrat.code}/{instrument.cle}/"
    pages = {
        "fiches": f"{racine}fiches/",
        "une fiche": f"{racine}fiches/{fiche.reference}/",
        "grille": f"{racine}financement/",
        "cibles": f"{racine}cibles/",
        "articles": f"{racine}articles/",
        "ce qui manque": f"{racine}manques/",
        "deux moments": f"{racine}moments/?depuis=1&jusqu_a={ECRITURES}",
        "deux versions": f"{racine}versions/",
        "reprendre": f"{racine}fiches/reprendre/",
        "dossier": f"/contrats/{contrat.code}/",
        "instrument": racine,
    }
    mesures = []
    for rang, qui in ((0, "charge-de-mission"), (1, "instructeur")):
        lecteur = Lecteur()
        lecteur.client = client(rang)
        for page, adresse in pages.items():
            if qui == "instructeur" and page == "reprendre":
                continue
            for _ in range(3):
                lecteur.lire(adresse)
            lecteur.requetes = 0
            durees = [lecteur.lire(adresse) for _ in range(LECTURES)]
            mesures.append(MesureDeTravail(page, qui, temps(durees), lecteur.requetes))
    return mesures


def verifier() -> list[MesureDeVerification]:
    """A file of five megabytes dropped by a citizen: the sealed original of the demonstration, made heavier.

    The authentic one is as heavy as the demonstration made it: a heavier file is no longer it.
    """
    sceau = Sceau.objects.order_by("pk").first()
    assert sceau is not None
    with coffre.ouvrir(sceau.original) as fichier:
        original = fichier.read()
    lourd = original + b"\n%" + b"0" * max(0, OCTETS - len(original))
    return [_deposer("authentique", original), _deposer("altéré", lourd)]


def _deposer(dit: str, octets: bytes) -> MesureDeVerification:
    citoyen = Client(headers={"host": "127.0.0.1"})
    durees = []
    for _ in range(FOIS):
        depose = {"fichier": SimpleUploadedFile("acte.pdf", octets), "code": ""}
        debut, processeur = time.perf_counter(), time.process_time()
        reponse = citoyen.post("/verifier/", depose)
        durees.append(((time.perf_counter() - debut) * 1000, (time.process_time() - processeur) * 1000))
        assert dit in reponse.content.decode().lower(), reponse.status_code
    return MesureDeVerification(f"{dit}, {len(octets) / 1024**2:.1f} Mo", temps(durees))
