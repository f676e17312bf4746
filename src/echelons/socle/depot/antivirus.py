"""The antivirus port: clamd over a local socket or the network, when there is one.

The protocol (clamd's INSTREAM) sends the file in blocks, each after its length on four bytes, and reads one line.
"""

from __future__ import annotations

import re
import socket
import struct
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from echelons.socle.depot.types import AntivirusInjoignable, FichierRefuse

ABSENT, SAIN = "absent", "sain"
BLOC = 64 * 1024
#: Seconds that clamd may take for each exchange; a whole file takes it a few at most.
DELAI = 20
REPONSE_MAX = 4096
INJOIGNABLE = (
    "L’antivirus ne répond pas\u00a0: aucun fichier ne peut être déposé pour l’instant. Rien n’a été gardé\u00a0; "
    "réessayez dans quelques minutes."
)


def adresse(reglage: str) -> str | tuple[str, int]:
    """« /run/clamav/clamd.ctl » or « hôte:3310 ». Raises ``ValueError`` with a sentence."""
    if reglage.startswith("/"):
        return reglage
    if trouve := re.fullmatch(r"([\w.-]+|\[[0-9a-fA-F:]+\]):(\d{1,5})", reglage):
        return trouve[1].strip("[]"), int(trouve[2])
    raise ValueError(
        f"ECHELONS_CLAMAV\u00a0: trouvé «\u00a0{reglage}\u00a0», attendu le chemin d’une prise "
        "(/run/clamav/clamd.ctl) ou «\u00a0hôte:port\u00a0»."
    )


def analyser(chemin: Path) -> str:
    """``SAIN``, or ``ABSENT`` when none is configured. Raises ``FichierRefuse`` naming what was found."""
    if not settings.CLAMAV:
        return ABSENT
    try:
        with _connecter() as prise, chemin.open("rb") as fichier:
            reponse = _envoyer(prise, fichier)
    except OSError as erreur:
        raise AntivirusInjoignable(INJOIGNABLE) from erreur
    if trouve := re.fullmatch(r"stream: (.{1,200}) FOUND", reponse):
        raise FichierRefuse(
            f"L’antivirus a reconnu «\u00a0{trouve[1]}\u00a0» dans ce fichier. Il n’a pas été gardé\u00a0: prévenez "
            "qui vous l’a remis, et votre service informatique."
        )
    if reponse != "stream: OK":
        raise AntivirusInjoignable(INJOIGNABLE)
    return SAIN


def _connecter() -> socket.socket:
    ou = adresse(settings.CLAMAV)
    if isinstance(ou, tuple):
        return socket.create_connection(ou, timeout=DELAI)
    prise = socket.socket(socket.AF_UNIX)
    prise.settimeout(DELAI)
    try:
        prise.connect(ou)
    except OSError:
        prise.close()
        raise
    return prise


def _envoyer(prise: socket.socket, fichier: BinaryIO) -> str:
    prise.sendall(b"zINSTREAM\0")
    while bloc := fichier.read(BLOC):
        prise.sendall(struct.pack(">I", len(bloc)) + bloc)
    prise.sendall(struct.pack(">I", 0))
    recu = b""
    while b"\0" not in recu and len(recu) < REPONSE_MAX and (bloc := prise.recv(REPONSE_MAX)):
        recu += bloc
    return recu.split(b"\0", 1)[0].decode("utf-8", "replace").strip()
