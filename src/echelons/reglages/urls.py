"""Root addresses."""

from django.urls import include, path

from echelons.web.colonnes import retenir
from echelons.web.compte.vues.accueil import accueil
from echelons.web.compte.vues.demonstration import comptes

urlpatterns = [
    path("accueil/", accueil, name="accueil"),
    path("compte/", include("echelons.web.compte.urls")),
    path("", include("echelons.web.departemental.urls_documents")),
    path("equipe/", include("echelons.web.compte.urls_equipe")),
    path("contrats/", include("echelons.web.departemental.urls")),
    path("referentiels/", include("echelons.web.national.urls")),
    path("circulaires/", include("echelons.web.national.urls_circulaires")),
    path("imports/", include("echelons.web.imports.urls")),
    path("perimetres/", include("echelons.web.perimetres.urls")),
    path("colonnes/", retenir, name="colonnes_retenir"),
    path("campagnes/", include("echelons.web.campagnes.urls")),
    path("travaux/", include("echelons.web.travaux.urls")),
    path("ma-region/", include("echelons.web.regional.urls")),
    path("", include("echelons.web.compte.urls_suivi")),
    path("demonstration/comptes/", comptes, name="comptes_de_demonstration"),
    path("", include("echelons.web.public.urls")),
]

handler400 = "echelons.web.public.vues.erreurs.requete_refusee"
handler403 = "echelons.web.public.vues.erreurs.acces_refuse"
handler404 = "echelons.web.public.vues.erreurs.page_absente"
handler500 = "echelons.web.public.vues.erreurs.panne"
