"""Published tables: the places that the others name, what perimeters are made of, successions, and the sources."""

from __future__ import annotations

from echelons.publication.donnees.contrats import FICTIF
from echelons.publication.donnees.tables import TablePubliee, choix, date, nombre, oui, texte
from echelons.socle.models import Source
from echelons.territoires.models import Composition, Succession, Territoire, TypeTerritoire

TABLES = (
    TablePubliee(
        "territoires",
        "Territoires",
        "Régions, départements, signataires, EPCI et périmètres de projet ; les communes sont celles de l’Insee.",
        (
            texte("Territoire", lambda t: t.code, "Code du territoire."),
            choix("Type", TypeTerritoire, lambda t: t.type, "Région, département, collectivité signataire…"),
            texte("Nature", lambda t: t.nature, "Statut juridique."),
            texte("Nom", lambda t: t.nom, "Nom."),
            texte("Région", lambda t: t.region.code if t.region else "", "Code de la région."),
            texte(
                "Département", lambda t: t.departement.code if t.departement else "", "Département principal."
            ),
            texte("SIREN", lambda t: t.siren, "Numéro SIREN."),
            date("Depuis", lambda t: t.debut, "Premier jour d’existence."),
            date("Jusqu’au", lambda t: t.fin, "Dernier jour d’existence."),
            nombre("Population", lambda t: t.population, "Population municipale."),
            oui("Fictif", lambda t: t.fictif, FICTIF),
        ),
        lambda _: (
            Territoire.objects.exclude(type=TypeTerritoire.COMMUNE)
            .select_related("region", "departement")
            .order_by("code")
        ),
    ),
    TablePubliee(
        "perimetres",
        "Composition des périmètres",
        "Les territoires qui composent chaque périmètre de projet.",
        (
            texte("Périmètre", lambda c: c.contenant.code, "Code du périmètre (territoires.csv)."),
            texte("Contient", lambda c: c.contenu.code, "Code du territoire contenu."),
            texte("Nom", lambda c: c.contenu.nom, "Nom du territoire contenu."),
            oui("En partie", lambda c: c.partielle, "Oui : une partie seulement."),
            date("Depuis", lambda c: c.debut, "Premier jour."),
            date("Jusqu’au", lambda c: c.fin, "Dernier jour."),
            oui("Fictif", lambda c: c.contenant.fictif, FICTIF),
        ),
        lambda _: (
            Composition.objects.filter(contenant__type=TypeTerritoire.PERIMETRE)
            .select_related("contenant", "contenu")
            .order_by("contenant__code", "contenu__code", "debut")
        ),
    ),
    TablePubliee(
        "successions",
        "Successions",
        "Quel signataire a succédé à quel autre, et par quel texte.",
        (
            texte("Avant", lambda s: s.avant.code, "Code du territoire d’avant (territoires.csv)."),
            texte("Après", lambda s: s.apres.code, "Code du territoire d’après (territoires.csv)."),
            date("Date", lambda s: s.date, "Premier jour de la nouvelle situation."),
            texte("Motif", lambda s: s.motif, "Pourquoi."),
            texte("Texte", lambda s: s.texte, "Le texte qui en dispose."),
        ),
        lambda _: (
            Succession.objects.exclude(avant__type=TypeTerritoire.COMMUNE)
            .select_related("avant", "apres")
            .order_by("date", "avant__code", "apres__code")
        ),
    ),
    TablePubliee(
        "sources",
        "Sources",
        "Les documents publics sur lesquels tout repose.",
        (
            texte("Source", lambda s: s.cle, "Clé de la source."),
            texte("Titre", lambda s: s.titre, "Titre du document."),
            texte("Éditeur", lambda s: s.editeur, "Qui le publie."),
            texte("Adresse", lambda s: s.adresse, "Où le lire."),
            date("Publiée le", lambda s: s.publiee_le, "Date de publication. Vide : non connue."),
            texte("Remarque", lambda s: s.remarque, "Ce qu’il faut savoir pour s’en servir."),
            oui("Fictive", lambda s: s.fictive, FICTIF),
        ),
        lambda _: Source.objects.order_by("cle"),
    ),
)
