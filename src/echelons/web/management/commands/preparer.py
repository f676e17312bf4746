"""``echelons preparer``: bring the database of this instance up to date; instant when nothing changed."""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from echelons import __version__
from echelons.acteurs.chargement import charger_fonctions, charger_organisations
from echelons.acteurs.demonstration import charger_comptes
from echelons.contrats.chargement import charger_faits
from echelons.contrats.demonstration import charger_actes
from echelons.contrats.demonstration_circulaires import charger_circulaires
from echelons.contrats.demonstration_contenus import charger_contenus
from echelons.contrats.demonstration_documents import charger_documents
from echelons.contrats.demonstration_perimetres import charger_perimetres_d_essai
from echelons.contrats.demonstration_sceaux import charger_scelles
from echelons.contrats.gardes import gardes_absentes, installer_gardes
from echelons.contrats.models import Fait
from echelons.publication.actes import charger_articles
from echelons.socle import gardes, revision
from echelons.socle.fichiers import charger_une_fois, fichiers_yaml
from echelons.socle.horloge import maintenant
from echelons.socle.models import Chargement
from echelons.socle.yaml_situe import ErreurDeFichier
from echelons.strategie.actes import charger_evenements, charger_referentiel
from echelons.strategie.chargement.tenue import est_tenu_ici

#: The load that says that what follows the last migration (content types, guards, triggers) was done to its end.
MIGRATIONS = "migrations"


def _empreinte_des_migrations(visees: list[tuple[str, str]]) -> str:
    return hashlib.sha256(repr(sorted(visees)).encode()).hexdigest()


def _migree_jusqu_au_bout(visees: list[tuple[str, str]]) -> bool:
    """Whether the last migration was not cut short between its end and what it announces to the applications."""
    return Chargement.objects.filter(cle=MIGRATIONS, empreinte=_empreinte_des_migrations(visees)).exists()


class Command(BaseCommand):
    """Migrate, load the territories and the reference frameworks, and the demonstration if this is one."""

    help = "Prépare la base de cette instance ; sans effet quand rien n’a changé."

    def handle(self, *args: Any, **options: Any) -> None:
        executeur = MigrationExecutor(connection)
        visees = executeur.loader.graph.leaf_nodes()
        if executeur.migration_plan(visees) or not _migree_jusqu_au_bout(visees):
            call_command("migrate", verbosity=0, interactive=False)
            Chargement.objects.update_or_create(
                cle=MIGRATIONS,
                defaults={"empreinte": _empreinte_des_migrations(visees), "effectue_le": maintenant()},
            )
        else:
            if revision.declencheurs_absents():
                revision.installer_declencheurs()
            if gardes_absentes():
                installer_gardes()
            gardes.installer_gardes()
        try:
            self._charger(Path(settings.RACINE))
        except ErreurDeFichier as erreur:
            raise CommandError("\n".join(["Données refusées :", *erreur.messages])) from erreur
        if connection.vendor == "postgresql":
            # Or its planner knows nothing of what was just loaded until its own turn comes, a minute later.
            with connection.cursor() as curseur:
                curseur.execute("ANALYZE")
        self.stdout.write("La base est prête.")

    def _charger(self, racine: Path) -> None:
        demonstration = racine / "demonstration"
        if settings.DEMONSTRATION:
            self._refuser_une_vraie_base()
            call_command(
                "charger_territoires", fictifs=demonstration / "territoires.yaml", stdout=self.stdout
            )
        else:
            call_command("charger_territoires", stdout=self.stdout)
        acteurs = racine / "referentiels" / "acteurs"

        def charger_acteurs() -> None:
            charger_fonctions(chemin=acteurs / "fonctions.yaml")
            charger_organisations(chemin=acteurs / "organisations.yaml")

        charger_une_fois("acteurs", fichiers_yaml(acteurs), __version__, charger_acteurs)
        for dossier in sorted((racine / "referentiels").iterdir()):
            if dossier == acteurs:
                continue
            if est_tenu_ici(dossier.name):
                self.stdout.write(
                    f"Le référentiel « {dossier.name} » est tenu ici : celui du logiciel n’est pas repris. "
                    f"Comparez-les par « ./echelons charger_referentiels referentiels/{dossier.name} »."
                )
                continue
            charger_une_fois(
                f"referentiel:{dossier.name}",
                fichiers_yaml(dossier),
                __version__,
                partial(charger_referentiel, chemin=dossier, synchroniser=True),
            )
        if not settings.DEMONSTRATION:
            return
        noms = (
            "strategie",
            "contrats",
            "articles",
            "organisations.yaml",
            "comptes.yaml",
            "perimetres.yaml",
            "actes.yaml",
            "contenus.yaml",
            "scelles",
            "circulaires.yaml",
            "documents.yaml",
        )
        dossiers = [demonstration / nom for nom in noms]

        def charger() -> None:
            charger_organisations(chemin=demonstration / "organisations.yaml")
            charger_comptes(chemin=demonstration / "comptes.yaml")
            charger_perimetres_d_essai(chemin=demonstration / "perimetres.yaml")
            charger_evenements(chemin=demonstration / "strategie", synchroniser=True)
            charger_faits(chemin=demonstration / "contrats", synchroniser=True)
            charger_articles(chemin=demonstration / "articles", synchroniser=True)
            charger_actes(chemin=demonstration / "actes.yaml")
            charger_contenus(chemin=demonstration / "contenus.yaml")
            charger_scelles(dossier=demonstration / "scelles")
            charger_circulaires(chemin=demonstration / "circulaires.yaml")
            charger_documents(chemin=demonstration / "documents.yaml")

        fichiers = [f for dossier in dossiers for f in fichiers_yaml(dossier)]
        if charger_une_fois("demonstration", fichiers, __version__, charger):
            self.stdout.write("Démonstration chargée.")

    @staticmethod
    def _refuser_une_vraie_base() -> None:
        """The demonstration removes what its files do not state: never from a base that holds other facts."""
        if Fait.objects.exists() and not Chargement.objects.filter(cle="demonstration").exists():
            raise CommandError(
                "Cette base contient déjà des faits qui ne sont pas ceux de la démonstration. Rien n’a été changé. "
                "Lancez « make run DEMO=0 » pour la servir, ou donnez une autre base à la démonstration."
            )
