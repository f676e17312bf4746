"""What a browser says it is, in words that its owner recognises."""

from __future__ import annotations

_NAVIGATEURS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome ou Chromium"),
    ("Safari/", "Safari"),
)
_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def decrire(agent: str) -> str:
    """« Firefox sur Windows »; the first mark found counts, since browsers bear the marks of their elders."""
    navigateur = next((nom for marque, nom in _NAVIGATEURS if marque in agent), "Navigateur inconnu")
    machine = next((nom for marque, nom in _MACHINES if marque in agent), "")
    return f"{navigateur} sur {machine}" if machine else navigateur
