"""``echelons oublier_personne``: nothing that names somebody stays; what they did stays, unnamed."""

from __future__ import annotations

import argparse
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from echelons.acteurs.oubli import Traces, oublier_personne, references_de, traces_de


class Command(BaseCommand):
    """Also for somebody who was invited and never came; asks before it does anything."""

    help = "Oublie une personne\u00a0: nom, adresse, compte, courriels gardés. Ce qu’elle a fait reste, sans son nom."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("qui", help="son adresse électronique, ou sa référence")
        parser.add_argument("--oui", action="store_true", help="ne pas demander confirmation")

    def handle(self, *args: Any, **options: Any) -> None:
        references = _references(options["qui"])
        for reference in references:
            self.stdout.write(_phrase(traces_de(reference)))
        if (
            not options["oui"]
            and input("Rien ne pourra être retrouvé. Tapez OUI pour oublier\u00a0: ") != "OUI"
        ):
            raise CommandError("Rien n’a été oublié.")
        for reference in references:
            try:
                oublier_personne(reference=reference)
            except ValidationError as erreur:
                raise CommandError(" ".join(erreur.messages)) from erreur
        self.stdout.write("Personne oubliée. Effacez-la aussi des sauvegardes que vous gardez.")


def _references(qui: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(qui)]
    except ValueError:
        trouvees = sorted(references_de(qui))
    if not trouvees:
        raise CommandError("Personne n’est connu ici à cette adresse.")
    return trouvees


def _phrase(traces: Traces) -> str:
    return (
        f"Seront oubliés\u00a0: {'un compte' if traces.compte else 'aucun compte'}, "
        f"{traces.invitations} invitation(s), {traces.valeurs_du_journal} valeur(s) du journal. "
        f"Resteront, sans nom\u00a0: {traces.mandats} mandat(s), "
        f"dont {traces.en_cours} en cours, qui prendront fin aujourd’hui."
    )
