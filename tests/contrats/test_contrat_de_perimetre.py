"""A contract on a perimeter that crosses two départements: both write, both vote, both sign, both show it."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from echelons.acteurs.perimetres import droit_de
from echelons.contrats import actes
from echelons.contrats.models import Contrat, Instrument
from echelons.pilotage.tableau import contrats_a_montrer, lire_ligne_de
from echelons.socle.circuit import ActeInterdit
from echelons.socle.horloge import a_la_date
from echelons.strategie.models import Dispositif
from echelons.territoires.actes import creer_perimetre
from echelons.territoires.models import Territoire
from tests.contrats.scene import CHEMIN, DONNEES, JOUR, QUI, Scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def un_jour():
    with a_la_date(JOUR):
        yield


@pytest.fixture
def nord() -> Scene:
    return Scene("59D", "R32")


@pytest.fixture
def pas_de_calais() -> Scene:
    return Scene("62D", "R32")


@pytest.fixture
def perimetre(nord) -> Territoire:
    return creer_perimetre(
        par=droit_de(nord.acteur("sgar")),
        nom="Bassin d’essai",
        nature="bassin",
        debut=dt.date(2019, 1, 1),
        membres=["59606", "62498"],
        source="Arrêté d’essai",
    )


def ouvrir(scene: Scene, perimetre: Territoire) -> Instrument:
    return actes.ouvrir(
        par=scene.acteur("charge-de-mission"),
        dispositif=Dispositif.objects.get(code="calpae"),
        territoire=perimetre,
        genre="convention",
        intitule="Convention du bassin d’essai",
    )


def faire(scene: Scene, instrument: Instrument, acte: str) -> None:
    actes.agir(par=scene.acteur(QUI[acte]), instrument=instrument, acte=acte, **DONNEES.get(acte, {}))


def test_it_binds_the_state_and_both_and_is_signed_when_all_have(nord, pas_de_calais, perimetre):
    instrument = ouvrir(nord, perimetre)
    contrat = instrument.contrat
    assert [(p.role, p.libelle) for p in contrat.ses_parties] == [
        ("etat", "État"), ("collectivite", "Nord"), ("collectivite", "Pas-de-Calais"),
    ]  # fmt: skip
    for scene in (nord, pas_de_calais):
        for fonction in ("charge-de-mission", "president", "prefet", "instructeur", "sgar"):
            assert contrat in Contrat.objects.for_user(scene.acteur(fonction)), (scene.code, fonction)
    assert contrat not in Contrat.objects.for_user(Scene("80D", "R32").acteur("charge-de-mission"))
    for acte, scene in zip(CHEMIN[:4], (nord, pas_de_calais, nord, pas_de_calais), strict=True):
        faire(scene, instrument, acte)
    for acte in ("deliberer", "rendre_executoire"):
        faire(nord, instrument, acte)
        assert instrument.etat == "accordee", acte
    for acte in ("deliberer", "rendre_executoire"):
        faire(pas_de_calais, instrument, acte)
    assert instrument.etat == "deliberation_executoire"
    faire(nord, instrument, "signer_collectivite")
    faire(nord, instrument, "signer_etat")
    assert instrument.etat == "deliberation_executoire"
    faire(pas_de_calais, instrument, "signer_collectivite")
    assert instrument.etat == "signee"
    pk = contrat.dispositif.pk
    for code in ("59D", "62D", perimetre.code):
        assert contrat.pk in contrats_a_montrer(pk, code, JOUR)
    assert lire_ligne_de(pk, perimetre.code, JOUR, None).signature.value == "oui"
    # It speaks for the perimeter, not for the whole of either département.
    assert contrat.pk != lire_ligne_de(pk, "59D", JOUR, None).contrat


def test_the_second_departement_opens_under_the_same_contract_and_a_third_under_none(
    nord, pas_de_calais, perimetre
):
    premier = ouvrir(nord, perimetre)
    with pytest.raises(ValidationError, match="déjà en cours"):
        ouvrir(pas_de_calais, perimetre)
    assert Contrat.objects.filter(perimetre=perimetre).get() == premier.contrat
    with pytest.raises(ActeInterdit):
        ouvrir(Scene("80D", "R32"), perimetre)
