"""What a workbook changes, told: sentences by fiche, what is left to decide, the total before and after."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils import timezone

from echelons.contrats.contenu.recit import Changement as Dit
from echelons.contrats.contenu.recit import raconter
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, auteur_de
from echelons.contrats.contenu_par_fichier.chantier import PAS_LE_CLASSEUR, ChantierDuContenu
from echelons.contrats.contenu_par_fichier.comparaison import Changement
from echelons.contrats.contenu_par_fichier.ecriture import cle_de_choix
from echelons.socle.depot import FichierRefuse

#: What is kept of a text to be shown beside the other.
TEXTE_MONTRE = 5_000


def comparer(chantier: ChantierDuContenu) -> dict[str, Any]:
    """What an import keeps of the comparison, as plain JSON values. Raises ``FichierRefuse`` when nothing was read."""
    if not chantier.lu:
        raise FichierRefuse(PAS_LE_CLASSEUR)
    bilan = chantier.bilan
    changements = _raconter(chantier, bilan.changements)
    conflits = [
        {**dit, "par": par}
        for dit, par in zip(_choix(chantier, bilan.conflits), _auteurs(chantier), strict=True)
    ]
    retraits = _choix(chantier, bilan.retraits)
    return {
        "rang": chantier.instrument.contenu_rang,
        "changements": [_en_json(dit) for dit in changements],
        "conflits": conflits,
        "retraits": retraits,
        "notes": bilan.notes,
        "total": _totaux(chantier),
        "a_decider": bool(conflits or retraits),
    }


def _raconter(chantier: ChantierDuContenu, changements: Iterable[Changement]) -> list[Dit]:
    bouts = {c.cle: (c.avant, c.apres) for c in changements}
    return raconter(chantier.instrument, bouts, chantier.noms)


def _en_json(dit: Dit) -> dict[str, str]:
    return {
        "de": dit.de,
        "phrase": dit.phrase,
        "avant": dit.avant[:TEXTE_MONTRE],
        "apres": dit.apres[:TEXTE_MONTRE],
    }


def _choix(chantier: ChantierDuContenu, changements: list[Changement]) -> list[dict[str, str]]:
    """Each with the name of its box."""
    dits = _raconter(chantier, changements)
    return [{**_en_json(dit), "cle": cle_de_choix(c)} for c, dit in zip(changements, dits, strict=True)]


def _auteurs(chantier: ChantierDuContenu) -> list[str]:
    """Who wrote last what the workbook changes too: « Camille Essai, le 30/06/2019 à 10 h 12 »."""
    dits = []
    for conflit in chantier.bilan.conflits:
        objet, cle, _ = conflit.cle
        trace = next(
            (
                t
                for c in (conflit.cle, (objet, cle, AJOUT), (objet, cle, RETRAIT))
                if (t := chantier.traces.get(c))
            ),
            None,
        )
        if trace is None:
            dits.append("un enregistrement antérieur")
            continue
        instant = timezone.localtime(trace.instant)
        dits.append(f"{auteur_de(trace)}, le {instant:%d/%m/%Y} à {instant:%H\u00a0h\u00a0%M}")
    return dits


def _totaux(chantier: ChantierDuContenu) -> list[str]:
    """The total of the plan, now and once what changes is written."""
    cases = {cle: Decimal(montant) for cle, montant in chantier.actuel.cases.items()}
    apres = dict(cases)
    for changement in chantier.bilan.changements:
        if changement.cle[0] == "financement":
            apres[changement.cle[1]] = Decimal(changement.apres or 0)
    return [str(sum(montants.values(), Decimal("0.00"))) for montants in (cases, apres)]
