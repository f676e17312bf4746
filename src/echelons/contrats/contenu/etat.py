"""The content of an instrument where it stands: open, read from its rows; or frozen, read from its last version."""

from __future__ import annotations

import datetime as dt

from echelons.contrats.contenu.forme import Contenu, lire
from echelons.contrats.contenu.lecture import contenu_de
from echelons.contrats.contenu.manques import Circonstances, Point, Sorte, points_de
from echelons.contrats.contenu.ouverture import A_REDIGER
from echelons.contrats.dossier import Dossier
from echelons.contrats.models import Deliberation, Instrument, VersionDuTexte
from echelons.contrats.sceaux.lecture import contenu_scelle
from echelons.socle.journal import histoire
from echelons.strategie.lecture import CadreDActe, cadre_d_acte
from echelons.strategie.regles.projet import Avis

#: Who gives the opinion of the regional level.
AVIS_DE = "commissaire"


def contenu_courant(instrument: Instrument, sauf: frozenset[str] = frozenset()) -> Contenu:
    """What the instrument says today: once submitted, the frozen image that was submitted; once sealed, its seal.

    ``sauf``: what the reader does not need (``lecture.LECTURES``); « texte » too, while it is open.
    """
    if instrument.etat in A_REDIGER:
        version = None if "texte" in sauf else Dossier.de(instrument).texte
        return contenu_de(instrument, version.texte if version else "", sauf=sauf)
    if (scelle := contenu_scelle(instrument)) is not None:
        return scelle
    version = Dossier.de(instrument).texte
    if version is not None and version.contenu is not None:
        return lire(version.contenu)
    return contenu_de(instrument, version.texte if version else "", sauf=sauf)


def fige_le(instrument: Instrument) -> dt.date | None:
    """The day that what it says today was submitted, by the calendar of the acts; None while it is being written."""
    if instrument.etat in A_REDIGER:
        return None
    soumissions = [e.date_metier for e in histoire(instrument.objet_journal) if e.acte == "soumettre"]
    return soumissions[-1] if soumissions else None


def figer(instrument: Instrument, mandat: int | None) -> VersionDuTexte | None:
    """Freeze what an instrument says before it is submitted: a new version if anything differs from the last.

    An instrument of which only the text is written keeps its versions as they are.
    """
    dossier = Dossier.de(instrument)
    derniere = dossier.texte
    texte = derniere.texte if derniere else ""
    contenu = contenu_de(instrument, texte)
    if contenu.vide:
        return derniere
    image = contenu.json
    if derniere is not None and derniere.contenu == image:
        return derniere
    return dossier.ajouter_texte(texte, mandat, image)


def circonstances_de(instrument: Instrument, cadre: CadreDActe) -> Circonstances:
    """The steps known of an instrument and the opinions given on it, for the rules.

    While the content is open, no vote nor signature counts: what was given was given on a former text.
    """
    avis: tuple[Avis, ...] = ()
    if any(regle.controle.genre == "avis_exige" for regle in cadre.regles):
        avis = tuple(
            Avis(AVIS_DE, bool(e.donnees.get("donnees", {}).get("favorable", True)), e.date_metier)
            for e in histoire(instrument.objet_journal)
            if e.acte == "donner_avis"
        )
    if instrument.etat in A_REDIGER:
        return Circonstances(avis=avis)
    dossier = Dossier.de(instrument)
    votes = [d for d in dossier.deliberations if d.issue == Deliberation.Issue.ADOPTEE]
    dates: dict[str, dt.date | None] = {
        "deliberation": max((d.date for d in votes), default=None),
        "transmission": max((d.transmise_le for d in votes if d.transmise_le), default=None),
        "signature": max((s.date for s in dossier.signatures), default=None),
        "entree_en_vigueur": instrument.depuis if instrument.etat == Instrument.Etat.EN_VIGUEUR else None,
    }
    return Circonstances(dates, avis)


def points_courants(instrument: Instrument, contenu: Contenu | None = None) -> list[Point]:
    """What is missing in an instrument and the rules that it breaks, the worst first."""
    cadre = cadre_d_acte(instrument.contrat.dispositif_id)
    return points_de(contenu or contenu_courant(instrument), cadre, circonstances_de(instrument, cadre))


def points_bloquants(instrument: Instrument) -> list[Point]:
    """The rules that stop the act, unless an exception is documented."""
    contenu = contenu_courant(instrument)
    if contenu.vide:
        return []
    return [p for p in points_courants(instrument, contenu) if p.sorte is Sorte.BLOQUE]
