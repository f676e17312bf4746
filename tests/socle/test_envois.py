"""The outbox: written with the act, one ordinary e-mail a day, worked out again when it leaves."""

import datetime as dt
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connection, transaction

from echelons.socle import envois, horloge
from echelons.socle.envois import Ligne, Rappel, expedier, poster, prochain
from echelons.socle.envois import registre as registre_des_envois
from echelons.socle.envois.expedition import ESSAIS_MAX
from echelons.socle.journal import HorsTransaction, Objet
from echelons.socle.models import Envoi, Message
from echelons.socle.verrous import Verrou, seul

pytestmark = pytest.mark.django_db
OBJET = Objet("dossier", "essai")


class Maison:
    """What rooms above declare, here in the hand of the test."""

    def __init__(self) -> None:
        self.ferme: set[str] = set()
        self.sans_droit: set[str] = set()
        self.faits: set[str] = set()
        self.rappels: dict[str, list[Rappel]] = {}

    def adresse(self, destinataire):
        return None if destinataire in self.ferme else f"compte{destinataire}@exemple.test"

    def dire(self, destinataire, messages):
        return {m.pk: self._dire(destinataire, m) for m in messages}

    def _dire(self, destinataire, message):
        if destinataire in self.sans_droit:
            return Message.Ecart.DROIT
        if message.objet_ref in self.faits:
            return Message.Ecart.FAIT
        return Ligne(f"Dossier {message.objet_ref}", "Quelque chose attend.", f"/{message.objet_ref}/")

    def rappeler(self, destinataire):
        return self.rappels.get(destinataire, [])


@pytest.fixture
def maison(monkeypatch):
    maison = Maison()
    monkeypatch.setattr(
        registre_des_envois,
        "_annuaire",
        registre_des_envois._Annuaire(maison.adresse, lambda: maison.rappels),
    )
    monkeypatch.setitem(envois.REDACTEURS, "essai", maison.dire)
    monkeypatch.setattr(envois.composition, "RAPPELS", [maison.rappeler])
    return maison


@pytest.fixture
def jour(monkeypatch):
    """The real day, settable in this test only."""

    def passer(n: int) -> None:
        monkeypatch.setattr(envois.expedition, "reelle", lambda: dt.date(2026, 1, 1) + dt.timedelta(days=n))
        instant = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=n)
        monkeypatch.setattr(envois.expedition, "maintenant", lambda: instant)

    passer(0)
    return passer


def dire(*destinataires, ref="essai", periode="1", **choix):
    with transaction.atomic():
        periodes = dict.fromkeys(destinataires, periode)
        return poster(periodes, genre="essai", objet=Objet("dossier", ref), **choix)


def textes():
    return [m.body for m in mail.outbox]


# --- Writing ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_message_is_written_with_its_act_or_not_at_all(maison):
    with pytest.raises(HorsTransaction):
        poster({"1": "1"}, genre="essai", objet=OBJET)
    with transaction.atomic():
        poster({"1": "1"}, genre="essai", objet=OBJET)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_the_same_thing_is_told_once_to_each(maison, jour):
    assert dire("1", "2") == 2
    assert dire("1", "2", "3") == 1
    assert dire("1", periode="2") == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(
            destinataire="1", genre="essai", objet_type="dossier", objet_ref="essai", periode="1",
            cle="1|essai|dossier|essai|1", cree_le=horloge.maintenant(),
        )  # fmt: skip


def test_nothing_of_a_person_nor_of_what_is_said_is_kept(maison, jour):
    dire("1")
    expedier()
    lignes = str(list(Message.objects.values_list())) + str(list(Envoi.objects.values_list()))
    assert "exemple.test" not in lignes
    assert "attend" not in lignes


# --- Sending ------------------------------------------------------------------------------------------


def test_one_ordinary_email_a_day_gathers_everything_by_dossier(maison, jour, settings):
    settings.ADRESSE = "https://echelons.exemple"
    dire("1", "2", ref="un")
    dire("1", ref="deux")
    dire("1", ref="un", periode="2")
    assert expedier().envoyes == 2
    un = next(m for m in mail.outbox if m.to == ["compte1@exemple.test"])
    assert un.subject.replace("\xa0", " ") == "Échelons : 2 choses à regarder"
    assert un.body.count("Quelque chose attend.") == 2
    assert un.body.count("Dossier un") == un.body.count("Dossier deux") == 1
    assert "https://echelons.exemple/un/" in un.body
    assert "dossier" not in un.subject.lower()
    dire("1", ref="trois")
    assert expedier().envoyes == 0
    jour(1)
    assert expedier().envoyes == 1
    assert "Dossier trois" in textes()[-1]
    assert "Dossier un" not in textes()[-1]


def test_what_is_urgent_does_not_wait_and_does_not_take_the_place_of_the_email_of_the_day(maison, jour):
    dire("1", ref="un")
    dire("1", ref="deux", urgent=True)
    assert expedier(urgents_seulement=True).envoyes == 1
    assert "Dossier deux" in textes()[0]
    assert "sans attendre" in mail.outbox[0].subject
    assert expedier().envoyes == 1
    dire("1", ref="trois", urgent=True)
    assert expedier().envoyes == 1
    assert "Dossier un" in textes()[1]
    assert "Dossier trois" in textes()[2]


@pytest.mark.parametrize(("quoi", "motif"), [("sans_droit", "droit"), ("faits", "fait"), ("ferme", "compte")])
def test_a_line_is_dropped_when_the_right_is_lost_or_the_thing_done_or_the_account_closed(
    maison, jour, quoi, motif
):
    dire("1")
    getattr(maison, quoi).update({"1", "essai"})
    assert expedier().ecartes == 1
    assert mail.outbox == []
    assert Message.objects.get().ecarte == motif
    getattr(maison, quoi).clear()
    assert expedier().envoyes == 0


def test_a_reminder_is_worked_out_at_sending_and_told_once(maison, jour):
    ligne = Ligne("Dossier un", "Le 30 juin.", "/un/")
    maison.rappels["7"] = [Rappel("regle/un/2019-06-30/j-7", ligne)]
    assert prochain("7").lignes == (ligne,)
    assert expedier().envoyes == 1
    assert prochain("7").lignes == ()
    jour(1)
    assert expedier().envoyes == 0
    maison.rappels["7"] = [Rappel("regle/un/2019-06-30/j-1", ligne)]
    assert expedier().envoyes == 1


def test_what_will_be_received_is_what_is_received(maison, jour):
    dire("1", ref="un")
    dire("1", ref="deux", urgent=True)
    annonce = {ligne.dossier for ligne in prochain("1").lignes}
    assert annonce == {"Dossier un", "Dossier deux"}
    expedier()
    assert annonce == {d for d in annonce if any(d in t for t in textes())}
    assert prochain("1").lignes == ()


def test_a_kind_that_nobody_words_any_more_waits_and_holds_nobody_back(maison, jour):
    with transaction.atomic():
        poster({"1": "1"}, genre="ancien", objet=OBJET)
    dire("1")
    assert expedier().envoyes == 1
    assert Message.objects.get(genre="ancien").envoi is None


# --- When the mail server fails -----------------------------------------------------------------------


class Panne:
    """A mail server that answers as told, then takes everything."""

    def __init__(self, monkeypatch, *erreurs):
        self.erreurs = list(erreurs)
        vrai = envois.expedition.rediger_et_remettre

        def remettre(*args):
            if self.erreurs:
                raise self.erreurs.pop(0)
            vrai(*args)

        monkeypatch.setattr(envois.expedition, "rediger_et_remettre", remettre)


def test_a_server_that_does_not_answer_stops_the_run_and_the_same_email_leaves_later(
    maison, jour, monkeypatch
):
    Panne(monkeypatch, SMTPServerDisconnected("panne"))
    dire("1", "2")
    bilan = expedier()
    assert (bilan.envoyes, bilan.echecs) == (0, 1)
    identifiant = Envoi.objects.get().identifiant
    assert expedier().envoyes == 1  # the other one; the first waits a little
    jour(1)
    assert expedier().envoyes == 1
    assert (
        identifiant
        in next(m for m in mail.outbox if m.to == ["compte1@exemple.test"]).extra_headers["Message-ID"]
    )
    assert len(mail.outbox) == 2


def test_an_email_left_open_the_day_before_is_the_email_of_today(maison, jour, monkeypatch):
    Panne(monkeypatch, SMTPServerDisconnected("panne"))
    dire("1", ref="un")
    expedier()
    jour(1)
    dire("1", ref="deux")
    assert expedier().envoyes == 1
    assert "Dossier un" in textes()[0]
    assert "Dossier deux" in textes()[0]


def test_a_refused_recipient_holds_nobody_back_and_is_given_up_after_some_tries(maison, jour, monkeypatch):
    Panne(monkeypatch, *[SMTPRecipientsRefused({}) for _ in range(ESSAIS_MAX)])
    dire("1")
    for n in range(ESSAIS_MAX):
        jour(n)
        assert expedier().echecs == 1, n
    assert Envoi.objects.get().abandonne_le is not None
    jour(ESSAIS_MAX)
    dire("1", "2", periode="2")
    assert expedier().envoyes == 2
    assert Envoi.objects.filter(envoye_le=None).count() == 1


def test_who_lost_the_right_while_an_email_was_left_open_receives_nothing(maison, jour, monkeypatch):
    Panne(monkeypatch, SMTPServerDisconnected("panne"))
    dire("1")
    expedier()
    maison.sans_droit.add("1")
    jour(1)
    assert expedier().envoyes == 0
    assert mail.outbox == []
    assert Message.objects.get().ecarte == "droit"


# --- The command --------------------------------------------------------------------------------------


def test_the_command_says_what_it_did(maison, jour, capsys, monkeypatch):
    dire("1")
    call_command("envoyer_messages")
    assert "Courriels envoyés\xa0: 1 (1 lignes)" in capsys.readouterr().out
    Panne(monkeypatch, SMTPServerDisconnected("panne"))
    dire("1", ref="deux", urgent=True)
    with pytest.raises(CommandError, match="tentés de nouveau"):
        call_command("envoyer_messages", urgents=True)


def test_two_senders_never_work_at_once(maison, jour, capsys):
    dire("1")
    with seul(Verrou.ENVOIS) as tenu:
        assert tenu
        if connection.vendor == "sqlite":
            call_command("envoyer_messages")
            assert "Un autre envoi est en cours" in capsys.readouterr().out
    assert expedier().envoyes == 1
