"""Names of territories: how they are said in a sentence, and how they are searched."""

import unicodedata

APOSTROPHE = "’"

# Type de liaison of the code officiel géographique (TNCC): article, then « de » and the article.
_LIAISONS: dict[int, tuple[str, str]] = {
    0: ("", "de "),
    1: ("", "d’"),
    2: ("le ", "du "),
    3: ("la ", "de la "),
    4: ("les ", "des "),
    5: ("l’", "de l’"),
    6: ("aux ", "des "),
    7: ("las ", "de las "),
    8: ("los ", "de los "),
}

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})


def avec_article(nom: str, liaison: int | None) -> str:
    """« le Nord », « l’Aisne », « La Réunion »: the name as the subject of a sentence.

    ``liaison`` is the TNCC of the code officiel géographique; None means unknown and leaves the name alone.
    """
    return (_LIAISONS[liaison][0] if liaison is not None else "") + nom


def avec_de(nom: str, liaison: int | None) -> str:
    """« du Nord », « de l’Aisne », « d’Alès »; an unknown liaison is read from the first letter."""
    if liaison is None:
        liaison = 1 if normaliser(nom)[:1] in set("aeiouy") else 0
    return _LIAISONS[liaison][1] + nom


def normaliser(texte: str) -> str:
    """Unaccented lower case, anything that is neither a letter nor a digit turned into one space.

    « Val-d’Oise » and « VAL D OISE » give the same words; symbols, controls and emojis disappear.
    """
    decompose = unicodedata.normalize("NFKD", texte.translate(_LIGATURES))
    lettres = (
        caractere if caractere.isalnum() else " "
        for caractere in decompose
        if not unicodedata.combining(caractere)
    )
    return " ".join("".join(lettres).lower().split())


def liaison_d_epci(nom: str) -> int | None:
    """The TNCC of an EPCI, read from its name: « la CC du Pays de Mormal », « l’Eurométropole »; else unknown."""
    if nom.startswith("Eurométropole"):
        return 5
    if nom.startswith(("CC ", "CA ", "CU ", "Communauté ", "Métropole ")):
        return 3
    return None
