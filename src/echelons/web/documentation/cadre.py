"""The shipped frameworks as reference pages: dispositifs, indicators, rules, calendar, from their files alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from echelons.socle.dates import en_lettres
from echelons.socle.fichiers import fichiers_yaml
from echelons.strategie.chargement.referentiel import lire_fichier
from echelons.strategie.fichiers import DispositifLu, FichierReferentiel, RegleEcheanceLue
from echelons.strategie.fichiers.communs import Etayee
from echelons.strategie.fichiers.indicateurs import IndicateurLu
from echelons.strategie.regles.enonces import enoncer
from echelons.strategie.regles.verdict import Gravite, RegleLue
from echelons.web.documentation.markdown import entete, tableau

DOUTE = "à confirmer"
CHAPO = {
    "dispositifs": "Ce que chaque stratégie ouvre, et de quoi c’est fait. Ce qui n’a pas pu être vérifié est dit "
    f"« {DOUTE} ».",
    "indicateurs": "Ce que l’on mesure. Une définition publiée ne change plus ; un changement ouvre une version.",
    "regles": f"Ce qu’un contrat doit respecter. Une règle « {DOUTE} » avertit et ne bloque jamais.",
    "calendrier": "Ce qui est dû, par qui (code de la fonction), pour quand. Une date déplacée garde l’ancienne.",
}


def pages_du_cadre(referentiels: Path) -> dict[Path, str]:
    """``docs/reference/``: four pages, from the folders of ``referentiels`` that hold a strategy."""
    lus = [
        lire_fichier(fichier)[0]
        for dossier in sorted(referentiels.iterdir())
        if dossier.name != "acteurs"
        for fichier in fichiers_yaml(dossier)
    ]
    lus.sort(key=lambda lu: lu.strategie.debut)
    sections = {
        "dispositifs": _dispositifs,
        "indicateurs": _indicateurs,
        "regles": _regles,
        "calendrier": _calendrier,
    }
    pages = {}
    for nom, section in sections.items():
        titre = {"regles": "Règles"}.get(nom, nom.capitalize())
        lignes = entete(titre, CHAPO[nom])
        for lu in lus:
            lignes += [f"## {lu.strategie.nom}", "", *section(lu)]
        pages[Path(f"{nom}.md")] = "\n".join(lignes)
    return pages


def _appui(lu: FichierReferentiel, etayee: Etayee) -> str:
    """The reference of the text, else who published the sources; and whether it is to be confirmed."""
    references = {t.code: t.reference for t in lu.textes}
    editeurs = {s.cle: s.editeur for s in lu.sources}
    dits = [references.get(etayee.texte, etayee.texte)] if etayee.texte else []
    dits += list(dict.fromkeys(editeurs.get(cle, cle) for cle in etayee.sources))
    return ", ".join([*dits, DOUTE] if etayee.a_confirmer else dits)


def _dispositifs(lu: FichierReferentiel) -> Iterator[str]:
    for dispositif in lu.dispositifs:
        fin = f" au {en_lettres(dispositif.fin)}" if dispositif.fin else ""
        yield from (
            f"### {dispositif.nom}",
            "",
            f"`{dispositif.code}`, du {en_lettres(dispositif.debut)}{fin}.",
            "",
        )
        yield from tableau(("Ce qui le compose", "Code", "Intitulé", "Appui"), _composition(lu, dispositif))


def _composition(lu: FichierReferentiel, dispositif: DispositifLu) -> Iterator[Sequence[str]]:
    for instrument in dispositif.instruments:
        signe = " (signe le contrat)" if instrument.signe else ""
        yield "instrument", f"`{instrument.code}`", f"{instrument.libelle}{signe}", ""
    for partie in dispositif.parties:
        facultative = " (facultatif)" if partie.facultative else ""
        yield "signataire", f"`{partie.code}`", f"{partie.libelle}{facultative}", _appui(lu, partie)
    for volet in dispositif.volets:
        yield volet.genre.label, f"`{volet.code}`", volet.libelle, _appui(lu, volet)
    for nature in dispositif.natures:
        yield "nature d’action", f"`{nature.code}`", f"{nature.libelle} {nature.definition}", ""
    for exercice in dispositif.exercices:
        jours = f"du {en_lettres(exercice.debut)} au {en_lettres(exercice.fin)}"
        yield "exercice", str(exercice.annee), f"{exercice.regime.label}, {jours}", _appui(lu, exercice)
    for vague in dispositif.vagues:
        yield "vague", f"`{vague.code}`", f"{vague.libelle} ({vague.annee})", _appui(lu, vague)


def _indicateurs(lu: FichierReferentiel) -> Iterator[str]:
    if not lu.indicateurs:
        yield from ("Aucun indicateur n’est documenté.", "")
    for indicateur in lu.indicateurs:
        yield from _indicateur(lu, indicateur)


def _indicateur(lu: FichierReferentiel, indicateur: IndicateurLu) -> Iterator[str]:
    derniere = indicateur.versions[-1]
    demandes = [
        f"{d.dispositif}{f' ({d.exercices[0]}-{d.exercices[1]})' if d.exercices else ''}"
        for d in indicateur.demandes
    ]
    yield from (
        f"### {derniere.libelle}",
        "",
        f"`{indicateur.code}`, demandé par {', '.join(demandes) or 'personne'}.",
        "",
    )
    yield from tableau(
        ("Depuis le", "Définition", "Unité", "Territoires", "Temps", "Appui"),
        (
            (
                en_lettres(v.effet),
                f"{v.definition} {f'({v.numerateur} / {v.denominateur})' if v.numerateur else ''}",
                v.unite,
                v.entre_territoires.label,
                v.dans_le_temps.label,
                _appui(lu, v),
            )
            for v in indicateur.versions
        ),
    )


def _regles(lu: FichierReferentiel) -> Iterator[str]:
    for dispositif in lu.dispositifs:
        siennes = [r for r in lu.regles if r.dispositif == dispositif.code]
        if not siennes:
            continue
        libelles = {v.code: v.libelle for v in dispositif.volets}
        libelles |= {n.code: n.libelle for n in dispositif.natures}
        yield from (f"### {dispositif.nom}", "")
        yield from tableau(
            ("Règle", "Code", "Gravité", "Ce qu’elle demande"),
            (
                (
                    regle.libelle,
                    f"`{regle.code}`",
                    "avertissement" if regle.a_confirmer else regle.gravite.label,
                    enoncer(
                        RegleLue(
                            code=regle.code,
                            libelle=regle.libelle,
                            controle=regle.controle,
                            gravite=Gravite(regle.gravite.value),
                            source=_appui(lu, regle.model_copy(update={"a_confirmer": False})),
                            a_confirmer=regle.a_confirmer,
                            exercice_debut=regle.exercices[0] if regle.exercices else None,
                            exercice_fin=regle.exercices[1] if regle.exercices else None,
                            libelles=libelles,
                        )
                    ),
                )
                for regle in siennes
            ),
        )


def _calendrier(lu: FichierReferentiel) -> Iterator[str]:
    for dispositif in lu.dispositifs:
        siennes = [e for e in lu.echeances if e.dispositif == dispositif.code]
        yield from (f"### {dispositif.nom}", "")
        yield from tableau(
            ("Échéance", "Date", "Dû par", "Dû à", "Appui"),
            (
                (
                    e.libelle,
                    _date(e, {t.code: t.reference for t in lu.textes}),
                    ", ".join(f"`{f}`" for f in e.dues_par),
                    ", ".join(f"`{f}`" for f in e.dues_a),
                    _appui(lu, e),
                )
                for e in siennes
            ),
        )


def _date(echeance: RegleEcheanceLue, references: dict[str, str]) -> str:
    """« 31 décembre 2020, portée au 30 juin 2021 par … »."""
    if echeance.date:
        dite = en_lettres(echeance.date)
    else:
        decalage = [f"{echeance.mois} mois"] if echeance.mois else []
        decalage += [f"{echeance.jours} jours"] if echeance.jours else []
        dite = f"depuis {echeance.ancre.label}{', ' if decalage else ''}{' et '.join(decalage)}"
    for redatage in echeance.redatages:
        doute = f" ({DOUTE})" if redatage.a_confirmer else ""
        texte = references.get(redatage.texte, redatage.texte)
        dite += f", portée au {en_lettres(redatage.date)} par {texte}{doute}"
    return dite
