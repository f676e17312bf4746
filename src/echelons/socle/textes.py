"""Texts as people read them: compared without accents, case, punctuation nor ligatures; begun, continued."""

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


def majuscule(phrase: str) -> str:
    """The sentence with its first letter raised."""
    return phrase[:1].upper() + phrase[1:]


def au_milieu(nom: str) -> str:
    """A name that begins with its article, inside a sentence: « L’État » gives « l’État »."""
    return nom[0].lower() + nom[1:] if nom.startswith(("L’", "L'", "Le ", "La ", "Les ")) else nom
