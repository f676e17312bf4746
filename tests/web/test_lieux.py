"""The page of a commune, an EPCI, a perimeter: its contracts, what they may hold, who to see, what is not known."""

import datetime as dt

import pytest

from echelons.acteurs.models import Mandat
from echelons.territoires.cartes import CommuneDessinee, carte_des_communes
from echelons.territoires.cartes.communes import places
from echelons.territoires.cartes.fond import DEPARTEMENTS
from tests.contrats.scene import Scene

BASSIN = "Convention du bassin minier du Nord et du Pas-de-Calais"


def section(page, titre: str) -> str:
    """The text of the section under this title."""
    trouvee = next(s for s in page.soupe.select("main section") if titre in s.h2.text)
    return trouvee.get_text(" ", strip=True).replace("\u00a0", " ")


def test_a_commune_says_which_contracts_concern_it_in_every_dispositif(demonstration_partagee, lire):
    page = lire("/territoire/59350/", au="2021-06-30")
    contrats = section(page, "Les contrats qui concernent ce lieu")
    assert "Convention d’appui, Nord signée le 18 décembre 2018" in contrats
    aujourdhui = section(lire("/territoire/59350/", au="2026-06-30"), "Les contrats qui concernent ce lieu")
    assert "Convention d’appui, Métropole Européenne de Lille" in aujourdhui
    assert "nous ne savons pas si Lille en fait partie" in contrats
    assert "Contrat local des solidarités" not in contrats  # it begins in 2023
    assert "Contrat local des solidarités, Nord" in section(
        lire("/territoire/59350/", au="2024-06-30"), "Les contrats"
    )


def test_the_measures_are_those_of_the_day_and_of_the_contracts_of_the_place(demonstration_partagee, lire):
    avant = section(lire("/territoire/59350/", au="2021-01-31"), "Ce que ces contrats peuvent porter")
    apres = section(lire("/territoire/59350/", au="2021-06-30"), "Ce que ces contrats peuvent porter")
    assert "Maraudes mixtes département" in avant
    assert "8 mesures peuvent entrer" in avant
    assert "9 mesures peuvent entrer" in apres
    assert "à confirmer" in apres
    assert "Aucune mesure n’est documentée" in section(
        lire("/territoire/59350/", au="2026-06-30"), "Ce que ces contrats"
    )


def test_who_to_see_is_a_service_by_its_name_of_the_day_and_never_a_person(demonstration_partagee, lire):
    en_2020 = section(lire("/territoire/59350/", au="2020-06-30"), "Qui voir")
    en_2022 = section(lire("/territoire/59350/", au="2022-06-30"), "Qui voir")
    assert "Direction départementale de la cohésion sociale du Nord" in en_2020
    assert "Direction départementale de l’emploi, du travail et des solidarités du Nord" in en_2022
    assert "Nous ne savons pas ici si le poste est pourvu." in en_2022
    assert "Son nom n’est pas encore enregistré ici." in section(lire("/territoire/33063/"), "Qui voir")
    assert "Cette fonction existe depuis le 2 septembre 2019." in section(
        lire("/territoire/59350/", au="2019-06-30"), "Qui voir"
    )


def test_an_office_that_was_held_and_is_no_longer_is_vacant(demonstration_partagee, lire):
    Scene("59D", "R32").compte("commissaire")
    tenu = lire("/territoire/59350/", au="2020-06-30")
    assert "vacant" not in section(tenu, "Qui voir")
    assert "commissaire 59D" not in tenu.tout  # who holds it is not said
    Mandat.objects.filter(fonction__code="commissaire").update(fin=dt.date(2020, 5, 31))
    vacant = section(lire("/territoire/59350/", au="2020-06-30"), "Qui voir")
    assert "Poste vacant. Voir" in vacant
    assert "Secrétariat général pour les affaires régionales" in vacant


def test_the_bassin_minier_is_shown_with_its_facts_by_itself_and_by_both_departements(
    demonstration_partagee, lire
):
    for code in ("P-bassin-minier", "59D", "62D"):
        page = lire(f"/territoire/{code}/", au="2023-12-31", dispositif="calpae")
        dossier = section(page, BASSIN)
        assert "Le 10 juillet 2019" in dossier, code
        assert "Avenant de renouvellement 2022" in dossier, code
        assert "Avenant de renouvellement 2023" in dossier, code
        assert "Nord" in dossier, code
        assert "Pas-de-Calais" in dossier, code
    page = lire("/territoire/P-bassin-minier/", au="2023-12-31")
    assert "signée le 10 juillet 2019" in section(page, "Les contrats")
    assert "nous ne savons pas quelles communes il comprend" in section(page, "Ce qui est su")
    assert "ne peut pas être dessiné" in section(page, "Sur la carte")


def test_the_fictional_perimeter_of_the_demonstration_shows_its_two_compositions(
    demonstration_partagee, lire
):
    adresse = "/territoire/P-pays-des-trois-cols-fictif/"
    avant, apres = lire(adresse, au="2019-06-30"), lire(adresse, au="2020-06-30")
    assert "Roche-d’Essai (fictive)" in section(avant, "Ce qu’il comprend")
    assert "Roche-d’Essai (fictive)" not in section(apres, "Ce qu’il comprend")
    versions = section(apres, "Ses compositions")
    assert "Entrent : CC des Hauts-d’Essai (fictive), Saint-Essai-du-Lac (fictif)." in versions
    assert "Sortent : Roche-d’Essai (fictive)." in versions
    assert "le dessin ne dit rien des distances" in section(apres, "Sur la carte")


def test_a_perimeter_is_drawn_by_the_towns_of_its_communes_over_their_departements(
    demonstration_partagee, lire
):
    page = lire("/territoire/P-sambre-avesnois-thierache/", au="2021-06-30")
    carte = page.soupe.select_one("svg.carte-communes")
    dedans = [c for c in carte.select("circle") if c.find("title")]
    assert len(dedans) >= 300
    autour = next(t["d"] for t in carte.select("path[stroke-linecap=round]"))
    assert autour.count("M") > 100  # the communes around, without their names
    assert {"Maubeuge", "Hirson"} <= {t.text for t in carte.select("text")}
    assert "GeoNames" in section(page, "Sur la carte")


@pytest.mark.parametrize(
    ("code", "departement"), [("59350", "59"), ("2A004", "2A"), ("97411", "974"), ("75056", "75")]
)
def test_a_commune_stands_in_the_outline_of_its_departement(code, departement):
    x, y = places()[code]
    gauche, haut, droite, bas = DEPARTEMENTS[departement].en_region.boite
    assert gauche < x < droite
    assert haut < y < bas


def test_what_has_no_place_is_named_and_nothing_is_drawn_of_nothing():
    absente = CommuneDessinee("99999", "Nulle-Part", "59", "dedans")
    ici = CommuneDessinee("59350", "Lille <b>", "59", "dedans", 1)
    carte = carte_des_communes([absente, ici], "T", "D")
    assert carte.absentes == ("Nulle-Part",)
    assert "Lille &lt;b&gt;" in carte.svg
    assert "<b>" not in carte.svg
    assert not carte_des_communes([absente], "T", "D").svg
