"""A difference told in French sentences, for who decides of a framework and never reads YAML."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist

from echelons.socle.dates import en_lettres, lire_date_iso
from echelons.socle.nombres import insecables
from echelons.socle.textes import majuscule
from echelons.strategie.difference import Changement, Sorte
from echelons.strategie.image import GENRES, Element, Image
from echelons.strategie.regles.enonces import enoncer
from echelons.strategie.regles.parametres import LECTEUR
from echelons.strategie.regles.verdict import Gravite, RegleLue

#: Columns that only serve the order of lists: their changes are counted, not told one by one.
ORDRE = frozenset({"rang"})
#: What the links are called.
INTITULES = {"dues_par": "dû par", "dues_a": "dû à"}
#: Where the name of an element is, the first that it has.
NOMS = ("libelle", "nom_court", "nom", "reference", "titre")


def raconter(changements: list[Changement], avant: Image, apres: Image) -> list[str]:
    """One sentence a change that matters, in order; the changes of order are gathered in one at the end."""
    recit = _Recit(avant, apres)
    phrases = []
    ranges = 0
    for _, groupe in itertools.groupby(changements, key=lambda c: c.element):
        siens = list(groupe)
        ranges += (
            all(c.champ in ORDRE for c in siens if c.sorte is Sorte.CHANGEMENT) and siens[0].champ in ORDRE
        )
        phrases += [insecables(p) for p in recit.dire(siens)]
    if ranges:
        phrases.append(
            f"{ranges} élément{'s changent' if ranges > 1 else ' change'} de place dans les listes."
        )
    return phrases


class _Recit:
    """Tells the changes of one element at a time, knowing both states."""

    def __init__(self, avant: Image, apres: Image) -> None:
        self.avant = avant
        self.apres = apres

    def dire(self, siens: list[Changement]) -> Iterator[str]:
        """The sentences of the changes of one element."""
        premier = siens[0]
        genre = premier.element[0]
        if premier.sorte is not Sorte.CHANGEMENT:
            propre = getattr(self, f"_{genre}_{premier.sorte}", None)
            yield propre(premier) if propre else self._entier(premier)
            return
        for changement in siens:
            if changement.champ not in ORDRE:
                propre = getattr(self, f"_change_{changement.champ}", None)
                yield (propre(changement) if propre else "") or self._champ(changement)

    # --- Whole elements ---------------------------------------------------------------------------------
    def _entier(self, c: Changement) -> str:
        e = "e" if GENRES[c.element[0]].feminin else ""
        verbe = "ajouté" if c.sorte is Sorte.AJOUT else "retiré"
        doute = " (à confirmer)" if (c.apres or {}).get("a_confirmer") else ""
        return f"{self.nommer(c.element)} est {verbe}{e}{doute}."

    def _version_ajout(self, c: Changement) -> str:
        code, effet = c.element[1]
        anciennes = [
            (cle[1], champs)
            for (genre, cle), champs in self.avant.items()
            if genre == "version" and cle[0] == code
        ]
        nom = f"L’indicateur « {c.apres['libelle']} »"
        if not anciennes:
            return f"{nom} est défini à partir du {_jour(effet)} : {c.apres['definition']}"
        precedente = max(anciennes, key=lambda a: a[0])[1]
        dits = [
            f"{self._intitule(c.element, champ)} passe de {_citer(precedente[champ])} à {_citer(valeur)}"
            for champ, valeur in c.apres.items()
            if champ not in {"effet_le", "sources", "texte", "a_confirmer", "remarque"}
            and precedente.get(champ) != valeur
        ]
        quoi = " ; ".join(dits) or "seul son appui change"
        return f"{nom} change de définition à partir du {_jour(effet)} : {quoi}."

    def _redatage_ajout(self, c: Changement) -> str:
        code, texte = c.element[1]
        return (
            f"{self.nommer(('echeance', (code,)))} est portée au {_jour(c.apres['date'])} par "
            f"« {self._reference(texte)} »."
        )

    def _demande_ajout(self, c: Changement) -> str:
        return (
            f"{self._demande(c.element)} est demandé par {self.nommer(('dispositif', (c.element[1][1],)))}."
        )

    def _demande_retrait(self, c: Changement) -> str:
        return f"{self._demande(c.element)} n’est plus demandé par « {self._court(c.element[1][1])} »."

    def _demande(self, element: Element) -> str:
        return self.nommer(("indicateur", (element[1][0],)))

    def _reference(self, code: str | None) -> str | None:
        """What a text is called."""
        champs = self.apres.get(("texte", (code,))) or self.avant.get(("texte", (code,)))
        return str(champs["reference"]) if champs else code

    # --- Columns ----------------------------------------------------------------------------------------
    def _champ(self, c: Changement) -> str:
        intitule = self._intitule(c.element, c.champ)
        if isinstance(c.apres, list):
            ajoutes = [v for v in c.apres if v not in c.avant]
            retires = [v for v in c.avant if v not in c.apres]
            dits = [f"{len(ajoutes)} en plus ({', '.join(map(str, ajoutes))})"] if ajoutes else []
            dits += [f"{len(retires)} en moins ({', '.join(map(str, retires))})"] if retires else []
            return f"{self.nommer(c.element)} : {intitule}, {', '.join(dits) or 'dans un autre ordre'}."
        avant, apres = c.avant, c.apres
        if c.champ == "texte":
            avant, apres = self._reference(avant), self._reference(apres)
        return f"{self.nommer(c.element)} : {intitule} passe de {_citer(avant)} à {_citer(apres)}."

    def _change_a_confirmer(self, c: Changement) -> str:
        e = "e" if GENRES[c.element[0]].feminin else ""
        return f"{self.nommer(c.element)} est {'à confirmer de nouveau' if c.apres else f'confirmé{e}'}."

    def _change_date(self, c: Changement) -> str:
        if not (c.avant and c.apres):
            return ""
        return f"{self.nommer(c.element)} passe du {_jour(c.avant)} au {_jour(c.apres)}."

    def _change_controle(self, c: Changement) -> str:
        avant, apres = (self._enonce(c.element, v) for v in (c.avant, c.apres))
        return f"{self.nommer(c.element)} change : « {avant} » devient « {apres} »."

    def _enonce(self, element: Element, controle: Any) -> str:
        dispositif = (self.apres.get(element) or self.avant[element])["dispositif"]
        libelles = {
            cle[1]: champs["libelle"]
            for image in (self.avant, self.apres)
            for (genre, cle), champs in image.items()
            if genre in {"volet", "nature"} and cle[0] == dispositif
        }
        lue = RegleLue("", "", LECTEUR.validate_python(controle), Gravite.AVERTISSEMENT, libelles=libelles)
        return enoncer(lue).removesuffix(".")

    # --- Names ------------------------------------------------------------------------------------------
    def nommer(self, element: Element) -> str:
        """« L’indicateur « Part des… » », by what readers call it, in the state where it is."""
        genre, cle = element
        champs = self.apres.get(element) or self.avant.get(element) or {}
        if genre == "demande":
            return f"{self._demande(element)}, demandé par « {self._court(cle[1])} »"
        if genre in {"indicateur", "version"}:
            libelle = self._libelle_de_l_indicateur(cle[0])
        else:
            libelle = next(
                (str(champs[n]) for n in NOMS if champs.get(n)), ", ".join(str(p) for p in cle[1:] or cle)
            )
        nom = f"{GENRES[genre].nom} « {libelle} »"
        if GENRES[genre].cle[0] == "dispositif__code":
            nom += f" de « {self._court(cle[0])} »"
        return majuscule(nom)

    def _court(self, code: str) -> str:
        """The short name of a dispositif."""
        champs = self.apres.get(("dispositif", (code,))) or self.avant.get(("dispositif", (code,)))
        return str(champs["nom_court"]) if champs else code

    def _libelle_de_l_indicateur(self, code: str) -> str:
        versions = [
            (cle[1], champs["libelle"])
            for image in (self.avant, self.apres)
            for (genre, cle), champs in image.items()
            if genre == "version" and cle[0] == code
        ]
        return max(versions)[1] if versions else code

    @staticmethod
    def _intitule(element: Element, champ: str) -> str:
        if champ in INTITULES:
            return INTITULES[champ]
        modele = GENRES[element[0]].modele
        try:
            return str(getattr(modele._meta.get_field(champ), "verbose_name", champ))
        except FieldDoesNotExist:
            return champ


def _jour(texte: str) -> str:
    return en_lettres(lire_date_iso(texte))


def _citer(valeur: Any) -> str:
    if valeur is None or valeur in ("", []):
        return "rien"
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return f"« {', '.join(map(str, valeur))} »"
    try:
        return f"« {_jour(valeur)} »" if isinstance(valeur, str) and len(valeur) == 10 else f"« {valeur} »"
    except ValueError:
        return f"« {valeur} »"
