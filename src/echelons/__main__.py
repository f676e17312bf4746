"""The command door: ``python -m echelons <commande>``."""

import sys

from echelons.reglages.lecture import lire_reglages


def main() -> None:
    """Run one management command with the product's settings."""
    lire_reglages()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["echelons", *sys.argv[1:]])


if __name__ == "__main__":
    main()
