"""The map of a région: framed on its départements, named, with its marks."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from echelons.territoires import cartes
from echelons.territoires.cartes import Classe, Donnee, Repere, carte_region

SVG = "{http://www.w3.org/2000/svg}"
CLASSES = [Classe("signee", "Signée", *cartes.FORTE)]
REGIONS = {
    "Auvergne-Rhône-Alpes": ["01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74"],
    "Corse": ["2A", "2B"],
    "Grand Est": ["08", "10", "51", "52", "54", "55", "57", "67", "68", "88"],
    "Hauts-de-France": ["02", "59", "60", "62", "80"],
    "Île-de-France": ["75", "77", "78", "91", "92", "93", "94", "95"],
    "La Réunion": ["974"],
    "Mayotte": ["976"],
}
NOMS = {"02": "Aisne", "59": "Nord", "60": "Oise", "62": "Pas-de-Calais", "80": "Somme", "69": "Rhône"}


def dessiner(codes, donnees=(), reperes=(), **options):
    texte = carte_region(codes, donnees, reperes, CLASSES, "Une région", "Qui a signé.", **options)
    return ElementTree.fromstring(texte)


def fenetre(carte):
    gauche, haut, largeur, hauteur = map(float, carte.get("viewBox").split())
    return gauche, haut, gauche + largeur, haut + hauteur


def sommets(trace):
    """Vertices of a path made of « Mx y l dx dy … z » pieces."""
    for piece in re.findall(r"M([^Mz]*)z", trace):
        nombres = [int(n) for n in re.findall(r"-?\d+", piece)]
        x = y = 0
        for dx, dy in zip(nombres[::2], nombres[1::2], strict=True):
            x, y = x + dx, y + dy
            yield x, y


def zone(carte, code):
    return carte.find(f".//*[@data-code='{code}']")


@pytest.mark.parametrize("region", REGIONS)
def test_the_window_holds_the_whole_of_the_region_and_fits_it(region):
    carte = dessiner(REGIONS[region])
    gauche, haut, droite, bas = fenetre(carte)
    points = [
        point
        for code in REGIONS[region]
        for path in zone(carte, code).iter(SVG + "path")
        for point in sommets(path.get("d"))
    ]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    assert gauche < min(xs) <= max(xs) < droite
    assert haut < min(ys) <= max(ys) < bas
    assert max((max(xs) - min(xs)) / (droite - gauche), (max(ys) - min(ys)) / (bas - haut)) > 0.9


@pytest.mark.parametrize("region", REGIONS)
def test_only_the_departements_of_the_region_bear_data(region):
    carte = dessiner(REGIONS[region])
    assert [e.get("data-code") for e in carte.iter() if e.get("data-code")] == REGIONS[region]


def test_paris_stands_at_its_place_among_the_departements_of_its_region():
    carte = dessiner(REGIONS["Île-de-France"])
    milieux = {}
    for code in ("75", "77", "78", "91", "95"):
        (path,) = zone(carte, code).iter(SVG + "path")
        xs, ys = zip(*sommets(path.get("d")), strict=True)
        milieux[code] = (min(xs) + max(xs), min(ys) + max(ys))
    (x, y) = milieux["75"]
    assert milieux["78"][0] < x < milieux["77"][0]
    assert milieux["95"][1] < y < milieux["91"][1]


def test_neighbours_are_drawn_without_data_and_can_be_left_out():
    avec, sans = dessiner(REGIONS["Corse"]), dessiner(REGIONS["Hauts-de-France"], voisins=False)
    autour = dessiner(REGIONS["Hauts-de-France"])
    assert len(list(autour.iter(SVG + "path"))) == len(list(sans.iter(SVG + "path"))) + 1
    assert len([p for p in avec.iter(SVG + "path") if p.get("d", "").count("M") > 5]) == 0


def test_an_overseas_region_has_no_neighbour():
    seule, sans = dessiner(["974"]), dessiner(["974"], voisins=False)
    assert ElementTree.tostring(seule) == ElementTree.tostring(sans)


def test_departements_are_named_or_numbered_where_there_is_no_name():
    textes = [e.text for e in dessiner(REGIONS["Hauts-de-France"], noms={"59": "Nord"}).iter(SVG + "text")]
    assert textes == ["02", "Nord", "60", "62", "80"]


def test_a_name_too_long_for_its_departement_is_cut_or_gives_way_to_the_number():
    noms = {"92": "Hauts-de-Seine", "94": "Val-de-Marne", "77": "Seine-et-Marne"}
    textes = [e.text for e in dessiner(REGIONS["Île-de-France"], noms=noms).iter(SVG + "text")]
    assert "92" in textes
    assert "Hauts-de-Seine" not in textes
    assert ("Val-de-", "Marne") in list(pairwise(textes))
    assert "Seine-et-Marne" in textes


def test_a_name_makes_room_for_the_mark_of_a_metropole():
    codes, lyon = REGIONS["Auvergne-Rhône-Alpes"], Repere("69M", "signee", "Métropole de Lyon : signée")

    def hauteur(carte):
        return next(float(e.get("y")) for e in carte.iter(SVG + "text") if e.text == "Rhône")

    assert hauteur(dessiner(codes, noms=NOMS)) != hauteur(dessiner(codes, [], [lyon], noms=NOMS))


def test_names_are_not_read_twice():
    carte = dessiner(REGIONS["Hauts-de-France"], noms=NOMS)
    (groupe,) = [g for g in carte.iter(SVG + "g") if g.get("aria-hidden")]
    assert {e.text for e in groupe.iter(SVG + "text")} == {"Aisne", "Nord", "Oise", "Pas-de-Calais", "Somme"}


def test_a_name_is_escaped():
    carte = dessiner(["974"], noms={"974": "<b>&</b>"})
    assert "<b>&</b>" in {e.text for e in carte.iter(SVG + "text")}


def test_the_two_parts_of_alsace_are_one_link_in_its_region():
    alsace = Donnee("6AE", "signee", "Alsace : signée", "/territoires/6AE/", ("67", "68"))
    carte = dessiner(REGIONS["Grand Est"], [alsace])
    assert zone(carte, "6AE").get("class") == "carte-zone carte-groupe"
    assert len(list(carte.iter(SVG + "a"))) == 1


def test_the_strokes_follow_the_scale_of_the_window():
    def epaisseur(codes):
        return max(
            float(g.get("stroke-width")) for g in dessiner(codes).iter(SVG + "g") if g.get("stroke-width")
        )

    assert epaisseur(["974"]) < epaisseur(REGIONS["Grand Est"])


@pytest.mark.parametrize(
    ("codes", "donnees", "reperes", "message"),
    [
        ([], [], [], "au moins un département"),
        (["99"], [], [], "Département inconnu"),
        (
            ["59"],
            [Donnee("62", "signee", "Pas-de-Calais")],
            [],
            "«\u00a062\u00a0» (62) est hors de la région",
        ),
        (["59"], [], [Repere("69M", "signee", "Lyon")], "«\u00a069M\u00a0» est hors de la région"),
    ],
)
def test_what_is_out_of_the_region_is_refused_in_french(codes, donnees, reperes, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        dessiner(codes, donnees, reperes)
