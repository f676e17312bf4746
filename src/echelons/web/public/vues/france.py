"""France: where the signatures stand, on a date, as known on another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from echelons.contrats.requetes import faits_sans_date_de_publication
from echelons.pilotage.lectures import regions_reelles
from echelons.pilotage.presentation import CLASSES
from echelons.pilotage.tableau import PointDeCourbe, Tableau, decompter, lire_courbe
from echelons.socle.dates import en_lettres
from echelons.strategie.models import CompteOfficiel, Objectif
from echelons.territoires.cartes import CREDIT
from echelons.web.components.carte import carte_de_france, legende
from echelons.web.components.courbe import Compte, Repere, dessiner
from echelons.web.public.argent import argent
from echelons.web.public.formulaires import Lecture, lire_choix
from echelons.web.public.page import page_publique
from echelons.web.public.rangees import rangees, tableau_de
from echelons.web.templatetags.echelons import adresse_des_choix

MARGE = dt.timedelta(days=184)
EXPLICATION_COURBE = (
    "La ligne compte les signatures attestées. La bande hachurée est ce que l’on ne sait pas : elle va jusqu’au "
    "nombre de territoires dont aucune source ne dit qu’ils n’avaient pas signé. Le tableau qui suit donne les "
    "mêmes nombres."
)


@page_publique
def france(requete: HttpRequest) -> HttpResponse:
    """The national page; a refused choice answers 400 with the form and what to correct."""
    lecture = lire_choix(requete.GET)
    contexte: dict[str, Any] = {
        "lecture": lecture,
        "formulaire": lecture.formulaire,
        "echelon": "France",
        "nav": "france",
    }
    tableau = tableau_de(lecture) if lecture.valide else None
    if tableau is not None:
        contexte |= _contenu(requete, lecture, tableau)
    return render(requete, "public/france.html", contexte, status=200 if lecture.valide else 400)


def _contenu(requete: HttpRequest, lecture: Lecture, tableau: Tableau) -> dict[str, Any]:
    suite = adresse_des_choix(requete.GET)
    tous = rangees(lecture, tableau.lignes, filtrer=False)
    metropoles = rangees(lecture, tableau.metropoles, filtrer=False)
    decompte = decompter(tableau.lignes)
    assert lecture.dispositif is not None
    objectif = Objectif.objects.premier_de(lecture.dispositif)
    comptes = list(CompteOfficiel.objects.de(lecture.dispositif, lecture.connu))
    return {
        "tableau": tableau,
        "decompte": decompte,
        "suite": suite,
        "objectif": objectif,
        "faits_connus": any(ligne.faits for ligne in tableau.lignes),
        "faits_sans_date": faits_sans_date_de_publication(lecture.dispositif.pk) if lecture.connu else 0,
        "metropoles_documentees": any(r.ligne.faits for r in metropoles),
        "classes": [(CLASSES[c], c, n) for c, n in decompte.par_classe.items()],
        "legende": legende(dict(decompte.par_classe)),
        "credit": CREDIT,
        "carte": carte_de_france(
            tous,
            metropoles,
            suite,
            f"Carte de France au {en_lettres(lecture.au)}",
            "Chaque territoire conduit à sa page ; le tableau plus bas donne les mêmes informations.",
        ),
        "courbe": _courbe(lecture, objectif, comptes),
        "comptes": comptes,
        **argent(lecture, lambda lieu: not lieu.fictif, dits=False),
        "rangees": rangees(lecture, tableau.lignes) if lecture.region or lecture.classe else tous,
        "metropoles": metropoles,
        "regions_signataires": rangees(lecture, tableau.regions, filtrer=False),
        "regions": regions_reelles(),
    }


def _courbe(lecture: Lecture, objectif: Objectif | None, comptes: list[CompteOfficiel]) -> dict[str, Any]:
    assert lecture.dispositif is not None
    debut = lecture.dispositif.debut
    cible = objectif.echeance if objectif else debut
    fin = max(lecture.au, cible) + MARGE
    fin = max(min(fin, lecture.dispositif.fin or fin), min(lecture.au, fin), debut + MARGE)
    points = lire_courbe(lecture.dispositif.pk, debut, fin, lecture.connu)
    reperes = [Repere(lecture.au, f"Jour regardé : {en_lettres(lecture.au)}")]
    if objectif:
        reperes.append(Repere(cible, f"Objectif : {en_lettres(cible)}", accent=True))
    dessin = dessiner(
        points,
        [r for r in reperes if debut <= r.date <= fin],
        [
            Compte(c.jour, c.valeur, c.get_etat_display(), c.libelle)
            for c in comptes
            if c.jour and c.quoi in {"departements", "territoires"}
        ],
        "Conventions signées au fil du temps",
        EXPLICATION_COURBE,
    )
    return {"dessin": dessin, "etapes": _etapes(points, lecture.au), "explication": EXPLICATION_COURBE}


def _etapes(points: Sequence[PointDeCourbe], au: dt.date) -> list[PointDeCourbe]:
    """The points to list beside the drawing: the last of each month, and the day looked at, where it stops."""
    passes = [p for p in points if p.date <= au]
    par_mois = {(p.date.year, p.date.month): p for p in passes}
    if passes:
        par_mois[(au.year, au.month)] = replace(passes[-1], date=au)
    return list(par_mois.values())
