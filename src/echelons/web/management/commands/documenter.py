"""``echelons documenter``: write the generated part of the documentation, or say what is out of step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from echelons.web.documentation.documents import produire


class Command(BaseCommand):
    """Needs no database; the same code always gives the same files."""

    help = (
        "Produit docs/reference/ à partir du code ; avec --verifier, dit seulement ce qui n’est plus à jour."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--verifier", action="store_true", help="compare sans écrire, échoue s’il y a un écart"
        )
        parser.add_argument(
            "--dossier",
            type=Path,
            default=Path(settings.RACINE) / "docs" / "reference",
            help="où écrire ; docs/reference/ si rien n’est dit",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dossier: Path = options["dossier"]
        attendus = produire()
        ecarts = [chemin for chemin, texte in attendus.items() if _lire(dossier / chemin) != texte]
        de_trop = sorted(set(_presents(dossier)) - set(attendus))
        if options["verifier"]:
            if ecarts or de_trop:
                noms = [*map(str, ecarts), *(f"{chemin} (n’est plus produit)" for chemin in de_trop)]
                raise CommandError("\n".join(["Documents à refaire, par « ./echelons documenter » :", *noms]))
            self.stdout.write("Les documents produits sont à jour.")
            return
        for chemin in ecarts:
            (dossier / chemin).parent.mkdir(parents=True, exist_ok=True)
            (dossier / chemin).write_text(attendus[chemin], encoding="utf-8")
        for chemin in de_trop:
            (dossier / chemin).unlink()
        self.stdout.write(f"{len(ecarts)} document(s) écrit(s), {len(de_trop)} retiré(s).")


def _lire(chemin: Path) -> str | None:
    return chemin.read_text(encoding="utf-8") if chemin.is_file() else None


def _presents(dossier: Path) -> list[Path]:
    """The generated files that are there: every schema, and the pages of this folder."""
    return [
        chemin.relative_to(dossier) for motif in ("*.md", "schemas/*.json") for chemin in dossier.glob(motif)
    ]
