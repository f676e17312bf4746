"""Loading territories: idempotent, keeping what others point at, refusing wrong files with their lines."""

import datetime as dt
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from echelons.territoires.geographie import Geographie
from echelons.territoires.models import Chargement, Composition, Territoire

pytestmark = pytest.mark.django_db

FICTIFS = Path(__file__).resolve().parents[2] / "demonstration" / "territoires.yaml"
UN_JOUR = dt.date(2019, 6, 30)


@pytest.fixture
def fichier(tmp_path):
    def ecrire(texte, nom="perimetres.yaml"):
        chemin = tmp_path / nom
        chemin.write_text(texte, encoding="utf-8")
        return chemin

    return ecrire


def refus(commande, *arguments, **options):
    with pytest.raises(CommandError) as erreur:
        call_command(commande, *arguments, **options)
    return str(erreur.value)


def test_loading_again_the_same_files_changes_nothing_and_takes_no_time(capsys):
    call_command("charger_territoires")
    debut = time.perf_counter()
    call_command("charger_territoires")
    assert time.perf_counter() - debut < 0.3
    assert "n’ont pas changé" in capsys.readouterr().out


def test_loading_changed_files_keeps_primary_keys_and_custom_perimeters_and_repairs_the_rest(fichier):
    call_command(
        "charger_perimetres",
        fichier(
            """
territoires:
  - {code: P-essai, type: perimetre, nom: Essai, contient: [{code: "59350"}]}
  - {code: P-bassin-minier, type: perimetre, nom: Bassin minier, contient: [{code: "62498"}, {code: "59178"}]}
"""
        ),
    )
    cles = dict(Territoire.objects.values_list("code", "pk"))
    Territoire.objects.filter(code="59D").update(nom="Abîmé")
    Composition.objects.filter(contenu__code="59350", jeu="officiel").delete()
    Chargement.objects.filter(jeu="officiel").update(empreinte="autre")
    call_command("charger_territoires")
    assert dict(Territoire.objects.values_list("code", "pk")) == cles
    assert Territoire.objects.get(code="59D").nom == "Nord"
    geographie = Geographie.lire()
    assert geographie.contenants("59350", UN_JOUR) == ("245900410", "59", "59D", "P-essai", "R32")
    assert geographie.couvre("P-bassin-minier", "62498", UN_JOUR)


def test_fictional_territories_come_only_when_asked_and_never_sign_for_france(capsys):
    avant = Geographie.courante()
    call_command("charger_territoires", fictifs=FICTIFS)
    call_command("charger_territoires", fictifs=FICTIFS)
    assert capsys.readouterr().out.count("27 territoires") <= 1
    geographie = Geographie.courante()
    assert geographie.signataires(UN_JOUR) == avant.signataires(UN_JOUR)
    assert Territoire.objects.signataires(UN_JOUR).count() == 101
    fictifs = Territoire.objects.filter(fictif=True)
    assert set(fictifs.values_list("code", flat=True)) == {
        "R99", "990", "990D", "990000001", "99001", "99002", "99003", "991", "991D", "992", "992D", "993", "993D",
        "990000002", "990000003", "990000004", *(f"9910{n}" for n in range(1, 10)), *(f"9920{n}" for n in range(1, 6)),
        *(f"9930{n}" for n in range(1, 6)),
    }  # fmt: skip
    assert all("ficti" in territoire.nom for territoire in fictifs)
    assert geographie.couvre("R99", "99001", UN_JOUR)
    assert geographie.couvre("990D", "990000001", UN_JOUR)
    assert geographie.collectivite_de_commune("99003", UN_JOUR) == "990D"
    assert [t.code for t in Territoire.objects.rechercher("val d’essai")] == ["990D"]


def test_a_real_territory_in_a_fictional_file_is_refused_with_its_line(fichier):
    chemin = fichier("territoires:\n  - {code: R98, type: region, nom: Une région}\n", "fictifs.yaml")
    assert "fictifs.yaml:2 : clé « territoires.1.code »" in refus("charger_territoires", fictifs=chemin)
    assert not Territoire.objects.filter(code="R98").exists()


def test_a_custom_perimeter_may_cross_limits_and_mix_communes_and_epci(fichier):
    chemin = fichier(
        """
territoires:
  - code: P-creillois
    type: perimetre
    nom: Bassin creillois d’essai
    composition: reconstituee
    debut: 2020-01-01
    contient:
      - {code: "60175"}
      - {code: "200043263"}
"""
    )
    call_command("charger_perimetres", chemin)
    call_command("charger_perimetres", chemin)
    geographie = Geographie.courante()
    en_2021 = dt.date(2021, 1, 1)
    assert geographie.contenants("P-creillois", en_2021) == ("R32",)
    assert {"59D", "60D"} <= set(geographie.contenants_partiels("P-creillois", en_2021))
    assert "P-creillois" in geographie.contenants("60175", en_2021)
    assert "P-creillois" not in geographie.contenants("60175", UN_JOUR)


def test_who_knows_the_composition_of_a_shipped_perimeter_may_give_it(fichier):
    chemin = fichier(
        """
territoires:
  - code: P-bassin-minier
    type: perimetre
    nom: Bassin minier
    composition: officielle
    contient: [{code: "62498"}, {code: "59178"}]
"""
    )
    call_command("charger_perimetres", chemin)
    assert Territoire.objects.get(code="P-bassin-minier").composition == "officielle"
    geographie = Geographie.courante()
    assert geographie.couvre("P-bassin-minier", "62498", UN_JOUR)
    assert geographie.couvre("R32", "P-bassin-minier", UN_JOUR)
    assert not geographie.couvre("62D", "P-bassin-minier", UN_JOUR)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("territoires: 12", "perimetres.yaml:1 : clé « territoires » : trouvé « 12 », attendu une liste"),
        ("perimetres: []", "perimetres.yaml:1 : clé « perimetres » : clé inconnue"),
        (
            "territoires:\n  - {code: P-a, type: perimetre, nom: A, couleur: bleu}",
            "perimetres.yaml:2 : clé « territoires.1.couleur » : clé inconnue",
        ),
        (
            "territoires:\n  - {code: P-a, type: perimetre}",
            "perimetres.yaml:2 : clé « territoires.1.nom » : cette clé est obligatoire",
        ),
        (
            "territoires:\n  - {code: A b, type: perimetre, nom: A}",
            "clé « territoires.1.code » : trouvé « A b », attendu un code comme P-bassin-minier",
        ),
        (
            "territoires:\n  - code: '60175'\n    type: commune\n    nom: Creil",
            "perimetres.yaml:3 : clé « territoires.1.type » : trouvé « commune », attendu perimetre",
        ),
        (
            "territoires:\n  - code: P-a\n    type: perimetre\n    nom: A\n    contient:\n      - {code: '00000'}",
            "perimetres.yaml:6 : clé « territoires.1.contient.1.code » : trouvé « 00000 », qui n’est le code d’aucun",
        ),
        (
            "territoires:\n  - {code: P-a, type: perimetre, nom: A, debut: 2021-02-30}",
            "clé « territoires.1.debut » : trouvé « 2021-02-30 »",
        ),
        (
            "territoires:\n  - {code: P-a, type: perimetre, nom: A, debut: 2021-01-01, fin: 2020-01-01}",
            "clé « territoires.1.fin » : trouvé 2020-01-01, attendu une date après le début",
        ),
        (
            "territoires:\n  - {code: P-a, type: perimetre, nom: A, siren: '123456789'}",
            "clé « territoires.1.siren » : trouvé « 123456789 »",
        ),
        (
            "territoires:\n  - {code: P-a, type: perimetre, nom: A}\n  - {code: P-a, type: perimetre, nom: B}",
            "perimetres.yaml:3 : clé « territoires.2.code » : trouvé « P-a », déjà donné plus haut",
        ),
        (
            "territoires:\n  - {code: P-a, type: perimetre, nom: A, contient: [{code: P-a}]}",
            "un territoire ne se contient pas lui-même",
        ),
        ("territoires:\n  - code: [", "perimetres.yaml:"),
    ],
)
def test_a_wrong_perimeter_file_is_refused_with_file_line_key_found_and_expected(fichier, texte, attendu):
    message = refus("charger_perimetres", fichier(texte))
    assert attendu in message
    assert not Territoire.objects.filter(code__startswith="P-a").exists()


def test_several_errors_are_told_at_once(fichier):
    message = refus(
        "charger_perimetres",
        fichier(
            "territoires:\n  - {code: X, type: perimetre, nom: A}\n  - {code: Y, type: perimetre, nom: B}\n"
        ),
    )
    assert "« X »" in message
    assert "« Y »" in message


def test_a_missing_file_is_told_in_french(tmp_path):
    assert "fichier illisible" in refus("charger_perimetres", tmp_path / "absent.yaml")
