"""The content of a text written here: kept while it is prepared, and what publishing or withdrawing it writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from echelons.acteurs.models import Fonction
from echelons.socle.unicite import enregistrer_sans_double
from echelons.strategie.models import (
    Circulaire,
    DeplacementPrevu,
    Dispositif,
    EcheancePrevue,
    Redatage,
    RegleEcheance,
    TexteReference,
)
from echelons.territoires.models import Territoire

#: The columns that a circular and its text of reference share.
COLONNES = ("reference", "titre", "date", "publie_le", "adresse", "resume")


@dataclass(frozen=True)
class Creation:
    """An obligation that the text creates; ``rang`` names it from one edition to the next (0: it is new)."""

    dispositif: Dispositif
    libelle: str
    nature: str
    date: dt.date
    rang: int = 0
    exercice: int | None = None
    regime: str = ""
    dues_par: tuple[Fonction, ...] = ()
    dues_a: tuple[Fonction, ...] = ()


@dataclass(frozen=True)
class Contenu:
    """All that a text says; ``deplacements`` is by the key of the obligation that it moves."""

    reference: str
    titre: str
    date: dt.date
    resume: str
    publie_le: dt.date | None = None
    adresse: str = ""
    dispositifs: tuple[Dispositif, ...] = ()
    territoires: tuple[Territoire, ...] = ()
    deplacements: Mapping[int, dt.date] = field(default_factory=dict)
    creations: tuple[Creation, ...] = ()


def rediger(circulaire: Circulaire, contenu: Contenu) -> None:
    """Write the content. Raises ``ValidationError`` when they make no sense."""
    for colonne in COLONNES:
        setattr(circulaire, colonne, getattr(contenu, colonne))
    circulaire.full_clean(exclude=["texte"])
    enregistrer_sans_double(circulaire)
    circulaire.dispositifs.set(contenu.dispositifs)
    circulaire.territoires.set(contenu.territoires)
    circulaire.deplacements.all().delete()
    DeplacementPrevu.objects.bulk_create(
        DeplacementPrevu(circulaire=circulaire, regle_id=regle, date=date)
        for regle, date in contenu.deplacements.items()
    )
    circulaire.creations.all().delete()
    dernier = max([c.rang for c in contenu.creations] + _rangs_publies(circulaire), default=0)
    for creation in contenu.creations:
        dernier += not creation.rang
        prevue = EcheancePrevue.objects.create(
            circulaire=circulaire,
            rang=creation.rang or dernier,
            dispositif=creation.dispositif,
            libelle=creation.libelle,
            nature=creation.nature,
            exercice=creation.exercice,
            regime=creation.regime,
            date=creation.date,
        )
        prevue.dues_par.set(creation.dues_par)
        prevue.dues_a.set(creation.dues_a)


def _rangs_publies(circulaire: Circulaire) -> list[int]:
    if circulaire.texte is None:
        return []
    return [rang_de(regle) for regle in circulaire.texte.regles_d_echeance.all()]


def mettre_en_vigueur(circulaire: Circulaire, territoires: Iterable[Territoire]) -> TexteReference:
    """The text of reference that a circular becomes, with what it moves and creates; twice the same changes nothing."""
    texte = circulaire.texte or TexteReference(code=circulaire.code)
    for colonne in COLONNES:
        setattr(texte, colonne, getattr(circulaire, colonne))
    texte.save()
    texte.dispositifs.set(circulaire.dispositifs.all())
    texte.territoires.set(territoires)
    _redater(texte, circulaire)
    _creer(texte, circulaire)
    return texte


def _redater(texte: TexteReference, circulaire: Circulaire) -> None:
    voulus = {d.regle_id: d.date for d in circulaire.deplacements.all()}
    texte.redatages.exclude(regle__in=voulus).delete()
    for regle, date in voulus.items():
        Redatage.objects.update_or_create(texte=texte, regle_id=regle, defaults={"date": date})


def _creer(texte: TexteReference, circulaire: Circulaire) -> None:
    gardes = []
    for prevue in circulaire.creations.prefetch_related("dues_par", "dues_a"):
        regle, _ = RegleEcheance.objects.update_or_create(
            code=code_de(texte, prevue.rang),
            defaults={
                "dispositif": prevue.dispositif,
                "libelle": prevue.libelle,
                "nature": prevue.nature,
                "exercice": prevue.exercice,
                "regime": prevue.regime,
                "date": prevue.date,
                "texte": texte,
            },
        )
        regle.dues_par.set(prevue.dues_par.all())
        regle.dues_a.set(prevue.dues_a.all())
        gardes.append(regle.pk)
    texte.regles_d_echeance.exclude(pk__in=gardes).delete()


def code_de(texte: TexteReference | Circulaire, rang: int) -> str:
    """The code of an obligation that a text written here creates."""
    return f"{texte.code}-{rang}"


def rang_de(regle: RegleEcheance) -> int:
    """The place of such an obligation in its text."""
    return int(regle.code.rpartition("-")[2])


def retirer(texte: TexteReference, le: dt.date) -> None:
    """From that day on the text moves and creates nothing; it stays readable."""
    texte.retire_le = le
    texte.save(update_fields=["retire_le"])


def recopier(circulaire: Circulaire) -> None:
    """Bring a circular back to what its text says in force."""
    texte = circulaire.texte
    if texte is None:
        raise ValueError("Seul un texte publié se recopie.")
    rediger(
        circulaire,
        Contenu(
            **{colonne: getattr(texte, colonne) for colonne in COLONNES},
            dispositifs=tuple(texte.dispositifs.all()),
            territoires=tuple(circulaire.territoires.all()),
            deplacements={r.regle_id: r.date for r in texte.redatages.all()},
            creations=tuple(
                Creation(
                    dispositif=regle.dispositif,
                    libelle=regle.libelle,
                    nature=regle.nature,
                    exercice=regle.exercice,
                    regime=regle.regime,
                    date=regle.date,
                    rang=rang_de(regle),
                    dues_par=tuple(regle.dues_par.all()),
                    dues_a=tuple(regle.dues_a.all()),
                )
                for regle in texte.regles_d_echeance.order_by("pk").select_related("dispositif")
                if regle.date is not None
            ),
        ),
    )
