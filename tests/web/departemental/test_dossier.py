"""A convention through the pages: each reader sees what she must do, does it, and the others see it."""

import datetime as dt
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from echelons.contrats.models import Contrat, Instrument, VersionDuTexte
from echelons.pilotage.faits import lire_dossiers_montres
from echelons.socle.journal import oublier, verifier
from echelons.socle.models import Ecriture
from echelons.territoires.chargement import charger_fictifs
from echelons.web.compte import entree
from echelons.web.departemental.vues import contrats as vues_contrats
from echelons.web.departemental.vues import instrument as vues_instrument
from tests.contrats.scene import DONNEES, JOUR, Scene
from tests.fabriques import FICTIFS
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import texte

pytestmark = pytest.mark.django_db
VOTE = {**DONNEES["deliberer"], "date_deliberation": "2019-05-20"}
EXECUTOIRE = {"date_transmission": "2019-05-21", "accuse": "099-45-DE", "date_publication": "2019-05-22"}


@pytest.fixture(autouse=True)
def jour(settings):
    settings.AUJOURDHUI = JOUR


@pytest.fixture
def convention(scene, lecteurs) -> str:
    """The address of a convention opened through the form."""
    lecteurs.faire(
        "charge-de-mission", "/contrats/ouvrir/",
        territoire="997D", genre="calpae/convention", intitule="Convention d’essai (fictive)",
        debut="2019-01-01", fin="2021-12-31",
    )  # fmt: skip
    return "/contrats/calpae-997d/convention/"


def etat() -> str:
    return Instrument.objects.get(cle="convention").etat


def test_a_convention_is_taken_to_force_through_the_pages(lecteurs, convention):
    lecteurs.faire("charge-de-mission", f"{convention}rediger/", texte="Article 1er. Objet.")
    assert "Rien ne vous attend" in lecteurs.lire("instructeur", "/accueil/").tout
    lecteurs.faire("charge-de-mission", f"{convention}soumettre/")
    assert "1 dossier attend" in lecteurs.lire("instructeur", "/accueil/").tout
    assert "chez l’État" in lecteurs.lire("charge-de-mission", "/accueil/").tout
    lecteurs.faire("instructeur", f"{convention}prendre_en_instruction/")
    lecteurs.faire("instructeur", f"{convention}demander_des_corrections/", commentaire="Il manque l’annexe.")
    page = lecteurs.lire("charge-de-mission", convention)
    assert "Il manque l’annexe." in page.tout
    assert "à vous d’agir" in page.tout
    lecteurs.faire("charge-de-mission", f"{convention}rediger/", texte="Article 1er. Objet.\nAnnexe.")
    lecteurs.faire("charge-de-mission", f"{convention}soumettre/")
    lecteurs.faire("instructeur", f"{convention}prendre_en_instruction/")
    lecteurs.faire("delegataire-etat", f"{convention}accorder/")
    lecteurs.faire("secretariat-assemblee", f"{convention}deliberer/", **{**VOTE, "issue": "ajournee"})
    assert etat() == "accordee"
    lecteurs.faire("secretariat-assemblee", f"{convention}deliberer/", **{**VOTE, "numero": "2019-050"})
    lecteurs.faire("secretariat-assemblee", f"{convention}rendre_executoire/", **EXECUTOIRE)
    lecteurs.faire("president", f"{convention}signer_collectivite/", date_signature="2019-06-03")
    assert "Vous n’avez" not in lecteurs.lire("president", "/accueil/").tout
    lecteurs.faire("prefet", f"{convention}signer_etat/", date_signature="2019-06-12")
    lecteurs.faire("instructeur", f"{convention}notifier/", date_notification="2019-06-14")
    lecteurs.faire("instructeur", f"{convention}entrer_en_vigueur/", date_entree="2019-06-14")
    assert etat() == "en_vigueur"
    histoire = lecteurs.lire("prefet", "/contrats/calpae-997d/").tout
    for phrase in (
        "a demandé des corrections (en instruction → à corriger)",
        "Il manque l’annexe.",
        "a enregistré la délibération n° 2019-045 du 20 mai 2019 (assemblée délibérante) : version 2 ajournée",
        "a signé pour la collectivité la version 2, le 3 juin 2019",
        "a constaté l’entrée en vigueur, le 14 juin 2019",
    ):
        assert phrase in histoire
    assert verifier().anomalies == ()


def test_the_public_page_says_nothing_before_the_last_signature_and_all_after():
    charger_fictifs(FICTIFS)
    scene = Scene(code="991D", region_code="R99")
    instrument = scene.mener(scene.ouvrir(), "signer_collectivite")
    avant = Client().get("/territoire/991D/", {"dispositif": "calpae"}).content.decode()
    assert "2019-045" not in avant
    scene.faire(instrument, "signer_etat")
    page = Client().get("/territoire/991D/", {"dispositif": "calpae"}).content.decode()
    for attendu in ("2019-045", "12\u00a0juin\u00a02019", "registre de cette instance"):
        assert attendu in page


def test_what_was_typed_stays_when_an_act_is_refused(lecteurs, convention, scene):
    scene.mener(Instrument.objects.get(cle="convention"), "accorder")
    page = lecteurs.faire(
        "secretariat-assemblee", f"{convention}deliberer/", 422,
        **{**VOTE, "numero": "2019-077", "date_deliberation": "2019-12-24"},
    )  # fmt: skip
    assert "après aujourd’hui" in page.tout
    assert page.soupe.select_one("[name=numero]")["value"] == "2019-077"
    page = lecteurs.faire(
        "secretariat-assemblee",
        f"{convention}deliberer/",
        422,
        **{**VOTE, "date_deliberation": "le 31 juin", "pour": -1},
    )
    assert "Cette date n’existe pas" in page.tout
    assert "négatif" in page.tout
    assert page.soupe.select_one("[autofocus]")["name"] == "date_deliberation"
    assert etat() == "accordee"


def test_two_people_write_at_once_one_wins_and_the_other_keeps_her_words(lecteurs, convention):
    chemin = f"{convention}rediger/"
    premiere = lecteurs.lire("direction-operationnelle", chemin).soupe.select_one("[name=version]")["value"]
    lecteurs.faire("charge-de-mission", chemin, texte="Article 1er. Du chargé de mission.")
    page = lecteurs.client("direction-operationnelle").post(
        chemin, {"version": premiere, "texte": "Article 1er. De la direction."}
    )
    assert page.status_code == 409
    contenu = page.content.decode()
    assert "Essai charge-de-mission 997D" in contenu
    assert "Article 1er. De la direction." in contenu
    assert "<ins>" in contenu
    assert VersionDuTexte.objects.get().texte == "Article 1er. Du chargé de mission."
    # Knowing it, she sends again what the page kept.
    lue = lecteurs.lire("direction-operationnelle", chemin).soupe.select_one("[name=version]")["value"]
    lecteurs.client("direction-operationnelle").post(
        chemin, {"version": lue, "texte": "Article 1er. Ensemble."}
    )
    assert VersionDuTexte.objects.count() == 2


def test_changing_an_agreed_text_warns_first(lecteurs, convention, scene):
    scene.mener(Instrument.objects.get(cle="convention"), "rendre_executoire")
    assert "ne compteront plus" in lecteurs.lire("charge-de-mission", f"{convention}rediger/").tout
    lecteurs.faire("charge-de-mission", f"{convention}rediger/", texte="Article 1er. Tout autre.")
    assert etat() == "en_negociation"
    assert "ne compte plus" in lecteurs.lire("charge-de-mission", convention).tout


def test_a_draft_that_is_not_shared_is_read_by_its_own_side_only(lecteurs, convention):
    lecteurs.faire("charge-de-mission", f"{convention}rediger/", texte="Secret de fabrication.")
    assert "Secret de fabrication." in lecteurs.lire("finances", convention).tout
    for autre in ("instructeur", "sgar", "conseiller-territoires"):
        assert "Secret de fabrication." not in lecteurs.lire(autre, convention).tout
        assert lecteurs.client(autre).get(f"{convention}versions/").status_code == 404
    lecteurs.faire("charge-de-mission", f"{convention}partager/")
    assert "Secret de fabrication." in lecteurs.lire("instructeur", convention).tout


def test_a_refusal_names_who_can_and_a_stranger_learns_nothing(lecteurs, convention, scene):
    scene.mener(Instrument.objects.get(cle="convention"), "prendre_en_instruction")
    scene.compte("prefet")
    page = lecteurs.lire("charge-de-mission", f"{convention}accorder/", 403)
    assert "Essai prefet 997D" in page.tout
    etranger = Lecteurs(Scene(code="998D", region_code="R98T"))
    absente = etranger.lire("instructeur", "/contrats/calpae-rien/convention/", 404)
    for chemin in ("/contrats/calpae-997d/", convention, f"{convention}accorder/", f"{convention}versions/"):
        assert etranger.lire("instructeur", chemin, 404).tout == absente.tout
    rien = etranger.lire("dreets", "/ma-region/R00/", 404)
    assert etranger.lire("dreets", "/ma-region/R97T/", 404).tout == rien.tout
    assert "997D" not in etranger.lire("instructeur", "/contrats/").tout


def test_somebody_without_an_account_is_sent_to_sign_in_and_comes_back(convention, client):
    reponse = client.get(convention)
    assert reponse.status_code == 302
    assert reponse["Location"].endswith(f"?next={convention}")


def test_messages_are_kept_in_the_dossier_and_can_be_forgotten(lecteurs, convention, scene):
    client = lecteurs.client("instructeur")
    assert (
        client.post("/contrats/calpae-997d/echanges/", {"texte": "Quand passe le texte ?"}).status_code == 302
    )
    vide = client.post("/contrats/calpae-997d/echanges/", {"texte": "  "})
    assert vide.status_code == 422
    assert "Quand passe le texte ?" in lecteurs.lire("charge-de-mission", "/contrats/calpae-997d/").tout
    assert (
        lecteurs.client("observateur").post("/contrats/calpae-997d/echanges/", {"texte": "x"}).status_code
        == 403
    )
    oublier(str(scene.compte("instructeur").personne.reference))
    page = lecteurs.lire("charge-de-mission", "/contrats/calpae-997d/")
    assert "Quand passe le texte" not in page.tout
    assert "[oublié]" in page.tout
    assert verifier().anomalies == ()


def test_what_changed_since_the_last_visit_leaves_out_what_i_did(lecteurs, convention, scene):
    client = lecteurs.client("charge-de-mission")
    session = client.session
    session[entree.DERNIERE_VISITE] = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)).isoformat()
    session.save()
    scene.mener(Instrument.objects.get(cle="convention"), "prendre_en_instruction")
    changements = texte(lecteurs.lire("charge-de-mission", "/accueil/").soupe.find(id="changements").parent)
    assert "a pris le texte en instruction" in changements
    assert "a soumis" not in changements


def test_the_region_reads_the_state_of_each_contract_and_a_note(lecteurs, convention, scene):
    scene.mener(Instrument.objects.get(cle="convention"), "soumettre")
    page = lecteurs.lire("sgar", "/ma-region/R97T/")
    assert "soumise à l’État, chez l’État" in page.tout
    note = lecteurs.lire("sgar", "/ma-region/R97T/note/").tout
    assert "Note à l’attention du préfet de région" in note
    assert "Convention d’essai (fictive)" in note


def test_a_long_list_of_contracts_is_read_page_after_page_and_by_region(lecteurs, scene, monkeypatch):
    monkeypatch.setattr(vues_contrats, "PAR_PAGE", 2)
    scene.ouvrir()
    for n in range(3):
        Scene(code=f"96{n}D", region_code="R96T").ouvrir()

    def lus(adresse: str) -> list[str]:
        page = lecteurs.lire("conseiller-territoires", adresse)
        return [a.text for a in page.soupe.select("tbody th a")]

    tous = [lus(f"/contrats/?page={n}") for n in (1, 2)]
    assert [len(page) for page in tous] == [2, 2]
    assert {nom for page in tous for nom in page} == {
        f"Lieu {c} (fictif)" for c in ("997D", "960D", "961D", "962D")
    }
    page = lecteurs.lire("conseiller-territoires", "/contrats/?region=R96T")
    assert "3 contrats dans la région Lieu R96T (fictif)" in page.tout
    suivante = page.soupe.select_one(".ec-pages a")["href"]
    assert len({*lus("/contrats/?region=R96T"), *lus(f"/contrats/{suivante}")}) == 3
    # Where there is one région, there is nothing to choose; one that is not theirs changes nothing.
    assert lecteurs.lire("sgar", "/contrats/?region=R96T").soupe.select_one("#choix-region") is None
    assert lus("/contrats/?region=R99") == tous[0]


def test_the_story_of_an_instrument_is_told_from_its_end_and_read_to_its_beginning(
    lecteurs, convention, scene, monkeypatch
):
    monkeypatch.setattr(vues_instrument, "EPISODES_MONTRES", 2)
    instrument = scene.mener(Instrument.objects.get(cle="convention"), "prendre_en_instruction")
    scene.faire(instrument, "demander_des_corrections", commentaire="Il manque l’annexe.")
    scene.faire(instrument, "rediger", texte="Avec l’annexe.")
    scene.faire(instrument, "rediger", texte="Avec l’annexe, corrigée.")
    page = lecteurs.lire("instructeur", convention)
    assert len(page.soupe.select(".ec-faits li")) == 2
    # What is asked for is older than what is shown, and still said first.
    assert "Il manque l’annexe." in texte(page.soupe.select_one(".ec-alerte"))
    reste = lecteurs.lire("instructeur", page.soupe.select_one("#histoire ~ p a")["href"])
    assert "a ouvert l’instrument" in reste.tout
    assert "corrigée" not in reste.tout
    assert (
        len(reste.soupe.select(".ec-faits li"))
        == Ecriture.objects.filter(objet_type="instrument").count() - 2
    )
    lecteurs.lire("instructeur", "/contrats/calpae-997d/histoire/?instrument=aucun", 404)


def test_the_export_holds_the_contracts_one_may_take_out(lecteurs, convention):
    reponse = lecteurs.client("charge-de-mission").get("/contrats/export.xlsx")
    lignes = CalamineWorkbook.from_filelike(io.BytesIO(reponse.content)).get_sheet_by_index(0).to_python()
    assert [ligne[0] for ligne in lignes[1:]] == ["997D"]
    assert lecteurs.lire("president", "/contrats/export.xlsx", 403)


@pytest.mark.parametrize(
    ("champ", "valeur", "phrase"),
    [
        ("fin", "2018-01-01", "précède son début"),
        ("intitule", "", "Remplissez"),
        ("territoire", "59D", "liste"),
        ("genre", "inconnu/convention", "liste"),
        ("genre", "calpae/contrat-local", "liste"),
        ("debut", "hier", "n’existe pas"),
        ("genre", "", "Choisissez l’instrument"),
    ],
)
def test_opening_with_bad_input_says_what_to_do(lecteurs, champ, valeur, phrase):
    lecteurs.scene.compte("charge-de-mission")
    donnees = {
        "territoire": "997D", "genre": "calpae/convention", "intitule": "Essai",
        "debut": "2019-01-01", "fin": "2019-12-31", champ: valeur,
    }  # fmt: skip
    page = lecteurs.faire("charge-de-mission", "/contrats/ouvrir/", 422, **donnees)
    assert phrase in page.tout
    assert not Instrument.objects.exclude(etat="").exists()


@pytest.mark.parametrize("fonction", ["charge-de-mission", "instructeur", "sgar", "conseiller-territoires"])
def test_the_pages_of_work_are_read_in_few_queries(lecteurs, convention, scene, fonction):
    scene.mener(Instrument.objects.get(cle="convention"), "signer_collectivite")
    for code in ("995D", "996D"):
        autre = Scene(code=code, region_code=scene.region_code)
        autre.mener(autre.ouvrir(), "deliberer")
    client = lecteurs.client(fonction)
    for chemin in ("/accueil/", "/contrats/", "/contrats/calpae-997d/", convention, "/ma-region/R97T/"):
        client.get(chemin)
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(chemin).status_code == 200
        assert len(requetes) <= 15, (chemin, [r["sql"][:120] for r in requetes])


def test_a_signature_recorded_before_the_vote_is_a_warning(demonstration):
    jour_du_dossier = lire_dossiers_montres((Contrat.objects.get(code="calpae-67d").pk,), None)[0]
    assert jour_du_dossier.signes_avant_le_vote
    assert not lire_dossiers_montres((Contrat.objects.get(code="calpae-990d").pk,), None)[
        0
    ].signes_avant_le_vote
    lecteurs = Lecteurs(Scene(code="67D", region_code="R44"))
    assert "avant la délibération" in lecteurs.lire("instructeur", "/contrats/calpae-67d/").tout


def test_what_was_done_is_not_told_as_missing(lecteurs, convention, scene):
    scene.mener(Instrument.objects.get(cle="convention"), "signer_etat")
    signee = lecteurs.lire("instructeur", convention)
    assert "déjà adopté" not in signee.tout
    assert "n’a pas encore été notifié" in signee.tout
