"""Files in and out at their largest: 100,000 rows imported, then exported. In processes of their own, to tell memory.

Each measure runs in a child of this one; what the import writes is given up at its end.
"""

from __future__ import annotations

import datetime as dt
import io
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

LIGNES = 100_000
SIGNATAIRES = 100
DEBUT = dt.date(2019, 1, 1)


@dataclass(frozen=True)
class MesureDeTableur:
    """One thing done with 100,000 rows. ``memoire`` is the peak of the process and of the reader it starts, in MB."""

    nom: str
    secondes: float
    secondes_max: float
    memoire: int
    memoire_max: int | None

    def dictionnaire(self) -> dict[str, object]:
        """For the JSON file."""
        return asdict(self)


ENTETES = "Territoire;Dispositif;Type d’instrument;Numéro;Partie;Date;Source;Adresse de la source"


def lignes() -> Iterator[str]:
    """100,000 facts, all different: signatures of numbered avenants by one party."""
    yield ENTETES
    for rang in range(LIGNES):
        code = f"{rang % SIGNATAIRES:02d}" if rang % SIGNATAIRES else "59"
        jour = DEBUT + dt.timedelta(days=rang // SIGNATAIRES % 1_000)
        numero = 1 + rang // (SIGNATAIRES * 1_000)
        code = "59" if code in {"20", "69", "96", "97", "98", "99"} else code
        page = f"Page {rang % 500};https://exemple.invalid/charge/{rang % 500}"
        yield f"{code};calpae;avenant;{numero + rang % 7};État;{jour:%d/%m/%Y};{page}"


def fichier(extension: str) -> bytes:
    """These facts as a CSV or an XLSX."""
    if extension == "csv":
        return "".join(f"{ligne}\r\n" for ligne in lignes()).encode()
    tampon = io.BytesIO()
    with xlsxwriter.Workbook(tampon, {"constant_memory": True}) as classeur:
        page = classeur.add_worksheet("Faits")
        for rang, ligne in enumerate(lignes()):
            for colonne, texte in enumerate(ligne.split(";")):
                page.write_string(rang, colonne, texte)
    return tampon.getvalue()


def mesurer() -> list[MesureDeTableur]:
    """Each measure, in turn."""
    mesures = [_dans_un_processus(_importer, extension) for extension in ("csv", "xlsx")]
    for extension, secondes in (("csv", 3.0), ("json", 3.0), ("xlsx", 20.0), ("ods", 20.0)):
        mesures.append(_dans_un_processus(_exporter, extension, secondes))
    return mesures


def _dans_un_processus(travail: Callable[..., MesureDeTableur], *arguments: Any) -> MesureDeTableur:
    """Run it in a child: the peak of memory is then its own."""
    from django.db import connection

    connection.close()
    contexte = multiprocessing.get_context("fork")
    recevoir, envoyer = contexte.Pipe(duplex=False)

    def faire() -> None:
        envoyer.send(travail(*arguments))

    enfant = contexte.Process(target=faire)
    enfant.start()
    mesure: MesureDeTableur = recevoir.recv()
    enfant.join()
    return mesure


def _sommet() -> int:
    """The peak of memory of this process and of its children, in MB."""
    return max(
        resource.getrusage(qui).ru_maxrss // 1024 for qui in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )


def _importer(extension: str) -> MesureDeTableur:
    """Déposer, vérifier, publier; then everything is given up."""
    from django.db import transaction

    from echelons.acteurs.models import Compte, Mandat
    from echelons.acteurs.pouvoirs import Acteur
    from echelons.contrats import imports
    from echelons.contrats.faits_par_fichier import FAITS
    from echelons.socle.imports.passage import Correspondance

    mandat = Mandat.objects.filter(fonction__code="conseiller-territoires").order_by("pk").first()
    assert mandat is not None
    par = Acteur.de(Compte.objects.get(personne=mandat.personne))
    contenu = _fichier_fait_ailleurs(extension)
    debut = time.monotonic()
    with transaction.atomic():
        objet = imports.deposer(
            par=par, destination=FAITS, region="", nom=f"charge.{extension}", morceaux=_morceaux(contenu)
        )
        imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
        assert objet.etat == "pret", (objet.bilan, list(objet.anomalies.all()[:3]))
        imports.publier(par=par, objet=objet)
        secondes = time.monotonic() - debut
        assert objet.bilan["lignes"] == LIGNES
        transaction.set_rollback(True)
    return MesureDeTableur(f"import de {LIGNES} lignes ({extension.upper()})", secondes, 60.0, _sommet(), 400)


def _fichier_fait_ailleurs(extension: str) -> bytes:
    """Made in a process that ends: what making it takes is not counted."""
    contexte = multiprocessing.get_context("fork")
    with tempfile.NamedTemporaryFile() as ici:
        enfant = contexte.Process(target=lambda: Path(ici.name).write_bytes(fichier(extension)))
        enfant.start()
        enfant.join()
        return Path(ici.name).read_bytes()


def _morceaux(contenu: bytes) -> Iterator[bytes]:
    for debut in range(0, len(contenu), 65_536):
        yield contenu[debut : debut + 65_536]


def _exporter(extension: str, secondes_max: float) -> MesureDeTableur:
    """A table of ten columns, to the last byte."""
    from decimal import Decimal

    from echelons.socle.exports import FORMATS, Colonne, Table

    colonnes: list[Colonne[int]] = [
        Colonne("Code", lambda i: f"{i:06d}"),
        Colonne("Territoire", lambda i: f"Territoire {i % 101}"),
        Colonne("Date", lambda i: DEBUT + dt.timedelta(days=i % 2_000)),
        Colonne("Montant", lambda i: Decimal(i * 37 % 10**8) / 100),
        Colonne("Rang", lambda i: i),
        *(Colonne(f"Remarque {n}", lambda i, n=n: f"Remarque {n} sur la ligne {i}") for n in range(5)),
    ]
    debut = time.monotonic()
    taille = sum(len(m) for m in FORMATS[extension].ecrire(Table("Charge", colonnes, range(LIGNES), LIGNES)))
    assert taille
    return MesureDeTableur(
        f"export de {LIGNES} lignes ({extension.upper()})",
        time.monotonic() - debut,
        secondes_max,
        _sommet(),
        None,
    )
