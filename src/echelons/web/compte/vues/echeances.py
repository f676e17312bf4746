"""What is owed in my scope, by whom, by when: late first, then month by month."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from echelons.contrats.models import Contrat
from echelons.pilotage.agenda import lien_en_service
from echelons.pilotage.calendrier import Sens, attendues_partout, calendrier, lignes_de

CHOIX = (
    (Sens.TOUTES, "Toutes"),
    (Sens.JE_DOIS, "Ce que je dois"),
    (Sens.ON_ME_DOIT, "Ce que l’on me doit"),
)


@login_required
@require_safe
def echeances(requete: Any) -> HttpResponse:
    """The calendar of whoever reads, for all their contracts or for one."""
    acteur = requete.acteur
    lisibles = Contrat.objects.for_user(acteur).avec_cible().order_by("perimetre__nom", "code")
    contrats = list(lisibles)
    choisi = None
    if code := requete.GET.get("contrat", ""):
        choisi = get_object_or_404(lisibles, code=code)
    sens = next((s for s in Sens if s == requete.GET.get("sens", "")), Sens.TOUTES)
    lignes = lignes_de(acteur, [choisi] if choisi else contrats)
    retenues = [ligne for ligne in lignes if ligne.retenue(sens)]
    contexte = {
        "contrats": contrats,
        "choisi": choisi,
        "sens": sens,
        "choix": [
            (s, libelle, sum(1 for x in lignes if x.retenue(s) and x.echeance.ouverte))
            for s, libelle in CHOIX
        ],
        "calendrier": calendrier(retenues),
        "a_moi": sum(1 for ligne in lignes if ligne.a_moi),
        "prochaine": next(
            (x.echeance for x in retenues if x.echeance.ouverte and x.echeance.jours >= 0), None
        ),
        "attendues": () if contrats else attendues_partout(acteur.jour),
        "abonne": lien_en_service(requete.user),
        "nav": "echeances",
    }
    return render(requete, "compte/echeances.html", contexte)
