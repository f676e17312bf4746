"""A service is reorganised: all who act for it act for another from a day on. Seen first, then done at once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from echelons.acteurs.droits import Capacite
from echelons.acteurs.ecritures import noter, office, personnel_de
from echelons.acteurs.habilitations import autoriser_nation
from echelons.acteurs.models import Invitation, Mandat, Organisation
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import maintenant
from echelons.socle.journal import Auteur
from echelons.territoires.models import Succession, Territoire, TypeTerritoire

VEILLE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Ligne:
    """A mandate or an invitation, and what becomes of it; ``empechement`` says why it stays where it is.

    ``entier``: it begins on the day or later, so that it changes organisation without being cut in two.
    """

    tenu: Mandat | Invitation
    entier: bool
    empechement: str = ""

    @property
    def cle(self) -> str:
        """What it is, for the digest of a plan."""
        return f"{type(self.tenu).__name__}:{self.tenu.pk}:{self.tenu.fin}:{self.entier}:{self.empechement}"


@dataclass(frozen=True)
class Transfert:
    """What moves from ``origine`` to ``destination`` on the day ``le``, and what cannot."""

    origine: Organisation
    destination: Organisation
    le: dt.date
    lignes: tuple[Ligne, ...]

    @property
    def deplaces(self) -> tuple[Ligne, ...]:
        """What moves."""
        return tuple(ligne for ligne in self.lignes if not ligne.empechement)

    @property
    def empeches(self) -> tuple[Ligne, ...]:
        """What stays, each with why."""
        return tuple(ligne for ligne in self.lignes if ligne.empechement)

    @cached_property
    def empreinte(self) -> str:
        """What was seen, so that nothing else is done than what was seen."""
        texte = "\n".join(
            (self.origine.code, self.destination.code, self.le.isoformat(), *(x.cle for x in self.lignes))
        )
        return hashlib.sha256(texte.encode()).hexdigest()


class TransfertChange(Exception):
    """Something moved between what was seen and the confirmation; ``transfert`` is how it stands now."""

    def __init__(self, transfert: Transfert) -> None:
        super().__init__("Les mandats ont changé depuis que vous avez regardé. Relisez, puis confirmez.")
        self.transfert = transfert


def prevoir(*, par: Acteur, origine: Organisation, destination: Organisation, le: dt.date) -> Transfert:
    """What ``transferer`` would do; nothing is written. Raises ``ActeRefuse``, ``ValidationError``."""
    autoriser_nation(par, Capacite.ORGANISATION_GERER)
    return _prevoir(origine, destination, le)


@transaction.atomic
def transferer(
    *, par: Acteur, origine: Organisation, destination: Organisation, le: dt.date, empreinte: str
) -> Transfert:
    """Do what was seen, all at once; asked again, there is nothing left to do.

    ``empreinte`` is that of the plan that was read. Raises ``ActeRefuse``, ``ValidationError``, ``TransfertChange``.
    """
    auteur = autoriser_nation(par, Capacite.ORGANISATION_GERER)
    cles = sorted((origine.pk, destination.pk))
    list(Organisation.objects.select_for_update(of=("self",)).filter(pk__in=cles).order_by("pk"))
    list(Mandat.objects.select_for_update(of=("self",)).filter(organisation=origine).order_by("pk"))
    origine, destination = (Organisation.objects.get(pk=o.pk) for o in (origine, destination))
    plan = _prevoir(origine, destination, le)
    if not plan.deplaces:
        return plan
    if plan.empreinte != empreinte:
        raise TransfertChange(plan)
    for ligne in plan.deplaces:
        if isinstance(ligne.tenu, Invitation) or ligne.entier:
            _deplacer(ligne.tenu, plan, auteur)
        else:
            _couper(ligne.tenu, plan, auteur)
    faits = {"le": le, "deplaces": len(plan.deplaces), "restes": len(plan.empeches)}
    noter(origine, "transferer", auteur, {"vers": destination.code, **faits})
    noter(destination, "recevoir_un_transfert", auteur, {"de": origine.code, **faits})
    return plan


def _deplacer(tenu: Mandat | Invitation, plan: Transfert, auteur: Auteur) -> None:
    tenu.organisation = plan.destination
    tenu.save(update_fields=["organisation"])
    noter(tenu, "changer_d_organisation", auteur, {"de": plan.origine.code, "vers": plan.destination.code})


def _couper(ancien: Mandat, plan: Transfert, auteur: Auteur) -> None:
    nouveau = _suite(ancien, plan)
    ancien.fin = plan.le - VEILLE
    ancien.save(update_fields=["fin"])
    nouveau.save()
    noter(
        ancien, "transferer", auteur, {"vers": plan.destination.code, "fin": ancien.fin, "suite": nouveau.pk}
    )
    noter(
        nouveau,
        "etre_transfere",
        auteur,
        {"avant": ancien.pk, "de": plan.origine.code, **office(nouveau)},
        personnel_de(nouveau),
    )


def _suite(mandat: Mandat, plan: Transfert) -> Mandat:
    return Mandat(
        personne=mandat.personne,
        fonction=mandat.fonction,
        organisation=plan.destination,
        territoire=mandat.territoire,
        titre=mandat.titre,
        acte_de_delegation=mandat.acte_de_delegation,
        debut=plan.le,
        fin=mandat.fin,
    )


def _prevoir(origine: Organisation, destination: Organisation, le: dt.date) -> Transfert:
    if origine.pk == destination.pk:
        raise ValidationError(
            {"destination": "Choisissez une autre organisation que celle qu’on réorganise."}
        )
    for organisation in (origine, destination):
        if organisation.fusionnee_dans_id is not None:
            raise ValidationError(
                {"destination": "Cette organisation a été réunie à une autre\u00a0: choisissez l’autre."}
            )
    vide = Transfert(origine, destination, le, ())
    couverts = _codes_couverts(destination)
    tenus = _tenus(destination, le)
    lignes = []
    mandats = Mandat.objects.filter(
        Q(fin=None) | Q(fin__gte=le), organisation=origine, personne__oubliee_le=None
    ).avec_noms()
    for mandat in mandats.order_by("personne__nom", "personne__prenom", "pk"):
        entier = mandat.debut >= le
        suite = mandat if entier else _suite(mandat, vide)
        empechement = _hors_de_portee(mandat.territoire, couverts) or _deja_tenu(suite, tenus)
        if not empechement:
            try:
                suite.clean()
            except ValidationError as erreur:
                empechement = " ".join(erreur.messages)
        lignes.append(Ligne(mandat, entier, empechement))
    invitations = Invitation.objects.en_attente(maintenant()).filter(
        Q(fin=None) | Q(fin__gte=le), organisation=origine
    )
    for invitation in invitations.select_related("fonction", "organisation", "territoire__region").order_by(
        "pk"
    ):
        empechement = _hors_de_portee(invitation.territoire, couverts)
        if not empechement and invitation.debut < le:
            empechement = (
                "Cette invitation commence avant ce jour et n’est pas acceptée. Refaites le transfert une fois qu’elle "
                "le sera, ou retirez-la et invitez de nouveau."
            )
        lignes.append(Ligne(invitation, True, empechement))
    return Transfert(origine, destination, le, tuple(lignes))


def _codes_couverts(destination: Organisation) -> frozenset[str] | None:
    """The codes of the territories on which one can act for this organisation; None when that is everywhere."""
    lieu = destination.territoire
    if lieu is None:
        return None
    ici = Q(pk=lieu.pk) | Q(region=lieu) if lieu.type == TypeTerritoire.REGION else Q(pk=lieu.pk)
    codes = set(
        Territoire.objects.filter(ici).exclude(type=TypeTerritoire.COMMUNE).values_list("code", flat=True)
    )
    codes |= set(Succession.objects.filter(apres__code__in=codes).values_list("avant__code", flat=True))
    return frozenset(codes)


def _hors_de_portee(territoire: Territoire | None, couverts: frozenset[str] | None) -> str:
    if couverts is None or (territoire is not None and territoire.code in couverts):
        return ""
    ou = f"sur un autre territoire ({territoire.nom})" if territoire else "pour toute la nation"
    return f"Cette fonction s’exerce {ou}, hors de celui de la nouvelle organisation. Passez-la à part."


def _tenus(destination: Organisation, le: dt.date) -> dict[tuple[int, int, int | None], list[Mandat]]:
    """What is held in the destination from that day on, by person, function and territory."""
    tenus = defaultdict(list)
    for mandat in Mandat.objects.filter(Q(fin=None) | Q(fin__gte=le), organisation=destination):
        tenus[mandat.personne_id, mandat.fonction_id, mandat.territoire_id].append(mandat)
    return tenus


def _deja_tenu(suite: Mandat, tenus: dict[tuple[int, int, int | None], list[Mandat]]) -> str:
    for autre in tenus.get((suite.personne_id, suite.fonction_id, suite.territoire_id), ()):
        if autre.debut <= (suite.fin or dt.date.max) and suite.debut <= (autre.fin or dt.date.max):
            return "Cette personne y tient déjà cette fonction. Mettez fin à l’un des deux mandats."
    return ""
