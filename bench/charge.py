"""The synthetic load: 101 signatories × 6 dispositifs × 6 instruments × 8 facts, each fact with its source.

The territories are real and the contracts are not: this is written in a temporary database and nowhere else. The
same seed gives the same load, so that two runs can be compared.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from echelons.contrats.models import Contrat, Fait, Instrument, Partie
from echelons.socle.models import PrecisionDate, Source
from echelons.strategie.models import Couverture, Dispositif, NatureMontant, Strategie
from echelons.territoires.models import Territoire

GRAINE = 2019
SIGNATAIRES_AU = dt.date(2019, 1, 1)
NOMBRE_DE_DISPOSITIFS = 6
PREFIXE = "charge"
INSTANT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

#: What each contract is made of; the second kind is replaced by the one that signs under the dispositif.
INSTRUMENTS = (
    ("protocole", "protocole"),
    ("signant", ""),
    ("avenant-1", "avenant"),
    ("avenant-2", "avenant"),
    ("avenant-3", "avenant"),
    ("prorogation", "prorogation"),
)
#: The facts of each instrument: type, party (its rank), days after the first.
FAITS: tuple[tuple[str, int | None, int], ...] = (
    (Fait.Type.DELIBERATION, None, 0),
    (Fait.Type.TRANSMISSION, None, 6),
    (Fait.Type.PUBLICATION, None, 12),
    (Fait.Type.SIGNATURE, 0, 30),
    (Fait.Type.SIGNATURE, 1, 30),
    (Fait.Type.ENTREE_EN_VIGUEUR, None, 45),
    (Fait.Type.MONTANT, None, 45),
    (Fait.Type.RAPPORT, None, 400),
)
#: How sources date things, in the proportions met in the documented facts.
PRECISIONS = (
    *([PrecisionDate.JOUR] * 13),
    *([PrecisionDate.MOIS] * 3),
    *([PrecisionDate.AU_PLUS_TARD] * 3),
    PrecisionDate.INCONNUE,
)


@dataclass(frozen=True)
class Volume:
    """How much was written."""

    signataires: int
    dispositifs: int
    instruments: int
    faits: int
    sources: int


def dispositifs_mesures() -> list[Dispositif]:
    """Those of the reference frameworks, completed by synthetic ones up to the number measured."""
    existants = list(Dispositif.objects.exclude(code__startswith=PREFIXE).order_by("debut", "code"))
    strategie = Strategie.objects.order_by("debut").first()
    assert strategie is not None, "les référentiels ne sont pas chargés"
    for rang in range(NOMBRE_DE_DISPOSITIFS - len(existants)):
        dispositif, _ = Dispositif.objects.get_or_create(
            code=f"{PREFIXE}-{rang + 1}",
            defaults={
                "strategie": strategie,
                "nom": f"Dispositif de mesure {rang + 1}",
                "nom_court": f"Mesure {rang + 1}",
                "debut": dt.date(2020, 1, 1),
                "fin": dt.date(2023, 12, 31),
                "instrument_signant": Dispositif.InstrumentSignant.CONVENTION,
                "resume": "Dispositif fictif, pour les mesures.",
            },
        )
        existants.append(dispositif)
    return existants[:NOMBRE_DE_DISPOSITIFS]


@transaction.atomic
def charger() -> Volume:
    """Write the whole load; to be called once on a prepared database."""
    hasard = random.Random(GRAINE)
    signataires = list(Territoire.objects.signataires(SIGNATAIRES_AU))
    dispositifs = dispositifs_mesures()
    instruments = faits = 0
    for dispositif in dispositifs:
        contrats = Contrat.objects.bulk_create(
            Contrat(
                code=f"{PREFIXE}-{dispositif.code}-{t.code.lower()}",
                dispositif=dispositif,
                intitule=f"{dispositif.nom_court} {t.nom_avec_de}",
                perimetre=t,
            )
            for t in signataires
        )
        for contrat in contrats:
            ecrits = _instruments(contrat, dispositif)
            instruments += len(ecrits)
            faits += _faits(contrat, dispositif, ecrits, hasard)
    return Volume(
        signataires=len(signataires),
        dispositifs=len(dispositifs),
        instruments=instruments,
        faits=faits,
        sources=Source.objects.filter(cle__startswith=PREFIXE).count(),
    )


def _instruments(contrat: Contrat, dispositif: Dispositif) -> list[Instrument]:
    return Instrument.objects.bulk_create(
        Instrument(
            contrat=contrat,
            cle=cle,
            type=type_ or dispositif.instrument_signant,
            intitule=f"{(type_ or dispositif.instrument_signant).replace('_', ' ').capitalize()} ({cle})",
        )
        for cle, type_ in INSTRUMENTS
    )


def _faits(
    contrat: Contrat, dispositif: Dispositif, instruments: list[Instrument], hasard: random.Random
) -> int:
    """The facts of one contract, spread over the dispositif; an instrument's facts rest on one source each."""
    etat, collectivite = Partie.objects.bulk_create(
        [
            Partie(contrat=contrat, role=Partie.Role.ETAT, libelle="État"),
            Partie(
                contrat=contrat,
                role=Partie.Role.COLLECTIVITE,
                libelle=contrat.perimetre.nom,
                territoire=contrat.perimetre,
            ),
        ]
    )
    duree = ((dispositif.fin or dispositif.debut + dt.timedelta(days=1460)) - dispositif.debut).days
    depart = dispositif.debut + dt.timedelta(days=hasard.randrange(10, duree // 4))
    faits, sources = [], []
    for rang, instrument in enumerate(instruments):
        debut = depart + dt.timedelta(days=rang * duree // 8)
        sources.append(_source(contrat, instrument, debut))
        precision = hasard.choice(PRECISIONS)
        faits += [
            _fait(contrat, instrument, type_, debut + dt.timedelta(days=ecart), precision, partie)
            for type_, partie, ecart in (
                (type_, (etat, collectivite)[p] if p is not None else None, ecart)
                for type_, p, ecart in FAITS
            )
        ]
    sources = Source.objects.bulk_create(sources)
    faits = Fait.objects.bulk_create(faits)
    par_instrument = dict(zip((i.pk for i in instruments), sources, strict=True))
    lien = Fait.sources.through
    lien.objects.bulk_create(
        lien(fait_id=f.pk, source_id=par_instrument[f.instrument_id].pk) for f in faits if f.instrument_id
    )
    return len(faits)


def _source(contrat: Contrat, instrument: Instrument, jour: dt.date) -> Source:
    return Source(
        cle=f"{contrat.code}-{instrument.cle}"[:80],
        titre=f"{instrument.intitule}, {contrat.intitule}",
        editeur=f"Source de mesure {contrat.perimetre.region.nom if contrat.perimetre.region else ''}",
        adresse=f"https://exemple.invalid/{contrat.code}/{instrument.cle}",
        publiee_le=jour + dt.timedelta(days=40),
    )


def _fait(
    contrat: Contrat,
    instrument: Instrument,
    type_: str,
    jour: dt.date,
    precision: PrecisionDate,
    partie: Partie | None,
) -> Fait:
    montant = type_ == Fait.Type.MONTANT
    # Only signatures are dated otherwise than by the day: what happens around them is known from public acts.
    if type_ != Fait.Type.SIGNATURE:
        precision = PrecisionDate.JOUR
    cle = f"{contrat.code}|{instrument.cle}|{type_}|{partie.libelle if partie else ''}"
    return Fait(
        contrat=contrat,
        instrument=instrument,
        type=type_,
        partie=partie,
        jour=None if precision == PrecisionDate.INCONNUE else jour,
        precision=precision,
        montant=Decimal(500_000 + len(contrat.intitule) * 10_000) if montant else None,
        nature_montant=NatureMontant.EXACT if montant else "",
        couverture=Couverture.ETAT if montant else "",
        exercice_debut=jour.year if montant else None,
        exercice_fin=jour.year if montant else None,
        texte="Fait de mesure.",
        connu_le=jour + dt.timedelta(days=15),
        enregistre_le=INSTANT,
        empreinte=hashlib.sha256(cle.encode()).hexdigest(),
    )
