"""``echelons travailler``: do in the background what takes too long for a page; killed, it loses nothing."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from echelons.socle.taches import travailler


class Command(BaseCommand):
    """One worker works at a time; another one waits for its place."""

    help = "Fait en arrière-plan les gros imports et exports, sans fin ; un seul à la fois travaille."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--une-passe", action="store_true", help="s’arrêter quand rien n’attend plus")
        parser.add_argument("--tant-que", type=int, metavar="PID", help="s’arrêter avec ce processus")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["tant_que"]:
            # What is under way is all or nothing: there is nothing to wait for.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            threading.Thread(target=_suivre, args=[options["tant_que"]], daemon=True).start()
        faites = travailler(une_passe=options["une_passe"])
        if faites is None:
            self.stdout.write("Un autre ouvrier est en marche\u00a0: rien n’a été fait ici.")
        else:
            self.stdout.write(f"Travaux faits\u00a0: {faites}.")


def _suivre(pid: int) -> None:
    """End with this process, however it ends."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            os._exit(0)
        time.sleep(1)
