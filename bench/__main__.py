"""``python -m bench`` (by « make bench »): measures the product under the load it promises to bear.

Everything happens in a temporary folder: the database of a demonstration, then a synthetic load that would be
wrong to show. The result is a table, and ``bench.json`` beside the data of the instance.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
from pathlib import Path

RACINE = Path(__file__).resolve().parents[1]
VAR = Path(os.environ.get("ECHELONS_VAR") or RACINE / "var")


def main() -> int:
    """Prepare, measure, say; the exit code is 1 when a required target is missed."""
    with tempfile.TemporaryDirectory(prefix="echelons-bench-") as dossier:
        preparer_environnement(Path(dossier))
        # The process that serves is tuned there; nothing of Django may be imported before the settings.
        import echelons.reglages.wsgi  # noqa: F401

        return mesurer(Path(dossier))


def preparer_environnement(dossier: Path) -> None:
    """The settings of a demonstration whose data are in ``dossier``, with the static files already collected."""
    for nom in [nom for nom in os.environ if nom.startswith("ECHELONS_") or nom == "DATABASE_URL"]:
        del os.environ[nom]
    os.environ |= {
        "ECHELONS_VAR": str(dossier),
        "ECHELONS_DEMONSTRATION": "1",
        "DJANGO_SETTINGS_MODULE": "echelons.reglages.base",
    }
    (dossier / "static").symlink_to(VAR / "static")


def mesurer(dossier: Path) -> int:
    """Every measure, printed as soon as it is made."""
    from django.db import connection

    from bench import actes, atelier, charge, incidence, pages, rapport, serveur, tableurs, travail
    from bench.adresses import Adresses

    logging.disable(logging.WARNING)  # an address that leads nowhere is measured too
    # Apart: what is measured of the memory of this process is not that of the acts which the demonstration lays out.
    subprocess.run([sys.executable, "-m", "echelons", "preparer"], check=True, cwd=RACINE, stdout=sys.stderr)
    volume, ou = charge.charger(), rapport.machine()
    rapport.imprimer_machine(ou, volume)
    mesures = [pages.mesurer(nom, liste) for nom, liste in Adresses(pages.ADRESSES).toutes().items() if liste]
    rapport.imprimer_pages(mesures)
    connection.close()
    with serveur.serveur(dossier / "serveur.log") as port:
        bilans = [
            serveur.lectures_simples(port),
            serveur.lectures_conditionnelles(port),
            serveur.lectures_pendant_des_ecritures(port),
            serveur.lectures_toutes_neuves(port),
        ]
    rapport.imprimer_bilans(bilans)
    # Before the journal of the pages of work, which bears no valid chain.
    fichiers = tableurs.mesurer()
    rapport.imprimer_tableurs(fichiers)
    travail.charger()
    travaux = travail.mesurer()
    rapport.imprimer_travail(travaux)
    lignes, ateliers, verifications = atelier.charger(), atelier.mesurer(), atelier.verifier()
    rapport.imprimer_atelier(lignes, ateliers, verifications)
    touche = incidence.mesurer()
    rapport.imprimer_incidence(touche)
    produits = actes.mesurer()
    rapport.imprimer_actes(produits)
    chemin = VAR / "bench.json"
    tout = (mesures, bilans, travaux, fichiers, touche, produits, ateliers, verifications)
    rapport.ecrire_json(chemin, ou, volume, *tout)
    return rapport.conclure(rapport.cibles(*tout), chemin)


if __name__ == "__main__":
    sys.exit(main())
