"""A package, so that its browser and its server live for these tests only: see ``conftest.py``."""
