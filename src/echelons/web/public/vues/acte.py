"""A sealed act as its parties let everybody read it. Everything is read from the seal, never from working rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import slugify
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from echelons.contrats.contenu.forme import Contenu, Fiche
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.edition.code import grouper
from echelons.contrats.edition.donnees import periode
from echelons.contrats.edition.tableaux import tableau_des_cibles
from echelons.contrats.models import Sceau
from echelons.contrats.models.publications import PARTS, PartsDUnActe
from echelons.contrats.sceaux.forme import defauts
from echelons.contrats.sceaux.lecture import contenu_du_sceau
from echelons.pilotage.montants import grille_du_contenu
from echelons.web.fichiers import envoyer
from echelons.web.public.page import page_publique


@dataclass(frozen=True)
class FicheMontree:
    """A fiche-action, with its money by exercice when amounts are public."""

    fiche: Fiche
    periode: str
    montants: tuple[tuple[int, Decimal], ...]
    total: Decimal | None


@page_publique
def acte(requete: HttpRequest, code: str, cle: str) -> HttpResponse:
    """The last sealed act of this instrument of which something is public; 404 when nothing is."""
    sceau = _lire(code, cle)
    contenu = contenu_du_sceau(sceau)
    parts = sceau.publication.parts
    soi = contenu.instrument
    annulation = getattr(sceau, "annulation", None)
    contexte: dict[str, Any] = {
        "sceau": sceau,
        "soi": soi,
        "periode": periode(soi.debut, soi.fin),
        "annulation": annulation,
        "rescelle": annulation is not None
        and Sceau.objects.filter(instrument=sceau.instrument_id, rang__gt=sceau.rang).exists(),
        "code": grouper(sceau.code),
        "parts": parts,
        "tues": libelles_de(part for part in PARTS if part not in parts),
        "abime": defauts(sceau),
        "echelon": soi.territoire.nom,
        "nav": "departements",
        "fil": _fil(sceau, soi.appele),
    }
    if not contexte["abime"]:
        contexte |= _contenu(sceau, contenu, parts)
    return render(requete, "public/acte.html", contexte)


def _lire(code: str, cle: str) -> Sceau:
    """Raises ``Http404``."""
    sceau = (
        Sceau.objects.filter(publication__isnull=False, instrument__contrat__code=code, instrument__cle=cle)
        .select_related("publication", "annulation", "document", "instrument__contrat__perimetre__region")
        .order_by("-rang")
        .first()
    )
    if sceau is None:
        raise Http404("Aucun acte publié ici\u00a0: ses parties n’en ont rien rendu public.")
    return sceau


def libelles_de(parts: Iterable[str]) -> list[str]:
    """« les cibles », « l’original signé »: the parts, in words."""
    return [str(PartsDUnActe._meta.get_field(part).verbose_name) for part in parts]  # type: ignore[union-attr]


def _contenu(sceau: Sceau, contenu: Contenu, parts: frozenset[str]) -> dict[str, Any]:
    """What the public parts say, and nothing of the others."""
    montre: dict[str, Any] = {"original": "original" in parts and sceau.document.retire_le is None}
    if "texte" in parts:
        montre |= {"clauses": contenu.clauses, "texte": contenu.texte}
    if "fiches" in parts:
        montre["fiches"] = _fiches(contenu, avec_montants="montants" in parts)
    if "montants" in parts:
        montre["grille"] = grille_du_contenu(contenu)
    if "cibles" in parts:
        montre["cibles"] = [
            (tableau, [list(zip(tableau.colonnes, ligne, strict=True)) for ligne in tableau.lignes])
            for tableau in tableau_des_cibles(contenu, contenu.cibles, avec_fiche="fiches" in parts)
        ]
    return montre


def _fiches(contenu: Contenu, *, avec_montants: bool) -> list[FicheMontree]:
    t = totaliser(contenu)
    return [
        FicheMontree(
            fiche,
            periode(fiche.debut, fiche.fin),
            tuple(
                (an, montant)
                for (reference, an), montant in sorted(t.par_fiche_exercice.items())
                if reference == fiche.reference
            )
            if avec_montants
            else (),
            t.par_fiche[fiche.reference] if avec_montants else None,
        )
        for fiche in contenu.fiches
    ]


def _fil(sceau: Sceau, nom: str) -> list[tuple[str, str]]:
    lieu = sceau.instrument.contrat.perimetre
    fil = [("France", "/")]
    if lieu.region:
        fil.append((lieu.region.nom, f"/region/{lieu.region.code}/"))
    page = f"/region/{lieu.code}/" if lieu.type == "region" else f"/territoire/{lieu.code}/"
    return [*fil, (lieu.nom, page), (nom, "")]


@csrf_exempt  # nothing is written: a POST is answered « method not allowed »
@require_safe
def fichier(requete: HttpRequest, code: str, cle: str, part: str) -> FileResponse:
    """The PDF made here, or the signed original, when the parties made it public."""
    sceau = _lire(code, cle)
    retire = part == "original" and sceau.document.retire_le is not None
    if part not in sceau.publication.parts or retire:
        raise Http404("Les parties n’ont pas rendu ce fichier public.")
    nom = f"{slugify(code)}-{slugify(cle)}-{part}.pdf"
    return envoyer(getattr(sceau, part), "application/pdf", nom)
