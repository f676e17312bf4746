"""Texts compared as people read them: accents, case, punctuation and ligatures do not count."""

import unicodedata

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


def normaliser(texte: str) -> str:
    """Unaccented lower case, anything that is neither a letter nor a digit turned into one space.

    « Val-d’Oise » and « VAL D OISE » give the same words; symbols, controls and emojis disappear.
    """
    decompose = unicodedata.normalize("NFKD", texte).translate(_LIGATURES)
    lettres = (
        caractere if caractere.isalnum() else " "
        for caractere in decompose
        if not unicodedata.combining(caractere)
    )
    return " ".join("".join(lettres).lower().split())
