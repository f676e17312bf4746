"""A sealed act made quickly: its content given, its files a few bytes; and the choice of all its parties."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any

from echelons.acteurs.models import Mandat
from echelons.contrats.contenu.forme import Contenu
from echelons.contrats.edition.code import code_de
from echelons.contrats.models import Document, Instrument, Sceau
from echelons.contrats.models.publications import PARTS
from echelons.contrats.sceaux.forme import FORME, digerer
from echelons.contrats.sceaux.publication import publier
from echelons.socle.depot import coffre
from echelons.socle.horloge import aujourdhui, maintenant
from tests.contrats.scene import Scene


def garder(octets: bytes) -> str:
    """Bytes in the safe; their digest."""
    partiel, fichier = coffre.neuf()
    with fichier:
        fichier.write(octets)
    empreinte = hashlib.sha256(octets).hexdigest()
    coffre.ranger(partiel, empreinte, None)
    return empreinte


def sceller_ainsi(scene: Scene, instrument: Instrument, contenu: Contenu, **choix: Any) -> Sceau:
    """The seal of this content on a signed instrument, as ``sceller`` writes it, nothing being printed nor scanned."""
    mandat = Mandat.objects.get(personne=scene.compte("instructeur").personne)
    original = garder(b"%PDF original " + contenu.octets)
    document = Document.objects.create(
        contrat=instrument.contrat, instrument=instrument, genre="convention_signee", titre="Original",
        nom="original.pdf", type="pdf", taille=10, pages=1, empreinte=original, antivirus="absent",
        depose_le=maintenant(), mandat=mandat,
    )  # fmt: skip
    sceau = Sceau(
        instrument=instrument,
        rang=instrument.sceaux.count() + 1,
        forme=FORME,
        jour=choix.pop("jour", aujourdhui()),
        instant=maintenant(),
        contenu=contenu.octets.decode(),
        empreinte=contenu.empreinte,
        code=code_de(contenu.empreinte),
        produit=garder(b"%PDF produit " + contenu.octets),
        original=original,
        document=document,
        lecture="codes",
        signatures=[
            {"partie": p.libelle, "date": aujourdhui().isoformat(), "qualite": "préfète", "delegation": ""}
            for p in instrument.contrat.parties.all()
        ],
        mandat=mandat,
        **choix,
    )
    sceau.sceau = digerer(sceau)
    sceau.save(force_insert=True)
    assert json.loads(sceau.contenu) == contenu.json
    return sceau


def publier_pour_tous(scene: Scene, sceau: Sceau, parts: Collection[str] = PARTS) -> None:
    """The State and the collectivité agree to make these parts public."""
    for qui in ("instructeur", "charge-de-mission"):
        publier(par=scene.acteur(qui), sceau=sceau, parts=parts)
