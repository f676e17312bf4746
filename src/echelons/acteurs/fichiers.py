"""The shape of the files of the room: functions, organisations with their dated names."""

from __future__ import annotations

from pydantic import Field, model_validator
from stdnum.fr import siren, siret

from echelons.acteurs.models import Fonction, Organisation
from echelons.acteurs.models.organisations import Cote
from echelons.socle.fichiers import Cle, Jour, Modele, Texte


class _Periode(Modele):
    debut: Jour | None = None
    fin: Jour | None = None

    @model_validator(mode="after")
    def _dans_l_ordre(self) -> _Periode:
        if self.debut and self.fin and self.fin < self.debut:
            raise ValueError("La fin précède le début : vérifiez les deux dates.")
        return self


class FonctionLue(_Periode):
    """A function."""

    code: Cle
    libelle: Texte
    cote: Cote
    echelon: Fonction.Echelon
    description: Texte
    double_facteur: bool = False
    supplees_par: list[Cle] = Field(default_factory=list)


class FichierFonctions(Modele):
    """``referentiels/acteurs/fonctions.yaml``."""

    fonctions: list[FonctionLue] = Field(min_length=1)


class NomLu(_Periode):
    """A dated name."""

    nom: Texte
    sigle: str = ""


class OrganisationLue(Modele):
    """An organisation and its names."""

    code: Cle
    type: Organisation.Type
    noms: list[NomLu] = Field(min_length=1)
    siren: str = ""
    siret: str = ""
    territoire: str | None = None
    parent: Cle | None = None
    fictive: bool = False

    @model_validator(mode="after")
    def _numeros(self) -> OrganisationLue:
        if self.siren and not siren.is_valid(self.siren):
            raise ValueError(f"« {self.siren} » n’est pas un SIREN : neuf chiffres dont une clé de contrôle.")
        if self.siret and not siret.is_valid(self.siret):
            raise ValueError(f"« {self.siret} » n’est pas un SIRET : quatorze chiffres dont une clé.")
        return self


class FichierOrganisations(Modele):
    """``referentiels/acteurs/organisations.yaml``, or the file given to ``charger_organisations``."""

    organisations: list[OrganisationLue] = Field(min_length=1)
