"""The answer about a file or a code, in French sentences: the same on the page and for the command."""

from __future__ import annotations

from echelons.contrats.models import Sceau
from echelons.contrats.sceaux.verification import Etat, Reponse
from echelons.socle.dates import en_lettres, lire_date_iso
from echelons.socle.nombres import insecables

TITRES = {
    Etat.AUTHENTIQUE: "Authentique : c’est l’original signé.",
    Etat.PRODUIT: "Acte authentique produit par Échelons, mais pas l’original signé.",
    Etat.CODE: "Ce code est celui d’un acte scellé.",
    Etat.ALTERE: "Altéré : ce fichier n’est pas celui qui a été scellé.",
    Etat.ABIME: "Le sceau lui-même est abîmé : on ne peut pas répondre.",
    Etat.INCONNU: "Inconnu : rien de ce qui est scellé ici ne correspond.",
}
PRECISIONS = {
    Etat.AUTHENTIQUE: "C’est, octet pour octet, le fichier déposé et attesté après la dernière signature.",
    Etat.PRODUIT: "Ce fichier est, octet pour octet, le texte qui a été signé ; il ne porte pas les signatures.",
    Etat.CODE: (
        "Un code dit quel acte existe, pas que le papier ou le fichier que vous avez est le bon : "
        "déposez le fichier pour le savoir."
    ),
    Etat.ALTERE: (
        "Il porte le code d’un acte scellé, mais pas son contenu : il a été modifié, numérisé ou enregistré de "
        "nouveau. Demandez l’original à l’une des parties."
    ),
    Etat.ABIME: (
        "Prévenez l’administrateur de cette instance : ce qu’elle garde ne correspond plus à ses empreintes."
    ),
    Etat.INCONNU: (
        "Ce fichier ou ce code ne correspond à aucun acte scellé ici. Il peut être authentique et scellé "
        "ailleurs, ou ne jamais l’avoir été."
    ),
}


def raconter(reponse: Reponse) -> list[str]:
    """The title, what it means, which act, its parties and dates, its digests; what is wrong."""
    phrases = [TITRES[reponse.etat], PRECISIONS[reponse.etat]]
    phrases += [f"{defaut[:1].upper()}{defaut[1:]}." for defaut in reponse.defauts]
    if reponse.sceau is not None:
        phrases += dire_le_sceau(reponse.sceau)
        contenu = reponse.contenu
        if contenu is not None and contenu.instrument.fictif:
            phrases.append("Cet acte est fictif : le territoire, les parties et les montants sont inventés.")
    if reponse.empreinte:
        phrases.append(f"Empreinte (SHA-256) du fichier : {reponse.empreinte}.")
    return [insecables(p) for p in phrases]


def dire_le_sceau(sceau: Sceau) -> list[str]:
    """Which act a seal is of, who signed it and when, and whether it was cancelled."""
    instrument = sceau.instrument
    phrases = [f"{instrument.intitule}, {instrument.contrat.perimetre.nom}."]
    for signature in sceau.signatures:
        delegation = f", par délégation ({signature['delegation']})" if signature["delegation"] else ""
        quand = en_lettres(lire_date_iso(signature["date"]))
        phrases.append(f"Signé le {quand} : {signature['partie']} ({signature['qualite']}{delegation}).")
    phrases.append(f"Scellé le {en_lettres(sceau.instant.date())}, {sceau.get_lecture_display()}.")
    if sceau.motif:
        phrases.append(f"Rattaché à la main : {sceau.motif}")
    if hasattr(sceau, "annulation"):
        le = en_lettres(sceau.annulation.instant.date())
        phrases.append(f"Ce sceau a été annulé le {le} : {sceau.annulation.motif}")
    return phrases
