"""Sealing an instrument that every party has signed, on its deposited original; saying that a seal was a mistake."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Mandat
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.actes import refus_de
from echelons.contrats.contenu.etat import fige_le
from echelons.contrats.contenu.forme import Contenu, lire
from echelons.contrats.dossier import Dossier
from echelons.contrats.edition.code import code_de
from echelons.contrats.edition.donnees import Piece
from echelons.contrats.edition.production import nombre_de_pages, produire
from echelons.contrats.models import AnnulationDeSceau, Document, Instrument, Sceau
from echelons.contrats.sceaux.codes import CodesLus, lire_les_codes
from echelons.contrats.sceaux.forme import FORME, digerer
from echelons.contrats.sceaux.lecture import SIGNES, sceau_en_cours
from echelons.socle.circuit import ActeInterdit, EtatRefuse, Refus
from echelons.socle.depot import coffre
from echelons.socle.horloge import maintenant
from echelons.socle.journal import ecrire

#: The letter of the convention in the codes of its pages.
LETTRE = "C"


def sceller(*, par: Acteur, instrument: Instrument, document: Document, motif: str = "") -> Sceau:
    """Seal an instrument on its signed original, whose codes are read to prove that it is that of this text.

    Raises ``ActeInterdit``; ``EtatRefuse`` (not signed by all, already sealed, a text that says no more than itself);
    ``ValidationError`` when the original is not a PDF of this contract, bears the code of another text, or lacks pages
    and no ``motif`` says why it is nevertheless the right one. Nothing is then written. Not part of a longer
    transaction: files reach the disk before their row is committed.
    """
    mandat = _mandat(par, instrument)
    _verifier_qu_il_est_signe(instrument)
    contenu, pdf = acte_a_signer(instrument)
    _verifier_le_document(instrument, document)
    signe_le = Dossier.de(instrument).derniere_signature
    assert signe_le is not None, "un instrument signé a une dernière signature"
    code = code_de(contenu.empreinte)
    with coffre.ouvrir(document.empreinte) as fichier:
        lus = lire_les_codes(fichier)
    motif = motif.strip()
    manquantes = _pages_manquantes(lus, code, nombre_de_pages(pdf))
    if manquantes and not motif:
        raise ValidationError({"motif": manquantes})
    with coffre.en_attente(pdf) as produit, coffre.occupation(), transaction.atomic():
        frais = (
            Instrument.objects.select_for_update(of=("self",)).select_related("contrat").get(pk=instrument.pk)
        )
        if frais.etat not in SIGNES or sceau_en_cours(frais) is not None:
            raise EtatRefuse(
                "Cet instrument vient d’être scellé, ou n’est plus signé\u00a0: rechargez la page."
            )
        coffre.ranger(*produit, None)
        sceau = Sceau(
            instrument=frais,
            rang=frais.sceaux.count() + 1,
            forme=FORME,
            jour=signe_le,
            instant=maintenant(),
            contenu=contenu.octets.decode(),
            empreinte=contenu.empreinte,
            code=code,
            produit=produit[1],
            original=document.empreinte,
            document=document,
            lecture=Sceau.Lecture.MAIN if manquantes else Sceau.Lecture.CODES,
            motif=motif if manquantes else "",
            signatures=_signatures(instrument),
            mandat=mandat,
        )
        sceau.sceau = digerer(sceau)
        sceau.save(force_insert=True)
        _journaliser(par, sceau, "sceller", {"empreinte": sceau.empreinte, "produit": sceau.produit})
    return sceau


@transaction.atomic
def annuler(*, par: Acteur, sceau: Sceau, motif: str) -> AnnulationDeSceau:
    """Say that a seal was a mistake; it stays, shown with the reason. Raises ``ActeInterdit``, ``ValidationError``."""
    mandat = _mandat(par, sceau.instrument)
    motif = motif.strip()
    if not motif:
        raise ValidationError(
            {"motif": "Dites pourquoi ce sceau est annulé\u00a0: la raison reste publique."}
        )
    Instrument.objects.select_for_update(of=("self",)).get(pk=sceau.instrument_id)
    if AnnulationDeSceau.objects.filter(sceau=sceau).exists():
        raise ValidationError("Ce sceau est déjà annulé.")
    annulation = AnnulationDeSceau.objects.create(
        sceau=sceau, motif=motif, instant=maintenant(), mandat=mandat
    )
    _journaliser(par, sceau, "annuler_le_sceau", {})
    return annulation


def _mandat(par: Acteur, instrument: Instrument) -> Mandat:
    if refus := refus_de(par, Capacite.SCELLER, instrument.contrat):
        raise ActeInterdit(refus)
    pouvoir = par.pouvoir(Capacite.SCELLER, instrument.contrat.cible)
    if pouvoir is None:
        raise ActeInterdit(Refus("Vous n’avez pas cette capacité ici."))
    return pouvoir.mandat


def acte_a_signer(instrument: Instrument) -> tuple[Contenu, bytes]:
    """What was frozen when it was submitted, and the PDF of it that the parties print and sign.

    Raises ``EtatRefuse`` when nothing was frozen but a text.
    """
    version, jour = Dossier.de(instrument).texte, fige_le(instrument)
    if version is None or version.contenu is None or jour is None:
        raise EtatRefuse(
            "Cet instrument n’a que son texte\u00a0: sans fiche, financement ni cible figés, il n’y a rien à sceller."
        )
    contenu = lire(version.contenu)
    return contenu, produire(contenu, piece=Piece.CONVENTION, projet=False, jour=jour)


def _verifier_qu_il_est_signe(instrument: Instrument) -> None:
    if instrument.etat not in SIGNES:
        raise EtatRefuse("Un instrument se scelle quand toutes ses parties ont signé.")
    if sceau_en_cours(instrument) is not None:
        raise EtatRefuse("Cet instrument est déjà scellé. Annulez d’abord ce sceau s’il est une erreur.")


def _verifier_le_document(instrument: Instrument, document: Document) -> None:
    if document.contrat_id != instrument.contrat_id or document.retire_le is not None:
        raise ValidationError({"document": "Choisissez un document de ce dossier, qui n’est pas retiré."})
    if document.type != "pdf":
        raise ValidationError(
            {"document": "L’original signé se dépose en PDF\u00a0: numérisez-le en un seul fichier."}
        )


def _pages_manquantes(lus: CodesLus, code: str, attendues: int) -> str:
    """What the codes do not prove, in a sentence; empty when every page of this text was read.

    Raises ``ValidationError`` when the scan bears the code of another text: no reason makes it that of this one.
    """
    autres = set(lus.trouves) - {code}
    if autres:
        raise ValidationError(
            {"document": "Ce document porte le code d’un autre texte que celui qui a été signé ici."}
        )
    pages = lus.trouves.get(code, {}).get(LETTRE, frozenset())
    absentes = [str(n) for n in range(1, attendues + 1) if n not in pages]
    if not absentes:
        return ""
    if len(absentes) == attendues:
        return "Aucun code n’a pu être lu sur ce document. Dites pourquoi c’est bien l’original de ce texte."
    return (
        f"Le code n’a pas pu être lu sur les pages {', '.join(absentes[:20])}. "
        "Dites pourquoi c’est bien l’original de ce texte."
    )


def _signatures(instrument: Instrument) -> list[dict[str, Any]]:
    return [
        {
            "partie": s.partie.libelle,
            "date": s.date.isoformat(),
            "qualite": s.mandat.fonction.libelle,
            "delegation": s.delegation,
        }
        for s in sorted(Dossier.de(instrument).signatures, key=lambda s: (s.date, s.partie.libelle))
    ]


def _journaliser(par: Acteur, sceau: Sceau, acte: str, donnees: dict[str, Any]) -> None:
    instrument = sceau.instrument
    ecrire(
        objet=instrument.objet_journal,
        acte=acte,
        auteur=auteur_de(par, Capacite.SCELLER, instrument.contrat.cible),
        donnees={"sceau": sceau.rang, **donnees},
    )
