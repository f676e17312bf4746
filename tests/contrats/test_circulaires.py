"""A circular arrives: what it would touch is known before, publishing is whole, and each addressee answers."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from echelons.contrats.circulaires import IncidencePerimee, accuser, dire_texte, en_attente, publier, retirer
from echelons.contrats.incidence import comparer, incidence, incidence_du_texte
from echelons.contrats.models import Contrat, Destinataire
from echelons.contrats.suivis import echeances_des, regles_de
from echelons.socle.circuit import (
    ActeIncomplet,
    ActeInterdit,
    CommentaireManquant,
    ConflitDActe,
    EtatRefuse,
)
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire, verifier
from echelons.socle.models import Message
from echelons.strategie.actes import charger_referentiel
from echelons.strategie.circulaires import faire, preparer
from echelons.strategie.models import (
    Circulaire,
    Dispositif,
    EditionDeTexte,
    Redatage,
    RegleEcheance,
    TexteReference,
)
from echelons.strategie.redaction import Contenu, Creation
from tests.contrats.scene import Scene
from tests.fabriques import RACINE

AUJOURDHUI = dt.date(2020, 10, 25)
JUIN, SEPTEMBRE = dt.date(2021, 6, 30), dt.date(2021, 9, 30)


@pytest.fixture
def scene(db) -> Scene:
    """A convention signed here in June 2019, read in October 2020."""
    scene = Scene()
    with a_la_date(dt.date(2019, 6, 14)):
        scene.mener(scene.ouvrir(), "entrer_en_vigueur")
    with a_la_date(AUJOURDHUI):
        yield scene


def calpae() -> Dispositif:
    return Dispositif.objects.get(code="calpae")


def regle(code: str = "calpae-execution-2020") -> RegleEcheance:
    return RegleEcheance.objects.get(code=code)


def contenu(**champs) -> Contenu:
    """The text of 24 October 2020 that moves the end of execution of 2019 and 2020, as it is prepared."""
    valeurs = {
        "reference": "Instruction d’essai du 24 octobre 2020",
        "titre": "Neuf mois de plus",
        "date": dt.date(2020, 10, 24),
        "resume": "Repousse la fin d’exécution des actions de 2020.",
        "dispositifs": (calpae(),),
        "deplacements": {regle().pk: SEPTEMBRE},
    }
    return Contenu(**(valeurs | champs))


def ecrire(scene: Scene, **champs) -> Circulaire:
    return preparer(par=scene.acteur("conseiller-territoires"), contenu=contenu(**champs))


def date_due(scene: Scene, code: str = "calpae-execution-2020") -> tuple[dt.date, list[dt.date]]:
    """The date that the contract shows, and the former ones."""
    contrats = Contrat.objects.filter(perimetre=scene.lieu).avec_cible()
    (due,) = [e for e in echeances_des(contrats) if e.regle.code == code]
    return due.date, [a.date for a in due.anciennes]


def test_what_is_being_prepared_binds_nobody_and_its_incidence_says_from_which_date_to_which(scene):
    circulaire = ecrire(scene)
    assert date_due(scene)[0] == JUIN
    prevu = incidence(circulaire)
    (mouvement,) = [m for m in prevu.mouvements if m.suivi.territoire == scene.code]
    assert (mouvement.avant, mouvement.apres, mouvement.regle.code) == (
        JUIN,
        SEPTEMBRE,
        "calpae-execution-2020",
    )
    assert prevu.touches[mouvement.suivi.lu.id] == 1
    assert not TexteReference.objects.filter(code=circulaire.code).exists()
    assert incidence(circulaire).empreinte == prevu.empreinte


def test_publishing_moves_the_dates_keeps_the_former_ones_and_names_the_text(scene):
    circulaire = ecrire(scene)
    prevu = incidence(circulaire)
    publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire, vue=prevu.empreinte)
    date, anciennes = date_due(scene)
    assert (date, anciennes) == (SEPTEMBRE, [dt.date(2020, 12, 31), JUIN])
    (edition,) = EditionDeTexte.objects.all()
    (phrase,) = edition.enonces
    assert phrase == (
        "Déplace «\u00a0Fin d’exécution des actions de 2020\u00a0» (Convention d’appui) "
        "du 30\u00a0juin\u00a02021 au 30\u00a0septembre\u00a02021."
    )
    assert edition.touches == len(prevu.mouvements)
    # What is in force is read back as it was foreseen.
    relu = incidence_du_texte(circulaire.texte)
    assert [(m.suivi.lu.id, m.avant, m.apres) for m in relu.mouvements] == [
        (m.suivi.lu.id, m.avant, m.apres) for m in prevu.mouvements
    ]
    assert verifier().anomalies == ()


def test_before_its_day_a_text_moves_nothing_and_its_incidence_is_that_of_its_day(scene):
    demain = AUJOURDHUI + dt.timedelta(days=1)
    circulaire = ecrire(scene, date=demain)
    assert incidence(circulaire).jour == demain
    assert incidence(circulaire).mouvements
    publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire)
    assert date_due(scene)[0] == JUIN
    with a_la_date(demain):
        assert date_due(scene)[0] == SEPTEMBRE


def test_a_text_creates_an_obligation_by_regime(scene):
    creations = tuple(
        Creation(
            dispositif=calpae(),
            libelle=f"Avenant d’essai, {regime}",
            nature="avenant",
            date=date,
            exercice=2021,
            regime=regime,
            dues_par=tuple(RegleEcheance.objects.get(code="calpae-avenant-2021-civil").dues_par.all()),
        )
        for regime, date in (("civil", dt.date(2021, 5, 15)), ("glissant", SEPTEMBRE))
    )
    circulaire = ecrire(scene, deplacements={}, creations=creations)
    siens = [m for m in incidence(circulaire).mouvements if m.suivi.territoire == scene.code]
    assert [(m.avant, m.apres) for m in siens] == [(None, dt.date(2021, 5, 15))]
    publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire)
    assert date_due(scene, f"{circulaire.code}-1")[0] == dt.date(2021, 5, 15)
    assert RegleEcheance.objects.get(code=f"{circulaire.code}-2").regime == "glissant"


def test_a_text_for_some_territories_leaves_the_others_as_they_are(scene):
    ailleurs = Scene(code="996D")
    with a_la_date(dt.date(2019, 6, 14)):
        ailleurs.mener(ailleurs.ouvrir(), "entrer_en_vigueur")
    circulaire = ecrire(scene, territoires=(ailleurs.lieu,))
    assert {m.suivi.territoire for m in incidence(circulaire).mouvements} == {"996D"}
    publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire)
    assert date_due(scene)[0] == JUIN
    assert date_due(ailleurs)[0] == SEPTEMBRE
    assert {d.partie.contrat.perimetre.code for d in Destinataire.objects.filter(partie__isnull=False)} == {
        "996D"
    }


def test_each_side_and_the_region_acknowledge_for_themselves_and_it_is_told_once(scene):
    for fonction in ("charge-de-mission", "instructeur", "sgar"):
        scene.compte(fonction)
    circulaire = ecrire(scene, territoires=(scene.lieu,))
    publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire)
    assert Destinataire.objects.count() == 3
    # Those who answer are told, each once.
    prevenus = set(Message.objects.filter(genre="contrats.texte").values_list("destinataire", flat=True))
    assert {str(scene.compte(f).pk) for f in ("charge-de-mission", "instructeur", "sgar")} <= prevenus
    assert str(scene.compte("conseiller-territoires").pk) not in prevenus
    for fonction, nom in (
        ("charge-de-mission", "collectivité"),
        ("instructeur", "État"),
        ("sgar", "échelon régional de l’État"),
    ):
        acteur = scene.acteur(fonction)
        (a_moi,) = en_attente(acteur)
        assert a_moi.nom.endswith(nom)
        for autre in [d for d in Destinataire.objects.avec_tout() if d.pk != a_moi.pk]:
            with pytest.raises(ActeInterdit):
                accuser(par=acteur, destinataire=autre)
        message = Message.objects.get(destinataire=str(acteur.compte.pk), genre="contrats.texte")
        assert "accusez réception" in dire_texte(message.destinataire, [message])[message.pk].phrase
        accuser(par=acteur, destinataire=a_moi)
        accuser(par=acteur, destinataire=a_moi)
        assert en_attente(acteur) == []
        assert dire_texte(message.destinataire, [message])[message.pk] == Message.Ecart.FAIT
    assert [e.acte for e in histoire(circulaire.objet_journal)] == ["preparer", "publier", *["accuser"] * 3]
    assert not Destinataire.objects.filter(accuse_le=None).exists()


def test_a_correction_leaves_the_published_text_in_force_until_it_is_published_and_asks_again(scene):
    charge, national = scene.acteur("charge-de-mission"), scene.acteur("conseiller-territoires")
    circulaire = ecrire(scene, territoires=(scene.lieu,))
    publier(par=national, circulaire=circulaire)
    accuser(par=charge, destinataire=en_attente(charge)[0])
    faire(par=national, circulaire=circulaire, acte="corriger", commentaire="Erreur de mois.")
    aout = dt.date(2021, 8, 31)
    corrige = contenu(deplacements={regle().pk: aout}, territoires=(scene.lieu,))
    faire(par=national, circulaire=circulaire, acte="modifier", contenu=corrige)
    assert date_due(scene)[0] == SEPTEMBRE
    (mouvement,) = incidence(circulaire).mouvements
    assert (mouvement.avant, mouvement.apres) == (SEPTEMBRE, aout)
    publier(par=national, circulaire=circulaire)
    assert date_due(scene) == (aout, [dt.date(2020, 12, 31), JUIN])
    derniere = EditionDeTexte.objects.latest("rang")
    assert (derniere.nature, derniere.motif) == ("correction", "Erreur de mois.")
    (phrase,) = derniere.enonces
    assert phrase == (
        "«\u00a0Fin d’exécution des actions de 2020\u00a0» (Convention d’appui)\u00a0: "
        "31\u00a0août\u00a02021 au lieu du 30\u00a0septembre\u00a02021."
    )
    assert [d.edition for d in en_attente(charge)] == [derniere]


def test_giving_up_a_correction_comes_back_to_what_is_published(scene):
    national = scene.acteur("conseiller-territoires")
    circulaire = ecrire(scene)
    publier(par=national, circulaire=circulaire)
    faire(par=national, circulaire=circulaire, acte="corriger", commentaire="Peut-être.")
    faire(
        par=national,
        circulaire=circulaire,
        acte="modifier",
        contenu=contenu(titre="Autre", deplacements={}),
    )
    faire(par=national, circulaire=circulaire, acte="renoncer")
    assert (circulaire.etat, circulaire.titre) == ("publiee", "Neuf mois de plus")
    assert [d.date for d in circulaire.deplacements.all()] == [SEPTEMBRE]


def test_withdrawing_brings_the_former_dates_back_and_the_text_stays_readable(scene):
    charge, national = scene.acteur("charge-de-mission"), scene.acteur("conseiller-territoires")
    circulaire = ecrire(scene, territoires=(scene.lieu,))
    publier(par=national, circulaire=circulaire)
    with pytest.raises(CommentaireManquant):
        retirer(par=national, circulaire=circulaire, motif="  ")
    assert date_due(scene)[0] == SEPTEMBRE
    retirer(par=national, circulaire=circulaire, motif="Publié trop tôt.")
    assert date_due(scene) == (JUIN, [dt.date(2020, 12, 31)])
    texte = TexteReference.objects.get(code=circulaire.code)
    assert texte.retire_le == AUJOURDHUI
    assert [e.nature for e in texte.editions.all()] == ["publication", "retrait"]
    assert "retour au 30\u00a0juin\u00a02021" in texte.editions.latest("rang").enonces[0]
    assert [d.edition.nature for d in en_attente(charge)] == ["retrait"]
    # The day before, it was in force.
    with a_la_date(AUJOURDHUI - dt.timedelta(days=1)):
        assert date_due(scene)[0] == SEPTEMBRE


def test_publishing_what_is_no_longer_what_was_read_is_refused_whole(scene):
    circulaire = ecrire(scene)
    vue = incidence(circulaire).empreinte
    Redatage.objects.filter(regle=regle()).update(date=dt.date(2021, 7, 31))
    with pytest.raises(IncidencePerimee, match="Relisez"):
        publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire, vue=vue)
    assert not TexteReference.objects.filter(code=circulaire.code).exists()
    assert Circulaire.objects.get().etat == "preparation"


def test_of_two_who_write_at_once_the_second_is_told_and_nothing_is_overwritten(scene):
    circulaire = ecrire(scene)
    lue = circulaire.version
    un, autre = scene.acteur("conseiller-territoires"), scene.acteur("administrateur-national")
    faire(par=un, circulaire=circulaire, acte="modifier", contenu=contenu(titre="Un"), version_lue=lue)
    with pytest.raises(ConflitDActe, match="conseiller-territoires"):
        faire(
            par=autre, circulaire=circulaire, acte="modifier", contenu=contenu(titre="Deux"), version_lue=lue
        )
    assert Circulaire.objects.get().titre == "Un"


def test_nobody_but_the_nation_writes_or_publishes(scene):
    circulaire = ecrire(scene)
    for fonction in ("charge-de-mission", "prefet", "sgar"):
        acteur, autre = scene.acteur(fonction), contenu(reference="Autre")
        with pytest.raises(ActeInterdit):
            preparer(par=acteur, contenu=autre)
        with pytest.raises(ActeInterdit):
            publier(par=acteur, circulaire=circulaire)
    assert Circulaire.objects.count() == 1
    assert not EditionDeTexte.objects.exists()


def test_a_published_text_is_published_once(scene):
    circulaire = ecrire(scene)
    publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire)
    with pytest.raises(EtatRefuse):
        publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire)
    assert EditionDeTexte.objects.count() == 1


def test_an_obligation_that_another_text_moved_cannot_vanish_under_it(scene):
    national = scene.acteur("conseiller-territoires")
    creation = Creation(
        calpae(), "Bilan d’essai", "rapport", SEPTEMBRE, dues_par=tuple(regle().dues_par.all())
    )
    premiere = ecrire(scene, deplacements={}, creations=(creation,))
    publier(par=national, circulaire=premiere)
    creee = RegleEcheance.objects.get(texte=premiere.texte)
    seconde = ecrire(scene, reference="Seconde", deplacements={creee.pk: dt.date(2021, 12, 31)})
    publier(par=national, circulaire=seconde)
    faire(par=national, circulaire=premiere, acte="corriger", commentaire="Plus de bilan.")
    faire(par=national, circulaire=premiere, acte="modifier", contenu=contenu(deplacements={}))
    with pytest.raises(ActeIncomplet, match="Seconde"):
        publier(par=national, circulaire=premiere)
    assert RegleEcheance.objects.filter(pk=creee.pk).exists()


def test_the_files_taken_in_again_leave_what_was_published_here(scene):
    circulaire = ecrire(scene, creations=(Creation(calpae(), "Bilan d’essai", "rapport", SEPTEMBRE),))
    publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire)
    charger_referentiel(chemin=RACINE / "referentiels" / "strategie-2018", synchroniser=True)
    assert date_due(scene)[0] == SEPTEMBRE
    assert RegleEcheance.objects.filter(texte=circulaire.texte).count() == 1


def test_in_the_demonstration_a_text_binds_the_fictional_territories_only(scene, settings):
    settings.DEMONSTRATION = True
    circulaire = ecrire(scene)
    publier(par=scene.acteur("conseiller-territoires"), circulaire=circulaire)
    territoires = circulaire.texte.territoires.all()
    assert territoires
    assert all(t.fictif for t in territoires)
    assert date_due(scene)[0] == SEPTEMBRE


@pytest.mark.django_db
def test_the_same_rules_move_nothing():
    regles = {d.pk: regles_de(d.pk) for d in Dispositif.objects.all()}
    assert comparer([], regles, regles, AUJOURDHUI).mouvements == ()


class TestRedater(TestCase):
    """Re-dating twice by the same text equals once; withdrawing it equals never."""

    @classmethod
    def setUpTestData(cls):
        cls.scene = Scene()
        with a_la_date(dt.date(2019, 6, 14)):
            cls.scene.mener(cls.scene.ouvrir(), "entrer_en_vigueur")
        cls.scene.compte("conseiller-territoires")

    @settings(max_examples=25, deadline=None)
    @given(
        st.dictionaries(
            st.sampled_from(
                [
                    "calpae-execution-2019",
                    "calpae-execution-2020",
                    "calpae-rapport-2020",
                    "calpae-fin-de-periode",
                ]
            ),
            st.dates(dt.date(2019, 1, 1), dt.date(2030, 12, 31)),
            min_size=1,
        )
    )
    def test_the_same_text_twice(self, dates):
        scene = self.scene
        national = scene.acteur("conseiller-territoires")
        with a_la_date(AUJOURDHUI):
            avant = _dues(scene)
            deplacements = {regle(code).pk: date for code, date in dates.items()}
            circulaire = ecrire(scene, deplacements=deplacements)
            publier(par=national, circulaire=circulaire)
            une_fois = _dues(scene)
            faire(par=national, circulaire=circulaire, acte="corriger", commentaire="La même.")
            assert incidence(circulaire).mouvements == ()
            publier(par=national, circulaire=circulaire)
            assert _dues(scene) == une_fois
            assert EditionDeTexte.objects.latest("rang").enonces == []
            retirer(par=national, circulaire=circulaire, motif="Jamais.")
            assert _dues(scene) == avant


def _dues(scene: Scene) -> list[tuple]:
    contrats = Contrat.objects.filter(perimetre=scene.lieu).avec_cible()
    return [(e.cle, e.date, e.situation, [a.date for a in e.anciennes]) for e in echeances_des(contrats)]
