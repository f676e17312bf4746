"""The content of an instrument by file: the workbook that was downloaded, changed elsewhere and brought back."""

from __future__ import annotations

from echelons.acteurs.droits import Capacite
from echelons.contrats.contenu_par_fichier.champs import CHAMPS
from echelons.contrats.contenu_par_fichier.chantier import ChantierDuContenu
from echelons.contrats.contenu_par_fichier.difference import comparer
from echelons.contrats.contenu_par_fichier.retrait import defaire
from echelons.socle.imports.champs import Destination

CONTENU = Destination(
    code="contenu",
    libelle="Fiches, financement et cibles",
    explication="Le classeur téléchargé d’un instrument, modifié hors ligne et rapporté.",
    champs=CHAMPS,
    essentiels=tuple(champ.code for champ in CHAMPS),
    ouvrir=ChantierDuContenu,
    defaire=defaire,
    modele=lambda _: (),
    capacite=Capacite.REDIGER,
    comparer=comparer,
)
