"""Addresses of the imports; included under ``/imports/``."""

from django.urls import path

from echelons.web.imports import vues

urlpatterns = [
    path("", vues.imports, name="imports"),
    path("nouveau/", vues.nouveau, name="import_nouveau"),
    path("modele/<slug:destination>.xlsx", vues.modele, name="import_modele"),
    path("<uuid:reference>/", vues.un_import, name="import"),
    path("<uuid:reference>/colonnes/", vues.colonnes, name="import_colonnes"),
    path("<uuid:reference>/publier/", vues.publier, name="import_publier"),
    path("<uuid:reference>/annuler/", vues.annuler, name="import_annuler"),
    path("<uuid:reference>/abandonner/", vues.abandonner, name="import_abandonner"),
    path("<uuid:reference>/a-corriger.xlsx", vues.retour, name="import_retour"),
]
