"""What can be done with contracts as dated facts: take in a file of facts, check it whole, write it at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from echelons.contrats.ecriture import Ecrivain, Enonce, Lecture, dans_le_dispositif
from echelons.contrats.fichiers import (
    ConstatCollectif,
    ContratFichier,
    FichierFaits,
    InstrumentFichier,
)
from echelons.contrats.models import Contrat, Fait, Instrument, Partie
from echelons.socle.fichiers import Relecture, enregistrer_sources, fichiers_yaml, trouver_sources
from echelons.socle.horloge import maintenant
from echelons.socle.models import Source
from echelons.socle.yaml_situe import Chemin, charger_yaml
from echelons.strategie.models import Dispositif
from echelons.territoires.models import Territoire

#: How many facts are removed at once: SQLite bounds the parameters of a statement.
LOT = 500


@dataclass(frozen=True)
class Bilan:
    """What taking in the files changed."""

    contrats: int
    faits_nouveaux: int
    faits_deja_connus: int
    faits_retires: int


@transaction.atomic
def charger_faits(*, chemin: Path, synchroniser: bool = False) -> Bilan:
    """Take in a file of facts, or a folder of them. The same facts enter once; nothing is overwritten.

    With ``synchroniser`` (the demonstration, whose files are the whole truth) what the files tell otherwise is
    corrected, and what they no longer state is removed. Raises ``ErreurDeFichier`` with every error of a file;
    nothing is then written.
    """
    lecture = Lecture(maintenant(), synchroniser)
    for fichier in fichiers_yaml(chemin):
        lu, document = charger_yaml(fichier, FichierFaits)
        relecture = Relecture(document, synchroniser=synchroniser)
        enregistrer_sources(lu, relecture)
        relecture.sans_doublon(("contrats",), "code", [contrat.code for contrat in lu.contrats])
        lecteur = _Lecteur(lu, relecture, lecture)
        for i, contrat in enumerate(lu.contrats):
            lecteur.contrat(i, contrat)
        for i, constat in enumerate(lu.constats_collectifs):
            lecteur.constat(i, constat)
        relecture.conclure()
    retires = _retirer_ce_qui_n_est_plus_dit(lecture) if synchroniser else 0
    deja_connus = len(lecture.vus - lecture.crees)
    return Bilan(Contrat.objects.count(), len(lecture.crees), deja_connus, retires)


def _retirer_ce_qui_n_est_plus_dit(lecture: Lecture) -> int:
    """Remove the facts that the files do not state, then what served them alone; return how many facts."""
    # What an act of the house states is in no file.
    de_fichiers = Fait.objects.filter(ecriture=None).values_list("pk", flat=True)
    perimes = [pk for pk in de_fichiers if pk not in lecture.vus]
    lots = [perimes[i : i + LOT] for i in range(0, len(perimes), LOT)]
    for lot in lots:
        Fait.objects.filter(pk__in=lot).update(remplace=None)
    for lot in lots:
        Fait.objects.filter(pk__in=lot).delete()
    _retirer_ce_qui_ne_sert_plus(lecture.declares)
    return len(perimes)


def _retirer_ce_qui_ne_sert_plus(declares: set[tuple[str, str]]) -> None:
    """Remove the contracts, parties and instruments that bear no fact and that the files do not declare."""
    codes = {code for code, _ in declares}
    vivants = set(Instrument.objects.nes_ici().values_list("contrat", flat=True))
    for pk, code in Contrat.objects.filter(faits=None).values_list("pk", "code"):
        if code not in codes and pk not in vivants:
            Contrat.objects.filter(pk=pk).delete()
    for modele, nom in ((Partie, "libelle"), (Instrument, "cle")):
        for pk, contrat, valeur in (
            modele._default_manager.filter(faits=None)
            .exclude(contrat__in=vivants)
            .values_list("pk", "contrat__code", nom)
        ):
            if (contrat, valeur) not in declares:
                modele._default_manager.filter(pk=pk).delete()


class _Lecteur:
    """Writes the contracts of one file, looking up what they name and gathering errors."""

    def __init__(self, fichier: FichierFaits, relecture: Relecture, lecture: Lecture) -> None:
        self.fichier = fichier
        self.relecture = relecture
        self.lecture = lecture
        self.sources = {s.cle: s for s in Source.objects.all()}
        self.dispositifs = {d.code: d for d in Dispositif.objects.all()}
        codes = {c.perimetre for c in fichier.contrats}
        codes |= {p.territoire for c in fichier.contrats for p in c.parties if p.territoire}
        self.territoires = {t.code: t for t in Territoire.objects.filter(code__in=codes)}

    def _ecrivain(self, contrat: Contrat, parties: dict[str, Partie]) -> Ecrivain:
        return Ecrivain(
            contrat,
            parties,
            lecture=self.lecture,
            relecture=self.relecture,
            releve_le=self.fichier.releve_le,
            sources=self.sources,
        )

    # --- contracts ------------------------------------------------------------------------------
    def contrat(self, i: int, lu: ContratFichier) -> None:
        """Record one contract, its parties, its instruments and all its facts."""
        chemin: Chemin = ("contrats", i)
        erreurs = len(self.relecture.messages)
        dispositif = self.dispositifs.get(lu.dispositif)
        perimetre = self.territoires.get(lu.perimetre)
        if dispositif is None:
            self.relecture.refuser((*chemin, "dispositif"), _inconnu("dispositif", lu.dispositif))
        if perimetre is None:
            self.relecture.refuser((*chemin, "perimetre"), _inconnu("territoire", lu.perimetre))
        for j, partie in enumerate(lu.parties):
            if partie.territoire and partie.territoire not in self.territoires:
                self.relecture.refuser(
                    (*chemin, "parties", j, "territoire"), _inconnu("territoire", partie.territoire)
                )
        libelles = [p.libelle or self._nom(p.territoire) for p in lu.parties]
        self.relecture.sans_doublon((*chemin, "parties"), "libelle", libelles)
        self.relecture.sans_doublon((*chemin, "instruments"), "cle", [j.cle for j in lu.instruments])
        if len(self.relecture.messages) > erreurs or dispositif is None or perimetre is None:
            return
        contrat = self.relecture.ecrire(
            Contrat,
            nom=f"le contrat « {lu.code} »",
            chemin=chemin,
            identite={"code": lu.code},
            champs={"dispositif": dispositif, "intitule": lu.intitule, "perimetre": perimetre},
        )
        parties = self._parties(contrat, lu, chemin)
        if len(self.relecture.messages) > erreurs:
            return
        ecrivain = self._ecrivain(contrat, parties)
        for k, fait in enumerate(lu.faits):
            ecrivain.fait(fait, None, (*chemin, "faits", k))
        for j, instrument_lu in enumerate(lu.instruments):
            instrument = self._instrument(contrat, instrument_lu, (*chemin, "instruments", j))
            for k, fait in enumerate(instrument_lu.faits):
                ecrivain.fait(fait, instrument, (*chemin, "instruments", j, "faits", k))
        ecrivain.relier()

    def _nom(self, code: str | None) -> str:
        territoire = self.territoires.get(code or "")
        return territoire.nom if territoire else ""

    def _parties(self, contrat: Contrat, lu: ContratFichier, chemin: Chemin) -> dict[str, Partie]:
        """The parties that the file declares; those of a known contract are all of its own, and no other."""
        libelles = [partie.libelle or self._nom(partie.territoire) for partie in lu.parties]
        connues = [partie.libelle for partie in contrat.parties.all()]
        if connues and set(connues) != set(libelles) and not self.relecture.synchroniser:
            enregistrees = ", ".join(f"« {libelle} »" for libelle in connues)
            self.relecture.refuser(
                (*chemin, "parties"),
                f"le contrat « {contrat.code} » existe déjà avec d’autres parties (enregistré : {enregistrees}). "
                "Reprenez-les toutes, ou donnez un autre code au contrat.",
            )
            return {}
        self.lecture.declares |= {(contrat.code, libelle) for libelle in libelles}
        return {
            libelle: self.relecture.ecrire(
                Partie,
                nom=f"la partie « {libelle} »",
                chemin=(*chemin, "parties", j),
                identite={"contrat": contrat, "libelle": libelle},
                champs={
                    "role": partie.role,
                    "territoire": self.territoires.get(partie.territoire or ""),
                    "debut": partie.debut,
                    "fin": partie.fin,
                },
            )
            for j, (libelle, partie) in enumerate(zip(libelles, lu.parties, strict=True))
        }

    def _instrument(self, contrat: Contrat, lu: InstrumentFichier, chemin: Chemin) -> Instrument:
        self.lecture.declares.add((contrat.code, lu.cle))
        return self.relecture.ecrire(
            Instrument,
            nom=f"l’instrument « {lu.cle} »",
            chemin=chemin,
            identite={"contrat": contrat, "cle": lu.cle},
            champs=lu.model_dump(exclude={"cle", "faits"}),
        )

    # --- collective statements --------------------------------------------------------------------
    def constat(self, i: int, lu: ConstatCollectif) -> None:
        """Spell a collective statement out on the contract of each signatory it covers."""
        chemin: Chemin = ("constats_collectifs", i)
        dispositif = self.dispositifs.get(lu.dispositif)
        if dispositif is None:
            self.relecture.refuser((*chemin, "dispositif"), _inconnu("dispositif", lu.dispositif))
            return
        dans_le_dispositif(self.relecture, dispositif, lu.date, chemin)
        signataires = {t.code: t for t in Territoire.objects.signataires(lu.signataires_au)}
        for j, code in enumerate(lu.sauf):
            if code not in signataires:
                self.relecture.refuser((*chemin, "sauf", j), _inconnu("signataire", code))
        sources = trouver_sources(lu.sources, self.sources, self.relecture, (*chemin, "sources"))
        for code, territoire in signataires.items():
            if code in lu.sauf:
                continue
            trouve = self._contrat_par_defaut(dispositif, territoire, chemin)
            if trouve is None:
                continue
            contrat, instrument = trouve
            parties = self._parties_visees(contrat, territoire)
            ecrivain = self._ecrivain(contrat, {p.libelle: p for p in parties})
            enonce = Enonce(
                type=lu.type,
                date=lu.date,
                instrument=instrument,
                sources=tuple(sources),
                texte=lu.texte,
                connu_le=lu.connu_le,
                portee=Fait.Portee.COLLECTIVE,
            )
            for partie in parties:
                ecrivain.ecrire(enonce, partie, chemin)

    def _parties_visees(self, contrat: Contrat, territoire: Territoire) -> list[Partie]:
        """The parties of whom a collective statement speaks: the State, and the signatory itself.

        A métropole that signs a joint contract beside it is counted apart by those who make such statements.
        """
        declarees = {libelle for code, libelle in self.lecture.declares if code == contrat.code}
        perimees = self.relecture.synchroniser and declarees
        return [
            partie
            for partie in contrat.parties.all()
            if (partie.role == Partie.Role.ETAT or partie.territoire_id == territoire.pk)
            and not (perimees and partie.libelle not in declarees)
        ]

    def _contrat_par_defaut(
        self, dispositif: Dispositif, territoire: Territoire, chemin: Chemin
    ) -> tuple[Contrat, Instrument] | None:
        """The contract of a signatory on its own territory: one that a file declares, else one with two parties.

        None, and an error of the file, when another contract already bears the code of the latter.
        """
        code = f"{dispositif.code}-{territoire.code.lower()}"
        contrats = Contrat.objects.filter(
            dispositif=dispositif, parties__territoire=territoire, perimetre=territoire
        )
        contrat = min(contrats, key=lambda c: (c.code == code, c.pk), default=None)
        if contrat is None and Contrat.objects.filter(code=code).exists():
            self.relecture.refuser(
                chemin, f"le code « {code} » est déjà celui d’un autre contrat. Donnez-lui un autre code."
            )
            return None
        if contrat is None:
            contrat = Contrat.objects.create(
                code=code,
                dispositif=dispositif,
                intitule=f"{dispositif.nom_court} {territoire.nom_avec_de}",
                perimetre=territoire,
            )
            Partie.objects.create(contrat=contrat, role=Partie.Role.ETAT, libelle="État")
            Partie.objects.create(
                contrat=contrat,
                role=Partie.Role.COLLECTIVITE,
                territoire=territoire,
                libelle=territoire.nom,
            )
        instrument = contrat.instruments.filter(type=dispositif.instrument_signant).order_by("pk").first()
        if instrument is None:
            instrument = Instrument.objects.create(
                contrat=contrat,
                cle=dispositif.instrument_signant,
                type=dispositif.instrument_signant,
                intitule=dispositif.get_instrument_signant_display().capitalize(),
            )
        return contrat, instrument


def _inconnu(quoi: str, code: str) -> str:
    return f"trouvé « {code} » : ce {quoi} n’existe pas. Corrigez le code."
