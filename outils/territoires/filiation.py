"""The lineage of old commune codes, read in two pictures of the code officiel géographique and compared.

The 2026 picture lists under each commune the codes that led to it; the 2019 one carries a dated history since
1943. Where they agree the code is resolved and dated. Where they do not, both answers are kept and the
disagreement is reported: nothing is guessed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Ligne = dict[str, Any]
PROFONDEUR_MAX = 40


class Filiation:
    """Answers, for each code that is no longer a commune’s, which commune bears it in 2026 and since when."""

    def __init__(
        self, historique: list[Ligne], communes_2019: list[Ligne], communes_2026: list[Ligne]
    ) -> None:
        self._par_id = {entree["id"]: entree for entree in historique}
        self._par_code: dict[str, list[Ligne]] = defaultdict(list)
        for entree in historique:
            self._par_code[entree["code"]].append(entree)
        self._actuelles = {c["code"]: c for c in communes_2026 if c["type"] == "commune-actuelle"}
        self._declares = {
            ancien: c["code"]
            for c in communes_2026
            if c["type"] == "commune-actuelle" and c["zone"] != "com"
            for ancien in c.get("anciensCodes", [])
        }
        self._arrondissements = [c for c in communes_2026 if c["type"] == "arrondissement-municipal"]
        self._noms = {c["code"]: c["nom"] for c in (*communes_2026, *communes_2019)}
        perdus = {e["code"] for e in historique if e["type"] == "COM"} - self._actuelles.keys()
        self._codes = sorted(perdus | self._declares.keys())

    def anciens_codes(self, propre: Callable[[str], str]) -> list[Ligne]:
        """The rows to ship; an empty ``actuel`` means « sans filiation connue »."""
        lignes = [
            self._ligne(code, propre(self._nom(code)), suite, self._fin(code) or "", self._origine(code))
            for code in self._codes
            for suite in self._suites(code) or [""]
        ]
        lignes += [
            self._ligne(a["code"], propre(a["nom"]), a["commune"], "", "arrondissement")
            for a in self._arrondissements
        ]
        return sorted(lignes, key=lambda ligne: (ligne["code"], ligne["actuel"]))

    @staticmethod
    def _ligne(code: str, nom: str, actuel: str, depuis: str, origine: str) -> Ligne:
        return {"code": code, "nom": nom, "actuel": actuel, "depuis": depuis, "origine": origine}

    def _suites(self, code: str) -> list[str]:
        """What the two pictures answer, each once."""
        return sorted({suite for suite in (self._par_l_historique(code), self._declares.get(code)) if suite})

    def _origine(self, code: str) -> str:
        concordent = self._par_l_historique(code) == self._declares.get(code) or not self._communes(code)
        return "cog" if concordent else "discordante"

    def rapport(self, propre: Callable[[str], str]) -> list[Ligne]:
        """One row for each code whose lineage is missing, disputed, partial or not dated."""
        lignes = []
        for code in self._codes:
            historique, declare = self._par_l_historique(code), self._declares.get(code)
            constat = self._constat(code, historique, declare)
            if constat:
                lignes.append(
                    {
                        "code": code,
                        "nom": propre(self._nom(code)),
                        "constat": constat,
                        "suite_selon_2019": historique or "",
                        "suite_selon_2026": declare or "",
                    }
                )
        return lignes

    def _constat(self, code: str, historique: str | None, declare: str | None) -> str:
        if not historique and not declare:
            return "sans filiation connue"
        if not self._communes(code):
            return "n’a été qu’une commune déléguée selon 2019"
        if self._fin(code) is None:
            return "date de fin inconnue, entre 2019 et 2026"
        if not historique:
            return "supprimée sans suite selon 2019, rattachée selon 2026"
        return "" if historique == declare else "suites différentes selon 2019 et 2026"

    def _communes(self, code: str) -> list[Ligne]:
        return [e for e in self._par_code[code] if e["type"] == "COM"] if code in self._par_code else []

    def _derniere(self, code: str) -> Ligne | None:
        return max(self._communes(code), key=lambda e: e.get("dateDebut", ""), default=None)

    def _fin(self, code: str) -> str | None:
        """The first day on which the code was no longer a commune’s, None if the history does not tell."""
        derniere = self._derniere(code)
        return derniere.get("dateFin") if derniere else None

    def _nom(self, code: str) -> str:
        derniere = self._derniere(code)
        return derniere["nom"] if derniere else self._noms.get(code, code)

    def _par_l_historique(self, code: str) -> str | None:
        """The commune of 2026 found by following the dated history, then the 2026 picture; None if it stops."""
        derniere = self._derniere(code)
        suite = self._suivre(derniere) if derniere else None
        for _ in range(PROFONDEUR_MAX):
            if suite is None or suite in self._actuelles:
                return suite
            suite = self._declares.get(suite)
        return None

    def _suivre(self, entree: Ligne) -> str | None:
        """The code that bears the territory at the end of the history: the successor, or the commune it joined."""
        for _ in range(PROFONDEUR_MAX):
            if "dateFin" not in entree:
                if entree["type"] == "COM":
                    return str(entree["code"])
                entree = self._par_id[entree["pole"]]
            elif entree.get("successeur"):
                entree = self._par_id[entree["successeur"]]
            else:
                # A grouping undone the same day under the same code goes on in the next entry.
                memes = [e for e in self._communes(entree["code"]) if e.get("dateDebut") == entree["dateFin"]]
                if not memes:
                    return None
                entree = memes[0]
        return None
