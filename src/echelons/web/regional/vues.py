"""A région for those who animate it: the state of each contract on one page, and a note for the préfet."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from echelons.contrats.models import Contrat
from echelons.contrats.regles import Classe
from echelons.pilotage.suivi import Suivi, suivre
from echelons.territoires.models import Territoire, TypeTerritoire


@login_required
@require_safe
def ma_region(requete: Any) -> HttpResponse:
    """The région of the reader's first mandate that has one."""
    for mandat in requete.acteur.mandats:
        if mandat.territoire is not None:
            lieu = mandat.territoire
            region = lieu if lieu.type == TypeTerritoire.REGION else lieu.region
            if region is not None:
                return redirect("conventions_de_la_region", region.code)
    return redirect("contrats")


@login_required
@require_safe
def conventions(requete: Any, code: str) -> HttpResponse:
    """The state of each contract of the région, on one page that prints."""
    return render(requete, "regional/conventions.html", _lire(requete, code))


@login_required
@require_safe
def note(requete: Any, code: str) -> HttpResponse:
    """A note for the préfet, ready to be read, printed or copied."""
    return render(requete, "regional/note.html", _lire(requete, code))


def _lire(requete: Any, code: str) -> dict[str, Any]:
    region = Territoire.objects.filter(code=code, type=TypeTerritoire.REGION).first()
    if region is None:
        raise Http404
    dans_la_region = Q(perimetre__region=region) | Q(perimetre=region)
    suivis = suivre(requete.acteur, Contrat.objects.for_user(requete.acteur).filter(dans_la_region))
    if not suivis and not _me_concerne(requete.acteur, region):
        raise Http404
    return {
        "region": region,
        "suivis": sorted(suivis, key=lambda s: (s.contrat.dispositif.debut, s.contrat.perimetre.code)),
        "decompte": _decompte(suivis),
        "en_cours": [s for s in suivis if s.en_cours],
        "signes": [s for s in suivis if not s.en_cours and s.etat.classe is Classe.SIGNEE],
        "autres": [s for s in suivis if not s.en_cours and s.etat.classe is not Classe.SIGNEE],
        "lents": [s for s in suivis if s.en_cours and s.en_cours[0].jours >= LENT],
        "courants": [s for s in suivis if s.en_cours and s.en_cours[0].jours < LENT],
        "lent": LENT,
        "echelon": region.nom,
        "nav": "ma_region",
        "fil": [("Ma région", "/ma-region/"), (region.nom, "")],
    }


#: From how many days in the same state a note says so.
LENT = 30


def _me_concerne(acteur: Any, region: Territoire) -> bool:
    return any(
        m.territoire is None or m.territoire_id == region.pk or m.territoire.region_id == region.pk
        for m in acteur.mandats
    )


def _decompte(suivis: list[Suivi]) -> list[tuple[str, int]]:
    compte = Counter(s.presentation.libelle for s in suivis)
    return compte.most_common()
