"""What is missing and the rules broken, each with its place; exceptions; what changed between two moments."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from echelons.contrats.contenu import exceptions as actes
from echelons.contrats.contenu.etat import points_courants
from echelons.contrats.contenu.manques import Point, Sorte
from echelons.contrats.contenu.recit import changements, moments
from echelons.socle.circuit import ActeRefuse
from echelons.web.champs import paragraphes
from echelons.web.compte.formulaires import Formulaire
from echelons.web.departemental.atelier.commun import Atelier
from echelons.web.departemental.comparaison import comparer

TITRES = (
    (Sorte.BLOQUE, "À mettre en règle avant de soumettre"),
    (Sorte.ENFREINT, "Règles non respectées, qui n’arrêtent rien"),
    (Sorte.MANQUE, "À remplir"),
    (Sorte.A_SAVOIR, "À savoir"),
    (Sorte.EXCEPTION, "Exceptions documentées"),
    (Sorte.RESPECTE, "Règles respectées"),
)


class FormulaireException(Formulaire):
    """Why a broken rule is accepted."""

    motif = paragraphes(
        "Motif de l’exception", 5_000, 3, "Il sera imprimé avec l’acte et lu par tous les signataires."
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def manques(requete: Any, code: str, cle: str) -> HttpResponse:
    """Everything on one page; a broken rule can be accepted, with its reason."""
    atelier = Atelier.ouvrir(requete, code, cle, "clauses", "pieces", "territoires")
    formulaire = FormulaireException()
    regle = requete.GET.get("exception", "")[:80]
    if requete.method == "POST":
        atelier.exiger_la_plume()
        regle, soi = requete.POST.get("regle", "")[:80], {"par": requete.acteur, "instrument": atelier.objet}
        try:
            if requete.POST.get("geste") == "lever":
                actes.lever(**soi, regle=regle)
                return redirect(atelier.adresse("manques"))
            formulaire = FormulaireException(requete.POST)
            if formulaire.is_valid():
                actes.documenter(**soi, regle=regle, motif=formulaire.cleaned_data["motif"])
                return redirect(atelier.adresse("manques"))
        except (ActeRefuse, ValidationError) as refus:
            formulaire = formulaire if formulaire.is_bound else FormulaireException({"motif": "-"})
            formulaire.add_error(None, str(refus) if isinstance(refus, ActeRefuse) else refus.messages)
    points = points_courants(atelier.objet, atelier.contenu)
    groupes = [
        (str(s), titre, _par_fiche(atelier, [p for p in points if p.sorte is s])) for s, titre in TITRES
    ]
    contexte = {
        "groupes": [g for g in groupes if g[2]],
        "reste": sum(p.sorte in {Sorte.BLOQUE, Sorte.MANQUE} for p in points),
        "bloquants": sum(p.sorte is Sorte.BLOQUE for p in points),
        "regle": next(
            (p for p in points if p.regle == regle and p.sorte in {Sorte.BLOQUE, Sorte.ENFREINT}), None
        ),
        "formulaire": formulaire,
    }
    return atelier.rendre("manques", "Ce qui manque", "manques", contexte, 422 if formulaire.errors else 200)


Lien = tuple[Point, str]


def _par_fiche(atelier: Atelier, points: list[Point]) -> list[tuple[str, list[Lien]]]:
    """Each point with its place; those of a fiche together under its name."""
    noms = {f.reference: f"{f.numero} {f.intitule}" for f in atelier.contenu.fiches}
    groupes: dict[str, list[Lien]] = {}
    for rang, point in enumerate(points):
        cle = noms.get(point.fiche, "") if point.bref else ""
        groupes.setdefault(cle or f"\0{rang}", []).append(_lien(atelier, point))
    return [("" if cle.startswith("\0") else cle, siens) for cle, siens in groupes.items()]


def _lien(atelier: Atelier, point: Point) -> Lien:
    """A point with where to mend it."""
    if point.page == "dates":
        return point, atelier.adresse("instrument")
    if point.page == "fiches" and point.fiche:
        return point, f"{atelier.adresse('fiche', point.fiche)}#id_{point.champ}"
    return point, atelier.adresse(point.page)


@login_required
@require_safe
def comparer_les_moments(requete: Any, code: str, cle: str) -> HttpResponse:
    """What changed in the content between two moments, in sentences."""
    atelier = Atelier.ouvrir(requete, code, cle)
    connus = moments(atelier.objet)
    rangs = [m.rang for m in connus]
    dernier = atelier.objet.contenu_rang
    depuis = _rang(requete.GET.get("depuis", ""), dernier, rangs[-2] if len(rangs) > 1 else 0)
    jusqu_a = _rang(requete.GET.get("jusqu_a", ""), dernier, dernier)
    contexte = {
        "moments": connus,
        "depuis": depuis,
        "jusqu_a": jusqu_a,
        "changements": [
            (c, comparer(c.avant, c.apres) if c.avant or c.apres else [])
            for c in changements(atelier.objet, depuis, jusqu_a)
        ],
    }
    return atelier.rendre("moments", "Ce qui a changé", "fiches", contexte)


def _rang(texte: str, dernier: int, sinon: int) -> int:
    return int(texte) if texte.isdecimal() and len(texte) < 10 and int(texte) <= dernier else sinon
