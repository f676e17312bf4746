"""The WSGI door."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echelons.reglages.base")
application = get_wsgi_application()

# A full collection goes through every object of the process, in 50 ms or more, in the middle of any page: what is
# loaded for good is spared it, and the others are rarer than the default, made for programs of another size. A pause
# lasts as long as there are young objects to go through: collecting them at 5,000 makes more pauses, all short (see
# docs/explication/performances.md).
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 5, 200)
