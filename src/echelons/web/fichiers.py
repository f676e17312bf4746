"""A file of the safe, given to a reader: it is looked at or kept, and never runs in a page."""

from __future__ import annotations

import logging

from django.http import FileResponse, Http404

from echelons.socle.depot import coffre

journal = logging.getLogger(__name__)
#: Neither script, nor style, nor image from elsewhere, nor form, nor frame: a file is looked at, it does nothing.
INERTE = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def envoyer(empreinte: str, mime: str, nom: str | None, sorte: str = "originaux") -> FileResponse:
    """The content of this digest; under a name, it is to be downloaded. Raises ``Http404`` when the safe lacks it."""
    try:
        fichier = coffre.ouvrir(empreinte, sorte)
    except FileNotFoundError:
        journal.exception("Le fichier %s manque", empreinte)
        raise Http404("Aucun fichier ici\u00a0: il manque au dépôt. Prévenez l’administration.") from None
    reponse = FileResponse(fichier, as_attachment=nom is not None, filename=nom or "", content_type=mime)
    reponse["Content-Security-Policy"] = INERTE
    reponse["X-Content-Type-Options"] = "nosniff"
    reponse["Cross-Origin-Resource-Policy"] = "same-origin"
    return reponse
