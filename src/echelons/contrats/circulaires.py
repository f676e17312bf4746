"""A text reaches the contracts: publishing it, withdrawing it, and acknowledging that it was received.

Publishing is one transaction: the text, the dates that it moves, the obligations that it creates, its edition, its
addressees and their messages are all written, or none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from echelons.acteurs.destinataires import acteur_de, qui_peut
from echelons.acteurs.droits import Capacite
from echelons.acteurs.habilitations import auteur_sous
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.contrats.acces import cible_du_territoire
from echelons.contrats.incidence import Incidence, incidence, incidence_du_texte
from echelons.contrats.models import Contrat, Destinataire, Partie
from echelons.socle.circuit import ActeInterdit, ActeRefuse, Refus
from echelons.socle.circuit.moteur import COMMENTAIRE
from echelons.socle.dates import INSECABLE, en_lettres
from echelons.socle.envois import Ligne, poster
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import Objet, ecrire, histoire
from echelons.socle.models import Ecriture, Message
from echelons.strategie.circulaires import faire, portee_effective
from echelons.strategie.effets import effets_du_texte, enoncer
from echelons.strategie.models import Circulaire, EditionDeTexte, TexteReference
from echelons.territoires.models import Territoire

A_ACCUSER = "contrats.texte"
#: To whom a text is addressed, and who answers for them.
CAPACITES = {
    Partie.Role.ETAT: Capacite.TEXTE_ACCUSER_ETAT,
    Partie.Role.COLLECTIVITE: Capacite.TEXTE_ACCUSER_COLLECTIVITE,
}
N = EditionDeTexte.Nature
VERBES: Mapping[str, str] = {N.PUBLICATION: "Publié", N.CORRECTION: "Corrigé", N.RETRAIT: "Retiré"}


class IncidencePerimee(ActeRefuse):
    """What publishing would touch is no longer what somebody read."""


@transaction.atomic
def publier(
    *, par: Acteur, circulaire: Circulaire, vue: str = "", version_lue: int | None = None
) -> Ecriture:
    """Publish a text, or its correction, to every contract that it speaks of.

    ``vue`` is the digest of the incidence that was read, when it was. Raises an ``ActeRefuse``; nothing is written.
    """
    prevue = incidence(circulaire)
    if vue and vue != prevue.empreinte:
        raise IncidencePerimee(
            "Ce que ce texte touche a changé depuis votre lecture. Relisez-le avant de publier."
        )
    touches, territoires = incidence_effective(circulaire) or prevue, portee_effective(circulaire)
    avant = effets_du_texte(circulaire.texte)
    correction = circulaire.texte is not None
    ecriture = faire(
        par=par, circulaire=circulaire, acte="publier", version_lue=version_lue, territoires=territoires
    )
    texte = circulaire.texte
    assert texte is not None
    nature = N.CORRECTION if correction else N.PUBLICATION
    motif = _motif_de_correction(circulaire) if correction else ""
    edition = _editer(texte, nature, motif, enoncer(avant, effets_du_texte(texte)), touches)
    _adresser(edition, touches, ecriture)
    return ecriture


@transaction.atomic
def retirer(*, par: Acteur, circulaire: Circulaire, motif: str, version_lue: int | None = None) -> Ecriture:
    """Withdraw a text: from today it moves and creates nothing; its addressees are told, and it stays readable.

    Raises an ``ActeRefuse``; nothing is then written.
    """
    if circulaire.texte is None:
        return faire(par=par, circulaire=circulaire, acte="retirer", commentaire=motif)
    touches = incidence_du_texte(circulaire.texte)
    avant = effets_du_texte(circulaire.texte)
    ecriture = faire(
        par=par,
        circulaire=circulaire,
        acte="retirer",
        commentaire=motif,
        version_lue=version_lue,
        le=aujourdhui(),
    )
    texte = circulaire.texte
    edition = _editer(texte, N.RETRAIT, motif.strip(), enoncer(avant, {}), touches)
    _adresser(edition, touches, ecriture)
    return ecriture


def incidence_effective(circulaire: Circulaire) -> Incidence | None:
    """What publishing would really change, when that is not the whole incidence: in the demonstration, the fictional
    territories only.
    """
    effectifs = portee_effective(circulaire)
    if effectifs == tuple(circulaire.territoires.all()):
        return None
    return incidence(circulaire, [t.code for t in effectifs])


def _motif_de_correction(circulaire: Circulaire) -> str:
    """Why it was reopened: the comment of the last act « corriger »."""
    motifs = [
        e.personnel.get(COMMENTAIRE, "") for e in histoire(circulaire.objet_journal) if e.acte == "corriger"
    ]
    return motifs[-1] if motifs else ""


def _editer(
    texte: TexteReference, nature: str, motif: str, enonces: list[str], touches: Incidence
) -> EditionDeTexte:
    return EditionDeTexte.objects.create(
        texte=texte,
        rang=texte.editions.count() + 1,
        nature=nature,
        le=aujourdhui(),
        motif=motif,
        enonces=enonces,
        touches=len(touches.mouvements),
    )


def _adresser(edition: EditionDeTexte, touches: Incidence, ecriture: Ecriture) -> None:
    """Write to whom the edition is addressed, and tell them; whoever published it is told nothing."""
    contrats = Contrat.objects.filter(pk__in=touches.contrats).avec_cible()
    jour = edition.le
    lignes: list[Destinataire] = []
    regions: dict[int, Territoire] = {}
    for contrat in contrats:
        for partie in contrat.ses_parties:
            if partie.role not in CAPACITES or (partie.fin and partie.fin < jour):
                continue
            lignes.append(
                Destinataire(edition=edition, partie=partie, touches=touches.touches.get(contrat.pk, 0))
            )
        regions |= {r.pk: r for r in _regions(contrat)}
    lignes += [Destinataire(edition=edition, region=r) for r in regions.values()]
    Destinataire.objects.bulk_create(lignes, batch_size=500)
    if not lignes:
        return
    cible = _cible_de_tous([*contrats], regions.values())
    capacites = [*CAPACITES.values(), Capacite.TEXTE_ACCUSER_REGION]
    qui = qui_peut(cible, capacites)
    periodes = {
        str(compte.pk): str(edition.rang)
        for capacite in capacites
        for compte, _ in qui[capacite]
        if str(compte.pk) != ecriture.compte
    }
    poster(periodes, genre=A_ACCUSER, objet=Objet("circulaire", edition.texte.code))


def _regions(contrat: Contrat) -> list[Territoire]:
    lieux = [contrat.perimetre, *(p.territoire for p in contrat.ses_parties if p.territoire)]
    return [lieu.region for lieu in lieux if lieu.region]


def _cible_de_tous(contrats: Iterable[Contrat], regions: Iterable[Territoire]) -> Cible:
    """Where all these contracts lie at once."""
    cibles = [c.cible for c in contrats]
    return Cible(
        territoires=frozenset().union(*(c.territoires for c in cibles)),
        regions=frozenset().union(*(c.regions for c in cibles)) | {r.code for r in regions},
    )


# --- When the e-mail leaves --------------------------------------------------------------------------
def dire_texte(destinataire: str, messages: Sequence[Message]) -> dict[int, Ligne | Message.Ecart]:
    """The texts that this person still has to acknowledge; the others were, or no longer reach them."""
    a_accuser = {d.edition.texte.code: d.edition for d in en_attente(acteur_de(destinataire))}
    return {m.pk: _dire(a_accuser.get(m.objet_ref)) for m in messages}


def _dire(edition: EditionDeTexte | None) -> Ligne | Message.Ecart:
    if edition is None:
        return Message.Ecart.FAIT
    texte = edition.texte
    phrase = (
        f"{texte.titre}. {VERBES[edition.nature]} le {en_lettres(edition.le)}{INSECABLE}: accusez réception."
    )
    return Ligne(texte.reference, phrase, reverse("circulaire", args=[texte.code]))


# --- Acknowledging -----------------------------------------------------------------------------------
def capacite_de(destinataire: Destinataire) -> Capacite:
    """The capability of those who answer for an addressee."""
    if destinataire.partie is None:
        return Capacite.TEXTE_ACCUSER_REGION
    return CAPACITES[Partie.Role(destinataire.partie.role)]


def cible_de(destinataire: Destinataire) -> Cible:
    """Where an addressee lies: a collectivité on its own territory, the State wherever the contract is."""
    partie, region = destinataire.partie, destinataire.region
    if partie is None:
        return Cible(regions=frozenset({region.code} if region else ()))
    return cible_du_territoire(partie.territoire) if partie.territoire else partie.contrat.cible


def refus_d_accuser(acteur: Acteur, destinataire: Destinataire) -> Refus | None:
    """Why somebody may not say that a text was received by this addressee, and who can; None when they may."""
    refus = acteur.refus(capacite_de(destinataire), cible_de(destinataire))
    return None if refus is None else Refus(refus.raison, refus.qui)


@transaction.atomic
def accuser(*, par: Acteur, destinataire: Destinataire) -> Destinataire:
    """Say that a text was received; the second time changes nothing. Raises ``ActeInterdit``."""
    pouvoir = par.pouvoir(capacite_de(destinataire), cible_de(destinataire))
    if pouvoir is None:
        refus = par.refus(capacite_de(destinataire), cible_de(destinataire))
        assert refus is not None
        raise ActeInterdit(Refus(refus.raison, refus.qui))
    frais = Destinataire.objects.select_for_update(of=("self",)).get(pk=destinataire.pk)
    if frais.accuse_le is None:
        frais.accuse_le, frais.mandat = aujourdhui(), pouvoir.mandat
        frais.save(update_fields=["accuse_le", "mandat"])
        ecrire(
            objet=destinataire.objet_journal,
            acte="accuser",
            auteur=auteur_sous(par, pouvoir.mandat),
            donnees={"edition": destinataire.edition.rang, "destinataire": frais.pk},
        )
    return frais


@dataclass(frozen=True)
class Avancement:
    """How many addressees of an edition said that they received it."""

    recus: int
    attendus: int


def avancement(destinataires: Iterable[Destinataire]) -> Avancement:
    """Of these addressees."""
    tous = list(destinataires)
    return Avancement(sum(d.accuse_le is not None for d in tous), len(tous))


def en_attente(acteur: Acteur) -> list[Destinataire]:
    """What this person has to acknowledge: the last edition of each text, not yet acknowledged."""
    if acteur.pouvoirs.keys().isdisjoint({*CAPACITES.values(), Capacite.TEXTE_ACCUSER_REGION}):
        return []
    siens = Destinataire.objects.for_user(acteur).avec_tout().filter(accuse_le=None)
    lus: dict[str, int] = {}
    retenus = []
    for destinataire in siens.order_by("-edition__le", "-edition__rang", "pk"):
        texte = destinataire.edition.texte
        if lus.setdefault(texte.code, destinataire.edition.rang) != destinataire.edition.rang:
            continue
        if acteur.peut(capacite_de(destinataire), cible_de(destinataire)):
            retenus.append(destinataire)
    return retenus
