"""Addresses of those who animate a région; included under ``/ma-region/``."""

from django.urls import path

from echelons.web.regional import vues

urlpatterns = [
    path("", vues.ma_region, name="ma_region"),
    path("<slug:code>/", vues.conventions, name="conventions_de_la_region"),
    path("<slug:code>/note/", vues.note, name="note_de_la_region"),
]
