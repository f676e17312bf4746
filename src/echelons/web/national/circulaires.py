"""Texts of reference: writing one, seeing whom it touches before it is published, publishing it, and what each
addressee reads and acknowledges.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from echelons.acteurs.auteurs import noms_des_auteurs
from echelons.acteurs.droits import Capacite
from echelons.contrats import circulaires as actes
from echelons.contrats.incidence import incidence, incidence_du_texte
from echelons.contrats.models import Contrat, Destinataire
from echelons.socle.circuit import ActeRefuse, CommentaireManquant, possibles
from echelons.socle.journal import histoire
from echelons.strategie.circuit import CIRCULAIRE
from echelons.strategie.circulaires import faire, preparer, refus_de_publier
from echelons.strategie.effets import effets_du_texte, effets_prevus, enoncer
from echelons.strategie.models import Circulaire
from echelons.web.compte.formulaires_equipe import porter
from echelons.web.compte.pages_equipe import exiger_la_nation, partir, prendre_avis
from echelons.web.compte.refus import AccesRefuse
from echelons.web.national.formulaires_circulaires import FormulaireCirculaire, FormulaireMotif

RECUS_MONTRES = 200
#: The acts done by a button; those that ask why have a field beside it.
ACTES = {
    "publier": "Le texte est publié\u00a0: ses destinataires sont prévenus.",
    "corriger": "Le texte est rouvert. Ce qui est publié vaut jusqu’à la publication de la correction.",
    "renoncer": "La correction est abandonnée\u00a0: le texte reste comme il est publié.",
    "retirer": "Le texte est retiré\u00a0: les dates d’avant reviennent.",
    "abandonner": "Le texte est abandonné\u00a0: rien n’en est publié.",
}


@login_required
@require_safe
def circulaires(requete: Any) -> HttpResponse:
    """The texts received, for who receives; those that are written here, for who writes them."""
    recus = (
        Destinataire.objects.for_user(requete.acteur)
        .avec_tout()
        .order_by("-edition__le", "-edition__rang", "pk")
    )
    ecrit = refus_de_publier(requete.acteur) is None
    contexte = {
        "ecrit": ecrit,
        "circulaires": _avancements() if ecrit else [],
        "recus": [] if ecrit else _par_texte(requete.acteur, recus[:RECUS_MONTRES]),
        "avis": prendre_avis(requete),
        "nav": "circulaires",
    }
    return render(requete, "national/circulaires.html", contexte)


def _avancements() -> list[tuple[Circulaire, actes.Avancement | None]]:
    """Every text written here, with how many acknowledged its last edition."""
    lignes = list(Circulaire.objects.select_related("texte").order_by("-date", "code"))
    par_texte: dict[int, list[Destinataire]] = {}
    for d in Destinataire.objects.filter(edition__texte__circulaire__in=lignes).select_related("edition"):
        par_texte.setdefault(d.edition.texte_id, []).append(d)
    return [(c, _dernier_avancement(par_texte.get(c.texte_id or 0, []))) for c in lignes]


def _dernier_avancement(tous: list[Destinataire]) -> actes.Avancement | None:
    rang = max((d.edition.rang for d in tous), default=0)
    return actes.avancement(d for d in tous if d.edition.rang == rang) if rang else None


def _par_texte(acteur: Any, recus: Any) -> list[dict[str, Any]]:
    """One line a text: its last edition, and whether something is left to acknowledge."""
    lignes: dict[str, dict[str, Any]] = {}
    for d in recus:
        ligne = lignes.setdefault(
            d.edition.texte.code, {"edition": d.edition, "destinataires": [], "a_accuser": 0}
        )
        if d.edition_id == ligne["edition"].pk:
            ligne["destinataires"].append(d)
            ligne["a_accuser"] += d.accuse_le is None and actes.refus_d_accuser(acteur, d) is None
    return list(lignes.values())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def nouvelle(requete: Any) -> HttpResponse:
    """Begin a text."""
    exiger_la_nation(requete.acteur, Capacite.TEXTE_PUBLIER)
    return _ecrire(requete, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def modifier(requete: Any, code: str) -> HttpResponse:
    """Write a text that is being prepared, or corrected."""
    exiger_la_nation(requete.acteur, Capacite.TEXTE_PUBLIER)
    circulaire = get_object_or_404(Circulaire, code=code)
    if not circulaire.en_cours:
        return redirect("circulaire", code=code)
    return _ecrire(requete, circulaire)


def _ecrire(requete: Any, circulaire: Circulaire | None) -> HttpResponse:
    ajouter = "ajouter" in requete.POST
    formulaire = FormulaireCirculaire(
        requete.POST if requete.method == "POST" else None, circulaire=circulaire, ajouter=ajouter
    )
    statut = 200
    if requete.method == "POST" and not ajouter:
        statut = 422
        if formulaire.is_valid():
            try:
                return _enregistrer(requete, circulaire, formulaire)
            except ValidationError as erreur:
                porter(formulaire, erreur)
            except ActeRefuse as refus:
                formulaire.add_error(None, str(refus))
                statut = 409
    contexte = {
        "circulaire": circulaire,
        "formulaire": formulaire,
        "ajout": ajouter,
        "nav": "circulaires",
        "fil": _fil((str(circulaire) if circulaire else "Préparer un texte", "")),
    }
    return render(requete, "national/circulaire_ecrire.html", contexte, status=statut)


def _enregistrer(
    requete: Any, circulaire: Circulaire | None, formulaire: FormulaireCirculaire
) -> HttpResponse:
    contenu = formulaire.contenu()
    if circulaire is None:
        circulaire = preparer(par=requete.acteur, contenu=contenu)
    else:
        faire(
            par=requete.acteur,
            circulaire=circulaire,
            acte="modifier",
            version_lue=formulaire.cleaned_data["version"],
            contenu=contenu,
        )
    return partir(
        requete, "Le texte est enregistré. Voici ce qu’il toucherait.", "circulaire", circulaire.code
    )


def _fil(*suite: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Textes", reverse("circulaires")), *suite]


@login_required
@require_safe
def circulaire(requete: Any, code: str) -> HttpResponse:
    """One text: what it changes, for whom, who acknowledged it; the acts, for who publishes."""
    return _montrer(requete, _lisible(requete, code))


def _lisible(requete: Any, code: str) -> Circulaire:
    """For who publishes, any; for who received it, once published; for the others there is none."""
    lisibles = Circulaire.objects.select_related("texte")
    if refus_de_publier(requete.acteur) is not None:
        recus = Destinataire.objects.for_user(requete.acteur).values("edition__texte")
        lisibles = lisibles.filter(texte__in=recus)
    return get_object_or_404(lisibles, code=code)


def _montrer(
    requete: Any,
    objet: Circulaire,
    *,
    motif: FormulaireMotif | None = None,
    refus: str = "",
    statut: int = 200,
) -> HttpResponse:
    ecrit = refus_de_publier(requete.acteur) is None
    contexte: dict[str, Any] = {
        "circulaire": objet,
        "texte": objet.texte,
        "ecrit": ecrit,
        "refus": refus,
        "avis": prendre_avis(requete),
        "nav": "circulaires",
        "fil": _fil((objet.reference, "")),
        "motif": motif or FormulaireMotif(),
    }
    if objet.texte is not None:
        contexte |= _publie(requete, objet)
    if ecrit:
        contexte |= _a_preparer(requete, objet)
    return render(requete, "national/circulaire.html", contexte, status=statut)


def _publie(requete: Any, objet: Circulaire) -> dict[str, Any]:
    """The editions, and the addressees within reach."""
    assert objet.texte is not None
    editions = list(objet.texte.editions.order_by("-rang"))
    siens = list(
        Destinataire.objects.for_user(requete.acteur).avec_tout().filter(edition=editions[0])
        if editions
        else []
    )
    siens.sort(key=lambda d: (d.accuse_le is not None, d.region is None, d.nom))
    contrats = {d.partie.contrat_id for d in siens if d.partie}
    touche = incidence_du_texte(
        objet.texte, Contrat.objects.filter(pk__in=contrats).select_related("perimetre").order_by("code")
    )
    return {
        "editions": editions,
        "destinataires": [
            (d, d.accuse_le is None and actes.refus_d_accuser(requete.acteur, d) is None) for d in siens
        ],
        "avancement": actes.avancement(siens),
        "touche": touche,
    }


def _a_preparer(requete: Any, objet: Circulaire) -> dict[str, Any]:
    """What publishing would change, the acts, what was done."""
    ecritures = histoire(objet.objet_journal)
    noms = noms_des_auteurs(e.auteur for e in ecritures)
    contexte: dict[str, Any] = {
        "possibles": {
            p.transition.acte: p
            for p in possibles(CIRCULAIRE, objet, lambda c, o: refus_de_publier(requete.acteur))
        },
        "histoire": [(e, noms.get(e.auteur.mandat, ""), LIBELLES.get(e.acte, e.acte)) for e in ecritures],
    }
    if objet.en_cours:
        contexte |= {
            "enonces": enoncer(effets_du_texte(objet.texte), effets_prevus(objet)),
            "incidence": incidence(objet),
            "effective": actes.incidence_effective(objet),
        }
    return contexte


LIBELLES = {
    "preparer": "Préparé",
    "modifier": "Modifié",
    "publier": "Publié",
    "corriger": "Rouvert pour correction",
    "renoncer": "Correction abandonnée",
    "retirer": "Retiré",
    "abandonner": "Abandonné",
    "accuser": "Reçu",
}


@login_required
@require_POST
def agir(requete: Any, code: str, acte: str) -> HttpResponse:
    """One act on a text."""
    exiger_la_nation(requete.acteur, Capacite.TEXTE_PUBLIER)
    objet = get_object_or_404(Circulaire.objects.select_related("texte"), code=code)
    if acte not in ACTES:
        raise Http404
    motif = FormulaireMotif(requete.POST) if acte in {"corriger", "retirer"} else None
    version = requete.POST.get("version", "")
    version_lue = int(version) if version.isdecimal() and len(version) < 10 else None
    try:
        if motif is not None and not motif.is_valid():
            raise CommentaireManquant("Dites pourquoi\u00a0: les destinataires et le public le liront.")
        _faire(requete, objet, acte, motif.cleaned_data["motif"] if motif else "", version_lue)
    except CommentaireManquant as refus:
        return _montrer(requete, objet, motif=motif, refus=str(refus), statut=422)
    except ActeRefuse as refus:
        frais = Circulaire.objects.select_related("texte").get(pk=objet.pk)
        return _montrer(requete, frais, motif=motif, refus=str(refus), statut=409)
    return partir(requete, ACTES[acte], "circulaire", code)


def _faire(requete: Any, objet: Circulaire, acte: str, motif: str, version_lue: int | None) -> None:
    if acte == "publier":
        vue = requete.POST.get("vue", "")
        actes.publier(par=requete.acteur, circulaire=objet, vue=vue, version_lue=version_lue)
    elif acte == "retirer":
        actes.retirer(par=requete.acteur, circulaire=objet, motif=motif, version_lue=version_lue)
    else:
        faire(par=requete.acteur, circulaire=objet, acte=acte, commentaire=motif, version_lue=version_lue)


@login_required
@require_POST
def accuser(requete: Any, code: str, numero: int) -> HttpResponse:
    """Say that a text was received, for a party or a région."""
    siens = Destinataire.objects.for_user(requete.acteur).avec_tout().filter(edition__texte__code=code)
    destinataire = get_object_or_404(siens, pk=numero)
    try:
        actes.accuser(par=requete.acteur, destinataire=destinataire)
    except ActeRefuse as refus:
        raise AccesRefuse(str(refus)) from refus
    return partir(requete, f"Accusé de réception donné pour {destinataire.nom}.", "circulaire", code)
