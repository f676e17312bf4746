"""The commands, the targets of the Makefile and the variables of an instance, from what the code says of them."""

from __future__ import annotations

import re
from argparse import Action
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandParser

from echelons.web.documentation.markdown import cellule, entete, tableau

CHAPO = "Depuis la racine du dépôt, après un premier `make run` ou `make test`."
#: What each variable read by the settings changes. One that is missing here, or here for nothing, is an error.
VARIABLES = {
    "DATABASE_URL": "Base de données, par exemple `postgres://compte@machine/base` ; par défaut SQLite, dans `var/`.",
    "ECHELONS_ADRESSE": "Adresse publique de l’instance, que citent les courriels, les sources et les actes.",
    "ECHELONS_AUJOURDHUI": "Date métier de la démonstration, par exemple `2019-03-01` ; refusée ailleurs.",
    "ECHELONS_CLE_SECRETE": "Clé secrète ; par défaut tirée au premier lancement et gardée dans `var/`.",
    "ECHELONS_CLAMAV": "Antivirus ClamAV : chemin de sa prise, ou `machine:port` ; par défaut aucun.",
    "ECHELONS_DEMONSTRATION": "`1` : démonstration ; `make run` la donne, `make run DEMO=0` la retire.",
    "ECHELONS_EXPEDITEUR": "Adresse d’où partent les courriels.",
    "ECHELONS_HOTES": "Noms sous lesquels l’instance répond, séparés par des virgules ; par défaut cette machine.",
    "ECHELONS_HTTPS": "`1` derrière un serveur HTTPS : redirections, témoins sûrs et HSTS.",
    "ECHELONS_MANDATAIRES": "Nombre de serveurs mandataires devant l’instance ; par défaut 0.",
    "ECHELONS_SMTP_COMPTE": "Compte du serveur de courriel.",
    "ECHELONS_SMTP_HOTE": "Serveur de courriel ; sans lui, les courriels sont écrits dans `var/`.",
    "ECHELONS_SMTP_MOT_DE_PASSE": "Mot de passe du serveur de courriel.",
    "ECHELONS_SMTP_PORT": "Port du serveur de courriel ; par défaut 587.",
    "ECHELONS_THEME": "`neutre` (par défaut) ou `etat`, réservé aux services de l’État.",
    "ECHELONS_VAR": "Dossier des données de l’instance ; par défaut `var/`.",
    "PROCONNECT_CLIENT_ID": "Identifiant donné par ProConnect ; sans lui, le bouton n’est pas montré.",
    "PROCONNECT_CLIENT_SECRET": "Secret donné par ProConnect.",
    "PROCONNECT_COURRIELS_VERIFIES": "`1`\u00a0: une adresse donnée par ProConnect suffit à relier un compte.",
    "PROCONNECT_EMETTEUR": "Adresse du fournisseur d’identité\u00a0; voir `docs/guides/connexion.md`.",
}


class _Arguments(CommandParser):
    """Remembers what a command adds to the options that all commands have."""

    def __init__(self) -> None:
        self.ajoutes: list[Action] = []
        super().__init__(add_help=False)

    def add_argument(self, *noms: Any, **options: Any) -> Action:
        action = super().add_argument(*noms, **options)
        self.ajoutes.append(action)
        return action


def commandes() -> str:
    """``docs/reference/commandes.md``. Raises ``KeyError`` for a variable that ``VARIABLES`` does not describe."""
    racine = Path(settings.RACINE)
    lignes = [
        *entete("Commandes", CHAPO),
        "## make",
        "",
        *tableau(("Commande", "Ce qu’elle fait"), _cibles(racine)),
        "## ./echelons",
        "",
    ]
    for nom, salle in sorted(get_commands().items()):
        if str(salle).startswith("echelons."):
            lignes += _commande(str(salle), nom)
    lignes += [
        "## Variables d’environnement",
        "",
        "Ce qui change d’une instance à l’autre se règle par l’environnement.",
        "",
        *tableau(("Variable", "Effet"), [(f"`{nom}`", VARIABLES[nom]) for nom in _variables(racine)]),
    ]
    return "\n".join(lignes)


def _cibles(racine: Path) -> list[tuple[str, str]]:
    texte = (racine / "Makefile").read_text(encoding="utf-8")
    return [(f"`make {nom}`", aide) for nom, aide in re.findall(r"^([a-z]+):.*## (.*)$", texte, re.MULTILINE)]


def _commande(salle: str, nom: str) -> list[str]:
    commande = load_command_class(salle, nom)
    arguments = _Arguments()
    commande.add_arguments(arguments)
    usage = " ".join(["./echelons", nom, *(_usage(a) for a in arguments.ajoutes)])
    lignes = [f"### {nom}", "", commande.help, "", f"    {usage}", ""]
    lignes += [f"- `{_nom(a)}` : {cellule(str(a.help))}" for a in arguments.ajoutes]
    return [*lignes, ""] if arguments.ajoutes else lignes


def _nom(action: Action) -> str:
    return action.option_strings[0] if action.option_strings else str(action.metavar or action.dest)


def _usage(action: Action) -> str:
    if not action.option_strings:
        return f"<{_nom(action)}>"
    valeur = f" {action.metavar or action.dest.upper()}" if action.nargs != 0 else ""
    return f"[{_nom(action)}{valeur}]"


def _variables(racine: Path) -> list[str]:
    """Those that the settings read, in order; all must be described, and only they."""
    texte = (racine / "src" / "echelons" / "reglages" / "base.py").read_text(encoding="utf-8")
    lues = set(re.findall(r'(?:environ\.get|environ\[|_vrai)\W{0,2}"([A-Z_]+)"', texte))
    if en_trop := set(VARIABLES) - lues:
        raise KeyError(f"variables décrites et jamais lues : {', '.join(sorted(en_trop))}")
    return sorted(lues)
