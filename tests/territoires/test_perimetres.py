"""A project perimeter is created, changed from a day on, corrected, closed; nobody goes on reading the former one."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction

from echelons.socle.circuit import ActeInterdit, Refus
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import Auteur, histoire, verifier
from echelons.territoires import actes
from echelons.territoires.chargement import charger_officiel
from echelons.territoires.geographie import Geographie
from echelons.territoires.models import Chargement, Composition, Territoire, VersionDePerimetre
from echelons.territoires.perimetres import communes_de, membres_au, versions_de

pytestmark = pytest.mark.django_db
JOUR = dt.date(2020, 6, 30)
HIER, DEBUT, SUITE = dt.date(2018, 12, 31), dt.date(2019, 1, 1), dt.date(2020, 1, 1)
MAUBEUGE = "200043396"  # CA Maubeuge Val de Sambre, of which 59392 is the town


@pytest.fixture(autouse=True)
def un_jour():
    with a_la_date(JOUR):
        yield


def permis(emprise):
    return Auteur(compte="1", mandat="1", personne="personne-1")


def creer(nom: str = "Val d’essai", membres=("59350", "62041"), **choix) -> Territoire:
    return actes.creer_perimetre(
        **{
            "par": permis,
            "nom": nom,
            "nature": "projet",
            "debut": DEBUT,
            "membres": list(membres),
            "source": "Arrêté d’essai",
            **choix,
        }
    )


def changer(perimetre: Territoire, debut: dt.date, membres, **choix):
    return actes.changer_composition(
        par=permis, perimetre=perimetre, debut=debut, membres=membres, source="Avenant d’essai", **choix
    )


def refus(champ: str, faire, *args, **choix) -> str:
    with pytest.raises(ValidationError) as erreur:
        faire(*args, **choix)
    return " ".join(erreur.value.message_dict[champ]).replace("\u00a0", " ")


def codes(perimetre: Territoire, jour: dt.date) -> list[str]:
    return [m.code for m in membres_au(perimetre, jour)]


def test_a_perimeter_lies_where_all_its_communes_lie():
    perimetre = creer()
    assert (perimetre.code, perimetre.region.code, perimetre.departement, perimetre.fictif) == (
        "P-val-dessai", "R32", None, False,
    )  # fmt: skip
    geographie = Geographie.courante()
    assert geographie.contenants(perimetre.code, JOUR) == ("R32",)
    assert {"59", "59D", "62", "62D"} <= set(geographie.contenants_partiels(perimetre.code, JOUR))
    assert perimetre.code in geographie.contenants("59350", JOUR)
    assert [t.code for t in Territoire.objects.rechercher("val essai")] == [perimetre.code]
    nord = creer("Tout dans le Nord", ["59350", "59392"])
    assert nord.departement.code == "59"
    assert "59D" in Geographie.courante().contenants(nord.code, JOUR)


def test_a_new_composition_leaves_the_former_readable():
    perimetre = creer()
    changer(perimetre, SUITE, ["59350", MAUBEUGE])
    assert codes(perimetre, DEBUT) == codes(perimetre, dt.date(2019, 12, 31)) == ["59350", "62041"]
    assert codes(perimetre, SUITE) == codes(perimetre, JOUR) == [MAUBEUGE, "59350"]
    assert codes(perimetre, HIER) == []
    premiere, seconde = versions_de(perimetre)
    assert (premiere.fin, seconde.fin) == (dt.date(2019, 12, 31), None)
    assert [m.code for m in seconde.ajoutes] == [MAUBEUGE]
    assert [m.code for m in seconde.retires] == ["62041"]
    assert Composition.objects.filter(contenant=perimetre, contenu__code="59350").count() == 1
    assert "59392" in {c.code for c in communes_de(membres_au(perimetre, JOUR), JOUR)}
    assert perimetre.code in Geographie.courante().contenants("59392", JOUR)
    assert perimetre.code not in Geographie.courante().contenants("59392", DEBUT)
    assert [e.acte for e in histoire(actes.objet_journal(perimetre.code))] == [
        "creer",
        "changer_la_composition",
    ]
    assert verifier().anomalies == ()


def test_a_commune_whose_epci_comes_in_has_not_left():
    perimetre = creer(membres=["59392"])
    changer(perimetre, SUITE, [MAUBEUGE])
    assert not versions_de(perimetre)[-1].retires


def test_a_version_may_be_put_between_two_others():
    perimetre = creer()
    changer(perimetre, dt.date(2020, 5, 1), ["62041"])
    changer(perimetre, SUITE, ["59350", "59392", "62041"])
    assert codes(perimetre, dt.date(2020, 3, 1)) == ["59350", "59392", "62041"]
    assert codes(perimetre, JOUR) == ["62041"]


def test_a_composition_is_corrected_for_its_own_time_only():
    perimetre = creer()
    changer(perimetre, SUITE, ["59350"])
    assert "Dites pourquoi" in refus(
        "motif",
        actes.corriger_composition,
        par=permis,
        perimetre=perimetre,
        debut=DEBUT,
        membres=["59392"],
        motif=" ",
    )
    actes.corriger_composition(
        par=permis, perimetre=perimetre, debut=DEBUT, membres=["59350", "59392"], motif="Faute de frappe."
    )
    assert codes(perimetre, DEBUT) == ["59350", "59392"]
    assert codes(perimetre, SUITE) == ["59350"]
    assert perimetre.versions.count() == 2


def test_what_is_said_of_a_perimeter_is_corrected_and_its_former_name_still_found():
    perimetre = creer()
    actes.corriger_perimetre(
        par=permis,
        perimetre=perimetre,
        nom="Val d’Escaut",
        nature="bassin",
        note="Note.",
        adresse="",
        motif="Nom.",
    )
    perimetre.refresh_from_db()
    assert (perimetre.code, perimetre.nom, perimetre.autres_noms) == (
        "P-val-dessai",
        "Val d’Escaut",
        ["Val d’essai"],
    )
    assert [t.code for t in Territoire.objects.rechercher("val d’essai")] == [perimetre.code]


def test_a_perimeter_that_ends_is_read_until_then():
    perimetre = creer()
    changer(perimetre, SUITE, ["59350"])
    faire = {"par": permis, "perimetre": perimetre, "motif": "Fin du projet."}
    assert "1er janvier 2020" in refus("fin", actes.clore_perimetre, **faire, fin=dt.date(2019, 6, 1))
    actes.clore_perimetre(**faire, fin=dt.date(2020, 3, 31))
    assert perimetre.code in Geographie.courante().contenants("59350", dt.date(2020, 3, 31))
    assert perimetre.code not in Geographie.courante().contenants("59350", dt.date(2020, 4, 1))
    assert "déjà clos" in refus("fin", actes.clore_perimetre, **faire, fin=JOUR)


def test_who_may_not_on_all_that_it_was_and_would_be_changes_nothing():
    vues = []

    def dans_le_nord(emprise):
        vues.append(emprise)
        if "59D" not in emprise.couvrants:
            raise ActeInterdit(Refus("Non."))
        return Auteur(compte="1", mandat="1", personne="personne-1")

    perimetre = creer(membres=["59350", "59392"], par=dans_le_nord)
    with pytest.raises(ActeInterdit):
        actes.changer_composition(
            par=dans_le_nord, perimetre=perimetre, debut=SUITE, membres=["59350", "62041"], source="Avenant"
        )
    changer(perimetre, SUITE, ["59350", "62041"])
    with pytest.raises(ActeInterdit):  # back inside, it was outside once
        actes.changer_composition(
            par=dans_le_nord,
            perimetre=perimetre,
            debut=dt.date(2020, 2, 1),
            membres=["59350"],
            source="Avenant",
        )
    assert vues[-1].regions == {"R32"}
    assert perimetre.versions.count() == 2


@pytest.mark.parametrize(
    ("membres", "phrase"),
    [
        ([], "au moins une commune"),
        (["99999"], "Aucune commune ni aucun EPCI n’est connu sous le code « 99999 »"),
        (["59350", MAUBEUGE, "59392"], "Maubeuge (59392) est déjà comprise dans CA Maubeuge Val de Sambre"),
        (["01003"], "voyez"),
    ],
)
def test_what_cannot_enter_a_composition_is_said_with_what_can(membres, phrase):
    assert phrase in refus("membres", creer, membres=membres)
    assert not VersionDePerimetre.objects.exists()


def test_an_old_code_is_answered_with_the_commune_of_today():
    phrase = refus("membres", creer, membres=["01018"])
    assert "Arlod (01018) n’est plus une commune depuis le 1er janvier 1971" in phrase
    assert "Valserhône (01033)" in phrase


def test_two_perimeters_never_bear_one_name_and_a_day_has_one_composition():
    perimetre = creer()
    assert "porte déjà ce nom" in refus("nom", creer, "VAL D ESSAI")
    assert "déjà une composition au 1er janvier 2019" in refus("debut", changer, perimetre, DEBUT, ["59392"])
    assert "n’existe que depuis" in refus("debut", changer, perimetre, HIER, ["59392"])
    assert "vaut déjà" in refus("membres", changer, perimetre, SUITE, ["62041", "59350"])


def test_a_perimeter_whose_communes_are_not_known_lies_where_it_is_said():
    perimetre = creer(membres=[], departements=["59", "62"])
    assert perimetre.composition == "non_documentee"
    geographie = Geographie.courante()
    assert geographie.contenants(perimetre.code, JOUR) == ("R32",)
    assert {"59D", "62D"} <= set(geographie.contenants_partiels(perimetre.code, JOUR))
    changer(perimetre, SUITE, ["59350"])
    perimetre.refresh_from_db()
    assert perimetre.composition == "officielle"
    assert codes(perimetre, JOUR) == ["59350"]


def test_a_shipped_perimeter_changed_here_is_not_taken_back_by_the_files(tmp_path):
    perimetre = Territoire.objects.get(code="P-sambre-avesnois-thierache")
    avant = codes(perimetre, DEBUT)
    changer(perimetre, SUITE, ["59350"])
    Chargement.objects.filter(jeu="officiel").delete()
    charger_officiel()
    assert codes(perimetre, DEBUT) == avant
    assert codes(perimetre, JOUR) == ["59350"]
    fichier = tmp_path / "perimetres.yaml"
    fichier.write_text("territoires:\n  - {code: P-sambre-avesnois-thierache, type: perimetre, nom: Autre}\n")
    with pytest.raises(CommandError, match="tenu dans l’application"):
        call_command("charger_perimetres", str(fichier))


def test_an_act_given_up_is_read_by_nobody():
    avant = Geographie.courante()
    with transaction.atomic():
        perimetre = creer()
        assert perimetre.code in Geographie.courante().contenants("59350", JOUR)
        transaction.set_rollback(True)
    apres = Geographie.courante()
    assert apres.contenants("59350", JOUR) == avant.contenants("59350", JOUR)


def test_the_demonstration_acts_on_fictional_places_only(settings):
    settings.DEMONSTRATION = True
    assert "territoires fictifs" in refus("membres", creer)
    settings.DEMONSTRATION = False
    assert creer().code


def test_words_that_the_journal_cannot_keep_are_refused_in_words():
    with pytest.raises(ValidationError, match="adresse électronique"):
        creer(source="Reçu de quelqu.un@exemple.test")
    assert not VersionDePerimetre.objects.exists()
