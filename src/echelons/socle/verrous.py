"""One at a time: locks that the system itself releases when a process dies, so that none has to be waited for."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

from django.db import connection


class Verrou(IntEnum):
    """What is done by one process at a time; the numbers are ours, any would do."""

    ENVOIS = 0x0E_C4_E1
    TACHES = 0x0E_C4_E2


@contextmanager
def seul(verrou: Verrou) -> Iterator[bool]:
    """Hold a lock for the block; gives whether it was free."""
    if connection.vendor == "postgresql":
        with connection.cursor() as curseur:
            curseur.execute("SELECT pg_try_advisory_lock(%s)", [verrou.value])
            tenu = bool(curseur.fetchone()[0])
            try:
                yield tenu
            finally:
                if tenu:
                    curseur.execute("SELECT pg_advisory_unlock(%s)", [verrou.value])
        return
    # A database in a file is that of one machine: so is this lock.
    with Path(f"{connection.settings_dict['NAME']}.{verrou.name.lower()}").open("w") as fichier:
        try:
            fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
