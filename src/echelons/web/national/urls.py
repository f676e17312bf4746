"""Addresses of the national échelon; included under ``/referentiels/``."""

from django.urls import path

from echelons.web.national import vues

urlpatterns = [
    path("", vues.referentiels, name="referentiels"),
]
