"""``make run``: serves, keeps what it made, and says in French what prevents it."""

import json
import signal
import socket
import stat
import time

import pytest


def test_run_serves_the_demonstration_and_a_second_start_finds_everything_as_it_was(clone, servir):
    premier = servir()
    premier.attendre()
    assert json.loads(premier.lire("/sante"))["demonstration"] is True
    sortie = premier.arreter()
    assert f"http://127.0.0.1:{premier.port}/" in sortie
    cle = clone.var / "cle-secrete"
    secret, base = cle.read_text(), (clone.var / "demonstration.sqlite3").stat().st_ino
    assert stat.S_IMODE(cle.stat().st_mode) == 0o600
    statiques = (clone.var / "static" / "staticfiles.json").stat().st_mtime_ns

    second = servir()
    second.attendre()
    assert cle.read_text() == secret
    assert (clone.var / "demonstration.sqlite3").stat().st_ino == base
    assert (clone.var / "static" / "staticfiles.json").stat().st_mtime_ns == statiques


def test_run_without_the_demonstration_uses_another_database(clone, servir):
    serveur = servir("DEMO=0")
    serveur.attendre()
    assert json.loads(serveur.lire("/sante"))["demonstration"] is False
    assert (clone.var / "echelons.sqlite3").exists()
    assert not (clone.var / "demonstration.sqlite3").exists()
    assert "instance ordinaire" in serveur.arreter()


def test_the_worker_of_the_background_comes_and_goes_with_the_server(clone, servir):
    serveur = servir()
    serveur.attendre()
    essai = ("flock", "--nonblock", str(clone.var / "demonstration.sqlite3.taches"), "true")

    def attendre(*, tenu: bool) -> None:
        limite = time.monotonic() + 60
        while bool(clone.lancer(*essai).returncode) is not tenu:
            assert time.monotonic() < limite, f"l’ouvrier n’est pas {'venu' if tenu else 'parti'}"
            time.sleep(0.2)

    attendre(tenu=True)
    serveur.arreter(signal.SIGKILL)
    attendre(tenu=False)


def test_a_busy_port_is_named_before_anything_is_prepared(clone):
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        prise.listen()
        port = prise.getsockname()[1]
        resultat = clone.lancer("make", "run", f"PORT={port}")
    assert resultat.returncode != 0
    assert f"Le port {port} est déjà pris" in resultat.stderr
    assert not (clone.var / "demonstration.sqlite3").exists()


@pytest.mark.parametrize("valeur", ["PORT=abc", "PORT=0", "PORT=70000", "PORT=-1", "DEMO=2", "DEMO=oui"])
def test_an_argument_that_means_nothing_is_refused_with_what_is_expected(clone, valeur):
    resultat = clone.lancer("make", "run", valeur)
    assert resultat.returncode != 0
    assert valeur in resultat.stderr
    assert "Attendu" in resultat.stderr
    assert "Traceback" not in resultat.stderr


def test_help_is_the_default_and_has_one_line_for_each_command(clone):
    aide = clone.lancer("make").stdout
    assert aide == clone.lancer("make", "help").stdout
    for cible in ("run", "test", "epreuves", "check", "bench"):
        assert f"  make {cible} " in aide
