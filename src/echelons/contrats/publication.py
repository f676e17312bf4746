"""What becomes public of an instrument born here: facts, once it is signed, and never before.

Until its last signature, nothing of it is read by a page without an account. Each fact bears the number of the row of
the journal that tells of the act, and cites as its source the register of this instance.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from django.conf import settings

from echelons.contrats.dossier import Dossier
from echelons.contrats.models import Fait, Instrument, Partie
from echelons.socle.dates import Precision
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.socle.models import Ecriture, Source

E = Instrument.Etat
T = Fait.Type


class _Enonce(NamedTuple):
    type: str
    jour: dt.date
    partie: Partie | None
    texte: str


def publier(instrument: Instrument, ecriture: Ecriture) -> int:
    """Write the facts that this act makes public, in its transaction; return how many."""
    if instrument.etat not in {E.SIGNEE, E.EN_VIGUEUR, E.DENONCEE}:
        return 0
    deja = set(
        Fait.objects.filter(instrument=instrument, ecriture__isnull=False).values_list("type", "partie")
    )
    nouveaux = [
        e for e in _enonces(instrument, ecriture) if (e.type, e.partie.pk if e.partie else None) not in deja
    ]
    if not nouveaux:
        return 0
    source = _registre(instrument)
    instant = maintenant()
    for enonce in nouveaux:
        fait = Fait(
            contrat=instrument.contrat,
            instrument=instrument,
            type=enonce.type,
            jour=enonce.jour,
            precision=Precision.JOUR.value,
            partie=enonce.partie,
            texte=enonce.texte,
            connu_le=aujourdhui(),
            enregistre_le=instant,
            ecriture=ecriture.numero,
            empreinte=hashlib.sha256(f"{ecriture.numero}/{enonce.type}/{enonce.jour}".encode()).hexdigest(),
        )
        fait.full_clean()
        fait.save()
        fait.sources.add(source)
    return len(nouveaux)


def _enonces(instrument: Instrument, ecriture: Ecriture) -> Iterator[_Enonce]:
    dossier = Dossier(instrument)
    for vote in dossier.adoptions.values():
        yield _Enonce(T.DELIBERATION, vote.date, vote.partie, f"Délibération n°\u00a0{vote.numero}.")
        if vote.transmise_le and vote.publiee_le:
            yield _Enonce(T.TRANSMISSION, vote.transmise_le, vote.partie, "")
            yield _Enonce(T.PUBLICATION, vote.publiee_le, vote.partie, "")
    for signature in dossier.signatures:
        delegation = "Par délégation." if signature.delegation else ""
        yield _Enonce(T.SIGNATURE, signature.date, signature.partie, delegation)
    donnees = ecriture.donnees.get("donnees", {})
    if instrument.etat == E.EN_VIGUEUR and "date_entree" in donnees:
        yield _Enonce(T.ENTREE_EN_VIGUEUR, dt.date.fromisoformat(donnees["date_entree"]), None, "")
    if instrument.etat == E.DENONCEE and "date_effet" in donnees:
        yield _Enonce(T.DENONCIATION, dt.date.fromisoformat(donnees["date_effet"]), None, "")


def _registre(instrument: Instrument) -> Source:
    """The register of this instance, for one instrument."""
    contrat = instrument.contrat
    source, _ = Source.objects.get_or_create(
        cle=f"registre-{contrat.pk}-{instrument.cle}"[:80],
        defaults={
            "titre": f"Registre des actes, {instrument.intitule}"[:300],
            "editeur": "Échelons, registre de cette instance",
            "adresse": f"{settings.ADRESSE}/territoire/{contrat.perimetre.code}/",
            "publiee_le": aujourdhui(),
            "fictive": contrat.perimetre.fictif,
        },
    )
    return source
