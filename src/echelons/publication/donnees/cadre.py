"""Published tables: the framework (dispositifs, measures, indicators, rules, calendar, texts), what was announced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from echelons.publication.donnees.contrats import FICTIF
from echelons.publication.donnees.tables import (
    TablePubliee,
    appuis,
    cles,
    datation,
    date,
    liste,
    montants,
    nombre,
    oui,
    sources,
    texte,
)
from echelons.strategie.lecture import regles_de
from echelons.strategie.models import (
    ChiffreEvenement,
    Competence,
    CompteOfficiel,
    Demande,
    Dispositif,
    Enveloppe,
    Evenement,
    Exercice,
    Mesure,
    Redatage,
    Regle,
    RegleEcheance,
    TexteReference,
    VersionIndicateur,
    Volet,
)
from echelons.strategie.regles.enonces import enoncer

DISPOSITIF = texte("Dispositif", lambda r: r.dispositif.code, "Code du dispositif (dispositifs.csv).")
A_CONFIRMER = oui("À confirmer", lambda r: r.a_confirmer, "Oui : aucune source lue ne le dit avec certitude.")


@dataclass(frozen=True)
class RegleDite:
    """A rule with its sentence."""

    regle: Regle
    enonce: str


def _regles(_: dt.date) -> Iterator[RegleDite]:
    for dispositif in Dispositif.objects.order_by("code"):
        enonces = {lue.code: enoncer(lue) for lue in regles_de(dispositif)}
        for regle in (
            Regle.objects.de(dispositif).select_related("dispositif", "texte").order_by("rang", "code")
        ):
            yield RegleDite(regle, enonces[regle.code])


TABLES = (
    TablePubliee(
        "dispositifs",
        "Dispositifs",
        "Les programmes contractuels de chaque stratégie.",
        (
            texte("Dispositif", lambda d: d.code, "Code du dispositif."),
            texte("Stratégie", lambda d: d.strategie.code, "Code de la stratégie."),
            texte("Nom", lambda d: d.nom, "Nom complet."),
            texte("Nom court", lambda d: d.nom_court, "Nom d’usage."),
            date("Début", lambda d: d.debut, "Rien ne peut être signé avant."),
            date("Fin", lambda d: d.fin, "Dernier jour. Vide : en cours."),
            texte(
                "Instrument qui signe",
                lambda d: d.get_instrument_signant_display(),
                "Ce dont la signature engage.",
            ),
            texte("Résumé", lambda d: d.resume, "En quelques phrases."),
            sources(),
        ),
        lambda _: Dispositif.objects.select_related("strategie").prefetch_related("sources").order_by("code"),
    ),
    TablePubliee(
        "volets",
        "Volets et objectifs",
        "Ce dont est composé un contrat de chaque dispositif.",
        (
            DISPOSITIF,
            texte("Volet", lambda v: v.code, "Code du volet dans son dispositif."),
            texte("Genre", lambda v: v.get_genre_display(), "Volet, objectif…"),
            texte("Libellé", lambda v: v.libelle, "Nom du volet."),
            texte("Dans", lambda v: v.dans.code if v.dans else "", "Code du volet qui le contient."),
            oui("Obligatoire", lambda v: v.obligatoire, "Oui : tout contrat le porte."),
            date("Début", lambda v: v.debut, "Premier jour."),
            date("Fin", lambda v: v.fin, "Dernier jour."),
            *appuis(),
        ),
        lambda _: (
            Volet.objects.select_related("dispositif", "dans", "texte")
            .prefetch_related("sources")
            .order_by("dispositif__code", "rang", "code")
        ),
    ),
    TablePubliee(
        "exercices",
        "Exercices",
        "Les périodes d’exécution de chaque dispositif.",
        (
            DISPOSITIF,
            nombre("Année", lambda e: e.annee, "Année de l’exercice."),
            texte("Régime", lambda e: e.get_regime_display(), "Civil, glissant, prolongé."),
            date("Début", lambda e: e.debut, "Premier jour."),
            date("Fin", lambda e: e.fin, "Dernier jour."),
            *appuis(),
        ),
        lambda _: (
            Exercice.objects.select_related("dispositif", "texte")
            .prefetch_related("sources")
            .order_by("dispositif__code", "annee", "regime")
        ),
    ),
    TablePubliee(
        "mesures",
        "Mesures",
        "Les mesures des stratégies.",
        (
            texte("Mesure", lambda m: m.code, "Code de la mesure."),
            texte("Stratégie", lambda m: m.strategie.code, "Code de la stratégie."),
            texte("Axe", lambda m: m.axe.libelle if m.axe else "", "Axe ou engagement."),
            texte("Libellé", lambda m: m.libelle, "Nom de la mesure."),
            texte("Description", lambda m: m.description, "Ce qu’elle fait."),
            *appuis(),
        ),
        lambda _: (
            Mesure.objects.select_related("strategie", "axe", "texte")
            .prefetch_related("sources")
            .order_by("code")
        ),
    ),
    TablePubliee(
        "competences",
        "Qui répond de chaque mesure",
        "À quel niveau revient une mesure, et dans quel contrat elle peut entrer.",
        (
            texte("Mesure", lambda c: c.mesure.code, "Code de la mesure (mesures.csv)."),
            texte("Niveau", lambda c: c.get_niveau_display(), "État, département, bloc communal…"),
            texte(
                "Dispositif",
                lambda c: c.dispositif.code if c.dispositif else "",
                "Contrat où elle peut entrer.",
            ),
            date("Début", lambda c: c.debut, "Premier jour."),
            date("Fin", lambda c: c.fin, "Dernier jour."),
            *appuis(),
        ),
        lambda _: (
            Competence.objects.select_related("mesure", "dispositif", "texte")
            .prefetch_related("sources")
            .order_by("mesure__code", "rang")
        ),
    ),
    TablePubliee(
        "indicateurs",
        "Indicateurs",
        "Toutes les versions des définitions, avec leur date d’effet.",
        (
            texte("Indicateur", lambda v: v.indicateur.code, "Code de l’indicateur."),
            date("En vigueur depuis", lambda v: v.effet_le, "Date d’effet de cette version."),
            texte("Libellé", lambda v: v.libelle, "Nom de l’indicateur."),
            texte("Définition", lambda v: v.definition, "Ce qu’il mesure, en clair."),
            texte("Nature", lambda v: v.get_nature_display(), "Nombre, taux, durée…"),
            texte("Unité", lambda v: v.unite, "Unité de mesure."),
            texte("Numérateur", lambda v: v.numerateur, "Ce qui est compté au numérateur."),
            texte("Dénominateur", lambda v: v.denominateur, "Ce qui est compté au dénominateur."),
            texte("Sens", lambda v: v.get_sens_display(), "Ce qui est mieux."),
            texte("Périodicité", lambda v: v.get_periodicite_display(), "À quel rythme."),
            texte(
                "Entre territoires",
                lambda v: v.get_entre_territoires_display(),
                "Comment les territoires s’ajoutent.",
            ),
            texte(
                "Dans le temps", lambda v: v.get_dans_le_temps_display(), "Comment les périodes s’ajoutent."
            ),
            liste("Ventilations", lambda v: v.ventilations, "Comment il se détaille."),
            *appuis(),
        ),
        lambda _: (
            VersionIndicateur.objects.select_related("indicateur", "texte")
            .prefetch_related("sources")
            .order_by("indicateur__code", "effet_le")
        ),
    ),
    TablePubliee(
        "demandes",
        "Indicateurs demandés",
        "Quel dispositif demande quel indicateur.",
        (
            DISPOSITIF,
            texte("Indicateur", lambda d: d.indicateur.code, "Code de l’indicateur (indicateurs.csv)."),
            texte("Volet", lambda d: d.volet.code if d.volet else "", "Pour quel volet."),
            nombre("Premier exercice", lambda d: d.exercice_debut, "Première année."),
            nombre("Dernier exercice", lambda d: d.exercice_fin, "Dernière année."),
        ),
        lambda _: Demande.objects.select_related("dispositif", "indicateur", "volet").order_by(
            "dispositif__code", "indicateur__code", "volet__code", "exercice_debut"
        ),
    ),
    TablePubliee(
        "regles",
        "Règles",
        "Ce que chaque dispositif exige d’un contrat.",
        (
            texte("Dispositif", lambda r: r.regle.dispositif.code, "Code du dispositif (dispositifs.csv)."),
            texte("Règle", lambda r: r.regle.code, "Code de la règle."),
            texte("Libellé", lambda r: r.regle.libelle, "Nom de la règle."),
            texte("Énoncé", lambda r: r.enonce, "La règle en une phrase, avec ses chiffres."),
            texte("Gravité", lambda r: r.regle.get_gravite_display(), "Avertissement, ou blocage."),
            nombre("Premier exercice", lambda r: r.regle.exercice_debut, "Première année."),
            nombre("Dernier exercice", lambda r: r.regle.exercice_fin, "Dernière année."),
            texte(
                "Texte", lambda r: r.regle.texte.code if r.regle.texte else "", "Code du texte (textes.csv)."
            ),
            liste("Sources", lambda r: cles(r.regle.sources.all()), "Clés des sources (sources.csv)."),
            oui("À confirmer", lambda r: r.regle.a_confirmer, "Oui : ne bloque aucun acte."),
        ),
        _regles,
    ),
    TablePubliee(
        "echeances",
        "Échéances",
        "Ce qui est dû sous chaque dispositif, par qui, pour quand.",
        (
            texte("Échéance", lambda e: e.code, "Code de l’échéance."),
            DISPOSITIF,
            texte("Libellé", lambda e: e.libelle, "Ce qui est dû."),
            nombre("Exercice", lambda e: e.exercice, "Année concernée."),
            texte("Nature", lambda e: e.get_nature_display(), "Convention, délibération, rapport…"),
            texte("Ancre", lambda e: e.get_ancre_display(), "Date fixe, ou événement dont elle part."),
            date("Date", lambda e: e.date, "Date fixe d’origine, avant tout déplacement."),
            nombre("Décalage en mois", lambda e: e.mois, "Après l’ancre."),
            nombre("Décalage en jours", lambda e: e.jours, "Après l’ancre."),
            liste("Due par", lambda e: sorted(f.code for f in e.dues_par.all()), "Fonctions qui la doivent."),
            liste("Due à", lambda e: sorted(f.code for f in e.dues_a.all()), "Fonctions qui la reçoivent."),
            texte("Texte", lambda e: e.texte.code if e.texte else "", "Code du texte (textes.csv)."),
            sources(),
            A_CONFIRMER,
            texte("Remarque", lambda e: e.remarque, "Ce qu’il faut savoir pour s’en servir."),
        ),
        lambda _: RegleEcheance.objects.avec_tout().prefetch_related("sources").order_by("code"),
    ),
    TablePubliee(
        "deplacements",
        "Échéances déplacées",
        "Quel texte a déplacé quelle échéance, et à quand.",
        (
            texte("Échéance", lambda r: r.regle.code, "Code de l’échéance (echeances.csv)."),
            date("Nouvelle date", lambda r: r.date, "Date donnée par le texte."),
            texte("Texte", lambda r: r.texte.code, "Code du texte (textes.csv)."),
            A_CONFIRMER,
        ),
        lambda _: Redatage.objects.select_related("regle", "texte").order_by(
            "regle__code", "texte__date", "date"
        ),
    ),
    TablePubliee(
        "textes",
        "Textes de référence",
        "Instructions, circulaires, lois et décrets.",
        (
            texte("Texte", lambda t: t.code, "Code du texte."),
            texte("Référence", lambda t: t.reference, "Référence officielle."),
            texte("Titre", lambda t: t.titre, "Titre."),
            date("Date", lambda t: t.date, "Date du texte."),
            date("Publié le", lambda t: t.publie_le, "Date de publication."),
            texte("Résumé", lambda t: t.resume, "Ce qu’il change."),
            liste(
                "Dispositifs", lambda t: sorted(d.code for d in t.dispositifs.all()), "Dispositifs concernés."
            ),
            sources(),
        ),
        lambda _: TexteReference.objects.prefetch_related("dispositifs", "sources").order_by("code"),
    ),
    TablePubliee(
        "evenements",
        "Événements",
        "La chronologie de la stratégie.",
        (
            texte("Événement", lambda e: e.code, "Code de l’événement."),
            *datation("Date de l’événement"),
            texte("Échelon", lambda e: e.get_echelon_display(), "National, régional, départemental."),
            texte("Territoire", lambda e: e.territoire.code if e.territoire else "", "Code du territoire."),
            texte("Titre", lambda e: e.titre, "Ce qui s’est passé."),
            texte("Résumé", lambda e: e.resume, "En quelques phrases."),
            date("Connu le", lambda e: e.connu_le, "Premier jour où une source publique le dit."),
            sources(),
            oui("Fictif", lambda e: bool(e.territoire and e.territoire.fictif), FICTIF),
        ),
        lambda _: Evenement.objects.select_related("territoire").prefetch_related("sources").order_by("code"),
    ),
    TablePubliee(
        "chiffres",
        "Chiffres dits des événements",
        "Ce que des sources chiffrent d’un événement.",
        (
            texte("Événement", lambda c: c.evenement.code, "Code de l’événement (evenements.csv)."),
            texte("Libellé", lambda c: c.libelle, "Ce qui est compté."),
            texte("Valeur", lambda c: c.valeur, "Telle que la source l’écrit."),
            sources(),
        ),
        lambda _: (
            ChiffreEvenement.objects.select_related("evenement")
            .prefetch_related("sources")
            .order_by("evenement__code", "libelle", "valeur")
        ),
    ),
    TablePubliee(
        "comptes",
        "Comptes officiels",
        "Combien de signataires des sources officielles ont dit compter, et quand.",
        (
            DISPOSITIF,
            *datation("Jour dont parle le compte"),
            nombre("Valeur", lambda c: c.valeur, "Nombre dit."),
            texte("Quoi", lambda c: c.get_quoi_display(), "Ce qui est compté."),
            texte("État", lambda c: c.get_etat_display(), "Dans quelle situation."),
            texte("Libellé", lambda c: c.libelle, "Ce qui suit le nombre."),
            date("Connu le", lambda c: c.connu_le, "Premier jour où une source publique le dit."),
            sources(),
        ),
        lambda _: (
            CompteOfficiel.objects.select_related("dispositif")
            .prefetch_related("sources")
            .order_by("dispositif__code", "jour", "quoi", "etat", "valeur", "libelle")
        ),
    ),
    TablePubliee(
        "enveloppes",
        "Enveloppes",
        "L’argent annoncé hors de tout contrat.",
        (
            DISPOSITIF,
            texte("Territoire", lambda e: e.territoire.code if e.territoire else "", "Vide : la nation."),
            texte("Libellé", lambda e: e.libelle, "Ce qui est annoncé."),
            *montants(),
            date("Connu le", lambda e: e.connu_le, "Premier jour où une source publique le dit."),
            sources(),
            oui("Fictif", lambda e: bool(e.territoire and e.territoire.fictif), FICTIF),
        ),
        lambda _: (
            Enveloppe.objects.select_related("dispositif", "territoire")
            .prefetch_related("sources")
            .order_by("dispositif__code", "territoire__code", "exercice_debut", "libelle", "montant")
        ),
    ),
)
