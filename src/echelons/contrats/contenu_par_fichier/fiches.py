"""The sheet of fiches: each row as the fields that it wants, beside those that the workbook was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError

from echelons.contrats.contenu.fiches import JOURS, remplir
from echelons.contrats.contenu.lecture import dire_complement
from echelons.contrats.contenu.saisies import lire_lieux
from echelons.contrats.contenu_par_fichier.cellules import (
    lignes_de,
    lire_decimal,
    lire_entier,
    lire_jour,
    lire_texte,
    meme_nombre,
    meme_texte,
)
from echelons.contrats.models import FicheAction, Instrument
from echelons.socle.horloge import aujourdhui
from echelons.socle.imports.champs import LigneLue, ValeurRefusee
from echelons.socle.tableurs import Valeur
from echelons.socle.textes import normaliser
from echelons.strategie.lecture import cadre_d_acte
from echelons.strategie.models import ChampDeFiche, Mesure, Volet

TELS_QUELS = (
    "intitule", "sorte", "situation_de_depart", "justification", "diagnostic", "description", "public", "lieux",
    "pilote",
)  # fmt: skip
PAR_LIGNE = ("partenaires", "operateurs")
EFFECTIF_MAX = 10_000_000
COMPLEMENT = "complement."
#: The fields that a column of another name gives.
COLONNE_DE = {"volet": "axe"}
Champs = dict[str, Any]


class LectureDesFiches:
    """What the cells of a fiche may name in one instrument, and how each becomes a field."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument
        self.cadre = cadre_d_acte(instrument.contrat.dispositif_id)

    @cached_property
    def mesures(self) -> dict[str, str]:
        """Measures of the dispositif, by code."""
        siennes = Mesure.objects.filter(competences__dispositif=self.instrument.contrat.dispositif)
        return dict(siennes.distinct().values_list("code", "libelle"))

    @cached_property
    def sortes(self) -> list[str]:
        """What may be said to be reinforced."""
        return list(dict.fromkeys(s for n in self.cadre.natures.values() for s in n.sortes))

    def lire(self, ligne: LigneLue, donnee: Champs) -> Champs:
        """The fields that a row says, beside what the workbook was made with; each cell refused is told on the row."""
        voulus: Champs = {}
        for champ, colonne, lire in self._lectures():
            if colonne not in ligne.colonnes:
                continue
            try:
                voulus |= lire(ligne, champ, donnee)
            except ValeurRefusee as refus:
                ligne.refuser(colonne, str(refus))
            except ValidationError as refus:
                ligne.signaler(colonne, " ".join(refus.messages), grave=True)
        return voulus

    def _lectures(self) -> Iterator[tuple[str, str, Callable[[LigneLue, str, Champs], Champs]]]:
        for champ in TELS_QUELS:
            yield champ, champ, self._texte
        for champ in PAR_LIGNE:
            yield champ, champ, self._lignes
        for champ in JOURS:
            yield champ, champ, self._jour
        yield "volet", "axe", self._volet
        yield "mesure", "mesure", self._mesure
        yield "nature", "nature", self._nature
        yield "effectif", "effectif", self._effectif
        yield "etp", "etp", self._etp
        yield "territoires", "territoires", self._territoires
        yield "complements", "complements", self._complements

    def _texte(self, ligne: LigneLue, champ: str, donnee: Champs) -> Champs:
        valeur = ligne.brutes.get(champ)
        if meme_texte(valeur, donnee.get(champ) or ""):
            return {champ: donnee.get(champ) or ""}
        dit = lire_texte(valeur)
        if champ == "sorte" and dit and self.sortes and dit not in self.sortes:
            raise ValeurRefusee(f"une de ces valeurs\u00a0: {', '.join(self.sortes)}")
        if champ == "intitule" and not dit:
            raise ValeurRefusee("un intitulé. Pour retirer la fiche, retirez sa ligne entière")
        return {champ: dit}

    def _lignes(self, ligne: LigneLue, champ: str, donnee: Champs) -> Champs:
        donne = donnee.get(champ) or ""
        memes = meme_texte(ligne.brutes.get(champ), donne)
        return {champ: donne if memes else lire_texte(ligne.brutes.get(champ))}

    def _jour(self, ligne: LigneLue, champ: str, _: Champs) -> Champs:
        return {champ: lire_jour(ligne.brutes.get(champ))}

    def _effectif(self, ligne: LigneLue, champ: str, _: Champs) -> Champs:
        return {
            champ: lire_entier(
                ligne.brutes.get(champ), "un nombre entier de personnes, ou rien", EFFECTIF_MAX
            )
        }

    def _etp(self, ligne: LigneLue, champ: str, donnee: Champs) -> Champs:
        valeur, donne = ligne.brutes.get(champ), donnee.get(champ)
        if meme_nombre(valeur, None if donne is None else Decimal(donne)):
            return {champ: donne}
        lu = lire_decimal(valeur, "un nombre d’ETP, comme 2,5, ou rien")
        return {champ: None if lu is None else format(lu.normalize(), "f")}

    def _volet(self, ligne: LigneLue, champ: str, donnee: Champs) -> Champs:
        axe, objectif = self._dits(donnee.get(champ))
        cellules = ligne.brutes.get("axe"), ligne.brutes.get("objectif")
        if meme_texte(cellules[0], axe) and meme_texte(cellules[1], objectif):
            return {champ: donnee.get(champ)}
        premiers = [v for v in self.cadre.volets.values() if v.dans_id is None]
        choisi = _un_de(cellules[0], premiers)
        if choisi is None:
            if lire_texte(cellules[1]):
                ligne.refuser("objectif", "rien, ou le volet dans lequel il est")
            return {champ: None}
        dedans = [v for v in self.cadre.volets.values() if v.dans_id == choisi.pk]
        try:
            precis = _un_de(cellules[1], dedans)
        except ValeurRefusee as refus:
            ligne.refuser("objectif", str(refus))
            return {}
        return {champ: (precis or choisi).code}

    def _dits(self, code: str | None) -> tuple[str, str]:
        """The names of a volet or axis, and of the objective in it, as the workbook gave them."""
        volet = next((v for v in self.cadre.volets.values() if v.code == code), None)
        if volet is None:
            return "", ""
        if volet.dans_id is None:
            return volet.libelle, ""
        return self.cadre.volets[volet.dans_id].libelle, volet.libelle

    def _mesure(self, ligne: LigneLue, champ: str, donnee: Champs) -> Champs:
        code = donnee.get(champ)
        if code and code not in self.mesures:
            self.mesures |= dict(Mesure.objects.filter(code=code).values_list("code", "libelle"))
        return {champ: _un_code(ligne.brutes.get(champ), self.mesures, code)}

    def _nature(self, ligne: LigneLue, champ: str, donnee: Champs) -> Champs:
        natures = {n.code: n.libelle for n in self.cadre.natures.values()}
        return {champ: _un_code(ligne.brutes.get(champ), natures, donnee.get(champ))}

    def _territoires(self, ligne: LigneLue, champ: str, donnee: Champs) -> Champs:
        donnes = donnee.get(champ) or []
        valeur = ligne.brutes.get(champ)
        if meme_texte(valeur, ", ".join(donnes)):
            return {champ: donnes}
        dits = "\n".join(lignes_de(lire_texte(valeur)))
        return {champ: lire_lieux(dits, self.instrument.debut or aujourdhui())}

    def _complements(self, ligne: LigneLue, _: str, donnee: Champs) -> Champs:
        """« Action évaluée : oui », one a line; a line without a name goes on with the one before."""
        donnes = {c.code: donnee.get(COMPLEMENT + c.code) for c in self.cadre.champs}
        dits = {
            c.code: dire_complement(c, donnes[c.code])
            for c in self.cadre.champs
            if donnes[c.code] not in (None, "")
        }
        noms = {c.code: c.libelle for c in self.cadre.champs}
        tous = "\n".join(f"{noms[code]}\u00a0: {dit}" for code, dit in dits.items())
        valeur = ligne.brutes.get("complements")
        if meme_texte(valeur, tous):
            return {COMPLEMENT + code: donne for code, donne in donnes.items()}
        lus = self._separer(lire_texte(valeur))
        return {
            COMPLEMENT + c.code: donnes[c.code]
            if meme_texte(lus.get(c.code, ""), dits.get(c.code, ""))
            else _lire_complement(c, lus.get(c.code, ""))
            for c in self.cadre.champs
        }

    def _separer(self, dit: str) -> dict[str, str]:
        connus = {normaliser(c.libelle): c.code for c in self.cadre.champs}
        lus: dict[str, list[str]] = {}
        dernier = ""
        for ligne in dit.splitlines():
            nom, deux_points, suite = ligne.partition(":")
            code = connus.get(normaliser(nom)) if deux_points else None
            if code:
                dernier = code
                lus.setdefault(code, []).append(suite.strip())
            elif dernier:
                lus[dernier].append(ligne.strip())
            elif ligne.strip():
                attendus = ", ".join(f"«\u00a0{c.libelle}\u00a0: …\u00a0»" for c in self.cadre.champs)
                raise ValeurRefusee(
                    f"une ligne par complément\u00a0: {attendus or 'aucun dans ce dispositif'}"
                )
        return {code: "\n".join(lignes).strip() for code, lignes in lus.items()}

    def verifier(self, ligne: LigneLue, fiche: FicheAction | None, voulus: Mapping[str, Any]) -> None:
        """Say on the row what the fiche could not be; ``fiche`` None is a new one. Nothing is written."""
        essai = fiche or FicheAction(instrument=self.instrument, rang=1, intitule=voulus.get("intitule", ""))
        essai.instrument = self.instrument
        try:
            remplir(essai, voulus)
        except ValidationError as refus:
            messages = refus.message_dict if hasattr(refus, "error_dict") else {"intitule": refus.messages}
            for champ, phrases in messages.items():
                colonne = "complements" if champ == "complement" else COLONNE_DE.get(champ, champ)
                ou = colonne if colonne in ligne.colonnes else "intitule"
                ligne.signaler(ou, " ".join(map(str, phrases)), grave=True)


def _un_de(valeur: Valeur, volets: list[Volet]) -> Volet | None:
    """The volet named by its label or its code. Raises ``ValeurRefusee``."""
    dit = normaliser(lire_texte(valeur))
    trouves = [v for v in volets if dit in {normaliser(v.libelle), normaliser(v.code)}]
    if not dit:
        return None
    if len(trouves) != 1:
        noms = ", ".join(v.libelle for v in volets)
        raise ValeurRefusee(
            f"une de ces valeurs\u00a0: {noms}" if noms else "rien\u00a0: ce volet n’a pas d’objectif"
        )
    return trouves[0]


def _un_code(valeur: Valeur, libelles: Mapping[str, str], donne: str | None) -> str | None:
    """The code of what is named by its label. Raises ``ValeurRefusee``."""
    if meme_texte(valeur, libelles.get(donne or "", "")):
        return donne
    dit = normaliser(lire_texte(valeur))
    if not dit:
        return None
    trouves = [code for code, libelle in libelles.items() if dit in {normaliser(libelle), normaliser(code)}]
    if len(trouves) != 1:
        raise ValeurRefusee(f"une de ces valeurs\u00a0: {', '.join(libelles.values()) or 'rien'}")
    return trouves[0]


def _lire_complement(champ: ChampDeFiche, dit: str) -> Any:
    """The value of a field that the dispositif adds, as forms give it. Raises ``ValeurRefusee``."""
    if not dit:
        return None
    if champ.type == ChampDeFiche.Type.OUI_NON:
        if normaliser(dit) not in {"oui", "non"}:
            raise ValeurRefusee(
                f"«\u00a0{champ.libelle}\u00a0: oui\u00a0» ou «\u00a0{champ.libelle}\u00a0: non\u00a0»"
            )
        return normaliser(dit) == "oui"
    if champ.type == ChampDeFiche.Type.DATE:
        return lire_jour(dit)
    if champ.type == ChampDeFiche.Type.CHOIX and dit not in champ.choix:
        raise ValeurRefusee(f"«\u00a0{champ.libelle}\u00a0» parmi\u00a0: {', '.join(champ.choix)}")
    if champ.type == ChampDeFiche.Type.NOMBRE:
        lu = lire_decimal(dit, f"un nombre pour «\u00a0{champ.libelle}\u00a0»")
        return None if lu is None else format(lu.normalize(), "f")
    return dit
