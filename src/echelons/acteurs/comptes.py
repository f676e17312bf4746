"""What the owner of an account does with it."""

from __future__ import annotations

from django.db import transaction

from echelons.acteurs import messages
from echelons.acteurs.ecritures import noter, soi_meme
from echelons.acteurs.models import Compte, SessionOuverte


@transaction.atomic
def changer_mot_de_passe(*, compte: Compte, mot_de_passe: str, par_lien: bool, sauf: str = "") -> None:
    """Keep the password, end the sessions but one (``sauf``), tell the owner. ``par_lien``: a link received by
    e-mail proved who asks for it, and not the password in force."""
    compte.set_password(mot_de_passe)
    compte.save(update_fields=["password"])
    SessionOuverte.objects.filter(compte=compte).exclude(session_key=sauf).delete()
    noter(compte, "changer_mot_de_passe", soi_meme(compte), {"par_lien": par_lien})
    messages.envoyer(messages.mot_de_passe_change(compte.courriel))
