"""A small world for the trials of the rights: three départements in two régions, who acts there, and dossiers.

« Ici » is what the readers look at: it bears the canaries. « Voisin » is another département of the same région,
« ailleurs » a département of another région. Nothing here is changed by the trials: each writes under a savepoint.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass, field, replace
from functools import cached_property

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from echelons.acteurs.actes import inviter
from echelons.acteurs.models import Compte, Fonction, Mandat, NomOrganisation, Organisation, Personne
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import actes
from echelons.contrats.documents import deposer
from echelons.contrats.models import Contrat, Instrument, Partie
from echelons.strategie.models import Dispositif
from echelons.territoires.models import Territoire
from echelons.web.compte import entree
from echelons.web.compte.portes import ParMotDePasse
from tests.contrats.scene import DONNEES, territoire
from tests.droits import document, perimetres
from tests.droits.garniture import ecrire_aux, ecrire_le_contenu, importer
from tests.fabriques import dispositif
from tests.socle import pieces

#: Every office exists, and the dispositif is open.
JOUR = dt.date(2020, 6, 30)
VEILLE = JOUR - dt.timedelta(days=1)
#: Somebody whose mandate has an end, to be ended, renewed, handed over.
FIN_PREVUE = dt.date(2020, 12, 31)
A_RENOUVELER = "Arenouveler"
#: What nobody out of scope may read, by any door. The second is on the people of the région only.
CANARI, CANARI_REGIONAL = "canariquichante", "canaridelaregion"
TEXTE = f"Article 1er. Le {CANARI} du texte."
COMMENTAIRE = f"Le {CANARI} du commentaire."
MESSAGE = f"Le {CANARI} du message."
PORTE = f"{ParMotDePasse.__module__}.{ParMotDePasse.__qualname__}"
_numeros = itertools.count(1)


@dataclass(frozen=True)
class Objet:
    """What an address may name, in one place; the last names nothing at all."""

    nom: str
    territoire: str
    region: str
    contrat: str
    instrument: str
    organisations: frozenset[int] = frozenset()
    #: The organisations whose own action it is.
    actions: frozenset[int] = frozenset()
    #: What other addresses name: a document, a mandate, an organisation…
    autres: dict[str, str] = field(default_factory=dict, hash=False, compare=False)


PERSONNE = str(uuid.UUID(int=0))
INCONNU = Objet(
    "inconnu", "ZZZ", "R00", "jamais-vu", "jamais-vu",
    autres={
        "mandat": "999999", "invitation": "999999", "personne": PERSONNE, "document": PERSONNE,
        "organisation": "jamais-vue", "import": PERSONNE, "import_publie": PERSONNE,
        "circulaire": "jamais-vue", "preparee": "jamais-vue",
        "accuse_region": "999999", "accuse_etat": "999999", "accuse_collectivite": "999999",
        "perimetre": "P-jamais-vu",
        "fiche": PERSONNE, "a_reprendre": PERSONNE, "financeur": "99", "cible": "999999", "clause": PERSONNE,
    },
)  # fmt: skip


class Navigateur(Client):
    """Django's client without the copies of contexts and templates that it keeps: thousands of pages are opened."""

    def request(self, **request):
        """The answer, as a browser has it."""
        reponse = self.handler(self._base_environ(**request))
        if reponse.cookies:
            self.cookies.update(reponse.cookies)
        if reponse.streaming:  # read to its end, which closes the file
            reponse = HttpResponse(b"".join(reponse), status=reponse.status_code, headers=reponse.headers)
        return reponse


@dataclass(frozen=True)
class Lecteur:
    """Somebody, with what the document must be asked of them. ``valide``: whether a mandate is in force."""

    nom: str
    fonction: str
    lieu: str
    compte: Compte | None
    territoires: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()
    valide: bool = True
    ouvert: bool = True

    def a(self, capacite: str, objet: Objet, vacants: frozenset[str] = frozenset()) -> bool:
        """What the document says of this reader, this capability and what lies in this place."""
        if not self.valide or not self.ouvert:
            return False
        portee = document.portee(capacite, self.fonction, vacants)
        return {
            None: False,
            "nation": True,
            "region": objet.region in self.regions,
            "territoire": objet.territoire in self.territoires,
            "organisation": not self.organisations.isdisjoint(objet.organisations),
            "action": not self.organisations.isdisjoint(objet.actions),
        }[portee]


class Monde:
    """The places, the people and the dossiers. Build it once, on the day ``JOUR``, with the rights as they are."""

    def __init__(self) -> None:
        self._clients: dict[int | None, Client] = {}
        self.regions = {
            "R97T": territoire("R97T", genre="region"),
            "R98T": territoire("R98T", genre="region"),
        }
        self.lieux = {
            "ici": territoire("981D", self.regions["R97T"]),
            "voisin": territoire("982D", self.regions["R97T"]),
            "ailleurs": territoire("983D", self.regions["R98T"]),
        }
        self.associe = territoire("984D", self.regions["R97T"])
        self.fonctions = {f.code: f for f in Fonction.objects.all()}
        self._organisations: dict[tuple[str, str], Organisation] = {}
        self.lecteurs = self._peupler()
        self.anonyme = Lecteur("personne", "", "", None, ouvert=False)
        self.objets: dict[str, Objet] = {}
        self.instruments: dict[str, Instrument] = {}
        self._remplir()

    # --- People --------------------------------------------------------------------------------------
    def _organisation(self, lieu: str, fonction: Fonction) -> Organisation:
        """The service where a function is held: one a place and side."""
        if fonction.echelon == Fonction.Echelon.NATIONAL:
            return Organisation.objects.get(code="dgcs")
        regional = fonction.echelon == Fonction.Echelon.REGIONAL
        place = self._territoire(lieu, fonction)
        cle = (place.code, fonction.cote)
        if cle not in self._organisations:
            genres = {
                "etat": Organisation.Type.PREFECTURE_DE_REGION if regional else Organisation.Type.PREFECTURE,
                "collectivite": Organisation.Type.CONSEIL_DEPARTEMENTAL,
                "autre": Organisation.Type.ASSOCIATION,
            }
            organisation = Organisation.objects.create(
                code=f"essai-{place.code.lower()}-{fonction.cote}",
                type=genres[fonction.cote],
                territoire=place,
                fictive=True,
            )
            nom = f"Service {fonction.cote} {place.code} {self._canari(lieu, fonction)}".strip()
            NomOrganisation.objects.create(organisation=organisation, nom=nom)
            self._organisations[cle] = organisation
        return self._organisations[cle]

    def _territoire(self, lieu: str, fonction: Fonction) -> Territoire | None:
        if fonction.echelon == Fonction.Echelon.NATIONAL:
            return None
        place = self.lieux[lieu]
        return place.region if fonction.echelon == Fonction.Echelon.REGIONAL else place

    @staticmethod
    def _canari(lieu: str, fonction: Fonction) -> str:
        if lieu != "ici" or fonction.echelon == Fonction.Echelon.NATIONAL:
            return ""
        return CANARI_REGIONAL if fonction.echelon == Fonction.Echelon.REGIONAL else CANARI

    def nommer(self, fonction: str, lieu: str, nom: str = "", **choix) -> Lecteur:
        """Somebody new, in this function at this place."""
        office = self.fonctions[fonction]
        numero = next(_numeros)
        personne = Personne.objects.create(
            prenom="Essai", nom=nom or f"{fonction} {lieu} {self._canari(lieu, office)} {numero}".strip()
        )
        compte = Compte.objects.creer(courriel=f"droits{numero}@exemple.test", personne=personne)
        mandat = self.donner_mandat(compte, fonction, lieu, **choix)
        lecteur = Lecteur(f"{fonction} ({lieu})", fonction, lieu, compte)
        return self._avec(lecteur, mandat)

    @staticmethod
    def _avec(lecteur: Lecteur, mandat: Mandat) -> Lecteur:
        """This reader with the reach of one more mandate; a right on « sa région » is held from a mandate on it."""
        place = mandat.territoire
        regional = mandat.fonction.echelon == Fonction.Echelon.REGIONAL
        return replace(
            lecteur,
            territoires=lecteur.territoires | ({place.code} if place and not regional else set()),
            regions=lecteur.regions | ({place.code} if place and regional else set()),
            organisations=lecteur.organisations | {mandat.organisation_id},
        )

    def donner_mandat(self, compte: Compte, fonction: str, lieu: str, **choix) -> Mandat:
        """A mandate, in force from the first day of the office unless said otherwise."""
        office = self.fonctions[fonction]
        debut = choix.pop("debut", max(dt.date(2018, 9, 13), office.debut or dt.date.min))
        mandat = Mandat(
            personne=compte.personne,
            fonction=office,
            organisation=self._organisation(lieu, office),
            territoire=self._territoire(lieu, office),
            debut=debut,
            **choix,
        )
        mandat.full_clean()
        mandat.save()
        return mandat

    def _peupler(self) -> list[Lecteur]:
        """Everybody: in scope, next door, elsewhere, no longer or not yet, with a closed account."""
        nationales = {c for c, f in self.fonctions.items() if f.echelon == Fonction.Echelon.NATIONAL}
        regionales = {c for c, f in self.fonctions.items() if f.echelon == Fonction.Echelon.REGIONAL}
        lecteurs = [self.nommer(f, "ici") for f in self.fonctions]
        for fonction in self.fonctions:
            if fonction not in nationales:
                lecteurs.append(self._dehors(fonction, seul=fonction in regionales))
            lecteurs += [self._sans_mandat_en_cours(fonction), self._compte_ferme(fonction)]
        return lecteurs

    def _dehors(self, fonction: str, seul: bool) -> Lecteur:
        """The same function elsewhere and, unless it is a région's, next door too: both mandates must give nothing."""
        lecteur = self.nommer(fonction, "ailleurs")
        if seul:
            return lecteur
        return self._avec(lecteur, self.donner_mandat(lecteur.compte, fonction, "voisin"))

    def _sans_mandat_en_cours(self, fonction: str) -> Lecteur:
        """A mandate that ended the day before and another that begins the day after: neither gives anything."""
        lendemain = JOUR + dt.timedelta(days=1)
        lecteur = self.nommer(fonction, "ici", f"Ancien et futur {fonction}", fin=VEILLE)
        self.donner_mandat(lecteur.compte, fonction, "ici", debut=lendemain)
        return Lecteur(f"{fonction} (fini, à venir)", fonction, "hors du temps", lecteur.compte, valide=False)

    def _compte_ferme(self, fonction: str) -> Lecteur:
        """A mandate of an account that was closed, in a place where no dossier lies but one's own."""
        lecteur = self.nommer(fonction, "ici", f"Ferme {fonction}")
        Compte.objects.filter(pk=lecteur.compte.pk).update(is_active=False)
        return Lecteur(f"{fonction} (compte fermé)", fonction, "fermé", lecteur.compte, ouvert=False)

    def de(self, *lieux: str) -> list[Lecteur]:
        """The readers of these places."""
        return [lecteur for lecteur in self.lecteurs if lecteur.lieu in lieux]

    def ici(self, fonction: str) -> Lecteur:
        """Who holds this function in scope."""
        return next(lecteur for lecteur in self.de("ici") if lecteur.fonction == fonction)

    def client(self, lecteur: Lecteur) -> Client:
        """A browser where this reader is signed in, second factor given; the same each time."""
        cle = lecteur.compte.pk if lecteur.compte else None
        if cle not in self._clients:
            client = Navigateur()
            if lecteur.compte is not None:
                client.force_login(lecteur.compte, backend=PORTE)
                session = client.session
                session[entree.SECOND_FACTEUR] = True
                session[entree.DERNIERE_VISITE] = "2019-01-01T00:00:00+00:00"
                session.save()
            self._clients[cle] = client
        return self._clients[cle]

    def titulaires(self, capacite: str, objet: Objet) -> list[str]:
        """The names of those who hold a capability there, by the document."""
        vivants = [lecteur for lecteur in self.lecteurs if lecteur.a(capacite, objet)]
        return [str(lecteur.compte.personne) for lecteur in vivants]

    # --- Dossiers ------------------------------------------------------------------------------------
    def _remplir(self) -> None:
        calpae = Dispositif.objects.get(code="calpae")
        secret = self._contrat("ici", "essai-secret", calpae, f"Contrat {CANARI}")
        for etat, chemin in CHEMINS.items():
            self.instruments[etat] = self._mener(secret, etat, chemin, f"Instrument {CANARI} {etat}")
        partage = self._contrat("ici", "essai-partage", calpae, f"Contrat {CANARI} à deux", self.associe)
        self.instruments["vote-partiel"] = self._mener(
            partage, "vote-partiel", (*JUSQU_A_L_ACCORD, "deliberer"), f"Instrument {CANARI} à deux"
        )
        signe = self._contrat(
            "ici", "essai-signe", dispositif("essai"), "Contrat dont un instrument est signé"
        )
        for etat, chemin in CHEMINS_SIGNES.items():
            self.instruments[etat] = self._mener(signe, etat, chemin, f"Instrument {etat}")
        charge = self.ici("charge-de-mission")
        actes.echanger(par=self.acteur(charge), contrat=secret, texte=MESSAGE)
        self._poser("ici", secret)
        for lieu in ("voisin", "ailleurs"):
            contrat = self._contrat(lieu, f"essai-{lieu}", calpae, f"Contrat de {lieu}")
            self._mener(contrat, "en_negociation", ("rediger", "partager"), f"Instrument de {lieu}")
            self._poser(lieu, contrat)
        # What is held in one organisation only: the collectivité.
        mienne = frozenset({self._organisations["981D", "collectivite"].pk})
        self.objets["collectivite"] = replace(
            self.objets["ici"], nom="collectivite", organisations=mienne, actions=mienne
        )
        # An import lies in a région, in no département and no organisation.
        self.objets["import"] = replace(
            self.objets["ici"], nom="import", territoire="", organisations=frozenset(), actions=frozenset()
        )
        # And in the service of the State: a colleague of who instructs.
        collegue = self.nommer("instructeur", "ici", f"Collegue {CANARI}", fin=FIN_PREVUE)
        tenu = Mandat.objects.get(personne=collegue.compte.personne)
        self.objets["etat"] = replace(
            self.objets["ici"],
            nom="etat",
            organisations=collegue.organisations,
            actions=collegue.organisations,
            autres={**self.objets["ici"].autres, "mandat": str(tenu.pk)},
        )

    def _poser(self, lieu: str, contrat: Contrat) -> None:
        """What the addresses name in this place, made by those who may."""
        place, collectivite = self.lieux[lieu], self.fonctions["direction-operationnelle"]
        tenu = self.nommer(
            "direction-operationnelle",
            lieu,
            f"{A_RENOUVELER} {self._canari(lieu, collectivite)}",
            fin=FIN_PREVUE,
        )
        organisation = self._organisation(lieu, collectivite)
        instructeur, charge = (self._qui(f, lieu) for f in ("instructeur", "charge-de-mission"))
        nation = self.acteur(self.ici("conseiller-territoires"))
        depose = deposer(
            par=self.acteur(instructeur),
            contrat=contrat,
            genre="avis",
            titre=f"Document {self._canari(lieu, collectivite)}",
            fichier=piece(f"{self._canari(lieu, collectivite)} piece.png"),
        )
        invitation = inviter(
            par=self.acteur(charge),
            courriel=f"{self._canari(lieu, collectivite)}{lieu}@exemple.test",
            fonction=self.fonctions["finances"],
            organisation=organisation,
            territoire=place,
            debut=JOUR,
            adresse=lambda secret: f"https://exemple.test/{secret}",
        )
        self.objets[lieu] = Objet(
            lieu,
            place.code,
            place.region.code,
            contrat.code,
            "en-negociation",
            frozenset(o.pk for (code, _), o in self._organisations.items() if code == place.code),
            autres={
                "mandat": str(Mandat.objects.get(personne=tenu.compte.personne).pk),
                "personne": str(tenu.compte.personne.reference),
                "invitation": str(invitation.pk),
                "document": str(depose.reference),
                "organisation": organisation.code,
                "perimetre": perimetres.delimiter(nation, place, lieu).code,
                **importer(nation, place, lieu, self._canari(lieu, collectivite)),
                **self._ecrire_le_contenu(contrat, charge, self._canari(lieu, collectivite)),
                **ecrire_aux(nation, place, lieu, contrat, self._canari(lieu, collectivite)),
            },
        )

    def _ecrire_le_contenu(self, contrat: Contrat, charge: Lecteur, canari: str) -> dict[str, str]:
        autre = self._mener(contrat, "autre-projet", (), "Autre projet")
        ouvert = contrat.instruments.get(cle="en-negociation")
        return ecrire_le_contenu(self.acteur(charge), ouvert, autre, canari)

    def _qui(self, fonction: str, lieu: str) -> Lecteur:
        """Who holds a function there; next door is held by those of elsewhere."""
        chez = "ici" if lieu == "ici" else "ailleurs"
        return next(p for p in self.lecteurs if p.lieu == chez and p.fonction == fonction)

    def _contrat(self, lieu: str, code: str, sous: Dispositif, intitule: str, *autres: Territoire) -> Contrat:
        place = self.lieux[lieu]
        contrat = Contrat.objects.create(code=code, dispositif=sous, intitule=intitule, perimetre=place)
        Partie.objects.create(contrat=contrat, role=Partie.Role.ETAT, libelle="État")
        Partie.objects.create(contrat=contrat, role=Partie.Role.ARS, libelle="Agence régionale de santé")
        for collectivite in (place, *autres):
            Partie.objects.create(
                contrat=contrat,
                role=Partie.Role.COLLECTIVITE,
                territoire=collectivite,
                libelle=collectivite.nom,
            )
        return contrat

    def _mener(self, contrat: Contrat, cle: str, chemin: tuple[str, ...], intitule: str) -> Instrument:
        """An instrument of this contract, led along this path by those who hold the acts by the document."""
        lieu = next(nom for nom, place in self.lieux.items() if place == contrat.perimetre)
        instrument = Instrument.objects.create(
            contrat=contrat,
            cle=cle.replace("_", "-"),
            type=Instrument.Type.CONVENTION,
            intitule=intitule,
            etat=Instrument.Etat.PROJET,
            version=1,
            depuis=VEILLE,
        )
        texte = TEXTE if lieu == "ici" else "Article 1er. Ordinaire."
        for acte in chemin:
            fonction = next(iter(document.droits()[CAPACITES[acte]]))
            qui = self._qui(fonction, lieu)
            donnees = donnees_de(acte, texte=texte)
            if lieu != "ici":
                donnees.pop("commentaire", None)
            actes.agir(par=self.acteur(qui), instrument=instrument, acte=acte, **donnees)
        return instrument

    @staticmethod
    def acteur(lecteur: Lecteur) -> Acteur:
        """This reader as the acts know them today."""
        return Acteur.de(Compte.objects.select_related("personne").get(pk=lecteur.compte.pk))

    @cached_property
    def dossiers(self) -> dict[str, Objet]:
        """By key of an instrument: the place where it lies, to address it."""
        ici = self.objets["ici"]
        return {
            cle: replace(ici, contrat=instrument.contrat.code, instrument=instrument.cle)
            for cle, instrument in self.instruments.items()
        }


def piece(nom: str) -> SimpleUploadedFile:
    """A small image, as a browser sends it; another each time, since a dossier keeps a content once."""
    contenu = pieces.image(taille=(next(_numeros) % 400 + 40, 60))
    return SimpleUploadedFile(nom, contenu, content_type="image/png")


JUSQU_A_L_ACCORD = ("rediger", "soumettre", "prendre_en_instruction", "accorder")
JUSQU_AU_VOTE = (*JUSQU_A_L_ACCORD, "deliberer")
JUSQU_A_L_EXECUTOIRE = (*JUSQU_AU_VOTE, "rendre_executoire")
SIGNER = ("signer_collectivite", "signer_etat", "signer_autre")
#: By key: the acts that lead there from the first draft; nothing of these is signed by everybody.
CHEMINS = {
    "projet": ("rediger",),
    "en_negociation": ("rediger", "partager"),
    "soumise": JUSQU_A_L_ACCORD[:2],
    "en_instruction": (*JUSQU_A_L_ACCORD[:3], "donner_avis"),
    "a_corriger": (*JUSQU_A_L_ACCORD[:3], "demander_des_corrections"),
    "accordee": JUSQU_A_L_ACCORD,
    "deliberee": JUSQU_AU_VOTE,
    "deliberation_executoire": JUSQU_A_L_EXECUTOIRE,
    "abandonnee": ("rediger", "abandonner"),
}
CHEMINS_SIGNES = {
    "signee": (*JUSQU_A_L_EXECUTOIRE, *SIGNER),
    "signee-sans-vote": (*JUSQU_A_L_ACCORD, *SIGNER),
    "signee-avant-l-executoire": (*JUSQU_AU_VOTE, *SIGNER),
    "signee-et-notifiee": (*JUSQU_A_L_EXECUTOIRE, *SIGNER, "notifier"),
    "en_vigueur": (*JUSQU_A_L_EXECUTOIRE, *SIGNER, "notifier", "entrer_en_vigueur"),
    "denoncee": (*JUSQU_A_L_EXECUTOIRE, *SIGNER, "denoncer"),
}
#: Where an act can be done from a state that needs more than the state: which of the instruments is ready for it.
PRETS = {
    ("deliberer", "signee"): "signee-sans-vote",
    ("rendre_executoire", "signee"): "signee-avant-l-executoire",
    ("rendre_executoire", "accordee"): "vote-partiel",
    ("entrer_en_vigueur", "signee"): "signee-et-notifiee",
}
#: The capability of each act, as the reviewed document of the circuit says it.
LIBELLES = {t.acte: t.libelle for t in actes.CIRCUIT.transitions}
CAPACITES = {acte: document.actes()[libelle].capacite for acte, libelle in LIBELLES.items()}
_ETATS = {str(etat.label): str(etat.value) for etat in Instrument.Etat}
SOURCES = {
    acte: tuple(_ETATS[source] for source in document.actes()[libelle].sources)
    for acte, libelle in LIBELLES.items()
}


def donnees_de(acte: str, texte: str = "") -> dict:
    """The data with which an act is done, whatever the state it starts from."""
    donnees = {**DONNEES.get(acte, {})}
    if acte == "signer_autre":
        donnees = {"date_signature": dt.date(2019, 6, 12)}
    if acte == "rediger":
        donnees = {"texte": texte or "Article 2. Un autre texte."}
    # An early signature is excused by its comment; the other acts that ask for one say why.
    if acte == "signer_collectivite" or "commentaire" in donnees:
        donnees["commentaire"] = COMMENTAIRE
    return donnees


def pret(acte: str, etat: str) -> str:
    """The key of the instrument on which an act can be done from this state."""
    return PRETS.get((acte, etat), etat)
