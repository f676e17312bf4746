"""The works one asked for: how far each is, how it ended, the file it gave. Nobody sees those of somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from echelons.acteurs.droits import Capacite
from echelons.contrats.lots import actes as lots
from echelons.socle import taches
from echelons.socle.exports import FORMATS
from echelons.socle.models import Tache
from echelons.web.compte.refus import AccesRefuse
from echelons.web.exports import TABLES, confier
from echelons.web.public.vues.erreurs import requete_refusee

MONTRES = 50
#: What a kind of work counts, when it is not rows.
UNITES = {lots.GENRE: "acte vu,actes vus"}


@dataclass(frozen=True)
class Suivi:
    """A work under way, as a page shows it; without a worker it waits, and the page says so."""

    tache: Tache
    faites: int
    total: int
    sans_ouvrier: bool
    #: What is counted, in the singular then the plural.
    unite: str


def suivi_de(tache: Tache) -> Suivi:
    """How far it is."""
    faites, total = taches.avancement(tache) or (0, 0)
    unite = UNITES.get(tache.genre, "ligne lue,lignes lues")
    return Suivi(tache, faites, total, not taches.ouvrier_present(), unite)


def _mien(requete: Any, reference: UUID) -> Tache:
    """A work of this reader; there is no other."""
    return get_object_or_404(Tache, reference=reference, compte=str(requete.user.pk))


@login_required
@require_safe
def travaux(requete: Any) -> HttpResponse:
    """One's own works, latest first."""
    siens = Tache.objects.filter(compte=str(requete.user.pk))[:MONTRES]
    return render(requete, "travaux/travaux.html", {"travaux": siens})


@login_required
@require_safe
def travail(requete: Any, reference: UUID) -> HttpResponse:
    """One of them; asked by itself, the page only gets what changed, or is told to be read again at the end."""
    tache = _mien(requete, reference)
    suivi = suivi_de(tache) if tache.ouverte else None
    if getattr(requete, "htmx", False):
        if suivi is None:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(requete, "travaux/_suivi.html", {"suivi": suivi})
    if suivi is None:
        taches.marquer_vues(tache.cle, tache.compte)
    contexte = {
        "tache": tache,
        "suivi": suivi,
        "donne": _encore_donne(requete, tache),
        "fil": [("Travaux", reverse("travaux")), (tache.intitule, "")],
    }
    return render(requete, "travaux/travail.html", contexte)


def _encore_donne(requete: Any, tache: Tache) -> bool:
    """Whether its file can be taken: it was made for a mandate, and goes with it."""
    tenus = {str(m.pk) for m in requete.acteur.mandats}
    return bool(tache.fichier) and tache.mandat in tenus and taches.produit(tache).exists()


@login_required
@require_safe
def fichier(requete: Any, reference: UUID) -> Any:
    """What a work gave."""
    tache = _mien(requete, reference)
    if not _encore_donne(requete, tache):
        raise Http404
    extension = tache.fichier.rpartition(".")[2]
    contenu = taches.produit(tache).open("rb")
    return FileResponse(
        contenu, as_attachment=True, filename=tache.fichier, content_type=FORMATS[extension].mime
    )


@login_required
@require_POST
def exporter(requete: Any) -> HttpResponse:
    """Have a large table made."""
    acteur = requete.acteur
    if not acteur.pouvoirs.get(Capacite.EXPORTER):
        raise AccesRefuse(acteur.refus_general(Capacite.EXPORTER).phrase)
    code, extension = requete.POST.get("table", ""), requete.POST.get("extension", "")
    if code not in TABLES or extension not in FORMATS:
        return requete_refusee(requete, message="Choisissez une table et un format.", statut=422)
    if not acteur.pouvoirs.get(TABLES[code].capacite):
        raise AccesRefuse(acteur.refus_general(TABLES[code].capacite).phrase)
    tache = confier(acteur, code, extension, requete.POST.getlist("colonne"))
    return redirect("travail", reference=tache.reference)
