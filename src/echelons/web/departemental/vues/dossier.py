"""The dossier of a contract: its instruments, what is missing, exchanges, and all that was done."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from echelons.acteurs.droits import Capacite
from echelons.contrats import actes
from echelons.contrats.documents import documents_de
from echelons.contrats.histoire import raconter
from echelons.contrats.models import Contrat, Instrument
from echelons.contrats.requetes import lire_dossiers
from echelons.pilotage.calendrier import grouper, lignes_de
from echelons.pilotage.faits import lire_dossiers_montres
from echelons.pilotage.travail import lignes
from echelons.socle.circuit import ActeInterdit
from echelons.socle.journal import fin_d_histoire
from echelons.web.compte.refus import AccesRefuse, exiger
from echelons.web.departemental.formulaires import FormulaireEchange


def contrat_lisible(requete: Any, code: str) -> Contrat:
    """The contract, among those that the reader may read. Raises ``Http404``."""
    lisibles = Contrat.objects.for_user(requete.acteur).avec_cible()
    contrat = lisibles.filter(code=code).first()
    if contrat is None:
        raise Http404
    return contrat


@login_required
@require_safe
def dossier(requete: Any, code: str) -> HttpResponse:
    """Everything about a contract, on one page."""
    return _montrer(requete, contrat_lisible(requete, code), FormulaireEchange())


def _montrer(
    requete: Any, contrat: Contrat, formulaire: FormulaireEchange, statut: int = 200
) -> HttpResponse:
    acteur = requete.acteur
    instruments = list(contrat.instruments.nes_ici().avec_dossier(contrat_lu=True))
    en_cours = lignes(acteur, [i for i in instruments if i.etat not in CLOS])
    lit_le_journal = acteur.peut(Capacite.JOURNAL_LIRE, contrat.cible)
    chaines = actes.chaines_de(contrat, instruments) if lit_le_journal else ()
    episodes = raconter(fin_d_histoire(*chaines, nombre=EPISODES_MONTRES + 1)) if lit_le_journal else ()
    montre = lire_dossiers_montres((contrat.pk,), None)
    contexte = {
        "contrat": contrat,
        "etat": lire_dossiers(contrat.dispositif_id).contrats[contrat.pk].etat_au(acteur.jour),
        "en_cours": en_cours,
        "clos": [i for i in instruments if i.etat in CLOS],
        "faits": montre[0].faits if montre else (),
        "signes_avant_le_vote": montre[0].signes_avant_le_vote if montre else (),
        "echeances": grouper(x for x in lignes_de(acteur, [contrat], instruments) if x.echeance.ouverte)[
            :ECHEANCES_MONTREES
        ],
        "documents": list(documents_de(contrat, acteur).filter(retire_le=None)[:DOCUMENTS_MONTRES]),
        "echanges": [e for e in reversed(episodes) if e.acte == "echanger"],
        "episodes": [e for e in episodes[:EPISODES_MONTRES] if e.acte != "echanger"],
        "plus_ancien": episodes[EPISODES_MONTRES - 1].numero if len(episodes) > EPISODES_MONTRES else None,
        "lit_le_journal": lit_le_journal,
        "formulaire": formulaire,
        "peut_echanger": acteur.peut(Capacite.ECHANGER, contrat.cible),
        "peut_ouvrir": acteur.peut(Capacite.OUVRIR, contrat.cible),
        "peut_lire_documents": acteur.peut(Capacite.DOCUMENT_LIRE, contrat.cible),
        "echelon": contrat.perimetre.nom,
        "nav": "contrats",
        "fil": [("Mes contrats", "/contrats/"), (contrat.intitule, "")],
    }
    return render(requete, "departemental/dossier.html", contexte, status=statut)


ECHEANCES_MONTREES = 5
EPISODES_MONTRES = 40
EPISODES_PAR_PAGE = 100
DOCUMENTS_MONTRES = 5
CLOS = frozenset({Instrument.Etat.EN_VIGUEUR, Instrument.Etat.ABANDONNEE, Instrument.Etat.DENONCEE})


@login_required
@require_safe
def episodes(requete: Any, code: str) -> HttpResponse:
    """The whole story of a contract, or of one of its instruments, page after page, the last act first."""
    contrat = contrat_lisible(requete, code)
    exiger(requete, Capacite.JOURNAL_LIRE, contrat)
    brut = requete.GET.get("avant", "")
    avant = int(brut) if brut.isascii() and brut.isdigit() and len(brut) < 16 else None
    chaines, instrument = actes.chaines_de(contrat), None
    if cle := requete.GET.get("instrument", ""):
        instrument = get_object_or_404(contrat.instruments.nes_ici(), cle=cle)
        chaines = (instrument.objet_journal,)
    lus = raconter(fin_d_histoire(*chaines, nombre=EPISODES_PAR_PAGE + 1, avant=avant))
    contexte = {
        "contrat": contrat,
        "instrument": instrument,
        "episodes": lus[:EPISODES_PAR_PAGE],
        "plus_ancien": lus[EPISODES_PAR_PAGE - 1].numero if len(lus) > EPISODES_PAR_PAGE else None,
        "avant": avant,
        "echelon": contrat.perimetre.nom,
        "nav": "contrats",
        "fil": [("Mes contrats", "/contrats/"), (contrat.intitule, f"/contrats/{code}/"), ("Histoire", "")],
    }
    return render(requete, "departemental/histoire.html", contexte)


@login_required
@require_POST
def echanger(requete: Any, code: str) -> HttpResponse:
    """Write to those who follow the contract."""
    contrat = contrat_lisible(requete, code)
    exiger(requete, Capacite.ECHANGER, contrat)
    formulaire = FormulaireEchange(requete.POST)
    if formulaire.is_valid():
        try:
            actes.echanger(par=requete.acteur, contrat=contrat, texte=formulaire.cleaned_data["texte"])
        except ActeInterdit as refus:
            raise AccesRefuse(str(refus)) from refus
        except ValidationError as erreur:
            formulaire.add_error(None, erreur)
        else:
            return redirect(f"/contrats/{contrat.code}/#echanges")
    return _montrer(requete, contrat, formulaire, statut=422)
