"""What sealed acts let everybody read: which acts, and which of their actions are done in a place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import Q

from echelons.contrats.models import ActePublie, ActionPubliee
from echelons.contrats.models.publications import PARTS
from echelons.socle.revision import memoire


@dataclass(frozen=True)
class ActeLu:
    """A sealed act of which something is public: its name as sealed, where its contract lies, what is public of it."""

    pk: int
    sceau: int
    contrat: int
    code: str
    cle: str
    dispositif: int
    intitule: str
    appele: str
    lieu: str
    lieu_nom: str
    region: str
    fictif: bool
    jour: dt.date
    publie_le: dt.date
    parts: frozenset[str]

    def lisible(self, au: dt.date, connu_le: dt.date | None) -> bool:
        """Whether it was signed by that day and, when asked, public by that other."""
        return self.jour <= au and (connu_le is None or self.publie_le <= connu_le)


_COLONNES = (
    "pk", "sceau", "sceau__instrument__contrat", "sceau__instrument__contrat__code", "sceau__instrument__cle",
    "sceau__instrument__contrat__dispositif", "intitule", "appele", "sceau__instrument__contrat__perimetre__code",
    "sceau__instrument__contrat__perimetre__nom", "sceau__instrument__contrat__perimetre__region__code",
    "sceau__instrument__contrat__perimetre__type", "sceau__instrument__contrat__perimetre__fictif", "sceau__jour",
    "publie_le",
)  # fmt: skip


@memoire(places=1)
def actes_publies() -> Mapping[int, ActeLu]:
    """Every sealed act of which something is public, by key; a cancelled seal is none. Latest signed first."""
    lus: dict[int, ActeLu] = {}
    publies = ActePublie.objects.filter(sceau__annulation=None).order_by("-sceau__jour", "-pk")
    for ligne in publies.values_list(*_COLONNES, *PARTS):
        pk, sceau, contrat, code, cle, dispositif, intitule, appele, lieu, nom, region, type_, *reste = ligne
        fictif, jour, publie_le, *parts = reste
        lus[pk] = ActeLu(
            *(pk, sceau, contrat, code, cle, dispositif, intitule, appele, lieu, nom),
            region=lieu if type_ == "region" else region or "",
            fictif=fictif,
            jour=jour,
            publie_le=publie_le,
            parts=frozenset(part for part, dite in zip(PARTS, parts, strict=True) if dite),
        )
    return MappingProxyType(lus)


def actes_des_contrats(contrats: Collection[int], au: dt.date, connu_le: dt.date | None) -> list[ActeLu]:
    """The public acts of these contracts, latest signed first."""
    return [a for a in actes_publies().values() if a.contrat in contrats and a.lisible(au, connu_le)]


@dataclass(frozen=True)
class ActionLue:
    """An action of a public act that concerns a place; ``lieux`` names where, among what was asked."""

    acte: ActeLu
    reference: str
    numero: str
    intitule: str
    axe: str
    public: str
    lieux: tuple[str, ...]
    partout: bool


@dataclass(frozen=True)
class Actions:
    """The actions that concern a place, by act; then those that concern only a part of it, or may."""

    certaines: tuple[tuple[ActeLu, tuple[ActionLue, ...]], ...]
    autres: tuple[tuple[ActeLu, tuple[ActionLue, ...]], ...]

    def __len__(self) -> int:
        return sum(len(actions) for _, actions in (*self.certaines, *self.autres))


RIEN = Actions((), ())


@dataclass(frozen=True)
class Ou:
    """Where actions are looked for: in these places, those that hold a part of it, and by these contracts whole."""

    certains: frozenset[str]
    incertains: frozenset[str] = frozenset()
    contrats: frozenset[int] = frozenset()
    dispositif: int | None = None


def actions_dans(ou: Ou, au: dt.date, connu_le: dt.date | None) -> Actions:
    """The public actions there, in one query, and none when no act says its actions."""
    actes = {
        pk: acte
        for pk, acte in actes_publies().items()
        if "fiches" in acte.parts and acte.lisible(au, connu_le) and ou.dispositif in (None, acte.dispositif)
    }
    if not actes:
        return RIEN
    des_contrats = [pk for pk, acte in actes.items() if acte.contrat in ou.contrats]
    lignes = (
        ActionPubliee.objects.filter(Q(lieu__in=ou.certains | ou.incertains) | Q(acte__in=des_contrats))
        .order_by("rang", "lieu_nom")
        .values_list(
            *("acte", "reference", "numero", "intitule", "axe", "public", "lieu", "lieu_nom", "partout")
        )
    )
    trouvees: dict[tuple[int, str], list[tuple[str, ...]]] = {}
    for acte, *ligne in lignes:
        if acte in actes:
            trouvees.setdefault((acte, ligne[0]), []).append(tuple(ligne))
    certaines: dict[int, list[ActionLue]] = {}
    autres: dict[int, list[ActionLue]] = {}
    for (pk, _), siennes in trouvees.items():
        surs = [x for x in siennes if x[5] in ou.certains or actes[pk].contrat in ou.contrats]
        (certaines if surs else autres).setdefault(pk, []).append(_action(actes[pk], surs or siennes))
    return Actions(_par_acte(actes, certaines), _par_acte(actes, autres))


def _action(acte: ActeLu, lignes: list[tuple[str, ...]]) -> ActionLue:
    reference, numero, intitule, axe, public, _, _, partout = lignes[0]
    lieux = tuple(ligne[6] for ligne in lignes)
    return ActionLue(acte, reference, numero, intitule, axe, public, lieux, bool(partout))


def _par_acte(
    actes: Mapping[int, ActeLu], actions: Mapping[int, Iterable[ActionLue]]
) -> tuple[tuple[ActeLu, tuple[ActionLue, ...]], ...]:
    return tuple((actes[pk], tuple(actions[pk])) for pk in actes if pk in actions)
