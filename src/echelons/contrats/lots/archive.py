"""The files of a batch in one ZIP, made as it is taken: those that its reader reads that day, then a manifest.

What is not there is said there. The same files, the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.acces import contenu_lisible
from echelons.contrats.models import ActeDeLot, Instrument, Lot
from echelons.socle.archives import ranger
from echelons.socle.depot import coffre
from echelons.socle.exports import Colonne, Table, ecrire_csv

Etat, Valeur = ActeDeLot.Etat, ActeDeLot.Valeur
MANIFESTE = "manifeste.csv"
PERDU = "Ce fichier manque au dépôt, ou il est altéré\u00a0: reprenez la production."


@dataclass(frozen=True)
class Ligne:
    """What the manifest says of an act: its file, or why there is none."""

    acte: ActeDeLot
    pourquoi: str

    @property
    def la(self) -> bool:
        """Whether its file is in the archive."""
        return not self.pourquoi


def actes_lisibles(lot: Lot, par: Acteur) -> list[ActeDeLot]:
    """The acts of a batch that somebody may read today, in their order."""
    actes = list(lot.actes.all())
    lus = Instrument.objects.for_user(par).avec_contrat().filter(pk__in={a.instrument_id for a in actes})
    lisibles = {i.pk: i for i in lus if contenu_lisible(par, i)}
    for acte in actes:
        if acte.instrument_id in lisibles:
            acte.instrument = lisibles[acte.instrument_id]
    return [a for a in actes if a.instrument_id in lisibles]


def ecrire(actes: Sequence[ActeDeLot]) -> Iterator[bytes]:
    """The archive of these acts, piece by piece."""
    tuyau = _Tuyau()
    lignes = []
    with zipfile.ZipFile(tuyau, "w") as archive:
        for acte in actes:
            octets = _lire(acte)
            lignes.append(Ligne(acte, "" if octets else acte.phrase or _pourquoi(acte)))
            if octets:
                ranger(archive, acte.nom, [octets])
                yield tuyau.prendre()
        ranger(archive, MANIFESTE, ecrire_csv(manifeste(lignes)))
    yield tuyau.prendre()


def manifeste(lignes: Sequence[Ligne]) -> Table[Ligne]:
    """What the archive holds and what it does not, an act a row."""
    return Table(
        titre="Manifeste",
        colonnes=(
            Colonne("Territoire", lambda x: x.acte.instrument.contrat.perimetre.nom),
            Colonne("Code", lambda x: x.acte.instrument.contrat.perimetre.code),
            Colonne("Contrat", lambda x: x.acte.instrument.contrat.code),
            Colonne("Instrument", lambda x: x.acte.instrument.cle),
            Colonne("Intitulé", lambda x: x.acte.instrument.intitule),
            Colonne("Ce que c’est", lambda x: x.acte.get_sorte_display()),
            Colonne("Fichier", lambda x: x.acte.nom if x.la else ""),
            Colonne("SHA-256", lambda x: x.acte.fichier if x.la else ""),
            Colonne("PROJET", lambda x: ("oui" if x.acte.valeur == Valeur.PROJET else "non") if x.la else ""),
            Colonne("Valeur", lambda x: x.acte.get_valeur_display() if x.la else ""),
            Colonne("Daté du", lambda x: x.acte.jour if x.la else None),
            Colonne("Fictif", lambda x: "oui" if x.acte.instrument.contrat.perimetre.fictif else "non"),
            Colonne("Pourquoi il manque", lambda x: x.pourquoi),
        ),
        lignes=lignes,
        nombre=len(lignes),
    )


def _lire(acte: ActeDeLot) -> bytes:
    """The file of an act, nothing when there is none that is what it should be."""
    if acte.etat != Etat.PRODUIT:
        return b""
    try:
        with coffre.ouvrir(acte.fichier) as fichier:
            octets = fichier.read()
    except FileNotFoundError:
        return b""
    return octets if hashlib.sha256(octets).hexdigest() == acte.fichier else b""


def _pourquoi(acte: ActeDeLot) -> str:
    return PERDU if acte.etat == Etat.PRODUIT else "Pas encore produit."


class _Tuyau(io.RawIOBase):
    """Where an archive is written: what was written so far is taken, and cannot be gone back to."""

    def __init__(self) -> None:
        super().__init__()
        self._morceaux: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, octets: object) -> int:
        morceau = bytes(octets)  # type: ignore[call-overload]
        self._morceaux.append(morceau)
        return len(morceau)

    def prendre(self) -> bytes:
        """All that was written since the last time."""
        pris, self._morceaux = b"".join(self._morceaux), []
        return pris
