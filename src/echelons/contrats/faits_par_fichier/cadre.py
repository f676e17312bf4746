"""What the rows of a file name, looked up once: dispositifs, contracts and their parties, instruments, sources.

What does not exist yet is made without being saved, so that rows are judged as they will be written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.utils.text import slugify

from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.acces import cible_du_territoire
from echelons.contrats.models import Contrat, Instrument, Partie
from echelons.contrats.relations import contrat_de, contrat_neuf, enregistrer_contrat
from echelons.socle.imports.champs import LONGUEUR_D_EXEMPLE, ValeurRefusee
from echelons.socle.models import Source
from echelons.socle.textes import normaliser
from echelons.strategie.models import Dispositif
from echelons.territoires.appellations import AppellationRefusee, Appellations
from echelons.territoires.models import Territoire

HORS_PERIMETRE = "un territoire de votre périmètre"
Cree = tuple[str, int]


def neuf(objet: Any) -> bool:
    """Whether a row is still to be saved."""
    return objet.pk is None


@dataclass(eq=False)
class Relation:
    """A contract with its parties and its instruments, saved or still to be."""

    contrat: Contrat
    parties: Sequence[Partie]
    permise: bool
    instruments: list[Instrument] = field(default_factory=list)
    _dites: dict[str, list[Partie]] = field(default_factory=dict)

    def enregistrer(self) -> list[Cree]:
        """Save the contract, if it is new."""
        if not neuf(self.contrat):
            return []
        enregistrer_contrat(self.contrat, tuple(self.parties))
        return [("contrats_contrat", self.contrat.pk)]

    def parties_dites(self, texte: str) -> list[Partie]:
        """The parties meant, all of them by default. Raises ``ValeurRefusee``."""
        if texte not in self._dites:
            self._dites[texte] = self._chercher(texte)
        return self._dites[texte]

    def _chercher(self, texte: str) -> list[Partie]:
        lu = normaliser(texte)
        if not lu:
            return list(self.parties)
        if lu in {"etat", "l etat", "prefet", "prefecture"}:
            dites = [p for p in self.parties if p.role == Partie.Role.ETAT]
        elif lu in {"collectivite", "departement", "conseil departemental"}:
            dites = [p for p in self.parties if p.role == Partie.Role.COLLECTIVITE]
        else:
            dites = [p for p in self.parties if normaliser(p.libelle) == lu]
        if len(dites) != 1:
            connues = ", ".join(f"«\u00a0{p.libelle}\u00a0»" for p in self.parties)
            raise ValeurRefusee(f"une partie du contrat\u00a0: {connues}")
        return dites

    def instrument(self, genre: str, cle: str) -> Instrument:
        """The instrument of that kind and key. Raises ``ValeurRefusee``."""
        if cle:
            voulue = slugify(f"{genre}-{int(cle)}" if re.fullmatch(r"\d{1,3}", cle, re.ASCII) else cle)[:40]
            memes = [i for i in self.instruments if i.cle == voulue]
            if not memes and voulue == f"{slugify(genre)}-1":
                memes = [i for i in self.instruments if i.cle == slugify(genre)]
            if not voulue or any(i.type != genre for i in memes):
                raise ValeurRefusee("la clé d’un instrument de ce type")
        else:
            voulue = slugify(genre) + ("-1" if genre == Instrument.Type.AVENANT else "")
            memes = [i for i in self.instruments if i.type == genre]
            if len(memes) > 1:
                raise ValeurRefusee(
                    f"la clé d’un de ces instruments\u00a0: {', '.join(i.cle for i in memes)}"
                )
        if memes:
            if memes[0].ne_ici:
                raise ValeurRefusee(
                    f"un autre instrument\u00a0: «\u00a0{memes[0].intitule}\u00a0» est conduit ici, "
                    "ses faits viennent de ses actes"
                )
            return memes[0]
        rang = f" n°\u00a0{cle}" if cle.isdecimal() else ""
        neuf = Instrument(
            contrat=self.contrat,
            cle=voulue,
            type=genre,
            intitule=f"{Instrument.Type(genre).label.capitalize()}{rang}",
        )
        self.instruments.append(neuf)
        return neuf


class Cadre:
    """The lookups of one import, for whoever makes it."""

    def __init__(self, par: Acteur) -> None:
        self.par = par
        self.appellations = Appellations()
        self.dispositifs = _dispositifs()
        sources = list(Source.objects.all())
        self.sources = {s.cle: s for s in sources}
        self._par_adresse = {_adresse(s.adresse): s for s in sources}
        self._codes = _codes_des_contrats()
        self._relations: dict[tuple[int, str], Relation | None] = {}
        self._territoires: dict[tuple[str, dt.date | None], Territoire] = {}

    def dispositif(self, texte: str) -> Dispositif:
        """The one meant. Raises ``ValeurRefusee``."""
        trouve = self.dispositifs.get(texte) or self.dispositifs.get(normaliser(texte))
        if trouve is None:
            noms = ", ".join(sorted({f"{d.nom_court} ({d.code})" for d in self.dispositifs.values()}))
            raise ValeurRefusee(f"un dispositif\u00a0: {noms}")
        return trouve

    def territoire(self, texte: str, jour: dt.date | None) -> Territoire:
        """The signatory meant on that day. Raises ``ValeurRefusee``."""
        if (texte, jour) not in self._territoires:
            try:
                self._territoires[texte, jour] = self.appellations.trouver(texte, jour)
            except AppellationRefusee as refus:
                raise ValeurRefusee(str(refus)) from refus
        return self._territoires[texte, jour]

    def relation(self, dispositif: Dispositif, territoire: Territoire) -> Relation:
        """The contract of a signatory, the one there is or the one to be made. Raises ``ValeurRefusee``."""
        cle = (dispositif.pk, territoire.code)
        if cle not in self._relations:
            contrat = contrat_de(dispositif, territoire)
            self._relations[cle] = self._lue(contrat) if contrat else self._neuve(dispositif, territoire)
        return self._permise(self._relations[cle], HORS_PERIMETRE)

    def relation_dite(self, texte: str) -> Relation:
        """The contract of that code or title. Raises ``ValeurRefusee``."""
        relations = [self._relation_de_code(code) for code in self._codes.get(normaliser(texte), (texte,))]
        permises = [relation for relation in relations if relation and relation.permise]
        if len(permises) > 1:
            codes = ", ".join(relation.contrat.code for relation in permises[:5])
            raise ValeurRefusee(f"un seul contrat, par son code\u00a0: {codes}")
        return self._permise(
            permises[0] if permises else None, "le code ou l’intitulé d’un contrat de votre périmètre"
        )

    def _relation_de_code(self, code: str) -> Relation | None:
        cle = (0, code)
        if cle not in self._relations:
            contrat = Contrat.objects.avec_cible().filter(code=code).first()
            self._relations[cle] = self._lue(contrat) if contrat else None
        return self._relations[cle]

    @staticmethod
    def _permise(relation: Relation | None, attendu: str) -> Relation:
        if relation is None or not relation.permise:
            raise ValeurRefusee(attendu)
        return relation

    def _lue(self, contrat: Contrat) -> Relation:
        # The same contract may be named by its territory and by its code: it is read once.
        for connue in self._relations.values():
            if connue and connue.contrat.pk == contrat.pk:
                return connue
        permise = self.par.peut(Capacite.IMPORTER, contrat.cible)
        return Relation(contrat, list(contrat.ses_parties), permise, list(contrat.instruments.order_by("pk")))

    def _neuve(self, dispositif: Dispositif, territoire: Territoire) -> Relation:
        contrat, parties = contrat_neuf(dispositif, territoire)
        return Relation(contrat, parties, self.par.peut(Capacite.IMPORTER, cible_du_territoire(territoire)))

    def sources_de_cles(self, texte: str) -> tuple[Source, ...]:
        """Known sources. Raises ``ValeurRefusee``."""
        cles = [c for c in re.split(r"[;,\s]+", texte) if c]
        if inconnues := [c for c in cles if c not in self.sources]:
            raise ValeurRefusee(f"les clés de sources connues (inconnue\u00a0: {inconnues[0][:80]})")
        return tuple(self.sources[c] for c in dict.fromkeys(cles))

    def source(
        self, titre: str, editeur: str, adresse: str, publiee_le: dt.date | None, *, fictive: bool
    ) -> tuple[Source, bool]:
        """The source of that address, made when there is none; and whether the one there is bears another title."""
        connue = self._par_adresse.get(_adresse(adresse))
        if connue is not None:
            return connue, normaliser(connue.titre) != normaliser(titre)
        source = Source(
            cle=f"import-{hashlib.sha256(_adresse(adresse).encode()).hexdigest()[:16]}",
            titre=titre,
            editeur=editeur or (urlsplit(adresse).hostname or "")[:200],
            adresse=adresse,
            publiee_le=publiee_le,
            fictive=fictive,
        )
        self._par_adresse[_adresse(adresse)] = self.sources[source.cle] = source
        return source, False


def _dispositifs() -> dict[str, Dispositif]:
    """By code and by name, as people write them."""
    return {normaliser(nom): d for d in Dispositif.objects.all() for nom in (d.code, d.nom_court, d.nom)}


def _codes_des_contrats() -> dict[str, list[str]]:
    """By code and by title: the codes of the contracts."""
    codes: dict[str, list[str]] = defaultdict(list)
    for code, intitule in Contrat.objects.order_by("code").values_list("code", "intitule"):
        for nom in {normaliser(code), normaliser(intitule)}:
            codes[nom].append(code)
    return codes


# --- What the first values under a heading look like --------------------------------------------------------
def sont_des_contrats(exemples: Sequence[str]) -> bool:
    """Whether one of them is the code or the title (cut, when it is long) of a contract."""
    noms = _codes_des_contrats()
    return any(
        normaliser(e) in noms
        or (len(e) == LONGUEUR_D_EXEMPLE and any(nom.startswith(normaliser(e)) for nom in noms))
        for e in exemples
    )


def sont_des_dispositifs(exemples: Sequence[str]) -> bool:
    """Whether one of them is the code or a name of a dispositif."""
    noms = _dispositifs()
    return any(normaliser(e) in noms for e in exemples)


def sont_des_signataires(exemples: Sequence[str]) -> bool:
    """Whether one of them is the code or the name of a signatory."""
    appellations = Appellations()

    def en_est(exemple: str) -> bool:
        try:
            appellations.trouver(exemple, None)
        except AppellationRefusee:
            return False
        return True

    return any(map(en_est, exemples))


@lru_cache(maxsize=1_000)
def _adresse(adresse: str) -> str:
    """An address, but for what leads to the same page."""
    return re.sub(r"^https?://(www\.)?", "", adresse).rstrip("/")
