"""Ways of falsifying a journal behind the product's back, drawn at random, each done by plain SQL.

Each falsifier receives a ``Journal`` and the source of chance, and tells what it did, or None when it found nothing
to falsify. They know every algorithm of the product and keep copies of what it signed; they have not its key.
"""

import base64
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import DataError, IntegrityError, connection, transaction

from echelons.socle.journal import Constat, verifier
from echelons.socle.journal.forme import (
    CHAMPS,
    CHAMPS_DE_RACINE,
    canonique,
    contenu,
    cumuler,
    empreinte_d_ecriture,
)
from echelons.socle.models import Ecriture, Racine, TeteDuJournal, ValeurPersonnelle
from tests.socle.journaux import Hasard, Journal, ajouter, changer, objet_de, sql

Falsificateur = Callable[[Hasard, Journal], str | None]
HEXA = "0123456789abcdef"


# --- Drawing something else ----------------------------------------------------------------------------


def _hexa(hasard: Hasard, longueur: int = 64) -> str:
    return "".join(hasard.choice(HEXA) for _ in range(longueur))


def _texte(hasard: Hasard, texte: str) -> str:
    i = hasard.randrange(len(texte) + 1)
    return hasard.choice(
        [texte[:i] + "z" + texte[i:], texte[:i] + texte[i + 1 :] or "z", texte + " ", texte + "\u200b"]
    )


def _autre(hasard: Hasard, valeur: Any) -> Any:
    """Something of the same type and unlike ``valeur``."""
    if isinstance(valeur, dt.datetime):
        return valeur + hasard.choice([1, -1]) * dt.timedelta(microseconds=10 ** hasard.randint(0, 11))
    if isinstance(valeur, dt.date):
        return valeur + hasard.choice([1, -1]) * dt.timedelta(days=hasard.randint(1, 4000))
    if isinstance(valeur, dict):
        autre = json.loads(json.dumps(valeur))
        cle = hasard.choice([*autre, "ajoutée"])
        if cle not in autre or hasard.random() < 0.5:
            autre[cle] = hasard.choice([None, 0, "", "x", {}, [], True, 10**20])
        else:
            del autre[cle]
        return autre
    if isinstance(valeur, int):
        return valeur + hasard.choice([1, -1, 7, -7, 1000])
    return _hexa(hasard) if len(valeur) == 64 and hasard.random() < 0.5 else _texte(hasard, valeur)


# --- Rows ----------------------------------------------------------------------------------------------


def _reecrire(lignes: list[dict[str, Any]]) -> None:
    """Write a chain again with good ranks and digests, as the product would have."""
    precedente = ""
    for rang, ligne in enumerate(lignes, 1):
        ligne |= {"rang": rang, "precedente": precedente}
        ligne["empreinte"] = precedente = empreinte_d_ecriture(ligne[c] for c in CHAMPS)
        # Out of the way first: two rows cannot have one rank, even for an instant.
        changer(Ecriture, {"numero": ligne["numero"]}, {"rang": rang + 100_000, "precedente": "x"})
    for ligne in lignes:
        changer(Ecriture, {"numero": ligne["numero"]}, {c: v for c, v in ligne.items() if c != "numero"})


def _refaire_la_tete(hasard: Hasard, journal: Journal) -> None:
    """A head that counts the rows as they are now, signed as well as can be without the key.

    Never by the authentic head of that very state: « couper_la_fin » puts it back, where a root tells.
    """
    lignes = journal.ecritures()
    cumul = journal.tetes[0]["cumul"]
    for ligne in lignes:
        cumul = cumuler(cumul, ligne["empreinte"])
    tete = {"nombre": len(lignes), "cumul": cumul}
    anciennes = [t["signature"] for t in journal.tetes if t["cumul"] != cumul]
    signature = hasard.choice([hasard.choice(anciennes), _signer("tete", {"forme": 1, **tete})])
    changer(TeteDuJournal, {"id": 1}, {**tete, "signature": signature})


def _signer(quoi: str, contenu_signe: Any) -> str:
    return base64.b64encode(Ed25519PrivateKey.generate().sign(canonique([quoi, contenu_signe]))).decode()


def alterer_une_colonne(hasard: Hasard, journal: Journal) -> str | None:
    ligne = hasard.choice(journal.ecritures())
    colonne = hasard.choice([*CHAMPS, "empreinte"])
    changer(Ecriture, {"numero": ligne["numero"]}, {colonne: _autre(hasard, ligne[colonne])})
    return f"{colonne} of row {ligne['numero']}"


def alterer_et_refaire_la_chaine(hasard: Hasard, journal: Journal) -> str | None:
    chaine = journal.chaine(hasard.choice(journal.ecritures()))
    ligne = hasard.choice(chaine)
    colonne = hasard.choice(["instant", "date_metier", "acte", "compte", "mandat", "donnees"])
    ligne[colonne] = _autre(hasard, ligne[colonne])
    _reecrire(chaine)
    if hasard.random() < 0.5:
        _refaire_la_tete(hasard, journal)
    return f"{colonne} of row {ligne['numero']}, the chain written again"


def inserer(hasard: Hasard, journal: Journal) -> str | None:
    lignes = journal.ecritures()
    ligne = dict(hasard.choice(journal.chaine(hasard.choice(lignes))[-1:]))
    ligne |= {
        "numero": hasard.choice([len(lignes) + 1, len(lignes) + 2, 0, -5, 10**12]),
        "rang": ligne["rang"] + hasard.choice([1, 1, 5]),
        "precedente": hasard.choice([ligne["empreinte"], _hexa(hasard)]),
        "acte": "signer",
    }
    ligne["empreinte"] = empreinte_d_ecriture(ligne[c] for c in CHAMPS)
    ajouter(Ecriture, ligne)
    if hasard.random() < 0.5:
        _refaire_la_tete(hasard, journal)
    return f"row {ligne['numero']} inserted"


def inserer_au_milieu(hasard: Hasard, journal: Journal) -> str | None:
    lignes = journal.ecritures()
    chaine = journal.chaine(hasard.choice(lignes))
    place = hasard.randrange(len(chaine))
    fausse = {**chaine[place], "numero": len(lignes) + 1, "rang": 50_000, "precedente": "x", "acte": "signer"}
    ajouter(Ecriture, fausse)
    _reecrire([*chaine[:place], fausse, *chaine[place:]])
    if hasard.random() < 0.5:
        _refaire_la_tete(hasard, journal)
    return f"a row inserted at rank {place + 1} of {objet_de(fausse)}, the chain written again"


def supprimer(hasard: Hasard, journal: Journal) -> str | None:
    lignes = journal.ecritures()
    ligne = hasard.choice(lignes)
    retirees = hasard.choice([[ligne], journal.chaine(ligne), lignes[ligne["numero"] - 1 :], lignes])
    numeros = {e["numero"] for e in retirees}
    reste = [e for e in journal.chaine(ligne) if e["numero"] not in numeros]
    if hasard.random() < 0.5:
        sql("DELETE FROM socle_valeurpersonnelle WHERE ecriture_id IN (SELECT numero FROM socle_ecriture "
            f"WHERE numero IN ({', '.join(map(str, numeros))}))")  # fmt: skip
    sql(f"DELETE FROM socle_ecriture WHERE numero IN ({', '.join(map(str, numeros))})")
    if reste and hasard.random() < 0.5:
        _reecrire(reste)
    if hasard.random() < 0.5:
        _refaire_la_tete(hasard, journal)
    return f"{len(numeros)} rows deleted from {min(numeros)}"


def echanger(hasard: Hasard, journal: Journal) -> str | None:
    une, autre = hasard.sample(journal.ecritures(), 2)
    colonnes = hasard.choice(
        [["numero"], ["rang", "precedente"], ["donnees"], ["instant"], ["empreinte"], ["compte"], ["acte"],
         [c for c in [*CHAMPS, "empreinte"] if c != "numero"]]
    )  # fmt: skip
    changer(Ecriture, {"numero": autre["numero"]}, {"numero": -1, "rang": 90_000, "precedente": "x"})
    autres = {**autre, **{c: une[c] for c in colonnes}}
    unes = {**une, **{c: autre[c] for c in colonnes}}
    if "numero" in colonnes:
        changer(Ecriture, {"numero": une["numero"]}, {"numero": -2})
        une = {**une, "numero": -2}
    elif "rang" in colonnes:
        changer(Ecriture, {"numero": une["numero"]}, {"rang": 90_001, "precedente": "x"})
    changer(Ecriture, {"numero": -1}, autres)
    changer(Ecriture, {"numero": une["numero"]}, unes)
    return f"{', '.join(colonnes)} of rows {une['numero']} and {autre['numero']} swapped"


def deplacer(hasard: Hasard, journal: Journal) -> str | None:
    ligne, ailleurs = hasard.sample(journal.ecritures(), 2)
    if objet_de(ligne) == objet_de(ailleurs):
        return None
    depart, arrivee = journal.chaine(ligne), journal.chaine(ailleurs)
    depart = [e for e in depart if e["numero"] != ligne["numero"]]
    ligne |= {"objet_type": ailleurs["objet_type"], "objet_ref": ailleurs["objet_ref"]}
    ligne |= {"rang": len(arrivee) + 1, "precedente": arrivee[-1]["empreinte"]}
    changer(Ecriture, {"numero": ligne["numero"]}, ligne)
    if hasard.random() < 0.7:
        _reecrire(depart)
        _reecrire([*arrivee, ligne])
        _refaire_la_tete(hasard, journal)
    return f"row {ligne['numero']} moved to {objet_de(ailleurs)}"


# --- Head and roots ------------------------------------------------------------------------------------


def couper_la_fin(hasard: Hasard, journal: Journal) -> str | None:
    """Cut the tail and put back the head, authentic, that the journal had then: the roots tell."""
    racines = journal.racines()
    tete = hasard.choice(journal.tetes[: racines[-1]["nombre"]])
    sql("DELETE FROM socle_valeurpersonnelle WHERE ecriture_id > %s", tete["nombre"])
    sql("DELETE FROM socle_ecriture WHERE numero > %s", tete["nombre"])
    changer(TeteDuJournal, {"id": 1}, tete)
    if hasard.random() < 0.5:
        sql("DELETE FROM socle_racine WHERE nombre > %s", tete["nombre"])
    return f"tail cut after {tete['nombre']}, the old head put back"


def alterer_la_tete(hasard: Hasard, journal: Journal) -> str | None:
    tete = journal.tete()
    colonne = hasard.choice([*tete, "ancienne", "supprimee"])
    if colonne == "ancienne":
        changer(TeteDuJournal, {"id": 1}, hasard.choice(journal.tetes[:-1]))
    elif colonne == "supprimee":
        sql("DELETE FROM socle_tetedujournal")
    else:
        changer(TeteDuJournal, {"id": 1}, {colonne: _autre(hasard, tete[colonne])})
    return f"head: {colonne}"


def alterer_une_racine(hasard: Hasard, journal: Journal) -> str | None:
    racine = hasard.choice(journal.racines())
    colonne = hasard.choice([*CHAMPS_DE_RACINE, "signature"])
    changer(Racine, {"numero": racine["numero"]}, {colonne: _autre(hasard, racine[colonne])})
    return f"{colonne} of root {racine['numero']}"


def retirer_une_racine(hasard: Hasard, journal: Journal) -> str | None:
    numero = hasard.choice(journal.racines())["numero"]
    sql("DELETE FROM socle_racine WHERE numero " + hasard.choice(["=", ">="]) + " %s", numero)
    return f"root {numero} deleted"


def echanger_deux_racines(hasard: Hasard, journal: Journal) -> str | None:
    une, autre = hasard.sample(journal.racines(), 2)
    changer(Racine, {"numero": une["numero"]}, {**autre, "numero": une["numero"]})
    changer(Racine, {"numero": autre["numero"]}, {**une, "numero": autre["numero"]})
    return f"roots {une['numero']} and {autre['numero']} swapped"


def forger_une_racine(hasard: Hasard, journal: Journal) -> str | None:
    """A root signed by another key, added, or in the place of one."""
    racines = journal.racines()
    modele = {**hasard.choice(racines), "tetes": _hexa(hasard), "cumul": _hexa(hasard)}
    ailleurs = hasard.random() < 0.5
    if ailleurs:
        modele["numero"] = hasard.choice([len(racines) + 1, len(racines) + 9, 0])
    modele["signature"] = _signer("racine", contenu(CHAMPS_DE_RACINE, (modele[c] for c in CHAMPS_DE_RACINE)))
    if ailleurs:
        ajouter(Racine, modele)
    else:
        changer(Racine, {"numero": modele["numero"]}, modele)
    return f"root {modele['numero']} forged"


def alterer_le_fichier(hasard: Hasard, journal: Journal) -> str | None:
    lignes = journal.fichier.read_bytes().splitlines(keepends=True)
    i = hasard.randrange(len(lignes))
    autre = json.loads(lignes[i])
    cle = hasard.choice(list(autre))
    autre[cle] = _autre(hasard, autre[cle])
    quoi = hasard.choice(["altered", "added", "removed", "garbled", "emptied"])
    if quoi in {"altered", "added"}:
        lignes[i : i + (quoi == "altered")] = [canonique(autre) + b"\n"]
    elif quoi == "garbled":
        lignes[i] = b"\xff{\n"
    else:
        # The last line alone may be late on the database.
        del lignes[0 if quoi == "emptied" else min(i, len(lignes) - 2) : None if quoi == "emptied" else i + 1]
    journal.fichier.write_bytes(b"".join(lignes))
    return f"file of roots: line {i + 1} {quoi}"


# --- Personal values -----------------------------------------------------------------------------------


def _une_valeur(hasard: Hasard) -> dict[str, Any] | None:
    valeurs = list(ValeurPersonnelle.objects.order_by("ecriture_id", "cle").values())
    return hasard.choice(valeurs) if valeurs else None


def alterer_une_valeur(hasard: Hasard, journal: Journal) -> str | None:
    valeur = _une_valeur(hasard)
    if valeur is None:
        return None
    colonne = hasard.choice(list(valeur))
    cle = {"ecriture_id": valeur["ecriture_id"], "cle": valeur["cle"]}
    changer(ValeurPersonnelle, cle, {colonne: _autre(hasard, valeur[colonne])})
    return f"{colonne} of personal value {cle}"


def retirer_une_valeur(hasard: Hasard, journal: Journal) -> str | None:
    valeur = _une_valeur(hasard)
    if valeur is None:
        return None
    ou, quoi = hasard.choice([("personne", valeur["personne"]), ("ecriture_id", valeur["ecriture_id"])])
    sql(f"DELETE FROM socle_valeurpersonnelle WHERE {ou} = %s", quoi)
    return f"personal values of {ou} {quoi} deleted"


def ajouter_une_valeur(hasard: Hasard, journal: Journal) -> str | None:
    """A value that no row announces, or in the place of a forgotten one."""
    lignes = journal.ecritures()
    oubliees = [
        (e["numero"], cle)
        for e in lignes
        for cle, annonce in e["donnees"].get("personnel", {}).items()
        if annonce["personne"] == "p1" and e["numero"] < len(lignes) // 2
    ]
    numero, cle = hasard.choice(
        [(len(lignes) + 3, "nom"), (hasard.choice(lignes)["numero"], "ajout"), *oubliees]
    )
    ajouter(
        ValeurPersonnelle,
        {"ecriture_id": numero, "cle": cle, "personne": "p1", "sel": _hexa(hasard, 32), "valeur": "Inventée"},
    )
    return f"personal value {cle} of row {numero} added"


def rendre_illisible(hasard: Hasard, journal: Journal) -> str | None:
    """What SQLite lets in, and other databases do not: a value of another type, text that is not UTF-8."""
    if connection.vendor != "sqlite":
        return None
    sql("PRAGMA ignore_check_constraints = ON")
    modele, colonnes = hasard.choice(
        [
            (Ecriture, [*CHAMPS, "empreinte"]),
            (Racine, [*CHAMPS_DE_RACINE, "signature"]),
            (ValeurPersonnelle, ["ecriture_id", "cle", "personne", "sel", "valeur"]),
            (TeteDuJournal, ["nombre", "cumul", "signature"]),
        ]
    )
    colonne = hasard.choice(colonnes)
    faux = hasard.choice(["CAST(x'ff7b' AS TEXT)", "x'ff00'", "'{'", "'n’importe quoi'", "1.5", "'[1]'"])
    rang = hasard.randrange(modele.objects.count())
    table = modele._meta.db_table
    sql(
        f"UPDATE {table} SET {colonne} = {faux} WHERE rowid IN (SELECT rowid FROM {table} LIMIT 1 OFFSET {rang})"
    )
    sql("PRAGMA ignore_check_constraints = OFF")
    return f"{colonne} of {table} number {rang} made {faux}"


FALSIFICATIONS: list[Falsificateur] = [
    alterer_une_colonne,
    alterer_et_refaire_la_chaine,
    inserer,
    inserer_au_milieu,
    supprimer,
    echanger,
    deplacer,
    couper_la_fin,
    alterer_la_tete,
    alterer_une_racine,
    retirer_une_racine,
    echanger_deux_racines,
    forger_une_racine,
    alterer_le_fichier,
    alterer_une_valeur,
    retirer_une_valeur,
    ajouter_une_valeur,
    rendre_illisible,
]


class Defait(Exception):
    """Ends the transaction of one falsification, which never happened."""


def falsifier(journal: Journal, hasard: Hasard, comment: Falsificateur) -> tuple[str, Constat] | None:
    """What was done and what the verification says of it; None when nothing changed or SQL itself refused.

    The journal and its file are put back as they were.
    """
    fichier, avant = journal.fichier.read_bytes(), journal.tout()
    resultat = None
    try:
        with transaction.atomic():
            quoi = comment(hasard, journal)
            if quoi and journal.tout() != avant:
                resultat = quoi, verifier()
            raise Defait
    except (Defait, IntegrityError, DataError):
        return resultat
    finally:
        journal.fichier.write_bytes(fichier)
