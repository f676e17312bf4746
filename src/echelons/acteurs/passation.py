"""Handing an office over: who leaves holds it until the eve, who follows from the day on, with nothing lost between.

Rights come from the mandate and dossiers hang on territories: who follows finds everything, and nothing is copied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from echelons.acteurs import messages
from echelons.acteurs.actes import chevauche, inviter, verrouiller_mandat
from echelons.acteurs.droits import Capacite
from echelons.acteurs.ecritures import noter, office, personnel_de
from echelons.acteurs.habilitations import autoriser_sur
from echelons.acteurs.models import Compte, Invitation, Mandat
from echelons.acteurs.pouvoirs import Acteur

VEILLE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Passation:
    """What came of it: the mandate given at once, or the invitation that was sent."""

    ancien: Mandat
    mandat: Mandat | None = None
    invitation: Invitation | None = None


@transaction.atomic
def passer_la_main(
    *,
    par: Acteur,
    mandat: Mandat,
    courriel: str,
    le: dt.date,
    adresse: Callable[[str], str],
    prenom: str = "",
    nom: str = "",
    titre: str = Mandat.Titre.TITULAIRE,
    acte_de_delegation: str = "",
) -> Passation:
    """Give the office of ``mandat`` to somebody else from the day ``le``.

    A colleague, who holds something where ``par`` may invite, receives it at once; anybody else is invited, and the
    answer says nothing of accounts elsewhere. Raises ``ActeRefuse``, ``ValidationError``.
    """
    ancien = verrouiller_mandat(mandat)
    auteur = autoriser_sur(par, Capacite.MANDAT_TERMINER, ancien)
    autoriser_sur(par, Capacite.MANDAT_INVITER, ancien)
    if le <= ancien.debut:
        raise ValidationError({"le": "La suite commence après le premier jour du mandat qui s’achève."})
    courriel = courriel.strip().lower()
    compte = _collegue(par, courriel)
    if compte is not None and compte.personne_id == ancien.personne_id:
        raise ValidationError(
            {"courriel": "C’est la personne qui tient déjà la fonction. Indiquez-en une autre."}
        )
    ancienne_fin = ancien.fin
    ancien.fin = min(ancienne_fin or dt.date.max, le - VEILLE)
    ancien.save(update_fields=["fin"])
    if compte is None:
        invitation = inviter(
            par=par,
            courriel=courriel,
            fonction=ancien.fonction,
            organisation=ancien.organisation,
            territoire=ancien.territoire,
            debut=le,
            adresse=adresse,
            prenom=prenom,
            nom=nom,
            titre=titre,
            acte_de_delegation=acte_de_delegation,
        )
        resultat = Passation(ancien, invitation=invitation)
    else:
        resultat = Passation(ancien, mandat=_confier(ancien, compte, le, titre, acte_de_delegation))
    noter(
        ancien,
        "passer_la_main",
        auteur,
        {
            "fin": ancien.fin,
            "ancienne_fin": ancienne_fin,
            "mandat": resultat.mandat.pk if resultat.mandat else None,
            "invitation": resultat.invitation.pk if resultat.invitation else None,
        },
    )
    if (nouveau := resultat.mandat) is not None:
        noter(
            nouveau,
            "prendre_la_suite",
            auteur,
            {"avant": ancien.pk, **office(nouveau)},
            personnel_de(nouveau),
        )
        messages.envoyer(messages.passation(courriel, nouveau))
    return resultat


def _collegue(par: Acteur, courriel: str) -> Compte | None:
    """The account at this address, if its person holds something where one may invite."""
    compte = Compte.objects.select_related("personne").filter(courriel=courriel, is_active=True).first()
    if compte is None:
        return None
    tenus = (
        Mandat.objects.valides().for_user(par, Capacite.MANDAT_INVITER).filter(personne=compte.personne_id)
    )
    return compte if tenus.exists() else None


def _confier(ancien: Mandat, compte: Compte, le: dt.date, titre: str, acte_de_delegation: str) -> Mandat:
    nouveau = Mandat(
        personne=compte.personne,
        fonction=ancien.fonction,
        organisation=ancien.organisation,
        territoire=ancien.territoire,
        titre=titre,
        acte_de_delegation=acte_de_delegation.strip(),
        debut=le,
    )
    nouveau.full_clean()
    memes = Mandat.objects.filter(
        personne=compte.personne,
        fonction=ancien.fonction,
        organisation=ancien.organisation,
        territoire=ancien.territoire,
    )
    if memes.filter(chevauche(le, None)).exists():
        raise ValidationError({"courriel": "Cette personne tient déjà cette fonction à cette date."})
    nouveau.save()
    return nouveau
