"""The documents of a contract: given under a mandate, told twice, withdrawn with a reason, never changed."""

import dataclasses
import datetime as dt
import os
import subprocess
import sys
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from echelons.acteurs.droits import Capacite, fonctions_de
from echelons.acteurs.models import Mandat
from echelons.contrats import documents as actes
from echelons.contrats.histoire import raconter
from echelons.contrats.models import Contrat, Document, Instrument
from echelons.socle.circuit import ActeInterdit
from echelons.socle.depot import AntivirusInjoignable, coffre
from echelons.socle.gardes import gardes_absentes
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire, oublier, verifier
from tests.bases import RACINE
from tests.contrats.scene import JOUR, Scene
from tests.socle import pieces
from tests.socle.antivirus import FauxClamd

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def maison(settings, tmp_path):
    settings.DEPOT = tmp_path / "documents"
    settings.CLAMAV = ""
    with a_la_date(JOUR):
        yield


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def contrat(scene) -> Contrat:
    return scene.ouvrir().contrat


def deposer(scene, contrat, octets=None, par="charge-de-mission", nom="acte.pdf", **choix) -> Document:
    donnees = {"genre": "deliberation", "titre": "Délibération du 20 mai 2019", "instrument": None, **choix}
    fichier = ContentFile(pieces.pdf() if octets is None else octets, name=nom)
    return actes.deposer(par=scene.acteur(par), contrat=contrat, fichier=fichier, **donnees)


def restes(settings):
    return sorted(f.name for f in settings.DEPOT.rglob("*") if f.is_file() and f.name != "verrou")


def test_a_document_is_kept_with_what_is_known_of_it_and_under_which_mandate(scene, contrat):
    octets = pieces.pdf(3)
    convention = contrat.instruments.get()
    recu = deposer(scene, contrat, octets, nom="../Délibé\u202eration.pdf", instrument=convention)
    recu.refresh_from_db()
    assert (recu.nom, recu.type, recu.pages, recu.taille) == ("Délibé ration.pdf", "pdf", 3, len(octets))
    assert (recu.contrat, recu.instrument, recu.genre) == (contrat, convention, "deliberation")
    assert recu.mandat == Mandat.objects.get(personne=scene.compte("charge-de-mission").personne)
    assert recu.get_antivirus_display() == "non analysé\u00a0: aucun antivirus n’est installé"
    assert coffre.chemin(recu.empreinte).read_bytes() == octets
    assert list(actes.documents_de(contrat, scene.acteur("prefet"))) == [recu]


def test_the_journal_tells_it_and_forgets_the_title_and_the_name_with_the_person(scene, contrat):
    recu = deposer(scene, contrat, titre="Avis de Camille Essai", nom="camille.pdf")
    actes.retirer(par=scene.acteur("finances"), document=recu, motif="Mauvais dossier")
    depot, retrait = histoire(contrat.objet_journal)
    assert (depot.acte, retrait.acte) == ("deposer_document", "retirer_document")
    assert depot.donnees["document"] == retrait.donnees["document"] == str(recu.reference)
    assert depot.donnees["empreinte"] == recu.empreinte
    assert depot.donnees["taille"] == recu.taille
    assert depot.personnel == {"titre": "Avis de Camille Essai", "nom": "camille.pdf"}
    assert retrait.personnel == {"titre": "Avis de Camille Essai", "commentaire": "Mauvais dossier"}
    assert "Camille" not in str(depot.donnees)
    oublier(str(scene.compte("charge-de-mission").personne.reference))
    assert set(histoire(contrat.objet_journal)[0].personnel.values()) == {"[oublié]"}
    assert verifier().anomalies == ()


def test_the_same_content_twice_on_a_contract_is_told_and_kept_once(scene, contrat, settings):
    octets = pieces.pdf()
    premier = deposer(scene, contrat, octets)
    avant = restes(settings)
    with pytest.raises(ValidationError) as refus:
        deposer(scene, contrat, octets, par="instructeur", titre="La même", genre="avis")
    phrase = refus.value.message_dict["fichier"][0]
    assert "déjà déposé dans ce dossier, le 30\u00a0juin\u00a02019 " in phrase
    assert f"par {premier.mandat.personne}" in phrase
    assert "«\u00a0Délibération du 20 mai 2019\u00a0»" in phrase
    assert restes(settings) == avant
    assert Document.objects.count() == 1
    actes.retirer(par=scene.acteur("instructeur"), document=premier, motif="Mauvaise nature")
    assert deposer(scene, contrat, octets, genre="avis").empreinte == premier.empreinte


def test_the_same_content_on_two_contracts_is_two_documents_and_one_file(scene, contrat, settings):
    autre = Scene(code="997E")
    octets = pieces.office("docx")
    un, deux = deposer(scene, contrat, octets), deposer(autre, autre.ouvrir().contrat, octets)
    assert un.empreinte == deux.empreinte
    assert restes(settings) == [un.empreinte]


@pytest.mark.parametrize("cas", ["a program renamed", "a PDF of 501 pages", "a zip bomb", "nothing", "21 MB"])
def test_a_refused_file_leaves_no_row_no_line_in_the_journal_and_nothing_on_the_disk(
    scene, contrat, settings, cas
):
    nom, faire, mot = pieces.REFUSES[cas]
    lignes = len(histoire(contrat.objet_journal))
    with pytest.raises(ValidationError) as refus:
        deposer(scene, contrat, faire(), nom=nom)
    assert mot in refus.value.message_dict["fichier"][0]
    assert not Document.objects.exists()
    assert len(histoire(contrat.objet_journal)) == lignes
    assert restes(settings) == []


def test_a_document_without_title_or_of_no_kind_is_refused_before_its_file_is_read(scene, contrat):
    class JamaisLu(ContentFile):
        def chunks(self, *args):
            raise AssertionError("Le fichier ne devait pas être lu.")

    with pytest.raises(ValidationError) as refus:
        actes.deposer(
            par=scene.acteur("finances"),
            contrat=contrat,
            genre="?",
            titre=" ",
            fichier=JamaisLu(b"", name="a"),
        )
    assert refus.value.message_dict.keys() == {"genre", "titre"}


def test_a_document_cannot_be_about_the_instrument_of_another_contract(scene, contrat):
    ailleurs = Scene(code="997E").ouvrir()
    with pytest.raises(ValidationError, match="de ce contrat"):
        deposer(scene, contrat, instrument=ailleurs)


def test_an_infected_file_is_refused_and_nothing_is_kept_when_the_antivirus_is_down(
    scene, contrat, settings, tmp_path
):
    clamd = FauxClamd(tmp_path / "clamd.ctl")
    settings.CLAMAV = clamd.adresse
    try:
        with pytest.raises(ValidationError, match="Eicar-Test-Signature"):
            deposer(scene, contrat, pieces.EICAR)
        assert deposer(scene, contrat).get_antivirus_display().startswith("analysé")
    finally:
        clamd.arreter()
    avant = restes(settings)
    (tmp_path / "clamd.ctl").unlink()
    with pytest.raises(AntivirusInjoignable):
        deposer(scene, contrat)
    assert restes(settings) == avant
    assert Document.objects.count() == 1


# --- Rights ----------------------------------------------------------------------------------------
def test_the_functions_that_withdraw_are_those_that_give():
    assert fonctions_de(Capacite.DOCUMENT_RETIRER) == fonctions_de(Capacite.DOCUMENT_DEPOSER)


@pytest.mark.parametrize("fonction", ["prefet", "president", "observateur", "sgar", "conseiller-territoires"])
def test_who_may_not_give_nor_withdraw_is_told_who_can(scene, contrat, settings, fonction):
    recu = deposer(scene, contrat)
    avant = restes(settings)
    with pytest.raises(ActeInterdit) as refus:
        deposer(scene, contrat, par=fonction)
    assert str(scene.compte("charge-de-mission").personne) in str(refus.value)
    with pytest.raises(ActeInterdit):
        actes.retirer(par=scene.acteur(fonction), document=recu, motif="Rien")
    assert restes(settings) == avant
    assert Document.objects.presents().count() == 1


def test_documents_are_read_by_those_of_the_place_the_region_and_the_nation_and_by_nobody_else(
    scene, contrat
):
    recu = deposer(scene, contrat)
    for fonction in fonctions_de(Capacite.DOCUMENT_LIRE):
        with a_la_date(dt.date(2020, 6, 30)):  # every office exists by then
            assert list(Document.objects.for_user(scene.acteur(fonction))) == [recu], fonction
    for fonction in ("observateur", "administrateur-national", "operateur"):
        assert not Document.objects.for_user(scene.acteur(fonction)).exists(), fonction
    voisin = Scene(code="997E")
    for fonction in ("charge-de-mission", "instructeur", "prefet"):
        assert not Document.objects.for_user(voisin.acteur(fonction)).exists(), fonction
    with pytest.raises(ActeInterdit) as refus:
        actes.retirer(par=voisin.acteur("instructeur"), document=recu, motif="Rien")
    assert str(scene.compte("charge-de-mission").personne) not in str(refus.value)


def test_a_mandate_that_ended_reads_and_gives_nothing(scene, contrat):
    deposer(scene, contrat)
    compte = scene.nommer("instructeur", fin=JOUR - dt.timedelta(days=1))
    acteur = dataclasses.replace(scene.acteur("instructeur"), compte=compte, mandats=())
    assert not actes.documents_de(contrat, acteur).exists()


# --- Withdrawing, and what SQL refuses -------------------------------------------------------------
def test_withdrawing_takes_a_reason_is_done_once_and_leaves_the_row_and_the_content(scene, contrat):
    recu = deposer(scene, contrat)
    with pytest.raises(ValidationError, match="pourquoi"):
        actes.retirer(par=scene.acteur("instructeur"), document=recu, motif="  ")
    retire = actes.retirer(par=scene.acteur("instructeur"), document=recu, motif=" Version \n provisoire ")
    assert (retire.motif_du_retrait, retire.retire_par.fonction.code) == ("Version provisoire", "instructeur")
    with pytest.raises(ValidationError, match="déjà retiré"):
        actes.retirer(par=scene.acteur("finances"), document=recu, motif="Encore")
    assert list(actes.documents_de(contrat, scene.acteur("prefet"))) == [retire]
    assert not Document.objects.presents().exists()
    assert coffre.etat(recu.empreinte) == ""


@pytest.mark.parametrize("champ", ["titre", "empreinte", "nom", "genre", "taille", "antivirus", "depose_le"])
def test_sql_refuses_to_change_what_was_given(scene, contrat, champ):
    recu = deposer(scene, contrat)
    valeur = {"taille": 1, "depose_le": dt.datetime(2000, 1, 1, tzinfo=dt.UTC)}.get(champ, "autre")
    with pytest.raises(DatabaseError, match="ajout seul"), transaction.atomic():
        Document.objects.filter(pk=recu.pk).update(**{champ: valeur})


def test_sql_refuses_to_delete_a_document_and_its_guards_are_watched(scene, contrat):
    recu = deposer(scene, contrat)
    with pytest.raises(DatabaseError, match="ajout seul"), transaction.atomic():
        Document.objects.filter(pk=recu.pk).delete()
    assert gardes_absentes() == []


def test_sql_refuses_a_withdrawal_without_reason(scene, contrat):
    recu = deposer(scene, contrat)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=recu.pk).update(retire_le=recu.depose_le)


# --- The command -----------------------------------------------------------------------------------
def test_the_command_tells_what_is_missing_or_altered_and_cleans_what_no_row_names(
    scene, contrat, settings, capsys
):
    premier, second = deposer(scene, contrat), deposer(scene, contrat)
    actes.retirer(par=scene.acteur("instructeur"), document=second, motif="Retiré")
    (coffre.chemin(premier.empreinte).parent / ("f" * 64)).write_bytes(b"perdu")
    vieux = coffre.arrivees() / "vieux.partiel"
    vieux.write_bytes(b"x")
    os.utime(vieux, (time.time() - coffre.ABANDON - 60,) * 2)
    call_command("verifier_documents")
    assert "intacts. Contenus relus\u00a0: 2. Fichiers sans document\u00a0: 1." in capsys.readouterr().out
    call_command("verifier_documents", nettoyer=True)
    assert "supprimés\u00a0: 2." in capsys.readouterr().out
    assert restes(settings) == sorted([premier.empreinte, second.empreinte] * 2)
    coffre.chemin(premier.empreinte).write_bytes(b"autre")
    coffre.chemin(second.empreinte).unlink()
    with pytest.raises(CommandError) as refus:
        call_command("verifier_documents")
    assert f"{premier.empreinte}\u00a0: altéré" in str(refus.value)
    assert f"{second.empreinte}\u00a0: absent" in str(refus.value)


# --- At the same instant ---------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_of_many_deposits_of_the_same_file_at_once_one_is_kept_and_the_others_are_told(
    scene, contrat, settings, tmp_path
):
    compte = scene.compte("charge-de-mission")
    fichier = tmp_path / "acte.pdf"
    fichier.write_bytes(pieces.pdf())
    settings.JOURNAL_CLE  # noqa: B018 - the key is made before the processes need it
    commande = [
        sys.executable,
        "-m",
        "tests.contrats.deposant",
        connection.settings_dict["NAME"],
        str(settings.DEPOT),
    ]
    deposants = [
        subprocess.Popen(
            [*commande, str(compte.pk), contrat.code, str(fichier), "1"],
            cwd=RACINE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    fins = sorted(deposant.communicate(timeout=90)[0].strip() for deposant in deposants)
    assert [fin.partition(" ")[0] for fin in fins] == ["fait", "refus", "refus", "refus"]
    assert all("déjà déposé" in fin for fin in fins[1:])
    recu = Document.objects.get()
    assert restes(settings) == [recu.empreinte] * 2
    assert coffre.etat(recu.empreinte) == ""
    assert [e.acte for e in histoire(contrat.objet_journal)] == ["deposer_document"]
    assert Instrument.objects.count() == 1


def test_the_history_of_the_dossier_names_the_document_given_then_withdrawn(scene, contrat):
    recu = deposer(scene, contrat, titre="Annexe d’essai")
    actes.retirer(par=scene.acteur("finances"), document=recu, motif="Mauvais dossier")
    depot, retrait = raconter(histoire(contrat.objet_journal))
    assert depot.phrase == "a déposé un document\u00a0: «\u00a0Annexe d’essai\u00a0»"
    assert retrait.phrase == "a retiré un document\u00a0: «\u00a0Annexe d’essai\u00a0»"
    oublier(str(scene.compte("charge-de-mission").personne.reference))
    assert "Annexe" not in str(raconter(histoire(contrat.objet_journal)))
