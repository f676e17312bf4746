"""The rights: capability × function × scope × side, in one table, reviewed as text.

It decides what a page shows, which buttons it bears and what an act allows; it prints the documentation; the tests
are generated from it. A right comes from a mandate in force, never from an account. What an office that is vacant
would be asked falls to those who stand in for it (see ``Fonction.supplees_par``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Portee(StrEnum):
    """How far a right reaches from the mandate that gives it."""

    ACTION = "action"
    ORGANISATION = "organisation"
    TERRITOIRE = "territoire"
    REGION = "region"
    NATION = "nation"


class Capacite(StrEnum):
    """What can be done."""

    LIRE = "dossier.lire"
    OUVRIR = "instrument.ouvrir"
    REDIGER = "instrument.rediger"
    SOUMETTRE = "instrument.soumettre"
    INSTRUIRE = "instrument.instruire"
    AVIS = "instrument.donner_avis"
    ACCORDER = "instrument.accorder"
    DELIBERER = "instrument.deliberer"
    RENDRE_EXECUTOIRE = "instrument.rendre_executoire"
    SIGNER_ETAT = "instrument.signer_etat"
    SIGNER_COLLECTIVITE = "instrument.signer_collectivite"
    SIGNER_AUTRE = "instrument.signer_autre"
    NOTIFIER = "instrument.notifier"
    METTRE_EN_VIGUEUR = "instrument.mettre_en_vigueur"
    SCELLER = "instrument.sceller"
    PUBLIER = "instrument.publier"
    ABANDONNER = "instrument.abandonner"
    DENONCER = "instrument.denoncer"
    DOCUMENT_LIRE = "document.lire"
    DOCUMENT_DEPOSER = "document.deposer"
    DOCUMENT_RETIRER = "document.retirer"
    ECHANGER = "echange.ecrire"
    EXPORTER = "dossier.exporter"
    IMPORTER = "fait.importer"
    JOURNAL_LIRE = "journal.lire"
    MANDAT_INVITER = "mandat.inviter"
    MANDAT_TERMINER = "mandat.terminer"
    ORGANISATION_GERER = "organisation.gerer"
    PERSONNE_OUBLIER = "personne.oublier"
    REFERENTIEL_TENIR = "referentiel.tenir"
    TEXTE_PUBLIER = "texte.publier"
    TEXTE_ACCUSER_REGION = "texte.accuser_region"
    TEXTE_ACCUSER_ETAT = "texte.accuser_etat"
    TEXTE_ACCUSER_COLLECTIVITE = "texte.accuser_collectivite"
    PERIMETRE_TENIR = "perimetre.tenir"


LIBELLES: Mapping[Capacite, str] = {
    Capacite.LIRE: "lire le dossier d’un contrat",
    Capacite.OUVRIR: "ouvrir un instrument",
    Capacite.REDIGER: "rédiger et modifier le texte",
    Capacite.SOUMETTRE: "soumettre le texte à l’État",
    Capacite.INSTRUIRE: "prendre en instruction et demander des corrections",
    Capacite.AVIS: "donner l’avis du niveau régional",
    Capacite.ACCORDER: "accorder le texte pour le vote",
    Capacite.DELIBERER: "enregistrer la délibération",
    Capacite.RENDRE_EXECUTOIRE: "rendre la délibération exécutoire",
    Capacite.SIGNER_ETAT: "signer pour l’État",
    Capacite.SIGNER_COLLECTIVITE: "signer pour la collectivité",
    Capacite.SIGNER_AUTRE: "porter la signature d’une autre partie",
    Capacite.NOTIFIER: "notifier l’acte signé",
    Capacite.METTRE_EN_VIGUEUR: "constater l’entrée en vigueur",
    Capacite.SCELLER: "sceller un instrument signé, annuler un sceau",
    Capacite.PUBLIER: "choisir ce qui est public d’un acte scellé",
    Capacite.ABANDONNER: "abandonner un instrument",
    Capacite.DENONCER: "dénoncer le contrat",
    Capacite.DOCUMENT_LIRE: "lire les documents",
    Capacite.DOCUMENT_DEPOSER: "déposer un document",
    Capacite.DOCUMENT_RETIRER: "retirer un document",
    Capacite.ECHANGER: "écrire dans les échanges",
    Capacite.EXPORTER: "exporter",
    Capacite.IMPORTER: "importer des faits",
    Capacite.JOURNAL_LIRE: "lire le journal du dossier",
    Capacite.MANDAT_INVITER: "inviter à une fonction",
    Capacite.MANDAT_TERMINER: "mettre fin à un mandat",
    Capacite.ORGANISATION_GERER: "gérer les organisations",
    Capacite.PERSONNE_OUBLIER: "oublier une personne",
    Capacite.REFERENTIEL_TENIR: "enregistrer un référentiel",
    Capacite.TEXTE_PUBLIER: "publier un texte de référence",
    Capacite.TEXTE_ACCUSER_REGION: "accuser réception d’un texte pour l’échelon régional",
    Capacite.TEXTE_ACCUSER_ETAT: "accuser réception d’un texte pour l’État",
    Capacite.TEXTE_ACCUSER_COLLECTIVITE: "accuser réception d’un texte pour la collectivité",
    Capacite.PERIMETRE_TENIR: "tenir un périmètre de projet",
}

_A, _O, _T, _R, _N = Portee.ACTION, Portee.ORGANISATION, Portee.TERRITOIRE, Portee.REGION, Portee.NATION

#: capability → function → scope. One line a capability; what is not written is refused.
TABLE: Mapping[Capacite, Mapping[str, Portee]] = {
    Capacite.LIRE: {
        "conseiller-territoires": _N, "administrateur-national": _N,
        "prefet-de-region": _R, "sgar": _R, "dreets": _R, "commissaire": _R,
        "prefet": _T, "delegataire-etat": _T, "instructeur": _T,
        "president": _T, "delegataire-collectivite": _T, "charge-de-mission": _T, "direction-operationnelle": _T,
        "finances": _T, "secretariat-assemblee": _T, "observateur": _T, "operateur": _A,
    },
    Capacite.OUVRIR: {"charge-de-mission": _T, "instructeur": _T},
    Capacite.REDIGER: {"charge-de-mission": _T, "direction-operationnelle": _T, "finances": _T},
    Capacite.SOUMETTRE: {"charge-de-mission": _T},
    Capacite.INSTRUIRE: {"instructeur": _T},
    Capacite.AVIS: {"commissaire": _R},
    Capacite.ACCORDER: {"prefet": _T, "delegataire-etat": _T},
    Capacite.DELIBERER: {"secretariat-assemblee": _T},
    Capacite.RENDRE_EXECUTOIRE: {"secretariat-assemblee": _T},
    Capacite.SIGNER_ETAT: {"prefet": _T, "delegataire-etat": _T},
    Capacite.SIGNER_COLLECTIVITE: {"president": _T, "delegataire-collectivite": _T},
    Capacite.SIGNER_AUTRE: {"instructeur": _T},
    Capacite.NOTIFIER: {"instructeur": _T},
    Capacite.METTRE_EN_VIGUEUR: {"instructeur": _T},
    Capacite.SCELLER: {"instructeur": _T, "charge-de-mission": _T},
    # Each for the side of its function: what a party does not agree to stays private.
    Capacite.PUBLIER: {"prefet": _T, "instructeur": _T, "president": _T, "charge-de-mission": _T},
    Capacite.ABANDONNER: {"charge-de-mission": _T, "prefet": _T},
    Capacite.DENONCER: {"prefet": _T, "president": _T},
    Capacite.DOCUMENT_LIRE: {
        "conseiller-territoires": _N,
        "prefet-de-region": _R, "sgar": _R, "dreets": _R, "commissaire": _R,
        "prefet": _T, "delegataire-etat": _T, "instructeur": _T,
        "president": _T, "delegataire-collectivite": _T, "charge-de-mission": _T, "direction-operationnelle": _T,
        "finances": _T, "secretariat-assemblee": _T,
    },
    Capacite.DOCUMENT_DEPOSER: {
        "instructeur": _T, "charge-de-mission": _T, "secretariat-assemblee": _T, "finances": _T,
    },
    Capacite.DOCUMENT_RETIRER: {
        "instructeur": _T, "charge-de-mission": _T, "secretariat-assemblee": _T, "finances": _T,
    },
    Capacite.ECHANGER: {
        "commissaire": _R, "sgar": _R, "dreets": _R,
        "prefet": _T, "delegataire-etat": _T, "instructeur": _T,
        "president": _T, "charge-de-mission": _T, "direction-operationnelle": _T, "finances": _T,
        "secretariat-assemblee": _T,
    },
    Capacite.EXPORTER: {
        "conseiller-territoires": _N, "commissaire": _R, "sgar": _R, "dreets": _R,
        "instructeur": _T, "charge-de-mission": _T,
    },
    Capacite.IMPORTER: {
        "conseiller-territoires": _N, "administrateur-national": _N, "commissaire": _R, "sgar": _R, "dreets": _R,
    },
    Capacite.JOURNAL_LIRE: {
        "conseiller-territoires": _N, "prefet-de-region": _R, "sgar": _R, "dreets": _R, "commissaire": _R,
        "prefet": _T, "delegataire-etat": _T, "instructeur": _T,
        "president": _T, "delegataire-collectivite": _T, "charge-de-mission": _T, "secretariat-assemblee": _T,
        "direction-operationnelle": _T, "finances": _T,
    },
    Capacite.MANDAT_INVITER: {
        "administrateur-national": _N, "sgar": _R, "dreets": _R, "commissaire": _R,
        "instructeur": _O, "charge-de-mission": _O,
    },
    Capacite.MANDAT_TERMINER: {
        "administrateur-national": _N, "sgar": _R, "dreets": _R, "instructeur": _O, "charge-de-mission": _O,
    },
    Capacite.ORGANISATION_GERER: {"administrateur-national": _N},
    Capacite.PERSONNE_OUBLIER: {"administrateur-national": _N},
    Capacite.REFERENTIEL_TENIR: {"administrateur-national": _N},
    Capacite.TEXTE_PUBLIER: {"conseiller-territoires": _N, "administrateur-national": _N},
    Capacite.TEXTE_ACCUSER_REGION: {"prefet-de-region": _R, "sgar": _R, "dreets": _R, "commissaire": _R},
    Capacite.TEXTE_ACCUSER_ETAT: {"prefet": _T, "delegataire-etat": _T, "instructeur": _T},
    Capacite.TEXTE_ACCUSER_COLLECTIVITE: {
        "president": _T, "delegataire-collectivite": _T, "charge-de-mission": _T, "secretariat-assemblee": _T,
    },
    # Within a scope when it covers the whole perimeter, in all that it was and will be: across two départements, the
    # région; across two régions, the nation.
    Capacite.PERIMETRE_TENIR: {
        "conseiller-territoires": _N, "administrateur-national": _N, "commissaire": _R, "sgar": _R, "dreets": _R,
        "instructeur": _T, "charge-de-mission": _T,
    },
}  # fmt: skip


#: The side for which an act is done; the other capabilities are of no side. A function has no act of the other side.
COTES: Mapping[Capacite, str] = {
    Capacite.REDIGER: "collectivite",
    Capacite.SOUMETTRE: "collectivite",
    Capacite.DELIBERER: "collectivite",
    Capacite.RENDRE_EXECUTOIRE: "collectivite",
    Capacite.SIGNER_COLLECTIVITE: "collectivite",
    Capacite.INSTRUIRE: "etat",
    Capacite.AVIS: "etat",
    Capacite.ACCORDER: "etat",
    Capacite.SIGNER_ETAT: "etat",
    Capacite.SIGNER_AUTRE: "etat",
    Capacite.NOTIFIER: "etat",
    Capacite.METTRE_EN_VIGUEUR: "etat",
    Capacite.TEXTE_ACCUSER_REGION: "etat",
    Capacite.TEXTE_ACCUSER_ETAT: "etat",
    Capacite.TEXTE_ACCUSER_COLLECTIVITE: "collectivite",
}


@dataclass(frozen=True)
class Droit:
    """One cell of the table."""

    capacite: Capacite
    fonction: str
    portee: Portee


def droits() -> Iterator[Droit]:
    """Every cell of the table, in its order."""
    for capacite, fonctions in TABLE.items():
        for fonction, portee in fonctions.items():
            yield Droit(capacite, fonction, portee)


def portee(capacite: Capacite, fonction: str) -> Portee | None:
    """How far this function has this capability, None when it has not."""
    return TABLE[capacite].get(fonction)


def fonctions_de(capacite: Capacite) -> tuple[str, ...]:
    """The functions that have this capability: who can unlock what is refused."""
    return tuple(TABLE[capacite])
