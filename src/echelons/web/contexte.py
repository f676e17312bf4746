"""What every page's frame needs; no query beyond those that know who is signed in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict

from echelons import __version__
from echelons.acteurs.droits import Capacite, Portee, portee
from echelons.socle.horloge import aujourdhui, reelle
from echelons.socle.imports.champs import DESTINATIONS
from echelons.web.templatetags.echelons import PARAMETRES


def _retour(requete: HttpRequest) -> str:
    """This page with the reader's choices, but for the date, which the banner changes."""
    gardes = QueryDict(mutable=True)
    for cle in PARAMETRES:
        if cle != "au" and requete.GET.get(cle):
            gardes[cle] = str(requete.GET[cle])
    return f"{requete.path}?{gardes.urlencode()}" if gardes else requete.path


def cadre(requete: HttpRequest) -> dict[str, Any]:
    """The theme, the version, the business date, and in the demonstration the dates proposed by the banner."""
    return {
        "theme": settings.THEME,
        "version": __version__,
        "demonstration": settings.DEMONSTRATION,
        "aujourdhui": aujourdhui(),
        "dates_proposees": [*settings.DATES_PROPOSEES, reelle()] if settings.DEMONSTRATION else [],
        "retour": _retour(requete),
        "choix_courants": [(c, requete.GET[c]) for c in ("dispositif", "au", "connu") if requete.GET.get(c)],
        "aujourdhui_reel": reelle(),
    }


def lecteur(requete: HttpRequest) -> dict[str, Any]:
    """Who reads, under which functions, from where; nothing for an anonymous reader, whose pages are all alike."""
    acteur = getattr(requete, "acteur", None)
    if acteur is None or acteur.compte is None:
        return {"lecteur": None, "vue_du_lecteur": ""}
    principal = next(iter(acteur.mandats), None)
    lieu = principal.territoire.nom if principal and principal.territoire else ""
    return {
        "lecteur": {
            "nom": str(acteur.compte.personne),
            "fonction": principal.fonction.libelle if principal else "",
            "lieu": lieu,
            # What a vacant office would give is left to the address itself: this costs no query.
            "importe": any(
                portee(Capacite(d.capacite), m.fonction.code) in {Portee.REGION, Portee.NATION}
                for m in acteur.mandats
                for d in DESTINATIONS.values()
                if d.comparer is None
            ),
            "region": any(m.territoire is not None for m in acteur.mandats),
            "autres": max(0, len(acteur.mandats) - 1),
        },
        "vue_du_lecteur": lieu,
    }
