"""What is owed in my scope, by whom, by when: late first, then month by month."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from echelons.contrats.models import Contrat
from echelons.contrats.requetes import contrats_lus
from echelons.pilotage.agenda import lien_en_service
from echelons.pilotage.calendrier import Sens, attendues_partout, calendrier, lignes_de
from echelons.pilotage.regions import region_de, regions_de

#: Beyond so many contracts, one chooses a région first.
PROPOSES = 60
CHOIX = (
    (Sens.TOUTES, "Toutes"),
    (Sens.JE_DOIS, "Ce que je dois"),
    (Sens.ON_ME_DOIT, "Ce que l’on me doit"),
)


@login_required
@require_safe
def echeances(requete: Any) -> HttpResponse:
    """The calendar of whoever reads, for all their contracts, for those of a région or for one."""
    acteur = requete.acteur
    contrats = contrats_lus(Contrat.objects.for_user(acteur).order_by("perimetre__nom", "code"))
    choisi = None
    if code := requete.GET.get("contrat", ""):
        choisi = next((c for c in contrats if c.code == code), None)
        if choisi is None:
            raise Http404
    regions = regions_de(contrats)
    region = next((r for r in regions if r.code == requete.GET.get("region")), None)
    de_la_region = [c for c in contrats if region is None or region_de(c) == region]
    # Another région chosen beside a contract that was already: the région is what was asked last.
    if choisi not in de_la_region:
        choisi = None
    sens = next((s for s in Sens if s == requete.GET.get("sens", "")), Sens.TOUTES)
    lignes = lignes_de(acteur, [choisi] if choisi else de_la_region)
    retenues = [ligne for ligne in lignes if ligne.retenue(sens)]
    contexte = {
        "contrats": contrats,
        "proposes": de_la_region if len(de_la_region) <= PROPOSES else [choisi] if choisi else [],
        "choisi": choisi,
        "regions": regions,
        "region": region,
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
