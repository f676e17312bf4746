"""Official counts, envelopes and events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from echelons.socle.fichiers import (
    Relecture,
    connu_au_plus_tot,
    enregistrer_sources,
    fichiers_yaml,
    trouver_sources,
)
from echelons.socle.models import Source
from echelons.socle.yaml_situe import Chemin, charger_yaml
from echelons.strategie.chargement.outils import absent, trouver
from echelons.strategie.fichiers import CompteLu, EnveloppeLue, EvenementLu, FichierEvenements
from echelons.strategie.models import ChiffreEvenement, CompteOfficiel, Dispositif, Enveloppe, Evenement
from echelons.territoires.models import Territoire


@dataclass
class _Ecrits:
    """The keys of what a set of files states."""

    comptes: list[int] = field(default_factory=list)
    enveloppes: list[int] = field(default_factory=list)
    evenements: list[int] = field(default_factory=list)


def lire_evenements(chemin: Path, *, synchroniser: bool) -> None:
    """Take in official counts, envelopes and events; with ``synchroniser``, remove those that the files do not state.

    Raises ``ErreurDeFichier``; nothing is then written.
    """
    ecrits = _Ecrits()
    for fichier in fichiers_yaml(chemin):
        lu, document = charger_yaml(fichier, FichierEvenements)
        relecture = Relecture(document, synchroniser=synchroniser)
        enregistrer_sources(lu, relecture)
        relecture.sans_doublon(("evenements",), "code", [e.code for e in lu.evenements])
        lecteur = _Lecteur(lu, relecture)
        ecrits.comptes += [lecteur.compte(i, c) for i, c in enumerate(lu.comptes)]
        ecrits.enveloppes += [lecteur.enveloppe(i, e) for i, e in enumerate(lu.enveloppes)]
        ecrits.evenements += [lecteur.evenement(i, e) for i, e in enumerate(lu.evenements)]
        relecture.conclure()
    if synchroniser:
        CompteOfficiel.objects.exclude(pk__in=ecrits.comptes).delete()
        Enveloppe.objects.exclude(pk__in=ecrits.enveloppes).delete()
        Evenement.objects.exclude(pk__in=ecrits.evenements).delete()


class _Lecteur:
    """Writes the parts of one file, looking up what they name."""

    def __init__(self, fichier: FichierEvenements, relecture: Relecture) -> None:
        self.fichier = fichier
        self.relecture = relecture
        self.sources = {s.cle: s for s in Source.objects.all()}
        self.dispositifs = {d.code: d for d in Dispositif.objects.all()}
        self.ecrits: set[CompteOfficiel | Enveloppe] = set()

    def _sources(self, cles: list[str], chemin: Chemin) -> list[Source]:
        return trouver_sources(cles, self.sources, self.relecture, (*chemin, "sources"))

    def _dispositif(self, code: str, chemin: Chemin) -> Dispositif | None:
        return trouver(code, self.dispositifs, self.relecture, (*chemin, "dispositif"))

    def _territoire(self, code: str | None, chemin: Chemin) -> Territoire | None:
        territoire = Territoire.objects.filter(code=code).first() if code else None
        if code and not territoire:
            self.relecture.refuser((*chemin, "territoire"), absent("territoire", code))
        return territoire

    def _connu(self, dit: dt.date | None, sources: list[Source]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The day it was known, among the columns stated or among those worked out."""
        if dit:
            return {"connu_le": dit}, {}
        return {}, {"connu_le": connu_au_plus_tot(sources, self.fichier.releve_le)}

    def _une_fois(self, objet: CompteOfficiel | Enveloppe, chemin: Chemin) -> int:
        """The key of a row just written; the same row twice in a file would lose the sources of the first."""
        if objet in self.ecrits:
            self.relecture.refuser(
                chemin, f"« {objet} » est donné deux fois. Réunissez les sources en une seule ligne."
            )
        self.ecrits.add(objet)
        return objet.pk

    def compte(self, i: int, lu: CompteLu) -> int:
        """Record one official count; return its key."""
        chemin: Chemin = ("comptes", i)
        sources = self._sources(lu.sources, chemin)
        dispositif = self._dispositif(lu.dispositif, chemin)
        if dispositif is None:
            return 0
        dits, calcules = self._connu(lu.connu_le, sources)
        compte = self.relecture.ecrire(
            CompteOfficiel,
            nom=f"le compte « {lu.valeur} {lu.libelle} »",
            chemin=chemin,
            identite={
                "dispositif": dispositif,
                "quoi": lu.quoi,
                "etat": lu.etat,
                "jour": lu.date.jour,
                "valeur": lu.valeur,
            },
            champs={"precision": lu.date.precision.value, "libelle": lu.libelle, **dits},
            defauts=calcules,
            liens={"sources": sources},
        )
        return self._une_fois(compte, chemin)

    def enveloppe(self, i: int, lu: EnveloppeLue) -> int:
        """Record one envelope; return its key."""
        chemin: Chemin = ("enveloppes", i)
        sources = self._sources(lu.sources, chemin)
        dispositif = self._dispositif(lu.dispositif, chemin)
        if dispositif is None:
            return 0
        dits, calcules = self._connu(lu.connu_le, sources)
        enveloppe = self.relecture.ecrire(
            Enveloppe,
            nom=f"l’enveloppe « {lu.libelle} »",
            chemin=chemin,
            identite={
                "dispositif": dispositif,
                "territoire": self._territoire(lu.territoire, chemin),
                "libelle": lu.libelle,
                "montant": lu.montant,
                "exercice_debut": lu.exercices[0],
                "exercice_fin": lu.exercices[1],
            },
            champs={
                "nature_montant": lu.nature,
                "couverture": lu.couverture,
                "par_an": lu.par_an,
                **dits,
            },
            defauts=calcules,
            liens={"sources": sources},
        )
        return self._une_fois(enveloppe, chemin)

    def evenement(self, i: int, lu: EvenementLu) -> int:
        """Record one event and its figures; return its key."""
        chemin: Chemin = ("evenements", i)
        sources = self._sources(lu.sources, chemin)
        dits, calcules = self._connu(lu.connu_le, sources)
        evenement = self.relecture.ecrire(
            Evenement,
            nom=f"l’événement « {lu.code} »",
            chemin=chemin,
            identite={"code": lu.code},
            champs={
                "jour": lu.date.jour,
                "precision": lu.date.precision.value,
                "echelon": lu.echelon,
                "territoire": self._territoire(lu.territoire, chemin),
                "titre": lu.titre,
                "resume": lu.resume,
                **dits,
            },
            defauts=calcules,
            liens={"sources": sources},
        )
        gardes = [
            self.relecture.ecrire(
                ChiffreEvenement,
                nom=f"le chiffre « {chiffre.libelle} »",
                chemin=(*chemin, "chiffres", j),
                identite={"evenement": evenement, "libelle": chiffre.libelle, "valeur": chiffre.valeur},
                champs={},
                liens={"sources": self._sources(chiffre.sources, (*chemin, "chiffres", j))},
            ).pk
            for j, chiffre in enumerate(lu.chiffres)
        ]
        if self.relecture.synchroniser:
            evenement.chiffres.exclude(pk__in=gardes).delete()
        return evenement.pk
