"""The contracts of a reader's scope, and opening an instrument."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import actes
from echelons.contrats.acces import cible_du_territoire
from echelons.contrats.models import Contrat
from echelons.pilotage.regions import region_de, regions_de
from echelons.pilotage.suivi import suivre
from echelons.socle.circuit import ActeInterdit
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.web.colonnes import page
from echelons.web.compte.refus import AccesRefuse
from echelons.web.departemental.formulaires import FormulaireOuverture
from echelons.web.departemental.tables import TABLES_DES_DOSSIERS
from echelons.web.exports import formats, telecharger

PAR_PAGE = 60


@login_required
@require_safe
def contrats(requete: Any) -> HttpResponse:
    """Every contract that the reader follows, or those of a région, page after page, those under way first."""
    tous = suivre(requete.acteur, Contrat.objects.for_user(requete.acteur))
    regions = regions_de(s.contrat for s in tous)
    region = next((r for r in regions if r.code == requete.GET.get("region")), None)
    suivis = [s for s in tous if region is None or region_de(s.contrat) == region]
    contexte = {
        "suivis": Paginator(suivis, PAR_PAGE).get_page(requete.GET.get("page")),
        "en_cours": sum(1 for s in suivis if s.en_cours),
        "regions": regions,
        "region": region,
        "peut_ouvrir": bool(requete.acteur.pouvoirs.get(Capacite.OUVRIR)),
        "tient_des_perimetres": bool(requete.acteur.pouvoirs.get(Capacite.PERIMETRE_TENIR)),
        "peut_exporter": bool(requete.acteur.pouvoirs.get(Capacite.EXPORTER)),
        "formats": formats(),
        "nav": "contrats",
    }
    return render(requete, "departemental/contrats.html", contexte)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ouvrir(requete: Any) -> HttpResponse:
    """Open an instrument where the reader may."""
    acteur = requete.acteur
    territoires = _ou_ouvrir(acteur)
    if not acteur.pouvoirs.get(Capacite.OUVRIR):
        refus = acteur.refus_general(Capacite.OUVRIR)
        raise AccesRefuse(refus.phrase)
    if requete.method != "POST":
        initial = {"territoire": territoires[0].code} if len(territoires) == 1 else {}
        return _demander(requete, FormulaireOuverture(territoires, initial=initial))
    formulaire = FormulaireOuverture(territoires, requete.POST)
    if not formulaire.is_valid():
        return _demander(requete, formulaire, statut=422)
    try:
        instrument = actes.ouvrir(par=acteur, **formulaire.cleaned_data)
    except ActeInterdit as interdit:
        raise AccesRefuse(str(interdit)) from interdit
    except ValidationError as erreur:
        formulaire.add_error(None, ValidationError(erreur.messages))
        return _demander(requete, formulaire, statut=422)
    return redirect(f"/contrats/{instrument.contrat.code}/{instrument.cle}/")


def _ou_ouvrir(acteur: Any) -> Any:
    portee = acteur.territoires(Capacite.OUVRIR)
    lieux = Territoire.objects.filter(type__in=(TypeTerritoire.COLLECTIVITE, TypeTerritoire.EPCI))
    perimetres = Territoire.objects.filter(type=TypeTerritoire.PERIMETRE)
    if not portee.nation:
        lieux = lieux.filter(Q(code__in=portee.territoires) | Q(region__code__in=portee.regions))
        # A perimeter is opened on by whoever acts for one of the collectivités it lies in.
        siens = [p.pk for p in perimetres if acteur.peut(Capacite.OUVRIR, cible_du_territoire(p))]
        perimetres = perimetres.filter(pk__in=siens)
    tous = lieux | perimetres
    if settings.DEMONSTRATION:
        tous = tous.filter(fictif=True)
    return tous.filter(Q(fin=None) | Q(fin__gte=acteur.jour)).order_by("nom")


def _demander(requete: Any, formulaire: FormulaireOuverture, statut: int = 200) -> HttpResponse:
    contexte = {
        "formulaire": formulaire,
        "nav": "contrats",
        "fil": [("Mes contrats", "/contrats/"), ("Ouvrir un instrument", "")],
    }
    return render(requete, "departemental/ouvrir.html", contexte, status=statut)


@login_required
@require_safe
def exporter(requete: Any, extension: str, table: str) -> HttpResponse:
    """One of the tables of the dossiers, as a file: exporting is a right of its own."""
    _exiger_d_exporter(requete)
    reponse: HttpResponse = telecharger(requete, table, extension)
    return reponse


@login_required
@require_safe
def colonnes(requete: Any, table: str) -> HttpResponse:
    """Choose the columns of one of these tables."""
    _exiger_d_exporter(requete)
    if table not in TABLES_DES_DOSSIERS:
        raise Http404
    nommee = TABLES_DES_DOSSIERS[table]
    return page(
        requete,
        table=table,
        titre=nommee.titre,
        titres=[c.titre for c in nommee.lire(requete.acteur).colonnes],
        formats=[(reverse(f"{table}_export", args=[e]), libelle) for e, libelle in formats()],
        retour=reverse("contrats"),
    )


def _exiger_d_exporter(requete: Any) -> None:
    acteur: Acteur = requete.acteur
    if not acteur.pouvoirs.get(Capacite.EXPORTER):
        raise AccesRefuse(acteur.refus_general(Capacite.EXPORTER).phrase)
