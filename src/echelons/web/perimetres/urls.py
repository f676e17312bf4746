"""Addresses of the pages where perimeters are kept; included under ``/perimetres/``."""

from django.urls import path

from echelons.web.perimetres import vues

urlpatterns = [
    path("", vues.perimetres, name="perimetres"),
    path("nouveau/", vues.creer, name="perimetre_creer"),
    path("<str:code>/composition/", vues.composition, name="perimetre_composition"),
    path("<str:code>/corriger-la-composition/", vues.corriger_la_composition, name="perimetre_recomposer"),
    path("<str:code>/corriger/", vues.corriger, name="perimetre_corriger"),
    path("<str:code>/clore/", vues.clore, name="perimetre_clore"),
]
