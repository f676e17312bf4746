"""Reading the settings at the door: what is wrong with them is one French sentence, not a traceback."""

import os
import sys


def lire_reglages() -> None:
    """Read the settings of the instance. Leaves the process with code 1 and their sentence if they are refused."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echelons.reglages.base")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        bool(settings.DEBUG)
    except ImproperlyConfigured as erreur:
        sys.exit(str(erreur))
