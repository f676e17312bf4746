"""From the working rows of instruments to their content as plain values; the same number of queries for one or many."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.timezone import localdate

from echelons.acteurs.models import Organisation
from echelons.contrats.contenu import forme
from echelons.contrats.contenu.mentions import remplir, valeurs_des_mentions
from echelons.contrats.contenu.numerotation import axe_de, numeros
from echelons.contrats.models import (
    CibleDIndicateur,
    Document,
    FicheAction,
    Instrument,
    LigneFinancement,
    Partie,
)
from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui
from echelons.socle.nombres import nombre
from echelons.socle.revision import memoire
from echelons.socle.textes import majuscule
from echelons.strategie.lecture import cadre_d_acte
from echelons.strategie.models import ChampDeFiche
from echelons.territoires.models import TypeTerritoire

#: An instrument covers no more years than this: beyond, its dates are a mistake, and no table would show them.
ANNEES_MAX = 12


def contenu_de(
    instrument: Instrument, texte: str = "", jour: dt.date | None = None, sauf: frozenset[str] = frozenset()
) -> forme.Contenu:
    """The content of an instrument as it stands; names are those of ``jour`` (today).

    ``sauf`` leaves out what a page does not show (``LECTURES``): such a content is never frozen nor printed.
    """
    return contenus_de([instrument], {instrument.pk: texte}, jour, sauf)[instrument.pk]


#: What is read beside the fiches, by the name under which it is left out.
LECTURES: Mapping[str, tuple[str | Prefetch[str], ...]] = {
    "financeurs": ("financeurs",),
    "plafonds": ("plafonds",),
    "clauses": ("clauses",),
    "exceptions": ("exceptions",),
    "territoires": ("fiches__territoires",),
    "pieces": ("fiches__pieces",),
    "lignes": (Prefetch("fiches__financements", LigneFinancement.objects.order_by("pk")),),
    "cibles": (
        Prefetch("cibles", CibleDIndicateur.objects.select_related("version__indicateur")),
        "cibles__visees",
    ),
}


def contenus_de(
    instruments: Sequence[Instrument],
    textes: Mapping[int, str] = {},
    jour: dt.date | None = None,
    sauf: frozenset[str] = frozenset(),
) -> dict[int, forme.Contenu]:
    """The content of each, by key; always read anew, whatever these objects hold already."""
    jour = jour or aujourdhui()
    copies = [copy.copy(i) for i in instruments]
    for copie in copies:
        # The copy shares with the original all but what was read of its rows.
        copie._prefetched_objects_cache = {}  # type: ignore[attr-defined]  # noqa: SLF001
    fiches = Prefetch("fiches", FicheAction.objects.select_related("mesure", "nature"))
    autres = [lu for nom, lus in LECTURES.items() if nom not in sauf for lu in lus]
    prefetch_related_objects(copies, "contrat__dispositif", "contrat__perimetre", fiches, *autres)
    services: Mapping[int, str] = {}
    if "clauses" not in sauf:
        services = _services_de_l_etat(tuple(sorted({i.contrat.perimetre_id for i in copies})), jour)
    return {
        i.pk: _Lecture(i, jour, sauf).contenu(textes.get(i.pk, ""), services.get(i.contrat.perimetre_id, ""))
        for i in copies
    }


def exercices_de(instrument: Instrument) -> tuple[int, ...]:
    """The years that an instrument covers: those of its period, else those of its dispositif."""
    if instrument.debut and instrument.fin:
        derniere = min(instrument.fin.year, instrument.debut.year + ANNEES_MAX - 1)
        return tuple(range(instrument.debut.year, derniere + 1))
    return cadre_d_acte(instrument.contrat.dispositif_id).annees[:ANNEES_MAX]


@memoire(places=200)
def _services_de_l_etat(perimetres: tuple[int, ...], jour: dt.date) -> Mapping[int, str]:
    """The service that instructs on each territory, under its name of that day."""
    directions = Organisation.objects.vivantes().filter(
        territoire__in=perimetres, type=Organisation.Type.DIRECTION_DEPARTEMENTALE
    )
    return MappingProxyType(
        {d.territoire_id: d.nom_au(jour) for d in directions.prefetch_related("noms") if d.territoire_id}
    )


def nom_de_partie(partie: Partie) -> str:
    """As an act names it, with its article: « L’État », « Le département du Nord », « La Métropole de Lyon ».

    The code of a conseil départemental ends with D (code officiel géographique). A party that was given a name of
    its own keeps it.
    """
    territoire = partie.territoire
    if territoire is None or partie.libelle != territoire.nom:
        return f"L’{partie.libelle}" if partie.libelle.partition(" ")[0] == "État" else partie.libelle
    departement = territoire.type == TypeTerritoire.COLLECTIVITE and territoire.code.endswith("D")
    return f"Le département {territoire.nom_avec_de}" if departement else majuscule(territoire.nom_complet)


class _Lecture:
    """One instrument being read."""

    def __init__(self, instrument: Instrument, jour: dt.date, sauf: frozenset[str]) -> None:
        self.instrument = instrument
        self.jour = jour
        self.sauf = sauf
        self.dispositif = instrument.contrat.dispositif
        self.cadre = cadre_d_acte(self.dispositif.pk)
        self.fiches = list(instrument.fiches.all())
        self.references = {f.pk: str(f.reference) for f in self.fiches}

    def _lus(self, nom: str, de: Any = None) -> list[Any]:
        """The rows read under this name, none when they were left out."""
        return [] if nom in self.sauf else list(getattr(de or self.instrument, nom).all())

    def contenu(self, texte: str, service: str) -> forme.Contenu:
        """All of it, the articles last: their mentions tell of the rest."""
        sans_clauses = forme.Contenu(
            instrument=self._identite(),
            exercices=exercices_de(self.instrument),
            texte=texte,
            fiches=tuple(self._fiches()),
            financeurs=tuple(
                forme.FinanceurDit(code=str(f.rang), libelle=f.libelle, cote=f.cote)
                for f in self._lus("financeurs")
            ),
            lignes=tuple(self._lignes()),
            plafonds=tuple(
                forme.PlafondDit(exercice=p.exercice, montant=p.montant) for p in self._lus("plafonds")
            ),
            cibles=tuple(self._cibles()),
            exceptions=tuple(
                forme.ExceptionDite(regle=e.regle, motif=e.motif)
                for e in self._lus("exceptions")
                if e.levee_le is None
            ),
        )
        valeurs = valeurs_des_mentions(sans_clauses, service)
        retenues = [c for c in self._lus("clauses") if c.retenue]
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
            parties=tuple(
                forme.PartieDite(role=p.role, libelle=nom_de_partie(p))  # type: ignore[arg-type]
                for p in parties
            ),
        )

    def _fiches(self) -> list[forme.Fiche]:
        siens = numeros(self.cadre.numerotation, self.fiches, self.cadre.volets)
        return [self._fiche(f, siens[f.pk]) for f in self.fiches]

    def _fiche(self, fiche: FicheAction, numero: str) -> forme.Fiche:
        volet = self.cadre.volets.get(fiche.volet_id) if fiche.volet_id else None
        axe = axe_de(volet, self.cadre.volets)
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
                for t in sorted(self._lus("territoires", fiche), key=lambda t: t.code)
            ),
            partenaires=_lignes_de(fiche.partenaires),
            operateurs=_lignes_de(fiche.operateurs),
            complement=tuple(
                forme.Complement(code=c.code, libelle=c.libelle, valeur=dire_complement(c, valeur))
                for c in self.cadre.champs
                if (valeur := fiche.complement.get(c.code)) not in (None, "")
            ),
            pieces=tuple(map(dire_la_piece, sorted(self._lus("pieces", fiche), key=lambda d: d.pk))),
        )

    def _lignes(self) -> list[forme.Ligne]:
        """In the order of the fiches, the financeurs, the years: never in that of the rows."""
        codes = {f.pk: str(f.rang) for f in self._lus("financeurs")}
        lignes = [
            forme.Ligne(
                fiche=self.references[fiche.pk],
                financeur=codes[ligne.financeur_id],
                exercice=ligne.exercice,
                nature=ligne.nature,  # type: ignore[arg-type]
                imputation=ligne.imputation,
                montant=ligne.prevu,
            )
            for fiche in ([] if "lignes" in self.sauf else self.fiches)
            for ligne in fiche.financements.all()
        ]
        places = {reference: rang for rang, reference in enumerate(self.references.values())}
        return sorted(
            lignes, key=lambda x: (places[x.fiche], int(x.financeur), x.exercice, x.nature, x.imputation)
        )

    def _cibles(self) -> list[forme.CibleDite]:
        places = {pk: rang for rang, pk in enumerate(self.references, 1)}
        cibles = sorted(
            self._lus("cibles"),
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
                etat=c.etat,
                depart=c.depart,
                depart_le=c.depart_le,
                motif=c.motif,
                visees=tuple(
                    forme.Visee(exercice=v.exercice, etat=v.etat, valeur=v.valeur, motif=v.motif)
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


def dire_la_piece(document: Document) -> str:
    """A document attached, as the act lists it: its title, by what it is recognised, and that it was withdrawn."""
    retire = ""
    if document.retire_le is not None:
        retire = f" (retiré du dossier le {en_lettres(localdate(document.retire_le))})"
    return f"{document.titre}{retire}, empreinte SHA-256\u00a0: {document.empreinte}"


def dire_complement(champ: ChampDeFiche, valeur: Any) -> str:
    """The value of a field that the dispositif adds, as it reads."""
    if champ.type == ChampDeFiche.Type.OUI_NON:
        return "oui" if valeur else "non"
    if champ.type == ChampDeFiche.Type.DATE:
        return en_lettres(dt.date.fromisoformat(valeur))
    if champ.type == ChampDeFiche.Type.NOMBRE:
        return nombre(valeur)
    return str(valeur)
