"""``echelons verifier FICHIER``: is this file what was signed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from echelons.contrats.sceaux.recit import raconter
from echelons.contrats.sceaux.verification import Etat, verifier_fichier


class Command(BaseCommand):
    """Says what a file is; ends with 1 unless it is authentic, or an authentic act produced here."""

    help = "Dit si un fichier est l’acte signé, l’acte produit ici, une copie altérée, ou rien de connu."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("fichier", type=Path, help="le fichier à vérifier, en PDF")

    def handle(self, *args: Any, **options: Any) -> None:
        chemin: Path = options["fichier"]
        try:
            with chemin.open("rb") as fichier:
                empreinte = hashlib.file_digest(fichier, "sha256").hexdigest()
        except OSError as erreur:
            raise CommandError(f"« {chemin} » ne se lit pas\u00a0: vérifiez son nom.") from erreur
        reponse = verifier_fichier(chemin, empreinte)
        phrases = "\n".join(raconter(reponse))
        if reponse.etat not in {Etat.AUTHENTIQUE, Etat.PRODUIT}:
            raise CommandError(phrases)
        self.stdout.write(phrases)
