"""What can be done at the national échelon: take in a reference framework, and counts, envelopes and events."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.db import transaction

from echelons.socle.fichiers import Relecture, enregistrer_sources, fichiers_yaml, trouver_sources
from echelons.socle.models import Source
from echelons.socle.yaml_situe import Chemin, charger_yaml
from echelons.strategie.fichiers import (
    CompteLu,
    EnveloppeLue,
    EvenementLu,
    FichierEvenements,
    FichierReferentiel,
)
from echelons.strategie.models import (
    ChiffreEvenement,
    CompteOfficiel,
    Dispositif,
    Enveloppe,
    Evenement,
    Objectif,
    Strategie,
    TexteReference,
)
from echelons.territoires.models import Territoire


@transaction.atomic
def charger_referentiel(*, chemin: Path) -> None:
    """Take in a reference framework; the same file changes nothing. Raises ``ErreurDeFichier``."""
    for fichier in fichiers_yaml(chemin):
        lu, document = charger_yaml(fichier, FichierReferentiel)
        relecture = Relecture(document)
        enregistrer_sources(lu, relecture)
        relecture.sans_doublon(("dispositifs",), "code", [d.code for d in lu.dispositifs])
        relecture.sans_doublon(("textes",), "code", [t.code for t in lu.textes])
        sources = {s.cle: s for s in Source.objects.all()}
        strategie, _ = Strategie.objects.update_or_create(
            code=lu.strategie.code, defaults=lu.strategie.model_dump(exclude={"code"})
        )
        for i, dispositif_lu in enumerate(lu.dispositifs):
            dispositif, _ = Dispositif.objects.update_or_create(
                code=dispositif_lu.code,
                defaults={
                    "strategie": strategie,
                    **dispositif_lu.model_dump(exclude={"code", "sources", "objectifs"}),
                },
            )
            dispositif.sources.set(
                trouver_sources(dispositif_lu.sources, sources, relecture, ("dispositifs", i, "sources"))
            )
        dispositifs = {d.code: d for d in Dispositif.objects.all()}
        for i, texte_lu in enumerate(lu.textes):
            texte, _ = TexteReference.objects.update_or_create(
                code=texte_lu.code,
                defaults=texte_lu.model_dump(exclude={"code", "sources", "dispositifs"}),
            )
            texte.sources.set(trouver_sources(texte_lu.sources, sources, relecture, ("textes", i, "sources")))
            vises = [
                _trouver(code, dispositifs, relecture, ("textes", i, "dispositifs", j))
                for j, code in enumerate(texte_lu.dispositifs)
            ]
            texte.dispositifs.set([d for d in vises if d])
        _enregistrer_objectifs(lu, dispositifs, relecture)
        relecture.conclure()


def _enregistrer_objectifs(
    lu: FichierReferentiel, dispositifs: dict[str, Dispositif], relecture: Relecture
) -> None:
    textes = {t.code: t for t in TexteReference.objects.all()}
    for i, dispositif_lu in enumerate(lu.dispositifs):
        gardes = []
        echeances = [objectif.echeance.isoformat() for objectif in dispositif_lu.objectifs]
        relecture.sans_doublon(("dispositifs", i, "objectifs"), "echeance", echeances)
        for j, objectif in enumerate(dispositif_lu.objectifs):
            chemin: Chemin = ("dispositifs", i, "objectifs", j, "texte")
            if objectif.texte not in textes:
                relecture.refuser(chemin, _absent("texte de référence", objectif.texte))
                continue
            rang, _ = Objectif.objects.update_or_create(
                dispositif=dispositifs[dispositif_lu.code],
                echeance=objectif.echeance,
                defaults={"libelle": objectif.libelle, "texte": textes[objectif.texte]},
            )
            gardes.append(rang.pk)
        dispositifs[dispositif_lu.code].objectifs.exclude(pk__in=gardes).delete()


@transaction.atomic
def charger_evenements(*, chemin: Path) -> None:
    """Take in official counts, envelopes and events; what the files no longer say is removed.

    Raises ``ErreurDeFichier``.
    """
    comptes: list[int] = []
    enveloppes: list[int] = []
    codes: list[str] = []
    for fichier in fichiers_yaml(chemin):
        lu, document = charger_yaml(fichier, FichierEvenements)
        relecture = Relecture(document)
        enregistrer_sources(lu, relecture)
        relecture.sans_doublon(("evenements",), "code", [e.code for e in lu.evenements])
        lecteur = _Lecteur(lu, relecture)
        comptes += [lecteur.compte(i, c) for i, c in enumerate(lu.comptes)]
        enveloppes += [lecteur.enveloppe(i, e) for i, e in enumerate(lu.enveloppes)]
        codes += [lecteur.evenement(i, e) for i, e in enumerate(lu.evenements)]
        relecture.conclure()
    CompteOfficiel.objects.exclude(pk__in=comptes).delete()
    Enveloppe.objects.exclude(pk__in=enveloppes).delete()
    Evenement.objects.exclude(code__in=codes).delete()


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
        compte, _ = CompteOfficiel.objects.update_or_create(
            dispositif=dispositif,
            quoi=lu.quoi,
            etat=lu.etat,
            jour=lu.date.jour,
            valeur=lu.valeur,
            defaults={
                "precision": lu.date.precision.value,
                "libelle": lu.libelle,
                "connu_le": lu.connu_le or connu_au_plus_tot(sources, self.fichier.releve_le),
            },
        )
        compte.sources.set(sources)
        return self._une_fois(compte, chemin)

    def enveloppe(self, i: int, lu: EnveloppeLue) -> int:
        """Record one envelope; return its key."""
        chemin: Chemin = ("enveloppes", i)
        sources = self._sources(lu.sources, chemin)
        dispositif = self._dispositif(lu.dispositif, chemin)
        if dispositif is None:
            return 0
        enveloppe, _ = Enveloppe.objects.update_or_create(
            dispositif=dispositif,
            territoire=self._territoire(lu.territoire, chemin),
            libelle=lu.libelle,
            montant=lu.montant,
            exercice_debut=lu.exercices[0],
            exercice_fin=lu.exercices[1],
            defaults={"nature_montant": lu.nature, "couverture": lu.couverture},
        )
        enveloppe.sources.set(sources)
        return self._une_fois(enveloppe, chemin)

    def evenement(self, i: int, lu: EvenementLu) -> str:
        """Record one event and its figures; return its code."""
        chemin: Chemin = ("evenements", i)
        evenement, _ = Evenement.objects.update_or_create(
            code=lu.code,
            defaults={
                "jour": lu.date.jour,
                "precision": lu.date.precision.value,
                "echelon": lu.echelon,
                "territoire": self._territoire(lu.territoire, chemin),
                "titre": lu.titre,
                "resume": lu.resume,
            },
        )
        evenement.sources.set(self._sources(lu.sources, chemin))
        gardes = []
        for j, chiffre in enumerate(lu.chiffres):
            ligne, _ = ChiffreEvenement.objects.get_or_create(
                evenement=evenement, libelle=chiffre.libelle, valeur=chiffre.valeur
            )
            ligne.sources.set(self._sources(chiffre.sources, (*chemin, "chiffres", j)))
            gardes.append(ligne.pk)
        evenement.chiffres.exclude(pk__in=gardes).delete()
        return lu.code


def connu_au_plus_tot(sources: list[Source], releve_le: dt.date) -> dt.date:
    """The day on which a statement was public: its earliest dated source, else the day of the survey."""
    dates = [s.publiee_le for s in sources if s.publiee_le]
    return min(dates) if dates else releve_le


def _absent(quoi: str, code: str) -> str:
    return f"trouvé « {code} » : ce {quoi} n’existe pas. Corrigez le code ou déclarez-le d’abord."


def _trouver(
    code: str, connus: dict[str, Dispositif], relecture: Relecture, chemin: Chemin
) -> Dispositif | None:
    if code not in connus:
        relecture.refuser(chemin, _absent("dispositif", code))
        return None
    return connus[code]
