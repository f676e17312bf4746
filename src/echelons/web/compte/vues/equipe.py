"""My team: who holds which office where I may look, who is invited, and inviting somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from echelons.acteurs import actes
from echelons.acteurs.droits import Capacite
from echelons.acteurs.habilitations import fonctions_a_confier, refus_sur
from echelons.acteurs.models import Fonction, Invitation, Mandat, Organisation
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.territoires.models import TypeTerritoire
from echelons.web.compte.formulaires_equipe import FormulaireInvitation
from echelons.web.compte.pages_equipe import (
    adresse_d_invitation,
    exiger,
    faire,
    ligne_de,
    montrer,
    page_de_formulaire,
    partir,
    peut_pour_la_nation,
    prendre_avis,
)

PAR_PAGE = 60
LONGUEUR_MAX = 100
EXPIREES_MONTREES = dt.timedelta(days=30)


@login_required
@require_safe
def equipe(requete: Any) -> HttpResponse:
    """Who holds which office, by organisation; ``q`` searches, ``anciens=1`` shows the mandates that ended too."""
    acteur, jour = requete.acteur, aujourdhui()
    q = requete.GET.get("q", "").strip()[:LONGUEUR_MAX]
    anciens = requete.GET.get("anciens") == "1"
    mandats = Mandat.objects.for_user(acteur).filter(_cherches(q))
    if not anciens:
        mandats = mandats.filter(Q(fin=None) | Q(fin__gte=jour), personne__oubliee_le=None)
    ordre = ("organisation__type", "organisation__code", "fonction__pk", "debut", "pk")
    page = Paginator(mandats.avec_noms().order_by(*ordre), PAR_PAGE).get_page(requete.GET.get("page"))
    visibles = set(
        Organisation.objects.for_user(acteur)
        .filter(pk__in={m.organisation_id for m in page})
        .values_list("pk", flat=True)
    )
    contexte = {
        "groupes": [
            {
                "organisation": organisation,
                "nom": organisation.nom_au(jour),
                "lien": organisation.pk in visibles,
                "lignes": [ligne_de(m, jour) for m in liste],
            }
            for organisation, liste in _par_organisation(page)
        ],
        "page": page,
        "q": q,
        "anciens": anciens,
        "invitations": _invitations(acteur),
        "vacants": _offices_vacants(acteur) if not q else [],
        "peut_inviter": bool(acteur.pouvoirs.get(Capacite.MANDAT_INVITER)),
        "peut_gerer": peut_pour_la_nation(acteur, Capacite.ORGANISATION_GERER),
        "avis": prendre_avis(requete),
    }
    return montrer(requete, "equipe/equipe.html", contexte)


def _cherches(q: str) -> Q:
    if not q:
        return Q()
    condition = Q()
    for mot in q.replace("\x00", "").split():
        organisations = Organisation.objects.filter(Q(noms__nom__icontains=mot) | Q(noms__sigle__iexact=mot))
        condition &= (
            Q(personne__nom__icontains=mot)
            | Q(personne__prenom__icontains=mot)
            | Q(fonction__libelle__icontains=mot)
            | Q(territoire__nom__icontains=mot)
            | Q(organisation__in=organisations.values("pk"))
        )
    return condition


def _par_organisation(mandats: Iterable[Mandat]) -> Iterable[tuple[Organisation, list[Mandat]]]:
    for _, liste in groupby(mandats, key=lambda m: m.organisation_id):
        memes = list(liste)
        yield memes[0].organisation, memes


def _invitations(acteur: Acteur) -> list[dict[str, Any]]:
    """Those nobody answered yet, those that expired lately too; each says whether one may withdraw it."""
    instant = maintenant()
    attendues = (
        Invitation.objects.for_user(acteur)
        .filter(mandat=None, retiree_le=None, expire_le__gt=instant - EXPIREES_MONTREES)
        .exclude(courriel="")
        .select_related("fonction", "organisation__territoire", "territoire__region")
        .prefetch_related("organisation__noms")
    )
    return [
        {
            "invitation": i,
            "organisation": i.organisation.nom_au(i.debut),
            "expiree": i.expire_le <= instant,
            "peut_retirer": i.expire_le > instant and refus_sur(acteur, Capacite.MANDAT_INVITER, i) is None,
        }
        for i in attendues[:PAR_PAGE]
    ]


def _offices_vacants(acteur: Acteur) -> list[dict[str, Any]]:
    """In the régions one sees where somebody acts, the offices nobody holds today, and to whom their tasks fall."""
    tenus = (
        Mandat.objects.valides(acteur.jour).for_user(acteur).filter(territoire__type=TypeTerritoire.REGION)
    )
    lieux = list(tenus.values_list("fonction", "territoire", "territoire__nom").distinct())
    pris, regions = {(f, t) for f, t, _ in lieux}, sorted({(nom, t) for _, t, nom in lieux})
    return [
        {"fonction": f, "region": nom, "supplees_par": [s.libelle for s in f.supplees_par.all()]}
        for f in Fonction.objects.exclude(supplees_par=None).distinct().prefetch_related("supplees_par")
        if f.existe_le(acteur.jour)
        for nom, region in regions
        if (f.pk, region) not in pris
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def inviter(requete: Any) -> HttpResponse:
    """Invite somebody; what one may not give is not proposed."""
    acteur = requete.acteur
    if not fonctions_a_confier(acteur):
        exiger(acteur.refus_general(Capacite.MANDAT_INVITER))
    if requete.method != "POST":
        choix = {"organisation": requete.GET.get("organisation", ""), "debut": aujourdhui()}
        formulaire = FormulaireInvitation(acteur, initial={cle: v for cle, v in choix.items() if v})
    else:
        formulaire = FormulaireInvitation(acteur, requete.POST)
        avis = faire(formulaire, lambda donnees: _inviter(requete, donnees))
        if avis is not None:
            return partir(requete, avis, "equipe")
    return page_de_formulaire(
        requete,
        formulaire,
        titre="Inviter quelqu’un à tenir une fonction",
        chapo="La personne accepte par un lien reçu par courriel\u00a0; ses droits viennent de la fonction, et "
        "s’arrêtent avec elle.",
        bouton="Envoyer l’invitation",
        retour=("Revenir à l’équipe", reverse("equipe")),
        fil=[("Mon équipe", reverse("equipe")), ("Inviter", "")],
    )


def _inviter(requete: Any, donnees: Any) -> str:
    invitation = actes.inviter(par=requete.acteur, adresse=adresse_d_invitation(requete), **donnees)
    return f"L’invitation est partie à {invitation.courriel}. Elle expire le {en_lettres(invitation.expire_le.date())}."


@login_required
@require_POST
def retirer(requete: Any, pk: int) -> HttpResponse:
    """Make the link of an invitation useless."""
    invitation = get_object_or_404(
        Invitation.objects.for_user(requete.acteur, Capacite.LIRE).select_related(
            "fonction", "organisation", "territoire__region"
        ),
        pk=pk,
    )
    exiger(refus_sur(requete.acteur, Capacite.MANDAT_INVITER, invitation))
    try:
        actes.retirer_invitation(par=requete.acteur, invitation=invitation)
    except actes.InvitationInutilisable as refus:
        return partir(requete, f"Rien n’a été changé. {refus}", "equipe")
    return partir(requete, "L’invitation est retirée\u00a0: son lien n’ouvre plus rien.", "equipe")
