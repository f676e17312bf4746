"""The directory of organisations: create one, date its names, give its numbers, reunite a duplicate.

Only the national administration keeps it. What it changes by hand is not taken back by the files of the product.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from echelons.acteurs.droits import Capacite
from echelons.acteurs.ecritures import noter
from echelons.acteurs.habilitations import autoriser_nation
from echelons.acteurs.models import Invitation, Mandat, NomOrganisation, Organisation
from echelons.acteurs.models.organisations import valider_siren, valider_siret
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import aujourdhui
from echelons.socle.models.journal import LONGUEUR_REFERENCE
from echelons.socle.unicite import enregistrer_sans_double
from echelons.territoires.models import Territoire

VEILLE = dt.timedelta(days=1)
#: The acts after which the files of the product no longer decide what an organisation is.
TENUE_A_LA_MAIN = ("creer", "nommer", "numeroter", "reunir", "recevoir_un_doublon")


@transaction.atomic
def creer_organisation(
    *,
    par: Acteur,
    genre: str,
    nom: str,
    sigle: str = "",
    territoire: Territoire | None = None,
    parent: Organisation | None = None,
    siren: str = "",
    siret: str = "",
    depuis: dt.date | None = None,
) -> Organisation:
    """Enter an organisation in the directory, under its first name, borne since a day when that is known.

    Raises ``ActeRefuse``, ``ValidationError``.
    """
    auteur = autoriser_nation(par, Capacite.ORGANISATION_GERER)
    nom = nom.strip()
    organisation = Organisation(
        code=_code(nom),
        type=genre,
        territoire=territoire,
        parent=parent,
        fictive=territoire is not None and territoire.fictif,
    )
    organisation.siren, organisation.siret = _numeros(organisation, siren, siret)
    organisation.full_clean()
    enregistrer_sans_double(organisation)
    premier = NomOrganisation(organisation=organisation, nom=nom, sigle=sigle.strip(), debut=depuis)
    premier.full_clean()
    premier.save()
    noter(
        organisation,
        "creer",
        auteur,
        {
            "nom": premier.nom,
            "sigle": premier.sigle,
            **({"debut": depuis} if depuis else {}),
            "type": str(genre),
            "territoire": territoire.code if territoire else "",
            "parent": parent.code if parent else "",
            "siren": organisation.siren,
            "siret": organisation.siret,
        },
    )
    return organisation


@transaction.atomic
def nommer_organisation(
    *, par: Acteur, organisation: Organisation, nom: str, debut: dt.date, sigle: str = ""
) -> NomOrganisation:
    """Give a name from a day on: the name borne until then stops the eve, one already dated later follows.

    Raises ``ActeRefuse``, ``ValidationError``.
    """
    auteur = autoriser_nation(par, Capacite.ORGANISATION_GERER)
    organisation = _vivante(organisation)
    noms = sorted(organisation.noms.all(), key=lambda n: n.debut or dt.date.min)
    if any(n.debut == debut for n in noms):
        raise ValidationError({"debut": "Un nom commence déjà ce jour-là. Choisissez un autre jour."})
    avant = next((n for n in noms if n.valide_le(debut)), None)
    apres = next((n for n in noms if n.debut is not None and n.debut > debut), None)
    if avant is not None and avant.nom == nom.strip():
        raise ValidationError({"nom": "L’organisation porte déjà ce nom à cette date."})
    if avant is not None:
        avant.fin = debut - VEILLE
        avant.save(update_fields=["fin"])
    nouveau = NomOrganisation(
        organisation=organisation,
        nom=nom.strip(),
        sigle=sigle.strip(),
        debut=debut,
        fin=apres.debut - VEILLE if apres and apres.debut else None,
    )
    nouveau.full_clean()
    nouveau.save()
    noter(
        organisation,
        "nommer",
        auteur,
        {
            "nom": nouveau.nom,
            "sigle": nouveau.sigle,
            "debut": debut,
            "fin": nouveau.fin,
            "nom_precedent": avant.nom if avant else "",
        },
    )
    return nouveau


@transaction.atomic
def numeroter_organisation(
    *, par: Acteur, organisation: Organisation, siren: str, siret: str
) -> Organisation:
    """Give or correct the SIREN and the SIRET. Raises ``ActeRefuse``, ``ValidationError``."""
    auteur = autoriser_nation(par, Capacite.ORGANISATION_GERER)
    organisation = _vivante(organisation)
    anciens = organisation.siren, organisation.siret
    organisation.siren, organisation.siret = _numeros(organisation, siren, siret)
    if (organisation.siren, organisation.siret) == anciens:
        return organisation
    organisation.save(update_fields=["siren", "siret"])
    noter(
        organisation,
        "numeroter",
        auteur,
        {
            "siren": organisation.siren,
            "siret": organisation.siret,
            "ancien_siren": anciens[0],
            "ancien_siret": anciens[1],
        },
    )
    return organisation


@dataclass(frozen=True)
class Reunion:
    """How much of a duplicate follows it into the organisation that remains."""

    mandats: int
    invitations: int
    services: int


def compter_la_reunion(doublon: Organisation) -> Reunion:
    """What would follow, before anything is done."""
    return Reunion(doublon.mandats.count(), doublon.invitations.count(), doublon.services.count())


@transaction.atomic
def reunir_organisations(*, par: Acteur, doublon: Organisation, dans: Organisation) -> Reunion:
    """Reunite a duplicate with the organisation that remains: mandates (past ones too), invitations and services
    follow; the duplicate keeps its names and its history, and points at the other.

    Raises ``ActeRefuse``, ``ValidationError``.
    """
    auteur = autoriser_nation(par, Capacite.ORGANISATION_GERER)
    if doublon.pk == dans.pk:
        raise ValidationError({"dans": "Une organisation ne se réunit pas à elle-même. Choisissez l’autre."})
    # In the order of their keys, so that two reunions the other way round wait for each other instead of for ever.
    lues = {o.pk: o for o in map(_vivante, sorted((doublon, dans), key=lambda o: o.pk))}
    doublon, dans = lues[doublon.pk], lues[dans.pk]
    compte = compter_la_reunion(doublon)
    deplaces = list(Mandat.objects.filter(organisation=doublon).order_by("pk"))
    Mandat.objects.filter(organisation=doublon).update(organisation=dans)
    Invitation.objects.filter(organisation=doublon).update(organisation=dans)
    if dans.parent_id == doublon.pk:
        dans.parent = doublon.parent
    Organisation.objects.filter(parent=doublon).exclude(pk=dans.pk).update(parent=dans)
    siren, siret = doublon.siren, doublon.siret
    doublon.fusionnee_dans, doublon.siret = dans, ""
    doublon.save(update_fields=["fusionnee_dans", "siret"])
    dans.siren, dans.siret = dans.siren or siren, dans.siret or siret
    dans.save(update_fields=["parent", "siren", "siret"])
    for mandat in deplaces:
        noter(mandat, "changer_d_organisation", auteur, {"de": doublon.code, "vers": dans.code})
    faits = {"mandats": compte.mandats, "invitations": compte.invitations, "services": compte.services}
    noter(doublon, "reunir", auteur, {"dans": dans.code, "siret": siret, **faits})
    noter(dans, "recevoir_un_doublon", auteur, {"doublon": doublon.code, **faits})
    return compte


def _vivante(organisation: Organisation) -> Organisation:
    """The row as it stands, kept for this transaction. Raises ``ValidationError`` when it was reunited."""
    lue = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if lue.fusionnee_dans_id is not None:
        raise ValidationError(
            "Cette organisation a été réunie à une autre\u00a0: c’est l’autre qu’il faut changer."
        )
    return lue


def _code(nom: str) -> str:
    """A code drawn from the name, free in the directory."""
    base = slugify(nom)[: LONGUEUR_REFERENCE - 5].strip("-") or "organisation"
    code, rang = base, 1
    while Organisation.objects.filter(code=code).exists():
        rang += 1
        code = f"{base}-{rang}"
    return code


def _numeros(organisation: Organisation, siren: str, siret: str) -> tuple[str, str]:
    """Both numbers without their spaces, checked. Raises ``ValidationError``, each error under its own number."""
    siren, siret = "".join(siren.split()), "".join(siret.split())
    erreurs: dict[str, list[str]] = {}
    for nom, valeur, valider in (("siren", siren, valider_siren), ("siret", siret, valider_siret)):
        try:
            valider(valeur)
        except ValidationError as erreur:
            erreurs[nom] = erreur.messages
    if not erreurs and siren and siret and not siret.startswith(siren):
        erreurs["siret"] = [
            "Ce SIRET n’est pas celui d’un établissement de ce SIREN\u00a0: ses neuf premiers chiffres diffèrent."
        ]
    autre = (
        Organisation.objects.filter(siret=siret).exclude(pk=organisation.pk).prefetch_related("noms").first()
    )
    if siret and autre is not None:
        erreurs["siret"] = [
            f"Ce SIRET est déjà celui d’une autre organisation\u00a0: {autre.nom_au(aujourdhui())}."
        ]
    if erreurs:
        raise ValidationError(erreurs)
    return siren, siret
