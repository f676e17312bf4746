"""The acts: one instrument laid out when the engine is warm, then all those of a campaign, as the worker does it.

The campaign is asked for by a reader of the whole country, on the load of the pages of work.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from bench.charge import PREFIXE
from bench.pages import Temps, temps
from bench.travail import LECTEURS, ecriture
from echelons.contrats.contenu import forme

FICHES, EXERCICES, CIBLES = 15, 4, 20
INSTRUMENTS = 101
COEURS = 2
CLE = "avenant-de-charge"
FOIS = 12
MS_MAX, SECONDES_MAX = 200.0, 25.0
JOUR = dt.date(2019, 6, 30)
#: The rank of the account that reads everything.
LECTEUR_NATIONAL = [territoire for _, territoire in LECTEURS].index(None)
TEXTE = (
    "Les personnes accompagnées attendent cinquante-deux jours entre l’ouverture de leur droit et le premier "
    "rendez-vous. Chacune sera reçue en quinze jours, par le service le plus proche de chez elle. "
)


@dataclass(frozen=True)
class MesureDActes:
    """``un``: one instrument of this many pages; ``tous``: seconds for a hundred and one, all different."""

    pages: int
    un: Temps
    tous: float

    def dictionnaire(self) -> dict[str, object]:
        """For the JSON file."""
        return asdict(self)


def mesurer() -> MesureDActes:
    """Both. The engine is warm: it has laid out another instrument before."""
    from echelons.contrats.edition.production import nombre_de_pages

    pages = nombre_de_pages(_produire(0))
    durees = []
    for rang in range(1, FOIS + 1):
        debut, processeur = time.perf_counter(), time.process_time()
        _produire(rang)
        durees.append(((time.perf_counter() - debut) * 1000, (time.process_time() - processeur) * 1000))
    return MesureDActes(pages, temps(durees), _produire_la_campagne())


def _produire_la_campagne() -> float:
    """Seconds for the batch, from its start by the worker to its end, each act written and its row committed."""
    from echelons.acteurs.models import Compte
    from echelons.acteurs.pouvoirs import Acteur
    from echelons.contrats.lots.actes import lancer
    from echelons.contrats.lots.campagnes import campagne_de
    from echelons.contrats.models import Instrument
    from echelons.socle.taches import travailler

    charger()
    par = Acteur.de(Compte.objects.get(courriel=f"charge{LECTEUR_NATIONAL}@exemple.test"))
    premier = Instrument.objects.avec_contrat().filter(cle=CLE).earliest("pk")
    lot = lancer(par=par, cle=campagne_de(premier).cle, sortes=["acte"])
    debut = time.perf_counter()
    assert travailler(une_passe=True) == 1
    duree = time.perf_counter() - debut
    assert lot.actes.filter(etat="produit", valeur="soumis").count() == INSTRUMENTS
    return duree


def charger() -> None:
    """An instrument with a frozen content in each contract of the load, of a period of its own."""
    from echelons.contrats.models import Contrat, Instrument, VersionDuTexte
    from echelons.socle.horloge import maintenant
    from echelons.socle.models import Ecriture

    contrats = Contrat.objects.filter(code__startswith=f"{PREFIXE}-calpae-").order_by("code")[:INSTRUMENTS]
    numero = Ecriture.objects.latest("numero").numero
    for rang, contrat in enumerate(contrats):
        instrument = Instrument.objects.create(
            contrat=contrat,
            cle=CLE,
            type=Instrument.Type.AVENANT,
            intitule=f"Avenant de charge {rang}",
            debut=dt.date(2018, 9, 13),
            fin=dt.date(2019 + EXERCICES - 1, 12, 31),
            etat=Instrument.Etat.EN_VIGUEUR,
            version=1,
            depuis=JOUR,
        )
        fige = contenu(rang)
        VersionDuTexte.objects.create(
            instrument=instrument,
            rang=1,
            texte="",
            contenu=fige.json,
            empreinte=fige.empreinte,
            instant=maintenant(),
        )
        soumis = ecriture(numero + 1 + rang, 1, instrument, "soumettre")
        soumis.date_metier = JOUR
        soumis.save(force_insert=True)


def _produire(rang: int) -> bytes:
    """The whole convention of the instrument of this rank, as it is submitted."""
    from echelons.contrats.edition.donnees import Piece
    from echelons.contrats.edition.production import produire

    return produire(contenu(rang), piece=Piece.CONVENTION, projet=False, jour=JOUR)


def contenu(rang: int) -> forme.Contenu:
    """An instrument of 15 fiches, 4 financeurs over 4 exercices each, 20 targets, 6 articles."""
    annees = tuple(range(2019, 2019 + EXERCICES))
    fiches = tuple(_fiche(rang, n) for n in range(1, FICHES + 1))
    cotes: tuple[Any, ...] = ("etat", "collectivite", "autre", "autre")
    return forme.Contenu(
        instrument=_identite(rang),
        exercices=annees,
        clauses=tuple(
            forme.ClauseDite(reference=str(n), numero=n, titre=f"Article de charge {n}", texte=TEXTE * 4)
            for n in range(1, 7)
        ),
        fiches=fiches,
        financeurs=tuple(
            forme.FinanceurDit(code=str(n), libelle=f"Financeur de charge {n}", cote=cote)
            for n, cote in enumerate(cotes)
        ),
        lignes=tuple(
            forme.Ligne(
                fiche=f.reference,
                financeur=str(q),
                exercice=an,
                nature="credit",
                imputation="" if q else "304-19",
                montant=Decimal(12_345_678 + rang * 100_000 + n * 1_000 + an + q) / 100,
            )
            for n, f in enumerate(fiches)
            for q in range(len(cotes))
            for an in annees
        ),
        cibles=tuple(
            forme.CibleDite(
                fiche=fiches[n % FICHES].reference if n % 4 else "",
                indicateur=f"charge-{n}",
                effet_le=dt.date(2018, 9, 13),
                libelle=f"Délai moyen avant le premier rendez-vous, mesure {n}",
                unite="jours",
                a_confirmer=False,
                etat="chiffree",
                depart=Decimal("52.5"),
                depart_le=dt.date(2018, 12, 31),
                visees=tuple(
                    forme.Visee(exercice=an, etat="chiffree", valeur=Decimal(40 - n)) for an in annees
                ),
            )
            for n in range(CIBLES)
        ),
    )


def _identite(rang: int) -> forme.Identite:
    return forme.Identite(
        contrat=f"charge-{rang}",
        cle="convention",
        intitule=f"Convention de charge {rang}",
        appele="Convention",
        forme="convention",
        dispositif=forme.Nomme(code="charge", libelle="Charge"),
        dispositif_nom="Dispositif de charge",
        territoire=forme.Lieu(code=f"{rang}", nom=f"Territoire de charge {rang}"),
        fictif=True,
        debut=dt.date(2019, 1, 1),
        fin=dt.date(2022, 12, 31),
        parties=(
            forme.PartieDite(role="etat", libelle="L’État"),
            forme.PartieDite(role="collectivite", libelle=f"Collectivité de charge {rang}"),
        ),
    )


def _fiche(rang: int, numero: int) -> forme.Fiche:
    return forme.Fiche(
        reference=str(uuid.UUID(int=numero)),
        numero=f"{numero % 3 + 1}.{numero}",
        intitule=f"Recevoir chaque personne, action {numero} de la charge {rang}",
        axe=forme.Nomme(code=f"axe-{numero % 3}", libelle=f"Volet de charge {numero % 3}"),
        nature=forme.Nomme(code="nouvelle", libelle="nouvelle"),
        diagnostic=TEXTE * 3,
        description="\n".join([TEXTE * 2] * 2),
        public="Les allocataires du RSA",
        effectif=1_200,
        pilote="Direction de l’insertion",
        partenaires=("Caisse de charge", "Centres communaux"),
        debut=dt.date(2019, 1, 1),
        fin=dt.date(2022, 12, 31),
        etp=Decimal("2.5"),
    )
