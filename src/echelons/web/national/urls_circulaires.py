"""Addresses of the texts of reference; included under ``/circulaires/``."""

from django.urls import path

from echelons.web.national import circulaires as vues

urlpatterns = [
    path("", vues.circulaires, name="circulaires"),
    path("nouvelle/", vues.nouvelle, name="circulaire_nouvelle"),
    path("<slug:code>/", vues.circulaire, name="circulaire"),
    path("<slug:code>/modifier/", vues.modifier, name="circulaire_modifier"),
    path("<slug:code>/acte/<slug:acte>/", vues.agir, name="circulaire_acte"),
    path("<slug:code>/accuser/<int:numero>/", vues.accuser, name="circulaire_accuser"),
]
