"""Mine: what I have to do, what waits for others, what changed since my last visit."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from echelons.acteurs.droits import Capacite
from echelons.contrats.circulaires import en_attente
from echelons.pilotage.travail import MONTRES, travail_de
from echelons.web.compte import entree


@login_required
@require_safe
def accueil(requete: Any) -> HttpResponse:
    """The first page of somebody signed in."""
    visite = requete.session.get(entree.DERNIERE_VISITE)
    depuis = dt.datetime.fromisoformat(visite) if visite else None
    travail = travail_de(requete.acteur, depuis)
    contexte = {
        "travail": travail,
        "textes": list({d.edition.texte.code: d.edition for d in en_attente(requete.acteur)}.values()),
        "en_attente": travail.en_attente[:MONTRES],
        "en_attente_de_plus": max(0, len(travail.en_attente) - MONTRES),
        "changements": travail.changements,
        "changements_de_plus": travail.changes - len(travail.changements),
        "peut_ouvrir": bool(requete.acteur.pouvoirs.get(Capacite.OUVRIR)),
        "nav": "accueil",
    }
    return render(requete, "compte/accueil.html", contexte)
