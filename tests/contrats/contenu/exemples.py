"""Contents of instruments: one written through the acts of a scene, any number drawn as plain values."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import strategies as st

from echelons.contrats.contenu import fiches, financements, forme
from echelons.contrats.contenu.financements import Case
from echelons.contrats.models import FicheAction, Instrument
from tests.contrats.scene import Scene

REMPLIE = {
    "volet": "socle-rsa",
    "nature": "nouvelle",
    "description": "Recevoir chaque personne en deux semaines.",
    "public": "Les allocataires du RSA.",
    "pilote": "Direction de l’insertion",
    "debut": "2019-01-01",
    "fin": "2019-12-31",
}


def remplir(scene: Scene, convention: Instrument, intitule: str = "Accueillir", **champs) -> FicheAction:
    """A fiche with all that its dispositif requires."""
    return fiches.ajouter(
        par=scene.acteur("charge-de-mission"),
        instrument=convention,
        intitule=intitule,
        champs={**REMPLIE, **champs},
    )


def financer(
    scene: Scene, convention: Instrument, fiche: FicheAction, *montants: tuple[int, int, str]
) -> None:
    """Money on a fiche: (rank of the financeur, exercice, amount)."""
    cases = {Case(str(fiche.reference), qui, an): Decimal(montant) for qui, an, montant in montants}
    financements.enregistrer(par=scene.acteur("finances"), instrument=convention, cases=cases, rang_lu=None)


# --- Drawn ---------------------------------------------------------------------------------------------
MONTANTS = st.decimals("0.01", "999999999.99", places=2)
NATURES = ("credit", "valorisation", "autre")


def identite(**choix) -> forme.Identite:
    """Which instrument it is."""
    return forme.Identite(
        **{
            "contrat": "calpae-997D",
            "cle": "convention",
            "intitule": "Convention d’essai (fictive)",
            "appele": "Convention d’appui",
            "forme": "convention",
            "dispositif": forme.Nomme(code="calpae", libelle="Convention d’appui"),
            "dispositif_nom": "Convention d’appui à la lutte contre la pauvreté et d’accès à l’emploi (CALPAE)",
            "territoire": forme.Lieu(code="997D", nom="Lieu 997D (fictif)"),
            "fictif": True,
            "debut": dt.date(2019, 1, 1),
            "fin": dt.date(2021, 12, 31),
            "parties": (
                forme.PartieDite(role="etat", libelle="L’État"),
                forme.PartieDite(role="collectivite", libelle="Lieu 997D (fictif)"),
            ),
            **choix,
        }
    )


@st.composite
def contenus(draw, fiches_max: int = 8) -> forme.Contenu:
    """Fiches under several axes, financed by several over several years, in any order of the rows."""
    annees = tuple(range(2019, 2019 + draw(st.integers(1, 4))))
    axes = [forme.Nomme(code=f"axe-{i}", libelle=f"Axe {i}") for i in range(1, 4)]
    siennes = tuple(
        forme.Fiche(
            reference=f"fiche-{i}",
            numero=str(i),
            intitule=f"Action {i}",
            axe=draw(st.sampled_from([None, *axes])),
            nature=forme.Nomme(code="nouvelle", libelle="nouvelle"),
        )
        for i in range(1, draw(st.integers(1, fiches_max)) + 1)
    )
    financeurs = tuple(
        forme.FinanceurDit(code=str(i), libelle=f"Financeur {i}", cote=cote)
        for i, cote in enumerate(("etat", "collectivite", "autre", "autre")[: draw(st.integers(1, 4))], 1)
    )
    cases = draw(
        st.lists(
            st.tuples(
                st.sampled_from([f.reference for f in siennes]),
                st.sampled_from([f.code for f in financeurs]),
                st.sampled_from(annees),
                st.sampled_from(NATURES),
            ),
            unique=True,
            max_size=40,
        )
    )
    lignes = tuple(
        forme.Ligne(fiche=f, financeur=q, exercice=an, nature=n, montant=draw(MONTANTS))
        for f, q, an, n in cases
    )
    return forme.Contenu(
        instrument=identite(), exercices=annees, fiches=siennes, financeurs=financeurs, lignes=lignes
    )
