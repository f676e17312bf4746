"""Territories written by hand, in YAML: exceptions, successions, custom perimeters, fictional places.

One form for all of them. Dates are ``2021-01-01`` or ``<=2016-01-01`` (at the latest), included at both ends;
a membership without dates lasts as long as the territory that declares it.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator
from stdnum.fr import siren as siren_officiel

from echelons.socle.dates import Precision as PrecisionSource
from echelons.socle.dates import lire_date_iso, lire_date_source
from echelons.socle.yaml_situe import Document, ErreurDeFichier, charger_yaml
from echelons.territoires.jeux import FicheAncienCode, FicheComposition, FicheSuccession, FicheTerritoire, Jeu
from echelons.territoires.models import EtatComposition, Precision, TypeTerritoire

FORMES_DE_CODE = {
    TypeTerritoire.REGION: (r"R[0-9]{2}", "R32"),
    TypeTerritoire.DEPARTEMENT: (r"[0-9][0-9AB]|[0-9]{3}", "59, 2A ou 974"),
    TypeTerritoire.COLLECTIVITE: (r"[0-9][0-9AB]{0,2}[A-Z]{1,2}", "59D, 20R ou 6AE"),
    TypeTerritoire.EPCI: (r"[0-9]{9}", "un SIREN comme 200043263"),
    TypeTerritoire.COMMUNE: (r"[0-9][0-9AB][0-9]{3}", "59350 ou 2A004"),
    TypeTerritoire.PERIMETRE: (r"P-[a-z0-9]+(-[a-z0-9]+)*", "P-bassin-minier"),
}

Texte = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
TexteLong = Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]


def _jour(valeur: Any) -> Any:
    return lire_date_iso(valeur) if isinstance(valeur, str) else valeur


def _adresse(valeur: str) -> str:
    if valeur and not re.match(r"https?://[^\s]+$", valeur):
        raise ValueError("Écrivez une adresse commençant par https:// ou http://, sans espace.")
    return valeur


Jour = Annotated[dt.date, BeforeValidator(_jour)]
Adresse = Annotated[TexteLong, BeforeValidator(_adresse)]


class Strict(BaseModel):
    """Refuses unknown keys."""

    model_config = ConfigDict(extra="forbid")


class Appartenance(Strict):
    """The other end of a membership."""

    code: Code
    partielle: bool = False
    debut: Jour | None = None
    fin: Jour | None = None


class Territoire(Strict):
    """A territory as a file writes it."""

    code: Code
    type: Literal["region", "departement", "collectivite", "epci", "commune", "perimetre"]
    nom: Texte
    nature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_]{0,40}$")] = ""
    liaison: Annotated[int, Field(ge=0, le=8)] | None = None
    debut: str | None = None
    fin: str | None = None
    siren: str = ""
    region: str = ""
    departement: str = ""
    population: Annotated[int, Field(ge=0, le=100_000_000)] | None = None
    composition: Literal["officielle", "reconstituee", "non_documentee"] = "officielle"
    note: TexteLong = ""
    adresse: Adresse = ""
    autres_noms: list[Texte] = []
    codes_postaux: list[Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")]] = []
    fictif: bool = False
    dans: list[Appartenance] = []
    contient: list[Appartenance] = []

    @field_validator("debut", "fin")
    @classmethod
    def borne_lisible(cls, valeur: str | None) -> str | None:
        """A day, or « at the latest » that day."""
        if valeur is not None:
            date = lire_date_source(valeur)
            if date.precision not in {PrecisionSource.JOUR, PrecisionSource.AU_PLUS_TARD}:
                raise ValueError("Écrivez un jour (2021-01-01) ou « au plus tard » (<=2016-01-01).")
        return valeur

    @field_validator("siren")
    @classmethod
    def siren_valable(cls, valeur: str) -> str:
        """Nine digits, the last being the check key."""
        if valeur and not siren_officiel.is_valid(valeur):
            raise ValueError("Un SIREN a neuf chiffres, dont une clé de contrôle : vérifiez la saisie.")
        return valeur


class Succession(Strict):
    """A succession as a file writes it."""

    avant: Code
    apres: Code
    date: Jour
    motif: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    texte: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    adresse: Adresse = ""
    note: TexteLong = ""


class AncienCode(Strict):
    """An old commune code as a file writes it."""

    code: Annotated[str, StringConstraints(pattern=r"^[0-9][0-9AB][0-9]{3}$")]
    nom: Texte
    actuel: Code | None = None
    depuis: Jour | None = None


class FichierDeTerritoires(Strict):
    """A whole file."""

    territoires: list[Territoire] = []
    successions: list[Succession] = []
    anciens_codes: list[AncienCode] = []


def lire_fichier(chemin: Path, types: frozenset[TypeTerritoire] | None = None) -> tuple[Jeu, Document]:
    """Read a file of territories; ``types`` restricts what it may declare.

    Raises ``ErreurDeFichier`` with every error: file, line, key, found, expected.
    """
    contenu, document = charger_yaml(chemin, FichierDeTerritoires)
    erreurs = [
        message
        for rang, territoire in enumerate(contenu.territoires)
        for message in _verifier(territoire, rang, document, types)
    ]
    codes = [t.code for t in contenu.territoires]
    erreurs += [
        document.situer(
            ("territoires", rang, "code"), f"trouvé « {code} », déjà donné plus haut dans le fichier."
        )
        for rang, code in enumerate(codes)
        if code in codes[:rang]
    ]
    if types is not None and contenu.successions:
        erreurs.append(
            document.situer(("successions",), "un fichier de périmètres n’en déclare pas. Retirez-la.")
        )
    if types is not None and contenu.anciens_codes:
        erreurs.append(
            document.situer(("anciens_codes",), "un fichier de périmètres n’en déclare pas. Retirez-la.")
        )
    if erreurs:
        raise ErreurDeFichier(erreurs)
    jeu = Jeu(
        successions=[FicheSuccession(**s.model_dump()) for s in contenu.successions],
        anciens_codes=[FicheAncienCode(**a.model_dump()) for a in contenu.anciens_codes],
    )
    for territoire in contenu.territoires:
        fiche = _fiche(territoire)
        jeu.territoires[fiche.code] = fiche
        jeu.compositions += _compositions(territoire, fiche)
    return jeu, document


def _verifier(
    territoire: Territoire, rang: int, document: Document, types: frozenset[TypeTerritoire] | None
) -> list[str]:
    """What Pydantic cannot see: the form of the code, the order of dates, what the file may hold."""
    ici = ("territoires", rang)
    type_ = TypeTerritoire(territoire.type)
    erreurs = []
    if types is not None and type_ not in types:
        permis = " ou ".join(sorted(types))
        erreurs.append(document.situer((*ici, "type"), f"trouvé « {type_.value} », attendu {permis}."))
    forme, exemple = FORMES_DE_CODE[type_]
    if not re.fullmatch(forme, territoire.code):
        erreurs.append(
            document.situer((*ici, "code"), f"trouvé « {territoire.code} », attendu un code comme {exemple}.")
        )
    if (
        type_ == TypeTerritoire.EPCI
        and not territoire.fictif
        and not siren_officiel.is_valid(territoire.code)
    ):
        erreurs.append(
            document.situer((*ici, "code"), f"trouvé « {territoire.code} », qui n’est pas un SIREN valable.")
        )
    fiche = _fiche(territoire)
    if fiche.debut and fiche.fin and fiche.fin < fiche.debut:
        erreurs.append(
            document.situer((*ici, "fin"), f"trouvé {territoire.fin}, attendu une date après le début.")
        )
    for cle in ("dans", "contient"):
        for numero, lien in enumerate(getattr(territoire, cle)):
            if lien.debut and lien.fin and lien.fin < lien.debut:
                erreurs.append(
                    document.situer(
                        (*ici, cle, numero, "fin"), f"trouvé {lien.fin}, attendu une date après le début."
                    )
                )
            if lien.code == territoire.code:
                erreurs.append(
                    document.situer((*ici, cle, numero, "code"), "un territoire ne se contient pas lui-même.")
                )
    return erreurs


def _fiche(territoire: Territoire) -> FicheTerritoire:
    type_ = TypeTerritoire(territoire.type)
    debut, debut_precision = _borne(territoire.debut)
    fin, fin_precision = _borne(territoire.fin)
    champs = territoire.model_dump(exclude={"dans", "contient", "codes_postaux"})
    champs |= {
        "type": type_,
        "composition": EtatComposition(territoire.composition),
        "debut": debut,
        "debut_precision": debut_precision,
        "fin": fin,
        "fin_precision": fin_precision,
        "autres_noms": tuple(territoire.autres_noms),
        "codes_cherches": tuple(territoire.codes_postaux),
        # A département is the same place as its collectivité, which comes in its stead under both codes.
        "hors_recherche": type_ == TypeTerritoire.DEPARTEMENT,
    }
    if type_ == TypeTerritoire.COLLECTIVITE:
        champs["codes_cherches"] = tuple(dict.fromkeys(lien.code for lien in territoire.contient))
    return FicheTerritoire(**champs)


def _borne(texte: str | None) -> tuple[dt.date | None, Precision]:
    if texte is None:
        return None, Precision.JOUR
    date = lire_date_source(texte)
    return date.jour, Precision(date.precision.value)


def _compositions(territoire: Territoire, fiche: FicheTerritoire) -> list[FicheComposition]:
    liens = [(lien.code, fiche.code, lien) for lien in territoire.dans]
    liens += [(fiche.code, lien.code, lien) for lien in territoire.contient]
    return [
        FicheComposition(contenant, contenu, lien.partielle, lien.debut or fiche.debut, lien.fin or fiche.fin)
        for contenant, contenu, lien in liens
    ]
