"""A territory and what its contracts say, fact by fact; for any other place, which contracts cover it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from echelons.acteurs.auteurs import noms_des_auteurs
from echelons.acteurs.perimetres import CAPACITE, cible_de, emprise_du_perimetre
from echelons.pilotage.faits import lire_dossiers_montres
from echelons.pilotage.lectures import geographie, noms
from echelons.pilotage.lieux import LieuLie, appartenances, genre_de, membres, relais, successions_de
from echelons.pilotage.montants import plan_de
from echelons.pilotage.presentation import Rangee
from echelons.pilotage.publies import Ou, actes_des_contrats, actions_dans
from echelons.pilotage.tableau import METROPOLES, contrats_a_montrer, lire_ligne_de
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import histoire
from echelons.socle.textes import normaliser
from echelons.territoires.actes import objet_journal
from echelons.territoires.cartes import CREDIT, CREDIT_DES_COMMUNES
from echelons.territoires.communes import Constat, resoudre_commune
from echelons.territoires.millesimes import decoupage_lu
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.territoires.perimetres import lire_contenu, versions_de
from echelons.web.compte.pages_equipe import prendre_avis
from echelons.web.public.formulaires import Lecture, lire_choix
from echelons.web.public.lieu import (
    carte_du_lieu,
    dans_les_contrats,
    dossiers_de,
    mesures_possibles,
    qui_voir,
    regards_sur,
)
from echelons.web.public.page import page_publique
from echelons.web.public.rangees import rangees, tableau_de
from echelons.web.public.voisins import Voisins, voisins
from echelons.web.templatetags.echelons import adresse_des_choix


@page_publique
def departements(requete: HttpRequest) -> HttpResponse:
    """Every signatory of departmental rank, by région, and the search « près de chez moi »."""
    lecture = lire_choix(requete.GET)
    tableau = tableau_de(lecture) if lecture.valide else None
    groupes: dict[str, list[Rangee]] = {}
    if tableau:
        for rangee in sorted(
            rangees(lecture, tableau.lignes, filtrer=False),
            key=lambda r: normaliser(r.ligne.territoire.region_nom),
        ):
            groupes.setdefault(rangee.ligne.territoire.region_nom, []).append(rangee)
    contexte = {
        "lecture": lecture,
        "formulaire": lecture.formulaire,
        "groupes": groupes,
        "tableau": tableau,
        "fil": [("France", f"/{adresse_des_choix(requete.GET)}"), ("Départements et communes", "")],
        "echelon": "Départements",
        "nav": "departements",
        "suite": adresse_des_choix(requete.GET),
    }
    return render(requete, "public/departements.html", contexte, status=200 if lecture.valide else 400)


@page_publique
def territoire(requete: HttpRequest, code: str) -> HttpResponse:
    """The page of any territory but a région, which has its own."""
    objet = (
        Territoire.objects.select_related("region", "departement").filter(code=code).first()
        if len(code) <= 60
        else None
    )
    if objet is None:
        return _ancien_code(requete, code)
    if objet.type == TypeTerritoire.DEPARTEMENT:
        seul = _seul_signataire(objet.code, lire_choix(requete.GET).au)
        if seul:
            return HttpResponseRedirect(f"/territoire/{seul}/{adresse_des_choix(requete.GET)}")
    if objet.type == TypeTerritoire.REGION:
        return HttpResponseRedirect(f"/region/{objet.code}/{adresse_des_choix(requete.GET)}")
    lecture = lire_choix(requete.GET)
    contexte: dict[str, Any] = {
        "lecture": lecture,
        "formulaire": lecture.formulaire,
        "objet": objet,
        "echelon": objet.nom,
        "nav": "departements",
        "suite": adresse_des_choix(requete.GET),
        "fil": _fil(objet, adresse_des_choix(requete.GET)),
    }
    if lecture.valide:
        contexte |= _situation(lecture, objet)
    if objet.type == TypeTerritoire.PERIMETRE and requete.user.is_authenticated:
        contexte |= _tenue(requete, objet)
    gabarit = "public/territoire.html" if objet.type == TypeTerritoire.COLLECTIVITE else "public/lieu.html"
    return render(requete, gabarit, contexte, status=200 if lecture.valide else 400)


def _tenue(requete: Any, objet: Territoire) -> dict[str, Any]:
    """What only those signed in are shown: whether they may keep this perimeter, and what was just done."""
    cible = cible_de(emprise_du_perimetre(objet))
    tenable = requete.acteur.peut(CAPACITE, cible) and (objet.fictif or not settings.DEMONSTRATION)
    contexte: dict[str, Any] = {"peut_tenir": tenable, "avis": prendre_avis(requete)}
    if tenable:
        ecritures = histoire(objet_journal(objet.code))
        auteurs = noms_des_auteurs(e.auteur for e in ecritures)
        contexte["histoire"] = [
            (e, auteurs.get(e.auteur.mandat, ""), ACTES.get(e.acte, e.acte)) for e in reversed(ecritures)
        ]
    return contexte


ACTES = {
    "creer": "Créé",
    "changer_la_composition": "Composition changée",
    "corriger_la_composition": "Composition corrigée",
    "corriger": "Corrigé",
    "clore": "Clos",
    "importer": "Complété par un fichier",
}


def _seul_signataire(departement: str, jour: dt.date) -> str | None:
    """The signatory of a département, when it has one only (the Rhône has two)."""
    geo = geographie()
    signataires = [code for code in geo.signataires(jour) if departement in geo.departements_de(code)]
    return signataires[0] if len(signataires) == 1 else None


def _fil(objet: Territoire, suite: str) -> list[tuple[str, str]]:
    fil = [("France", f"/{suite}")]
    if objet.region:
        fil.append((objet.region.nom, f"/region/{objet.region.code}/{suite}"))
    return [*fil, (objet.nom, "")]


def _ancien_code(requete: HttpRequest, code: str) -> HttpResponse:
    """An old commune code leads to the communes of today, or says that nothing is known of its lineage."""
    resolution = resoudre_commune(code) if len(code) <= 10 else None
    if resolution is None or resolution.constat is Constat.INCONNUE:
        raise Http404(f"Aucun territoire ne porte le code « {code[:40]} ».")
    contexte = {
        "resolution": resolution,
        "echelon": "Ancien code",
        "nav": "departements",
        "suite": adresse_des_choix(requete.GET),
    }
    return render(requete, "public/ancien_code.html", contexte)


def _situation(lecture: Lecture, objet: Territoire) -> dict[str, Any]:
    contexte: dict[str, Any] = {
        "voisins": _voisins(lecture, objet),
        "successions": successions_de(objet),
        "existe": objet.valide_le(lecture.au),
        "pas_encore": bool(objet.debut and objet.debut > lecture.au),
        "relais": relais(objet, lecture.au),
        "genre": genre_de(objet),
    }
    if objet.type != TypeTerritoire.COLLECTIVITE:
        return contexte | _lieu(lecture, objet)
    if lecture.dispositif is None:
        return contexte
    ligne = lire_ligne_de(lecture.dispositif.pk, objet.code, lecture.au, lecture.connu)
    contexte["rangee"] = rangees(lecture, (ligne,), filtrer=False)[0]
    pks = contrats_a_montrer(lecture.dispositif.pk, objet.code, lecture.au)
    contexte["dossiers"] = [
        (dossier, dossier.avant(lecture.au), dossier.apres(lecture.au))
        for dossier in lire_dossiers_montres(pks, lecture.connu)
    ]
    siens = frozenset(pks)
    contexte["actes_publies"] = actes_des_contrats(siens, lecture.au, lecture.connu)
    contexte["actions"] = actions_dans(
        Ou(frozenset({objet.code}), contrats=siens, dispositif=lecture.dispositif.pk),
        lecture.au,
        lecture.connu,
    )
    if contexte["actes_publies"]:
        contexte["plan"] = plan_de(
            lecture.dispositif.pk, lecture.au, lecture.connu, lambda lieu: lieu.code == objet.code
        )
    return contexte


def _lieu(lecture: Lecture, objet: Territoire) -> dict[str, Any]:
    """What the page of a place which is no signatory by rank says: in every dispositif, not in the one looked at."""
    ou = appartenances(objet, lecture.au)
    regards = regards_sur(lecture, objet, ou)
    contrats = dans_les_contrats(lecture, objet, ou, regards)
    metropole = any(noms()[x.code].nature in METROPOLES for x in ou if x.code in noms())
    contenu = lire_contenu(objet) if objet.type != TypeTerritoire.COMMUNE else None
    composition = membres(contenu, lecture.au) if contenu else []
    return {
        "appartenances": ou,
        "membres": composition,
        "versions": versions_de(objet, contenu)[::-1] if objet.type == TypeTerritoire.PERIMETRE else [],
        "sans_composition": objet.type == TypeTerritoire.PERIMETRE and not composition,
        "millesime": decoupage_lu(lecture.au).removeprefix("découpage au "),
        "contrats": contrats,
        "actions": actions_dans(_ou_chercher(objet, lecture.au, ou, composition), lecture.au, lecture.connu),
        "mesures": mesures_possibles(contrats.dispositifs, lecture.au, metropole=metropole),
        "qui": qui_voir(objet, ou, lecture.au),
        "carte": carte_du_lieu(objet, contenu, lecture.au),
        "credits": (CREDIT, CREDIT_DES_COMMUNES),
        "dossiers": dossiers_de(lecture, objet, regards),
    }


def _ou_chercher(
    objet: Territoire, jour: dt.date, ou: Sequence[LieuLie], composition: Sequence[LieuLie]
) -> Ou:
    """An action concerns a place when it is done there, in what holds it whole, or in a part of it."""
    dehors = [
        *geographie().contenants(objet.code, jour),
        *(x.code for x in ou if not (x.partielle or x.incertaine)),
    ]
    return Ou(
        certains=frozenset([objet.code, *dehors, *(m.code for m in composition if not m.partielle)]),
        incertains=frozenset(x.code for x in (*ou, *composition) if x.partielle or x.incertaine),
    )


def _voisins(lecture: Lecture, objet: Territoire) -> Voisins:
    """Previous and next signatory by code; only signatories have neighbours."""
    nom = noms().get(objet.code)
    if nom is None or objet.type != TypeTerritoire.COLLECTIVITE:
        return Voisins(None, None)
    jour = lecture.au if nom.valide_le(lecture.au) else (nom.fin or aujourdhui())
    return voisins([noms()[c] for c in geographie().signataires(jour)], nom)
