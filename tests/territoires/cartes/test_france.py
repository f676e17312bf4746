"""The national map, read as any XML reader would."""

import gzip
import hashlib
import re
import time
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echelons.territoires import cartes
from echelons.territoires.cartes import Classe, Donnee, Repere, carte_france

SVG = "{http://www.w3.org/2000/svg}"
DEPARTEMENTS = sorted(
    {f"{n:02d}" for n in range(1, 96) if n != 20} | {"2A", "2B", "971", "972", "973", "974", "976"}
)
CLASSES = [
    Classe("signee", "Signée", *cartes.FORTE),
    Classe("engagee", "Engagée", *cartes.MOYENNE),
    Classe("peut_etre", "Peut-être signée", *cartes.INCERTAINE),
    Classe("non_signataire", "Non-signataire attesté", *cartes.CONTRAIRE),
    cartes.NON_DOCUMENTE,
]
ALSACE = Donnee("6AE", "signee", "Alsace : signée", "/territoires/6AE/", ("67", "68"))
CORSE = Donnee("20R", "peut_etre", "Corse : peut-être signée", "/territoires/20R/", ("2A", "2B"))
LYON = Repere("69M", "engagee", "Métropole de Lyon : engagée", "/territoires/69M/")


def toutes():
    """Every collectivité with a long label and a link, and every métropole: the heaviest national map."""
    cles = [classe.cle for classe in CLASSES]
    seules = [
        Donnee(
            code,
            cles[rang % 5],
            f"Nom du département {code} : signée le 18 décembre 2018",
            f"/territoires/{code}/?date=2019-06-30&connu=2019-06-30",
        )
        for rang, code in enumerate(DEPARTEMENTS)
        if code not in ("67", "68", "2A", "2B")
    ]
    reperes = [
        Repere(code, cles[rang % 5], f"Métropole {code} : signée", f"/territoires/{code}/")
        for rang, code in enumerate(sorted(cartes.PLACES_CONNUES))
    ]
    return [*seules, ALSACE, CORSE], reperes


def dessiner(donnees=(), reperes=(), classes=CLASSES, **options):
    texte = carte_france(donnees, reperes, classes, "La France au 30 juin 2019", "Qui a signé.", **options)
    return ElementTree.fromstring(texte)


def zones(carte):
    return {element.get("data-code"): element for element in carte.iter() if element.get("data-code")}


def fonds(zone):
    return {e.get("fill") for e in zone.iter() if e.get("fill") and e.tag == SVG + "g"}


def test_every_departement_is_on_the_map_once_even_when_nothing_is_known_of_it():
    carte = dessiner()
    assert sorted(zones(carte)) == DEPARTEMENTS
    traces = [path.get("d") for zone in zones(carte).values() for path in zone.iter(SVG + "path")]
    # Paris and its three neighbours are drawn twice: enlarged in their frame, and at their place.
    assert len(traces) == len(set(traces)) == 101 + 4


def test_what_is_not_given_is_not_documented_and_never_blank():
    zone = zones(dessiner([ALSACE], noms={"59": "Nord"}))["59"]
    assert fonds(zone) == {"url(#carte-non_documente)"}
    assert zone.find(SVG + "title").text == "Nord\u00a0: non documenté"


def test_a_territory_in_two_parts_is_one_link_with_both_parts_alike():
    carte = dessiner([ALSACE, CORSE])
    for code in ("6AE", "20R"):
        zone = zones(carte)[code]
        assert zone.tag == SVG + "a"
        assert zone.get("class") == "carte-zone carte-groupe"
        assert len(zone.findall(f".//{SVG}path")) == 2
        assert len(fonds(zone)) == 1
    assert not {"67", "68", "2A", "2B"} & set(zones(carte))


def test_the_keyboard_follows_the_order_given():
    nord = Donnee("59", "signee", "Nord : signée", "/territoires/59/")
    ain = Donnee("01", "signee", "Ain : signée", "/territoires/01/")
    liens = [a.get("href") for a in dessiner([nord, ain], [LYON]).iter(SVG + "a")]
    assert liens == ["/territoires/59/", "/territoires/01/", "/territoires/69M/"]


def test_a_link_says_where_the_territory_stands():
    lien = zones(dessiner([ALSACE]))["6AE"]
    assert lien.get("aria-label") == lien.find(SVG + "title").text == "Alsace : signée"


def test_without_a_link_the_map_is_one_image_with_its_title_and_description():
    carte = dessiner(prefixe="nationale")
    assert carte.get("role") == "img"
    textes = [
        carte.find(f".//*[@id='{identifiant}']").text for identifiant in carte.get("aria-labelledby").split()
    ]
    assert textes == ["La France au 30 juin 2019", "Qui a signé."]


def test_with_links_the_map_is_a_group_whose_unlinked_areas_are_named():
    carte = dessiner([ALSACE], noms={"01": "Ain"})
    assert carte.get("role") == "group"
    ain = zones(carte)["01"]
    assert (ain.get("role"), ain.get("aria-label")) == ("img", "Ain\u00a0: non documenté")


def test_a_signatory_that_is_no_departement_is_a_named_disc_over_its_departement():
    carte = dessiner([Donnee("69D", "signee", "Rhône : signée", codes=("69",))], [LYON])
    lyon, rhone = zones(carte)["69M"], zones(carte)["69D"]
    assert lyon.find(f".//{SVG}text").text == "Lyon"
    assert fonds(rhone) == {CLASSES[0].remplissage}
    disque = lyon.findall(f".//{SVG}circle")[-1]
    assert disque.get("fill") == "url(#carte-engagee)"
    ordre = list(carte.iter())
    assert ordre.index(lyon) > ordre.index(rhone)


def test_a_disc_stands_inside_the_departement_it_signs_in():
    for code in sorted(cartes.PLACES_CONNUES):
        carte = dessiner([], [Repere(code, "signee", "Métropole : signée")])
        disque = zones(carte)[code].find(f".//{SVG}circle")
        assert float(disque.get("r")) < 150
        assert 0 < float(disque.get("cx")) < 6480
        assert 0 < float(disque.get("cy")) < 7104


def test_a_disc_without_a_known_place_takes_its_departement():
    ailleurs = Repere("199999999", "signee", "Ailleurs : signée", nom="Ailleurs", departement="23")
    assert zones(dessiner([], [ailleurs]))["199999999"].find(f".//{SVG}text").text == "Ailleurs"


def test_frames_are_titled():
    textes = {e.text for e in dessiner().iter(SVG + "text")}
    assert {"Paris et couronne", "Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"} <= textes


def test_numbers_can_be_written_on_the_departements():
    textes = [e.text for e in dessiner(codes=True).iter(SVG + "text")]
    assert set(DEPARTEMENTS) <= set(textes)
    assert "59" not in [e.text for e in dessiner().iter(SVG + "text")]


def test_nothing_in_the_drawing_needs_more_than_a_strict_policy_allows():
    donnees, reperes = toutes()
    for element in dessiner(donnees, reperes, codes=True).iter():
        assert element.tag.removeprefix(SVG) in {
            "svg", "title", "desc", "metadata", "defs", "pattern", "g", "a", "path", "circle", "text",
        }  # fmt: skip
        for attribut in element.keys():  # noqa: SIM118 (an Element is not a mapping)
            assert attribut != "style"
            assert not attribut.startswith("on")


def test_identifiers_are_unique_and_every_reference_is_resolved():
    donnees, reperes = toutes()
    carte = dessiner(donnees, reperes, prefixe="p")
    identifiants = [e.get("id") for e in carte.iter() if e.get("id")]
    assert len(identifiants) == len(set(identifiants))
    assert all(identifiant.startswith("p-") for identifiant in identifiants)
    references = {r for e in carte.iter() for r in re.findall(r"url\(#(.*?)\)", e.get("fill", ""))}
    assert references <= set(identifiants)


@given(st.text())
def test_whatever_a_label_holds_it_is_read_back_as_text(texte):
    lisible = "".join(
        c for c in texte if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
    zone = zones(dessiner([Donnee("59", "signee", texte, "/?a=1&b=" + texte)]))["59"]
    assert (zone.find(SVG + "title").text or "") == lisible
    assert len(list(zone.iter(SVG + "script"))) == 0


@pytest.mark.parametrize(
    ("donnee", "message"),
    [
        (Donnee("20", "signee", "Corse"), "Département inconnu\u00a0: «\u00a020\u00a0»"),
        (Donnee("991", "signee", "Fictif"), "Département inconnu"),
        (Donnee("59", "perdue", "Nord"), "Classe inconnue sur la carte\u00a0: «\u00a0perdue\u00a0»"),
        (Donnee("67", "signee", "Bas-Rhin"), "«\u00a067\u00a0» est donné deux fois"),
        (Donnee("59", "signee", "Nord", "javascript:alert(1)"), "Adresse refusée"),
        (Donnee("59", "signee", "Nord", "java\x01script:alert(1)"), "Adresse refusée"),
    ],
)
def test_a_wrong_datum_is_refused_in_french(donnee, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        dessiner([ALSACE, donnee])


def test_a_disc_nobody_can_place_is_refused():
    with pytest.raises(ValueError, match="donner son département"):
        dessiner([], [Repere("199999999", "signee", "Ailleurs")])


def test_a_prefix_that_is_no_identifier_is_refused():
    with pytest.raises(ValueError, match="Préfixe d’identifiant invalide"):
        dessiner(prefixe='"><script>')


def test_the_same_data_give_the_same_bytes():
    donnees, reperes = toutes()
    assert len({carte_france(donnees, reperes, CLASSES, "France", "Carte") for _ in range(3)}) == 1


def test_the_heaviest_national_map_is_light_and_quick():
    donnees, reperes = toutes()
    texte = carte_france(donnees, reperes, CLASSES, "France", "Carte", codes=True)
    assert len(gzip.compress(texte.encode(), 6)) <= 30_000
    durees = []
    for _ in range(20):
        debut = time.process_time()
        carte_france(donnees, reperes, CLASSES, "France", "Carte", codes=True)
        durees.append(time.process_time() - debut)
    assert min(durees) <= 0.005


def test_the_outlines_are_those_whose_provenance_is_written_down():
    dossier = files(cartes)
    empreinte = hashlib.sha256(dossier.joinpath("contours.json").read_bytes()).hexdigest()
    assert empreinte in dossier.joinpath("PROVENANCE.md").read_text(encoding="utf-8")


def test_the_map_carries_the_credit_of_its_outlines():
    assert dessiner().find(SVG + "metadata").text == cartes.CREDIT
    assert "CC BY-SA" in cartes.CREDIT
