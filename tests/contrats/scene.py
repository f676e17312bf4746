"""A fictional collectivité with everybody who acts on its convention, for the tests of the circuit."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from dataclasses import dataclass, field
from functools import cached_property

from echelons.acteurs.models import Compte, Fonction, Mandat, NomOrganisation, Organisation, Personne
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import actes
from echelons.contrats.models import Instrument
from echelons.strategie.models import Dispositif
from echelons.territoires.models import Chargement, Territoire

_numeros = itertools.count(1)
JOUR = dt.date(2019, 6, 30)
#: Where each function is held: the nation, the région, or the département.
ECHELONS = {"national": None, "regional": "region"}


def territoire(code: str, region: Territoire | None = None, genre: str = "collectivite") -> Territoire:
    """A fictional place, made once, and said to be loaded: the geography is read anew when the loads change."""
    nature = {"collectivite": "departement", "region": "region"}[genre]
    lieu, nouveau = Territoire.objects.get_or_create(
        code=code,
        defaults={
            "type": genre,
            "nature": nature,
            "nom": f"Lieu {code} (fictif)",
            "region": region,
            "fictif": True,
        },
    )
    if nouveau:
        Chargement.objects.update_or_create(jeu="essai", defaults={"empreinte": uuid.uuid4().hex})
    return lieu


@dataclass
class Scene:
    """A région, a collectivité in it, and the mandates asked for."""

    code: str = "997D"
    region_code: str = "R97T"
    _comptes: dict[str, Compte] = field(default_factory=dict)

    @cached_property
    def region(self) -> Territoire:
        return territoire(self.region_code, genre="region")

    @cached_property
    def lieu(self) -> Territoire:
        return territoire(self.code, self.region)

    @cached_property
    def organisation(self) -> Organisation:
        organisation, neuve = Organisation.objects.get_or_create(
            code=f"essai-{self.code.lower()}",
            defaults={"type": Organisation.Type.PREFECTURE, "territoire": self.lieu, "fictive": True},
        )
        if neuve:
            NomOrganisation.objects.create(organisation=organisation, nom=f"Service de {self.lieu.nom}")
        return organisation

    def compte(self, fonction: str) -> Compte:
        """The account of who holds this function here; the same each time."""
        if fonction not in self._comptes:
            self._comptes[fonction] = self.nommer(fonction)
        return self._comptes[fonction]

    def nommer(self, fonction: str, **choix) -> Compte:
        """Somebody new in this function."""
        office = Fonction.objects.get(code=fonction)
        personne = Personne.objects.create(prenom="Essai", nom=f"{fonction} {self.code} {next(_numeros)}")
        compte = Compte.objects.creer(courriel=f"essai{personne.pk}@exemple.test", personne=personne)
        lieu = {"national": None, "regional": self.region}.get(office.echelon, self.lieu)
        debut = max(choix.pop("debut", dt.date(2018, 9, 13)), office.debut or dt.date.min)
        mandat = Mandat(
            personne=personne,
            fonction=office,
            organisation=self.organisation,
            territoire=lieu,
            debut=debut,
            **choix,
        )
        mandat.full_clean()
        mandat.save()
        return compte

    def acteur(self, fonction: str) -> Acteur:
        """Who holds this function, with the mandates of today."""
        return Acteur.de(self.compte(fonction))

    def ouvrir(self, genre: str = "convention", par: str = "charge-de-mission") -> Instrument:
        """A new instrument."""
        return actes.ouvrir(
            par=self.acteur(par),
            dispositif=Dispositif.objects.get(code="calpae"),
            territoire=self.lieu,
            genre=genre,
            intitule="Convention d’essai (fictive)",
            debut=dt.date(2019, 1, 1),
            fin=dt.date(2021, 12, 31),
        )

    def faire(self, instrument: Instrument, acte: str, par: str | None = None, **choix):
        """One act by who does it usually, with data that are usually right."""
        donnees = {**DONNEES.get(acte, {}), **choix}
        return actes.agir(par=self.acteur(par or QUI[acte]), instrument=instrument, acte=acte, **donnees)

    def mener(self, instrument: Instrument, jusqu_a: str) -> Instrument:
        """Take it along the usual path until this act is done."""
        for acte in CHEMIN:
            self.faire(instrument, acte)
            if acte == jusqu_a:
                return instrument
        raise AssertionError(f"{jusqu_a} n’est pas sur le chemin.")


CHEMIN = (
    "rediger",
    "soumettre",
    "prendre_en_instruction",
    "accorder",
    "deliberer",
    "rendre_executoire",
    "signer_collectivite",
    "signer_etat",
    "notifier",
    "entrer_en_vigueur",
)
QUI = {
    "rediger": "charge-de-mission",
    "rouvrir": "charge-de-mission",
    "partager": "charge-de-mission",
    "soumettre": "charge-de-mission",
    "reprendre": "charge-de-mission",
    "prendre_en_instruction": "instructeur",
    "demander_des_corrections": "instructeur",
    "donner_avis": "sgar",
    "accorder": "delegataire-etat",
    "deliberer": "secretariat-assemblee",
    "rendre_executoire": "secretariat-assemblee",
    "signer_collectivite": "president",
    "signer_etat": "prefet",
    "signer_autre": "instructeur",
    "notifier": "instructeur",
    "entrer_en_vigueur": "instructeur",
    "abandonner": "charge-de-mission",
    "denoncer": "president",
}
DONNEES = {
    "rediger": {"texte": "Article 1er. Objet fictif."},
    "rouvrir": {"commentaire": "Un montant change."},
    "demander_des_corrections": {"commentaire": "Le plan de financement manque."},
    "donner_avis": {"commentaire": "Avis favorable."},
    "deliberer": {
        "issue": "adoptee", "organe": "assemblee", "numero": "2019-045", "date_deliberation": dt.date(2019, 5, 20),
        "pour": 40, "contre": 2, "abstentions": 0,
    },
    "rendre_executoire": {
        "date_transmission": dt.date(2019, 5, 21), "accuse": "099-20190521-45-DE",
        "date_publication": dt.date(2019, 5, 22),
    },
    "signer_collectivite": {"date_signature": dt.date(2019, 6, 3)},
    "signer_etat": {"date_signature": dt.date(2019, 6, 12)},
    "notifier": {"date_notification": dt.date(2019, 6, 14)},
    "entrer_en_vigueur": {"date_entree": dt.date(2019, 6, 14)},
    "abandonner": {"commentaire": "Le dispositif change."},
    "denoncer": {"commentaire": "Désaccord.", "date_effet": dt.date(2019, 6, 20)},
}  # fmt: skip
