"""Addresses of teams and organisations; included under ``/equipe/``."""

from django.urls import path

from echelons.web.compte.vues import equipe, mandats, organisations, oubli, reorganisation

urlpatterns = [
    path("", equipe.equipe, name="equipe"),
    path("inviter/", equipe.inviter, name="equipe_inviter"),
    path("invitations/<int:pk>/retirer/", equipe.retirer, name="invitation_retirer"),
    path("mandats/<int:pk>/", mandats.mandat, name="mandat"),
    path("mandats/<int:pk>/terminer/", mandats.terminer, name="mandat_terminer"),
    path("mandats/<int:pk>/renouveler/", mandats.renouveler, name="mandat_renouveler"),
    path("mandats/<int:pk>/passer/", mandats.passer, name="mandat_passer"),
    path("nouvelle-organisation/", organisations.creer, name="organisation_creer"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<slug:code>/", organisations.organisation, name="organisation"),
    path("organisations/<slug:code>/nom/", organisations.nommer, name="organisation_nommer"),
    path("organisations/<slug:code>/numeros/", organisations.numeroter, name="organisation_numeroter"),
    path("organisations/<slug:code>/reunir/", reorganisation.reunir, name="organisation_reunir"),
    path("organisations/<slug:code>/transferer/", reorganisation.transferer, name="organisation_transferer"),
    path("personnes/<uuid:reference>/oublier/", oubli.oublier, name="personne_oublier"),
]
