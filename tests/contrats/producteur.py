"""Run as a module: the worker of the background, forked anew at each line of its input, to be killed.

Usage: ``python -m tests.contrats.producteur BASE DEPOT``. Says « né PID » for each fork, which then says « commence N »
before writing each act, « fait N » after it (N: the key of the act), and « fini » when nothing waits; « mort » once it
is gone. Forked before anything is laid out: what is loaded once is not what is tried.
"""

from __future__ import annotations

import os
import sys

from tests.processus import brancher


def main() -> None:
    """One worker after another, until the input ends."""
    base, depot = sys.argv[1:3]
    brancher(base, depot)
    from echelons.contrats.lots import production

    garder = production.garder

    def dire(*mots: object) -> None:
        os.write(1, (" ".join(map(str, mots)) + "\n").encode())

    def garder_en_le_disant(a_faire: production.AFaire, octets: bytes) -> None:
        dire("commence", a_faire.acte.pk)
        garder(a_faire, octets)
        dire("fait", a_faire.acte.pk)

    production.garder = garder_en_le_disant
    for _ in sys.stdin:
        enfant = os.fork()
        if not enfant:
            _travailler(dire)
        dire("né", enfant)
        os.waitpid(enfant, 0)
        dire("mort")


def _travailler(dire) -> None:
    """Be the worker, and nothing after it."""
    code = 1
    try:
        from echelons.socle.horloge import a_la_date
        from echelons.socle.taches import travailler
        from tests.contrats.scene import JOUR

        with a_la_date(JOUR):
            travailler(une_passe=True)
        dire("fini")
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
