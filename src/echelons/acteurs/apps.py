"""Registers the room."""

from django.apps import AppConfig


class ActeursConfig(AppConfig):
    """The room ``acteurs`` and its system checks."""

    name = "echelons.acteurs"
    label = "acteurs"

    def ready(self) -> None:
        from echelons.acteurs import destinataires, verifications  # noqa: F401
        from echelons.acteurs.par_fichier import MANDATS, ORGANISATIONS
        from echelons.acteurs.perimetres_par_fichier import PERIMETRES
        from echelons.socle import envois
        from echelons.socle.imports.champs import DESTINATIONS

        DESTINATIONS.update({d.code: d for d in (ORGANISATIONS, MANDATS, PERIMETRES)})
        envois.brancher(adresse=destinataires.adresse_de, destinataires=destinataires.tous)
