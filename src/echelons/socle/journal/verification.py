"""Reading the whole journal again, in constant memory, to find whatever was altered behind the product's back.

One pass in the order of the numbers: each row against its own digest, against the previous one of its chain, and
against the values of the side table; the running digest against every root passed, then against the signed head.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, Subquery

from echelons.socle.journal.ecriture import OUBLIER, PERSONNE
from echelons.socle.journal.forme import (
    CHAMPS,
    GENESE,
    PERSONNEL,
    condense_personnel,
    cumuler,
    empreinte_d_ecriture,
)
from echelons.socle.journal.pages import ILLISIBLE, PAGE, par_pages
from echelons.socle.journal.racines import (
    Ligne,
    condense_des_tetes,
    empreinte_de_racine,
    est_authentique,
    lire_fichier,
    lire_racines,
)
from echelons.socle.journal.signature import JournalAltere, anomalie_de_tete
from echelons.socle.models import Ecriture, Racine, TeteDuJournal, ValeurPersonnelle

N = "n°\u00a0"
# Person, salt and value, by row and key.
Valeurs = dict[tuple[int, str], tuple[str, str, str]]


@dataclass(frozen=True)
class Constat:
    """What a verification found: every anomaly in a French sentence, and how much was read.

    ``nombre`` and ``cumul`` are those of the last row verified, fit to be sealed when there is no anomaly.
    """

    anomalies: tuple[str, ...]
    ecritures: int
    racines: int
    oubliees: int
    nombre: int
    cumul: str


def verifier(depuis: Racine | None = None) -> Constat:
    """Verify the whole journal, or what follows ``depuis``, a root which is itself checked first."""
    controle = _Controle(depuis)
    anomalies = []
    try:
        for anomalie in controle.anomalies():
            anomalies.append(anomalie)  # noqa: PERF402 (what came before a refusal is kept)
    except JournalAltere as erreur:
        anomalies.extend(erreur.anomalies)
    except ILLISIBLE as erreur:
        TeteDuJournal.objects.exists()  # a database that no longer answers says so itself
        anomalies.append(
            f"Une valeur altérée arrête la lecture après l’écriture {N}{controle.numero}\u00a0: {erreur}."
        )
    return Constat(
        anomalies=tuple(anomalies),
        ecritures=controle.ecritures,
        racines=controle.racines,
        oubliees=controle.oubliees,
        nombre=controle.numero,
        cumul=controle.cumul,
    )


class _Controle:
    """One verification: the place reached, what was counted, what it must remember."""

    def __init__(self, depuis: Racine | None) -> None:
        self.entier = depuis is None
        self.premiere_racine = depuis.numero if depuis else 1
        # The last row read, the last one that a signed root vouches for, and the running digest.
        self.numero = self.scelle = depuis.nombre if depuis else 0
        self.cumul = depuis.cumul if depuis else GENESE
        # A row is missing or unreadable: the running digest says nothing until the next root.
        self.rompu = False
        self.ecritures = self.racines = self.oubliees = 0
        self._oublis: dict[str, int] = {}
        self._seuils: Iterator[Ligne] = iter(())
        self._seuil: Ligne | None = None

    def anomalies(self) -> Iterator[str]:
        """Every anomaly. Raises ``JournalAltere`` when nothing can be checked for want of the key."""
        # Roots, then head, then rows: what is written meanwhile is not taken for an anomaly.
        derniere = Racine.objects.aggregate(n=Max("numero"))["n"] or 0
        tete = TeteDuJournal.objects.filter(pk=1).first()
        if anomalie := anomalie_de_tete(tete):
            yield anomalie
        fin = tete.nombre if tete else 0
        yield from self._racines(derniere, fin)
        yield from self._ecritures(derniere, fin)
        if tete and self.cumul != tete.cumul and not self.rompu:
            yield f"Depuis l’écriture {N}{self.scelle + 1}, le journal n’est plus celui dont la tête garde l’empreinte."
        yield from self._au_dela(fin)

    # --- Roots ---------------------------------------------------------------------------------------

    def _racines(self, derniere: int, fin: int) -> Iterator[str]:
        """Signatures, order, the same lines in the file, and the heads of chains under the last root."""
        fichier = islice(lire_fichier(), self.premiere_racine - 1, None)
        attendu, absentes = self.premiere_racine, 0
        avant: Ligne | None = None
        for ligne in lire_racines(self.premiere_racine, derniere):
            self.racines += 1
            if ligne is None or not est_authentique(ligne):
                yield f"La racine {N}{attendu} n’est pas signée par cette instance\u00a0: modifiée ou ajoutée."
            else:
                yield from self._racine(ligne, avant, attendu, fin)
                while attendu < ligne["numero"] and next(fichier, None):
                    attendu += 1
                attendu = ligne["numero"]
            gardee = next(fichier, None)
            absentes += gardee is None
            if gardee is not None and gardee != ligne:
                yield f"La racine {N}{attendu} n’est pas celle que garde le fichier des racines."
            attendu, avant = attendu + 1, ligne
        # The last root may not be in the file yet: the next sealing puts it there.
        if absentes > 1:
            yield f"Il manque {absentes} racines dans le fichier des racines."
        for perdue, _ in enumerate(fichier, attendu):
            if not Racine.objects.filter(numero=perdue).exists():
                yield f"La racine {N}{perdue}, que garde le fichier des racines, a été retirée de la base."
        for numero in Racine.objects.filter(numero__lt=1).values_list("numero", flat=True)[:PAGE]:
            yield f"La racine {N}{numero} a été ajoutée sans passer par le journal."
        if self.entier and avant and est_authentique(avant):
            yield from self._tetes(avant)

    def _tetes(self, racine: Ligne) -> Iterator[str]:
        if condense_des_tetes(racine["nombre"]) != (racine["chaines"], racine["tetes"]):
            yield f"Les têtes des histoires ne sont plus celles que scelle la racine {N}{racine['numero']}."

    def _racine(self, ligne: Ligne, avant: Ligne | None, attendu: int, fin: int) -> Iterator[str]:
        racine = f"La racine {N}{ligne['numero']}"
        yield from (f"La racine {N}{perdue} a été retirée." for perdue in range(attendu, ligne["numero"]))
        if (avant or ligne["numero"] == 1) and ligne["precedente"] != empreinte_de_racine(avant):
            yield f"{racine} ne suit pas celle qui la précédait quand elle a été signée."
        if ligne["nombre"] > fin:
            yield f"{racine} scelle {ligne['nombre']} écritures et la tête en compte {fin}\u00a0: la fin a été coupée."

    def _franchir(self, suivante: int) -> Iterator[str]:
        """Compare the running digest with the roots that end before row ``suivante``, and go on from theirs."""
        while self._seuil and self._seuil["nombre"] < suivante:
            nombre, racine = self._seuil["nombre"], self._seuil["numero"]
            if self.cumul != self._seuil["cumul"] and not self.rompu:
                yield (
                    f"Entre les écritures {N}{self.scelle + 1} et {N}{nombre}, le journal n’est plus celui que "
                    f"scelle la racine {N}{racine}."
                )
            self.scelle, self.cumul = nombre, self._seuil["cumul"]
            self.rompu = nombre + 1 != suivante
            self._seuil = next(self._seuils, None)

    # --- Rows ----------------------------------------------------------------------------------------

    def _ecritures(self, derniere: int, fin: int) -> Iterator[str]:
        """Every row up to the head, with its personal values."""
        racines = lire_racines(self.premiere_racine, derniere)
        self._seuils = (ligne for ligne in racines if ligne and est_authentique(ligne))
        self._seuil = next(self._seuils, None)
        precedente = Ecriture.objects.filter(
            objet_type=OuterRef("objet_type"), objet_ref=OuterRef("objet_ref"), rang=OuterRef("rang") - 1
        )
        requete = (
            Ecriture.objects.filter(numero__lte=fin)
            .annotate(avant=Subquery(precedente.values("empreinte")[:1]))
            .values_list(*CHAMPS, "empreinte", "avant")
        )
        for page in par_pages(requete, apres=self.numero):
            valeurs = _valeurs_personnelles(self.numero, page[-1][0])
            for ligne in page:
                yield from self._ecriture(ligne, valeurs)
            for numero, cle in valeurs:
                yield f"La valeur personnelle «\u00a0{cle}\u00a0» de l’écriture {N}{numero} n’y est pas annoncée."
        if self.numero < fin:
            self.rompu = True
            yield f"Les écritures {N}{self.numero + 1} à {N}{fin} ont disparu\u00a0: la fin du journal a été coupée."
        yield from self._franchir(fin + 1)

    def _ecriture(self, ligne: tuple[Any, ...], valeurs: Valeurs) -> Iterator[str]:
        numero = ligne[0]
        if numero != self.numero + 1:
            self.rompu = True
            yield (
                f"Les écritures {N}{self.numero + 1} à {N}{numero - 1} ont été retirées."
                if numero > self.numero + 1
                else f"L’écriture {N}{numero} a été ajoutée sans passer par le journal."
            )
        yield from self._franchir(numero)
        self.numero = numero
        self.ecritures += 1
        if len(ligne) == 1:
            self.rompu = True
            yield f"L’écriture {N}{numero} ne se lit plus\u00a0: elle a été modifiée."
            return
        *contenu, empreinte, avant = ligne
        champs = dict(zip(CHAMPS, contenu, strict=True))
        nom = f"L’écriture {N}{numero} ({champs['objet_type']} {champs['objet_ref']}, rang\u00a0{champs['rang']})"
        if not _se_verifie(empreinte_d_ecriture, empreinte, contenu):
            yield f"{nom} a été modifiée."
        if champs["precedente"] != (avant or ""):
            yield f"{nom} ne suit plus la précédente de son histoire, qui a été retirée, déplacée ou remplacée."
        self.cumul = cumuler(self.cumul, empreinte)
        if (champs["objet_type"], champs["acte"]) == (PERSONNE, OUBLIER):
            revenues = ValeurPersonnelle.objects.filter(personne=champs["objet_ref"], ecriture_id__lt=numero)
            if revenues.exists():
                yield f"{nom} a fait oublier une personne, et des valeurs d’elle sont revenues."
        for cle, personne, annonce in _annonces(champs["donnees"]):
            valeur = valeurs.pop((numero, cle), None)
            if valeur and (
                valeur[0] != personne or not _se_verifie(condense_personnel, annonce, cle, *valeur)
            ):
                yield f"{nom}\u00a0: sa valeur «\u00a0{cle}\u00a0» a été modifiée."
            elif not valeur:
                yield from self._disparue(f"{nom}\u00a0: sa valeur «\u00a0{cle}\u00a0»", personne, numero)

    def _disparue(self, valeur: str, personne: str, numero: int) -> Iterator[str]:
        if self._oublie(personne, numero):
            self.oubliees += 1
        else:
            yield f"{valeur} a disparu sans que la personne ait été oubliée."

    def _oublie(self, personne: str, numero: int) -> bool:
        """Whether this person was forgotten after row ``numero``."""
        if self._oublis.get(personne, 0) < numero:
            oublis = Ecriture.objects.filter(objet_type=PERSONNE, objet_ref=personne, acte=OUBLIER)
            self._oublis[personne] = oublis.aggregate(n=Max("numero"))["n"] or 0
        return self._oublis[personne] > numero

    def _au_dela(self, fin: int) -> Iterator[str]:
        """Rows and values where the head says that there is nothing."""
        dehors = Q(numero__gt=fin) | Q(numero__lt=1)
        numeros = list(Ecriture.objects.filter(dehors).values_list("numero", flat=True)[:PAGE])
        if numeros:  # some may have been written since the head was read
            fin = TeteDuJournal.objects.filter(pk=1).values_list("nombre", flat=True).first() or 0
        for numero in numeros:
            if not (isinstance(numero, int) and 1 <= numero <= fin):
                yield f"L’écriture {N}{numero} a été ajoutée sans passer par le journal."
        dehors = Q(ecriture_id__gt=self.numero) | Q(ecriture_id__lt=1)
        perdues = ValeurPersonnelle.objects.filter(
            dehors, ~Exists(Ecriture.objects.filter(numero=OuterRef("ecriture_id")))
        )
        for numero, cle in perdues.values_list("ecriture_id", "cle")[:PAGE]:
            yield f"La valeur personnelle «\u00a0{cle}\u00a0» est celle de l’écriture {N}{numero}, qui n’existe pas."


def _se_verifie(condenser: Callable[..., str], attendu: str, *valeurs: Any) -> bool:
    """Whether the digest is the expected one; values that cannot even be digested were altered."""
    try:
        return condenser(*valeurs) == attendu
    except ILLISIBLE:
        return False


def _annonces(donnees: Any) -> list[tuple[str, str, str]]:
    """Key, person and digest of the personal values that a row announces; none when it was altered out of shape."""
    try:
        return [
            (cle, str(a["personne"]), str(a["condense"])) for cle, a in donnees.get(PERSONNEL, {}).items()
        ]
    except (*ILLISIBLE, LookupError):
        return []


def _valeurs_personnelles(apres: int, jusqu_a: int) -> Valeurs:
    """Person, salt and value, by row and key, of the rows of one page."""
    return {
        (numero, cle): (personne, sel, valeur)
        for numero, cle, personne, sel, valeur in ValeurPersonnelle.objects.filter(
            ecriture_id__gt=apres, ecriture_id__lte=jusqu_a
        ).values_list("ecriture_id", "cle", "personne", "sel", "valeur")
    }
