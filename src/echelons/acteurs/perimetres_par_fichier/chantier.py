"""The rows of a file of perimeters, judged then written: each says who is part of what, from when, until when."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.perimetres import CAPACITE, cible_de, emprise_du_perimetre
from echelons.acteurs.perimetres_par_fichier.champs import UN_MEMBRE
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui
from echelons.socle.imports.champs import LigneLue
from echelons.socle.journal import ecrire
from echelons.socle.textes import normaliser
from echelons.territoires import actes
from echelons.territoires.communes import resoudre_commune
from echelons.territoires.geographie import Geographie
from echelons.territoires.models import Composition, Territoire, TypeTerritoire, VersionDePerimetre
from echelons.territoires.perimetres import COMPOSANTS, JEU_TENU_ICI, VEILLE, emprise_de

Cree = tuple[str, int]
Bornes = tuple[dt.date | None, dt.date | None]


@dataclass(eq=False)
class Vise:
    """The perimeter of a row, saved or still to be, and who is known to be part of it, when."""

    perimetre: Territoire
    neuf: bool
    permis: bool
    appartenances: dict[str, list[Bornes]] = field(default_factory=lambda: defaultdict(list))


@dataclass(frozen=True)
class Dit:
    """What a row states."""

    vise: Vise
    membre: Territoire
    bornes: Bornes
    source: str
    adresse: str


class ChantierDesPerimetres:
    """One import of perimeters at work. Rows are judged in the order of the file."""

    def __init__(self, par: Acteur) -> None:
        self.par = par
        self.aujourdhui = aujourdhui()
        self.geographie = Geographie.courante()
        self._vises: dict[str, Vise] = {}
        self._vues: dict[tuple[int, str, Bornes], str] = {}
        self._membres: dict[str, Territoire] = {}

    # --- Judging --------------------------------------------------------------------------------------
    def juger(self, lignes: Sequence[LigneLue]) -> None:
        """Give each row what it states, and say whether it is known already."""
        codes = {ligne.valeurs.get("membre") for ligne in lignes} - {None, ""} - self._membres.keys()
        for membre in Territoire.objects.filter(code__in=codes, type__in=COMPOSANTS).select_related(
            "departement"
        ):
            self._membres[membre.code] = membre
        for ligne in lignes:
            if not ligne.fausse:
                self._juger(ligne)

    def _juger(self, ligne: LigneLue) -> None:
        valeurs = ligne.valeurs
        bornes: Bornes = (valeurs["debut"], valeurs["fin"])
        if bornes[0] and bornes[1] and bornes[1] < bornes[0]:
            ligne.refuser("fin", f"un jour qui ne précède pas le {en_lettres(bornes[0])}")
        membre = self._membre(ligne, bornes)
        vise = self._vise(ligne)
        if membre is None or vise is None or ligne.fausse:
            return
        if not self._s_accorde(ligne, vise, membre, bornes):
            return
        ligne.enonce = Dit(vise, membre, bornes, valeurs["source"], valeurs["adresse"])
        self._situer(ligne, ligne.enonce)

    def _membre(self, ligne: LigneLue, bornes: Bornes) -> Territoire | None:
        """The commune or the EPCI, as it was on the first day; else what its code became."""
        code, le = ligne.valeurs["membre"], bornes[0] or self.aujourdhui
        membre = self._membres.get(code)
        if membre is None or not membre.valide_le(le):
            suite = (
                resoudre_commune(code, le).phrase
                if len(code) == 5
                else f"«\u00a0{code}\u00a0» n’est pas connu"
            )
            if membre is not None and len(code) != 5:
                suite = f"{membre.nom} n’existait pas le {en_lettres(le)}"
            ligne.refuser("membre", f"{UN_MEMBRE}. {suite}")
            return None
        attendu = membre.departement.code if membre.departement else ""
        dit = ligne.valeurs["departement"].upper()
        if dit and dit.zfill(2) != attendu:
            ligne.refuser("departement", f"{attendu}, le département de {membre.nom} ({code})")
        cible = cible_de(emprise_de([code], self.aujourdhui, self.geographie))
        if not self.par.peut(CAPACITE, cible):
            ligne.refuser("membre", "un territoire de votre portée")
        if settings.DEMONSTRATION and not membre.fictif:
            ligne.refuser("membre", "un territoire fictif\u00a0: la démonstration n’agit que sur eux")
        return membre

    def _vise(self, ligne: LigneLue) -> Vise | None:
        """The perimeter of that code, else of that name, else a new one."""
        code, nom = ligne.valeurs["perimetre"], ligne.valeurs["nom"]
        cle = code or normaliser(nom)
        if not cle:
            ligne.refuser("nom", "le nom d’un périmètre, ou son code")
            return None
        if cle not in self._vises:
            trouve = self._connu(code, nom)
            if trouve is None and code:
                ligne.refuser(
                    "perimetre", "le code d’un périmètre connu\u00a0; pour en créer un, laissez le code vide"
                )
                return None
            try:
                self._vises[cle] = self._lire(trouve) if trouve else self._neuf(ligne)
            except ValidationError as refus:
                ligne.refuser("nom", " ".join(refus.messages))
                return None
        vise = self._vises[cle]
        if not vise.permis:
            ligne.refuser("perimetre" if code else "nom", "un périmètre de votre portée")
        return vise

    @staticmethod
    def _connu(code: str, nom: str) -> Territoire | None:
        tous = Territoire.objects.filter(type=TypeTerritoire.PERIMETRE)
        if code:
            return tous.filter(code=code).first()
        return next((p for p in tous.filter(fin=None) if normaliser(p.nom) == normaliser(nom)), None)

    def _lire(self, perimetre: Territoire) -> Vise:
        # The same perimeter may be named by its code and by its name: it is read once.
        for connu in self._vises.values():
            if connu.perimetre.pk == perimetre.pk:
                return connu
        permis = self.par.peut(CAPACITE, cible_de(emprise_du_perimetre(perimetre)))
        vise = Vise(perimetre, neuf=False, permis=permis)
        liens = Composition.objects.filter(contenant=perimetre)
        for code, debut, fin in liens.values_list("contenu__code", "debut", "fin"):
            vise.appartenances[code].append((debut, fin))
        return vise

    @staticmethod
    def _neuf(ligne: LigneLue) -> Vise:
        nature = ligne.valeurs["nature"] or "projet"
        return Vise(
            actes.perimetre_neuf(ligne.valeurs["nom"], nature, ligne.valeurs["debut"]), neuf=True, permis=True
        )

    def _s_accorde(self, ligne: LigneLue, vise: Vise, membre: Territoire, bornes: Bornes) -> bool:
        """Whether what a row states goes with what is recorded, and with the rows before it; what does not is noted."""
        perimetre = vise.perimetre
        if perimetre.fin and (bornes[0] is None or perimetre.fin < bornes[0]):
            ligne.refuser("debut", f"un jour avant le {en_lettres(perimetre.fin)}, fin du périmètre")
        autres = [self._membres.get(c) or self.geographie.lieux.get(c) for c in vise.appartenances]
        if any(autre is not None and autre.fictif != membre.fictif for autre in autres):
            ligne.refuser("membre", "un périmètre tout entier réel, ou tout entier fictif")
        for debut, fin in vise.appartenances.get(membre.code, ()):
            if (debut, fin) != bornes and _se_recouvrent((debut, fin), bornes):
                ligne.refuser(
                    "debut",
                    f"une période qui ne recouvre pas celle déjà dite ({_dire((debut, fin))})\u00a0; "
                    "pour la changer, passez par la page du périmètre",
                )
        le = bornes[0] or self.aujourdhui
        for code, periodes in vise.appartenances.items():
            if code != membre.code and any(_se_recouvrent(p, bornes) for p in periodes):
                if code in self.geographie.contenants(membre.code, le):
                    ligne.refuser("membre", f"une commune hors de {self._nom(code)}, qui la comprend déjà")
                elif membre.code in self.geographie.contenants(code, le):
                    ligne.refuser("membre", f"un EPCI sans {self._nom(code)}, déjà donnée")
        return not ligne.fausse

    def _nom(self, code: str) -> str:
        connu = self._membres.get(code) or Territoire.objects.get(code=code)
        return f"{connu.nom} ({code})"

    def _situer(self, ligne: LigneLue, dit: Dit) -> None:
        """Whether a row is new, already recorded, or already read."""
        cle = (id(dit.vise), dit.membre.code, dit.bornes)
        if deja := self._vues.get(cle):
            ligne.sort = "doublon"
            ligne.signaler("membre", f"dit la même chose que la {deja}\u00a0: gardée une fois")
            return
        self._vues[cle] = f"ligne {ligne.numero} de «\u00a0{ligne.feuille}\u00a0»"
        if dit.bornes in dit.vise.appartenances.get(dit.membre.code, ()):
            ligne.sort = "connue"
            return
        dit.vise.appartenances[dit.membre.code].append(dit.bornes)

    # --- Writing --------------------------------------------------------------------------------------
    def ecrire(self, lignes: Sequence[LigneLue], ecriture: int) -> list[Cree]:
        """Write what rows state; what was created, by table."""
        groupes: dict[int, list[Dit]] = defaultdict(list)
        for ligne in lignes:
            groupes[id(ligne.enonce.vise)].append(ligne.enonce)
        crees: list[Cree] = []
        for dits in groupes.values():
            crees += self._ecrire_un(dits[0].vise, dits, ecriture)
        actes.rafraichir()
        return crees

    def _ecrire_un(self, vise: Vise, dits: Sequence[Dit], ecriture: int) -> list[Cree]:
        """The rows of one perimeter, made when it is new."""
        crees: list[Cree] = []
        perimetre = vise.perimetre
        if vise.neuf:
            debuts = [d.bornes[0] for d in dits]
            perimetre.debut = None if None in debuts else min(d for d in debuts if d)
            perimetre.fictif = dits[0].membre.fictif
            perimetre.full_clean()
            perimetre.save()
            vise.neuf = False
            crees.append(("territoires_territoire", perimetre.pk))
        else:
            perimetre = vise.perimetre = actes.tenir(perimetre)
        crees += _versions(perimetre, dits)
        liens = [
            Composition(
                contenant=perimetre, contenu=d.membre, debut=d.bornes[0], fin=d.bornes[1], jeu=JEU_TENU_ICI
            )
            for d in dits
        ]
        Composition.objects.bulk_create(liens, batch_size=400)
        actes.replacer(perimetre)
        ecrire(
            objet=actes.objet_journal(perimetre.code),
            acte="importer",
            auteur=auteur_de(self.par, CAPACITE, cible_de(emprise_du_perimetre(perimetre))),
            donnees={"ecriture": ecriture, "membres": sorted(d.membre.code for d in dits)},
        )
        return crees + [("territoires_composition", lien.pk) for lien in liens]


def _versions(perimetre: Territoire, dits: Sequence[Dit]) -> list[Cree]:
    """A version at each day on which somebody enters or leaves, that is not one already."""
    connues = set(perimetre.versions.values_list("debut", flat=True))
    jours: dict[dt.date | None, Dit] = {}
    for dit in dits:
        jours.setdefault(dit.bornes[0], dit)
        if dit.bornes[1]:
            jours.setdefault(dit.bornes[1] + VEILLE, dit)
    crees = []
    for le, dit in jours.items():
        if le not in connues:
            version = VersionDePerimetre.objects.create(
                perimetre=perimetre, debut=le, source=dit.source, adresse=dit.adresse
            )
            crees.append(("territoires_versiondeperimetre", version.pk))
    return crees


def _se_recouvrent(a: Bornes, b: Bornes) -> bool:
    return (a[0] or dt.date.min) <= (b[1] or dt.date.max) and (b[0] or dt.date.min) <= (a[1] or dt.date.max)


def _dire(bornes: Bornes) -> str:
    debut = f"depuis le {en_lettres(bornes[0])}" if bornes[0] else "sans date de début"
    return f"{debut}, jusqu’au {en_lettres(bornes[1])}" if bornes[1] else debut
