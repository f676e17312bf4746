"""What can be done at the national échelon: take in a reference framework, and counts, envelopes and events.

Everywhere ``synchroniser`` says that the files are the whole truth of the instance (the demonstration, the
reference frameworks that ship): they correct what is recorded. Without it nothing recorded is rewritten or removed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from echelons.acteurs.models import Fonction
from echelons.socle.fichiers import (
    Relecture,
    connu_au_plus_tot,
    enregistrer_sources,
    fichiers_yaml,
    trouver_sources,
)
from echelons.socle.models import Source
from echelons.socle.yaml_situe import Chemin, charger_yaml
from echelons.strategie.fichiers import (
    CompteLu,
    EnveloppeLue,
    EvenementLu,
    FichierEvenements,
    FichierReferentiel,
    RegleEcheanceLue,
)
from echelons.strategie.models import (
    ChiffreEvenement,
    CompteOfficiel,
    Dispositif,
    Enveloppe,
    Evenement,
    Objectif,
    Redatage,
    RegleEcheance,
    Strategie,
    TexteReference,
)
from echelons.territoires.models import Territoire


@transaction.atomic
def charger_referentiel(*, chemin: Path, synchroniser: bool = False) -> None:
    """Take in a reference framework; the same file changes nothing. Raises ``ErreurDeFichier``."""
    for fichier in fichiers_yaml(chemin):
        lu, document = charger_yaml(fichier, FichierReferentiel)
        relecture = Relecture(document, synchroniser=synchroniser)
        enregistrer_sources(lu, relecture)
        relecture.sans_doublon(("dispositifs",), "code", [d.code for d in lu.dispositifs])
        relecture.sans_doublon(("textes",), "code", [t.code for t in lu.textes])
        _enregistrer_dispositifs(lu, relecture)
        dispositifs = {d.code: d for d in Dispositif.objects.all()}
        _enregistrer_textes(lu, dispositifs, relecture)
        _enregistrer_objectifs(lu, dispositifs, relecture)
        _enregistrer_echeances(lu, relecture)
        relecture.conclure()


def _enregistrer_dispositifs(lu: FichierReferentiel, relecture: Relecture) -> None:
    sources = {s.cle: s for s in Source.objects.all()}
    strategie = relecture.ecrire(
        Strategie,
        nom=f"la stratégie « {lu.strategie.code} »",
        chemin=("strategie",),
        identite={"code": lu.strategie.code},
        champs=lu.strategie.model_dump(exclude={"code"}),
    )
    for i, dispositif in enumerate(lu.dispositifs):
        chemin: Chemin = ("dispositifs", i)
        relecture.ecrire(
            Dispositif,
            nom=f"le dispositif « {dispositif.code} »",
            chemin=chemin,
            identite={"code": dispositif.code},
            champs={
                "strategie": strategie,
                **dispositif.model_dump(exclude={"code", "sources", "objectifs"}),
            },
            liens={"sources": trouver_sources(dispositif.sources, sources, relecture, (*chemin, "sources"))},
        )


def _enregistrer_textes(
    lu: FichierReferentiel, dispositifs: dict[str, Dispositif], relecture: Relecture
) -> None:
    sources = {s.cle: s for s in Source.objects.all()}
    for i, texte in enumerate(lu.textes):
        chemin: Chemin = ("textes", i)
        vises = [
            _trouver(code, dispositifs, relecture, (*chemin, "dispositifs", j))
            for j, code in enumerate(texte.dispositifs)
        ]
        relecture.ecrire(
            TexteReference,
            nom=f"le texte « {texte.code} »",
            chemin=chemin,
            identite={"code": texte.code},
            champs=texte.model_dump(exclude={"code", "sources", "dispositifs"}),
            liens={
                "sources": trouver_sources(texte.sources, sources, relecture, (*chemin, "sources")),
                "dispositifs": [d for d in vises if d],
            },
        )


def _enregistrer_objectifs(
    lu: FichierReferentiel, dispositifs: dict[str, Dispositif], relecture: Relecture
) -> None:
    textes = {t.code: t for t in TexteReference.objects.all()}
    for i, dispositif_lu in enumerate(lu.dispositifs):
        gardes = []
        echeances = [objectif.echeance.isoformat() for objectif in dispositif_lu.objectifs]
        relecture.sans_doublon(("dispositifs", i, "objectifs"), "echeance", echeances)
        for j, objectif in enumerate(dispositif_lu.objectifs):
            chemin: Chemin = ("dispositifs", i, "objectifs", j)
            if objectif.texte not in textes:
                relecture.refuser((*chemin, "texte"), _absent("texte de référence", objectif.texte))
                continue
            rang = relecture.ecrire(
                Objectif,
                nom=f"l’objectif du {objectif.echeance.isoformat()}",
                chemin=chemin,
                identite={
                    "dispositif": dispositifs[dispositif_lu.code],
                    "echeance": objectif.echeance,
                },
                champs={"libelle": objectif.libelle, "texte": textes[objectif.texte]},
            )
            gardes.append(rang.pk)
        if relecture.synchroniser:
            dispositifs[dispositif_lu.code].objectifs.exclude(pk__in=gardes).delete()


def _enregistrer_echeances(lu: FichierReferentiel, relecture: Relecture) -> None:
    """What is owed under the dispositifs of this file."""
    dispositifs = {d.code: d for d in Dispositif.objects.filter(code__in=[d.code for d in lu.dispositifs])}
    textes = {t.code: t for t in TexteReference.objects.all()}
    fonctions = {f.code: f for f in Fonction.objects.all()}
    sources = {s.cle: s for s in Source.objects.all()}
    relecture.sans_doublon(("echeances",), "code", [e.code for e in lu.echeances])
    gardees = []
    for i, regle in enumerate(lu.echeances):
        chemin: Chemin = ("echeances", i)
        dispositif = _trouver(regle.dispositif, dispositifs, relecture, (*chemin, "dispositif"))
        texte = _texte(regle.texte, textes, relecture, chemin) if regle.texte else None
        if dispositif is None:
            continue
        rang = relecture.ecrire(
            RegleEcheance,
            nom=f"l’échéance « {regle.code} »",
            chemin=chemin,
            identite={"code": regle.code},
            champs={
                **regle.model_dump(
                    exclude={"code", "dispositif", "texte", "sources", "dues_par", "dues_a", "redatages"}
                ),
                "regime": regle.regime or "",
                "perimetre": regle.perimetre or "",
                "instrument": regle.instrument or "",
                "dispositif": dispositif,
                "texte": texte,
            },
            liens={
                "sources": trouver_sources(regle.sources, sources, relecture, (*chemin, "sources")),
                "dues_par": _fonctions(regle.dues_par, fonctions, relecture, (*chemin, "dues_par")),
                "dues_a": _fonctions(regle.dues_a, fonctions, relecture, (*chemin, "dues_a")),
            },
        )
        gardees.append(rang.pk)
        _enregistrer_redatages(rang, regle, textes, relecture, chemin)
    if relecture.synchroniser:
        RegleEcheance.objects.filter(dispositif__in=dispositifs.values()).exclude(pk__in=gardees).delete()


def _enregistrer_redatages(
    rang: RegleEcheance,
    regle: RegleEcheanceLue,
    textes: dict[str, TexteReference],
    relecture: Relecture,
    chemin: Chemin,
) -> None:
    gardes = []
    for j, redatage in enumerate(regle.redatages):
        ici: Chemin = (*chemin, "redatages", j)
        texte = _texte(redatage.texte, textes, relecture, ici)
        if texte is not None:
            ecrit = relecture.ecrire(
                Redatage,
                nom=f"la nouvelle date de « {regle.code} »",
                chemin=ici,
                identite={"regle": rang, "texte": texte},
                champs={"date": redatage.date, "a_confirmer": redatage.a_confirmer},
            )
            gardes.append(ecrit.pk)
    if relecture.synchroniser:
        rang.redatages.exclude(pk__in=gardes).delete()


def _texte(
    code: str, textes: dict[str, TexteReference], relecture: Relecture, chemin: Chemin
) -> TexteReference | None:
    if code not in textes:
        relecture.refuser((*chemin, "texte"), _absent("texte de référence", code))
    return textes.get(code)


def _fonctions(
    codes: list[str], connues: dict[str, Fonction], relecture: Relecture, chemin: Chemin
) -> list[Fonction]:
    """The functions of these codes; an unknown code is an error of the file."""
    for i, code in enumerate(codes):
        if code not in connues:
            relecture.refuser(
                (*chemin, i), f"trouvé « {code} » : cette fonction n’existe pas. Corrigez le code."
            )
    return [connues[code] for code in codes if code in connues]


@dataclass
class _Ecrits:
    """The keys of what a set of files states."""

    comptes: list[int] = field(default_factory=list)
    enveloppes: list[int] = field(default_factory=list)
    evenements: list[int] = field(default_factory=list)


@transaction.atomic
def charger_evenements(*, chemin: Path, synchroniser: bool = False) -> None:
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
        return _trouver(code, self.dispositifs, self.relecture, (*chemin, "dispositif"))

    def _territoire(self, code: str | None, chemin: Chemin) -> Territoire | None:
        territoire = Territoire.objects.filter(code=code).first() if code else None
        if code and not territoire:
            self.relecture.refuser((*chemin, "territoire"), _absent("territoire", code))
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


def _absent(quoi: str, code: str) -> str:
    return f"trouvé « {code} » : ce {quoi} n’existe pas. Corrigez le code ou déclarez-le d’abord."


def _trouver(
    code: str, connus: dict[str, Dispositif], relecture: Relecture, chemin: Chemin
) -> Dispositif | None:
    if code not in connus:
        relecture.refuser(chemin, _absent("dispositif", code))
        return None
    return connus[code]
