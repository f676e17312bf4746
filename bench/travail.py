"""The pages of those who act, under the load they must bear: 101 contracts × 6 instruments under way or closed,
3,000 accounts, 5,000 mandates, 200,000 rows of the journal. Signing in is left out.

Everything is synthetic, in the temporary database of the bench. The rows of the journal have the shape of real ones
and no valid chain: they are read here, never verified.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from dataclasses import asdict, dataclass

from django.db import transaction
from django.test import Client

from bench.charge import GRAINE, PREFIXE
from bench.pages import Lecteur, Temps, temps
from echelons.acteurs.models import Compte, Fonction, Mandat, Organisation, Personne
from echelons.contrats.models import Contrat, Instrument, VersionDuTexte
from echelons.socle.horloge import maintenant
from echelons.socle.models import Ecriture
from echelons.territoires.models import Territoire
from echelons.web.compte import entree

COMPTES, MANDATS, ECRITURES = 3_000, 5_000, 200_000
LECTURES = 30
EN_COURS = ("projet", "en_negociation", "soumise", "en_instruction", "a_corriger", "accordee")
DEBUT = dt.date(2018, 9, 13)
#: Who reads, from where.
LECTEURS = (
    ("charge-de-mission", "59D"),
    ("instructeur", "59D"),
    ("sgar", "R32"),
    ("conseiller-territoires", None),
)


@dataclass(frozen=True)
class MesureDeTravail:
    """One page for one reader."""

    page: str
    lecteur: str
    temps: Temps
    requetes: int

    def dictionnaire(self) -> dict[str, object]:
        """For the JSON file."""
        return asdict(self)


@transaction.atomic
def charger() -> None:
    """Write the load; to be called once, after the load of the public pages."""
    hasard = random.Random(GRAINE)
    contrats = list(Contrat.objects.filter(code__startswith=f"{PREFIXE}-calpae-").order_by("code"))
    lignes: list[Ecriture] = []
    mandats = _mandats(hasard)
    instruments = list(Instrument.objects.filter(contrat__in=contrats).select_related("contrat"))
    for rang, instrument in enumerate(instruments):
        # One instrument in six is under way; the others are in force.
        instrument.etat = EN_COURS[rang // 6 % len(EN_COURS)] if rang % 6 == 0 else "en_vigueur"
        instrument.version, instrument.depuis = 1, DEBUT + dt.timedelta(days=hasard.randrange(250))
    Instrument.objects.bulk_update(instruments, ["etat", "version", "depuis"], batch_size=200)
    VersionDuTexte.objects.bulk_create(
        VersionDuTexte(
            instrument=i,
            rang=1,
            texte="Texte fictif. " * 200,
            empreinte="e",
            instant=maintenant(),
            mandat=mandats[0],
        )
        for i in instruments
    )
    numero = Ecriture.objects.order_by("-numero").values_list("numero", flat=True).first() or 0
    for tour in range(ECRITURES):
        instrument = instruments[tour % len(instruments)]
        mandat = mandats[hasard.randrange(len(mandats))]
        lignes.append(
            ecriture(numero + 1 + tour, tour // len(instruments) + 1, instrument, "rediger", str(mandat.pk))
        )
        if len(lignes) == 5_000:
            Ecriture.objects.bulk_create(lignes)
            lignes = []
    Ecriture.objects.bulk_create(lignes)


def _mandats(hasard: random.Random) -> list[Mandat]:
    """People, their accounts, and their mandates over the whole country; the first are those of the readers."""
    personnes = Personne.objects.bulk_create(
        Personne(prenom="Charge", nom=f"Fictive {i}") for i in range(COMPTES)
    )
    Compte.objects.bulk_create(
        Compte(personne=p, courriel=f"charge{i}@exemple.test", password="!") for i, p in enumerate(personnes)
    )
    fonctions = {f.code: f for f in Fonction.objects.all()}
    organisation = Organisation.objects.order_by("pk").first()
    departements = list(Territoire.objects.filter(type="collectivite", fictif=False))
    locales = [f for f in fonctions.values() if f.echelon == "departemental"]
    voulus = [(fonctions[f], Territoire.objects.filter(code=code).first()) for f, code in LECTEURS]
    while len(voulus) < MANDATS:
        voulus.append((hasard.choice(locales), hasard.choice(departements)))
    return Mandat.objects.bulk_create(
        Mandat(
            personne=personnes[i % COMPTES],
            fonction=fonction,
            organisation=organisation,
            territoire=lieu,
            debut=DEBUT,
        )
        for i, (fonction, lieu) in enumerate(voulus)
    )


def ecriture(numero: int, rang: int, instrument: Instrument, acte: str, mandat: str = "") -> Ecriture:
    """A row of the journal of this instrument, whose chain is not valid."""
    empreinte = hashlib.sha256(str(numero).encode()).hexdigest()
    return Ecriture(
        numero=numero,
        instant=maintenant(),
        date_metier=DEBUT,
        objet_type="instrument",
        objet_ref=f"{instrument.contrat.code}/{instrument.cle}",
        rang=rang,
        acte=acte,
        compte="0",
        mandat=mandat,
        donnees={
            "circuit": "instrument",
            "de": "projet",
            "vers": "projet",
            "version": rang,
            "suite": {"texte": rang},
        },
        precedente="" if rang == 1 else empreinte,
        empreinte=empreinte,
    )


def mesurer() -> list[MesureDeTravail]:
    """Each page of work for each reader."""
    contrat = Contrat.objects.get(code=f"{PREFIXE}-calpae-59d")
    instrument = contrat.instruments.order_by("pk").first()
    assert instrument is not None
    pages = {
        "mon travail": "/accueil/",
        "mes contrats": "/contrats/",
        "dossier": f"/contrats/{contrat.code}/",
        "instrument": f"/contrats/{contrat.code}/{instrument.cle}/",
        "région": "/ma-region/R32/",
        "échéances": "/echeances/",
    }
    mesures = []
    for rang, (fonction, _) in enumerate(LECTEURS):
        lecteur = Lecteur()
        lecteur.client = client(rang)
        for page, adresse in pages.items():
            for _ in range(3):
                lecteur.lire(adresse)
            lecteur.requetes = 0
            durees = [lecteur.lire(adresse) for _ in range(LECTURES)]
            mesures.append(MesureDeTravail(page, fonction, temps(durees), lecteur.requetes))
    return mesures


def client(rang: int) -> Client:
    """The browser of a reader already signed in."""
    client = Client(headers={"accept-encoding": "gzip", "host": "127.0.0.1"})
    client.force_login(
        Compte.objects.get(courriel=f"charge{rang}@exemple.test"),
        backend="echelons.web.compte.portes.ParMotDePasse",
    )
    session = client.session
    session[entree.SECOND_FACTEUR] = True
    session[entree.DERNIERE_VISITE] = (maintenant() - dt.timedelta(hours=1)).isoformat()
    session.save()
    return client
