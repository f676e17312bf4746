"""Addresses of the account; included under ``/compte/``."""

from django.urls import path

from echelons.web.compte.vues import connexion, facteur, invitation, moi, mot_de_passe, proconnect

urlpatterns = [
    path("", moi.mon_compte, name="mon_compte"),
    path("sessions/fermer/", moi.fermer, name="sessions_fermer"),
    path("connexion/", connexion.connexion, name="connexion"),
    path("deconnexion/", connexion.deconnexion, name="deconnexion"),
    path("second-facteur/", facteur.donner, name="second_facteur"),
    path("second-facteur/installer/", facteur.installer, name="second_facteur_installer"),
    path("second-facteur/codes/", facteur.codes, name="codes_de_secours"),
    path("mot-de-passe/", mot_de_passe.changer, name="mot_de_passe"),
    path("mot-de-passe/oublie/", mot_de_passe.oublie, name="mot_de_passe_oublie"),
    path("mot-de-passe/envoye/", mot_de_passe.envoye, name="mot_de_passe_envoye"),
    path(
        "mot-de-passe/nouveau/<uidb64>/<token>/",
        mot_de_passe.Nouveau.as_view(),
        name="mot_de_passe_nouveau",
    ),
    path("invitation/<str:secret>/", invitation.invitation, name="invitation"),
    path("proconnect/", proconnect.Depart.as_view(), name="proconnect"),
    path("proconnect/retour/", proconnect.Retour.as_view(), name="proconnect_retour"),
    path("proconnect/sortie/", proconnect.sortie, name="proconnect_sortie"),
]
