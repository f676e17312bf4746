"""The directory: every organisation for the national administration, the page of each for who sees its territory."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from echelons.acteurs import annuaire
from echelons.acteurs.droits import Capacite
from echelons.acteurs.ecritures import objet_de
from echelons.acteurs.models import Mandat, Organisation
from echelons.acteurs.recit import raconter
from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui
from echelons.web.compte.formulaires_equipe import FormulaireNom, FormulaireNumeros, FormulaireOrganisation
from echelons.web.compte.pages_equipe import (
    exiger_la_nation,
    faire,
    ligne_de,
    montrer,
    page_de_formulaire,
    partir,
    peut_pour_la_nation,
    prendre_avis,
)

PAR_PAGE = 50
LONGUEUR_MAX = 100


@login_required
@require_safe
def organisations(requete: Any) -> HttpResponse:
    """Every organisation, searched by name, number or territory."""
    exiger_la_nation(requete.acteur, Capacite.ORGANISATION_GERER)
    q = requete.GET.get("q", "").strip()[:LONGUEUR_MAX]
    trouvees = Organisation.objects.for_user(requete.acteur, Capacite.ORGANISATION_GERER)
    for mot in q.replace("\x00", "").split():
        noms = Organisation.objects.filter(Q(noms__nom__icontains=mot) | Q(noms__sigle__iexact=mot))
        trouvees = trouvees.filter(
            Q(pk__in=noms.values("pk"))
            | Q(code__icontains=mot)
            | Q(territoire__nom__icontains=mot)
            | Q(siren=mot)
            | Q(siret=mot)
        )
    lues = trouvees.select_related("territoire", "fusionnee_dans").prefetch_related(
        "noms", "fusionnee_dans__noms"
    )
    page = Paginator(lues, PAR_PAGE).get_page(requete.GET.get("page"))
    jour = aujourdhui()
    contexte = {
        "lignes": [
            {
                "organisation": o,
                "nom": o.nom_au(jour),
                "reunie_a": o.fusionnee_dans.nom_au(jour) if o.fusionnee_dans else "",
            }
            for o in page
        ],
        "page": page,
        "q": q,
        "fil": [("Mon équipe", reverse("equipe")), ("Organisations", "")],
        "avis": prendre_avis(requete),
    }
    return montrer(requete, "equipe/organisations.html", contexte)


def trouver(requete: Any, code: str, *, gerer: bool = False) -> Organisation:
    """The organisation, if one sees it; 404 otherwise. ``gerer``: 403 unless one may also change it."""
    vues = Organisation.objects.for_user(requete.acteur).select_related(
        "territoire", "parent", "fusionnee_dans"
    )
    organisation = get_object_or_404(
        vues.prefetch_related("noms", "parent__noms", "fusionnee_dans__noms", "services__noms"), code=code
    )
    if gerer:
        exiger_la_nation(requete.acteur, Capacite.ORGANISATION_GERER)
    return organisation


def fil_de(organisation: Organisation, etape: str) -> list[tuple[str, str]]:
    """Where one is, under an organisation."""
    nom = organisation.nom_au(aujourdhui())
    return [
        ("Mon équipe", reverse("equipe")),
        (nom, reverse("organisation", args=[organisation.code])),
        (etape, ""),
    ]


@login_required
@require_safe
def organisation(requete: Any, code: str) -> HttpResponse:
    """Its names over time, who acts for it, and for who keeps the directory, its history and the acts."""
    lue, jour = trouver(requete, code), aujourdhui()
    gere = peut_pour_la_nation(requete.acteur, Capacite.ORGANISATION_GERER)
    mandats = Mandat.objects.for_user(requete.acteur).valides(jour).filter(organisation=lue).avec_noms()
    contexte = {
        "organisation": lue,
        "nom": lue.nom_au(jour),
        "noms": [(n, n.valide_le(jour)) for n in reversed(list(lue.noms.all()))],
        "parent": lue.parent.nom_au(jour) if lue.parent else "",
        "services": sorted(s.nom_au(jour) for s in lue.services.all() if s.fusionnee_dans_id is None),
        "reunie_a": lue.fusionnee_dans.nom_au(jour) if lue.fusionnee_dans else "",
        "lignes": [ligne_de(m, jour) for m in mandats.order_by("fonction__pk", "debut")],
        "peut_gerer": gere and lue.fusionnee_dans_id is None,
        "peut_inviter": lue.fusionnee_dans_id is None
        and Organisation.objects.for_user(requete.acteur, Capacite.MANDAT_INVITER).filter(pk=lue.pk).exists(),
        "histoire": raconter(objet_de(lue)) if gere else None,
        "fil": fil_de(lue, "")[:1]
        + ([("Organisations", reverse("organisations"))] if gere else [])
        + [(lue.nom_au(jour), "")],
        "avis": prendre_avis(requete),
    }
    return montrer(requete, "equipe/organisation.html", contexte)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def creer(requete: Any) -> HttpResponse:
    """Enter an organisation in the directory."""
    exiger_la_nation(requete.acteur, Capacite.ORGANISATION_GERER)
    formulaire = FormulaireOrganisation(requete.acteur, requete.POST if requete.method == "POST" else None)
    if requete.method == "POST":
        creees: list[Organisation] = []

        def acte(donnees: Any) -> str:
            creees.append(annuaire.creer_organisation(par=requete.acteur, **donnees))
            return "L’organisation est inscrite. Invitez maintenant les personnes qui agissent pour elle."

        if (avis := faire(formulaire, acte)) is not None:
            return partir(requete, avis, "organisation", creees[0].code)
    return page_de_formulaire(
        requete,
        formulaire,
        titre="Ajouter une organisation",
        chapo="Un service de l’État, une collectivité, une association pour qui des personnes agissent. Cherchez-la "
        "d’abord dans la liste\u00a0: un service qui change de nom reste la même organisation.",
        bouton="Ajouter",
        retour=("Revenir à la liste", reverse("organisations")),
        fil=[("Mon équipe", reverse("equipe")), ("Organisations", reverse("organisations")), ("Ajouter", "")],
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def nommer(requete: Any, code: str) -> HttpResponse:
    """Give a name from a day on."""
    lue = trouver(requete, code, gerer=True)
    formulaire = FormulaireNom(
        requete.POST if requete.method == "POST" else None, initial={"debut": aujourdhui()}
    )
    if requete.method == "POST":

        def acte(donnees: Any) -> str:
            nom = annuaire.nommer_organisation(par=requete.acteur, organisation=lue, **donnees)
            return f"L’organisation s’appelle «\u00a0{nom.nom}\u00a0» à partir du {en_lettres(donnees['debut'])}."

        if (avis := faire(formulaire, acte)) is not None:
            return partir(requete, avis, "organisation", code)
    return page_de_formulaire(
        requete,
        formulaire,
        titre="Donner un nouveau nom",
        chapo=f"Aujourd’hui\u00a0: {lue.nom_au(aujourdhui())}. Une page qui parle d’avant garde le nom d’avant.",
        bouton="Donner ce nom",
        retour=("Ne rien changer", reverse("organisation", args=[code])),
        fil=fil_de(lue, "Nouveau nom"),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def numeroter(requete: Any, code: str) -> HttpResponse:
    """Give or correct the SIREN and the SIRET."""
    lue = trouver(requete, code, gerer=True)
    formulaire = FormulaireNumeros(
        requete.POST if requete.method == "POST" else None,
        initial={"siren": lue.siren, "siret": lue.siret},
    )
    if requete.method == "POST":

        def acte(donnees: Any) -> str:
            annuaire.numeroter_organisation(par=requete.acteur, organisation=lue, **donnees)
            return "Les numéros sont enregistrés."

        if (avis := faire(formulaire, acte)) is not None:
            return partir(requete, avis, "organisation", code)
    return page_de_formulaire(
        requete,
        formulaire,
        titre="SIREN et SIRET",
        chapo=f"{lue.nom_au(aujourdhui())}. La clé de chaque numéro est vérifiée.",
        bouton="Enregistrer",
        retour=("Ne rien changer", reverse("organisation", args=[code])),
        fil=fil_de(lue, "Numéros"),
    )
