"""A journal of its own for each test: its key, and its file of roots."""

import pytest


@pytest.fixture(autouse=True)
def journal_neuf(settings, tmp_path):
    settings.JOURNAL_CLE = tmp_path / "cle-journal"
    settings.JOURNAL_RACINES = tmp_path / "racines.jsonl"
