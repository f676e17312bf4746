"""What each party of a sealed act agrees to make public; a part is public when every party that signed agrees."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Mandat
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.actes import refus_de
from echelons.contrats.messages import annoncer_un_choix
from echelons.contrats.models import ChoixDePublication, Instrument, Partie, Sceau
from echelons.contrats.models.publications import PARTS
from echelons.contrats.sceaux.repertoire import signataires, tenir
from echelons.socle.circuit import ActeInterdit, Refus
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import ecrire


def parties_representees(par: Acteur, sceau: Sceau) -> dict[Partie, Mandat]:
    """The parties for which somebody may choose, with the mandate that allows it.

    A function of the State speaks for it, and carries the choice of the parties that have no account here; one of a
    collectivité speaks for that of its territory.
    """
    cible = sceau.instrument.contrat.cible
    trouvees: dict[Partie, Mandat] = {}
    for pouvoir in par.pouvoirs.get(Capacite.PUBLIER, ()):
        if not pouvoir.atteint(cible):
            continue
        de_la_collectivite = pouvoir.mandat.fonction.cote == "collectivite"
        for partie in signataires(sceau):
            sienne = partie.territoire is not None and partie.territoire.code in pouvoir.codes
            if sienne if de_la_collectivite else partie.role != Partie.Role.COLLECTIVITE:
                trouvees.setdefault(partie, pouvoir.mandat)
    return trouvees


@transaction.atomic
def publier(
    *, par: Acteur, sceau: Sceau, parts: Collection[str], partie: Partie | None = None
) -> ChoixDePublication:
    """Say which parts of a sealed act a party agrees to make public (``models.publications.PARTS``); none is a choice.

    ``partie`` is the one that ``par`` speaks for, when there is only one. The last choice of a party stands. Raises
    ``ActeInterdit``, ``ValidationError`` (an act that was not notified yet, among others). The same choice again
    changes nothing.
    """
    instrument = sceau.instrument
    if refus := refus_de(par, Capacite.PUBLIER, instrument.contrat):
        raise ActeInterdit(refus)
    representees = parties_representees(par, sceau)
    choisie = partie or next(iter(representees), None)
    if choisie is None or choisie not in representees:
        raise ActeInterdit(Refus("Vous ne parlez pour aucune des parties qui ont signé cet acte."))
    if inconnues := set(parts) - set(PARTS):
        raise ValidationError(f"Rien ne s’appelle «\u00a0{min(inconnues)}\u00a0» dans un acte scellé.")
    verrouille = Instrument.objects.select_for_update(of=("self",)).get(pk=instrument.pk)
    if parts and verrouille.notifiee_le is None:
        # The facts that say it signed are made public by the notification: no page may say more than they do.
        raise ValidationError(
            "Cet acte n’a pas encore été notifié à ses parties\u00a0: notifiez-le, puis choisissez."
        )
    avant = ChoixDePublication.objects.filter(sceau=sceau, partie=choisie).first()
    if avant is not None and avant.parts == frozenset(parts):
        return avant
    choix, _ = ChoixDePublication.objects.update_or_create(
        sceau=sceau,
        partie=choisie,
        defaults={
            **{part: part in parts for part in PARTS},
            "jour": aujourdhui(),
            "mandat": representees[choisie],
        },
    )
    tenir(sceau)
    ecriture = ecrire(
        objet=instrument.objet_journal,
        acte="publier_l_acte",
        auteur=auteur_de(par, Capacite.PUBLIER, instrument.contrat.cible),
        donnees={
            "sceau": sceau.rang,
            "donnees": {"partie": choisie.libelle, "parts": [p for p in PARTS if p in parts]},
        },
    )
    annoncer_un_choix(instrument, ecriture)
    return choix
