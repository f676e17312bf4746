"""The contracts of a reader's scope, and opening an instrument."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import actes
from echelons.contrats.acces import cible_du_territoire
from echelons.contrats.faits_par_fichier.export import table_des_faits
from echelons.contrats.models import Contrat
from echelons.pilotage.regions import region_de, regions_de
from echelons.pilotage.suivi import Suivi, suivre
from echelons.socle.circuit import ActeInterdit
from echelons.socle.dates import en_lettres
from echelons.socle.exports import Colonne, Table
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.web.compte.refus import AccesRefuse
from echelons.web.departemental.formulaires import FormulaireOuverture
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


COLONNES: list[Colonne[Suivi]] = [
    Colonne("Code", lambda s: s.contrat.perimetre.code, 8),
    Colonne("Territoire", lambda s: s.contrat.perimetre.nom, 32),
    Colonne("Dispositif", lambda s: s.contrat.dispositif.nom_court, 30),
    Colonne("Contrat", lambda s: s.contrat.intitule, 40),
    Colonne("Situation", lambda s: s.presentation.libelle, 28),
    Colonne("Signature selon les sources", lambda s: s.signature, 34),
    Colonne("En cours", lambda s: "\u00a0; ".join(str(x.instrument.intitule) for x in s.en_cours), 40),
    Colonne("État", lambda s: "\u00a0; ".join(x.instrument.get_etat_display() for x in s.en_cours), 24),
    Colonne("Qui tient la plume", lambda s: "\u00a0; ".join(x.chez for x in s.en_cours), 34),
    Colonne("Depuis (jours)", lambda s: s.en_cours[0].jours if s.en_cours else None, 10),
    Colonne("Territoire fictif", lambda s: "oui" if s.contrat.perimetre.fictif else "non", 10),
]


@login_required
@require_safe
def exporter(requete: Any, extension: str) -> HttpResponse:
    """The contracts that the reader may take out, as a file: exporting is a right of its own."""
    acteur = _exiger_d_exporter(requete)
    suivis = suivre(acteur, Contrat.objects.for_user(acteur, Capacite.EXPORTER))
    table = Table("Contrats", COLONNES, suivis, len(suivis), _a_propos(acteur))
    reponse: HttpResponse = telecharger(requete, table, extension, f"contrats-{acteur.jour.isoformat()}")
    return reponse


@login_required
@require_safe
def exporter_faits(requete: Any, extension: str) -> HttpResponse:
    """The facts of the contracts that the reader may take out, in the columns by which a file brings them in."""
    acteur = _exiger_d_exporter(requete)
    table = table_des_faits(Contrat.objects.for_user(acteur, Capacite.EXPORTER), _a_propos(acteur))
    reponse: HttpResponse = telecharger(requete, table, extension, f"faits-{acteur.jour.isoformat()}")
    return reponse


def _exiger_d_exporter(requete: Any) -> Acteur:
    acteur: Acteur = requete.acteur
    if not acteur.pouvoirs.get(Capacite.EXPORTER):
        raise AccesRefuse(acteur.refus_general(Capacite.EXPORTER).phrase)
    return acteur


def _a_propos(acteur: Acteur) -> list[tuple[str, str]]:
    qui = str(acteur.compte.personne) if acteur.compte else ""
    return [("À la date du", en_lettres(acteur.jour)), ("Exporté par", qui)]
