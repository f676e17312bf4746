"""Who is told of what: after an act of the circuit, those whose turn it is, then those who follow; and the reminders.

A message says that something waits, and leads there: it quotes neither a text nor a comment. Whether it still waits,
and whether the reader still may, is asked again when the e-mail leaves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from echelons.acteurs.destinataires import acteur_de, qui_peut
from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Mandat
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.circuit import CIRCUIT
from echelons.contrats.dossier import Dossier
from echelons.contrats.echeances import Echeance
from echelons.contrats.models import Contrat, Instrument, Partie
from echelons.contrats.suivis import echeances_des
from echelons.contrats.tour import AVANCE, attendus, chez, mon_tour
from echelons.socle.dates import INSECABLE, en_lettres
from echelons.socle.envois import Ligne, Rappel, poster
from echelons.socle.models import Ecriture, Message
from echelons.strategie.models import RegleEcheance

E = Instrument.Etat
A_FAIRE, A_SAVOIR, CHOIX = "contrats.a_faire", "contrats.a_savoir", "contrats.choix"
#: The acts that do not wait for the e-mail of the day.
URGENTS = frozenset({"demander_des_corrections", "denoncer"})
#: Who holds the pen on each side follows every change of state; everybody who talks there, what closes it.
SUIVENT = (Capacite.SOUMETTRE, Capacite.INSTRUIRE)
CLOTURES = frozenset({str(E.EN_VIGUEUR), str(E.ABANDONNEE), str(E.DENONCEE)})
#: How many days before its date an obligation is reminded; once it is late, a first time, then every thirty days.
PALIERS = (30, 7, 1)
RETARD = 30


# --- After an act ------------------------------------------------------------------------------------
def annoncer(instrument: Instrument, ecriture: Ecriture) -> int:
    """Tell of an act in its transaction; return how many messages are new. Whoever acted is told nothing."""
    rang = _entree_dans_l_etat(ecriture)
    neuf, urgent = rang == ecriture.rang, ecriture.acte in URGENTS
    attendus_ici = attendus(instrument)
    suivent = _suivent(instrument.etat) if neuf else ()
    capacites = [Capacite(t.capacite) for t in attendus_ici]
    qui = qui_peut(instrument.contrat.cible, {*capacites, *suivent})
    tour: dict[str, list[str]] = {}
    for transition, capacite in zip(attendus_ici, capacites, strict=True):
        for compte, _ in qui[capacite]:
            tour.setdefault(str(compte.pk), []).append(transition.acte)
    informes = {str(compte.pk) for capacite in suivent for compte, _ in qui[capacite]}
    # What is asked of somebody is told once while the instrument stays in its state.
    a_faire = {qui: f"{rang}:{'+'.join(actes)}" for qui, actes in tour.items() if qui != ecriture.compte}
    a_savoir = dict.fromkeys(sorted(informes - {*tour, ecriture.compte}), str(rang))
    objet = instrument.objet_journal
    return poster(a_faire, genre=A_FAIRE, objet=objet, urgent=urgent) + poster(
        a_savoir, genre=A_SAVOIR, objet=objet, urgent=urgent
    )


def annoncer_un_choix(instrument: Instrument, ecriture: Ecriture) -> int:
    """Tell those who choose too that a party said what it makes public of the sealed act, in its transaction."""
    qui = qui_peut(instrument.contrat.cible, {Capacite.PUBLIER})[Capacite.PUBLIER]
    autres = sorted({str(compte.pk) for compte, _ in qui} - {ecriture.compte})
    return poster(dict.fromkeys(autres, str(ecriture.rang)), genre=CHOIX, objet=instrument.objet_journal)


def _suivent(etat: str) -> tuple[Capacite, ...]:
    """The capabilities of those who are told that an instrument entered this state."""
    return (*SUIVENT, Capacite.ECHANGER) if etat in CLOTURES else SUIVENT


def _entree_dans_l_etat(ecriture: Ecriture) -> int:
    """The rank of the row by which the instrument entered the state it is in."""
    if _change(ecriture.donnees):
        return ecriture.rang
    lignes = Ecriture.objects.filter(
        objet_type=ecriture.objet_type, objet_ref=ecriture.objet_ref, rang__lt=ecriture.rang
    ).order_by("-rang")
    for rang, donnees in lignes.values_list("rang", "donnees").iterator(chunk_size=50):
        if _change(donnees):
            return int(rang)
    return 1


def _change(donnees: Mapping[str, object]) -> bool:
    return donnees.get("de") != donnees.get("vers")


# --- When the e-mail leaves --------------------------------------------------------------------------
def dire_a_faire(destinataire: str, messages: Sequence[Message]) -> dict[int, Ligne | Message.Ecart]:
    """What still waits for this person."""
    acteur = acteur_de(destinataire)
    lus = _instruments(acteur, messages)
    return {m.pk: _a_faire(acteur, lus.get(m.objet_ref)) for m in messages}


def _a_faire(acteur: Acteur, instrument: Instrument | None) -> Ligne | Message.Ecart:
    if instrument is None:
        return Message.Ecart.DROIT
    if tour := mon_tour(acteur, instrument):
        actes = " ou ".join(_cite(t.libelle) for t in tour)
        return _ligne(instrument, f"À vous d’agir{INSECABLE}: {actes}.")
    return Message.Ecart.FAIT


def dire_a_savoir(destinataire: str, messages: Sequence[Message]) -> dict[int, Ligne | Message.Ecart]:
    """Where the instruments followed by this person have come to; several moves make one line."""
    acteur = acteur_de(destinataire)
    lus = _instruments(acteur, messages)
    return {m.pk: _a_savoir(acteur, lus.get(m.objet_ref)) for m in messages}


def _a_savoir(acteur: Acteur, instrument: Instrument | None) -> Ligne | Message.Ecart:
    if instrument is None:
        return Message.Ecart.DROIT
    if mon_tour(acteur, instrument):
        return Message.Ecart.FAIT  # what they have to do is told by its own message
    lieu = chez(instrument)
    etat = f"{instrument.get_etat_display()}, {lieu}" if lieu else str(instrument.get_etat_display())
    return _ligne(instrument, f"Pour information{INSECABLE}: {etat}.")


def dire_un_choix(destinataire: str, messages: Sequence[Message]) -> dict[int, Ligne | Message.Ecart]:
    """That another party chose, to who may still choose; several choices make one line."""
    acteur = acteur_de(destinataire)
    lus = _instruments(acteur, messages)
    return {m.pk: _un_choix(acteur, lus.get(m.objet_ref)) for m in messages}


def _un_choix(acteur: Acteur, instrument: Instrument | None) -> Ligne | Message.Ecart:
    if instrument is None or not acteur.peut(Capacite.PUBLIER, instrument.contrat.cible):
        return Message.Ecart.DROIT
    phrase = f"Pour information{INSECABLE}: une partie a dit ce qu’elle accepte de rendre public."
    return _ligne(instrument, phrase, "publication")


def _instruments(acteur: Acteur, messages: Sequence[Message]) -> dict[str, Instrument]:
    """The instruments of these messages that this person may still read, by their reference."""
    references = {m.objet_ref for m in messages}
    codes = {reference.partition("/")[0] for reference in references}
    lisibles = Instrument.objects.for_user(acteur).nes_ici().avec_dossier().filter(contrat__code__in=codes)
    return {i.objet_journal.ref: i for i in lisibles if i.objet_journal.ref in references}


def _ligne(instrument: Instrument, phrase: str, page: str = "instrument") -> Ligne:
    lien = reverse(page, args=[instrument.contrat.code, instrument.cle])
    return Ligne(instrument.contrat.intitule, f"{instrument.intitule}. {phrase}", lien)


def _cite(libelle: str) -> str:
    return f"«{INSECABLE}{libelle}{INSECABLE}»"


# --- Reminders ---------------------------------------------------------------------------------------
def rappels(destinataire: str) -> list[Rappel]:
    """The obligations that this person still has to do something about, near their date or past it."""
    acteur = acteur_de(destinataire)
    fonctions = {pouvoir.fonction for pouvoir in acteur.pouvoirs.get(Capacite.LIRE, ())}
    if not fonctions or not RegleEcheance.objects.filter(dues_par__code__in=fonctions).exists():
        return []
    contrats = {c.code: c for c in Contrat.objects.for_user(acteur).avec_cible()}
    proches = [e for e in echeances_des(contrats.values()) if e.ouverte and _palier(e) is not None]
    instruments = {
        i.pk: i
        for i in Instrument.objects.for_user(acteur).nes_ici().avec_dossier().filter(
            pk__in=[e.instrument.id for e in proches if e.instrument]
        )
    }  # fmt: skip
    dus = []
    for echeance in proches:
        contrat = contrats[echeance.suivi.lu.code]
        instrument = instruments.get(echeance.instrument.id) if echeance.instrument else None
        if doit(acteur, contrat, echeance, instrument):
            cle = f"{echeance.cle}/{echeance.date.isoformat()}/{_palier(echeance)}"
            dus.append(Rappel(cle, _ligne_de_rappel(echeance, contrat, instrument)))
    return dus


def doit(acteur: Acteur, contrat: Contrat, echeance: Echeance, instrument: Instrument | None) -> bool:
    """Whether something is left to this person to do: an instrument under way waits for one of them at a time."""
    if not echeance.ouverte or not echeance.regle.due_par(fonctions_sur(acteur, contrat)):
        return False
    if echeance.regle.nature not in {"convention", "deliberation", "avenant"}:
        return True
    if instrument is not None:
        return bool(mon_tour(acteur, instrument))
    # Nothing is open here yet: those who can open it; elsewhere, whoever owes it.
    return not echeance.suivi.tenu_ici or acteur.peut(Capacite.OUVRIR, contrat.cible)


def fonctions_sur(acteur: Acteur, contrat: Contrat) -> frozenset[str]:
    """The codes of the functions under which somebody reads this contract, vacant offices stood in for included."""
    return frozenset(
        pouvoir.fonction
        for pouvoir in acteur.pouvoirs.get(Capacite.LIRE, ())
        if pouvoir.atteint(contrat.cible)
    )


def _palier(echeance: Echeance) -> str | None:
    """The stage of the reminder, None while the date is far."""
    if echeance.jours < 0:
        return f"retard-{-echeance.jours // RETARD}"
    return next((f"j-{palier}" for palier in sorted(PALIERS) if echeance.jours <= palier), None)


def _ligne_de_rappel(echeance: Echeance, contrat: Contrat, instrument: Instrument | None) -> Ligne:
    reserve = ", date à confirmer" if echeance.a_confirmer else ""
    phrase = f"{echeance.regle.libelle}{INSECABLE}: {en_lettres(echeance.date)} ({delai(echeance.jours)}{reserve})."
    if instrument is not None:
        lien = reverse("instrument", args=[contrat.code, instrument.cle])
    else:
        lien = f"{reverse('echeances')}?contrat={contrat.code}"
    return Ligne(contrat.intitule, phrase, lien)


def delai(jours: int) -> str:
    """« dans 121 jours », « aujourd’hui », « dépassée de 3 jours »."""
    if jours == 0:
        return "aujourd’hui"
    compte = f"{abs(jours)}{INSECABLE}jour{'s' if abs(jours) > 1 else ''}"
    return f"dans {compte}" if jours > 0 else f"dépassée de {compte}"


# --- Before an act -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Annonce:
    """Who will be told if an act leads to a state: those who will have to act, and those who follow."""

    etat: str
    libelle: str
    a_faire: tuple[str, ...]
    pour_information: tuple[str, ...]
    urgent: bool


def apercu(acte: str, instrument: Instrument, *, par: Acteur | None = None) -> tuple[Annonce, ...]:
    """Whom an act would tell, for each state it may lead to; whoever acts (``par``) is left out. Writes nothing."""
    transition = CIRCUIT.table.get((acte, instrument.etat))
    if transition is None:
        return ()
    moi = par.compte.pk if par and par.compte else None
    annonces = []
    for etat in transition.cibles or (instrument.etat,):
        tour = {Capacite(CIRCUIT.table[a, etat].capacite) for a in _suites(acte, instrument, etat)}
        suivent = set(_suivent(etat)) if etat != instrument.etat else set()
        qui = qui_peut(instrument.contrat.cible, tour | suivent)
        a_faire = {c.pk: m for capacite in sorted(tour) for c, m in qui[capacite] if c.pk != moi}
        suite = {c.pk: m for capacite in sorted(suivent) for c, m in qui[capacite] if c.pk != moi}
        annonces.append(
            Annonce(
                etat=etat,
                libelle=CIRCUIT.libelles[etat],
                a_faire=tuple(_nommer(m) for m in a_faire.values()),
                pour_information=tuple(_nommer(m) for pk, m in suite.items() if pk not in a_faire),
                urgent=acte in URGENTS,
            )
        )
    return tuple(annonces)


def _suites(acte: str, instrument: Instrument, etat: str) -> list[str]:
    """The acts that will be waited for in that state once this one is done."""
    dossier = Dossier.de(instrument)
    exclus: set[str] = set()
    if acte != "notifier" and not instrument.notifiee_le:
        exclus.add("entrer_en_vigueur")
    if acte == "notifier" or instrument.notifiee_le:
        exclus.add("notifier")
    if etat == E.SIGNEE and (not dossier.collectivites_sans_vote or acte == "deliberer"):
        exclus.add("deliberer")
    if etat == E.SIGNEE and acte != "deliberer" and not dossier.votes_a_rendre_executoires:
        exclus.add("rendre_executoire")
    suites = [suite for suite in AVANCE.get(etat, ()) if suite not in exclus]
    restent = [_acte_de_signature(p) for p in dossier.parties_sans_signature]
    if acte in restent:
        restent.remove(acte)
    return [s for s in suites if not s.startswith("signer") or s in restent]


def _acte_de_signature(partie: Partie) -> str:
    """The act by which this party signs."""
    propres = {Partie.Role.ETAT: "signer_etat", Partie.Role.COLLECTIVITE: "signer_collectivite"}
    return propres.get(Partie.Role(partie.role), "signer_autre")


def _nommer(mandat: Mandat) -> str:
    return f"{mandat.personne}, {mandat.fonction.libelle}"
