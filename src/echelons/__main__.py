"""The command door: ``python -m echelons <commande>``."""

import sys

from echelons.reglages.lecture import lire_reglages


def main() -> None:
    """Run one management command with the product's settings; « verifier-journal » is ``verifier_journal``."""
    lire_reglages()
    from django.core.management import execute_from_command_line

    nom, options = sys.argv[1:2], sys.argv[2:]
    execute_from_command_line(
        ["echelons", *(n if n.startswith("-") else n.replace("-", "_") for n in nom), *options]
    )


if __name__ == "__main__":
    main()
