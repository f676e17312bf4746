"""The framework in the open: dispositifs, what they are made of and ask, measures, indicators and their definitions."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from echelons.pilotage.citations import citer
from echelons.socle.horloge import aujourdhui
from echelons.strategie.effets import date_sans
from echelons.strategie.lecture import en_vigueur, lire_regles
from echelons.strategie.models import (
    Axe,
    Competence,
    Demande,
    Dispositif,
    Indicateur,
    Mesure,
    Regle,
    RegleEcheance,
    Strategie,
    TexteReference,
    VersionIndicateur,
)
from echelons.strategie.regles.enonces import enoncer
from echelons.web.public.page import page_publique

RACINE_DU_FIL = ("Le cadre", "/dispositifs/")


@page_publique
def dispositifs(requete: HttpRequest) -> HttpResponse:
    """The strategies, their axes, and the dispositifs that they offer."""
    axes = citer(Axe.objects.select_related("texte"))
    offerts = list(Dispositif.objects.order_by("debut", "code"))
    strategies = [
        {
            "objet": strategie,
            "axes": [a for a in axes if a.objet.strategie_id == strategie.pk],
            "dispositifs": [d for d in offerts if d.strategie_id == strategie.pk],
        }
        for strategie in Strategie.objects.all()
    ]
    contexte = {"strategies": strategies, "echelon": "Le cadre", "nav": "cadre"}
    return render(requete, "public/dispositifs.html", contexte)


def _dispositif(code: str) -> Dispositif:
    objet = Dispositif.objects.select_related("strategie").filter(code=code).first()
    if objet is None:
        raise Http404(f"Aucun dispositif ne porte le code « {code[:40]} ».")
    return objet


def _contexte(objet: Dispositif, *suite: tuple[str, str]) -> dict[str, object]:
    lien = f"/dispositif/{objet.code}/" if suite else ""
    return {
        "dispositif": objet,
        "fil": [RACINE_DU_FIL, (objet.nom_court, lien), *suite],
        "echelon": objet.nom_court,
        "nav": "cadre",
    }


@page_publique
def dispositif(requete: HttpRequest, code: str) -> HttpResponse:
    """What a dispositif is made of, its rules in sentences, the indicators that it asks for."""
    objet = _dispositif(code)
    volets = citer(objet.volets.select_related("texte"))
    natures = list(objet.natures.all())
    libelles = {v.objet.code: v.objet.libelle for v in volets} | {n.code: n.libelle for n in natures}
    regles = list(Regle.objects.de(objet))
    contexte = _contexte(objet) | {
        "sources": objet.sources.all(),
        "instruments": objet.instruments.all(),
        "parties": citer(objet.parties.select_related("texte")),
        "volets": [
            (v, [o for o in volets if o.objet.dans_id == v.objet.pk]) for v in volets if not v.objet.dans_id
        ],
        "natures": natures,
        "regles": [
            {
                "objet": regle,
                "enonce": enoncer(lue),
                "bloque": lue.peut_bloquer,
                "sources": list(regle.sources.all()),
            }
            for regle, lue in zip(regles, lire_regles(regles, libelles), strict=True)
        ],
        "indicateurs": _demandes(objet),
    }
    return render(requete, "public/dispositif.html", contexte)


def _demandes(objet: Dispositif) -> list[tuple[Demande, VersionIndicateur | None]]:
    """What the dispositif asks for, with the definition in force today, in the order of the framework."""
    demandes = (
        Demande.objects.filter(dispositif=objet)
        .select_related("indicateur")
        .prefetch_related("indicateur__versions")
        .order_by("indicateur__rang", "indicateur__code")
    )
    return [(d, en_vigueur(d.indicateur.versions.all(), aujourdhui())) for d in demandes]


@page_publique
def calendrier(requete: HttpRequest, code: str) -> HttpResponse:
    """The exercices of a dispositif, what is owed and by when, the texts that made it."""
    objet = _dispositif(code)
    contexte = _contexte(objet, ("Calendrier et textes", "")) | {
        "exercices": citer(objet.exercices.select_related("texte")),
        "vagues": citer(objet.vagues.select_related("texte")),
        "echeances": RegleEcheance.objects.filter(dispositif=objet)
        .avec_tout()
        .prefetch_related("sources")
        .order_by("date", "code"),
        "textes": citer(objet.textes.all()),
    }
    return render(requete, "public/calendrier.html", contexte)


@page_publique
def texte(requete: HttpRequest, code: str) -> HttpResponse:
    """One text of reference: the dates that it moves, with the former ones, what it creates, its editions."""
    objet = TexteReference.objects.filter(code=code).first()
    if objet is None:
        raise Http404(f"Aucun texte ne porte le code « {code[:40]} ».")
    redatages = objet.redatages.select_related("regle__dispositif").prefetch_related(
        "regle__redatages__texte__territoires"
    )
    territoires = list(objet.territoires.order_by("nom"))
    contexte = {
        "texte": objet,
        "deplacees": [
            {
                "regle": r.regle,
                "avant": date_sans(r.regle, objet.pk),
                "apres": r.date,
                "a_confirmer": r.a_confirmer,
            }
            for r in redatages
        ],
        "creees": objet.regles_d_echeance.select_related("dispositif").order_by("date", "code"),
        "dispositifs": objet.dispositifs.all(),
        "territoires": territoires,
        "fictif": any(t.fictif for t in territoires),
        "editions": objet.editions.order_by("-rang"),
        "sources": objet.sources.all(),
        "fil": [("Chronologie", "/chronologie/"), (objet.reference, "")],
        "echelon": "Texte de référence",
        "nav": "chronologie",
    }
    return render(requete, "public/texte.html", contexte)


@page_publique
def mesures(requete: HttpRequest) -> HttpResponse:
    """The measures, who answers for each, and the contract in which it may enter."""
    competences: dict[int, list[object]] = {}
    for citee in citer(Competence.objects.select_related("texte", "dispositif")):
        competences.setdefault(citee.objet.mesure_id, []).append(citee)
    contexte = {
        "mesures": [
            (citee, competences.get(citee.objet.pk, []))
            for citee in citer(Mesure.objects.select_related("texte", "axe", "strategie"))
        ],
        "fil": [RACINE_DU_FIL, ("Mesures", "")],
        "echelon": "Mesures",
        "nav": "cadre",
    }
    return render(requete, "public/mesures.html", contexte)


@page_publique
def indicateurs(requete: HttpRequest) -> HttpResponse:
    """The indicators, with the definition in force today and who asks for each."""
    lignes = [
        (i, en_vigueur(i.versions.all(), aujourdhui()))
        for i in Indicateur.objects.avec_demandes().order_by("strategie__debut", "rang", "code")
    ]
    contexte = {
        "lignes": lignes,
        "a_confirmer": sum(bool(v and v.a_confirmer) for _, v in lignes),
        "fil": [RACINE_DU_FIL, ("Indicateurs", "")],
        "echelon": "Indicateurs",
        "nav": "cadre",
    }
    return render(requete, "public/indicateurs.html", contexte)


@page_publique
def indicateur(requete: HttpRequest, code: str) -> HttpResponse:
    """One indicator: its definition in force, how figures are put together, the versions, what it rests on."""
    objet = Indicateur.objects.filter(code=code).first()
    if objet is None:
        raise Http404(f"Aucun indicateur ne porte le code « {code[:40]} ».")
    versions = citer(VersionIndicateur.objects.filter(indicateur=objet).select_related("texte"))
    courante = en_vigueur([v.objet for v in versions], aujourdhui())
    contexte = {
        "indicateur": objet,
        "version": next(v for v in versions if v.objet == courante),
        "versions": versions,
        "demandes": objet.demandes.select_related("dispositif", "volet"),
        "fil": [
            RACINE_DU_FIL,
            ("Indicateurs", "/indicateurs/"),
            (courante.libelle if courante else code, ""),
        ],
        "echelon": "Indicateurs",
        "nav": "cadre",
    }
    return render(requete, "public/indicateur.html", contexte)
