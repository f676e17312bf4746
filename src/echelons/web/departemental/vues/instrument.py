"""An instrument: where it stands, whose turn it is, its text, and each act of its circuit."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from echelons.acteurs.droits import Capacite
from echelons.contrats import actes
from echelons.contrats.circuit import CIRCUIT
from echelons.contrats.contenu.etat import contenu_courant, points_courants
from echelons.contrats.contenu.manques import Sorte
from echelons.contrats.contenu.ouverture import A_REDIGER, FIXEE
from echelons.contrats.dossier import Dossier
from echelons.contrats.edition.lignes import lignes_de
from echelons.contrats.etapes import etapes
from echelons.contrats.histoire import raconter
from echelons.contrats.messages import apercu
from echelons.contrats.models import Instrument
from echelons.contrats.sceaux.lecture import SIGNES, sceau_en_cours
from echelons.contrats.tour import AVANCE, attendus, chez, mon_tour
from echelons.socle.circuit import (
    ActeIncomplet,
    ActeInterdit,
    ActeRefuse,
    CommentaireManquant,
    ConflitDActe,
    Transition,
)
from echelons.socle.journal import histoire
from echelons.web.compte.refus import AccesRefuse, exiger
from echelons.web.departemental.atelier.commun import Atelier
from echelons.web.departemental.comparaison import comparer
from echelons.web.departemental.formulaires import FormulaireActe
from echelons.web.departemental.lecture import contenu_lisible, fil_de, lire_instrument

EPISODES_MONTRES = 40
#: Acts that cannot be undone: said before they are done.
SANS_RETOUR = {
    "signer_collectivite": "Une signature ne se retire pas.",
    "signer_etat": "Une signature ne se retire pas.",
    "signer_autre": "Une signature ne se retire pas.",
    "abandonner": "Un instrument abandonné ne se rouvre pas\u00a0: il faudra en ouvrir un autre.",
    "denoncer": "Une dénonciation met fin au contrat.",
    "entrer_en_vigueur": "L’acte devient public et ne change plus.",
}


@login_required
@require_safe
def instrument(requete: Any, code: str, cle: str) -> HttpResponse:
    """Where it stands, the next act, what is missing, the text, the votes and signatures, the story."""
    objet = lire_instrument(requete, code, cle)
    contrat, acteur = objet.contrat, requete.acteur
    lit_le_journal = acteur.peut(Capacite.JOURNAL_LIRE, contrat.cible)
    ecritures = histoire(objet.objet_journal)
    possibles = actes.actes_possibles(acteur, objet)
    montrees = ecritures[-EPISODES_MONTRES:] if lit_le_journal else ()
    rappelees = [e for e in ecritures if e.acte == "demander_des_corrections"][-1:]
    episodes = raconter([*montrees, *rappelees])
    miens = {t.acte for t in mon_tour(acteur, objet)}
    lisible = contenu_lisible(requete, objet)
    contexte = {
        "objet": objet,
        "contrat": contrat,
        "dossier": Dossier.de(objet),
        "etapes": etapes(objet, ecritures),
        "chez": chez(objet),
        "principaux": [p for p in possibles if p.permis and p.transition.acte in miens],
        "secondaires": [p for p in possibles if p.permis and p.transition.acte not in miens],
        "attendus": [] if miens else actes.qui_peut(objet, attendus(objet)),
        "manques": [
            m
            for p in possibles
            if p.transition in attendus_ou_proches(objet)
            for m in p.manques
            if not m.fait
        ],
        "texte": Dossier.de(objet).texte if lisible else None,
        "texte_cache": not lisible,
        "onglets": Atelier(requete, objet).onglets("instrument") if lisible else [],
        "editions": _editions(requete, objet) if lisible else [],
        "ouvert": objet.etat in A_REDIGER,
        "sceau": sceau_en_cours(objet) if objet.etat in SIGNES else None,
        "scelle": objet.etat in SIGNES and acteur.peut(Capacite.SCELLER, contrat.cible),
        "publiable": objet.etat in SIGNES and acteur.peut(Capacite.PUBLIER, contrat.cible),
        "episodes": tuple(reversed(episodes[: len(montrees)])),
        "plus_ancien": montrees[0].numero if len(ecritures) > len(montrees) > 0 else None,
        "rappel": episodes[-1] if rappelees and objet.etat == Instrument.Etat.A_CORRIGER else None,
        "echelon": contrat.perimetre.nom,
        "nav": "contrats",
        "fil": fil_de(objet),
    }
    return render(requete, "departemental/instrument.html", contexte)


#: What can be taken away of an instrument, as readers call it; the spreadsheet is an export.
EDITIONS = (
    ("acte_pdf", "Le texte et ses articles (PDF)"),
    ("annexes_pdf", "Les annexes\u00a0: fiches-actions, financement, cibles (PDF)"),
    (
        "dossier_de_seance",
        "Le dossier de séance\u00a0: rapport, projet de délibération, acte et annexes (ZIP)",
    ),
    ("acte_docx", "Le texte à retravailler (DOCX)"),
)
CLASSEUR = ("contenu_xlsx", "Fiches, financement et cibles (XLSX)")
RETOUR = ("classeur", "Modifier ce classeur hors ligne, puis le rapporter")


def _editions(requete: Any, objet: Instrument) -> list[tuple[str, str]]:
    """The pieces of an instrument that this reader may take: address, name."""
    exporte = requete.acteur.peut(Capacite.EXPORTER, objet.contrat.cible)
    pieces = (*EDITIONS, CLASSEUR) if exporte else EDITIONS
    if exporte and objet.etat in A_REDIGER and requete.acteur.peut(Capacite.REDIGER, objet.contrat.cible):
        pieces = (*pieces, RETOUR)
    return [(reverse(nom, args=[objet.contrat.code, objet.cle]), libelle) for nom, libelle in pieces]


def attendus_ou_proches(objet: Instrument) -> list[Transition]:
    """The acts that would take it further, ready or not: what they lack is what is missing."""
    return [CIRCUIT.table[acte, objet.etat] for acte in AVANCE.get(objet.etat, ())]


@login_required
@require_safe
def versions(requete: Any, code: str, cle: str) -> HttpResponse:
    """Two versions side by side, in words: the text, and what was frozen with it."""
    objet = lire_instrument(requete, code, cle)
    if not contenu_lisible(requete, objet):
        raise Http404
    textes = {str(t.rang): t for t in objet.textes.all()}
    rangs = sorted(textes, key=int)
    apres = requete.GET.get("apres", rangs[-1] if rangs else "")
    avant = requete.GET.get("avant", rangs[-2] if len(rangs) > 1 else apres)
    if rangs and (apres not in textes or avant not in textes):
        raise Http404("Aucune version de ce numéro.")
    contexte = {
        "objet": objet,
        "contrat": objet.contrat,
        "textes": [textes[r] for r in rangs],
        "avant": avant,
        "apres": apres,
        "changements": comparer(lignes_de(textes[avant]), lignes_de(textes[apres])) if rangs else [],
        "echelon": objet.contrat.perimetre.nom,
        "nav": "contrats",
        "fil": fil_de(objet, ("Versions du texte", "")),
    }
    return render(requete, "departemental/versions.html", contexte)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def acte(requete: Any, code: str, cle: str, acte: str) -> HttpResponse:
    """Ask what an act needs, then do it; what was typed stays when it is refused."""
    objet = lire_instrument(requete, code, cle)
    transition = next((t for t in CIRCUIT.transitions if t.acte == acte), None)
    if transition is None:
        raise Http404
    # From another state, any line of the act says who may do it.
    transition = CIRCUIT.table.get((acte, objet.etat), transition)
    exiger(requete, Capacite(transition.capacite), objet.contrat)
    parties = _parties(requete, objet, transition)
    if requete.method != "POST":
        initial = {"version": objet.version, **_initial(objet, acte)}
        return _demander(requete, objet, transition, FormulaireActe(transition, parties, initial=initial))
    formulaire = FormulaireActe(transition, parties, requete.POST)
    if not formulaire.is_valid():
        return _demander(requete, objet, transition, formulaire, statut=422)
    try:
        _agir(requete, objet, acte, formulaire)
    except ConflitDActe as conflit:
        return _demander(requete, objet, transition, formulaire, statut=409, conflit=conflit)
    except ActeInterdit as refus:
        raise AccesRefuse(str(refus)) from refus
    if formulaire.errors:
        return _demander(requete, objet, transition, formulaire, statut=422)
    return redirect(f"/contrats/{code}/{cle}/")


def _agir(requete: Any, objet: Instrument, acte: str, formulaire: FormulaireActe) -> None:
    """Do the act; what it lacks goes back to the form. Raises ``ConflitDActe``, ``ActeInterdit``."""
    try:
        actes.agir(
            par=requete.acteur,
            instrument=objet,
            acte=acte,
            commentaire=formulaire.cleaned_data.get("commentaire", ""),
            version_lue=formulaire.cleaned_data["version"],
            **formulaire.donnees,
        )
    except (ConflitDActe, ActeInterdit):
        raise
    except CommentaireManquant as absent:
        formulaire.add_error("commentaire", str(absent))
    except ActeIncomplet as incomplet:
        for manque in incomplet.manques:
            formulaire.add_error(None, manque.phrase)
    except ActeRefuse as refus:
        formulaire.add_error(None, str(refus))
    except ValidationError as refus:
        formulaire.add_error(None, refus.messages)


def _parties(requete: Any, objet: Instrument, transition: Transition) -> list[Any]:
    if transition.acte not in actes.ACTES_DE_PARTIE:
        return []
    pouvoir = requete.acteur.pouvoir(Capacite(transition.capacite), objet.contrat.cible)
    return actes.parties_possibles(transition.acte, objet, pouvoir.codes) if pouvoir else []


def _initial(objet: Instrument, acte: str) -> dict[str, Any]:
    texte = Dossier.de(objet).texte
    return {"texte": texte.texte} if acte == "rediger" and texte else {}


def _a_voir(objet: Instrument) -> int:
    """How many fields are empty and rules broken in what is about to be frozen."""
    contenu = contenu_courant(objet)
    comptes = {Sorte.BLOQUE, Sorte.ENFREINT, Sorte.MANQUE}
    return 0 if contenu.vide else sum(p.sorte in comptes for p in points_courants(objet, contenu))


def _demander(
    requete: Any,
    objet: Instrument,
    transition: Transition,
    formulaire: FormulaireActe,
    statut: int = 200,
    conflit: ConflitDActe | None = None,
) -> HttpResponse:
    changements: list[Any] = []
    if conflit is not None:
        # The reader's words against what is recorded now; she may send them again, knowing it.
        objet = lire_instrument(requete, objet.contrat.code, objet.cle)
        donnees = requete.POST.copy()
        donnees["version"] = str(objet.version)
        formulaire.data = donnees
        texte = Dossier.de(objet).texte
        if transition.acte == "rediger" and texte:
            changements = comparer(texte.texte, formulaire.cleaned_data.get("texte", ""))
    contexte = {
        "objet": objet,
        "contrat": objet.contrat,
        "transition": transition,
        "formulaire": formulaire,
        "conflit": conflit,
        "changements": changements,
        "annonces": [
            a for a in apercu(transition.acte, objet, par=requete.acteur) if a.a_faire or a.pour_information
        ],
        "sans_retour": SANS_RETOUR.get(transition.acte, ""),
        "a_voir": _a_voir(objet) if transition.acte == "soumettre" else 0,
        "annule_l_accord": transition.acte == "rediger" and objet.etat in FIXEE,
        "echelon": objet.contrat.perimetre.nom,
        "nav": "contrats",
        "fil": fil_de(objet, (transition.libelle, "")),
    }
    return render(requete, "departemental/acte.html", contexte, status=statut)
