"""A page is kept in memory and in the reader's browser, compressed, and is never stale."""

import gzip
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client

from echelons.contrats.models import Contrat
from tests.fabriques import dossier

NORD = "/territoire/59D/?dispositif=essai"


def test_a_browser_that_holds_the_page_is_told_so_until_something_changes(quelques_contrats, client):
    premiere = client.get(NORD)
    etiquette = premiere["ETag"]
    for entete in (etiquette, f"W/{etiquette}", f'"autre", {etiquette}'):
        suite = client.get(NORD, headers={"If-None-Match": entete})
        assert (suite.status_code, suite.content, suite["ETag"]) == (304, b"", etiquette)
        assert suite["Cache-Control"] == "no-cache"
    assert client.get(NORD, headers={"If-None-Match": '"autre"'}).status_code == 200
    Contrat.objects.filter(perimetre__code="59D").update(intitule="Une autre convention")
    suite = client.get(NORD, headers={"If-None-Match": etiquette})
    assert suite.status_code == 200
    assert "Une autre convention" in suite.content.decode()


@pytest.mark.parametrize("adresse", [NORD, "/", "/tableau.csv", "/tableau.xlsx", "/recherche/?q=lille"])
def test_what_is_compressed_is_what_is_not(quelques_contrats, client, adresse):
    simple = client.get(adresse)
    comprime = client.get(adresse, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in simple
    assert comprime["Content-Encoding"] == "gzip"
    assert gzip.decompress(comprime.content) == simple.content
    for reponse in (simple, comprime):
        assert {"Accept-Encoding", "Cookie", "HX-Request"} <= set(reponse["Vary"].split(", "))
        assert int(reponse["Content-Length"]) == len(reponse.content)


def test_a_reader_who_refuses_compression_gets_none(quelques_contrats, client):
    for refus in ("identity", "br", "gzip;q=0"):
        assert "Content-Encoding" not in client.get(NORD, headers={"Accept-Encoding": refus}), refus


def test_each_choice_has_a_page_of_its_own(quelques_contrats, client):
    def lue(adresse: str, **entetes: str) -> str:
        return client.get(adresse, headers=entetes)["ETag"]

    pages = [
        "/?dispositif=essai&au=2019-03-01",
        "/?dispositif=essai&au=2019-03-02",
        "/?dispositif=essai&connu=2019-03-01",
        "/?dispositif=essai&region=R32",
        "/regions/?dispositif=essai&au=2019-03-01",
        "/recherche/?q=lille",
        "/recherche/?q=lyon",
    ]
    etiquettes = [lue(adresse) for adresse in pages]
    etiquettes.append(lue("/recherche/?q=lyon", **{"HX-Request": "true"}))
    assert len(set(etiquettes)) == len(etiquettes)


def test_a_parameter_that_pages_do_not_know_changes_nothing_and_enters_no_link(quelques_contrats, client):
    propre = client.get("/?dispositif=essai&au=2019-03-01")
    sale = client.get("/?espion=x&dispositif=essai&au=2019-03-01&utm_source=y")
    assert sale["ETag"] == propre["ETag"]
    assert sale.content == propre.content
    assert b"espion" not in sale.content


def test_an_address_made_to_look_like_another_never_takes_its_page(quelques_contrats, client):
    assert client.get("/?dispositif=essai&au=2019-03-01&connu=2019-04-01").status_code == 200
    assert client.get("/?dispositif=essai&au=2019-03-01|connu=2019-04-01").status_code == 400
    assert client.get("/?dispositif=essai|au=2019-03-01&connu=2019-04-01").status_code == 400


def test_the_page_of_a_fragment_is_not_that_of_the_whole(quelques_contrats, client):
    entiere = client.get("/recherche/?q=lille")
    fragment = client.get("/recherche/?q=lille", headers={"HX-Request": "true"})
    assert b"<html" in entiere.content
    assert b"<html" not in fragment.content
    assert b"Lille" in fragment.content


# --- After a write, by whatever door ---------------------------------------------------------------------------


def intituler_par_l_orm(nom):
    Contrat.objects.filter(code="essai-59d").update(intitule=nom)


def intituler_en_sql(nom):
    with connection.cursor() as curseur:
        curseur.execute("UPDATE contrats_contrat SET intitule = %s WHERE code = 'essai-59d'", [nom])


def intituler_par_une_autre_connexion(nom):
    def ecrire():
        try:
            intituler_par_l_orm(nom)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as autre:
        autre.submit(ecrire).result(30)


def intituler_en_masse(nom):
    contrat = Contrat.objects.get(code="essai-59d")
    contrat.intitule = nom
    Contrat.objects.bulk_update([contrat], ["intitule"])


ECRITURES = [intituler_par_l_orm, intituler_en_sql, intituler_en_masse, intituler_par_une_autre_connexion]


@pytest.mark.django_db(transaction=True)
def test_after_a_write_by_any_door_the_next_answer_is_the_new_one(client):
    dossier("59D").signature("2018-12-18")
    connues = client.get(NORD)["ETag"]
    for rang, ecrire in enumerate(ECRITURES * 2):
        nom = f"Convention numéro {rang}"
        ecrire(nom)
        reponse = client.get(NORD, headers={"If-None-Match": connues})
        assert reponse.status_code == 200, ecrire.__name__
        assert nom in reponse.content.decode(), ecrire.__name__
        connues = reponse["ETag"]


@pytest.mark.django_db(transaction=True)
def test_a_write_given_up_never_shows(client):
    dossier("59D").signature("2018-12-18")
    avant = client.get(NORD)
    with transaction.atomic():
        intituler_par_l_orm("Jamais")
        assert "Jamais" in client.get(NORD).content.decode()
        transaction.set_rollback(True)
    assert client.get(NORD).content == avant.content
    intituler_par_l_orm("Enfin")
    assert "Enfin" in client.get(NORD).content.decode()
    assert "Jamais" not in client.get(NORD).content.decode()


@pytest.mark.django_db(transaction=True)
def test_readers_who_come_together_get_the_same_page_and_the_new_one_after_a_write():
    contrat = dossier("59D")
    contrat.signature("2018-12-18")

    def lire(_: int) -> bytes:
        try:
            return Client().get(NORD).content
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as lecteurs:
        assert len(set(lecteurs.map(lire, range(24)))) == 1
        intituler_par_l_orm("Après")
        pages = set(lecteurs.map(lire, range(24)))
    assert len(pages) == 1
    assert "Après" in pages.pop().decode()
