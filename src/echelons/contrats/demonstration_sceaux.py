"""The fictional contracts that the demonstration has sealed: written, voted, signed, scanned, through the real acts."""

from __future__ import annotations

import random
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from pydantic import Field

from echelons.contrats.demonstration import ActeLu, OuvertureLue, acteur_de_demonstration, jouer, ouvrir
from echelons.contrats.demonstration_contenus import ContenuLu, ecrire
from echelons.contrats.demonstration_numerisation import numeriser
from echelons.contrats.documents import deposer
from echelons.contrats.models import Document, Instrument, Sceau
from echelons.contrats.sceaux.actes import acte_a_signer, sceller
from echelons.contrats.sceaux.publication import publier
from echelons.socle.circuit import ActeRefuse
from echelons.socle.depot import coffre
from echelons.socle.fichiers import Cle, Jour, Modele, Relecture, Texte200
from echelons.socle.horloge import a_la_date
from echelons.socle.yaml_situe import charger_yaml

#: What may be dropped on the page of verification: a name, what it is.
ESSAIS = {
    "original-signe": "l’original signé, numérisé",
    "acte-produit": "l’acte produit, sans les signatures",
    "original-altere": "l’original, dont un seul octet a changé",
}


class SceauLu(Modele):
    """Who seals, when, on which deposited original."""

    le: Jour
    par: Cle
    titre: Texte200
    nom: Texte200


class PublicationLue(Modele):
    """What somebody agrees to make public of the sealed act, for the party that they speak for."""

    le: Jour
    par: Cle
    parts: list[Cle]


class FichierScelle(Modele):
    """One file of ``demonstration/scelles/``: a contract, from its opening to its seal and what is public of it."""

    ouverture: OuvertureLue
    contenu: ContenuLu
    actes: list[ActeLu] = Field(min_length=1)
    sceau: SceauLu
    publication: list[PublicationLue] = Field(default_factory=list)


def charger_scelles(*, dossier: Path) -> None:
    """Seal what the files say and is not yet, then publish it. Raises ``ErreurDeFichier``."""
    for chemin in sorted(dossier.glob("*.yaml")):
        lu, document = charger_yaml(chemin, FichierScelle)
        relecture = Relecture(document)
        try:
            _sceller(lu)
        except ActeRefuse as refus:
            relecture.refuser(("ouverture",), str(refus))
        except ValidationError as refus:
            relecture.refuser(("ouverture",), " ".join(refus.messages))
        relecture.conclure()


def _sceller(lu: FichierScelle) -> None:
    """Take up where a load that was cut left it: written and signed at once, then the original, then the seal."""
    instrument = _instrument(lu) or _signer(lu)
    sceau = Sceau.objects.filter(instrument=instrument).order_by("rang").last()
    _publier(lu, sceau or _sceller_l_original(lu, instrument))


def _publier(lu: FichierScelle, sceau: Sceau) -> None:
    """Unless anybody has chosen since."""
    if sceau.choix.exists():
        return
    with transaction.atomic():
        for choix in lu.publication:
            with a_la_date(choix.le):
                publier(par=acteur_de_demonstration(choix.par), sceau=sceau, parts=choix.parts)


def _sceller_l_original(lu: FichierScelle, instrument: Instrument) -> Sceau:
    with a_la_date(lu.sceau.le):
        par = acteur_de_demonstration(lu.sceau.par)
        recu = Document.objects.filter(contrat=instrument.contrat, titre=lu.sceau.titre).first() or deposer(
            par=par,
            contrat=instrument.contrat,
            instrument=instrument,
            genre=Document.Genre.CONVENTION,
            titre=lu.sceau.titre,
            fichier=ContentFile(_original(instrument), name=lu.sceau.nom),
        )
        return sceller(par=par, instrument=instrument, document=recu)


def _instrument(lu: FichierScelle) -> Instrument | None:
    ouverts = Instrument.objects.nes_ici().filter(
        contrat__perimetre__code=lu.ouverture.territoire, contrat__dispositif__code=lu.ouverture.dispositif
    )
    return ouverts.select_related("contrat__dispositif", "contrat__perimetre").first()


@transaction.atomic
def _signer(lu: FichierScelle) -> Instrument:
    instrument = ouvrir(lu.ouverture)
    ecrire(lu.contenu, instrument)
    jouer(lu.actes, instrument)
    return instrument


def _original(instrument: Instrument) -> bytes:
    """The scan of what was signed: light, and upright enough for the codes to be read on each page."""
    _, pdf = acte_a_signer(instrument)
    hasard = random.Random(instrument.contrat.code)  # noqa: S311 - the grain of a fictional scan
    return numeriser(pdf, hasard, penche=0.8, points=110)


def essais_possibles() -> list[tuple[str, str]]:
    """The files to try, if something fictional is sealed: a name, what it is."""
    return list(ESSAIS.items()) if _sceau_d_essai() else []


def fichier_d_essai(nom: str) -> bytes | None:
    """One of them; None when there is none of that name."""
    sceau = _sceau_d_essai()
    if sceau is None or nom not in ESSAIS:
        return None
    with coffre.ouvrir(sceau.produit if nom == "acte-produit" else sceau.original) as fichier:
        octets = bytearray(fichier.read())
    if nom == "original-altere":
        # In the comment that follows the first line: nobody would see it.
        octets[octets.index(b"%", 1) + 2] ^= 1
    return bytes(octets)


def _sceau_d_essai() -> Sceau | None:
    return (
        Sceau.objects.filter(instrument__contrat__perimetre__fictif=True, annulation=None)
        .order_by("pk")
        .first()
    )
