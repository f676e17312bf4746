"""The fictional contracts that the demonstration has sealed: written, voted, signed, scanned, through the real acts."""

from __future__ import annotations

import random
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from pydantic import Field

from echelons.contrats.contenu.etat import fige_le
from echelons.contrats.contenu.forme import lire
from echelons.contrats.demonstration import ActeLu, OuvertureLue, acteur_de_demonstration, jouer, ouvrir
from echelons.contrats.demonstration_contenus import ContenuLu, ecrire
from echelons.contrats.demonstration_numerisation import numeriser
from echelons.contrats.documents import deposer
from echelons.contrats.dossier import Dossier
from echelons.contrats.edition.donnees import Piece
from echelons.contrats.edition.production import produire
from echelons.contrats.models import Document, Instrument, Sceau
from echelons.contrats.sceaux.actes import sceller
from echelons.socle.circuit import ActeRefuse
from echelons.socle.fichiers import Cle, Jour, Modele, Relecture, Texte200
from echelons.socle.horloge import a_la_date
from echelons.socle.yaml_situe import charger_yaml

#: Enough for the codes to be read on each page, and light enough for a demonstration that has just been installed.
NUMERISATION = {"penche": 0.8, "points": 110, "qualite": 60}


class SceauLu(Modele):
    """Who seals, when, on which deposited original."""

    le: Jour
    par: Cle
    titre: Texte200
    nom: Texte200


class FichierScelle(Modele):
    """One file of ``demonstration/scelles/``: a contract, from its opening to its seal."""

    ouverture: OuvertureLue
    contenu: ContenuLu
    actes: list[ActeLu] = Field(min_length=1)
    sceau: SceauLu


def charger_scelles(*, dossier: Path) -> None:
    """Seal what the files say and is not yet. Raises ``ErreurDeFichier``."""
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
    if Sceau.objects.filter(instrument=instrument).exists():
        return
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
        sceller(par=par, instrument=instrument, document=recu)


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
    """The scan of what was signed."""
    version = Dossier.de(instrument).texte
    if version is None or version.contenu is None:
        raise ValidationError("Rien n’a été figé.")
    pdf = produire(lire(version.contenu), piece=Piece.CONVENTION, projet=False, jour=fige_le(instrument))
    return numeriser(pdf, random.Random(instrument.contrat.code), **NUMERISATION)
