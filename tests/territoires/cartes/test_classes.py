"""Classes told apart by pattern as well as by colour, and their swatches."""

import re
from xml.etree import ElementTree

import pytest

from echelons.territoires import cartes
from echelons.territoires.cartes import NON_DOCUMENTE, Classe, carte_france, pastille
from echelons.territoires.cartes.classes import contraste

SVG = "{http://www.w3.org/2000/svg}"
ASPECTS = [cartes.FORTE, cartes.MOYENNE, cartes.INCERTAINE, cartes.CONTRAIRE]
CLASSES = [
    *(Classe(f"c{rang}", f"Classe {rang}", *aspect) for rang, aspect in enumerate(ASPECTS)),
    NON_DOCUMENTE,
]


def dessiner(classes):
    return ElementTree.fromstring(carte_france([], [], classes, "France", "Carte"))


def marques(element):
    """What is drawn over the background: the strokes, without their colour."""
    return [
        (e.get("d"), e.get("stroke-width")) for e in element.iter(SVG + "path") if e.get("stroke-linecap")
    ]


def test_no_two_classes_have_the_same_marks():
    motifs = [marques(motif) for motif in dessiner(CLASSES).iter(SVG + "pattern")]
    assert len(motifs) == 4  # the fifth class is plain
    assert all(motifs[i] != motifs[j] for i in range(4) for j in range(i))
    assert all(len(motif) == 1 for motif in motifs)


@pytest.mark.parametrize("classe", CLASSES[1:], ids=lambda c: c.motif)
def test_marks_stand_out_from_their_background(classe):
    assert contraste(classe.remplissage, classe.couleur_trait) >= 3


def test_a_plain_class_stands_out_from_every_other():
    for autre in CLASSES[1:]:
        assert contraste(CLASSES[0].remplissage, autre.remplissage) >= 3


@pytest.mark.parametrize("classe", CLASSES, ids=lambda c: c.motif)
def test_a_text_edged_with_white_is_readable_on_any_class(classe):
    assert contraste("#161616", "#ffffff") >= 7
    assert max(contraste("#161616", classe.remplissage), contraste("#ffffff", classe.remplissage)) >= 4.5


def test_contrast_is_the_one_of_the_accessibility_guidelines():
    assert contraste("#000000", "#ffffff") == pytest.approx(21)
    assert contraste("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_sixth_class_is_refused():
    with pytest.raises(ValueError, match="6 classes sur une carte\u00a0: au plus 5"):
        dessiner([*CLASSES, Classe("de_trop", "De trop", "#ffffff", "croise", "#000000")])


def test_not_documented_counts_among_the_five_even_when_it_is_not_given():
    cinq = [*CLASSES[:4], Classe("autre", "Autre", "#ffffff", "croise", "#000000")]
    with pytest.raises(ValueError, match="«\u00a0non documenté\u00a0» comprise"):
        dessiner(cinq)


def test_two_classes_with_one_pattern_are_refused():
    jumelle = Classe("jumelle", "Jumelle", "#ffffff", "points", "#000000")
    with pytest.raises(ValueError, match="«\u00a0c1\u00a0» et «\u00a0jumelle\u00a0» ont le même motif"):
        dessiner([CLASSES[1], jumelle])


def test_one_key_given_twice_is_refused():
    with pytest.raises(ValueError, match="donnée deux fois"):
        dessiner([CLASSES[0], CLASSES[0]])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("Clé", "x", "#ffffff"), "Clé de classe invalide"),
        (("cle", "x", "red"), "Couleur invalide"),
        (("cle", "x", '#fff"/>'), "Couleur invalide"),
        (("cle", "x", "#ffffff", "zigzag"), "Motif inconnu"),
        (("cle", "x", "#ffffff", "points", "#eeeeee"), "ne se distingue pas assez"),
    ],
)
def test_a_class_that_cannot_be_drawn_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Classe(*arguments)


@pytest.mark.parametrize("classe", CLASSES, ids=lambda c: c.motif)
def test_a_swatch_shows_what_the_map_shows(classe):
    petit = ElementTree.fromstring(pastille(classe))
    assert petit.find(SVG + "path").get("fill") == classe.remplissage
    motif = next(
        (m for m in dessiner(CLASSES).iter(SVG + "pattern") if m.get("id") == f"carte-{classe.cle}"), None
    )
    if motif is None:
        assert marques(petit) == []
        return
    (trace, epaisseur), (repete, meme_epaisseur) = marques(motif)[0], marques(petit)[0]
    assert epaisseur == meme_epaisseur
    assert repete.startswith(trace)
    assert len(re.findall("M", repete)) == 6 * len(re.findall("M", trace))


def test_a_swatch_bears_no_identifier_and_is_hidden_from_speech():
    petit = ElementTree.fromstring(pastille(CLASSES[1]))
    assert petit.get("aria-hidden") == "true"
    assert not [e for e in petit.iter() if e.get("id")]
