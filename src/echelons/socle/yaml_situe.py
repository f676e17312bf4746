"""Data files in YAML whose every error names the file, the line, the key, what was found and what was expected.

Scalars stay text until the Pydantic model reads them (``01`` is a code, not an octal number; ``2018-12-18`` is
what the author typed). Aliases and duplicate keys are refused: the first can explode, the second hide a line.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

TAILLE_MAX = 5_000_000
PROFONDEUR_MAX = 30
#: What YAML reads as nothing when it is written without quotes.
VIDES = frozenset({"", "~", "null", "Null", "NULL"})
#: How the problems told by libyaml are said to an author.
CAUSES = {
    "found character that cannot start any token": "une tabulation, ou un signe qui ne peut commencer une valeur",
    "found a tab character": "une tabulation dans l’alignement",
    "mapping values are not allowed": "deux-points inattendus : mettez le texte entre guillemets",
    "could not find expected ':'": "il manque les deux-points après une clé",
    "did not find expected key": "une clé est attendue ici",
    "did not find expected '-' indicator": "un tiret de liste est attendu ici",
    "did not find expected ',' or": "une liste entre crochets ou accolades n’est pas refermée",
    "did not find expected node content": "une valeur est attendue ici",
    "block sequence entries are not allowed": "tiret de liste inattendu",
    "found unexpected end of stream": "des guillemets ne sont pas refermés",
    "found unknown escape character": "une barre oblique inverse entre guillemets doubles",
    "did not find expected <document start>": "cette ligne n’est pas alignée avec les précédentes",
    "found undefined tag handle": "un point d’exclamation commence une valeur",
    "control characters are not allowed": "un caractère de contrôle",
}
Chemin = tuple[str | int, ...]
T = TypeVar("T", bound=BaseModel)


class ErreurDeFichier(ValueError):
    """A data file that cannot be taken; ``messages`` are French sentences, one an error."""

    def __init__(self, messages: list[str]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class Document:
    """A parsed file: its plain content and the line of each of its places."""

    def __init__(self, nom: str, contenu: Any, lignes: dict[Chemin, int]) -> None:
        self.nom = nom
        self.contenu = contenu
        self._lignes = lignes

    def ligne(self, chemin: Chemin) -> int:
        """The line (from 1) of the place, or of the nearest place that contains it."""
        while chemin and chemin not in self._lignes:
            chemin = chemin[:-1]
        return self._lignes.get(chemin, 1)

    def situer(self, chemin: Chemin, phrase: str) -> str:
        """« fichier:ligne : clé « a.b » : phrase »."""
        cle = ".".join(str(e + 1) if isinstance(e, int) else e for e in chemin)
        ou = f" clé « {cle} » :" if cle else ""
        return f"{self.nom}:{self.ligne(chemin)} :{ou} {phrase}"


def lire_yaml(chemin: Path, nom: str = "") -> Document:
    """Parse one file. Raises ``ErreurDeFichier``."""
    nom = nom or chemin.name
    try:
        if chemin.stat().st_size > TAILLE_MAX:
            raise ErreurDeFichier([f"{nom} : fichier trop grand (plus de {TAILLE_MAX // 1_000_000} Mo)."])
        texte = chemin.read_text(encoding="utf-8")
    except OSError as erreur:
        raise ErreurDeFichier(
            [f"{nom} : fichier illisible ({erreur.strerror}). Vérifiez le chemin et les droits."]
        ) from erreur
    except UnicodeDecodeError as erreur:
        ligne = erreur.object.count(b"\n", 0, erreur.start) + 1
        raise ErreurDeFichier(
            [f"{nom}:{ligne} : le texte n’est pas en UTF-8. Enregistrez-le en UTF-8."]
        ) from erreur
    try:
        return _Lecture(texte, nom).document()
    except yaml.YAMLError as erreur:
        repere = getattr(erreur, "problem_mark", None)
        ligne = repere.line + 1 if repere else _ligne_du_signe_interdit(texte)
        probleme = str(getattr(erreur, "problem", None) or getattr(erreur, "reason", ""))
        cause = next((phrase for debut, phrase in CAUSES.items() if probleme.startswith(debut)), "")
        phrase = f"{nom}:{ligne} : l’écriture YAML n’est pas correcte{cause and f' ({cause})'}. "
        raise ErreurDeFichier(
            [f"{phrase}Vérifiez l’alignement, les guillemets et les deux-points."]
        ) from erreur


def _ligne_du_signe_interdit(texte: str) -> int:
    """The line of the first character that YAML forbids: libyaml does not tell it."""
    avant = itertools.takewhile(lambda signe: signe.isprintable() or signe in "\n\r\t\x85\ufeff", texte)
    return "".join(avant).count("\n") + 1


class _Lecture:
    """Builds the content of one file from the events of the parser, never deeper than what a data file needs.

    Composing the whole tree first would let a hostile file exhaust the stack of the process.
    """

    def __init__(self, texte: str, nom: str) -> None:
        self.evenements: Iterator[Any] = yaml.parse(texte, Loader=yaml.CSafeLoader)
        self.nom = nom
        self.lignes: dict[Chemin, int] = {}

    def document(self) -> Document:
        """The only document of the file; without any, no key at all."""
        contenu: Any = {}
        next(self.evenements)
        if isinstance(next(self.evenements), yaml.DocumentStartEvent):
            contenu = self._noeud(next(self.evenements), ())
            next(self.evenements)
            suite = next(self.evenements)
            if not isinstance(suite, yaml.StreamEndEvent):
                self._refuser(suite, "un second document commence ici (« --- »). Faites-en un autre fichier.")
        return Document(self.nom, contenu, self.lignes)

    @staticmethod
    def _ligne(evenement: Any) -> int:
        return int(evenement.start_mark.line) + 1

    def _refuser(self, evenement: Any, phrase: str) -> NoReturn:
        raise ErreurDeFichier([f"{self.nom}:{self._ligne(evenement)} : {phrase}"])

    def _noeud(self, evenement: Any, chemin: Chemin) -> Any:
        self.lignes.setdefault(chemin, self._ligne(evenement))
        if isinstance(evenement, yaml.ScalarEvent):
            return self._texte(evenement)
        if isinstance(evenement, yaml.AliasEvent):
            self._refuser(evenement, "les renvois YAML (& et *) ne sont pas admis. Recopiez la valeur.")
        if len(chemin) >= PROFONDEUR_MAX:
            self._refuser(evenement, f"trop de niveaux imbriqués (au plus {PROFONDEUR_MAX}).")
        if isinstance(evenement, yaml.SequenceStartEvent):
            return self._liste(chemin)
        return self._ensemble(chemin)

    def _texte(self, evenement: Any) -> str | None:
        if "\x00" in evenement.value:
            self._refuser(evenement, "caractère nul dans le texte. Retirez-le.")
        ecrit_sans_guillemets = evenement.implicit[0]
        return None if ecrit_sans_guillemets and evenement.value in VIDES else str(evenement.value)

    def _liste(self, chemin: Chemin) -> list[Any]:
        valeurs: list[Any] = []
        while not isinstance(evenement := next(self.evenements), yaml.SequenceEndEvent):
            valeurs.append(self._noeud(evenement, (*chemin, len(valeurs))))
        return valeurs

    def _ensemble(self, chemin: Chemin) -> dict[str, Any]:
        valeurs: dict[str, Any] = {}
        while not isinstance(evenement := next(self.evenements), yaml.MappingEndEvent):
            if not isinstance(evenement, yaml.ScalarEvent):
                self._refuser(evenement, "une clé est un mot, suivi de deux-points.")
            cle = self._texte(evenement) or ""
            if cle in valeurs:
                self._refuser(evenement, f"la clé {extrait(cle)} est donnée deux fois. Gardez-en une.")
            self.lignes[(*chemin, cle)] = self._ligne(evenement)
            valeurs[cle] = self._noeud(next(self.evenements), (*chemin, cle))
        return valeurs


def valider(document: Document, modele: type[T]) -> T:
    """Read the document as ``modele``. Raises ``ErreurDeFichier`` with every error of the file."""
    try:
        return modele.model_validate(document.contenu)
    except ValidationError as erreur:
        raise ErreurDeFichier(
            [
                document.situer(_chemin(detail, document.contenu), _phrase(detail, modele))
                for detail in erreur.errors()
            ]
        ) from erreur


def charger_yaml(chemin: Path, modele: type[T], nom: str = "") -> tuple[T, Document]:
    """Parse and read in one go; the document is returned so that later checks can name lines too."""
    document = lire_yaml(chemin, nom)
    return valider(document, modele), document


def _chemin(detail: Any, contenu: Any) -> Chemin:
    """Where an error is, in the words of the file: among several shapes, Pydantic also names the one it tried."""
    ici, chemin = contenu, []
    for rang, element in enumerate(detail["loc"], 1):
        manque = detail["type"] == "missing" and rang == len(detail["loc"])
        if isinstance(ici, dict) and element not in ici and not manque:
            continue
        ici = ici[element] if isinstance(ici, dict | list) and not manque else None
        chemin.append(element)
    return tuple(chemin)


#: Bounds that a value exceeds, by the kind of Pydantic error.
LIMITES = {
    "string_too_long": "attendu au plus {max_length} caractères",
    "greater_than_equal": "attendu un nombre d’au moins {ge}",
    "less_than_equal": "attendu un nombre d’au plus {le}",
    "decimal_max_places": "attendu au plus {decimal_places} chiffres après le point",
    "decimal_max_digits": "attendu au plus {max_digits} chiffres",
    "decimal_whole_digits": "attendu au plus {whole_digits} chiffres avant le point",
}
#: What a text that data files write looks like, and how an author is told.
FORME_DE_CLE = r"^[a-z0-9][a-z0-9-]*$"
FORME_D_ADRESSE = r"^https?://[^\s]+$"
FORMES = {
    FORME_DE_CLE: "des minuscules sans accent, chiffres et tirets",
    FORME_D_ADRESSE: "une adresse commençant par https:// ou http://, sans espace",
}
#: What is said without citing the value.
SANS_VALEUR = {
    "extra_forbidden": "clé inconnue. Corrigez son orthographe ou retirez-la.",
    "missing": "cette clé est obligatoire et manque. Ajoutez-la.",
    "too_short": "la valeur est vide ou trop courte. Complétez-la.",
    "string_too_short": "la valeur est vide ou trop courte. Complétez-la.",
}
#: What is expected, by the beginning of the kind of Pydantic error.
ATTENDUS = {
    "string": "un texte",
    "int": "un nombre entier",
    "decimal": "un nombre (point pour les décimales)",
    "finite_number": "un nombre (point pour les décimales)",
    "bool": "true ou false",
    "list": "une liste (lignes commençant par « - »)",
    "dict": "des clés et des valeurs",
    "model": "des clés et des valeurs",
    "date": "une date comme 2019-06-30",
}


def _phrase(detail: Any, modele: type[BaseModel]) -> str:
    """One French sentence for one Pydantic error: what was found, what was expected."""
    genre, contexte = detail["type"], detail.get("ctx", {})
    trouve = extrait(detail.get("input"))
    if genre in SANS_VALEUR:
        return SANS_VALEUR[genre]
    if genre in {"enum", "literal_error"}:
        attendu = str(contexte.get("expected", "")).replace(" or ", " ou ").replace("'", "")
        return f"trouvé {trouve}, attendu l’une de ces valeurs : {attendu}."
    if genre == "value_error":
        debut = "" if isinstance(detail.get("input"), dict) else f"trouvé {trouve}. "
        return f"{debut}{contexte.get('error')}"
    if genre == "string_pattern_mismatch":
        return f"trouvé {trouve}, attendu {FORMES[contexte['pattern']]}."
    if genre == "union_tag_invalid":
        attendus = contexte["expected_tags"].replace("'", "")
        return f"trouvé « {contexte['tag']} » pour « {_nu(contexte)} », attendu l’une de ces valeurs : {attendus}."
    if genre == "union_tag_not_found":
        return f"la clé « {_nu(contexte)} » est obligatoire et manque. Ajoutez-la."
    if genre in LIMITES:
        return f"trouvé {trouve}, {LIMITES[genre].format(**contexte)}."
    for debut, attendu in ATTENDUS.items():
        if genre.startswith(debut):
            return f"trouvé {trouve}, attendu {attendu}."
    return f"trouvé {trouve}, valeur refusée. Vérifiez-la."


def _nu(contexte: Any) -> str:
    """The key that tells several shapes apart."""
    return str(contexte["discriminator"]).strip("'")


def extrait(valeur: Any) -> str:
    """A value as a sentence cites it: between quotes, cut if it is long."""
    if valeur is None or valeur == "":
        return "rien"
    if isinstance(valeur, bool):
        return "« true »" if valeur else "« false »"
    if isinstance(valeur, dict):
        return "un ensemble de clés"
    if isinstance(valeur, list):
        return "une liste"
    texte = str(valeur)
    return f"« {texte if len(texte) <= 60 else texte[:60] + '…'} »"
