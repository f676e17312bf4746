"""A mandate: what it is, what happened to it, and the acts of whoever may end it, renew it or hand it over."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from echelons.acteurs import actes
from echelons.acteurs.droits import Capacite
from echelons.acteurs.ecritures import objet_de
from echelons.acteurs.habilitations import cible_de, refus_sur
from echelons.acteurs.models import Invitation, Mandat
from echelons.acteurs.passation import passer_la_main
from echelons.acteurs.recit import raconter
from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import Objet
from echelons.web.compte.formulaires_equipe import (
    FormulaireFin,
    FormulairePassation,
    FormulaireRenouvellement,
)
from echelons.web.compte.pages_equipe import (
    adresse_d_invitation,
    exiger,
    faire,
    ligne_de,
    montrer,
    page_de_formulaire,
    partir,
    peut_pour_la_nation,
    prendre_avis,
)


def _trouver(requete: Any, pk: int) -> Mandat:
    return get_object_or_404(Mandat.objects.for_user(requete.acteur).avec_noms(), pk=pk)


@login_required
@require_safe
def mandat(requete: Any, pk: int) -> HttpResponse:
    """Who holds what, since when, and what one may do about it."""
    tenu, acteur, jour = _trouver(requete, pk), requete.acteur, aujourdhui()
    ligne = ligne_de(tenu, jour)
    ouvert = ligne["etat"] != "terminé" and tenu.personne.oubliee_le is None
    fin = refus_sur(acteur, Capacite.MANDAT_TERMINER, tenu)
    suite = refus_sur(acteur, Capacite.MANDAT_INVITER, tenu)
    lit_l_histoire = not (fin and suite) or acteur.peut(
        Capacite.JOURNAL_LIRE, cible_de(tenu.organisation, tenu.territoire)
    )
    contexte = {
        **ligne,
        "peut_passer": ouvert and not fin and not suite,
        "peut_terminer": ouvert and not fin,
        "peut_renouveler": ouvert and not suite and tenu.fin is not None,
        "peut_oublier": tenu.personne.oubliee_le is None
        and peut_pour_la_nation(acteur, Capacite.PERSONNE_OUBLIER),
        "qui": fin.qui if ouvert and fin and suite else (),
        "histoire": raconter(*_chaines(tenu)) if lit_l_histoire else None,
        "fil": [("Mon équipe", reverse("equipe")), (str(tenu.personne), "")],
        "avis": prendre_avis(requete),
    }
    return montrer(requete, "equipe/mandat.html", contexte)


def _chaines(tenu: Mandat) -> list[Objet]:
    """The chains that tell of a mandate: its own, and that of the invitation it comes from."""
    return [objet_de(tenu), *map(objet_de, Invitation.objects.filter(mandat=tenu))]


def _page(requete: Any, tenu: Mandat, formulaire: Form, **contexte: Any) -> HttpResponse:
    retour = reverse("mandat", args=[tenu.pk])
    return page_de_formulaire(
        requete,
        formulaire,
        tenu=ligne_de(tenu, aujourdhui()),
        retour=("Ne rien changer", retour),
        fil=[("Mon équipe", reverse("equipe")), (str(tenu.personne), retour), (contexte["etape"], "")],
        **contexte,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def terminer(requete: Any, pk: int) -> HttpResponse:
    """Set the last day."""
    tenu = _trouver(requete, pk)
    exiger(refus_sur(requete.acteur, Capacite.MANDAT_TERMINER, tenu))
    formulaire = FormulaireFin(
        requete.POST if requete.method == "POST" else None, initial={"fin": aujourdhui()}
    )
    if requete.method == "POST":

        def acte(donnees: Any) -> str:
            fini = actes.terminer_mandat(par=requete.acteur, mandat=tenu, fin=donnees["fin"])
            return f"Le mandat de {tenu.personne} s’achève le {en_lettres(fini.fin or donnees['fin'])}."

        if (avis := faire(formulaire, acte)) is not None:
            return partir(requete, avis, "mandat", pk)
    return _page(
        requete,
        tenu,
        formulaire,
        etape="Mettre fin",
        titre=f"Mettre fin au mandat de {tenu.personne}",
        chapo="Les droits qui viennent de ce mandat s’arrêtent avec lui, exports compris. Ce que la personne a fait "
        "reste dans l’histoire des dossiers.",
        bouton="Mettre fin au mandat",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def renouveler(requete: Any, pk: int) -> HttpResponse:
    """Carry the end further."""
    tenu = _trouver(requete, pk)
    exiger(refus_sur(requete.acteur, Capacite.MANDAT_INVITER, tenu))
    formulaire = FormulaireRenouvellement(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST":

        def acte(donnees: Any) -> str:
            suite = actes.renouveler_mandat(par=requete.acteur, mandat=tenu, fin=donnees["fin"])
            quand = f"jusqu’au {en_lettres(suite.fin)}" if suite.fin else "sans fin prévue"
            return f"Le mandat de {tenu.personne} est renouvelé, {quand}."

        if (avis := faire(formulaire, acte)) is not None:
            return partir(requete, avis, "mandat", pk)
    return _page(
        requete,
        tenu,
        formulaire,
        etape="Renouveler",
        titre=f"Renouveler le mandat de {tenu.personne}",
        chapo="La fonction continue sans interruption, avec les mêmes droits.",
        bouton="Renouveler",
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def passer(requete: Any, pk: int) -> HttpResponse:
    """Hand the office over to somebody else."""
    tenu = _trouver(requete, pk)
    for capacite in (Capacite.MANDAT_TERMINER, Capacite.MANDAT_INVITER):
        exiger(refus_sur(requete.acteur, capacite, tenu))
    formulaire = FormulairePassation(
        requete.POST if requete.method == "POST" else None,
        initial={"le": aujourdhui(), "titre": tenu.titre},
    )
    if requete.method == "POST":

        def acte(donnees: Any) -> str:
            faite = passer_la_main(
                par=requete.acteur, mandat=tenu, adresse=adresse_d_invitation(requete), **donnees
            )
            le = en_lettres(donnees["le"])
            if faite.mandat is not None:
                return f"{faite.mandat.personne} tient la fonction à partir du {le}, et y trouve tous les dossiers."
            return f"L’invitation est partie à {donnees['courriel']}, pour une prise de fonction le {le}."

        if (avis := faire(formulaire, acte)) is not None:
            return partir(requete, avis, "mandat", pk)
    return _page(
        requete,
        tenu,
        formulaire,
        etape="Passer la main",
        titre=f"Passer la main\u00a0: {tenu.fonction.libelle}",
        chapo=f"{tenu.personne} tient la fonction jusqu’à la veille\u00a0; qui suit y trouve les mêmes dossiers, "
        "avec toute leur histoire. Rien n’est à recopier.",
        bouton="Passer la main",
    )
