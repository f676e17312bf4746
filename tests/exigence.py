"""Where everything is required (``ECHELONS_EXIGE_TOUT=1``), nothing may be left out of a run of the tests."""

import os

import pytest


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where everything is required, a skipped test or an empty run is a failure."""
    rapporteur = session.config.pluginmanager.get_plugin("terminalreporter")
    exige = os.environ.get("ECHELONS_EXIGE_TOUT") == "1"
    if not exige or rapporteur is None or hasattr(session.config, "workerinput"):
        return
    laisses = [genre for genre in ("skipped", "xfailed", "xpassed") if rapporteur.stats.get(genre)]
    if laisses or not rapporteur.stats.get("passed"):
        motif = ", ".join(laisses) or "aucun test"
        rapporteur.write_line(
            f"Refusé : tout doit être essayé, et voici ce qui ne l’est pas : {motif}.", red=True
        )
        session.exitstatus = session.exitstatus or pytest.ExitCode.TESTS_FAILED
