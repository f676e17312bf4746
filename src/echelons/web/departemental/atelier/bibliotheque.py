"""The library of fiches: those of one's other instruments, those that others share, by word, public, axis, cost."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from echelons.contrats.contenu import fiches as actes
from echelons.contrats.contenu.lecture import LECTURES, contenu_de
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.edition.donnees import fiche_dite
from echelons.contrats.models import FicheAction, Instrument, LigneFinancement
from echelons.socle.circuit import ActeRefuse
from echelons.strategie.models import Volet
from echelons.web.departemental.atelier.commun import Atelier
from echelons.web.departemental.atelier.formulaires import est_une_reference

PAR_PAGE, REPRISES_MAX = 30, 60
MOTS_MAX = 6
FILTRES = ("q", "public", "axe", "cout")
#: What an action costs in all, foreseen, in euros: from (included), up to (excluded), how it reads.
COUTS: dict[str, tuple[Decimal | None, Decimal | None, str]] = {
    "non-chiffre": (None, Decimal(0), "non chiffré"),
    "50000": (Decimal("0.01"), Decimal(50_000), "moins de 50\u202f000\u00a0€"),
    "250000": (Decimal(50_000), Decimal(250_000), "de 50\u202f000 à 250\u202f000\u00a0€"),
    "1000000": (Decimal(250_000), Decimal(1_000_000), "de 250\u202f000\u00a0€ à 1\u00a0million"),
    "plus": (Decimal(1_000_000), None, "1\u00a0million d’euros et plus"),
}


def a_reprendre(requete: Any, instrument: Instrument) -> QuerySet[FicheAction]:
    """The fiches that a writer may take: those of other instruments that she may read, those that others share.

    Each with its ``cout``, what it is foreseen to cost in all, in euros.
    """
    siens = Instrument.objects.for_user(requete.acteur).nes_ici()
    partagees = Q(partagee=True, instrument__etat__in=(Instrument.Etat.SIGNEE, Instrument.Etat.EN_VIGUEUR))
    siennes = LigneFinancement.objects.filter(fiche=OuterRef("pk")).order_by().values("fiche")
    montant = DecimalField(max_digits=16, decimal_places=2)
    total = Subquery(siennes.annotate(total=Sum("prevu")).values("total"), output_field=montant)
    return (
        FicheAction.objects.filter(Q(instrument__in=siens) | partagees)
        .exclude(instrument=instrument)
        .annotate(cout=Coalesce(total, Decimal(0), output_field=montant))
        .select_related(
            "instrument__contrat__perimetre",
            "instrument__contrat__dispositif",
            "volet__dans",
            "nature",
            "mesure",
        )
        .order_by("instrument__contrat__perimetre__nom", "-instrument__debut", "instrument", "rang")
    )


def filtrer(fiches: QuerySet[FicheAction], choix: QueryDict) -> QuerySet[FicheAction]:
    """Those that the reader asks for; a filter that names nothing known filters nothing."""
    for champ, cherches in (
        ("q", ("intitule", "public", "description", "volet__libelle")),
        ("public", ("public",)),
    ):
        for mot in choix.get(champ, "")[:100].split()[:MOTS_MAX]:
            ou = Q()
            for cherche in cherches:
                ou |= Q(**{f"{cherche}__icontains": mot})
            fiches = fiches.filter(ou)
    axe = choix.get("axe", "")
    if axe.isdecimal() and len(axe) < 10:
        fiches = fiches.filter(Q(volet=int(axe)) | Q(volet__dans=int(axe)))
    if (cout := COUTS.get(choix.get("cout", ""))) is not None:
        des, jusqu_a, _ = cout
        if des is None:
            return fiches.filter(Q(("cout", 0)))
        fiches = fiches.filter(Q(("cout__gte", des)))
        if jusqu_a is not None:
            fiches = fiches.filter(Q(("cout__lt", jusqu_a)))
    return fiches


def _axes(toutes: QuerySet[FicheAction]) -> list[tuple[str, list[tuple[int, str]]]]:
    """The axes for which some of these fiches count, by dispositif."""
    siens = toutes.order_by().exclude(volet=None)
    axes = Volet.objects.filter(
        Q(pk__in=siens.values("volet")) | Q(objectifs__in=siens.values("volet")), dans=None
    )
    groupes: dict[str, list[tuple[int, str]]] = {}
    for axe in axes.distinct().select_related("dispositif").order_by("dispositif__nom_court", "rang"):
        groupes.setdefault(axe.dispositif.nom_court, []).append((axe.pk, axe.libelle))
    return list(groupes.items())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reprendre(requete: Any, code: str, cle: str) -> HttpResponse:
    """Take fiches from another exercice, or from what other collectivités share."""
    atelier = Atelier.ouvrir(requete, code, cle)
    atelier.exiger_la_plume()
    toutes = a_reprendre(requete, atelier.objet)
    erreur = ""
    if requete.method == "POST":
        choisies = [r for r in requete.POST.getlist("fiche") if est_une_reference(r)]
        lues = toutes.filter(reference__in=choisies).prefetch_related("territoires", "pieces")
        sources = list(lues[:REPRISES_MAX])
        erreur = "" if sources else "Cochez au moins une fiche à reprendre."
        if sources:
            try:
                actes.copier(par=requete.acteur, instrument=atelier.objet, sources=sources)
                return redirect(atelier.adresse("fiches"))
            except ActeRefuse as refus:
                erreur = str(refus)
            except ValidationError as refus:
                erreur = " ".join(refus.messages)
    choix = {c: requete.GET.get(c, "")[:100].strip() for c in FILTRES}
    page = Paginator(filtrer(toutes, requete.GET), PAR_PAGE).get_page(requete.GET.get("page"))
    contexte = {
        "page": page,
        "choix": choix,
        "filtre": any(choix.values()),
        "suite": "".join(f"&{urlencode({c: v})}" for c, v in choix.items() if v),
        "axes": _axes(toutes),
        "couts": [(code, dit) for code, (_, _, dit) in COUTS.items()],
        "erreur": erreur,
    }
    parent = ("Fiches-actions", atelier.adresse("fiches"))
    return atelier.rendre(
        "reprendre", "Reprendre des fiches", "fiches", contexte, 422 if erreur else 200, parent
    )


@login_required
@require_safe
def lire(requete: Any, code: str, cle: str, reference: uuid.UUID) -> HttpResponse:
    """One fiche of the library, whole but for its money and its pieces, before it is taken."""
    atelier = Atelier.ouvrir(requete, code, cle)
    atelier.exiger_la_plume()
    source = a_reprendre(requete, atelier.objet).filter(reference=reference).first()
    if source is None:
        raise Http404
    contenu = contenu_de(source.instrument, sauf=frozenset(LECTURES) - {"territoires"})
    fiche = next(f for f in contenu.fiches if f.reference == str(reference))
    dite = fiche_dite(contenu, fiche, totaliser(contenu))
    ailleurs = atelier.adresse("fiches_reprendre")
    fil = (("Fiches-actions", atelier.adresse("fiches")), ("Reprendre des fiches", ailleurs))
    contexte = {"source": source, "dite": dite, "adresse": ailleurs}
    return atelier.rendre("a_reprendre", source.intitule, "fiches", contexte, 200, *fil)
