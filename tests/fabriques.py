"""What tests are made of: each factory checks what it builds, so that no test rests on what the house would refuse.

Dates are given as data files write them (``2018-12-18``, ``2019-06``, ``<=2020-07-03``, ``inconnue``).
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent, indent
from typing import Any, TypeVar

from django.db.models import Model

from echelons.contrats.models import Contrat, Fait, Instrument, Partie
from echelons.contrats.regles import ContratLu, FaitLu, InstrumentLu, PartieLue
from echelons.socle.dates import lire_date_iso, lire_date_source
from echelons.socle.horloge import maintenant
from echelons.socle.models import Source
from echelons.strategie.models import Dispositif, Strategie
from echelons.territoires.models import Territoire

RACINE = Path(__file__).resolve().parents[1]
FICTIFS = RACINE / "demonstration" / "territoires.yaml"
NUMEROS = itertools.count(1)
M = TypeVar("M", bound=Model)


# --- What the arithmetic reads (no database) ---------------------------------------------------------


def fait_lu(
    type_: str,
    date: str,
    *,
    connu: str = "2018-01-01",
    instrument: int | None = None,
    partie: int | None = None,
    collectif: bool = False,
    jusqu_au: str | None = None,
    remplace: FaitLu | None = None,
) -> FaitLu:
    """A fact with a new id. A signature is that of a party on an instrument; only it may be collective."""
    assert (type_ == "signature") == (instrument is not None and partie is not None)
    assert not collectif or type_ == "signature"
    fin = lire_date_iso(jusqu_au) if jusqu_au else None
    lue = lire_date_source(date)
    assert fin is None or lue.jour is None or lue.jour <= fin
    assert remplace is None or (remplace.type, remplace.partie) == (type_, partie)
    return FaitLu(
        id=next(NUMEROS),
        type=type_,
        date=lue,
        connu_le=lire_date_iso(connu),
        instrument=instrument,
        partie=partie,
        collectif=collectif,
        jusqu_au=fin,
        remplace=remplace.id if remplace else None,
    )


def signatures(
    date: str, parties: Iterable[int] = (1, 2), instrument: int = 1, **autres: Any
) -> list[FaitLu]:
    """The signature of an instrument by these parties, stated together by one source."""
    return [fait_lu("signature", date, instrument=instrument, partie=p, **autres) for p in parties]


CONVENTION, PROTOCOLE = InstrumentLu(1, "convention"), InstrumentLu(2, "protocole")
ETAT_ET_DEPARTEMENT = (PartieLue(1), PartieLue(2))


def contrat_lu(
    *faits: FaitLu | Iterable[FaitLu],
    parties: Sequence[PartieLue] = ETAT_ET_DEPARTEMENT,
    instruments: Sequence[InstrumentLu] = (CONVENTION, PROTOCOLE),
    ouverture: str = "2018-01-01",
) -> ContratLu:
    """A contract under a dispositif signed by a convention, with these facts (lists are put end to end)."""
    tous = [f for fait in faits for f in ((fait,) if isinstance(fait, FaitLu) else fait)]
    connus = {i.id for i in instruments}
    assert all(f.instrument is None or f.instrument in connus for f in tous)
    assert all(f.partie is None or f.partie in {p.id for p in parties} for f in tous)
    return ContratLu(
        id=1,
        code="essai",
        type_signant="convention",
        parties=tuple(parties),
        instruments=tuple(instruments),
        faits=tuple(tous),
        ouverture=lire_date_iso(ouverture),
    )


# --- What the database holds --------------------------------------------------------------------------


def enregistrer(objet: M) -> M:
    """Save what every rule of its model accepts. Raises ``ValidationError`` otherwise."""
    objet.full_clean()
    objet.save()
    return objet


def source(cle: str = "source-a", **champs: Any) -> Source:
    """The source of that key, made if needed."""
    valeurs = {
        "titre": f"Titre de {cle}",
        "editeur": "Préfecture",
        "adresse": f"https://exemple.invalid/{cle}",
    }
    return Source.objects.filter(cle=cle).first() or enregistrer(Source(cle=cle, **valeurs | champs))


def dispositif(code: str = "essai", **champs: Any) -> Dispositif:
    """The dispositif of that code, made if needed: from 13 September 2018, signed by a convention, without end."""
    trouve = Dispositif.objects.filter(code=code).first()
    if trouve:
        return trouve
    strategie = Strategie.objects.filter(code="strategie-d-essai").first() or enregistrer(
        Strategie(code="strategie-d-essai", nom="Stratégie", debut=dt.date(2018, 9, 13), resume="Essai.")
    )
    valeurs = {
        "nom": f"Dispositif {code}",
        "nom_court": code.upper(),
        "debut": dt.date(2018, 9, 13),
        "instrument_signant": Dispositif.InstrumentSignant.CONVENTION,
        "resume": "Essai.",
    }
    objet = enregistrer(Dispositif(code=code, strategie=strategie, **valeurs | champs))
    objet.sources.add(source())
    return objet


@dataclass
class Dossier:
    """A contract being told: its parties by label, its instruments by key."""

    contrat: Contrat
    parties: dict[str, Partie] = field(default_factory=dict)

    def instrument(self, cle: str = "convention", **champs: Any) -> Instrument:
        """The instrument of that key, made if needed; its type is its key unless told."""
        trouve = self.contrat.instruments.filter(cle=cle).first()
        valeurs = {"type": cle, "intitule": cle.capitalize()}
        return trouve or enregistrer(Instrument(contrat=self.contrat, cle=cle, **valeurs | champs))

    def fait(
        self,
        type_: str,
        date: str,
        *,
        connu: str = "2018-10-01",
        sources: Sequence[str] = ("source-a",),
        **champs: Any,
    ) -> Fait:
        """One statement about the contract, with at least one source."""
        lue = lire_date_source(date)
        for nom in ("instrument", "partie", "remplace"):
            assert champs.get(nom) is None or champs[nom].contrat_id == self.contrat.pk, nom
        assert type_ != "signature" or lue.au_plus_tard >= self.contrat.dispositif.debut
        assert sources
        fait = Fait(
            contrat=self.contrat,
            type=type_,
            jour=lue.jour,
            precision=lue.precision.value,
            connu_le=lire_date_iso(connu),
            enregistre_le=maintenant(),
            empreinte=f"{next(NUMEROS):064x}",
            **champs,
        )
        enregistrer(fait).sources.set([source(cle) for cle in sources])
        return fait

    def signature(
        self, date: str, *, par: Iterable[str] = (), instrument: str = "convention", **champs: Any
    ) -> list[Fait]:
        """The signature of an instrument by these parties (labels), by all of them unless told."""
        objet = self.instrument(instrument)
        return [
            self.fait("signature", date, instrument=objet, partie=self.parties[libelle], **champs)
            for libelle in (tuple(par) or self.parties)
        ]


def dossier(
    perimetre: str = "59D",
    *,
    de: Dispositif | None = None,
    avec: Sequence[str] | None = None,
    code: str | None = None,
) -> Dossier:
    """A contract between the State and these territories (by default the perimeter itself) on a perimeter."""
    lieu = Territoire.objects.get(code=perimetre)
    cadre = de or dispositif()
    contrat = enregistrer(
        Contrat(
            code=code or f"{cadre.code}-{perimetre.lower()}",
            dispositif=cadre,
            intitule=f"Convention {lieu.nom_avec_de}",
            perimetre=lieu,
        )
    )
    resultat = Dossier(contrat)
    resultat.parties["État"] = enregistrer(Partie(contrat=contrat, role=Partie.Role.ETAT, libelle="État"))
    for territoire in Territoire.objects.filter(code__in=avec or [perimetre]).order_by("code"):
        resultat.parties[territoire.nom] = enregistrer(
            Partie(
                contrat=contrat,
                role=Partie.Role.COLLECTIVITE,
                territoire=territoire,
                libelle=territoire.nom,
            )
        )
    return resultat


# --- What data files say ------------------------------------------------------------------------------


def ecrire(chemin: Path, texte: str) -> Path:
    """Write a data file; the common margin of the text is removed, so that it can be indented with the test."""
    chemin.write_text(dedent(texte).lstrip("\n"), encoding="utf-8")
    return chemin


ENTETE_DE_FAITS = """\
releve_le: 2024-01-15
sources:
  - cle: prefecture
    titre: Signature de la convention
    editeur: Préfecture du Nord
    adresse: https://exemple.invalid/nord
    publiee_le: 2018-12-18
"""

CONTRAT_DU_NORD = """\
contrats:
  - code: essai-59d
    dispositif: essai
    intitule: Convention du Nord
    perimetre: 59D
    parties:
      - {role: etat, libelle: État}
      - {role: collectivite, territoire: 59D}
    instruments:
      - cle: convention
        type: convention
        intitule: Convention
        faits:
"""


def faits_du_nord(*faits: str, entete: str = ENTETE_DE_FAITS) -> str:
    """A whole file of facts: the contract of the Nord, and these facts of its convention (YAML mappings)."""
    lignes = [indent(dedent(fait).strip(), " " * 12).replace(" " * 12, " " * 10 + "- ", 1) for fait in faits]
    corps = CONTRAT_DU_NORD if faits else CONTRAT_DU_NORD.replace("        faits:\n", "")
    return f"{entete}{corps}" + "".join(f"{ligne}\n" for ligne in lignes)


SIGNATURE_DU_NORD = """\
type: signature
date: 2018-12-18
sources: [prefecture]
"""
