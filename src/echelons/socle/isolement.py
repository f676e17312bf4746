"""Asking a hostile file something in a process of its own: whatever it does to whoever reads it, the server goes on."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

#: How many files are read at once: each may take a gigabyte of memory.
_places = threading.BoundedSemaphore(2)


class LectureInterrompue(Exception):
    """The process died, or took too long: nothing is known of the file but that."""


def lire_isolement(
    script: Path, arguments: tuple[str, ...], entree: BinaryIO, reponse: BinaryIO, delai: float
) -> None:
    """Run one of our scripts with a file as its input; its answer goes to ``reponse``, rewound.

    ``delai`` is in seconds by the clock; each script bounds its own computing time below that. Raises
    ``LectureInterrompue``; ``RuntimeError`` when the script itself does not start (it then ends with 1).
    """
    with _places:
        try:
            # The answer goes to a file, whose size the process cannot exceed; nothing of the environment is given.
            fin = subprocess.run(  # noqa: S603 - our own script, the file is its input
                [sys.executable, "-I", str(script), *arguments],
                stdin=entree,
                stdout=reponse,
                stderr=subprocess.DEVNULL,
                timeout=delai,
                env={"LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise LectureInterrompue from None
    if fin.returncode == 1:
        raise RuntimeError(
            "Le lecteur de fichiers ne démarre pas\u00a0: ses bibliothèques sont-elles installées ?"
        )
    if fin.returncode:
        raise LectureInterrompue
    reponse.seek(0)
