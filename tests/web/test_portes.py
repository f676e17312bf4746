"""Every public address answers: with data, without any, in few queries, with its headers, without script."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from echelons.publication.models import Article
from echelons.strategie.models import Dispositif
from tests.fabriques import enregistrer

#: An example of each named address. One that takes an argument is given one that exists in ``quelques_contrats``.
ADRESSES = {
    "france": [],
    "tableau_csv": [],
    "tableau_xlsx": [],
    "tableau_ods": [],
    "tableau_json": [],
    "regions": [],
    "region": ["R32"],
    "departements": [],
    "territoire": ["59D"],
    "recherche": [],
    "tableau_colonnes": [],
    "sources": [],
    "donnees": [],
    "archive": [],
    "source": ["source-a"],
    "chronologie": [],
    "dispositifs": [],
    "dispositif": ["calpae"],
    "calendrier": ["calpae"],
    "texte": ["instruction-2020-10-20"],
    "mesures": [],
    "indicateurs": [],
    "indicateur": ["rsa-orientation-un-mois"],
    "methode": [],
    "glossaire": [],
    "actualites": [],
    "actualite": ["essai"],
    "mentions_legales": [],
    "accessibilite": [],
    "choisir_date": [],
    "sante": [],
    "robots": [],
}
#: What is no page, and what reads the whole content: its own tests say at what price.
#: What an empty house cannot show, or what is written to: told by their own tests.
AILLEURS = {"verifier", "verifier_essai", "acte_public", "acte_public_pdf", "acte_public_original"}
A_PART = {"choisir_date", "sante", "robots", "donnees", "archive"}
PAGES = [
    *(reverse(nom, args=args) for nom, args in ADRESSES.items() if nom not in A_PART),
    "/?au=2019-12-31&region=R32&classe=signee&tri=date",
    "/?au=2021-06-30&connu=2020-01-01",
    "/region/R44/?au=2021-06-30",
    "/region/R99/",
    "/territoire/6AE/?au=2021-06-30",
    "/territoire/62D/",
    "/territoire/69M/",
    "/territoire/990D/",
    "/territoire/59350/",
    "/territoire/99001/",
    "/territoire/244900015/",
    "/territoire/P-bassin-minier/",
    "/territoire/01018/",
    "/recherche/?q=lille",
    "/recherche/?q=essai",
]  # fmt: skip


@pytest.fixture
def article(quelques_contrats):
    article = enregistrer(
        Article(
            code="essai",
            titre="Un essai",
            chapo="Chapô.",
            corps="## A\n\n<b>gras</b>",
            publie_le="2019-06-01",
        )
    )
    article.sources.add(quelques_contrats["59D"].contrat.faits.first().sources.first())
    return article


#: The pages of communes, EPCI and perimeters.
LIEUX = {f"/territoire/{code}/" for code in ("59350", "99001", "244900015", "P-bassin-minier")}


def noms():
    """The addresses readable without an account; the others are tried with the rights."""
    return {motif.name for motif in get_resolver("echelons.web.public.urls").url_patterns}


def test_every_named_address_is_tried_here():
    assert noms() == ADRESSES.keys() | AILLEURS


def test_a_page_answers_in_few_queries_the_first_time_and_in_one_then(
    article, client, django_assert_max_num_queries
):
    for adresse in PAGES:
        oublier()
        permises = 15 if adresse in LIEUX else 13
        with django_assert_max_num_queries(permises, info=adresse):
            reponse = client.get(adresse)
        assert reponse.status_code == 200, adresse
        with django_assert_max_num_queries(1, info=adresse):
            assert client.get(adresse).content == reponse.content


@pytest.mark.parametrize("adresse", sorted(LIEUX))
def test_a_place_reads_every_dispositif_in_the_same_queries_as_one(article, client, adresse):
    client.get(adresse)  # what is kept for longer than a write: the names of territories
    comptes = []
    for dispositifs in (Dispositif.objects.filter(code="essai"), Dispositif.objects.all()):
        dispositifs.update(debut="2018-01-01", fin=None)
        with CaptureQueriesContext(connection) as requetes:
            page = client.get(adresse).content.decode()
        comptes.append(len(requetes))
    assert Dispositif.objects.count() > 3
    assert "rien n’est documenté ici" in page
    assert comptes[0] == comptes[1] <= 15


def oublier():
    """Change the revision of the data: no page nor reading made before serves any more."""
    Article.objects.update(chapo="Chapô.")


def test_a_departement_asked_by_its_number_leads_to_its_collectivite(db, client):
    assert client.get("/territoire/59/")["Location"] == "/territoire/59D/"


def test_a_region_asked_as_a_territory_leads_to_its_page_with_the_choices(db, client):
    reponse = client.get("/territoire/R32/?au=2019-03-01&rien=1")
    assert (reponse.status_code, reponse["Location"]) == (302, "/region/R32/?au=2019-03-01")


def test_pages_need_no_script_and_hold_none_of_their_own(article, lire):
    for adresse in PAGES:
        if "tableau." in adresse:
            continue
        soupe = lire(adresse).soupe
        assert soupe.html["lang"] == "fr"
        assert len(soupe.find_all("h1")) == 1, adresse
        assert soupe.title.get_text(strip=True)
        assert all(script.get("src") and not script.string for script in soupe.find_all("script"))
        assert not soupe.find_all("style")
        assert not [
            e for e in soupe.find_all(True) if any(a == "style" or a.startswith("on") for a in e.attrs)
        ]
        identifiants = [e["id"] for e in soupe.find_all(id=True)]
        assert len(identifiants) == len(set(identifiants)), adresse


def test_no_link_of_a_page_leads_nowhere(article, client, lire):
    """Every internal link of a few pages answers, its fragment included."""
    departs = [
        "/",
        "/regions/",
        "/region/R44/",
        "/territoire/59D/",
        "/sources/",
        "/source/source-a/",
        "/methode/",
    ]
    vus: dict[str, set[str]] = {}
    for depart in departs:
        for lien in lire(depart, au="2019-06-30").soupe.find_all("a", href=True):
            adresse, _, ancre = lien["href"].partition("#")
            if not adresse.startswith("http"):
                vus.setdefault(adresse if adresse.startswith("/") else depart + adresse, set()).add(ancre)
    # Rows lead to a hundred like pages: one in eight of them is enough.
    rangees = sorted(a for a in vus if a.startswith("/territoire/"))
    for adresse in (
        set(vus) - set(rangees[1::8]) - set(rangees[2::8]) - set(rangees[3::8]) - set(rangees[4::8])
    ):
        reponse = client.get(adresse)
        assert reponse.status_code in {200, 302}, adresse
        if "text/html" in reponse["Content-Type"] and reponse.status_code == 200:
            presentes = {f'id="{ancre}"' for ancre in vus[adresse] if ancre}
            assert all(ancre in reponse.content.decode() for ancre in presentes), (adresse, vus[adresse])


# --- An empty instance -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adresse", "statut", "bout"),
    [
        ("/", 200, "charger_referentiels"),
        ("/tableau.csv", 400, "aucun dispositif"),
        ("/tableau.xlsx", 400, "aucun dispositif"),
        ("/tableau.ods", 400, "aucun dispositif"),
        ("/tableau.json", 400, "aucun dispositif"),
        ("/regions/", 200, "charger_referentiels"),
        ("/region/R32/", 200, "charger_referentiels"),
        ("/departements/", 200, "charger_referentiels"),
        ("/territoire/59D/", 200, "charger_referentiels"),
        ("/territoire/59350/", 200, "charger_referentiels"),
        ("/territoire/P-bassin-minier/", 200, ""),
        ("/recherche/", 200, "Tapez un nom"),
        ("/recherche/?q=lille", 200, "Lille"),
        ("/chronologie/", 200, "Aucun"),
        ("/dispositifs/", 200, "charger_referentiels"),
        ("/dispositif/rien/", 404, "Aucun dispositif"),
        ("/dispositif/rien/calendrier/", 404, "Aucun dispositif"),
        ("/mesures/", 200, "Aucune mesure"),
        ("/indicateurs/", 200, "Aucun indicateur"),
        ("/indicateur/rien/", 404, "Aucun indicateur"),
        ("/methode/", 200, "Les situations"),
        ("/glossaire/", 200, "Protocole"),
        ("/actualites/", 200, "Aucun article"),
        ("/mentions-legales/", 200, ""),
        ("/accessibilite/", 200, ""),
        ("/source/rien/", 404, "Aucune source"),
        ("/actualite/rien/", 404, "Aucun article"),
    ],
)
def test_an_empty_instance_teaches_what_to_do_and_never_breaks(maison_vide, client, adresse, statut, bout):
    reponse = client.get(adresse)
    assert reponse.status_code == statut
    assert bout in reponse.content.decode()


def test_an_empty_instance_has_no_source_and_says_where_they_come_from(maison_vide, client):
    from echelons.socle.models import Source

    Source.objects.all().delete()
    assert "Elles arrivent avec les faits qui les citent" in client.get("/sources/").content.decode()


def test_a_dispositif_without_any_fact_says_how_facts_come(db, client):
    assert "charger_faits" in client.get("/").content.decode()


# --- Methods, headers, conditional requests ---------------------------------------------------------------------


def test_head_says_what_get_says_without_its_body(article, client):
    for adresse in PAGES:
        entiere, tete = client.get(adresse), client.head(adresse)
        assert (tete.status_code, tete.content) == (200, b""), adresse
        assert tete["ETag"] == entiere["ETag"]
        assert tete["Content-Type"] == entiere["Content-Type"]


@pytest.mark.parametrize("methode", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written_through_a_page(db, client, methode):
    for nom, args in ADRESSES.items():
        assert getattr(client, methode)(reverse(nom, args=args)).status_code == 405


ENTETES = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize(
    ("adresse", "statut"),
    [
        ("/", 200),
        ("/tableau.csv", 200),
        ("/?au=demain", 400),
        ("/?q=" + "a" * 9000, 400),
        ("/rien", 404),
        ("/sante", 200),
    ],
)
def test_every_answer_bears_the_headers_that_protect_the_reader(db, client, adresse, statut):
    reponse = client.get(adresse)
    assert reponse.status_code == statut
    for nom, valeur in ENTETES.items():
        assert reponse[nom] == valeur
    regles = dict(regle.strip().split(" ", 1) for regle in reponse["Content-Security-Policy"].split(";"))
    assert regles["default-src"] == "'none'"
    assert regles["script-src"] == regles["style-src"] == regles["form-action"] == "'self'"
    assert regles["frame-ancestors"] == regles["base-uri"] == "'none'"
    assert "unsafe" not in reponse["Content-Security-Policy"]


def test_an_answer_that_is_an_error_is_kept_by_nobody(db, client):
    for adresse in ("/?au=demain", "/rien", "/source/rien/", "/tableau.csv?au=demain"):
        assert "no-store" in client.get(adresse).headers.get("Cache-Control", ""), adresse


def test_an_article_says_its_text_and_runs_none_of_its_html(article, client):
    contenu = client.get("/actualite/essai/").content.decode()
    assert "&lt;b&gt;gras&lt;/b&gt;" in contenu
    assert "<b>gras</b>" not in contenu


def test_robots_are_let_in_an_instance_and_kept_out_of_the_demonstration(db, client, settings):
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /recherche/\n"
    settings.DEMONSTRATION = True
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"
