"""The one-click accounts of the demonstration: fictional people, each with what they come to do.

Their accounts have no password and an address that can receive nothing; outside the demonstration, nobody may sign
in with them (see ``Compte.de_demonstration``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from pydantic import Field

from echelons.acteurs.models import Compte, Fonction, Mandat, Organisation, Personne
from echelons.acteurs.models.personnes import DOMAINE_DE_DEMONSTRATION
from echelons.socle.fichiers import Cle, Jour, Modele, Relecture, Texte
from echelons.socle.yaml_situe import charger_yaml
from echelons.territoires.models import Territoire

MARQUE = "(personne fictive)"


class CompteLu(Modele):
    """One account: who, which mandate, what for."""

    cle: Cle
    nom: Texte
    fonction: Cle
    organisation: Cle
    territoire: str | None = None
    debut: Jour
    titre: Mandat.Titre = Mandat.Titre.TITULAIRE
    acte_de_delegation: str = ""
    vient: Texte

    @property
    def courriel(self) -> str:
        """The address of the account."""
        return f"{self.cle}@{DOMAINE_DE_DEMONSTRATION}"


class GroupeLu(Modele):
    """Accounts of one échelon, in the order of the page."""

    titre: Texte
    comptes: list[CompteLu] = Field(min_length=1)


class FichierComptes(Modele):
    """``demonstration/comptes.yaml``."""

    groupes: list[GroupeLu] = Field(min_length=1)


@cache
def groupes_de_comptes(chemin: Path) -> tuple[GroupeLu, ...]:
    """The accounts as the page shows them; the file does not change while the instance runs."""
    return tuple(charger_yaml(chemin, FichierComptes)[0].groupes)


@transaction.atomic
def charger_comptes(*, chemin: Path) -> None:
    """Create or correct the accounts of the file, each with its one mandate. Raises ``ErreurDeFichier``."""
    lu, document = charger_yaml(chemin, FichierComptes)
    relecture = Relecture(document)
    for i, groupe in enumerate(lu.groupes):
        for j, compte in enumerate(groupe.comptes):
            try:
                _charger_un(compte)
            except (
                ValidationError,
                Fonction.DoesNotExist,
                Organisation.DoesNotExist,
                Territoire.DoesNotExist,
            ) as e:
                phrase = " ".join(e.messages) if isinstance(e, ValidationError) else str(e)
                relecture.refuser(("groupes", i, "comptes", j), f"compte « {compte.cle} » refusé. {phrase}")
    relecture.conclure()


def _charger_un(lu: CompteLu) -> None:
    compte = Compte.objects.filter(courriel=lu.courriel).select_related("personne").first()
    nom = f"{lu.nom} {MARQUE}"
    if compte is None:
        compte = Compte.objects.creer(courriel=lu.courriel, personne=Personne.objects.create(nom=nom))
    Personne.objects.filter(pk=compte.personne_id).update(nom=nom)
    cle = {
        "fonction": Fonction.objects.get(code=lu.fonction),
        "organisation": Organisation.objects.get(code=lu.organisation),
        "territoire": Territoire.objects.get(code=lu.territoire) if lu.territoire else None,
        "debut": lu.debut,
    }
    mandat = Mandat.objects.filter(personne=compte.personne, **cle).first() or Mandat(
        personne=compte.personne, **cle
    )
    mandat.titre, mandat.acte_de_delegation = lu.titre, lu.acte_de_delegation
    mandat.full_clean()
    mandat.save()
