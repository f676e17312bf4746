"""Mandates by file: each row becomes an invitation, that the person accepts or not; no account is ever opened here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse

from echelons.acteurs.actes import chevauche, inviter
from echelons.acteurs.droits import Capacite
from echelons.acteurs.ecritures import noter
from echelons.acteurs.habilitations import ActeRefuse, examiner
from echelons.acteurs.models import Fonction, Invitation, Mandat, Organisation
from echelons.acteurs.par_fichier.lieux import Lieux
from echelons.acteurs.pouvoirs import Acteur, Refus
from echelons.socle.circuit import ActeIncomplet, Manque
from echelons.socle.horloge import maintenant
from echelons.socle.imports.actes import CHANGE_DEPUIS
from echelons.socle.imports.champs import Champ, LigneLue, ValeurRefusee
from echelons.socle.imports.valeurs import UN_JOUR, choix, en_texte, jour, texte
from echelons.socle.journal import SYSTEME
from echelons.socle.tableurs import Valeur
from echelons.socle.textes import normaliser
from echelons.territoires.models import Territoire

Cree = tuple[str, int]


def _courriel(valeur: Valeur, chantier: Any) -> str:
    """An e-mail address, in lower case."""
    lu = en_texte(valeur).lower()
    try:
        if lu:
            validate_email(lu)
    except ValidationError:
        raise ValeurRefusee("une adresse électronique, comme prenom.nom@exemple.fr") from None
    return lu


CHAMPS = (
    Champ(
        "courriel", "Adresse électronique", _courriel, "l’adresse de la personne invitée",
        ("courriel", "e-mail", "email", "mail", "adresse", "adresse mail"), requis=True,
        exemple="prenom.nom@exemple.fr",
    ),
    Champ("prenom", "Prénom", texte(100), "le prénom", ("prénoms",), exemple=""),
    Champ("nom", "Nom", texte(100), "le nom de famille", ("nom de famille",), exemple=""),
    Champ(
        "fonction", "Fonction", texte(200), "le nom ou le code d’une fonction", ("poste", "rôle", "qualité"),
        requis=True, exemple="Chargé de mission",
    ),
    Champ(
        "organisation", "Organisation", texte(200), "le nom, le code ou le SIRET d’une organisation connue",
        ("service", "structure", "employeur"), requis=True, exemple="",
    ),
    Champ(
        "territoire", "Territoire", texte(200), "le territoire où la fonction s’exerce\u00a0; vide\u00a0: la nation, "
        "ou celui de l’organisation", ("département", "région", "lieu"), exemple="Nord (59)",
    ),
    Champ(
        "debut", "Début", jour, UN_JOUR, ("à partir du", "depuis", "date de début", "prise de fonction"), requis=True,
        exemple="01/09/2025",
    ),
    Champ("fin", "Fin", jour, UN_JOUR, ("jusqu’au", "date de fin"), exemple=""),
    Champ(
        "titre", "Titre", choix({str(t.label): str(t.value) for t in Mandat.Titre}),
        "titulaire, par intérim, en suppléance ou par délégation\u00a0; vide\u00a0: titulaire", (), exemple="titulaire",
    ),
    Champ("acte", "Acte de délégation", texte(200), "l’acte qui donne la délégation", ("arrêté", "délégation")),
)  # fmt: skip


@dataclass(frozen=True)
class Dit:
    """An invitation to make."""

    courriel: str
    prenom: str
    nom: str
    mandat: Mandat

    @property
    def cle(self) -> tuple[object, ...]:
        """What tells it from the others."""
        m = self.mandat
        return self.courriel, m.fonction_id, m.organisation_id, m.territoire_id


class ChantierDesMandats:
    """One import of mandates at work, under the rights of whoever makes it."""

    def __init__(self, par: Acteur) -> None:
        self.par = par
        self.lieux = Lieux()
        self.instant = maintenant()
        self.fonctions = {normaliser(n): f for f in Fonction.objects.all() for n in (f.code, f.libelle)}
        self._organisations: dict[str, list[Organisation]] = {}
        toutes = Organisation.objects.vivantes().select_related("territoire__region").prefetch_related("noms")
        for organisation in toutes:
            for nom in {organisation.code, organisation.siret, *(n.nom for n in organisation.noms.all())} - {
                ""
            }:
                self._organisations.setdefault(normaliser(nom), []).append(organisation)
        self._vues: dict[tuple[object, ...], str] = {}

    # --- Judging --------------------------------------------------------------------------------------
    def juger(self, lignes: Sequence[LigneLue]) -> None:
        """Say of each row whether it may be done, and whether it is already."""
        for ligne in lignes:
            dit = None if ligne.fausse else self._comprendre(ligne)
            if dit is not None and not ligne.fausse:
                ligne.enonce = dit
                self._situer(ligne, dit)

    def _comprendre(self, ligne: LigneLue) -> Dit | None:
        v, champ = ligne.valeurs, "fonction"
        try:
            fonction = self._fonction(v["fonction"])
            champ = "organisation"
            organisation = self._organisation(v["organisation"], v["territoire"])
            champ = "territoire"
            lieu = self._territoire(v["territoire"], fonction, organisation, v["debut"])
        except ValeurRefusee as refus:
            ligne.refuser(champ, str(refus))
            return None
        if isinstance(examiner(self.par, Capacite.MANDAT_INVITER, fonction, organisation, lieu), Refus):
            ligne.refuser(
                "fonction", "une fonction et un lieu auxquels vos propres fonctions permettent d’inviter"
            )
            return None
        mandat = Mandat(
            fonction=fonction, organisation=organisation, territoire=lieu, titre=v["titre"] or Mandat.Titre.TITULAIRE,
            acte_de_delegation=v["acte"], debut=v["debut"], fin=v["fin"],
        )  # fmt: skip
        try:
            mandat.full_clean(exclude=["personne"])
        except ValidationError as erreur:
            for nom, messages in erreur.message_dict.items():
                ligne.refuser(ERREURS.get(nom, nom if nom in v else "titre"), _attendu(messages))
            return None
        return Dit(v["courriel"], v["prenom"], v["nom"], mandat)

    def _fonction(self, dite: str) -> Fonction:
        for nom in (dite, dite.rpartition("(")[2], dite.rpartition("(")[0]):
            if trouvee := self.fonctions.get(normaliser(nom)):
                return trouvee
        raise ValeurRefusee("le nom ou le code d’une fonction, comme dans le modèle")

    def _organisation(self, dite: str, lieu: str) -> Organisation:
        memes = list({o.pk: o for o in self._organisations.get(normaliser(dite), ())}.values())
        if len(memes) > 1 and lieu:
            code = normaliser(lieu)
            memes = [
                o
                for o in memes
                if o.territoire and code in {normaliser(o.territoire.code), normaliser(o.territoire.nom)}
            ]
        if len(memes) == 1:
            return memes[0]
        if memes:
            raise ValeurRefusee(
                f"une seule organisation, par son code\u00a0: {', '.join(sorted(o.code for o in memes)[:5])}"
            )
        raise ValeurRefusee("une organisation connue (son nom, son code ou son SIRET)")

    def _territoire(
        self, dit: str, fonction: Fonction, organisation: Organisation, debut: Any
    ) -> Territoire | None:
        if fonction.echelon == Fonction.Echelon.NATIONAL and not dit:
            return None
        if not dit:
            return organisation.territoire
        return self.lieux.trouver(dit, debut, regional=fonction.echelon == Fonction.Echelon.REGIONAL)

    def _situer(self, ligne: LigneLue, dit: Dit) -> None:
        """Already held or invited, read before, new; and whether somebody else holds it."""
        if deja := self._vues.get(dit.cle):
            ligne.sort = "doublon"
            ligne.signaler("courriel", f"invite à la même fonction que la {deja}\u00a0: gardée une fois")
            return
        self._vues[dit.cle] = f"ligne {ligne.numero} de «\u00a0{ligne.feuille}\u00a0»"
        m = dit.mandat
        meme = {"fonction": m.fonction, "organisation": m.organisation, "territoire": m.territoire}
        tenus = Mandat.objects.filter(chevauche(m.debut, m.fin), **meme, personne__oubliee_le=None)
        if (
            Invitation.objects.en_attente(self.instant).filter(courriel=dit.courriel, **meme).exists()
            or tenus.filter(personne__compte__courriel=dit.courriel).exists()
        ):
            ligne.sort = "connue"
        elif tenus.exists():
            ligne.proche = True
            ligne.signaler(
                "fonction", "cette fonction est déjà tenue ici à cette date par une autre personne"
            )

    # --- Writing --------------------------------------------------------------------------------------
    def ecrire(self, lignes: Sequence[LigneLue], ecriture: int) -> list[Cree]:
        """Send the invitations, once the transaction is written; what was created, by table."""
        try:
            return [("acteurs_invitation", self._inviter(ligne.enonce).pk) for ligne in lignes]
        except (ActeRefuse, ValidationError) as erreur:
            raise ActeIncomplet((Manque(CHANGE_DEPUIS),)) from erreur

    def _inviter(self, dit: Dit) -> Invitation:
        m = dit.mandat
        return inviter(
            par=self.par,
            courriel=dit.courriel,
            fonction=m.fonction,
            organisation=m.organisation,
            territoire=m.territoire,
            debut=m.debut,
            fin=m.fin,
            prenom=dit.prenom,
            nom=dit.nom,
            titre=m.titre,
            acte_de_delegation=m.acte_de_delegation,
            adresse=lambda secret: f"{settings.ADRESSE}{reverse('invitation', args=[secret])}",
        )


#: The column where an error of the model is shown, when its name is another.
ERREURS = {"acte_de_delegation": "acte", "__all__": "titre"}


def _noms(lieu: Territoire) -> set[str]:
    return {normaliser(lieu.code), normaliser(lieu.nom)}


def _attendu(messages: Sequence[str]) -> str:
    """The sentences of a model, after « attendu »."""
    return " ".join(m[:1].lower() + m[1:].rstrip(".") for m in messages)


def defaire(cles: Mapping[str, Sequence[int]], par: Any) -> list[str]:
    """Withdraw the invitations, unless somebody accepted one: what was accepted is a mandate, ended on its page."""
    invitations = list(
        Invitation.objects.select_for_update(of=("self",)).filter(pk__in=cles.get("acteurs_invitation", ()))
    )
    acceptees = sum(i.mandat_id is not None for i in invitations)
    if acceptees:
        combien = "une personne a accepté" if acceptees == 1 else f"{acceptees}\u00a0personnes ont accepté"
        return [
            f"Cet import ne peut plus être annulé\u00a0: {combien}. Mettez fin à chaque mandat sur sa page."
        ]
    for invitation in invitations:
        if invitation.retiree_le is None:
            invitation.retiree_le = maintenant()
            invitation.save(update_fields=["retiree_le"])
            noter(invitation, "retirer", SYSTEME)
    return []
