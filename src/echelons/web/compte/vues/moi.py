"""My account: who I am, my mandates, my sessions, my second factor."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from echelons.acteurs import second_facteur
from echelons.acteurs.models import Mandat, SecondFacteur, SessionOuverte
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.web.compte import entree
from echelons.web.compte.navigateurs import decrire


def _repere(ligne: SessionOuverte) -> str:
    """What names a session in a page: its key would open it."""
    return hashlib.sha256(f"session:{ligne.session_key}".encode()).hexdigest()[:24]


def _miennes(requete: Any) -> list[SessionOuverte]:
    """My open sessions; an account of the demonstration is several people's, each with their own."""
    ouvertes = SessionOuverte.objects.filter(compte=requete.user, expire_date__gt=maintenant())
    if requete.user.de_demonstration:
        ouvertes = ouvertes.filter(session_key=requete.session.session_key)
    return list(ouvertes)


@login_required
@require_safe
def mon_compte(requete: Any) -> HttpResponse:
    """Everything the house knows of whoever reads it, and what they can do about it."""
    jour = aujourdhui()
    mandats = (
        Mandat.objects.filter(personne=requete.user.personne)
        .select_related("fonction", "organisation", "territoire")
        .prefetch_related("organisation__noms")
    )
    ordre = {"en cours": 0, "à venir": 1, "terminé": 2}
    lignes = [(_etat(m, jour), m, m.organisation.nom_au(max(jour, m.debut))) for m in mandats]
    courante = requete.session.session_key
    contexte = {
        "mandats": sorted(lignes, key=lambda ligne: (ordre[ligne[0]], ligne[1].debut)),
        "sessions": [
            {
                "repere": _repere(ligne),
                "navigateur": decrire(ligne.navigateur),
                "adresse": ligne.adresse,
                "ouverte_le": ligne.ouverte_le,
                "vue_le": ligne.vue_le,
                "courante": ligne.session_key == courante,
            }
            for ligne in sorted(_miennes(requete), key=lambda s: s.session_key != courante)
        ],
        "facteur": SecondFacteur.objects.filter(compte=requete.user).first(),
        "codes_restants": second_facteur.codes_restants(requete.user),
        "facteur_exige": second_facteur.exige(requete.acteur),
        "facteur_du_fournisseur": bool(requete.session.get(entree.SECOND_FACTEUR)),
        "proconnect": settings.PROCONNECT,
        "avis": requete.session.pop(entree.AVIS, "") if entree.AVIS in requete.session else "",
    }
    return render(requete, "compte/mon_compte.html", contexte)


def _etat(mandat: Mandat, jour: Any) -> str:
    if mandat.debut > jour:
        return "à venir"
    return "en cours" if mandat.valide_le(jour) else "terminé"


@login_required
@require_POST
def fermer(requete: Any) -> HttpResponse:
    """End one of my sessions, or all but this one."""
    repere = requete.POST.get("session", "")
    miennes = _miennes(requete)
    if repere == "autres":
        visees = [s for s in miennes if s.session_key != requete.session.session_key]
        avis = "Vos autres sessions sont fermées."
    else:
        visees = [s for s in miennes if _repere(s) == repere]
        avis = "Cette session est fermée."
        if not visees:
            raise Http404("Aucune session de ce nom : elle est peut-être déjà fermée.")
    SessionOuverte.objects.filter(pk__in=[s.pk for s in visees]).delete()
    if any(s.session_key == requete.session.session_key for s in visees):
        entree.sortir(requete, "Vous êtes déconnecté.")
        return redirect("connexion")
    requete.session[entree.AVIS] = avis
    return redirect("mon_compte")
