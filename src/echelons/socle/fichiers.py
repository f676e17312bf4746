"""What every data file may carry (its sources), and how a set of files is taken in once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

from django.db import transaction
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from echelons.socle.dates import (
    FORMES_DE_DATE,
    DateRefusee,
    DateSource,
    lire_date_iso,
    lire_date_source,
)
from echelons.socle.horloge import maintenant
from echelons.socle.models import Chargement, Source
from echelons.socle.yaml_situe import Chemin, Document, ErreurDeFichier

Texte = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
#: A text that a column holds: its length is that of the column, which SQLite would not enforce.
Texte80 = Annotated[Texte, StringConstraints(max_length=80)]
Texte200 = Annotated[Texte, StringConstraints(max_length=200)]
Texte300 = Annotated[Texte, StringConstraints(max_length=300)]
Cle = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
Cle60 = Annotated[Cle, StringConstraints(max_length=60)]
Cle40 = Annotated[Cle, StringConstraints(max_length=40)]
Adresse = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=1000)]


def _jour(valeur: Any) -> Any:
    return lire_date_iso(valeur) if isinstance(valeur, str) else valeur


def _date_source(valeur: Any) -> DateSource:
    if not isinstance(valeur, str):
        raise DateRefusee(f"Attendu une date. {FORMES_DE_DATE}")
    return lire_date_source(valeur)


def dans_l_ordre(debut: dt.date | None, fin: dt.date | None) -> None:
    """Refuse a period that ends before it begins. Raises ``ValueError``, in French."""
    if debut and fin and fin < debut:
        raise ValueError(
            f"trouvé une fin ({fin.isoformat()}) qui précède le début ({debut.isoformat()}). Vérifiez les deux dates."
        )


Jour = Annotated[dt.date, BeforeValidator(_jour)]
DateLue = Annotated[DateSource, BeforeValidator(_date_source)]


class Modele(BaseModel):
    """A part of a data file: unknown keys are refused, so that a misspelt one is not lost in silence."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True, frozen=True)


class SourceLue(Modele):
    """A document that statements cite."""

    cle: Cle
    titre: Texte300
    editeur: Texte200
    adresse: Adresse
    publiee_le: Jour | None = None
    remarque: str = ""


class FichierAvecSources(Modele):
    """A file that may declare its own sources."""

    sources: list[SourceLue] = Field(default_factory=list)


class Relecture:
    """The checks that need the database: gathers every error of a file instead of stopping at the first."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.messages: list[str] = []

    def refuser(self, chemin: Chemin, phrase: str) -> None:
        """Add one error at that place."""
        self.messages.append(self.document.situer(chemin, phrase))

    def sans_doublon(self, chemin: Chemin, champ: str, valeurs: Iterable[str]) -> None:
        """Refuse the elements of the list at that place whose ``champ`` was already given: one would hide another."""
        vues: set[str] = set()
        for i, valeur in enumerate(valeurs):
            if valeur in vues:
                self.refuser((*chemin, i, champ), f"« {valeur} » est donné deux fois. Gardez-en un.")
            vues.add(valeur)

    def conclure(self) -> None:
        """Raise ``ErreurDeFichier`` if anything was refused."""
        if self.messages:
            raise ErreurDeFichier(self.messages)


def enregistrer_sources(fichier: FichierAvecSources, relecture: Relecture) -> None:
    """Create or correct the sources of a file, by their key."""
    relecture.sans_doublon(("sources",), "cle", [lue.cle for lue in fichier.sources])
    for lue in fichier.sources:
        Source.objects.update_or_create(cle=lue.cle, defaults=lue.model_dump(exclude={"cle"}))


def trouver_sources(
    cles: list[str], connues: dict[str, Source], relecture: Relecture, chemin: Chemin
) -> list[Source]:
    """The sources of these keys; an unknown key is an error of the file."""
    trouvees = []
    for i, cle in enumerate(cles):
        if cle in connues:
            trouvees.append(connues[cle])
        else:
            relecture.refuser(
                (*chemin, i), f"source « {cle} » inconnue. Déclarez-la dans « sources » ou corrigez la clé."
            )
    return trouvees


def empreinte_de(fichiers: Iterable[Path], version: str) -> str:
    """Digest of the files' names and bytes, and of the version of what reads them."""
    condense = hashlib.sha256(version.encode())
    for fichier in sorted(fichiers):
        condense.update(fichier.name.encode() + b"\0" + fichier.read_bytes() + b"\0")
    return condense.hexdigest()


def charger_une_fois(cle: str, fichiers: list[Path], version: str, charger: Callable[[], None]) -> bool:
    """Run ``charger`` in one transaction unless these very files were already taken in; tell whether it ran."""
    empreinte = empreinte_de(fichiers, version)
    if Chargement.objects.filter(cle=cle, empreinte=empreinte).exists():
        return False
    with transaction.atomic():
        charger()
        Chargement.objects.update_or_create(
            cle=cle, defaults={"empreinte": empreinte, "effectue_le": maintenant()}
        )
    return True


def fichiers_yaml(chemin: Path) -> list[Path]:
    """The file itself, or the YAML files of the folder in order. Raises ``ErreurDeFichier``."""
    if chemin.is_dir():
        return sorted(chemin.glob("*.yaml"))
    if chemin.is_file():
        return [chemin]
    raise ErreurDeFichier([f"{chemin} : ce fichier n’existe pas. Vérifiez le chemin."])
