"""The key of the journal (Ed25519), and the signatures of its head and roots.

The key is a file of the instance (``settings.JOURNAL_CLE``), made once with the first row. Who has the database
without it can alter the journal, not without being seen; it is kept, like every secret, out of the database's backups.
"""

from __future__ import annotations

import base64
import functools
import secrets
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection

from echelons.socle.cles import creer_une_fois
from echelons.socle.journal.forme import FORME, GENESE, canonique
from echelons.socle.models import Ecriture, Racine, Revision, TeteDuJournal


class JournalAltere(RuntimeError):
    """The journal does not read as it was written; ``anomalies`` are French sentences. Nothing is added to it."""

    def __init__(self, *anomalies: str) -> None:
        super().__init__("\n".join(anomalies))
        self.anomalies = anomalies


def cle_du_journal(*, creer: bool = False) -> Ed25519PrivateKey:
    """The key of this instance, made now if ``creer``. Raises ``JournalAltere`` when it is absent or unreadable."""
    chemin = Path(settings.JOURNAL_CLE)
    if creer and not chemin.exists():
        creer_une_fois(chemin, base64.b64encode(secrets.token_bytes(32)).decode())
    try:
        return _lire(chemin, chemin.stat().st_mtime_ns)
    except (OSError, ValueError) as erreur:
        raise JournalAltere(
            f"La clé du journal est absente ou illisible\u00a0: remettez «\u00a0{chemin.name}\u00a0» "
            "dans le dossier de l’instance."
        ) from erreur


@functools.lru_cache(maxsize=4)
def _lire(chemin: Path, version: int) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(chemin.read_text(encoding="ascii")))


def cle_publique(cle: Ed25519PrivateKey) -> str:
    """The public half, in base 64: what anybody needs to check a root."""
    return base64.b64encode(cle.public_key().public_bytes_raw()).decode()


def signer(cle: Ed25519PrivateKey, quoi: str, contenu: Any) -> str:
    """Signature, in base 64, of the canonical JSON of ``[quoi, contenu]``."""
    return base64.b64encode(cle.sign(canonique([quoi, contenu]))).decode()


def est_signe(cle: Ed25519PrivateKey, quoi: str, contenu: Any, signature: str) -> bool:
    """Whether ``signature`` is that of this content by this key."""
    try:
        cle.public_key().verify(base64.b64decode(signature, validate=True), canonique([quoi, contenu]))
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def tete_verrouillee() -> TeteDuJournal:
    """The head, locked until the transaction ends and checked. Raises ``JournalAltere``."""
    if connection.features.has_select_for_update:
        # Every write takes this row by trigger: taken first, it is never waited for while holding the head.
        Revision.objects.select_for_update().filter(pk=1).first()
    tete = TeteDuJournal.objects.select_for_update().filter(pk=1).first()
    if anomalie := anomalie_de_tete(tete) or anomalie_de_fin(tete):
        raise JournalAltere(anomalie)
    assert tete is not None
    return tete


def anomalie_de_tete(tete: TeteDuJournal | None) -> str | None:
    """What is wrong with the head, in a French sentence; None when it is what the product wrote last."""
    if tete is None:
        return "La tête du journal a été supprimée."
    if not tete.nombre and tete.cumul == GENESE and not tete.signature:
        # Read without a lock while the very first row was being committed, an old head is not an altered one.
        vide = TeteDuJournal.objects.filter(pk=1, nombre=0)
        if (Ecriture.objects.exists() or Racine.objects.exists()) and vide.exists():
            return "La tête du journal le dit vide, et il a déjà servi."
        return None
    if not est_signe(cle_du_journal(), "tete", _contenu_de_tete(tete), tete.signature):
        return "La tête du journal n’est pas signée par cette instance\u00a0: elle a été modifiée, ou la clé a changé."
    return None


def anomalie_de_fin(tete: TeteDuJournal | None) -> str | None:
    """Whether the last row that the head counts is gone."""
    if tete and tete.nombre and not Ecriture.objects.filter(numero=tete.nombre).exists():
        return (
            f"L’écriture n°\u00a0{tete.nombre}, la dernière, a disparu\u00a0: la fin du journal a été coupée."
        )
    return None


def anomalie_visible() -> str | None:
    """What is wrong with the journal that can be seen at once, without reading it; None when nothing is."""
    tete = TeteDuJournal.objects.filter(pk=1).first()
    try:
        return anomalie_de_tete(tete) or anomalie_de_fin(tete)
    except JournalAltere as erreur:
        return str(erreur)


def avancer_tete(tete: TeteDuJournal, cumul: str) -> None:
    """Count one more row in the head, and sign it."""
    tete.nombre += 1
    tete.cumul = cumul
    tete.signature = signer(cle_du_journal(creer=tete.nombre == 1), "tete", _contenu_de_tete(tete))
    tete.save(update_fields=["nombre", "cumul", "signature"])


def _contenu_de_tete(tete: TeteDuJournal) -> dict[str, Any]:
    return {"forme": FORME, "nombre": tete.nombre, "cumul": tete.cumul}


def installer_tete(**kwargs: Any) -> None:
    """Lay the head of an empty journal, after the migration that made its table; safe to repeat."""
    if TeteDuJournal._meta.db_table in connection.introspection.table_names():
        TeteDuJournal.objects.get_or_create(pk=1, defaults={"cumul": GENESE})
