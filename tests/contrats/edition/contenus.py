"""Contents to be produced: one that has something of everything, one of a local contract, one that is a text alone."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from echelons.contrats.contenu import forme
from tests.contrats.contenu.exemples import identite

JOUR = dt.date(2019, 6, 30)
AXES = (
    forme.Nomme(code="prevention", libelle="Socle : prévention de la grande exclusion"),
    forme.Nomme(code="insertion", libelle="Socle : insertion des allocataires du RSA"),
    forme.Nomme(code="initiatives", libelle="Initiatives départementales"),
)
FINANCEURS = (
    forme.FinanceurDit(code="1", libelle="L’État", cote="etat"),
    forme.FinanceurDit(code="2", libelle="Lieu 997D (fictif)", cote="collectivite"),
    forme.FinanceurDit(code="3", libelle="Caisse fictive d’allocations", cote="autre"),
    forme.FinanceurDit(code="4", libelle="Fonds fictif européen", cote="autre"),
)
TEXTE = (
    "Les personnes accompagnées attendent cinquante-deux jours entre l’ouverture de leur droit et le premier "
    "rendez-vous. Chacune sera reçue en quinze jours, par le service le plus proche de chez elle."
)


def reference(rang: int) -> str:
    """The reference of the fiche of this rank."""
    return str(uuid.UUID(int=rang))


def garni(fiches: int = 3, annees: int = 4, cibles: int = 4, texte: int = 1, **soi) -> forme.Contenu:
    """Articles, fiches, money of four financeurs, targets of which some have no figure, a ceiling, an exception."""
    exercices = tuple(range(2019, 2019 + annees))
    siennes = tuple(_fiche(rang, texte) for rang in range(1, fiches + 1))
    lignes = tuple(
        forme.Ligne(
            fiche=f.reference,
            financeur=q.code,
            exercice=an,
            nature="valorisation" if q.code == "3" else "credit",
            imputation="304-19" if q.cote == "etat" else "",
            montant=Decimal(12_345_678 + rang * 1_000 + an) / 100,
        )
        for rang, f in enumerate(siennes)
        for q in FINANCEURS
        for an in exercices
    )
    titres = ("Objet", "Actions et résultats attendus", "Financement", "Durée")
    return forme.Contenu(
        instrument=identite(fin=dt.date(exercices[-1], 12, 31), **soi),
        exercices=exercices,
        clauses=tuple(
            forme.ClauseDite(
                reference=reference(900 + n), numero=n, titre=titre, texte="\n".join([TEXTE] * 2)
            )
            for n, titre in enumerate(titres, 1)
        ),
        fiches=siennes,
        financeurs=FINANCEURS,
        lignes=lignes,
        plafonds=(forme.PlafondDit(exercice=2019, montant=Decimal("1125000.00")),),
        cibles=tuple(_cible(rang, siennes, exercices) for rang in range(cibles)),
        exceptions=(
            forme.ExceptionDite(regle="Socle", motif="Action reportée d’un an, en accord avec l’État."),
        ),
    )


def _fiche(rang: int, texte: int) -> forme.Fiche:
    return forme.Fiche(
        reference=reference(rang),
        numero=f"{(rang - 1) % 3 + 1}.{rang}",
        intitule=f"Recevoir chaque personne en deux semaines, action {rang}",
        axe=AXES[(rang - 1) % 3],
        nature=forme.Nomme(code="renforcee", libelle="renforcée"),
        sorte="public élargi",
        situation_de_depart="Une personne sur trois est reçue en deux semaines.",
        diagnostic=TEXTE * texte,
        description="\n".join([TEXTE] * (2 * texte)),
        public="Les allocataires du RSA.",
        effectif=1200,
        territoires=(forme.Lieu(code="99701", nom="Commune fictive"),) if rang == 2 else (),
        pilote="Direction de l’insertion",
        partenaires=("Caisse fictive d’allocations", "Centres communaux"),
        debut=dt.date(2019, 3, 1),
        fin=dt.date(2021, 12, 31),
        etp=Decimal("2.5"),
        complement=(forme.Complement(code="evaluee", libelle="Action évaluée", valeur="oui"),),
        pieces=("Diagnostic territorial",),
    )


def _cible(rang: int, fiches: tuple[forme.Fiche, ...], exercices: tuple[int, ...]) -> forme.CibleDite:
    def visee(an: int) -> forme.Visee:
        if an == 2020:
            return forme.Visee(exercice=an, etat="non_disponible", motif="enquête en cours")
        return forme.Visee(exercice=an, etat="chiffree", valeur=Decimal("30.125") - rang)

    return forme.CibleDite(
        fiche=fiches[rang % len(fiches)].reference if fiches and rang % 2 else "",
        indicateur=f"delai-{rang}",
        effet_le=dt.date(2018, 9, 13),
        libelle=f"Délai moyen avant le premier rendez-vous, mesure {rang}",
        unite="jours",
        a_confirmer=rang == 1,
        etat="chiffree" if rang else "sans_objet",
        depart=Decimal("52.5") if rang else None,
        depart_le=dt.date(2018, 12, 31) if rang else None,
        motif="" if rang else "service ouvert en 2019",
        visees=tuple(map(visee, exercices)),
    )


def local() -> forme.Contenu:
    """A local contract over six years: its tables are cut; a party more; no article yet."""
    contenu = garni(
        fiches=2,
        annees=6,
        cibles=1,
        cle="contrat-local",
        intitule="Contrat local d’essai (fictif)",
        appele="Contrat local",
        parties=(
            forme.PartieDite(role="etat", libelle="L’État"),
            forme.PartieDite(role="collectivite", libelle="Lieu 997D (fictif)"),
            forme.PartieDite(role="ars", libelle="L’agence régionale de santé (fictive)"),
        ),
    )
    return contenu.model_copy(update={"clauses": (), "exceptions": ()})


def texte_seul() -> forme.Contenu:
    """An instrument of which only the text is written."""
    return forme.Contenu(
        instrument=identite(cle="avenant-1", intitule="Avenant d’essai (fictif)", appele="Avenant"),
        exercices=(2019, 2020, 2021),
        texte="Article 1er. Objet fictif.\n\nArticle 2. La date du rapport est reportée au 30 juin 2020.",
    )
