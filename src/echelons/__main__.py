"""The command door: ``python -m echelons <commande>``."""

import os
import sys


def main() -> None:
    """Run one management command with the product's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echelons.reglages.base")
    from django.core.management import execute_from_command_line

    execute_from_command_line(["echelons", *sys.argv[1:]])


if __name__ == "__main__":
    main()
