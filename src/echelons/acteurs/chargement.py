"""Taking in functions and organisations from files; the same file changes nothing."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction

from echelons.acteurs.annuaire import TENUE_A_LA_MAIN
from echelons.acteurs.fichiers import FichierFonctions, FichierOrganisations, OrganisationLue
from echelons.acteurs.models import Fonction, NomOrganisation, Organisation
from echelons.socle.fichiers import Relecture
from echelons.socle.models import Ecriture
from echelons.socle.yaml_situe import Chemin, charger_yaml
from echelons.territoires.models import Territoire


@transaction.atomic
def charger_fonctions(*, chemin: Path) -> None:
    """Create or correct the functions. Raises ``ErreurDeFichier``."""
    lu, document = charger_yaml(chemin, FichierFonctions)
    relecture = Relecture(document)
    fonctions = {}
    for fonction in lu.fonctions:
        fonctions[fonction.code], _ = Fonction.objects.update_or_create(
            code=fonction.code, defaults=fonction.model_dump(exclude={"code", "supplees_par"})
        )
    for i, fonction in enumerate(lu.fonctions):
        for j, code in enumerate(fonction.supplees_par):
            if code not in fonctions:
                relecture.refuser(
                    ("fonctions", i, "supplees_par", j), f"trouvé « {code} » : cette fonction n’existe pas."
                )
        fonctions[fonction.code].supplees_par.set(
            [fonctions[c] for c in fonction.supplees_par if c in fonctions]
        )
    relecture.conclure()


@transaction.atomic
def charger_organisations(*, chemin: Path) -> None:
    """Create or correct organisations and their dated names. Raises ``ErreurDeFichier``."""
    lu, document = charger_yaml(chemin, FichierOrganisations)
    relecture = Relecture(document)
    for i, organisation in enumerate(lu.organisations):
        _charger_une(organisation, relecture, ("organisations", i))
    codes = {o.code: o for o in Organisation.objects.all()}
    for i, organisation in enumerate(lu.organisations):
        if organisation.parent is None:
            continue
        if organisation.parent not in codes:
            relecture.refuser(
                ("organisations", i, "parent"),
                f"trouvé « {organisation.parent} » : cette organisation n’existe pas.",
            )
            continue
        Organisation.objects.filter(code=organisation.code).update(parent=codes[organisation.parent])
    relecture.conclure()


def _charger_une(lu: OrganisationLue, relecture: Relecture, chemin: Chemin) -> None:
    territoire = Territoire.objects.filter(code=lu.territoire).first() if lu.territoire else None
    if lu.territoire and territoire is None:
        relecture.refuser(
            (*chemin, "territoire"), f"trouvé « {lu.territoire} » : ce territoire n’existe pas."
        )
        return
    if Ecriture.objects.filter(
        objet_type="organisation", objet_ref=lu.code, acte__in=TENUE_A_LA_MAIN
    ).exists():
        return  # What the national administration changed by hand is not taken back.
    organisation, _ = Organisation.objects.update_or_create(
        code=lu.code,
        defaults={"territoire": territoire, **lu.model_dump(include={"type", "siren", "siret", "fictive"})},
    )
    organisation.noms.all().delete()
    for j, nom_lu in enumerate(lu.noms):
        nom = NomOrganisation(organisation=organisation, **nom_lu.model_dump())
        try:
            nom.clean()
        except ValidationError as erreur:
            relecture.refuser((*chemin, "noms", j), " ".join(erreur.messages))
            continue
        nom.save()
