"""Addresses of the dossiers; included under ``/contrats/``."""

from django.urls import path

from echelons.web.departemental.vues import contrats, dossier, instrument

urlpatterns = [
    path("", contrats.contrats, name="contrats"),
    path("ouvrir/", contrats.ouvrir, name="contrat_ouvrir"),
    path("export.<slug:extension>", contrats.exporter, {"table": "contrats"}, name="contrats_export"),
    path("faits.<slug:extension>", contrats.exporter, {"table": "faits"}, name="faits_export"),
    path("colonnes/<slug:table>/", contrats.colonnes, name="contrats_colonnes"),
    path("<slug:code>/", dossier.dossier, name="dossier"),
    path("<slug:code>/echanges/", dossier.echanger, name="echanger"),
    path("<slug:code>/histoire/", dossier.episodes, name="histoire"),
    path("<slug:code>/<slug:cle>/", instrument.instrument, name="instrument"),
    path("<slug:code>/<slug:cle>/versions/", instrument.versions, name="versions"),
    path("<slug:code>/<slug:cle>/<slug:acte>/", instrument.acte, name="acte"),
]
