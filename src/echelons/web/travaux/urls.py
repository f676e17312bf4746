"""Addresses of the works of the background; included under ``/travaux/``."""

from django.urls import path

from echelons.web.travaux import vues

urlpatterns = [
    path("", vues.travaux, name="travaux"),
    path("export/", vues.exporter, name="travail_exporter"),
    path("<uuid:reference>/", vues.travail, name="travail"),
    path("<uuid:reference>/fichier", vues.fichier, name="travail_fichier"),
]
