"""What every data file may carry (its sources), and how a set of files is taken in once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from django.db import models, transaction
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
from echelons.socle.yaml_situe import (
    FORME_D_ADRESSE,
    FORME_DE_CLE,
    Chemin,
    Document,
    ErreurDeFichier,
    extrait,
)

M = TypeVar("M", bound=models.Model)

Texte = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
#: A text that a column holds: its length is that of the column, which SQLite would not enforce.
Texte80 = Annotated[Texte, StringConstraints(max_length=80)]
Texte200 = Annotated[Texte, StringConstraints(max_length=200)]
Texte300 = Annotated[Texte, StringConstraints(max_length=300)]
Cle = Annotated[str, StringConstraints(pattern=FORME_DE_CLE, max_length=80)]
Cle60 = Annotated[Cle, StringConstraints(max_length=60)]
Cle40 = Annotated[Cle, StringConstraints(max_length=40)]
Adresse = Annotated[str, StringConstraints(pattern=FORME_D_ADRESSE, max_length=1000)]


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
    fictive: bool = False


class FichierAvecSources(Modele):
    """A file that may declare its own sources."""

    sources: list[SourceLue] = Field(default_factory=list)


#: What files call the columns named otherwise.
CLES_DES_COLONNES = {"jour": "date", "precision": "date", "nature_montant": "nature"}
#: The names of columns that are feminine in French.
FEMININS = frozenset(
    {
        *(
            "adresse",
            "date",
            "date de publication",
            "remarque",
            "marque de fiction",
            "précision",
            "publication",
        ),
        *("stratégie", "échéance", "référence", "couverture", "nature", "fin", "fin de la période"),
    }
)


class Relecture:
    """The checks that need the database: gathers every error of a file instead of stopping at the first.

    With ``synchroniser`` the files are the whole truth of the instance and correct what is recorded; without it,
    what is recorded is never rewritten: another content for a known key is an error of the file.
    """

    def __init__(self, document: Document, *, synchroniser: bool = False) -> None:
        self.document = document
        self.synchroniser = synchroniser
        self.messages: list[str] = []
        self._ecrits: set[models.Model] = set()

    def ecrire(
        self,
        modele: type[M],
        *,
        nom: str,
        chemin: Chemin,
        identite: Mapping[str, Any],
        champs: Mapping[str, Any],
        defauts: Mapping[str, Any] | None = None,
        liens: Mapping[str, Sequence[models.Model]] | None = None,
    ) -> M:
        """The row of that identity, created if needed, with these columns and these many-to-many links.

        ``defauts`` are the columns that the file does not state itself: they are not compared with the record.
        ``nom`` is how a sentence calls the row (« la source « x » »). A row given twice by the file is written once
        (see ``sans_doublon``).
        """
        defauts, liens = defauts or {}, liens or {}
        objet = modele._default_manager.filter(**identite).first()
        if objet is None:
            objet = modele._default_manager.create(**identite, **champs, **defauts)
            for champ, objets in liens.items():
                getattr(objet, champ).set(objets)
            self._ecrits.add(objet)
            return objet
        if objet in self._ecrits:
            return objet
        self._ecrits.add(objet)
        autres = {c: v for c, v in {**champs, **defauts}.items() if _valeur(objet, c) != getattr(v, "pk", v)}
        autres_liens = {c: v for c, v in liens.items() if set(getattr(objet, c).all()) != set(v)}
        if self.synchroniser:
            for champ, valeur in autres.items():
                setattr(objet, champ, valeur)
            if autres:
                objet.save(update_fields=autres)
            for champ, objets in autres_liens.items():
                getattr(objet, champ).set(objets)
            return objet
        for champ in (c for c in champs if c in autres):
            self._refuser_autre(objet, champ, champs[champ], nom, chemin, identite)
        for champ in autres_liens:
            connus = ", ".join(f"« {lie} »" for lie in getattr(objet, champ).all()) or "rien"
            self.refuser(
                (*chemin, champ),
                f"{nom} existe déjà et cite autre chose (enregistré : {connus}). {_conseil(identite)}",
            )
        return objet

    def _refuser_autre(
        self,
        objet: models.Model,
        champ: str,
        trouve: Any,
        nom: str,
        chemin: Chemin,
        identite: Mapping[str, Any],
    ) -> None:
        colonne = objet._meta.get_field(champ)
        intitule = str(getattr(colonne, "verbose_name", champ))
        if intitule.endswith(" le"):
            intitule = f"date « {intitule} »"
        autre = "une autre" if intitule in FEMININS or intitule.startswith("date") else "un autre"
        self.refuser(
            (*chemin, CLES_DES_COLONNES.get(champ, champ)),
            f"{nom} existe déjà avec {autre} {intitule} : trouvé {extrait(trouve)}, "
            f"enregistré {extrait(getattr(objet, champ))}. {_conseil(identite)}",
        )

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
    """Record the sources of a file, by their key."""
    relecture.sans_doublon(("sources",), "cle", [lue.cle for lue in fichier.sources])
    for i, lue in enumerate(fichier.sources):
        relecture.ecrire(
            Source,
            nom=f"la source « {lue.cle} »",
            chemin=("sources", i),
            identite={"cle": lue.cle},
            champs=lue.model_dump(exclude={"cle"}),
        )


def connu_au_plus_tot(sources: Iterable[Source], releve_le: dt.date) -> dt.date:
    """The day on which a statement was public: its earliest dated source, else the day of the survey."""
    return min((s.publiee_le for s in sources if s.publiee_le), default=releve_le)


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


def _valeur(objet: models.Model, champ: str) -> Any:
    """What the column holds: a key for a link."""
    return getattr(objet, str(getattr(objet._meta.get_field(champ), "attname", champ)))


def _conseil(identite: Mapping[str, Any]) -> str:
    """What an author can do of a line that says otherwise than the record."""
    if "cle" in identite:
        return "Prenez une autre clé, ou corrigez celle-ci."
    if "code" in identite:
        return "Prenez un autre code, ou corrigez celui-ci."
    return "Reprenez ce qui est enregistré, ou retirez cette ligne."


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
