"""Run as a module, to be killed: the worker of the background, on a database and a deposit given.

Usage: ``python -m tests.contrats.ouvrier BASE DEPOT``. Says « commence » once ready, and ends when nothing waits.
"""

from __future__ import annotations

import sys

from tests.processus import brancher


def main() -> None:
    """Go on until nothing waits, or until killed."""
    base, depot = sys.argv[1:3]
    brancher(base, depot)
    from echelons.socle.horloge import a_la_date
    from echelons.socle.taches import travailler
    from tests.contrats.scene import JOUR

    print("commence", flush=True)  # noqa: T201 - read by the trial
    with a_la_date(JOUR):
        travailler(une_passe=True)


if __name__ == "__main__":
    main()
