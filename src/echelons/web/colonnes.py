"""The columns of a download: chosen on a page, in the address for whoever has no account, kept for the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from echelons.socle.models import ColonnesRetenues
from echelons.web.compte import entree
from echelons.web.public.vues.erreurs import requete_refusee

SIGNATAIRES = "signataires"
#: Where the columns of each table are chosen.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    SIGNATAIRES: ("tableau_colonnes", ()),
    "contrats": ("contrats_colonnes", ("contrats",)),
    "faits": ("contrats_colonnes", ("faits",)),
}
COLONNES_MAX = 100


def choisies(requete: Any, table: str) -> list[str]:
    """The headings to keep: those of the address, else those that the reader keeps; none means all."""
    demandees: list[str] = requete.GET.getlist("colonne")
    if demandees or not requete.user.is_authenticated:
        return demandees
    gardees = ColonnesRetenues.objects.filter(compte=str(requete.user.pk), table=table)
    return list(gardees.values_list("colonnes", flat=True).first() or [])


def page(
    requete: Any,
    *,
    table: str,
    titre: str,
    titres: Sequence[str],
    formats: Sequence[tuple[str, str]],
    retour: str,
    choix: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """The page where columns are chosen. ``formats``: addresses and labels; ``choix``: what the form carries."""
    gardees = choisies(requete, table)
    contexte = {
        "table": table,
        "titre": titre,
        "titres": [(t, not gardees or t in gardees) for t in titres],
        "gardees": bool(gardees) and not requete.GET.getlist("colonne"),
        "formats": formats,
        "retour": retour,
        "choix": choix,
        "avis": requete.session.pop(entree.AVIS, "") if requete.user.is_authenticated else "",
        "fil": [(titre, retour), ("Colonnes", "")],
    }
    return render(requete, "composants/colonnes.html", contexte)


@login_required
@require_POST
def retenir(requete: Any) -> HttpResponse:
    """Keep the columns chosen for a table, or keep nothing."""
    table, voulues = requete.POST.get("table", ""), requete.POST.getlist("colonne")[:COLONNES_MAX]
    toutes = requete.POST.get("geste") == "toutes"
    if table not in PAGES or not (voulues or toutes):
        return requete_refusee(requete, message="Choisissez au moins une colonne.", statut=422)
    siennes = ColonnesRetenues.objects.filter(compte=str(requete.user.pk), table=table)
    if toutes:
        siennes.delete()
    else:
        ColonnesRetenues.objects.update_or_create(
            compte=str(requete.user.pk), table=table, defaults={"colonnes": [t[:200] for t in voulues]}
        )
    requete.session[entree.AVIS] = (
        "Toutes les colonnes seront téléchargées."
        if toutes
        else "Vos colonnes sont retenues pour ce tableau."
    )
    nom, arguments = PAGES[table]
    return redirect(reverse(nom, args=arguments))
