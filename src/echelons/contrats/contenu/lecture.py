"""From the working rows of instruments to their content as plain values; the same number of queries for one or many."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from echelons.acteurs.models import Organisation
from echelons.contrats.contenu import forme
from echelons.contrats.contenu.mentions import remplir, valeurs_des_mentions
from echelons.contrats.contenu.numerotation import axe_de, numeros
from echelons.contrats.models import CibleDIndicateur, FicheAction, Instrument, LigneFinancement
from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui
from echelons.socle.nombres import nombre
from echelons.strategie.models import ChampDeFiche, Volet

#: An instrument covers no more years than this: beyond, its dates are a mistake, and no table would show them.
ANNEES_MAX = 12


def contenu_de(instrument: Instrument, texte: str = "", jour: dt.date | None = None) -> forme.Contenu:
    """The content of an instrument as it stands; names are those of ``jour`` (today)."""
    return contenus_de([instrument], {instrument.pk: texte}, jour)[instrument.pk]


def contenus_de(
    instruments: Sequence[Instrument], textes: Mapping[int, str] = {}, jour: dt.date | None = None
) -> dict[int, forme.Contenu]:
    """The content of each, by key; always read anew, whatever these objects hold already."""
    jour = jour or aujourdhui()
    instruments = [copy.copy(i) for i in instruments]
    for instrument in instruments:
        instrument._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    prefetch_related_objects(
        instruments,
        "contrat__dispositif__volets",
        "contrat__dispositif__champs_de_fiche",
        "contrat__dispositif__exercices",
        "contrat__perimetre",
        "financeurs",
        "plafonds",
        "clauses",
        "exceptions",
        Prefetch("fiches", FicheAction.objects.select_related("mesure", "nature")),
        "fiches__territoires",
        "fiches__pieces",
        Prefetch("fiches__financements", LigneFinancement.objects.order_by("pk")),
        Prefetch("cibles", CibleDIndicateur.objects.select_related("version__indicateur")),
        "cibles__visees",
    )
    services = _services_de_l_etat({i.contrat.perimetre_id for i in instruments}, jour)
    return {
        i.pk: _Lecture(i, jour).contenu(textes.get(i.pk, ""), services.get(i.contrat.perimetre_id, ""))
        for i in instruments
    }


def exercices_de(instrument: Instrument) -> tuple[int, ...]:
    """The years that an instrument covers: those of its period, else those of its dispositif."""
    if instrument.debut and instrument.fin:
        derniere = min(instrument.fin.year, instrument.debut.year + ANNEES_MAX - 1)
        return tuple(range(instrument.debut.year, derniere + 1))
    return tuple(sorted({e.annee for e in instrument.contrat.dispositif.exercices.all()}))[:ANNEES_MAX]


def _services_de_l_etat(perimetres: set[int], jour: dt.date) -> dict[int, str]:
    """The service that instructs on each territory, under its name of that day."""
    directions = Organisation.objects.vivantes().filter(
        territoire__in=perimetres, type=Organisation.Type.DIRECTION_DEPARTEMENTALE
    )
    return {d.territoire_id: d.nom_au(jour) for d in directions.prefetch_related("noms") if d.territoire_id}


class _Lecture:
    """One instrument being read."""

    def __init__(self, instrument: Instrument, jour: dt.date) -> None:
        self.instrument = instrument
        self.jour = jour
        self.dispositif = instrument.contrat.dispositif
        self.volets: dict[int, Volet] = {v.pk: v for v in self.dispositif.volets.all()}
        self.champs = list(self.dispositif.champs_de_fiche.all())
        self.fiches = list(instrument.fiches.all())
        self.references = {f.pk: str(f.reference) for f in self.fiches}

    def contenu(self, texte: str, service: str) -> forme.Contenu:
        """All of it, the articles last: their mentions tell of the rest."""
        sans_clauses = forme.Contenu(
            instrument=self._identite(),
            exercices=exercices_de(self.instrument),
            texte=texte,
            fiches=tuple(self._fiches()),
            financeurs=tuple(
                forme.FinanceurDit(code=str(f.rang), libelle=f.libelle, cote=f.cote)  # type: ignore[arg-type]
                for f in self.instrument.financeurs.all()
            ),
            lignes=tuple(self._lignes()),
            plafonds=tuple(
                forme.PlafondDit(exercice=p.exercice, montant=p.montant)
                for p in self.instrument.plafonds.all()
            ),
            cibles=tuple(self._cibles()),
            exceptions=tuple(
                forme.ExceptionDite(regle=e.regle, motif=e.motif)
                for e in self.instrument.exceptions.all()
                if e.levee_le is None
            ),
        )
        valeurs = valeurs_des_mentions(sans_clauses, service)
        retenues = [c for c in self.instrument.clauses.all() if c.retenue]
        clauses = tuple(
            forme.ClauseDite(
                reference=str(c.reference),
                numero=numero,
                titre=c.titre,
                texte=remplir(c.texte, valeurs),
                particuliere=c.particuliere,
            )
            for numero, c in enumerate(retenues, 1)
        )
        return sans_clauses.model_copy(update={"clauses": clauses})

    def _identite(self) -> forme.Identite:
        instrument, contrat = self.instrument, self.instrument.contrat
        parties = [
            p
            for p in contrat.ses_parties
            if (p.debut is None or p.debut <= self.jour) and (p.fin is None or self.jour <= p.fin)
        ]
        return forme.Identite(
            contrat=contrat.code,
            cle=instrument.cle,
            intitule=instrument.intitule,
            appele=instrument.appele,
            forme=instrument.type,
            dispositif=forme.Nomme(code=self.dispositif.code, libelle=self.dispositif.nom_court),
            dispositif_nom=self.dispositif.nom,
            territoire=forme.Lieu(code=contrat.perimetre.code, nom=contrat.perimetre.nom),
            fictif=contrat.perimetre.fictif,
            debut=instrument.debut,
            fin=instrument.fin,
            parties=tuple(forme.PartieDite(role=p.role, libelle=p.libelle) for p in parties),  # type: ignore[arg-type]
        )

    def _fiches(self) -> list[forme.Fiche]:
        siens = numeros(self.dispositif, self.fiches, self.volets)
        return [self._fiche(f, siens[f.pk]) for f in self.fiches]

    def _fiche(self, fiche: FicheAction, numero: str) -> forme.Fiche:
        volet = self.volets.get(fiche.volet_id) if fiche.volet_id else None
        axe = axe_de(volet, self.volets)
        objectif = volet if volet is not None and volet.dans_id else None
        return forme.Fiche(
            reference=str(fiche.reference),
            numero=numero,
            intitule=fiche.intitule,
            axe=_nomme(axe),
            objectif=_nomme(objectif),
            mesure=_nomme(fiche.mesure),
            nature=_nomme(fiche.nature),
            **{champ: getattr(fiche, champ) for champ in TELS_QUELS},
            territoires=tuple(
                forme.Lieu(code=t.code, nom=t.nom)
                for t in sorted(fiche.territoires.all(), key=lambda t: t.code)
            ),
            partenaires=_lignes_de(fiche.partenaires),
            operateurs=_lignes_de(fiche.operateurs),
            complement=tuple(
                forme.Complement(code=c.code, libelle=c.libelle, valeur=dire_complement(c, valeur))
                for c in self.champs
                if (valeur := fiche.complement.get(c.code)) not in (None, "")
            ),
            pieces=tuple(d.titre for d in fiche.pieces.all()),
        )

    def _lignes(self) -> list[forme.Ligne]:
        """In the order of the fiches, the financeurs, the years: never in that of the rows."""
        codes = {f.pk: str(f.rang) for f in self.instrument.financeurs.all()}
        lignes = [
            forme.Ligne(
                fiche=self.references[fiche.pk],
                financeur=codes[ligne.financeur_id],
                exercice=ligne.exercice,
                nature=ligne.nature,  # type: ignore[arg-type]
                imputation=ligne.imputation,
                montant=ligne.prevu,
            )
            for fiche in self.fiches
            for ligne in fiche.financements.all()
        ]
        places = {reference: rang for rang, reference in enumerate(self.references.values())}
        return sorted(
            lignes, key=lambda x: (places[x.fiche], int(x.financeur), x.exercice, x.nature, x.imputation)
        )

    def _cibles(self) -> list[forme.CibleDite]:
        places = {pk: rang for rang, pk in enumerate(self.references, 1)}
        cibles = sorted(
            self.instrument.cibles.all(),
            key=lambda c: (
                places.get(c.fiche_id or 0, 0),
                c.version.indicateur.rang,
                c.version.indicateur.code,
            ),
        )
        return [
            forme.CibleDite(
                fiche=self.references.get(c.fiche_id or 0, ""),
                indicateur=c.version.indicateur.code,
                effet_le=c.version.effet_le,
                libelle=c.version.libelle,
                unite=c.version.unite,
                a_confirmer=c.version.a_confirmer,
                etat=c.etat,  # type: ignore[arg-type]
                depart=c.depart,
                depart_le=c.depart_le,
                motif=c.motif,
                visees=tuple(
                    forme.Visee(exercice=v.exercice, etat=v.etat, valeur=v.valeur, motif=v.motif)  # type: ignore[arg-type]
                    for v in c.visees.all()
                ),
            )
            for c in cibles
        ]


#: The fields of a fiche that its image holds as they are.
TELS_QUELS = (
    "sorte", "situation_de_depart", "justification", "diagnostic", "description", "public", "effectif", "lieux",
    "pilote", "debut", "fin", "etp", "partagee",
)  # fmt: skip


def _nomme(objet: Any) -> forme.Nomme | None:
    return forme.Nomme(code=objet.code, libelle=objet.libelle) if objet is not None else None


def _lignes_de(texte: str) -> tuple[str, ...]:
    return tuple(ligne.strip() for ligne in texte.splitlines() if ligne.strip())


def dire_complement(champ: ChampDeFiche, valeur: Any) -> str:
    """The value of a field that the dispositif adds, as it reads."""
    if champ.type == ChampDeFiche.Type.OUI_NON:
        return "oui" if valeur else "non"
    if champ.type == ChampDeFiche.Type.DATE:
        return en_lettres(dt.date.fromisoformat(valeur))
    if champ.type == ChampDeFiche.Type.NOMBRE:
        return nombre(valeur)
    return str(valeur)
