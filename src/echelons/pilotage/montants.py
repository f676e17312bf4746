"""Money over several contracts: what their public sealed acts foresee, added up; what sources say, listed apart.

Only what is public is added, of real contracts or of fictional ones, never of both; what is not known is counted
beside (« 3 contrats renseignés sur 98 attendus »), never guessed. Amounts told by sources cover different things
(one year or several, the State alone or all): they are never added.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q

from echelons.contrats.contenu.forme import Contenu
from echelons.contrats.contenu.totaux import SANS_AXE, ZERO, totaliser
from echelons.contrats.models import Fait, MontantPublie
from echelons.pilotage.citations import citer
from echelons.pilotage.lectures import NomTerritoire, noms
from echelons.pilotage.publies import ActeLu, actes_publies
from echelons.pilotage.tableau import contrats_signes
from echelons.socle.models import Source
from echelons.socle.revision import memoire
from echelons.strategie.models import Exercice

#: How what has no axis is called.
SANS_AXE_DIT = "Sans axe"


@dataclass(frozen=True)
class LigneDAxe:
    """The money of an axis, exercice by exercice (None: nothing is foreseen), and all of it."""

    libelle: str
    montants: tuple[Decimal | None, ...]
    total: Decimal


@dataclass(frozen=True)
class Grille:
    """Money by axis and exercice, in euros to the cent; ``exercices`` are the headings."""

    exercices: tuple[int, ...]
    axes: tuple[LigneDAxe, ...]
    par_exercice: tuple[Decimal, ...]
    ensemble: Decimal


@dataclass(frozen=True)
class Plan:
    """What the public acts of several contracts foresee.

    ``renseignes`` of ``attendus`` contracts say their amounts, by exercice of the grid: a contract is expected from the
    year in which its signature is attested, as long as one of its instruments may cover the exercice. ``signes`` counts
    those that are signed, whether anything of them is public or not.
    """

    grille: Grille
    renseignes: tuple[int, ...]
    attendus: tuple[int, ...]
    actes: tuple[ActeLu, ...]
    signes: int

    @property
    def comptes(self) -> list[tuple[int, int, int]]:
        """Exercice, contracts that say their amounts, contracts expected."""
        return list(zip(self.grille.exercices, self.renseignes, self.attendus, strict=True))


def grille_du_contenu(contenu: Contenu) -> Grille:
    """That of one act, as sealed."""
    libelles = {f.axe.code: f.axe.libelle for f in contenu.fiches if f.axe}
    return _grille(totaliser(contenu).par_axe_exercice, libelles, contenu.exercices)


def _grille(
    sommes: Mapping[tuple[str, int], Decimal], libelles: Mapping[str, str], annees: Iterable[int]
) -> Grille:
    """Axes in the order of their names first met, then that of none; the years that are named besides, too."""
    exercices = tuple(sorted({*annees, *(an for _, an in sommes)}))
    axes = [axe for axe in dict.fromkeys([*libelles, SANS_AXE]) if any(axe == a for a, _ in sommes)]
    return Grille(
        exercices,
        tuple(
            LigneDAxe(
                libelles.get(axe) or SANS_AXE_DIT,
                tuple(sommes.get((axe, an)) for an in exercices),
                sum((m for (a, _), m in sommes.items() if a == axe), ZERO),
            )
            for axe in axes
        ),
        tuple(sum((m for (_, e), m in sommes.items() if e == an), ZERO) for an in exercices),
        sum(sommes.values(), ZERO),
    )


@memoire(places=40)
def _lire_montants(dispositif: int) -> tuple[tuple[ActeLu, str, str, int, Decimal], ...]:
    """Act, axis and its name, exercice, amount, of the public acts of a dispositif; in the order of each act."""
    actes = {
        pk: a for pk, a in actes_publies().items() if a.dispositif == dispositif and "montants" in a.parts
    }
    if not actes:
        return ()
    lignes = MontantPublie.objects.filter(acte__in=list(actes)).order_by("pk")
    return tuple(
        (actes[acte], axe, libelle, exercice, montant)
        for acte, axe, libelle, exercice, montant in lignes.values_list(
            "acte", "axe", "axe_libelle", "exercice", "montant"
        )
    )


@memoire(places=40)
def _annees(dispositif: int) -> tuple[int, ...]:
    return tuple(sorted(set(Exercice.objects.filter(dispositif=dispositif).values_list("annee", flat=True))))


def plan_de(
    dispositif: int, au: dt.date, connu_le: dt.date | None, dedans: Callable[[NomTerritoire], bool]
) -> Plan:
    """The sum of the public acts of the contracts whose territory is kept by ``dedans``.

    When several acts of a contract speak of an exercice, the last signed speaks for it.
    """
    lus = [
        ligne
        for ligne in _lire_montants(dispositif)
        if ligne[0].lisible(au, connu_le) and ligne[0].lieu in noms() and dedans(noms()[ligne[0].lieu])
    ]
    parle: dict[tuple[int, int], ActeLu] = {}
    for acte, _, _, exercice, _ in lus:
        deja = parle.get((acte.contrat, exercice))
        if deja is None or (acte.jour, acte.pk) > (deja.jour, deja.pk):
            parle[acte.contrat, exercice] = acte
    sommes: dict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
    libelles: dict[str, str] = {}
    for acte, axe, libelle, exercice, montant in lus:
        if parle[acte.contrat, exercice] is acte:
            sommes[axe, exercice] += montant
            libelles.setdefault(axe, libelle)
    dits: dict[int, set[int]] = {an: set() for an in (_annees(dispositif) if parle else ())}
    for contrat, exercice in parle:
        dits.setdefault(exercice, set()).add(contrat)
    attendus = {
        an: len(contrats_signes(dispositif, min(au, dt.date(an, 12, 31)), connu_le, dedans, an) | siens)
        for an, siens in dits.items()
    }
    grille = _grille(sommes, libelles, (an for an, combien in attendus.items() if combien))
    return Plan(
        grille=grille,
        renseignes=tuple(len(dits[an]) for an in grille.exercices),
        attendus=tuple(attendus[an] for an in grille.exercices),
        actes=tuple(dict.fromkeys(parle.values())),
        signes=len(contrats_signes(dispositif, au, connu_le, dedans)),
    )


@dataclass(frozen=True)
class MontantDit:
    """An amount told by sources, with whose money, of which years, how sure."""

    territoire: NomTerritoire
    fait: Fait
    sources: tuple[Source, ...]


def montants_dits(
    dispositif: int, au: dt.date, connu_le: dt.date | None, dedans: Callable[[NomTerritoire], bool]
) -> list[MontantDit]:
    """The amounts that sources tell of the contracts of these territories; those corrected since are left out.

    One stated of several parties is one. Those dated after ``au`` are left out, those of unknown date are not.
    """
    codes = [code for code, nom in noms().items() if dedans(nom)]
    faits = (
        Fait.objects.filter(
            Q(jour=None) | Q(jour__lte=au),
            type=Fait.Type.MONTANT,
            contrat__dispositif=dispositif,
            contrat__perimetre__code__in=codes,
            remplace_par=None,
        )
        .annotate(lieu=F("contrat__perimetre__code"))
        .order_by("contrat__perimetre__code", "exercice_debut", "exercice_fin", "-montant", "pk")
    )
    if connu_le is not None:
        faits = faits.filter(connu_le__lte=connu_le)
    dits: dict[str, MontantDit] = {}
    for fait, sources in citer(faits):
        dits.setdefault(f"{fait.empreinte}/{fait.cle}", MontantDit(noms()[fait.lieu], fait, sources))  # type: ignore[attr-defined]
    return list(dits.values())
