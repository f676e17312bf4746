"""A sealed act as its parties let everybody read it: its page, the places of its actions, the sums of the régions."""

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from echelons.contrats.contenu import forme
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.messages import CHOIX, dire_un_choix
from echelons.contrats.models import ActePublie, ActionPubliee, FicheAction, Instrument, MontantPublie
from echelons.contrats.sceaux.actes import annuler
from echelons.contrats.sceaux.publication import publier
from echelons.contrats.sceaux.repertoire import reconstruire
from echelons.socle.circuit import ActeInterdit
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire
from echelons.socle.models import Message
from echelons.territoires.chargement import charger_fictifs
from tests.contrats.contenu.exemples import identite
from tests.contrats.sceaux.publies import publier_pour_tous, sceller_ainsi
from tests.contrats.scene import JOUR, Scene
from tests.fabriques import FICTIFS
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import Page, texte

pytestmark = pytest.mark.django_db

AXES = [forme.Nomme(code="socle", libelle="Socle <b>"), forme.Nomme(code="local", libelle="Initiatives")]


@pytest.fixture(autouse=True)
def jour(settings, tmp_path):
    settings.AUJOURDHUI = JOUR
    settings.DEPOT = tmp_path / "depot"
    with a_la_date(JOUR):
        yield


@pytest.fixture
def scene() -> Scene:
    charger_fictifs(FICTIFS)
    return Scene("990D", "R99")


@pytest.fixture
def convention(scene) -> Instrument:
    return scene.mener(scene.ouvrir(), "notifier")


def contenu(instrument: Instrument, **choix) -> forme.Contenu:
    """Two actions: one everywhere, one in a commune and an EPCI; money over two years."""
    fiches = (
        forme.Fiche(
            reference="f1", numero="1.1", intitule="Accueillir <script>", axe=AXES[0], public="Tous les ménages",
            pilote="Direction de l’insertion", description="Recevoir en deux semaines.", diagnostic="Secret interne",
        ),
        forme.Fiche(
            reference="f2", numero="2.1", intitule="Conduire", axe=AXES[1], public="Les jeunes",
            territoires=(
                forme.Lieu(code="99001", nom="Essai-la-Ville (fictive)"),
                forme.Lieu(code="990000001", nom="CC des Trois-Essais (fictive)"),
            ),
        ),
    )  # fmt: skip
    lignes = [
        ("f1", "1", 2019, "0.10"),
        ("f1", "2", 2019, "1000.20"),
        ("f2", "1", 2019, "5"),
        ("f2", "1", 2020, "7"),
    ]
    return forme.Contenu(
        instrument=identite(
            contrat=instrument.contrat.code,
            territoire=forme.Lieu(code="990D", nom="Val-d’Essai (fictif)"),
        ),
        exercices=(2019, 2020, 2021),
        texte="Article 1er. Objet fictif.",
        fiches=fiches,
        financeurs=(
            forme.FinanceurDit(code="1", libelle="État", cote="etat"),
            forme.FinanceurDit(code="2", libelle="Val-d’Essai (fictif)", cote="collectivite"),
        ),
        lignes=tuple(
            forme.Ligne(fiche=f, financeur=q, exercice=an, nature="credit", montant=Decimal(m))
            for f, q, an, m in lignes
        ),
        cibles=(
            forme.CibleDite(
                fiche="f1", indicateur="delai", effet_le=dt.date(2019, 1, 1), libelle="Reçus en deux semaines",
                unite="%", a_confirmer=False, etat="chiffree", depart=Decimal(40),
                visees=(forme.Visee(exercice=2019, etat="chiffree", valeur=Decimal("62.5")),),
            ),
        ),
        **choix,
    )  # fmt: skip


@pytest.fixture
def sceau(scene, convention):
    return sceller_ainsi(scene, convention, contenu(convention))


def page_de(client, sceau, statut: int = 200) -> Page:
    reponse = client.get(adresse(sceau))
    assert reponse.status_code == statut
    return Page(reponse.content)


def adresse(sceau, nom: str = "acte_public") -> str:
    return reverse(nom, args=[sceau.instrument.contrat.code, sceau.instrument.cle])


def test_nothing_is_public_until_each_party_says_so_and_each_part_by_itself(scene, sceau, client):
    page_de(client, sceau, 404)
    publier(par=scene.acteur("instructeur"), sceau=sceau, parts=["fiches", "montants"])
    page_de(client, sceau, 404)
    assert not ActePublie.objects.exists()
    publier(par=scene.acteur("president"), sceau=sceau, parts=["fiches"])
    lue = page_de(client, sceau)
    assert "Fictif" in lue.titre
    for dit in (
        "Accueillir <script>",
        "Tous les ménages",
        "Direction de l’insertion",
        "Val-d’Essai (fictif)",
    ):
        assert dit in lue.tout
    for tu in ("1 000,30", "62,5", "Objet fictif", "Secret interne"):
        assert tu not in lue.tout
    assert (
        "Elles n’ont pas publié : le texte et ses articles ; les montants par axe et par exercice ; les cibles"
        in lue.tout
    )
    assert client.get(adresse(sceau, "acte_public_pdf")).status_code == 404
    publier(par=scene.acteur("president"), sceau=sceau, parts=[])
    page_de(client, sceau, 404)
    assert not ActionPubliee.objects.exists()


def test_the_page_says_what_the_seal_says_to_the_cent_whatever_becomes_of_the_rows(scene, sceau, client):
    publier_pour_tous(scene, sceau)
    Instrument.objects.update(intitule="Réécrit")
    FicheAction.objects.update(intitule="Réécrite")
    lue = page_de(client, sceau)
    assert lue.titre.startswith("Convention d’essai (fictive)")
    assert "Réécrit" not in lue.soupe.h1.text
    assert "Article 1er. Objet fictif." in lue.tout
    legende = lue.soupe.find(id="montants-grille")
    cellules = [
        [texte(c) for c in rang.find_all("td")] for rang in legende.find_parent("table").find_all("tr")[1:]
    ]
    t = totaliser(contenu(sceau.instrument))
    assert cellules == [
        ["1 000,30 €", "–", "–", "1 000,30 €"],
        ["5,00 €", "7,00 €", "–", "12,00 €"],
        ["1 005,30 €", "7,00 €", "0,00 €", "1 012,30 €"],
    ]
    assert t.ensemble == Decimal("1012.30")
    assert "62,5" in texte(lue.soupe.find(id="cibles-1").find_parent("table"))
    for table in lue.soupe.find_all("table"):
        assert table.caption
        assert all(th.has_attr("scope") for th in table.find_all("th"))
    assert lue.soupe.find(id="fiche-f2") is not None
    assert sceau.code[:5] in lue.tout
    assert lue.soupe.find("a", href=f"{reverse('verifier')}?code={sceau.code}")
    for nom, debut in (("acte_public_pdf", b"%PDF produit"), ("acte_public_original", b"%PDF original")):
        reponse = client.get(adresse(sceau, nom))
        assert b"".join(reponse.streaming_content).startswith(debut)
        assert "sandbox" in reponse["Content-Security-Policy"]
    for compte in scene._comptes.values():
        assert compte.personne.nom not in lue.tout


def test_a_cancelled_seal_says_so_and_is_counted_nowhere(scene, sceau, client, lire):
    publier_pour_tous(scene, sceau)
    annuler(par=scene.acteur("instructeur"), sceau=sceau, motif="Mauvaise numérisation.")
    lue = page_de(client, sceau)
    assert "Ce sceau a été annulé" in lue.tout
    assert "Mauvaise numérisation." in lue.tout
    assert "Signé par tous et scellé" not in lue.tout
    assert lire("/territoire/99001/").soupe.find(id="actions") is None
    assert lire("/region/R99/", dispositif="calpae").soupe.find(id="argent-grille") is None


@pytest.mark.parametrize(
    ("code", "attendues"),
    [
        ("99001", ["Accueillir <script>", "Conduire"]),
        ("99002", ["Accueillir <script>", "Conduire"]),
        ("990000001", ["Accueillir <script>", "Conduire"]),
        ("990D", ["Accueillir <script>", "Conduire"]),
        ("991D", []),
    ],
)
def test_a_place_lists_the_actions_that_concern_it(scene, sceau, lire, code, attendues):
    publier_pour_tous(scene, sceau)
    lue = lire(f"/territoire/{code}/", dispositif="calpae")
    section = lue.soupe.find(id="actions-h2")
    liens = section.find_parent("section").select("li > a") if section else []
    assert [re.sub(r"^\S+ ", "", texte(a)) for a in liens] == attendues
    assert all(a["href"].startswith(f"{adresse(sceau)}#fiche-") for a in liens)


def test_an_action_of_one_commune_is_not_said_of_its_neighbour(scene, convention, lire):
    dite = contenu(convention)
    seule = dite.fiches[1].model_copy(
        update={"territoires": (forme.Lieu(code="99001", nom="Essai-la-Ville"),)}
    )
    lignes = tuple(x for x in dite.lignes if x.fiche == "f2")
    sceau = sceller_ainsi(
        scene, convention, dite.model_copy(update={"fiches": (seule,), "lignes": lignes, "cibles": ()})
    )
    publier_pour_tous(scene, sceau, ["fiches"])
    assert lire("/territoire/99001/").soupe.find(id="actions")
    assert lire("/territoire/99002/").soupe.find(id="actions") is None
    assert lire("/territoire/990000001/").soupe.find(id="actions")  # the commune is in it
    assert lire("/territoire/99001/", au="2019-06-29").soupe.find(id="actions") is None  # not signed yet
    assert lire("/territoire/99001/", connu="2019-06-29").soupe.find(id="actions") is None  # nor public


def test_a_region_adds_what_is_public_and_counts_what_is_not(scene, sceau, client, lire):
    publier_pour_tous(scene, sceau, ["montants"])
    autre = Scene("991D", "R99")
    autre.mener(autre.ouvrir(), "notifier")
    lue = lire("/region/R99/", dispositif="calpae")
    table = lue.soupe.find(id="argent-grille").find_parent("table")
    annees = [texte(th) for th in table.thead.find_all("th")]
    rangs = {texte(r.th): [texte(c) for c in r.find_all("td")] for r in table.find_all("tr")[1:]}
    en_2019 = annees.index("2019") - 1
    assert rangs["Total des contrats renseignés"][en_2019] == "1 005,30 €"
    assert rangs["Total des contrats renseignés"][-1] == "1 012,30 €"
    assert rangs["Contrats renseignés sur contrats attendus"][en_2019] == "1 sur 2"
    assert rangs["Contrats renseignés sur contrats attendus"][annees.index("2021") - 1] == "0 sur 2"
    assert "Fictif" in texte(lue.soupe.find(id="argent-h2"))
    assert lue.soupe.find(id="argent").find("a", href=adresse(sceau))
    assert (
        lire("/", dispositif="calpae").soupe.find(id="argent-grille") is None
    )  # fiction is in no real total
    assert lire("/territoire/990D/", dispositif="calpae").soupe.find(id="argent-grille")


def test_the_last_signed_act_of_a_contract_speaks_for_an_exercice(scene, sceau, lire):
    publier_pour_tous(scene, sceau, ["montants"])
    avenant = Instrument.objects.create(
        contrat=sceau.instrument.contrat, cle="avenant-1", type="avenant", intitule="Avenant", etat="signee",
        version=1, depuis=JOUR, notifiee_le=JOUR,
    )  # fmt: skip
    dit = contenu(sceau.instrument)
    seconde = dit.model_copy(
        update={
            "instrument": dit.instrument.model_copy(update={"cle": "avenant-1"}),
            "lignes": (dit.lignes[3].model_copy(update={"montant": Decimal("9.99")}),),
        }
    )
    second = sceller_ainsi(scene, avenant, seconde, jour=JOUR)
    publier_pour_tous(scene, second, ["montants"])
    total = texte(lire("/region/R99/", dispositif="calpae").soupe.select_one("#argent tfoot"))
    assert "1 005,30 €" in total  # 2019: the convention
    assert "9,99 €" in total  # 2020: the avenant
    assert "1 015,29 €" in total


def test_amounts_told_by_sources_are_listed_with_what_each_covers_and_never_added(quelques_contrats, lire):
    nord = quelques_contrats["59D"]
    for montant, couverture in (("2200000", "etat"), ("50000000", "conjoint")):
        nord.fait(
            "montant", "2018-12-18", montant=Decimal(montant), couverture=couverture, exercice_debut=2019
        )
    page = lire("/region/R32/", dispositif="essai")
    dits = texte(page.soupe.find(id="dits-titre").find_parent("table"))
    assert "2 200 000 € État seul, exercice 2019" in dits
    assert "50 000 000 € État et collectivité ensemble" in dits
    assert "Préfecture" in dits
    for lue in (page, lire("/", dispositif="essai")):
        assert "52 200 000" not in lue.tout
        assert "0 contrat renseigné sur" in lue.tout
    assert lire("/region/R11/", dispositif="essai").soupe.find(id="dits-titre") is None


def test_the_choice_is_made_on_a_page_by_who_speaks_for_a_party_and_told(scene, sceau):
    lecteurs = Lecteurs(scene)
    page = adresse(sceau, "publication")
    etat, collectivite = (
        sceau.instrument.contrat.parties.get(role=role) for role in ("etat", "collectivite")
    )
    instructeur = lecteurs.client("instructeur")
    assert "Vous choisissez pour : État" in Page(instructeur.get(page).content).tout
    envoi = {"partie": str(etat.pk), "parts": ["fiches", "cibles"]}
    assert instructeur.post(page, envoi).status_code == 302
    # The other side is told that a choice was made, and where; whoever made it is not.
    charge = str(scene.compte("charge-de-mission").pk)
    dits = Message.objects.filter(genre=CHOIX)
    assert charge in {m.destinataire for m in dits}
    assert str(scene.compte("instructeur").pk) not in {m.destinataire for m in dits}
    (ligne,) = dire_un_choix(charge, dits.filter(destinataire=charge)).values()
    assert ligne.lien == page
    # Nobody speaks for the other side.
    assert instructeur.post(page, {"partie": str(collectivite.pk), "parts": ["fiches"]}).status_code == 422
    with pytest.raises(ActeInterdit):
        publier(par=scene.acteur("instructeur"), sceau=sceau, parts=["fiches"], partie=collectivite)
    with pytest.raises(ValidationError):
        publier(par=scene.acteur("instructeur"), sceau=sceau, parts=["tout"])
    assert (
        lecteurs.client("charge-de-mission")
        .post(page, {"partie": str(collectivite.pk), "parts": ["fiches"]})
        .status_code
        == 302
    )
    lue = texte(Page(instructeur.get(page).content).soupe.find(id="choix-titre").find_parent("table"))
    assert "Les fiches-actions oui oui oui" in lue
    assert "Les cibles oui non non" in lue
    assert lecteurs.client("observateur").get(page).status_code == 403
    ecritures = [e for e in histoire(sceau.instrument.objet_journal) if e.acte == "publier_l_acte"]
    assert [e.donnees["donnees"]["parts"] for e in ecritures] == [["fiches", "cibles"], ["fiches"]]
    dossier_lu = Page(
        instructeur.get(
            reverse("instrument", args=[sceau.instrument.contrat.code, sceau.instrument.cle])
        ).content
    )
    assert "pour État : les fiches-actions, les cibles" in dossier_lu.tout


def test_an_act_is_made_public_once_it_was_notified_and_the_page_says_so_before(scene):
    signee = scene.mener(scene.ouvrir(), "signer_etat")
    sceau = sceller_ainsi(scene, signee, contenu(signee))
    instructeur, page = Lecteurs(scene).client("instructeur"), adresse(sceau, "publication")
    assert "notifi" in Page(instructeur.get(page).content).tout
    etat = signee.contrat.parties.get(role="etat")
    refus = instructeur.post(page, {"partie": str(etat.pk), "parts": ["fiches"]})
    assert refus.status_code == 422
    assert "Cet acte n’a pas encore été notifié" in Page(refus.content).tout
    assert Page(refus.content).soupe.select_one("input[value=fiches]").has_attr("checked")


def test_the_open_data_hold_what_is_public_and_only_that(scene, sceau, client):
    def lire_l_archive(nom: str) -> list[dict[str, str]]:
        with zipfile.ZipFile(io.BytesIO(client.get("/donnees/echelons.zip").content)) as archive:
            return list(csv.DictReader(io.StringIO(archive.read(nom).decode("utf-8-sig"))))

    assert lire_l_archive("actions.csv") == []
    publier_pour_tous(scene, sceau, ["fiches", "montants"])
    assert [(a["Intitulé"], a["Lieu"], a["Partout"]) for a in lire_l_archive("actions.csv")] == [
        ("Accueillir <script>", "990D", "oui"),
        ("Conduire", "990000001", "non"),
        ("Conduire", "99001", "non"),
    ]
    montants = lire_l_archive("montants.csv")
    assert sum(Decimal(m["Montant"]) for m in montants) == Decimal("1012.30")
    assert {m["Fictif"] for m in montants} == {"oui"}
    assert lire_l_archive("actes.csv")[0]["Public"] == "fiches ; montants"


def test_what_is_kept_is_worked_out_again_from_the_seals(scene, sceau, capsys):
    publier_pour_tous(scene, sceau)
    assert reconstruire() == (1, 0)
    ActionPubliee.objects.filter(lieu="99001").delete()
    MontantPublie.objects.update(montant=1)
    call_command("reconstruire_publications")
    assert "Actes scellés relus\u00a0: 1. Corrigés\u00a0: 1." in capsys.readouterr().out
    assert ActionPubliee.objects.count() == 3
    assert sum(MontantPublie.objects.values_list("montant", flat=True)) == Decimal("1012.30")


def test_pages_with_public_acts_are_read_in_few_queries(scene, sceau, client):
    publier_pour_tous(scene, sceau)
    limites = {
        adresse(sceau): 4, "/territoire/99001/": 14, "/territoire/990000001/": 14,
        "/territoire/990D/?dispositif=calpae": 14, "/region/R99/?dispositif=calpae": 14, "/?dispositif=calpae": 14,
    }  # fmt: skip
    comptes = {}
    client.get("/territoire/990000001/")  # what is kept for longer than a write: the names of territories
    for page in limites:
        cache.clear()
        Instrument.objects.update(version=5)
        with CaptureQueriesContext(connection) as requetes:
            assert client.get(page).status_code == 200
        comptes[page] = len(requetes)
    assert all(comptes[page] <= limite for page, limite in limites.items()), comptes
