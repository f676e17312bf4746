"""What can be done with a text while it binds nobody: prepare, write, reopen, give up. Publishing, withdrawing and
acknowledging reach the contracts: see ``contrats.circulaires``.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.text import slugify

from echelons.acteurs.auteurs import nommer
from echelons.acteurs.droits import Capacite
from echelons.acteurs.habilitations import autoriser_nation
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.socle import circuit
from echelons.socle.circuit import ActeInterdit, Refus
from echelons.socle.journal import ecrire
from echelons.socle.models import Ecriture
from echelons.strategie.circuit import CIRCULAIRE
from echelons.strategie.models import Circulaire, TexteReference
from echelons.strategie.redaction import Contenu, rediger
from echelons.territoires.models import Territoire

#: The code is the reference, cut; the obligations that it creates add their rank to it.
LONGUEUR_DU_CODE = 55


def refus_de_publier(acteur: Acteur) -> Refus | None:
    """Why somebody may not write texts of reference, and who can; None when they may."""
    if acteur.peut(Capacite.TEXTE_PUBLIER, Cible()):
        return None
    refus = acteur.refus_general(Capacite.TEXTE_PUBLIER)
    return Refus(refus.raison, refus.qui)


@transaction.atomic
def preparer(*, par: Acteur, contenu: Contenu) -> Circulaire:
    """Begin a text. Raises ``ActeInterdit``, or ``ValidationError`` when its columns make no sense."""
    if refus := refus_de_publier(par):
        raise ActeInterdit(refus)
    circulaire = Circulaire(code=_code_libre(contenu.reference))
    rediger(circulaire, contenu)
    ecrire(
        objet=circulaire.objet_journal,
        acte="preparer",
        auteur=autoriser_nation(par, Capacite.TEXTE_PUBLIER),
        donnees={"circuit": CIRCULAIRE.nom, "vers": circulaire.etat, "version": circulaire.version},
    )
    return circulaire


def _code_libre(reference: str) -> str:
    base = slugify(reference)[:LONGUEUR_DU_CODE].strip("-") or "texte"
    pris = {
        "nouvelle",  # the address of the page that begins one
        *Circulaire.objects.filter(code__startswith=base).values_list("code", flat=True),
        *TexteReference.objects.filter(code__startswith=base).values_list("code", flat=True),
    }
    return next(c for n in range(len(pris) + 1) if (c := base if not n else f"{base}-v{n + 1}") not in pris)


def faire(
    *,
    par: Acteur,
    circulaire: Circulaire,
    acte: str,
    commentaire: str = "",
    version_lue: int | None = None,
    **donnees: Any,
) -> Ecriture:
    """One act of the circuit. Raises an ``ActeRefuse``, or ``ValidationError``; nothing is then written."""
    refus = refus_de_publier(par)
    if refus:
        raise ActeInterdit(refus)
    return circuit.appliquer(
        CIRCULAIRE,
        circulaire,
        acte,
        auteur=autoriser_nation(par, Capacite.TEXTE_PUBLIER),
        droit=lambda capacite, objet: refus,
        commentaire=commentaire,
        version_lue=version_lue,
        donnees=donnees,
        nommer=nommer,
    )


def portee_effective(circulaire: Circulaire) -> tuple[Territoire, ...]:
    """The territories that the published text would speak of; none: all.

    In the demonstration, the fictional ones only: the others keep nothing but sourced facts.
    """
    choisis = tuple(circulaire.territoires.all())
    if not settings.DEMONSTRATION:
        return choisis
    fictifs = tuple(t for t in choisis if t.fictif)
    return fictifs or tuple(Territoire.objects.filter(fictif=True).order_by("code"))
