"""Échelons: the territorial deployment of the French national strategy against poverty."""

__version__ = "0.1.0"
