"""Data files in YAML whose every error names the file, the line, the key, what was found and what was expected.

Scalars stay text until the Pydantic model reads them (``01`` is a code, not an octal number; ``2018-12-18`` is
what the author typed). Aliases and duplicate keys are refused: the first can explode, the second hide a line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

TAILLE_MAX = 5_000_000
PROFONDEUR_MAX = 30
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
        raise ErreurDeFichier(
            [f"{nom} : le texte n’est pas en UTF-8 (octet {erreur.start}). Enregistrez-le en UTF-8."]
        ) from erreur
    try:
        noeud = yaml.compose(texte, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError) as erreur:
        repere = getattr(erreur, "problem_mark", None)
        ligne = repere.line + 1 if repere else 1
        cause = getattr(erreur, "problem", None) or "trop d’imbrications"
        phrase = (
            f"{nom}:{ligne} : l’écriture YAML n’est pas correcte ({cause}). "
            "Vérifiez l’alignement, les guillemets et les deux-points."
        )
        raise ErreurDeFichier([phrase]) from erreur
    lignes: dict[Chemin, int] = {}
    contenu = _construire(noeud, (), lignes, set(), nom) if noeud is not None else {}
    return Document(nom, contenu, lignes)


def _construire(noeud: Any, chemin: Chemin, lignes: dict[Chemin, int], vus: set[int], nom: str) -> Any:
    ligne = noeud.start_mark.line + 1
    lignes.setdefault(chemin, ligne)
    if id(noeud) in vus:
        raise ErreurDeFichier(
            [f"{nom}:{ligne} : les renvois YAML (& et *) ne sont pas admis. Recopiez la valeur."]
        )
    vus.add(id(noeud))
    if len(chemin) > PROFONDEUR_MAX:
        raise ErreurDeFichier([f"{nom}:{ligne} : trop de niveaux imbriqués (au plus {PROFONDEUR_MAX})."])
    if isinstance(noeud, yaml.ScalarNode):
        if "\x00" in noeud.value:
            raise ErreurDeFichier([f"{nom}:{ligne} : caractère nul dans le texte. Retirez-le."])
        return None if noeud.tag == "tag:yaml.org,2002:null" else noeud.value
    if isinstance(noeud, yaml.SequenceNode):
        return [_construire(n, (*chemin, i), lignes, vus, nom) for i, n in enumerate(noeud.value)]
    resultat: dict[str, Any] = {}
    for cle_noeud, valeur in noeud.value:
        cle = str(cle_noeud.value)
        ligne_cle = cle_noeud.start_mark.line + 1
        if cle in resultat:
            raise ErreurDeFichier(
                [f"{nom}:{ligne_cle} : la clé « {cle} » est donnée deux fois. Gardez-en une."]
            )
        lignes[(*chemin, cle)] = ligne_cle
        resultat[cle] = _construire(valeur, (*chemin, cle), lignes, vus, nom)
    return resultat


def valider(document: Document, modele: type[T]) -> T:
    """Read the document as ``modele``. Raises ``ErreurDeFichier`` with every error of the file."""
    try:
        return modele.model_validate(document.contenu)
    except ValidationError as erreur:
        raise ErreurDeFichier(
            [document.situer(_chemin(detail), _phrase(detail, modele)) for detail in erreur.errors()]
        ) from erreur


def charger_yaml(chemin: Path, modele: type[T], nom: str = "") -> tuple[T, Document]:
    """Parse and read in one go; the document is returned so that later checks can name lines too."""
    document = lire_yaml(chemin, nom)
    return valider(document, modele), document


def _chemin(detail: Any) -> Chemin:
    return tuple(detail["loc"])


def _phrase(detail: Any, modele: type[BaseModel]) -> str:
    """One French sentence for one Pydantic error: what was found, what was expected."""
    genre, contexte = detail["type"], detail.get("ctx", {})
    trouve = _extrait(detail.get("input"))
    if genre == "extra_forbidden":
        return "clé inconnue. Corrigez son orthographe ou retirez-la."
    if genre == "missing":
        return "cette clé est obligatoire et manque. Ajoutez-la."
    if genre in {"enum", "literal_error"}:
        attendu = str(contexte.get("expected", "")).replace(" or ", " ou ").replace("'", "")
        return f"trouvé {trouve}, attendu l’une de ces valeurs : {attendu}."
    if genre == "value_error":
        debut = "" if isinstance(detail.get("input"), (dict, list)) else f"trouvé {trouve}. "
        return f"{debut}{contexte.get('error')}"
    if genre == "string_pattern_mismatch":
        return f"trouvé {trouve}, attendu un texte de la forme {contexte.get('pattern')}."
    attendus = {
        "string": "un texte",
        "int": "un nombre entier",
        "decimal": "un nombre (point pour les décimales)",
        "bool": "true ou false",
        "list": "une liste (lignes commençant par « - »)",
        "dict": "des clés et des valeurs",
        "model": "des clés et des valeurs",
        "date": "une date comme 2019-06-30",
        "url": "une adresse commençant par https:// ou http://",
    }
    for debut, attendu in attendus.items():
        if genre.startswith(debut):
            return f"trouvé {trouve}, attendu {attendu}."
    if genre in {"too_short", "string_too_short"}:
        return "la valeur est vide ou trop courte. Complétez-la."
    return f"trouvé {trouve}, valeur refusée ({genre})."


def _extrait(valeur: Any) -> str:
    if valeur is None:
        return "rien"
    if isinstance(valeur, dict):
        return "un ensemble de clés"
    if isinstance(valeur, list):
        return "une liste"
    texte = str(valeur)
    return f"« {texte if len(texte) <= 60 else texte[:60] + '…'} »"
