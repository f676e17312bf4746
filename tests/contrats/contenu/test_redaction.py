"""Writing the content: two writers at once, what is refused, what is kept, what is missing, and when it is frozen."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from echelons.contrats.contenu import cibles, clauses, fiches, financements
from echelons.contrats.contenu.cibles import Chiffre
from echelons.contrats.contenu.etat import contenu_courant, points_courants
from echelons.contrats.contenu.financements import Case
from echelons.contrats.contenu.forme import lire
from echelons.contrats.contenu.lecture import contenu_de
from echelons.contrats.contenu.manques import Sorte
from echelons.contrats.contenu.recit import changements
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.dossier import Dossier, empreinte_de
from echelons.contrats.models import FicheAction, Instrument, Modification
from echelons.socle.circuit import ActeIncomplet, ActeInterdit, EtatRefuse
from echelons.socle.horloge import a_la_date
from echelons.strategie.models import Dispositif, Indicateur, Regle
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.scene import JOUR, Scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def jour():
    with a_la_date(JOUR):
        yield


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def convention(scene) -> Instrument:
    return scene.ouvrir()


def ecrire(scene, convention, fiche, rang_lu, par="charge-de-mission", **champs):
    return fiches.enregistrer(
        par=scene.acteur(par),
        instrument=convention,
        reference=fiche.reference,
        champs=champs,
        rang_lu=rang_lu,
    )


def test_a_draft_begins_with_its_parties_as_financeurs_and_with_the_articles_in_force(convention):
    contenu = contenu_de(convention)
    assert [f.cote for f in contenu.financeurs] == ["etat", "collectivite"]
    assert contenu.clauses[0].titre == "Objet"
    assert "Comité de pilotage" not in {c.titre for c in contenu.clauses}
    assert contenu.exercices == (2019, 2020, 2021)
    assert contenu.vide
    assert {p.libelle for p in contenu.instrument.parties} == {
        "L’État",
        "Le département de Lieu 997D (fictif)",
    }
    assert contenu.clauses[0].texte.startswith("L’État et le département de Lieu 997D (fictif) s’engagent ")


def test_fiches_are_numbered_by_their_volet_in_their_order(scene, convention):
    dans_le_socle = [remplir(scene, convention, f"Action {i}") for i in range(2)]
    remplir(scene, convention, "Initiative", volet="initiatives")
    remplir(scene, convention, "Sans volet", volet=None)
    assert [f.numero for f in contenu_de(convention).fiches] == ["1.1", "1.2", "2.1", "0.1"]
    fiches.deplacer(
        par=scene.acteur("charge-de-mission"),
        instrument=convention,
        reference=dans_le_socle[1].reference,
        vers=1,
    )
    assert [(f.numero, f.intitule) for f in contenu_de(convention).fiches][:2] == [
        ("1.1", "Action 1"),
        ("1.2", "Action 0"),
    ]


def test_two_writers_of_the_same_fiche_keep_what_each_wrote_elsewhere(scene, convention):
    fiche = remplir(scene, convention)
    convention.refresh_from_db()
    lu = convention.contenu_rang
    ecrire(scene, convention, fiche, lu, public="Les jeunes majeurs.")
    ecrit = ecrire(
        scene, convention, fiche, lu, par="finances", public="Les allocataires du RSA.", pilote="Le CCAS"
    )
    assert (ecrit.champs, ecrit.conflits) == (["pilote"], [])
    fiche.refresh_from_db()
    assert (fiche.public, fiche.pilote) == ("Les jeunes majeurs.", "Le CCAS")


def test_a_field_that_both_changed_is_left_and_both_texts_are_given_back(scene, convention):
    fiche = remplir(scene, convention)
    convention.refresh_from_db()
    lu = convention.contenu_rang
    ecrire(scene, convention, fiche, lu, public="Ce que l’une écrit.")
    ecrit = ecrire(scene, convention, fiche, lu, par="finances", public="Ce que l’autre écrit.")
    (conflit,) = ecrit.conflits
    assert (conflit.champ, conflit.voulu, conflit.actuel) == (
        "public", "Ce que l’autre écrit.", "Ce que l’une écrit.",
    )  # fmt: skip
    assert "charge-de-mission" in conflit.par
    fiche.refresh_from_db()
    assert fiche.public == "Ce que l’une écrit."
    # Having read it, she may decide.
    convention.refresh_from_db()
    ecrire(scene, convention, fiche, convention.contenu_rang, par="finances", public="Ce qui est convenu.")
    fiche.refresh_from_db()
    assert fiche.public == "Ce qui est convenu."


def test_what_changed_since_a_moment_is_told_field_by_field_and_sql_keeps_it(scene, convention):
    fiche = remplir(scene, convention)
    convention.refresh_from_db()
    avant = convention.contenu_rang
    ecrire(scene, convention, fiche, None, public="Un", pilote="Deux")
    ecrire(scene, convention, fiche, None, public="Trois")
    dits = changements(convention, avant, avant + 2)
    assert {c.de for c in dits} == {"Fiche «\u00a0Accueillir\u00a0»"}
    assert [c.phrase for c in dits] == [
        "«\u00a0public visé\u00a0»\u00a0: Les allocataires du RSA. devient Trois.",
        "«\u00a0pilote\u00a0»\u00a0: Direction de l’insertion devient Deux.",
    ]
    with pytest.raises(DatabaseError), transaction.atomic():
        Modification.objects.filter(instrument=convention).update(apres="autre chose")
    with pytest.raises(DatabaseError), transaction.atomic():
        Modification.objects.filter(instrument=convention).delete()


def test_saving_the_same_thing_leaves_no_trace(scene, convention):
    fiche = remplir(scene, convention)
    convention.refresh_from_db()
    rang = convention.contenu_rang
    ecrit = ecrire(scene, convention, fiche, rang, public="Les allocataires du RSA.")
    assert (ecrit.rang, ecrit.champs) == (rang, [])


@pytest.mark.parametrize(
    ("champs", "champ", "phrase"),
    [
        ({"debut": "2019-12-31", "fin": "2019-01-01"}, "__all__", "précède son début"),
        ({"etp": "-1"}, "etp", "supérieure ou égale à 0"),
        ({"description": "x" * 20_001}, "description", "20000"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field_and_nothing_is_written(
    scene, convention, champs, champ, phrase
):
    fiche = remplir(scene, convention)
    with pytest.raises(ValidationError) as refus:
        ecrire(scene, convention, fiche, None, **champs)
    assert phrase in " ".join(refus.value.message_dict[champ])
    assert not Modification.objects.filter(instrument=convention).exclude(champ="+").exists()


def test_the_grid_takes_cents_and_says_cell_by_cell_what_it_refuses(scene, convention):
    fiche = remplir(scene, convention)
    financer(scene, convention, fiche, (1, 2019, "1000.10"), (2, 2019, "2000.20"), (2, 2021, "0.70"))
    assert totaliser(contenu_de(convention)).ensemble == Decimal("3001.00")
    mauvaises = {
        Case(str(fiche.reference), 1, 2018): Decimal(1),
        Case(str(fiche.reference), 1, 2019): Decimal(-1),
        Case(str(fiche.reference), 9, 2019): Decimal(1),
        Case(str(fiche.reference), 2, 2019): Decimal("1.001"),
        Case(str(fiche.reference), 2, 2020): Decimal("1e12"),
        Case("00000000-0000-0000-0000-000000000000", 1, 2019): Decimal(1),
        Case(str(fiche.reference), 1, 2020): Decimal(5),
    }
    with pytest.raises(ValidationError) as refus:
        financements.enregistrer(
            par=scene.acteur("finances"), instrument=convention, cases=mauvaises, rang_lu=None
        )
    assert len(refus.value.message_dict) == 6
    assert totaliser(contenu_de(convention)).ensemble == Decimal("3001.00")


def test_two_writers_of_the_same_cell_are_told(scene, convention):
    fiche = remplir(scene, convention)
    convention.refresh_from_db()
    lu = convention.contenu_rang
    case = Case(str(fiche.reference), 1, 2019)
    financements.enregistrer(
        par=scene.acteur("finances"), instrument=convention, cases={case: Decimal(10)}, rang_lu=lu
    )
    autre = financements.enregistrer(
        par=scene.acteur("charge-de-mission"), instrument=convention, cases={case: Decimal(20)}, rang_lu=lu
    )
    assert [(c.cle, c.actuel, c.voulu) for c in autre.conflits] == [(case.cle, "10.00", "20.00")]
    assert totaliser(contenu_de(convention)).ensemble == 10


def test_a_target_is_a_figure_or_its_absence_with_a_reason(scene, convention):
    fiche = remplir(scene, convention)
    par = scene.acteur("charge-de-mission")
    indicateur = Indicateur.objects.get(code="ase-referentiel")
    cible = cibles.viser(par=par, instrument=convention, indicateur=indicateur, fiche=fiche)
    with pytest.raises(ValidationError):
        cibles.viser(par=par, instrument=convention, indicateur=indicateur, fiche=fiche)
    with pytest.raises(ValidationError) as refus:
        cibles.enregistrer(
            par=par,
            instrument=convention,
            lignes={cible.pk: {"2019": Chiffre("sans_objet"), "2031": Chiffre(valeur=Decimal(1))}},
            rang_lu=None,
        )
    assert set(refus.value.message_dict) == {f"{cible.pk}/2019", f"{cible.pk}/2031"}
    cibles.enregistrer(
        par=par,
        instrument=convention,
        lignes={
            cible.pk: {
                "depart": Chiffre(valeur=Decimal(64), le=dt.date(2018, 12, 31)),
                "2019": Chiffre(valeur=Decimal(70)),
                "2020": Chiffre("non_disponible", motif="Le logiciel change."),
            }
        },
        rang_lu=None,
    )
    (dite,) = contenu_de(convention).cibles
    assert (dite.depart, dite.depart_le) == (Decimal(64), dt.date(2018, 12, 31))
    assert [(v.exercice, v.etat) for v in dite.visees] == [(2019, "chiffree"), (2020, "non_disponible")]


def test_articles_of_the_model_keep_their_words_and_special_provisions_are_ours(scene, convention):
    par = scene.acteur("charge-de-mission")
    objet, comite = (convention.clauses.get(titre=t) for t in ("Objet", "Comité de pilotage"))
    with pytest.raises(ValidationError):
        clauses.ecrire(
            par=par, instrument=convention, reference=objet.reference, champs={"titre": "Autre"}, rang_lu=None
        )
    with pytest.raises(ValidationError):
        clauses.retenir(par=par, instrument=convention, reference=objet.reference, retenue=False)
    clauses.retenir(par=par, instrument=convention, reference=comite.reference, retenue=True)
    with pytest.raises(ValidationError, match="montant_mystere"):
        clauses.ajouter(par=par, instrument=convention, titre="Clause", texte="{montant_mystere}")
    clauses.ajouter(par=par, instrument=convention, titre="Publicité", texte="Pour {territoire}, du {debut}.")
    dites = {c.titre: c for c in contenu_de(convention).clauses}
    assert "Comité de pilotage" in dites
    assert dites["Publicité"].texte == "Pour Lieu 997D (fictif), du 1er\u00a0janvier\u00a02019."
    assert [c.numero for c in dites.values()] == list(range(1, len(dites) + 1))


def test_what_is_missing_is_said_with_the_place_and_disappears_once_given(scene, convention):
    fiche = fiches.ajouter(par=scene.acteur("charge-de-mission"), instrument=convention, intitule="Nue")
    manques = {(p.page, p.champ) for p in points_courants(convention) if p.fiche == str(fiche.reference)}
    assert manques == {
        ("fiches", c) for c in ("volet", "nature", "description", "public", "pilote", "debut", "fin")
    } | {("financement", "")}
    complete = remplir(scene, convention, "Pleine")
    financer(scene, convention, complete, (1, 2019, "1"), (2, 2019, "1"))
    assert [p for p in points_courants(convention) if p.fiche == str(complete.reference)] == []


def test_a_blocking_rule_stops_the_submission_until_it_is_mended(scene, convention):
    Regle.objects.create(
        dispositif=Dispositif.objects.get(code="calpae"),
        code="essai-plafond",
        libelle="Plafond d’essai",
        gravite="bloquante",
        controle={"genre": "plafond_annuel", "cote": "etat", "montant": "100"},
    )
    fiche = remplir(scene, convention)
    financer(scene, convention, fiche, (1, 2019, "150"), (2, 2019, "150"))
    assert [p.regle for p in points_courants(convention) if p.sorte is Sorte.BLOQUE] == ["essai-plafond"]
    with pytest.raises(ActeIncomplet, match="plafond de 100"):
        scene.faire(convention, "soumettre")
    financer(scene, convention, fiche, (1, 2019, "100"))
    scene.faire(convention, "soumettre")
    assert convention.etat == Instrument.Etat.SOUMISE


def test_what_is_submitted_is_frozen_with_its_digest_and_what_is_agreed_reopens_by_an_act(scene, convention):
    fiche = remplir(scene, convention)
    financer(scene, convention, fiche, (1, 2019, "10"), (2, 2019, "10"))
    scene.faire(convention, "soumettre")
    version = Dossier.de(convention).texte
    assert lire(version.contenu).fiches[0].intitule == "Accueillir"
    assert version.empreinte == empreinte_de(version.texte, version.contenu)
    with pytest.raises(EtatRefuse, match="soumise"):
        ecrire(scene, convention, fiche, None, public="Trop tard.")
    for acte in ("prendre_en_instruction", "accorder", "deliberer"):
        scene.faire(convention, acte)
    with pytest.raises(EtatRefuse, match="rouvrez-le"):
        ecrire(scene, convention, fiche, None, public="Trop tard.")
    FicheAction.objects.filter(pk=fiche.pk).update(public="par une autre porte")
    assert contenu_courant(convention).fiches[0].public == "Les allocataires du RSA."
    scene.faire(convention, "rouvrir", commentaire="Un montant change.")
    assert not Dossier.de(convention).adoptions
    ecrire(scene, convention, fiche, None, public="Rouvert.")
    assert contenu_courant(convention).fiches[0].public == "Rouvert."


def test_who_does_not_hold_the_pen_is_told_who_does(scene, convention):
    fiche = remplir(scene, convention)
    with pytest.raises(ActeInterdit, match="charge-de-mission"):
        ecrire(scene, convention, fiche, None, par="instructeur", public="Non.")


def test_a_fiche_is_taken_from_a_neighbour_without_what_is_the_neighbour_s(scene, convention):
    voisine = Scene(code="996D")
    la = voisine.ouvrir()
    source = remplir(voisine, la, "Reprendre", pilote="Service voisin", description="Une idée.")
    (copie,) = fiches.copier(par=scene.acteur("charge-de-mission"), instrument=convention, sources=[source])
    assert (copie.description, copie.volet.code, copie.pilote) == ("Une idée.", "socle-rsa", "")
    assert copie.reference != source.reference
