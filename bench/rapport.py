"""What the bench says: a table in the terminal, a file for machines, and a line for each target that is missed."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.db import connection

from bench import actes
from bench.atelier import MesureDeVerification
from bench.charge import NOMBRE_DE_DISPOSITIFS, Volume
from bench.incidence import MS_MAX, MesureDIncidence
from bench.pages import MesureDePage, centile
from bench.serveur import Bilan
from bench.tableurs import LIGNES, MesureDeTableur
from bench.travail import MesureDeTravail

P95_MAX = 40.0
REQUETES_MAX = 12
#: A place reads every dispositif, each in three queries when nothing is kept; the others then cost none.
LIEUX = {"territoire, commune", "territoire, epci", "territoire, perimetre"}
REQUETES_PAR_DISPOSITIF = 3
OCTETS_MAX = 60_000
DEBIT_MIN = 150.0
TRAVAIL_P95_MAX = 60.0
TRAVAIL_REQUETES_MAX = 15
ATELIER_P95_MAX = 80.0
VERIFICATION_MS_MAX = 300.0
#: Pages of work whose targets are required; the others are told beside.
TRAVAIL_VISES = ("mon travail", "dossier", "région")


@dataclass(frozen=True)
class Cible:
    """A target, what was measured, and whether a miss makes the bench fail."""

    nom: str
    mesure: float
    limite: float
    au_plus: bool = True
    exigee: bool = False

    @property
    def tenue(self) -> bool:
        """Whether the target is met."""
        return self.mesure <= self.limite if self.au_plus else self.mesure >= self.limite

    def __str__(self) -> str:
        sens = "au plus" if self.au_plus else "au moins"
        return f"{self.nom} : {_nombre(self.mesure)}, {sens} {_nombre(self.limite)}"


def cibles(
    pages: list[MesureDePage],
    bilans: list[Bilan],
    travail: list[MesureDeTravail] | None = None,
    tableurs: list[MesureDeTableur] | None = None,
    touche: MesureDIncidence | None = None,
    produits: actes.MesureDActes | None = None,
    ateliers: list[MesureDeTravail] | None = None,
    verifications: list[MesureDeVerification] | None = None,
) -> list[Cible]:
    """Every target with its measure."""
    trouvees = [*_seules(touche, produits), *_de_l_atelier(ateliers or (), verifications or ())]
    for f in tableurs or ():
        trouvees.append(Cible(f"{f.nom}, secondes", f.secondes, f.secondes_max))
        if f.memoire_max is not None:
            trouvees.append(Cible(f"{f.nom}, mégaoctets", f.memoire, f.memoire_max))
    for m in travail or ():
        if m.page in TRAVAIL_VISES:
            nom = f"{m.page} ({m.lecteur})"
            trouvees.append(Cible(f"{nom}, p95 en ms", m.temps.p95, TRAVAIL_P95_MAX))
            trouvees.append(Cible(f"{nom}, requêtes", m.requetes, TRAVAIL_REQUETES_MAX, exigee=True))
    for p in pages:
        trouvees.append(Cible(f"{p.page}, p95 en ms", p.neuve.p95, P95_MAX))
        requetes = max(p.requetes, p.requetes_froide)
        permises = REQUETES_MAX + (REQUETES_PAR_DISPOSITIF * NOMBRE_DE_DISPOSITIFS if p.page in LIEUX else 0)
        trouvees.append(Cible(f"{p.page}, requêtes", requetes, permises, exigee=True))
        if p.page.startswith("france"):
            trouvees.append(Cible(f"{p.page}, octets compressés", p.octets, OCTETS_MAX))
    for b in bilans:
        if b.exige_un_debit:
            trouvees.append(Cible(f"{b.essai}, pages par seconde", b.debit, DEBIT_MIN, au_plus=False))
        trouvees.append(Cible(f"{b.essai}, pages périmées", b.perimees, 0))
    return trouvees


def _de_l_atelier(
    ateliers: Sequence[MesureDeTravail], verifications: Sequence[MesureDeVerification]
) -> list[Cible]:
    """The targets of those who write, and of the citizen who verifies."""
    trouvees = []
    for m in ateliers:
        nom = f"atelier, {m.page} ({m.lecteur})"
        trouvees.append(Cible(f"{nom}, p95 en ms", m.temps.p95, ATELIER_P95_MAX))
        trouvees.append(Cible(f"{nom}, requêtes", m.requetes, TRAVAIL_REQUETES_MAX, exigee=True))
    return trouvees + [
        Cible(f"vérification, {v.dit}, p95 en ms", v.temps.p95, VERIFICATION_MS_MAX) for v in verifications
    ]


def _seules(touche: MesureDIncidence | None, produits: actes.MesureDActes | None) -> list[Cible]:
    """The targets of what is measured once."""
    trouvees = []
    if touche is not None:
        trouvees.append(Cible("incidence d’une circulaire, p95 en ms", touche.froide.p95, MS_MAX))
    if produits is not None:
        trouvees.append(Cible("un acte produit, p50 en ms", produits.un.p50, actes.MS_MAX))
        trouvees.append(Cible("les actes d’une campagne, secondes", produits.tous, actes.SECONDES_MAX))
    return trouvees


def machine() -> dict[str, Any]:
    """Where it was measured; the load says whether others were using the machine."""
    return {
        "python": platform.python_version(),
        "django": django.get_version(),
        "base": connection.vendor,
        "coeurs": os.cpu_count(),
        "charge_1_min": round(os.getloadavg()[0], 2),
    }


def ecrire_json(
    chemin: Path,
    ou: dict[str, Any],
    volume: Volume,
    pages: list[MesureDePage],
    bilans: list[Bilan],
    travail: list[MesureDeTravail],
    tableurs: list[MesureDeTableur],
    touche: MesureDIncidence,
    produits: actes.MesureDActes,
    ateliers: list[MesureDeTravail],
    verifications: list[MesureDeVerification],
) -> None:
    """``var/bench.json``."""
    toutes = cibles(pages, bilans, travail, tableurs, touche, produits, ateliers, verifications)
    contenu = {
        "machine": ou,
        "volume": vars(volume),
        "pages": [p.dictionnaire() for p in pages],
        "france": [
            {
                "essai": b.essai,
                "pages_par_seconde": b.debit,
                "p50_ms": centile(b.durees, 0.5),
                "p95_ms": centile(b.durees, 0.95),
                "ecritures": b.ecritures,
                "perimees": b.perimees,
            }
            for b in bilans
        ],
        "travail": [m.dictionnaire() for m in travail],
        "tableurs": [f.dictionnaire() for f in tableurs],
        "incidence": touche.dictionnaire(),
        "actes": produits.dictionnaire(),
        "atelier": [m.dictionnaire() for m in ateliers],
        "verification": [v.dictionnaire() for v in verifications],
        "cibles": [{**vars(c), "tenue": c.tenue} for c in toutes],
    }
    chemin.write_text(json.dumps(contenu, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def imprimer_machine(ou: dict[str, Any], volume: Volume) -> None:
    """What is measured, and where."""
    _dire(
        f"{volume.signataires} signataires × {volume.dispositifs} dispositifs × 6 instruments × 8 faits : "
        f"{_nombre(volume.faits)} faits, {_nombre(volume.sources)} sources, plus la démonstration."
    )
    _dire(
        f"Python {ou['python']}, Django {ou['django']}, {ou['base']}, {ou['coeurs']} cœurs, "
        f"charge {_nombre(ou['charge_1_min'])}."
    )
    if ou["charge_1_min"] > ou["coeurs"] / 2:
        _dire("Attention : cette machine travaille aussi pour d’autres, les temps sont majorés.")


def imprimer_pages(pages: list[MesureDePage]) -> None:
    """The table of pages."""
    _dire(f"\nTemps de réponse du serveur, en millisecondes (cible : p95 ≤ {P95_MAX:g} à une adresse neuve ;")
    _dire(f"requêtes ≤ {REQUETES_MAX}). Neuve : adresse jamais demandée. Relue : mémoire des pages vidée.")
    _dire("Froide : juste après une écriture, plus rien n’est gardé.\n")
    titre = (
        f"{'page':26}{'neuve p50':>10}{'p95':>8}{'cpu p95':>9}{'relue p95':>11}{'froide p50':>12}{'p95':>8}"
    )
    _dire(f"{titre}{'requêtes':>10}{'ko':>7}  verdict")
    for p in pages:
        requetes = max(p.requetes, p.requetes_froide)
        tenue = p.neuve.p95 <= P95_MAX and requetes <= REQUETES_MAX
        _dire(
            f"{p.page:26}{_ms(p.neuve.p50):>10}{_ms(p.neuve.p95):>8}{_ms(p.neuve.cpu95):>9}{_ms(p.relue.p95):>11}"
            f"{_ms(p.froide.p50):>12}{_ms(p.froide.p95):>8}{requetes:>10}{_ms(p.octets / 1000):>7}"
            f"  {'tenu' if tenue else 'MANQUÉ'}"
        )


def imprimer_bilans(bilans: list[Bilan]) -> None:
    """The table of the trials under eight readers."""
    _dire(f"\nLa page nationale, huit lecteurs à la fois (cible : ≥ {DEBIT_MIN:g} pages par seconde)\n")
    _dire(f"{'essai':34}{'pages/s':>10}{'p50 ms':>9}{'p95 ms':>9}{'écritures':>11}{'périmées':>10}  verdict")
    for b in bilans:
        tenue = (b.debit >= DEBIT_MIN or not b.exige_un_debit) and not b.perimees
        verdict = "tenu" if tenue else "MANQUÉ"
        _dire(
            f"{b.essai:34}{_ms(b.debit):>10}{_ms(centile(b.durees, 0.5)):>9}{_ms(centile(b.durees, 0.95)):>9}"
            f"{b.ecritures:>11}{b.perimees:>10}  {verdict if b.exige_un_debit else 'pour information'}"
        )


def imprimer_travail(mesures: list[MesureDeTravail]) -> None:
    """The table of the pages of those who act."""
    _dire(
        f"\nLes pages de travail, avec un compte (cible\u00a0: p95 ≤ {TRAVAIL_P95_MAX:g} ms et "
        f"{TRAVAIL_REQUETES_MAX} requêtes pour {', '.join(TRAVAIL_VISES)})\n"
    )
    _lister(mesures)


def imprimer_atelier(
    lignes: int, mesures: list[MesureDeTravail], verifications: list[MesureDeVerification]
) -> None:
    """The table of the workshop, then how long a citizen waits for an answer about a file."""
    _dire(
        f"\nL’atelier d’un projet, {_nombre(lignes)} lignes de financement en base (cible\u00a0: p95 ≤ "
        f"{ATELIER_P95_MAX:g} ms et {TRAVAIL_REQUETES_MAX} requêtes)\n"
    )
    _lister(mesures)
    for v in verifications:
        _dire(
            f"Vérifier un fichier {v.dit} : p50 {_ms(v.temps.p50)} ms, p95 {_ms(v.temps.p95)} ms "
            f"(cible : {VERIFICATION_MS_MAX:g})."
        )


def _lister(mesures: list[MesureDeTravail]) -> None:
    _dire(f"{'page':16}{'lecteur':26}{'p50':>8}{'p95':>8}{'cpu p95':>9}{'requêtes':>10}")
    for m in mesures:
        chiffres = f"{_ms(m.temps.p50):>8}{_ms(m.temps.p95):>8}{_ms(m.temps.cpu95):>9}{m.requetes:>10}"
        _dire(f"{m.page:16}{m.lecteur:26}{chiffres}")


def imprimer_tableurs(mesures: list[MesureDeTableur]) -> None:
    """The table of the files in and out."""
    _dire(f"\nDes fichiers de {LIGNES:_} lignes".replace("_", "\u202f") + "\n")
    _dire(f"{'':42}{'secondes':>10}{'au plus':>10}{'Mo':>8}")
    for m in mesures:
        _dire(f"{m.nom:42}{_ms(m.secondes):>10}{_ms(m.secondes_max):>10}{m.memoire:>8}")


def imprimer_incidence(m: MesureDIncidence) -> None:
    """What a circular would touch."""
    _dire(
        f"\nL’incidence d’une circulaire sur {m.instruments} instruments, {m.echeances} échéances déplacées : "
        f"p50 {_ms(m.froide.p50)} ms, p95 {_ms(m.froide.p95)} ms (cible : {MS_MAX})."
    )


def imprimer_actes(m: actes.MesureDActes) -> None:
    """One act laid out, then all those of a campaign."""
    _dire(
        f"\nUn acte de {actes.FICHES} fiches, {actes.EXERCICES} exercices et {actes.CIBLES} cibles, {m.pages} pages : "
        f"p50 {_ms(m.un.p50)} ms, p95 {_ms(m.un.p95)} ms, processeur {_ms(m.un.cpu95)} ms (cible : {actes.MS_MAX:g}) ; "
        f"{actes.INSTRUMENTS} actes sur {actes.COEURS} cœurs : {_ms(m.tous)} s (cible : {actes.SECONDES_MAX:g})."
    )


def conclure(toutes: list[Cible], chemin: Path) -> int:
    """A line for each miss; 1 when a page asks too many questions of the database, or is stale."""
    manquees = [c for c in toutes if not c.tenue]
    _dire(f"\n{len(toutes) - len(manquees)} cibles tenues sur {len(toutes)}. Détail : {chemin}")
    for cible in manquees:
        _dire(f"  manquée : {cible}")
    return int(any(c.exigee for c in manquees))


def _ms(valeur: float) -> str:
    return f"{valeur:.1f}".replace(".", ",")


def _nombre(valeur: float) -> str:
    return f"{valeur:,.6g}".replace(",", "\u202f").replace(".", ",")


def _dire(ligne: str) -> None:
    sys.stdout.write(ligne + "\n")
    sys.stdout.flush()
