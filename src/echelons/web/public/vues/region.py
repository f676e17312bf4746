"""The régions: their list, and the page of one, built like the national page one échelon down."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from echelons.pilotage.citations import citer
from echelons.pilotage.evenements import montrer_evenements
from echelons.pilotage.faits import lire_dossiers_montres
from echelons.pilotage.lectures import NomTerritoire, noms, regions_reelles
from echelons.pilotage.presentation import CLASSES
from echelons.pilotage.tableau import Ligne, Tableau, contrats_a_montrer, decompter, lire_ligne_de
from echelons.socle.dates import en_lettres
from echelons.strategie.models import Enveloppe, Evenement
from echelons.territoires.cartes import CREDIT
from echelons.web.components.carte import carte_de_region, legende
from echelons.web.public.argent import argent
from echelons.web.public.formulaires import Lecture, lire_choix
from echelons.web.public.page import page_publique
from echelons.web.public.rangees import rangees, tableau_de
from echelons.web.public.voisins import voisins
from echelons.web.templatetags.echelons import adresse_des_choix


@page_publique
def regions(requete: HttpRequest) -> HttpResponse:
    """Every région with the count of its classes."""
    lecture = lire_choix(requete.GET)
    contexte: dict[str, Any] = {
        "lecture": lecture,
        "formulaire": lecture.formulaire,
        "echelon": "Régions",
        "nav": "regions",
        "fil": [("France", f"/{adresse_des_choix(requete.GET)}"), ("Régions", "")],
    }
    tableau = tableau_de(lecture) if lecture.valide else None
    if tableau:
        contexte["tableau"] = tableau
        contexte["lignes"] = [
            (nom, decompter(tuple(x for x in tableau.lignes if x.territoire.region == nom.code)))
            for nom in regions_reelles()
        ]
        contexte["classes"] = [(CLASSES[c], c) for c in CLASSES]
    return render(requete, "public/regions.html", contexte, status=200 if lecture.valide else 400)


@page_publique
def region(requete: HttpRequest, code: str) -> HttpResponse:
    """One région: its signatories, its map, its money, its events."""
    nom = noms().get(code)
    if f"R{code}" in noms() and (nom is None or nom.type != "region"):
        return HttpResponseRedirect(f"/region/R{code}/{adresse_des_choix(requete.GET)}")
    if nom is None or nom.type != "region":
        raise Http404(f"Aucune région ne porte le code « {code[:20]} ».")
    lecture = lire_choix(requete.GET)
    contexte: dict[str, Any] = {
        "lecture": lecture,
        "formulaire": lecture.formulaire,
        "region": nom,
        "echelon": nom.nom,
        "nav": "regions",
        "voisins": voisins(regions_reelles(), nom),
        "suite": adresse_des_choix(requete.GET),
        "fil": [("France", f"/{adresse_des_choix(requete.GET)}"), (nom.nom, "")],
    }
    tableau = tableau_de(lecture) if lecture.valide else None
    if tableau:
        contexte |= _contenu(lecture, tableau, nom)
    if lecture.valide:
        evenements = montrer_evenements(Evenement.objects.de_la_region(code, lecture.connu))
        passes = [e for e in evenements if e.date.au_plus_tard <= lecture.au]
        contexte["evenements"] = [
            ("Jusqu’à cette date", passes),
            ("Après cette date", [e for e in evenements if e not in passes]),
        ]
    return render(requete, "public/region.html", contexte, status=200 if lecture.valide else 400)


def _contenu(lecture: Lecture, tableau: Tableau, nom: NomTerritoire) -> dict[str, Any]:
    assert lecture.dispositif is not None
    lignes = _lignes(lecture, tableau, nom)
    metropoles = tuple(x for x in tableau.metropoles if x.territoire.region == nom.code)
    tous = rangees(lecture, lignes, filtrer=False)
    autres = rangees(lecture, metropoles, filtrer=False)
    decompte = decompter(lignes)
    propre = tableau.ligne(nom.code)
    return {
        "tableau": tableau,
        "decompte": decompte,
        "classes": [(CLASSES[c], c, n) for c, n in decompte.par_classe.items()],
        "legende": legende(dict(decompte.par_classe)),
        "rangees": tous,
        "metropoles": autres,
        "propre": rangees(lecture, (propre,), filtrer=False)[0] if propre else None,
        "credit": CREDIT,
        "carte": carte_de_region(
            tous,
            autres,
            adresse_des_choix(lecture.formulaire.data),
            f"Carte {nom.nom_avec_de} au {en_lettres(lecture.au)}",
            "Chaque territoire conduit à sa page ; le tableau donne les mêmes informations.",
        ),
        "dossiers": [
            (d, d.avant(lecture.au), d.apres(lecture.au))
            for d in lire_dossiers_montres(
                contrats_a_montrer(tableau.dispositif, nom.code, lecture.au), lecture.connu
            )
        ],
        **argent(lecture, lambda lieu: lieu.region == nom.code and lieu.fictif == nom.fictif),
        "enveloppes": citer(Enveloppe.objects.de(nom.code, lecture.dispositif, lecture.connu)),
    }


def _lignes(lecture: Lecture, tableau: Tableau, nom: NomTerritoire) -> tuple[Ligne, ...]:
    """The signatories of the région; those of the fictional one are in no national table."""
    if not nom.fictif:
        return tuple(x for x in tableau.lignes if x.territoire.region == nom.code)
    assert lecture.dispositif is not None
    return tuple(
        lire_ligne_de(lecture.dispositif.pk, n.code, lecture.au, lecture.connu)
        for n in noms().values()
        if n.type == "collectivite" and n.region == nom.code and n.valide_le(lecture.au)
    )
