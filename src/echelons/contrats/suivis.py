"""Reading contracts with all that their obligations need, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from django.db.models import F, OuterRef, Q, Subquery

from echelons.contrats.echeances import (
    Echeance,
    FaitSuivi,
    InstrumentSuivi,
    RedatageLu,
    RegleLue,
    Suivi,
    TexteCite,
    echeances_de,
)
from echelons.contrats.models import Contrat, Deliberation, Fait, Instrument, VersionDuTexte
from echelons.contrats.requetes import lire_dossiers
from echelons.socle.dates import DateSource, Precision
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import Objet
from echelons.socle.revision import memoire
from echelons.strategie.models import RegleEcheance, TexteReference

#: The facts that an obligation may be proved by, or counted from.
SUIVIS = ("deliberation", "transmission", "signature", "entree_en_vigueur", "rapport")
#: The instrument, and what its vote proves.
Vote = tuple[int, FaitSuivi]
_VOTES = {"deliberation": "date", "transmission": "transmise_le"}


def echeances_des(contrats: Iterable[Contrat]) -> tuple[Echeance, ...]:
    """Those of these contracts (with their perimeter at hand) today, in the order of their dates."""
    tous = tuple(contrats)
    return _echeances(tous, aujourdhui(), _votes(c.pk for c in tous))


@memoire(places=200)
def _echeances(contrats: tuple[Contrat, ...], jour: dt.date, votes: tuple[Vote, ...]) -> tuple[Echeance, ...]:
    """The same, kept for the revision of the data, within which a contract read twice is the same.

    The votes, whose writes change no revision, are asked for each time.
    """
    trouvees = [
        echeance
        for suivi in _lire_suivis(contrats, votes)
        for echeance in echeances_de(suivi, regles_de(suivi.dispositif), jour)
    ]
    return tuple(sorted(trouvees, key=lambda e: (e.date, e.suivi.intitule, e.regle.code)))


@memoire(places=20)
def regles_de(dispositif: int) -> tuple[RegleLue, ...]:
    """The rules of a dispositif, kept for the revision of the data."""
    return tuple(lire_regle(r) for r in RegleEcheance.objects.filter(dispositif=dispositif).avec_tout())


def lire_regle(regle: RegleEcheance) -> RegleLue:
    """A rule as the arithmetic needs it (see ``avec_tout``)."""
    return RegleLue(
        code=regle.code,
        libelle=regle.libelle,
        nature=regle.nature,
        instrument=regle.instrument or regle.dispositif.instrument_signant,
        ancre=regle.ancre,
        date=regle.date,
        mois=regle.mois,
        jours=regle.jours,
        exercice=regle.exercice,
        regime=regle.regime,
        perimetre=regle.perimetre,
        dues_par=tuple((f.code, f.libelle) for f in regle.dues_par.all()),
        dues_a=tuple((f.code, f.libelle) for f in regle.dues_a.all()),
        texte=_texte(regle.texte) if regle.texte else None,
        a_confirmer=regle.a_confirmer,
        remarque=regle.remarque,
        redatages=tuple(
            RedatageLu(r.date, _texte(r.texte), r.a_confirmer)
            for r in sorted(regle.redatages.all(), key=lambda r: (r.texte.date, r.pk))
        ),
    )


def _texte(texte: TexteReference) -> TexteCite:
    territoires = frozenset(t.code for t in texte.territoires.all())
    return TexteCite(texte.code, texte.reference, texte.date, texte.retire_le, territoires)


def lire_suivis(contrats: Iterable[Contrat]) -> tuple[Suivi, ...]:
    """These contracts (with their perimeter at hand) with all that their obligations are read from."""
    tous = tuple(contrats)
    return _lire_suivis(tous, _votes(c.pk for c in tous))


def _lire_suivis(contrats: tuple[Contrat, ...], votes: tuple[Vote, ...]) -> tuple[Suivi, ...]:
    """These contracts with their instruments, facts and votes."""
    dossiers = {d: lire_dossiers(d).contrats for d in {c.dispositif_id for c in contrats}}
    faits, instruments = _publics(tuple(c.pk for c in contrats))
    par_instrument: dict[int, list[FaitSuivi]] = defaultdict(list)
    for instrument, vote in votes:
        par_instrument[instrument].append(vote)
    return tuple(
        Suivi(
            lu=dossiers[c.dispositif_id][c.pk],
            intitule=c.intitule,
            dispositif=c.dispositif_id,
            perimetre=c.perimetre.type,
            territoire=c.perimetre.code,
            ne_le=c.perimetre.debut,
            instruments=tuple(
                replace(i, faits=(*i.faits, *par_instrument[i.id])) if i.id in par_instrument else i
                for i in instruments.get(c.pk, ())
            ),
            faits=faits.get(c.pk, ()),
        )
        for c in contrats
    )


def chaines_des(contrats: Iterable[Contrat]) -> list[Objet]:
    """The chains of the journal of these contracts and of their instruments born here, from what is kept in memory."""
    tous = {c.pk: c for c in contrats}
    _, instruments = _publics(tuple(tous))
    chaines = [c.objet_journal for c in tous.values()]
    return chaines + [
        Objet("instrument", f"{tous[pk].code}/{i.cle}")
        for pk, siens in instruments.items()
        for i in siens
        if i.etat
    ]


@memoire(places=200)
def _publics(
    contrats: tuple[int, ...],
) -> tuple[Mapping[int, tuple[FaitSuivi, ...]], Mapping[int, tuple[InstrumentSuivi, ...]]]:
    """By contract: the facts about no instrument, and the instruments with theirs, that nothing replaces."""
    faits: dict[tuple[int, int | None], list[FaitSuivi]] = defaultdict(list)
    lignes = Fait.objects.filter(
        Q(portee=Fait.Portee.INDIVIDUELLE), contrat__in=contrats, type__in=SUIVIS, remplace_par=None
    ).values_list("contrat", "instrument", "type", "jour", "precision", "partie", "pk")
    for contrat, instrument, type_, jour, precision, partie, pk in lignes:
        date = DateSource(jour, Precision(precision))
        faits[contrat, instrument].append(FaitSuivi(type_, date, partie, pk))
    instruments: dict[int, list[InstrumentSuivi]] = defaultdict(list)
    for i in Instrument.objects.filter(contrat__in=contrats).order_by("pk"):
        instruments[i.contrat_id].append(
            InstrumentSuivi(
                id=i.pk,
                cle=i.cle,
                type=i.type,
                intitule=i.intitule,
                debut=i.debut,
                fin=i.fin,
                etat=i.etat,
                faits=tuple(faits.get((i.contrat_id, i.pk), ())),
            )
        )
    return (
        MappingProxyType({c: tuple(siens) for (c, i), siens in faits.items() if i is None}),
        MappingProxyType({c: tuple(siens) for c, siens in instruments.items()}),
    )


def _votes(contrats: Iterable[int]) -> tuple[Vote, ...]:
    """The votes on each text as it stands, which no page without an account tells."""
    versions = VersionDuTexte.objects.filter(instrument=OuterRef("instrument")).order_by("-rang")
    lignes = (
        Deliberation.objects.filter(instrument__contrat__in=list(contrats), issue=Deliberation.Issue.ADOPTEE)
        .annotate(dernier=Subquery(versions.values("rang")[:1]))
        .filter(texte__rang=F("dernier"))
        .order_by("pk")
        .values_list("instrument", "partie", *_VOTES.values())
    )
    return tuple(
        (instrument, FaitSuivi(type_, DateSource(jour, Precision.JOUR), partie))
        for instrument, partie, *jours in lignes
        for type_, jour in zip(_VOTES, jours, strict=True)
        if jour is not None
    )
