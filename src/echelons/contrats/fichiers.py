"""The shape of a file of facts: contracts, their instruments, and what sources say of them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from echelons.contrats.models import Fait, Instrument, Partie
from echelons.socle.dates import Precision
from echelons.socle.fichiers import (
    Cle,
    Cle40,
    DateLue,
    FichierAvecSources,
    Jour,
    Modele,
    Texte,
    Texte300,
    dans_l_ordre,
)
from echelons.strategie.fichiers.communs import Euros, Exercices
from echelons.strategie.models import Couverture, NatureMontant

CodeTerritoire = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


class FaitFichier(Modele):
    """One dated statement.

    ``parties`` says whose signature it is: by default all of them at once, as most sources tell it.
    ``connu_le`` defaults to the earliest date of publication of the sources, else to the survey's date.
    """

    cle: Cle | None = None
    type: Fait.Type
    date: DateLue
    jusqu_au: Jour | None = None
    parties: list[Texte] | None = Field(default=None, min_length=1)
    montant: Euros | None = None
    nature: NatureMontant | None = None
    couverture: Couverture | None = None
    exercices: Exercices | None = None
    par_an: bool = False
    texte: str = ""
    sources: list[Cle] = Field(min_length=1)
    connu_le: Jour | None = None
    remplace: Cle | None = None

    @model_validator(mode="after")
    def _complet(self) -> FaitFichier:
        if (self.type == Fait.Type.MONTANT) != (self.montant is not None):
            raise ValueError("« montant » va avec le type « montant », et seulement avec lui.")
        if self.montant is not None and not (self.nature and self.couverture and self.exercices):
            raise ValueError(
                "Un montant dit aussi « nature », « couverture » et « exercices » : ce qu’il couvre."
            )
        if self.montant is None and (self.nature or self.couverture or self.exercices or self.par_an):
            raise ValueError(
                "« nature », « couverture », « exercices » et « par_an » ne vont qu’avec un « montant »."
            )
        if self.parties is not None and self.type != Fait.Type.SIGNATURE:
            raise ValueError("« parties » ne va qu’avec une signature.")
        dans_l_ordre(self.date.jour, self.jusqu_au)
        return self


class PartieFichier(Modele):
    """A party; the name of a collectivité is by default its territory's."""

    role: Partie.Role
    territoire: CodeTerritoire | None = None
    libelle: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    debut: Jour | None = None
    fin: Jour | None = None

    @model_validator(mode="after")
    def _nommee(self) -> PartieFichier:
        if self.role == Partie.Role.COLLECTIVITE and not self.territoire:
            raise ValueError("Une collectivité partie au contrat a un « territoire ».")
        if not self.territoire and not self.libelle:
            raise ValueError("Une partie a un « libelle » ou un « territoire ».")
        dans_l_ordre(self.debut, self.fin)
        return self


class InstrumentFichier(Modele):
    """A protocole, a convention, an avenant… and its facts."""

    cle: Cle40
    type: Instrument.Type
    intitule: Texte300
    debut: Jour | None = None
    fin: Jour | None = None
    faits: list[FaitFichier] = Field(default_factory=list)

    @model_validator(mode="after")
    def _periode(self) -> InstrumentFichier:
        dans_l_ordre(self.debut, self.fin)
        return self


class ContratFichier(Modele):
    """A relationship, its parties, its instruments and its facts."""

    code: Cle
    dispositif: Cle
    intitule: Texte300
    perimetre: CodeTerritoire
    parties: list[PartieFichier] = Field(min_length=2)
    instruments: list[InstrumentFichier] = Field(default_factory=list)
    faits: list[FaitFichier] = Field(default_factory=list)


class ConstatCollectif(Modele):
    """A statement about every signatory but some (« tous les départements sauf deux »).

    It speaks of the State and of each signatory named, not of the others that a joint contract binds.
    It proves that all had signed by its date, and nothing of the day of each: it is dated « at the latest ».
    """

    dispositif: Cle
    type: Literal["signature"]
    date: DateLue
    signataires_au: Jour
    sauf: list[CodeTerritoire] = Field(default_factory=list)
    texte: Texte
    sources: list[Cle] = Field(min_length=1)
    connu_le: Jour | None = None

    @model_validator(mode="after")
    def _au_plus_tard(self) -> ConstatCollectif:
        if self.date.precision is not Precision.AU_PLUS_TARD:
            raise ValueError(
                f"trouvé une date {self.date}, attendu « au plus tard » (<=2021-12-31) : "
                "un constat collectif ne dit pas le jour de chacun."
            )
        return self


class FichierFaits(FichierAvecSources):
    """``demonstration/contrats/*.yaml``, or the file given to ``charger_faits``."""

    releve_le: Jour
    contrats: list[ContratFichier] = Field(default_factory=list)
    constats_collectifs: list[ConstatCollectif] = Field(default_factory=list)
