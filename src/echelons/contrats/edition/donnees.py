"""What each document of an instrument says, in French and already formatted: the templates only lay it out.

The same values make the PDF and the editable documents, so that they cannot differ.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, is_dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.conf import settings

from echelons.contrats.contenu.forme import Contenu, Fiche
from echelons.contrats.contenu.totaux import Totaux, totaliser
from echelons.contrats.edition.code import code_de, grouper
from echelons.contrats.edition.tableaux import (
    Tableau,
    financement_de_fiche,
    plan_de_financement,
    tableau_des_cibles,
)
from echelons.socle.dates import en_lettres
from echelons.socle.nombres import accorder, euros_au_centime, exact, insecables, nombre
from echelons.socle.textes import au_milieu


class Piece(StrEnum):
    """What can be produced from a content."""

    CONVENTION = "convention"
    ANNEXES = "annexes"
    FICHE = "fiche"
    FINANCEMENT = "financement"
    DELIBERATION = "deliberation"
    RAPPORT = "rapport"
    SIGNATURES = "signatures"


#: The letter of each piece in the codes of its pages.
LETTRES = {
    Piece.CONVENTION: "C",
    Piece.ANNEXES: "A",
    Piece.FICHE: "F",
    Piece.FINANCEMENT: "P",
    Piece.DELIBERATION: "D",
    Piece.RAPPORT: "R",
    Piece.SIGNATURES: "S",
}
COTES = {"etat": "l’État", "collectivite": "la collectivité", "autre": "les autres financeurs"}
SIGNER = (
    "Article 2 : elle autorise [le président ou la présidente] à le signer, ainsi que tout document nécessaire à son "
    "exécution."
)
FICTIF = "Document fictif : le territoire, les parties et les montants sont inventés pour la démonstration."
PROJET = "Projet : ce document n’engage personne. Il montre l’acte tel qu’il serait produit aujourd’hui."


@dataclass(frozen=True)
class Edition:
    """What is being produced: from which content, as which piece, on which day.

    ``projet``: a preview, which bears no code to check. ``reference`` names the fiche, for that piece alone; ``site``,
    the host where the act can be checked.
    """

    contenu: Contenu
    piece: Piece
    projet: bool
    jour: dt.date
    reference: str = ""
    site: str = field(default_factory=lambda: settings.ADRESSE_DES_ACTES)

    @cached_property
    def code(self) -> str:
        """The twenty characters printed on each page; none on a preview."""
        return "" if self.projet else code_de(self.contenu.empreinte)

    @property
    def lettre(self) -> str:
        """The letter of the piece, in the codes of its pages."""
        return LETTRES[self.piece]


@dataclass(frozen=True)
class Trait:
    """« Pilote : Direction de l’insertion »; a text of its own when it is long."""

    nom: str
    lignes: tuple[str, ...]


@dataclass(frozen=True)
class FicheDite:
    """A fiche-action as it is read."""

    titre: str
    traits: tuple[Trait, ...]
    textes: tuple[Trait, ...]
    titre_tableaux: str
    tableaux: tuple[Tableau, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading (none when empty), its paragraphs, then its tables."""

    titre: str
    lignes: tuple[str, ...] = ()
    tableaux: tuple[Tableau, ...] = ()


@dataclass(frozen=True)
class Annexe:
    """An annex: paragraphs, fiches, tables, notes."""

    titre: str
    lignes: tuple[str, ...] = ()
    fiches: tuple[FicheDite, ...] = ()
    tableaux: tuple[Tableau, ...] = ()
    notes: tuple[str, ...] = field(default=())


def donnees_de(edition: Edition) -> dict[str, Any]:
    """Everything that the template of this piece asks for, the marks of the pages besides.

    Raises ``LookupError`` for a fiche that the content does not have.
    """
    contenu, piece = edition.contenu, edition.piece
    propres = {
        Piece.CONVENTION: _convention,
        Piece.ANNEXES: _annexes,
        Piece.FICHE: _fiche_seule,
        Piece.FINANCEMENT: _financement,
        Piece.DELIBERATION: _deliberation,
        Piece.RAPPORT: _rapport,
        Piece.SIGNATURES: _page_de_signatures,
    }[piece](edition)
    soi = contenu.instrument
    avis = [insecables(FICTIF)] if soi.fictif else []
    avis += [insecables(PROJET)] if edition.projet else []
    communes = {
        "auteurs": [insecables(p.libelle) for p in soi.parties] or [soi.territoire.nom],
        "description": insecables(f"{soi.appele} : {soi.dispositif_nom}, {soi.territoire.nom}"),
        "surtitre": insecables(soi.dispositif_nom),
        "soustitre": "",
        "avis": avis,
        "courant": insecables(soi.intitule),
        "reference": f"{soi.contrat}/{soi.cle}",
        "mention": f"{soi.contrat}/{soi.cle}, {en_lettres(edition.jour)}",
        "projet": edition.projet,
        "fictif": soi.fictif,
        "code": grouper(edition.code),
        "verifier": insecables(f"Vérifier : {edition.site}/verifier/"),
        "qr_alt": insecables(f"Code à lire avec un appareil photo : {grouper(edition.code)}"),
    }
    return {**communes, **propres}


# --- The pieces ---------------------------------------------------------------------------------------------
def _convention(edition: Edition) -> dict[str, Any]:
    contenu = edition.contenu
    soi = contenu.instrument
    annexes = annexes_de(contenu)
    return {
        "titre": insecables(soi.intitule or soi.appele),
        "soustitre": soi.territoire.nom,
        "resume": [_clair(t) for t in resume_de(contenu)],
        "titre_sommaire": "Sommaire",
        "sommaire": bool(contenu.clauses or annexes),
        "preambule": preambule_de(contenu),
        "texte": _lignes(contenu.texte),
        "articles": [_clair(a) for a in articles_de(contenu)],
        "annexes": [_clair(a) for a in annexes],
        **_signatures(edition),
    }


def _annexes(edition: Edition) -> dict[str, Any]:
    annexes = annexes_de(edition.contenu) or [Annexe("Annexes", ("Cet instrument n’a pas d’annexe.",))]
    intitule = edition.contenu.instrument.intitule
    return {
        "titre": insecables(f"Annexes : {intitule}"),
        "annexes": [_clair(a) for a in annexes],
    }


def _fiche_seule(edition: Edition) -> dict[str, Any]:
    contenu = edition.contenu
    fiche = next((f for f in contenu.fiches if f.reference == edition.reference), None)
    if fiche is None:
        raise LookupError(edition.reference)
    dite = fiche_dite(contenu, fiche, totaliser(contenu))
    return {
        "titre": insecables(f"Fiche-action {fiche.numero}".strip()),
        "soustitre": insecables(contenu.instrument.intitule),
        "fiche": _clair(dite),
    }


def _financement(edition: Edition) -> dict[str, Any]:
    contenu = edition.contenu
    return {
        "titre": "Plan de financement",
        "soustitre": insecables(contenu.instrument.intitule),
        "tableaux": [_clair(t) for t in plan_de_financement(contenu)],
        "notes": notes_du_plan(contenu),
    }


def _deliberation(edition: Edition) -> dict[str, Any]:
    return {
        "titre": "Projet de délibération",
        "soustitre": insecables(edition.contenu.instrument.intitule),
        "sections": [_clair(s) for s in sections_de_la_deliberation(edition.contenu)],
    }


def _rapport(edition: Edition) -> dict[str, Any]:
    return {
        "titre": "Rapport à l’assemblée délibérante",
        "soustitre": insecables(edition.contenu.instrument.intitule),
        "sections": [_clair(s) for s in sections_du_rapport(edition.contenu)],
    }


def _page_de_signatures(edition: Edition) -> dict[str, Any]:
    soi = edition.contenu.instrument
    return {
        "titre": insecables(f"Page de signatures : {soi.intitule}"),
        "resume": [_clair(t) for t in resume_de(edition.contenu)],
        **_signatures(edition),
    }


def _signatures(edition: Edition) -> dict[str, Any]:
    soi = edition.contenu.instrument
    exemplaires = accorder(max(len(soi.parties), 1), "exemplaire original", "exemplaires originaux")
    ou = f"{edition.site}/verifier/" if edition.site else "/verifier/ du site qui a produit cet acte"
    verification = (
        f"Ce carré et le code {grouper(edition.code)} désignent le contenu signé. Pour vérifier une copie ou un "
        f"original numérisé, déposez-le ou tapez ce code à l’adresse {ou}."
    )
    return {
        "signatures": {
            "titre": "Signatures",
            "formule": [f"Fait en {exemplaires}."],
            "consigne": insecables("Nom, qualité, lieu, date et signature :"),
            "parties": [insecables(f"Pour {au_milieu(p.libelle)}") for p in soi.parties]
            or ["Pour les parties"],
        },
        "comment_verifier": insecables(verification),
    }


# --- Their parts --------------------------------------------------------------------------------------------
def resume_de(contenu: Contenu) -> list[Trait]:
    """Whose act it is, for how long and how much."""
    soi, t = contenu.instrument, totaliser(contenu)
    traits = [
        _trait("Parties", "\n".join(p.libelle for p in soi.parties)),
        _trait("Territoire", f"{soi.territoire.nom} ({soi.territoire.code})"),
        _trait("Période", periode(soi.debut, soi.fin)),
        _trait("Fiches-actions", nombre(len(contenu.fiches)) if contenu.fiches else ""),
    ]
    if contenu.lignes:
        traits.append(_trait("Montant total", euros_au_centime(t.ensemble)))
        traits += [
            _trait(f"dont {COTES[cote]}", euros_au_centime(somme))
            for cote, somme in t.par_cote.items()
            if somme
        ]
    return [trait for trait in traits if trait.lignes]


def preambule_de(contenu: Contenu) -> list[str]:
    """« Entre l’État et … »; nothing without parties."""
    parties = [p.libelle for p in contenu.instrument.parties]
    if not parties:
        return []
    entre = " ; ".join(parties)
    return [insecables(f"Entre : {entre},"), insecables("Il est convenu ce qui suit :")]


def articles_de(contenu: Contenu) -> list[Section]:
    """The articles, numbered."""
    return [
        Section(insecables(f"Article {_ordinal(c.numero)} – {c.titre}"), tuple(_lignes(c.texte)))
        for c in contenu.clauses
    ]


def annexes_de(contenu: Contenu) -> list[Annexe]:
    """Targets, fiches, money, what departs from the rules: those that hold something, lettered in this order.

    Annexe A is that of the indicators, which the articles cite: with fiches and no target, it says that there is none.
    """
    t = totaliser(contenu)
    annexes: list[tuple[str, Annexe]] = []
    if contenu.cibles:
        tableaux = tableau_des_cibles(contenu, contenu.cibles, avec_fiche=True)
        annexes.append(("Engagements et indicateurs", Annexe("", tableaux=tuple(tableaux))))
    elif contenu.fiches:
        annexes.append(("Engagements et indicateurs", Annexe("", ("Aucun indicateur n’est visé.",))))
    if contenu.fiches:
        fiches = tuple(fiche_dite(contenu, f, t) for f in contenu.fiches)
        annexes.append(("Fiches-actions", Annexe("", fiches=fiches)))
    if contenu.lignes or contenu.plafonds:
        plan = Annexe("", tableaux=tuple(plan_de_financement(contenu)), notes=tuple(notes_du_plan(contenu)))
        annexes.append(("Plan de financement", plan))
    if contenu.exceptions:
        motifs = tuple(insecables(f"{e.regle} : {e.motif}") for e in contenu.exceptions)
        annexes.append(("Exceptions acceptées par les parties", Annexe("", motifs)))
    return [
        Annexe(f"Annexe {chr(ord('A') + rang)} – {titre}", a.lignes, a.fiches, a.tableaux, a.notes)
        for rang, (titre, a) in enumerate(annexes)
    ]


def notes_du_plan(contenu: Contenu) -> list[str]:
    """The total of the plan, in a sentence."""
    if not contenu.lignes:
        return ["Aucun financement n’est inscrit."]
    t = totaliser(contenu)
    parts = ", ".join(
        f"{euros_au_centime(somme)} pour {COTES[c]}" for c, somme in t.par_cote.items() if somme
    )
    return [insecables(f"Total du plan : {euros_au_centime(t.ensemble)}, dont {parts}.")]


def fiche_dite(contenu: Contenu, fiche: Fiche, t: Totaux) -> FicheDite:
    """A fiche as it is read: short fields first, then texts, money and targets."""
    courts = [
        _trait("Volet", fiche.axe.libelle if fiche.axe else ""),
        _trait("Objectif", fiche.objectif.libelle if fiche.objectif else ""),
        _trait("Mesure", fiche.mesure.libelle if fiche.mesure else ""),
        _trait("Nature", _nature(fiche)),
        _trait("Public", fiche.public),
        _trait("Personnes attendues", nombre(fiche.effectif)),
        _trait(
            "Territoires", ", ".join(f"{x.nom} ({x.code})" for x in fiche.territoires) or "Tout le territoire"
        ),
        _trait("Lieux", fiche.lieux),
        _trait("Pilote", fiche.pilote),
        _trait("Partenaires", "\n".join(fiche.partenaires)),
        _trait("Opérateurs", "\n".join(fiche.operateurs)),
        _trait("Calendrier", periode(fiche.debut, fiche.fin)),
        _trait("Moyens humains", f"{exact(fiche.etp)} ETP" if fiche.etp is not None else ""),
        *(_trait(c.libelle, c.valeur) for c in fiche.complement),
        _trait("Pièces jointes", "\n".join(fiche.pieces)),
    ]
    longs = [
        _trait("Diagnostic", fiche.diagnostic),
        _trait("Description", fiche.description),
        _trait("Situation de départ", fiche.situation_de_depart),
        _trait("Justification", fiche.justification),
    ]
    siennes = [c for c in contenu.cibles if c.fiche == fiche.reference]
    tableaux = [
        *financement_de_fiche(contenu, fiche.reference, t),
        *tableau_des_cibles(contenu, siennes, avec_fiche=False),
    ]
    total = t.par_fiche.get(fiche.reference)
    return FicheDite(
        titre=insecables(f"Fiche {fiche.numero} – {fiche.intitule}" if fiche.numero else fiche.intitule),
        traits=tuple(c for c in courts if c.lignes),
        textes=tuple(x for x in longs if x.lignes),
        titre_tableaux="Financement et résultats attendus",
        tableaux=tuple(tableaux),
        notes=(insecables(f"Total de la fiche : {euros_au_centime(total)}."),) if total else (),
    )


def sections_de_la_deliberation(contenu: Contenu) -> list[Section]:
    """The draft that the assembly votes on; what is the assembly's to say is left between brackets."""
    soi, t = contenu.instrument, totaliser(contenu)
    engage = t.par_cote.get("collectivite")
    articles = [
        f"Article 1er : l’assemblée approuve l’acte « {soi.intitule} », annexé à la présente délibération.",
        SIGNER,
    ]
    if engage:
        articles.append(
            f"Article 3 : la participation de la collectivité, de {euros_au_centime(engage)}, est inscrite au budget "
            "des exercices concernés, sous réserve du vote des crédits."
        )
    return [
        Section(
            "Visas",
            _phrases(
                "Vu le code général des collectivités territoriales ;",
                "Vu le code de l’action sociale et des familles ;",
                f"Vu le dispositif « {soi.dispositif_nom} » ;",
                "Vu [autres visas] ;",
                "Vu le rapport présenté à l’assemblée ;",
            ),
        ),
        Section(
            "Délibération", _phrases("L’assemblée délibérante, après en avoir délibéré, décide :", *articles)
        ),
        Section(
            "Vote",
            _phrases(
                "Pour : [nombre]. Contre : [nombre]. Abstentions : [nombre].",
                "Délibération n° [numéro], séance du [date].",
            ),
        ),
    ]


def sections_du_rapport(contenu: Contenu) -> list[Section]:
    """The report: what is proposed, what is done, what it costs, what is expected."""
    soi = contenu.instrument
    objet = (
        f"Le présent rapport propose à l’assemblée d’approuver « {soi.intitule} », pris dans le cadre suivant : "
        f"{soi.dispositif_nom}."
    )
    quand = periode(soi.debut, soi.fin)
    sections = [Section("Objet", _phrases(objet, *([f"Période couverte : {quand}."] if quand else [])))]
    if contenu.fiches:
        actions = [insecables(f"{f.numero} {f.intitule}{_pour(f)}".strip()) for f in contenu.fiches]
        dites = accorder(len(contenu.fiches), "action est prévue", "actions sont prévues")
        sections.append(Section("Actions", (insecables(f"{dites} :"), *actions)))
    if contenu.lignes:
        sections.append(
            Section("Financement", tuple(notes_du_plan(contenu)), tuple(plan_de_financement(contenu)))
        )
    if contenu.cibles:
        tableaux = tableau_des_cibles(contenu, contenu.cibles, avec_fiche=True)
        sections.append(Section("Résultats attendus", tableaux=tuple(tableaux)))
    if contenu.vide and contenu.texte:
        sections.append(Section("Texte proposé", tuple(_lignes(contenu.texte))))
    sections.append(
        Section("Proposition", ("Il est proposé à l’assemblée d’adopter le projet de délibération joint.",))
    )
    return sections


def periode(debut: dt.date | None, fin: dt.date | None) -> str:
    """« du 1er janvier 2019 au 31 décembre 2021 »; what is known of it."""
    if debut and fin:
        return f"du {en_lettres(debut)} au {en_lettres(fin)}"
    if debut:
        return f"à partir du {en_lettres(debut)}"
    return f"jusqu’au {en_lettres(fin)}" if fin else ""


def _pour(fiche: Fiche) -> str:
    return f" (pilote : {fiche.pilote})" if fiche.pilote else ""


def _nature(fiche: Fiche) -> str:
    nature = fiche.nature.libelle if fiche.nature else ""
    return f"{nature} ({fiche.sorte})" if nature and fiche.sorte else nature or fiche.sorte


def _clair(valeur: Any) -> Any:
    """As lists, objects and texts; ``dataclasses.asdict`` would copy every text."""
    if isinstance(valeur, str | int):
        return valeur
    if is_dataclass(valeur):
        return {nom: _clair(getattr(valeur, nom)) for nom in valeur.__dataclass_fields__}
    return [_clair(element) for element in valeur]


def _ordinal(rang: int) -> str:
    return "1er" if rang == 1 else str(rang)


def _trait(nom: str, texte: str) -> Trait:
    return Trait(nom, tuple(_lignes(texte)))


def _lignes(texte: str) -> list[str]:
    """One paragraph a line, as it was typed."""
    return [ligne.strip() for ligne in texte.splitlines() if ligne.strip()]


def _phrases(*phrases: str) -> tuple[str, ...]:
    return tuple(insecables(p) for p in phrases)
