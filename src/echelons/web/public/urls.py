"""Public addresses: stable, in French, readable without an account."""

from django.urls import path

from echelons.socle.exports import FORMATS
from echelons.web.public.vues import (
    acte,
    actualites,
    cadre,
    demonstration,
    donnees,
    exports,
    france,
    recherche,
    reference,
    region,
    sources,
    territoire,
    textes,
    verification,
)

urlpatterns = [
    path("", france.france, name="france"),
    *(path(f"tableau.{e}", exports.tableau, {"extension": e}, name=f"tableau_{e}") for e in FORMATS),
    path("tableau/colonnes/", exports.choisir_les_colonnes, name="tableau_colonnes"),
    path("regions/", region.regions, name="regions"),
    path("region/<str:code>/", region.region, name="region"),
    path("departements/", territoire.departements, name="departements"),
    path("territoire/<str:code>/", territoire.territoire, name="territoire"),
    path("contrat/<slug:code>/<slug:cle>/", acte.acte, name="acte_public"),
    path(
        "contrat/<slug:code>/<slug:cle>/acte.pdf", acte.fichier, {"part": "produit"}, name="acte_public_pdf"
    ),
    path(
        "contrat/<slug:code>/<slug:cle>/original.pdf",
        acte.fichier,
        {"part": "original"},
        name="acte_public_original",
    ),
    path("recherche/", recherche.recherche, name="recherche"),
    path("sources/", sources.sources, name="sources"),
    path("source/<str:cle>/", sources.source, name="source"),
    path("donnees/", donnees.donnees, name="donnees"),
    path("donnees/echelons.zip", donnees.archive, name="archive"),
    path("chronologie/", textes.chronologie, name="chronologie"),
    path("dispositifs/", reference.dispositifs, name="dispositifs"),
    path("dispositif/<slug:code>/", reference.dispositif, name="dispositif"),
    path("dispositif/<slug:code>/calendrier/", reference.calendrier, name="calendrier"),
    path("texte/<slug:code>/", reference.texte, name="texte"),
    path("mesures/", reference.mesures, name="mesures"),
    path("indicateurs/", reference.indicateurs, name="indicateurs"),
    path("indicateur/<slug:code>/", reference.indicateur, name="indicateur"),
    path("verifier/", verification.verifier, name="verifier"),
    path("verifier/essais/<slug:nom>.pdf", verification.essai, name="verifier_essai"),
    path("methode/", textes.methode, name="methode"),
    path("glossaire/", textes.glossaire, name="glossaire"),
    path("actualites/", actualites.actualites, name="actualites"),
    path("actualite/<str:code>/", actualites.actualite, name="actualite"),
    path("mentions-legales/", textes.mentions_legales, name="mentions_legales"),
    path("accessibilite/", textes.accessibilite, name="accessibilite"),
    path("demonstration/date/", demonstration.choisir_date, name="choisir_date"),
    path("sante", cadre.sante, name="sante"),
    path("robots.txt", cadre.robots, name="robots"),
]
