"""Answering a table as a file: streamed where the format allows it, with the columns asked for."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from echelons.socle.exports import FORMATS, Table


def telecharger(requete: HttpRequest, table: Table[Any], extension: str, nom: str) -> Any:
    """The whole table in this format, or its columns named by ``?colonne=…``. Raises ``Http404``."""
    forme = FORMATS.get(extension)
    if forme is None:
        raise Http404
    morceaux = forme.ecrire(table.avec(set(requete.GET.getlist("colonne"))))
    if forme.au_fil:
        reponse: Any = StreamingHttpResponse(morceaux, content_type=forme.mime)
    else:
        reponse = HttpResponse(b"".join(morceaux), content_type=forme.mime)
    reponse["Content-Disposition"] = content_disposition_header(True, f"{nom}.{extension}")
    return reponse


def formats() -> list[tuple[str, str]]:
    """Each extension with its label, for the links of a page."""
    return [(extension, forme.libelle) for extension, forme in FORMATS.items()]
