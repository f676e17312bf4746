"""The fiches-actions of an instrument: their list, one of them and its pieces."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from echelons.acteurs.droits import Capacite
from echelons.contrats.contenu import fiches as actes
from echelons.contrats.contenu.manques import manques_de_la_fiche
from echelons.contrats.contenu.registre import Conflit
from echelons.contrats.contenu.saisies import dire_lieux
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.documents import documents_de
from echelons.contrats.models import Document, FicheAction
from echelons.socle.circuit import ActeRefuse
from echelons.socle.dates import en_lettres
from echelons.territoires.models import Territoire
from echelons.web.champs import ligne
from echelons.web.compte.formulaires import Formulaire
from echelons.web.departemental.atelier.commun import Atelier, dire_le_conflit, erreurs_json
from echelons.web.departemental.atelier.formulaires import (
    FormulaireFiche,
    est_une_reference,
    verifier_le_refus,
)

#: What a list of fiches, or one of them, does not show of the whole.
RETIREE = "Cette fiche a été retirée entre-temps."
SANS_DETAIL = ("clauses", "exceptions", "plafonds", "pieces", "territoires")


class FormulaireNouvelleFiche(Formulaire):
    """What a new fiche is called."""

    intitule = ligne("Intitulé de la nouvelle fiche", 300)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fiches(requete: Any, code: str, cle: str) -> HttpResponse:
    """The list, in order; a title makes a new one."""
    atelier = Atelier.ouvrir(requete, code, cle, *SANS_DETAIL, "cibles")
    formulaire = FormulaireNouvelleFiche(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST":
        atelier.exiger_la_plume()
        if formulaire.is_valid():
            try:
                neuve = actes.ajouter(
                    par=requete.acteur, instrument=atelier.objet, intitule=formulaire.cleaned_data["intitule"]
                )
                return redirect(atelier.adresse("fiche", neuve.reference))
            except (ActeRefuse, ValidationError) as refus:
                formulaire.add_error(None, str(refus) if isinstance(refus, ActeRefuse) else refus.messages)
    return _lister(atelier, formulaire)


def _lister(atelier: Atelier, formulaire: FormulaireNouvelleFiche, refus: str = "") -> HttpResponse:
    totaux, cadre = totaliser(atelier.contenu), atelier.cadre
    lignes = [
        (f, totaux.par_fiche[f.reference], len(manques_de_la_fiche(f, cadre))) for f in atelier.contenu.fiches
    ]
    contexte = {
        "lignes": lignes,
        "ensemble": totaux.ensemble,
        "formulaire": formulaire,
        "refus_de_place": refus,
    }
    statut = 422 if refus or formulaire.errors else 200
    return atelier.rendre("fiches", "Fiches-actions", "fiches", contexte, statut)


def _fiche(atelier: Atelier, reference: uuid.UUID) -> FicheAction:
    siennes = FicheAction.objects.filter(instrument=atelier.objet).select_related("volet", "mesure", "nature")
    fiche = siennes.prefetch_related("territoires", "pieces").filter(reference=reference).first()
    if fiche is None:
        raise Http404
    fiche.instrument = atelier.objet
    return fiche


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def fiche(requete: Any, code: str, cle: str, reference: uuid.UUID) -> HttpResponse:
    """One fiche: read, or written field by field; what two people changed is given back to decide."""
    atelier = Atelier.ouvrir(requete, code, cle, *SANS_DETAIL)
    objet = _fiche(atelier, reference)
    if requete.method != "POST":
        formulaire = FormulaireFiche.de(objet, actes.valeurs_de(objet), rang=atelier.objet.contenu_rang)
        return _montrer(atelier, objet, formulaire)
    atelier.exiger_la_plume()
    formulaire = FormulaireFiche(atelier.objet, requete.POST)
    if not formulaire.is_valid():
        return _refuser(atelier, objet, formulaire)
    try:
        ecrit = actes.enregistrer(
            par=requete.acteur,
            instrument=atelier.objet,
            reference=reference,
            champs=formulaire.valeurs,
            rang_lu=formulaire.cleaned_data["rang"],
        )
    except ValidationError as refus:
        verifier_le_refus(formulaire, refus)
        return _refuser(atelier, objet, formulaire)
    except FicheAction.DoesNotExist:
        formulaire.add_error(
            None, "Cette fiche a été retirée entre-temps. Copiez ce que vous avez écrit dans une autre."
        )
        return _refuser(atelier, objet, formulaire)
    except ActeRefuse as refus:
        formulaire.add_error(None, str(refus))
        return _refuser(atelier, objet, formulaire)
    if atelier.seul:
        return atelier.repondre(ecrit, _dire, lambda conflit: conflit.champ)
    if ecrit.conflits:
        # What others wrote elsewhere is shown too: only what is in conflict is as she typed it.
        frais = _fiche(atelier, reference)
        voulus = {c.champ: c.voulu for c in ecrit.conflits}
        if "territoires" in voulus:
            voulus["territoires"] = requete.POST.get("territoires", "")
        formulaire = FormulaireFiche.de(
            frais, {**actes.valeurs_de(frais), **voulus}, **voulus, rang=ecrit.rang
        )
        return _montrer(atelier, frais, formulaire, 409, ecrit.conflits)
    return redirect(f"{atelier.adresse('fiche', reference)}?enregistre=1")


def _refuser(atelier: Atelier, objet: FicheAction, formulaire: FormulaireFiche) -> HttpResponse:
    if atelier.seul:
        return erreurs_json({c: [str(e) for e in erreurs] for c, erreurs in formulaire.errors.items()})
    return _montrer(atelier, objet, formulaire, 422)


def _montrer(
    atelier: Atelier,
    objet: FicheAction,
    formulaire: FormulaireFiche,
    statut: int = 200,
    conflits: list[Conflit] | None = None,
    refus_de_piece: str = "",
) -> HttpResponse:
    dite = next((f for f in atelier.contenu.fiches if f.reference == str(objet.reference)), None)
    cadre = atelier.cadre
    totaux = totaliser(atelier.contenu)
    numero = dite.numero if dite else ""
    return atelier.rendre(
        "fiche",
        f"{numero} {objet.intitule}".strip(),
        "fiches",
        {
            "fiche": dite,
            "reference": objet.reference,
            "formulaire": formulaire,
            "conflits": [
                {**dire_le_conflit(c, _dire), "libelle": formulaire.fields[c.champ].label}
                for c in conflits or []
            ],
            "manques": manques_de_la_fiche(dite, cadre) if dite else [],
            "total": totaux.par_fiche.get(str(objet.reference)),
            "cibles": [c for c in atelier.contenu.cibles if c.fiche == str(objet.reference)],
            "enregistre": "enregistre" in atelier.requete.GET,
            "refus_de_piece": refus_de_piece,
            **_pieces(atelier, objet),
        },
        statut,
        ("Fiches-actions", atelier.adresse("fiches")),
    )


def _pieces(atelier: Atelier, objet: FicheAction) -> dict[str, Any]:
    """The documents attached, and those of the dossier that may be: for who may read them."""
    contrat = atelier.objet.contrat
    acteur = atelier.requete.acteur
    lisible = acteur.peut(Capacite.DOCUMENT_LIRE, contrat.cible)
    jointes = sorted(objet.pieces.all(), key=lambda d: d.pk)
    presents: list[Document] = []
    if lisible and acteur.peut(Capacite.REDIGER, contrat.cible) and atelier.refus is None:
        presents = [d for d in documents_de(contrat, acteur).presents() if d not in jointes]
    return {
        "pieces": jointes,
        "pieces_lisibles": lisible,
        "pieces_a_joindre": presents,
        "depose": acteur.peut(Capacite.DOCUMENT_DEPOSER, contrat.cible),
    }


@login_required
@require_POST
def pieces(requete: Any, code: str, cle: str, reference: uuid.UUID) -> HttpResponse:
    """Attach a document of the dossier to a fiche, or detach one."""
    atelier = Atelier.ouvrir(requete, code, cle, *SANS_DETAIL)
    atelier.exiger_la_plume()
    objet = _fiche(atelier, reference)
    geste = {"joindre": actes.joindre, "detacher": actes.detacher}.get(requete.POST.get("geste", ""))
    dite = requete.POST.get("document", "")
    lus = documents_de(atelier.objet.contrat, requete.acteur) if est_une_reference(dite) else None
    document = lus.filter(reference=dite).first() if lus is not None else None
    if geste is None or document is None:
        refus = "Choisissez un document du dossier."
    else:
        try:
            geste(par=requete.acteur, instrument=atelier.objet, reference=reference, document=document)
            return redirect(f"{atelier.adresse('fiche', reference)}#pieces")
        except ActeRefuse as interdit:
            refus = str(interdit)
        except ValidationError as invalide:
            refus = " ".join(invalide.messages)
        except FicheAction.DoesNotExist:
            return _lister(atelier, FormulaireNouvelleFiche(), RETIREE)
    formulaire = FormulaireFiche.de(objet, actes.valeurs_de(objet), rang=atelier.objet.contenu_rang)
    return _montrer(atelier, objet, formulaire, 422, refus_de_piece=refus)


def _dire(champ: str, valeur: Any) -> str:
    """A value of a fiche as its field shows it."""
    if valeur is None:
        return ""
    if champ in actes.JOURS:
        return en_lettres(dt.date.fromisoformat(valeur))
    if champ == "territoires":
        return dire_lieux(Territoire.objects.filter(code__in=valeur).order_by("code"))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    return str(valeur)


@login_required
@require_POST
def deplacer(requete: Any, code: str, cle: str, reference: uuid.UUID) -> HttpResponse:
    """Put a fiche at another place in the list."""
    atelier = Atelier.ouvrir(requete, code, cle)
    atelier.exiger_la_plume()
    objet = _fiche(atelier, reference)
    ordre = list(atelier.objet.fiches.values_list("reference", flat=True))
    sens = {"monter": -1, "descendre": 1}.get(requete.POST.get("sens", ""))
    if sens is None:
        return _lister(atelier, FormulaireNouvelleFiche(), "Dites si la fiche monte ou descend.")
    if objet.reference not in ordre:
        return _lister(atelier, FormulaireNouvelleFiche(), RETIREE)
    try:
        actes.deplacer(
            par=requete.acteur,
            instrument=atelier.objet,
            reference=reference,
            vers=ordre.index(objet.reference) + 1 + sens,
        )
    except ActeRefuse as refus:
        return _lister(atelier, FormulaireNouvelleFiche(), str(refus))
    except FicheAction.DoesNotExist:
        return _lister(atelier, FormulaireNouvelleFiche(), RETIREE)
    return redirect(f"{atelier.adresse('fiches')}#f-{reference}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(requete: Any, code: str, cle: str, reference: uuid.UUID) -> HttpResponse:
    """Say what goes with a fiche, then remove it."""
    atelier = Atelier.ouvrir(requete, code, cle)
    atelier.exiger_la_plume()
    objet = _fiche(atelier, reference)
    erreur = ""
    if requete.method == "POST":
        try:
            actes.retirer(par=requete.acteur, instrument=atelier.objet, reference=reference)
            return redirect(atelier.adresse("fiches"))
        except FicheAction.DoesNotExist:
            return redirect(atelier.adresse("fiches"))  # somebody, or a first click, removed it
        except ActeRefuse as refus:
            erreur = str(refus)
    contexte = {
        "fiche": objet,
        "erreur": erreur,
        "montant": totaliser(atelier.contenu).par_fiche.get(str(reference)),
        "cibles": sum(c.fiche == str(reference) for c in atelier.contenu.cibles),
    }
    parent = ("Fiches-actions", atelier.adresse("fiches"))
    return atelier.rendre(
        "retirer", f"Retirer «\u00a0{objet}\u00a0»", "fiches", contexte, 422 if erreur else 200, parent
    )
