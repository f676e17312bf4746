"""The facts given back, in the columns by which a file brings them in: imported again, they change nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db.models import QuerySet

from echelons.contrats.faits_par_fichier.champs import CHAMPS, TYPES
from echelons.contrats.models import Contrat, Fait, Instrument
from echelons.socle.dates import DateSource, Precision
from echelons.socle.exports import Colonne, Table, Valeur
from echelons.socle.models import Source

LOT = 1_000


def table_des_faits(contrats: QuerySet[Contrat], a_propos: Sequence[tuple[str, str]] = ()) -> Table[Fait]:
    """What is stated individually of the instruments of these contracts, a row a party, but for amounts and periods."""
    faits = (
        Fait.objects.filter(
            contrat__in=contrats,
            type__in=TYPES,
            portee=Fait.Portee.INDIVIDUELLE,
            instrument__isnull=False,
            jusqu_au=None,
        )
        .select_related("contrat__perimetre", "contrat__dispositif", "instrument", "partie")
        .prefetch_related("sources")
        .order_by("contrat__code", "pk")
    )
    colonnes = [
        Colonne(champ.libelle, LECTURES[champ.code], max(14, len(champ.libelle) + 2)) for champ in CHAMPS
    ]
    return Table("Faits", colonnes, faits.iterator(LOT), faits.count(), a_propos)


def _date(fait: Fait) -> Valeur:
    """A day as a date; a month, or nothing known, in words that are read back."""
    date: DateSource = fait.date_source
    if date.jour is None:
        return "inconnue"
    return date.jour.strftime("%m/%Y") if date.precision is Precision.MOIS else date.jour


def _premiere(lire: Callable[[Source], Valeur]) -> Callable[[Fait], Valeur]:
    """What is shown of the first source; the keys name them all."""

    def lue(fait: Fait) -> Valeur:
        source = next(iter(fait.sources.all()), None)
        return lire(source) if source else None

    return lue


#: How a fact gives each column.
LECTURES: dict[str, Callable[[Fait], Valeur]] = {
    "territoire": lambda f: f"{f.contrat.perimetre.nom} ({f.contrat.perimetre.code})",
    "dispositif": lambda f: f.contrat.dispositif.code,
    "instrument": lambda f: str(Instrument.Type(f.instrument.type).label) if f.instrument else "",
    "cle": lambda f: f.instrument.cle if f.instrument else "",
    "fait": lambda f: str(Fait.Type(f.type).label),
    "partie": lambda f: f.partie.libelle if f.partie else "",
    "date": _date,
    "precision": lambda f: str(f.get_precision_display()),
    "source": _premiere(lambda s: s.titre),
    "editeur": _premiere(lambda s: s.editeur),
    "adresse": _premiere(lambda s: s.adresse),
    "publiee_le": _premiere(lambda s: s.publiee_le),
    "cles": lambda f: " ; ".join(s.cle for s in f.sources.all()),
    "texte": lambda f: f.texte,
    "contrat": lambda f: f.contrat.code,
}
