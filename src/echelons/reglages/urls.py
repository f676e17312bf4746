"""Root addresses."""

from django.urls import include, path

urlpatterns = [path("", include("echelons.web.public.urls"))]

handler400 = "echelons.web.public.vues.erreurs.requete_refusee"
handler403 = "echelons.web.public.vues.erreurs.acces_refuse"
handler404 = "echelons.web.public.vues.erreurs.page_absente"
handler500 = "echelons.web.public.vues.erreurs.panne"
