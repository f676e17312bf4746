"""Answering a table as a file: streamed where the format allows it, with the columns asked for.

A table of ``TABLES`` that is too large for a page is made by the worker, under the rights of whoever asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.destinataires import acteur_de
from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.socle.exports import FORMATS, Table
from echelons.socle.models import Tache
from echelons.socle.taches import Avancement, Fini, TravailRefuse, demander, fichiers
from echelons.web.colonnes import choisies


@dataclass(frozen=True)
class TableNommee:
    """What whoever holds ``capacite`` takes out, of the rows within their reach; ``page`` names where it is offered."""

    titre: str
    capacite: Capacite
    page: str
    lire: Callable[[Acteur], Table[Any]]

    def nom_de_fichier(self, acteur: Acteur, extension: str) -> str:
        """« contrats-2026-11-23.csv »."""
        return f"{self.titre.lower()}-{acteur.jour.isoformat()}.{extension}"


#: By code, the one by which the work is asked for.
TABLES: dict[str, TableNommee] = {}


def telecharger(requete: Any, code: str, extension: str) -> Any:
    """The whole table in this format, or its columns chosen (see ``web.colonnes``). Raises ``Http404``.

    A table too large for a page is proposed as a work of the background.
    """
    forme = FORMATS.get(extension)
    if forme is None:
        raise Http404
    nommee, acteur = TABLES[code], requete.acteur
    colonnes = choisies(requete, code)
    table = nommee.lire(acteur).avec(set(colonnes))
    if table.nombre > settings.EXPORT_EN_FOND:
        return _proposer(requete, code, extension, table.nombre, colonnes)
    return envoyer(table, extension, nommee.nom_de_fichier(acteur, extension))


def envoyer(table: Table[Any], extension: str, nom: str) -> Any:
    """The file, now."""
    forme = FORMATS[extension]
    morceaux = forme.ecrire(table)
    if forme.au_fil:
        reponse: Any = StreamingHttpResponse(morceaux, content_type=forme.mime)
    else:
        reponse = HttpResponse(b"".join(morceaux), content_type=forme.mime)
    reponse["Content-Disposition"] = content_disposition_header(True, nom)
    return reponse


def _proposer(
    requete: HttpRequest, code: str, extension: str, nombre: int, colonnes: list[str]
) -> HttpResponse:
    contexte = {
        "code": code,
        "table": TABLES[code],
        "extension": extension,
        "format": FORMATS[extension].libelle,
        "nombre": nombre,
        "colonnes": colonnes,
        "retour": reverse(TABLES[code].page),
    }
    return render(requete, "travaux/export.html", contexte)


def confier(acteur: Acteur, code: str, extension: str, colonnes: list[str]) -> Tache:
    """Have a table made in the background; who may is asked before."""
    nommee = TABLES[code]
    auteur = auteur_de(acteur, nommee.capacite, Cible())
    return demander(
        genre="export",
        cle=f"export:{auteur.compte}:{code}:{extension}",
        intitule=f"Export «\u00a0{nommee.titre}\u00a0» ({FORMATS[extension].libelle})",
        auteur=auteur,
        retour=reverse(nommee.page),
        parametres={"table": code, "extension": extension, "colonnes": colonnes},
    )


def produire(tache: Tache, avancement: Avancement) -> Fini:
    """The work « export »: made again, it is made anew."""
    choix = tache.parametres
    nommee, acteur = TABLES[choix["table"]], acteur_de(tache.compte)
    if not acteur.pouvoirs.get(nommee.capacite):
        raise TravailRefuse(acteur.refus_general(nommee.capacite).phrase)
    table = nommee.lire(acteur).avec(set(choix["colonnes"]))
    suivie = replace(table, lignes=_suivre(table, avancement.sur(table.nombre)))
    with fichiers.produire(tache) as sortie:
        sortie.writelines(FORMATS[choix["extension"]].ecrire(suivie))
    return Fini("Le fichier est prêt.", nommee.nom_de_fichier(acteur, choix["extension"]))


def _suivre(table: Table[Any], avancement: Avancement) -> Iterator[Any]:
    for rang, ligne in enumerate(table.lignes):
        avancement(rang)
        yield ligne


def formats() -> list[tuple[str, str]]:
    """Each extension with its label, for the links of a page."""
    return [(extension, forme.libelle) for extension, forme in FORMATS.items()]
