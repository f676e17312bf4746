"""Addresses of the campaigns and of their batches; included under ``/campagnes/``."""

from django.urls import path

from echelons.web.campagnes import vues

urlpatterns = [
    path("", vues.campagnes, name="campagnes"),
    path("productions/<uuid:reference>/", vues.lot, name="lot"),
    path("productions/<uuid:reference>/arreter/", vues.arreter, name="lot_arreter"),
    path("productions/<uuid:reference>/reprendre/", vues.reprendre, name="lot_reprendre"),
    path("productions/<uuid:reference>/actes.zip", vues.archive, name="lot_archive"),
    path("<slug:dispositif>/<slug:genre>/<slug:periode>/", vues.campagne, name="campagne"),
    path("<slug:dispositif>/<slug:genre>/<slug:periode>/produire/", vues.lancer, name="lot_lancer"),
]
