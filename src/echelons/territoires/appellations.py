"""Which signatory people mean by « Nord (59) », « 59 », « le département du Nord »: read once, asked for each row."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections import defaultdict

from django.db.models import Q

from echelons.socle.textes import normaliser
from echelons.territoires.models import Territoire

#: What comes before the name of a territory without saying which.
_DEVANT = re.compile(
    r"^(?:(?:le |la |les |l )?(?:conseil )?(?:departement(?:al)?|general|cd|collectivite territoriale)"
    r"(?: (?:de la|de l|du|des|de|d))?|le|la|les|l) (?=.)"
)
_CODE = re.compile(r"\d{1,3}[a-z]?|2[ab]|6ae|\d{9}")


class AppellationRefusee(ValueError):
    """A name that is not that of one signatory; the message is what was expected, after « attendu »."""


class Appellations:
    """The signatories by every name and code that people give them."""

    def __init__(self) -> None:
        lus = Territoire.objects.filter(
            Q(type="collectivite") | Q(type="epci", nature__in=("METRO", "MET69"))
        ).select_related("region")
        self.territoires = {t.code: t for t in lus}
        #: By name or code: the codes meant, best first (its own name before the name of what it took over).
        self._noms: dict[str, list[str]] = defaultdict(list)
        for territoire in sorted(lus, key=lambda t: (t.type != "collectivite", t.code)):
            self._noms[normaliser(territoire.nom)].insert(0, territoire.code)
        for territoire in sorted(lus, key=lambda t: (t.type != "collectivite", t.code)):
            for autre in (territoire.code, *territoire.autres_noms, *territoire.codes_recherche.split()):
                if territoire.code not in self._noms[normaliser(autre)]:
                    self._noms[normaliser(autre)].append(territoire.code)

    def trouver(self, texte: str, jour: dt.date | None) -> Territoire:
        """The signatory meant, on that day when it is known. Raises ``AppellationRefusee``."""
        lu = normaliser(texte)
        codes = self._candidats(lu)
        if not codes:
            raise AppellationRefusee(f"le nom ou le code d’un signataire{self._suggestion(lu)}")
        valides = [c for c in codes if jour is None or self.territoires[c].valide_le(jour)] or codes
        exacts = [c for c in valides if normaliser(self.territoires[c].nom) == lu]
        retenus = exacts or valides
        if len(retenus) > 1 and jour is None:
            retenus = [c for c in retenus if self.territoires[c].fin is None] or retenus
        if len(retenus) > 1:
            raise AppellationRefusee(
                f"un seul signataire\u00a0: {' ou '.join(self._dire(c) for c in retenus)}"
            )
        return self.territoires[retenus[0]]

    def _candidats(self, lu: str) -> list[str]:
        for forme in (lu, _DEVANT.sub("", lu)):
            if forme in self._noms:
                return self._noms[forme]
            if re.fullmatch(r"\d", forme) and f"0{forme}" in self._noms:
                return self._noms[f"0{forme}"]
            mots = forme.split()
            for code, nom in ((mots[-1:], mots[:-1]), (mots[:1], mots[1:])):
                if code and nom and _CODE.fullmatch(code[0]):
                    dits = self._candidats(" ".join(nom))
                    if communs := [c for c in dits if c in self._noms.get(code[0].zfill(2), [])]:
                        return communs
        return []

    def _suggestion(self, lu: str) -> str:
        """« (vouliez-vous dire Nord (59D)\u00a0?) », blank when nothing looks like it."""
        proches = difflib.get_close_matches(_DEVANT.sub("", lu), self._noms, n=1, cutoff=0.75)
        return f" (vouliez-vous dire {self._dire(self._noms[proches[0]][0])}\u00a0?)" if proches else ""

    def _dire(self, code: str) -> str:
        return f"{self.territoires[code].nom} ({code})"
