"""What the dispositifs are made of, the measures and the rules."""

from __future__ import annotations

from typing import Any

from echelons.socle.fichiers import Relecture
from echelons.socle.yaml_situe import Chemin
from echelons.strategie.chargement.indicateurs import enregistrer_indicateurs
from echelons.strategie.chargement.outils import Champs, Lecteur, absent
from echelons.strategie.fichiers import DispositifLu, FichierReferentiel
from echelons.strategie.fichiers.cadre import MesureLue, RegleLueDuFichier
from echelons.strategie.models import (
    ArticleDeModele,
    Axe,
    ChampDeFiche,
    Competence,
    Exercice,
    GenreInstrument,
    Mesure,
    NatureAction,
    PartieAttendue,
    Regle,
    Strategie,
    Vague,
    Volet,
)


def _simples(lu: Any, *sauf: str) -> Champs:
    """The columns that an element writes as they are."""
    exclus = (
        {"code", "texte", "sources", "a_confirmer", "remarque"} if hasattr(lu, "a_confirmer") else {"code"}
    )
    return dict(lu.model_dump(exclude=exclus | set(sauf)))


class LecteurDuCadre(Lecteur):
    """Writes the framework of one strategy."""

    def __init__(self, relecture: Relecture, strategie: Strategie) -> None:
        super().__init__(relecture)
        self.strategie = strategie

    def tout(self, lu: FichierReferentiel) -> None:
        """Axes, what each dispositif is made of, indicators, measures, rules: in the order in which they cite."""
        axes = self.serie(
            Axe,
            "l’axe",
            ("strategie", "axes"),
            {"strategie": self.strategie},
            lu.strategie.axes,
            lambda i, axe: {"rang": i + 1, **_simples(axe)},
        )
        for i, dispositif in enumerate(lu.dispositifs):
            self._composition(dispositif, ("dispositifs", i))
        enregistrer_indicateurs(lu.indicateurs, self, self.strategie)
        self._mesures(lu.mesures, axes)
        self._regles(lu)

    def _composition(self, lu: DispositifLu, ici: Chemin) -> None:
        a_lui: Champs = {"dispositif": self.dispositifs[lu.code]}
        for modele, nom, cle in (
            (GenreInstrument, "l’instrument", "instruments"),
            (PartieAttendue, "la partie", "parties"),
            (NatureAction, "la nature", "natures"),
        ):
            self.serie(
                modele, nom, (*ici, cle), a_lui, getattr(lu, cle), lambda i, e: {"rang": i + 1, **_simples(e)}
            )
        self.serie(
            ChampDeFiche, "le champ", (*ici, "fiche", "champs"), a_lui, lu.fiche.champs,
            lambda i, e: {"rang": i + 1, **_simples(e)},
        )  # fmt: skip
        self.serie(
            ArticleDeModele, "l’article", (*ici, "articles"), a_lui, lu.articles,
            lambda i, e: {"rang": i + 1, "effet_le": e.effet, **_simples(e, "effet")},
        )  # fmt: skip
        self.serie(Vague, "la vague", (*ici, "vagues"), a_lui, lu.vagues, lambda i, e: _simples(e))
        self._volets(lu, ici, a_lui)
        self._exercices(lu, ici, a_lui)

    def _volets(self, lu: DispositifLu, ici: Chemin, a_lui: Champs) -> None:
        """The volets, then what lies in what: an objective may be written before its volet."""
        contenants = {v.code for v in lu.volets if v.dans is None}
        for i, volet in enumerate(lu.volets):
            if volet.dans and volet.dans not in contenants:
                self.relecture.refuser((*ici, "volets", i, "dans"), absent("volet", volet.dans))
                return
        premiers = [v for v in lu.volets if v.dans is None]
        rangs = {v.code: i + 1 for i, v in enumerate(lu.volets)}
        self.relecture.sans_doublon((*ici, "volets"), "code", [v.code for v in lu.volets])
        ecrits: dict[str | None, Volet] = {}
        for volet in [*premiers, *(v for v in lu.volets if v.dans)]:
            ecrits[volet.code] = self.ecrire(
                Volet,
                f"le volet « {volet.code} »",
                (*ici, "volets", rangs[volet.code] - 1),
                {**a_lui, "code": volet.code},
                volet,
                {"rang": rangs[volet.code], "dans": ecrits.get(volet.dans), **_simples(volet, "dans")},
            )
        if self.relecture.synchroniser:
            Volet.objects.filter(**a_lui).exclude(pk__in=[v.pk for v in ecrits.values()]).delete()

    def _exercices(self, lu: DispositifLu, ici: Chemin, a_lui: Champs) -> None:
        gardes = []
        dits = [f"{e.annee}, {e.regime.label}" for e in lu.exercices]
        self.relecture.sans_doublon((*ici, "exercices"), "annee", dits)
        for i, exercice in enumerate(lu.exercices):
            identite = {**a_lui, "annee": exercice.annee, "regime": exercice.regime}
            ecrit = self.ecrire(
                Exercice,
                f"l’exercice {dits[i]}",
                (*ici, "exercices", i),
                identite,
                exercice,
                {"debut": exercice.debut, "fin": exercice.fin},
            )
            gardes.append(ecrit.pk)
        if self.relecture.synchroniser:
            Exercice.objects.filter(**a_lui).exclude(pk__in=gardes).delete()

    def _mesures(self, lues: list[MesureLue], axes: dict[str, Axe]) -> None:
        for i, lue in enumerate(lues):
            if lue.axe and lue.axe not in axes:
                self.relecture.refuser(("mesures", i, "axe"), absent("axe", lue.axe))
        mesures = self.serie(
            Mesure,
            "la mesure",
            ("mesures",),
            {"strategie": self.strategie},
            lues,
            lambda i, m: {"axe": axes.get(m.axe or ""), **_simples(m, "axe", "competences")},
        )
        for i, lue in enumerate(lues):
            self._competences(mesures[lue.code], lue, ("mesures", i, "competences"))

    def _competences(self, mesure: Mesure, lue: MesureLue, chemin: Chemin) -> None:
        gardees = []
        for j, competence in enumerate(lue.competences):
            ici: Chemin = (*chemin, j)
            dispositif = self.dispositif(competence.dispositif, ici) if competence.dispositif else None
            ecrite = self.ecrire(
                Competence,
                f"la compétence « {competence.niveau.label} » de « {mesure.code} »",
                ici,
                {
                    "mesure": mesure,
                    "niveau": competence.niveau,
                    "dispositif": dispositif,
                    "debut": competence.debut,
                },
                competence,
                {"rang": j + 1, "fin": competence.fin},
            )
            if ecrite.pk in gardees:
                self.relecture.refuser(ici, "cette compétence est donnée deux fois. Gardez-en une.")
            gardees.append(ecrite.pk)
        if self.relecture.synchroniser:
            mesure.competences.exclude(pk__in=gardees).delete()

    def _regles(self, lu: FichierReferentiel) -> None:
        self.relecture.sans_doublon(("regles",), "code", [r.code for r in lu.regles])
        siens = {d.code: d for d in lu.dispositifs}
        gardees = []
        for i, regle in enumerate(lu.regles):
            chemin: Chemin = ("regles", i)
            if regle.dispositif not in siens:
                self.relecture.refuser((*chemin, "dispositif"), absent("dispositif", regle.dispositif))
                continue
            self._verifier_les_codes(regle, siens[regle.dispositif], chemin)
            debut, fin = regle.exercices or (None, None)
            ecrite = self.ecrire(
                Regle,
                f"la règle « {regle.code} »",
                chemin,
                {"code": regle.code},
                regle,
                {
                    "dispositif": self.dispositifs[regle.dispositif],
                    "rang": i + 1,
                    "libelle": regle.libelle,
                    "controle": regle.controle.model_dump(mode="json"),
                    "gravite": regle.gravite,
                    "exercice_debut": debut,
                    "exercice_fin": fin,
                },
            )
            gardees.append(ecrite.pk)
        if self.relecture.synchroniser:
            Regle.objects.filter(dispositif__code__in=siens).exclude(pk__in=gardees).delete()

    def _verifier_les_codes(self, regle: RegleLueDuFichier, dispositif: DispositifLu, chemin: Chemin) -> None:
        """The volets, natures and functions that a rule cites exist."""
        controle = regle.controle
        volets, natures = {v.code for v in dispositif.volets}, {n.code for n in dispositif.natures}
        axe: str | None = getattr(controle, "axe", None)
        for cle, quoi, codes, connus in (
            ("axes", "volet", getattr(controle, "axes", ()), volets),
            ("axe", "volet", (axe,) if axe else (), volets),
            ("natures", "type d’action", getattr(controle, "natures", ()), natures),
        ):
            for code in codes:
                if code not in connus:
                    self.relecture.refuser((*chemin, "controle", cle), absent(quoi, code))
        if de := getattr(controle, "de", None):
            self.fonction(de, (*chemin, "controle", "de"))
