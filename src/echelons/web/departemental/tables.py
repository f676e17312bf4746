"""The tables of the dossiers that a reader takes out: contracts, and the facts of their instruments."""

from __future__ import annotations

from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.faits_par_fichier.export import table_des_faits
from echelons.contrats.models import Contrat, Fait
from echelons.pilotage.suivi import Suivi, suivre
from echelons.socle.dates import en_lettres
from echelons.socle.exports import Colonne, Table
from echelons.web.exports import TableNommee

COLONNES: list[Colonne[Suivi]] = [
    Colonne("Code", lambda s: s.contrat.perimetre.code, 8),
    Colonne("Territoire", lambda s: s.contrat.perimetre.nom, 32),
    Colonne("Dispositif", lambda s: s.contrat.dispositif.nom_court, 30),
    Colonne("Contrat", lambda s: s.contrat.intitule, 40),
    Colonne("Situation", lambda s: s.presentation.libelle, 28),
    Colonne("Signature selon les sources", lambda s: s.signature, 34),
    Colonne("En cours", lambda s: "\u00a0; ".join(str(x.instrument.intitule) for x in s.en_cours), 40),
    Colonne("État", lambda s: "\u00a0; ".join(x.instrument.get_etat_display() for x in s.en_cours), 24),
    Colonne("Qui tient la plume", lambda s: "\u00a0; ".join(x.chez for x in s.en_cours), 34),
    Colonne("Depuis (jours)", lambda s: s.en_cours[0].jours if s.en_cours else None, 10),
    Colonne("Territoire fictif", lambda s: "oui" if s.contrat.perimetre.fictif else "non", 10),
]


def table_des_contrats(acteur: Acteur) -> Table[Suivi]:
    """The contracts that somebody may take out."""
    suivis = suivre(acteur, Contrat.objects.for_user(acteur, Capacite.EXPORTER))
    return Table("Contrats", COLONNES, suivis, len(suivis), _a_propos(acteur))


def table_de_leurs_faits(acteur: Acteur) -> Table[Fait]:
    """The facts of these contracts, in the columns by which a file brings them in."""
    return table_des_faits(Contrat.objects.for_user(acteur, Capacite.EXPORTER), _a_propos(acteur))


def _a_propos(acteur: Acteur) -> list[tuple[str, str]]:
    qui = str(acteur.compte.personne) if acteur.compte else ""
    return [("À la date du", en_lettres(acteur.jour)), ("Exporté par", qui)]


#: By code, for the downloads of a page and the works of the background.
TABLES_DES_DOSSIERS = {
    "contrats": TableNommee("Contrats", Capacite.EXPORTER, "contrats", table_des_contrats),
    "faits": TableNommee("Faits", Capacite.EXPORTER, "contrats", table_de_leurs_faits),
}
