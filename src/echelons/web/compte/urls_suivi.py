"""Addresses of what somebody follows: obligations, calendar, messages; included at the root."""

from django.urls import path

from echelons.web.compte.vues import agenda, echeances, messages

urlpatterns = [
    path("echeances/", echeances.echeances, name="echeances"),
    path("echeances/abonnement/", agenda.abonnement, name="agenda_abonnement"),
    path("agenda/<str:secret>.ics", agenda.flux_ical, name="agenda"),
    path("messages/", messages.messages, name="messages"),
]
