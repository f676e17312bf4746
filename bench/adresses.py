"""Many different addresses for each page, so that what is measured is the page and not the memory of it.

Every name of the URLconf has its addresses here; a new page without any is an error of the bench.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from urllib.parse import urlencode

from django.urls import get_resolver, reverse

from bench.charge import GRAINE, dispositifs_mesures
from echelons.contrats.models import ActePublie
from echelons.contrats.regles import Classe
from echelons.publication.models import Article
from echelons.socle.models import Source
from echelons.strategie.models import Indicateur, TexteReference
from echelons.territoires.models import Territoire, TypeTerritoire

PREMIER_JOUR, JOURS = dt.date(2018, 9, 1), 3000
#: What people type: beginnings of names, codes, several words, nothing that answers.
RECHERCHES = (
    *("lille", "saint", "59", "bourg en bresse", "métropole", "la", "val d'oise", "97", "cc du", "paris"),
    *("nord", "zzzz", "62000", "saint denis", "ch", "marseille 8", "corse", "alsace", "200046977", "le mans"),
)
#: Addresses that do something else than show a page: they are not measured.
SANS_PAGE = frozenset(
    {"choisir_date", "archive", "verifier_essai", "acte_public_pdf", "acte_public_original"}
)


class Adresses:
    """Draws addresses; the same seed draws the same ones."""

    def __init__(self, nombre: int) -> None:
        self.nombre = nombre
        self.hasard = random.Random(GRAINE)
        self.dispositifs = [d.code for d in dispositifs_mesures()]

    def toutes(self) -> dict[str, list[str]]:
        """Page → its addresses. Raises KeyError for a page of the URLconf that has none."""
        speciales = self._speciales()
        pages: dict[str, list[str]] = {}
        for nom in _noms():
            if nom not in SANS_PAGE:
                pages |= speciales.get(nom) or {nom: self._sans_choix(nom)}
        return pages

    def _speciales(self) -> dict[str, dict[str, list[str]]]:
        tris, classes = ("code", "territoire", "region", "situation", "date"), [c.value for c in Classe]
        regions = self._codes(TypeTerritoire.REGION)
        filtres: dict[str, Callable[[], str]] = {
            "tri": lambda: self.hasard.choice(tris),
            "classe": lambda: self.hasard.choice(["", "", *classes]),
            "region": lambda: self.hasard.choice(["", "", *regions]),
        }
        return {
            "france": {
                "france": self._choisies([reverse("france")]),
                "france, filtrée": self._choisies([reverse("france")], filtres),
            },
            **{nom: {nom: self._choisies([reverse(nom)])} for nom in ("regions", "departements")},
            **{
                nom: {nom: self._choisies([reverse(nom)], filtres)} for nom in ("tableau_csv", "tableau_xlsx")
            },
            "region": {"region": self._choisies([reverse("region", args=[c]) for c in regions])},
            "territoire": {
                f"territoire, {type_.value}": self._choisies(
                    [reverse("territoire", args=[c]) for c in self._codes(type_)]
                )
                for type_ in TypeTerritoire
                if type_ != TypeTerritoire.REGION
            },
            "acte_public": {
                "acte public": self._numerotees(
                    [
                        reverse("acte_public", args=acte)
                        for acte in ActePublie.objects.values_list(
                            "sceau__instrument__contrat__code", "sceau__instrument__cle"
                        )
                    ]
                )
            },
            "texte": {
                "texte": self._numerotees(
                    [
                        reverse("texte", args=[c])
                        for c in TexteReference.objects.values_list("code", flat=True)
                    ]
                )
            },
            "recherche": {
                "recherche": [
                    f"{reverse('recherche')}?{urlencode({'q': RECHERCHES[i % len(RECHERCHES)], 'n': i})}"
                    for i in range(self.nombre)
                ]
            },
            "source": {"source": self._numerotees(self._sources())},
            **{
                nom: {nom: self._numerotees([reverse(nom, args=[d]) for d in self.dispositifs])}
                for nom in ("dispositif", "calendrier")
            },
            "indicateur": {
                "indicateur": self._numerotees(
                    [
                        reverse("indicateur", args=[c])
                        for c in Indicateur.objects.values_list("code", flat=True)
                    ]
                )
            },
            "actualite": {
                "actualite": self._numerotees(
                    [reverse("actualite", args=[c]) for c in Article.objects.values_list("code", flat=True)]
                )
            },
        }

    def _codes(self, type_: TypeTerritoire) -> list[str]:
        return list(
            Territoire.objects.filter(type=type_, fictif=False)
            .order_by("code")
            .values_list("code", flat=True)
        )

    def _sources(self) -> list[str]:
        cles = list(Source.objects.order_by("cle").values_list("cle", flat=True))
        return [reverse("source", args=[c]) for c in self.hasard.sample(cles, min(self.nombre, len(cles)))]

    def _sans_choix(self, nom: str) -> list[str]:
        return self._numerotees([reverse(nom)])

    def _numerotees(self, chemins: list[str]) -> list[str]:
        return [f"{chemins[i % len(chemins)]}?n={i}" for i in range(self.nombre)] if chemins else []

    def _choisies(self, chemins: list[str], filtres: dict[str, Callable[[], str]] | None = None) -> list[str]:
        """A dispositif and a date each, half of them with a date of knowledge; all different."""
        trouvees: dict[str, None] = {}
        for i in range(20 * self.nombre):
            au = PREMIER_JOUR + dt.timedelta(days=self.hasard.randrange(JOURS))
            choix = {"dispositif": self.dispositifs[i % len(self.dispositifs)], "au": au.isoformat()}
            if self.hasard.random() < 0.5:
                choix["connu"] = (au + dt.timedelta(days=self.hasard.randrange(900))).isoformat()
            choix |= {cle: valeur for cle, tirer in (filtres or {}).items() if (valeur := tirer())}
            trouvees[f"{self.hasard.choice(chemins)}?{urlencode(choix)}"] = None
            if len(trouvees) == self.nombre:
                break
        return list(trouvees)


def _noms() -> list[str]:
    """The names of the pages readable without an account; the others are measured by ``travail``."""
    publiques = get_resolver("echelons.web.public.urls").reverse_dict
    noms = [cle for cle in publiques if isinstance(cle, str)]
    return sorted(noms)
