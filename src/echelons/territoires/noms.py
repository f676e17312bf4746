"""Names of territories: how they are said in a sentence, and how they are searched."""

from echelons.socle.textes import normaliser

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


def liaison_d_epci(nom: str) -> int | None:
    """The TNCC of an EPCI, read from its name: « la CC du Pays de Mormal », « l’Eurométropole »; else unknown."""
    if nom.startswith("Eurométropole"):
        return 5
    if nom.startswith(("CC ", "CA ", "CU ", "Communauté ", "Métropole ")):
        return 3
    return None
