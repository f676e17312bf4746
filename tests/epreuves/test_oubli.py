"""After a person is forgotten, her name is searched as bytes in the base, in its log and in ``var/``: nothing."""

import datetime as dt
import sqlite3
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from echelons.acteurs import actes, comptes, messages
from echelons.acteurs.models import Compte, Fonction, Mandat, Organisation, SessionOuverte
from echelons.acteurs.oubli import oublier_personne
from echelons.acteurs.par_fichier import MANDATS
from echelons.acteurs.passation import passer_la_main
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import imports
from echelons.socle.horloge import aujourdhui
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import Objet, Personnel, ecrire, verifier
from echelons.territoires.models import Territoire
from tests.socle.tableaux import csv_de
from tests.web.compte.fabrique import donner_mandat, installer_second_facteur, ouvrir_compte, se_connecter

pytestmark = pytest.mark.django_db(transaction=True)
PRENOM, NOM, COURRIEL = "Zéphirine", "Lampourde-Quintessol", "zephirine.lampourde@exemple-oubli.test"
MOTS = (PRENOM, NOM, NOM.upper(), COURRIEL, "zephirine.lampourde")


@pytest.fixture
def var(settings, tmp_path, monkeypatch):
    """A ``var/`` of its own, where e-mails are files, as on an instance without a mail server."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "courriels"
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    settings.JOURNAL_CLE = tmp_path / "cle-journal"
    settings.JOURNAL_RACINES = tmp_path / "racines.jsonl"
    monkeypatch.setattr(messages._poste, "submit", lambda fonction, *arguments: fonction(*arguments))
    return tmp_path


def octets_de_la_base() -> dict[str, bytes]:
    """Everything the base holds, by where it is: its files on SQLite, every column of every table on PostgreSQL."""
    if connection.vendor == "sqlite":
        fichier = Path(connection.settings_dict["NAME"])
        return {p.name: p.read_bytes() for p in fichier.parent.glob(f"{fichier.name}*")}
    with connection.cursor() as curseur:
        tables = connection.introspection.table_names(curseur)
        contenu = {}
        for table in tables:
            curseur.execute(f'SELECT t::text FROM "{table}" AS t')
            contenu[table] = "\n".join(ligne for (ligne,) in curseur.fetchall()).encode()
    return contenu


def trouves(var: Path) -> set[tuple[str, str]]:
    """Where each word is found."""
    lieux = octets_de_la_base()
    lieux |= {str(p.relative_to(var)): p.read_bytes() for p in var.rglob("*") if p.is_file()}
    return {(lieu, mot) for lieu, octets in lieux.items() for mot in MOTS if mot.encode() in octets}


def vivre(var: Path) -> Compte:
    """Somebody who was invited, came, acted, was named by others' acts, changed her name, and left."""
    sgar = ouvrir_compte("sgar")
    nord = {
        "organisation": Organisation.objects.get(code="ddets-59"),
        "territoire": Territoire.objects.get(code="59D"),
        "adresse": lambda secret: f"http://testserver/compte/invitation/{secret}/",
        "courriel": COURRIEL, "prenom": PRENOM, "nom": NOM, "debut": aujourdhui(),
    }  # fmt: skip
    retiree = actes.inviter(par=Acteur.de(sgar), fonction=Fonction.objects.get(code="prefet"), **nord)
    actes.retirer_invitation(par=Acteur.de(sgar), invitation=retiree)
    actes.inviter(par=Acteur.de(sgar), fonction=Fonction.objects.get(code="instructeur"), **nord)
    dernier = max((var / "courriels").iterdir(), key=lambda p: p.stat().st_mtime_ns).read_text()
    secret = dernier.split("/invitation/")[1].split("/")[0]
    identite = actes.Identite(PRENOM, NOM, mot_de_passe="quatre chevaux traversent la Lys")
    compte = actes.ouvrir_compte_invite(secret=secret, identite=identite)
    installer_second_facteur(compte)
    comptes.changer_mot_de_passe(compte=compte, mot_de_passe="cinq juments dorment", par_lien=False)
    client = Client()
    se_connecter(client, compte, "cinq juments dorment")
    se_connecter(Client(), compte, "non")
    client.post(reverse("mot_de_passe_oublie"), {"courriel": COURRIEL})
    connection.ensure_connection()
    with connection.cursor() as curseur:  # an old copy, in a page that later writes freed
        curseur.execute("UPDATE acteurs_personne SET nom = %s WHERE id = %s", [NOM * 3, compte.personne_id])
        curseur.execute("UPDATE acteurs_personne SET nom = %s WHERE id = %s", [NOM, compte.personne_id])
    with transaction.atomic():
        ecrire(
            objet=Objet("instrument", "1"),
            acte="commenter",
            auteur=actes.auteur_sous(Acteur.de(compte), Mandat.objects.get(personne=compte.personne)),
            personnel={
                "commentaire": Personnel(
                    str(compte.personne.reference), f"Signé : {PRENOM} {NOM}, {COURRIEL}"
                )
            },
        )
    entetes = ["Adresse électronique", "Prénom", "Nom", "Fonction", "Organisation", "Territoire", "Début"]
    suite = ["finances", "ddets-59", "59D", f"{aujourdhui():%d/%m/%Y}"]
    depose = imports.deposer(
        par=Acteur.de(sgar),
        destination=MANDATS,
        region="R32",
        nom="Invitations.csv",
        morceaux=[csv_de([entetes, [COURRIEL, PRENOM, NOM, *suite]], codage="utf-8")],
    )
    imports.verifier(
        par=Acteur.de(sgar), objet=depose, correspondance=Correspondance.de(depose.correspondance)
    )
    passer_la_main(
        par=Acteur.de(sgar),
        mandat=Mandat.objects.get(personne=compte.personne),
        courriel="suite@exemple.test",
        le=aujourdhui() + dt.timedelta(days=30),
        adresse=nord["adresse"],
    )
    collegue = ouvrir_compte()
    arrete = f"Arrêté d’essai qui abroge la délégation de {PRENOM} {NOM}"
    donner_mandat(collegue, "delegataire-etat", titre="delegation", acte_de_delegation=arrete)
    return compte


@pytest.mark.parametrize("porte", ["acte", "commande", "page"])
def test_nothing_names_her_any_more_and_the_journal_verifies(var, porte):
    compte = vivre(var)
    lieux = {lieu for lieu, _ in trouves(var)}
    assert {"courriels", "documents"} <= {lieu.partition("/")[0] for lieu in lieux}
    assert len(lieux) >= 2
    administration = ouvrir_compte("administrateur-national")
    if porte == "acte":
        oublier_personne(reference=compte.personne.reference, par=Acteur.de(administration))
    elif porte == "commande":
        call_command("oublier_personne", COURRIEL, "--oui")
    else:
        installer_second_facteur(administration)
        client = Client()
        client.force_login(administration)
        session = client.session
        session["second_facteur"] = True
        session.save()
        chemin = reverse("personne_oublier", args=[compte.personne.reference])
        assert client.post(chemin, {"compris": "on"}).status_code == 302
    assert trouves(var) == set()
    constat = verifier()
    assert constat.anomalies == ()
    assert constat.oubliees >= 4
    assert not SessionOuverte.objects.filter(compte=compte.pk).exists()


def test_the_search_finds_what_is_not_forgotten(var):
    """The trial itself: a name left in a page that nothing points at any more is found."""
    vivre(var)
    assert {mot for _, mot in trouves(var)} >= {PRENOM, NOM, COURRIEL}
    if connection.vendor == "sqlite":
        base = sqlite3.connect(connection.settings_dict["NAME"])
        assert base.execute("SELECT count(*) FROM acteurs_personne WHERE nom = ?", [NOM]).fetchone() == (1,)
        base.close()
