"""What cannot be understood gets a clear answer in French, never a breakdown, and nothing typed is lost."""

import pytest

from tests.fabriques import dispositif
from tests.web.pages import texte

DATES = [
    ("0000-01-01", "L’année 0 est hors des limites"),
    ("0001-01-01", "entre 1900 et 2100"),
    ("2019-02-30", "n’existe pas au calendrier"),
    ("30/02/2019", "n’existe pas au calendrier"),
    ("demain", "n’est pas une date"),
    ("9999999-99-99", "n’est pas une date"),
    ("2019-06", "n’est pas une date"),
    ("<script>alert(1)</script>", "n’est pas une date"),
    ("😀", "n’est pas une date"),
    ("２０１９-０６-３０", "n’est pas une date"),
    ("-1", "n’est pas une date"),
    ("1e9", "n’est pas une date"),
    ("2019-06-30\n2019-06-30", "n’est pas une date"),
]
ADRESSES = ["/", "/regions/", "/region/R32/", "/departements/", "/territoire/59D/", "/territoire/59350/"]


@pytest.fixture
def essai(db):
    """The dispositif « essai », without any contract."""
    return dispositif()


@pytest.mark.parametrize(("saisie", "bout"), DATES)
def test_a_date_that_is_none_is_explained_and_still_in_its_field(lire, saisie, bout):
    for champ in ("au", "connu"):
        page = lire("/", 400, **{champ: saisie})
        alerte = page.soupe.find(role="alert")
        assert bout in texte(alerte)
        entree = page.soupe.find(id=f"id_{champ}")
        assert entree["value"].split() == saisie.split()
        assert (entree["type"], entree["aria-invalid"]) == ("text", "true")
        assert entree["aria-describedby"] == alerte["id"]
        assert alerte.find("a", href=f"#id_{champ}")


@pytest.mark.parametrize("adresse", ADRESSES)
def test_every_page_that_reads_choices_refuses_wrong_ones_alike(db, lire, adresse):
    page = lire(adresse, 400, au="2019-02-30", connu="2020-01-01")
    assert "n’existe pas au calendrier" in page.tout
    assert page.soupe.find(id="id_au")["value"] == "2019-02-30"
    assert page.soupe.find(id="id_connu")["value"] == "2020-01-01"


@pytest.mark.parametrize("adresse", ["/tableau.csv", "/tableau.xlsx"])
def test_a_file_asked_wrongly_is_refused_in_words(db, lire, adresse):
    page = lire(adresse, 400, au="2019-02-30", region="R00")
    assert "n’existe pas au calendrier" in page.tout
    assert "« R00 » n’existe pas" in page.tout


@pytest.mark.parametrize(
    ("champ", "saisie", "attendu"),
    [
        ("region", "R00", "R32 (Hauts-de-France)"),
        ("region", "R99", "R32 (Hauts-de-France)"),
        ("region", "Bretagne", "R53 (Bretagne)"),
        ("classe", "signe", "signee (Signée)"),
        ("classe", "SIGNEE", "signee (Signée)"),
        ("dispositif", "autre", "essai (ESSAI)"),
        ("tri", "taille", "situation (par situation)"),
        ("region", "%", "R32"),
        ("classe", "signee' OR 1=1 --", "signee"),
    ],
)
def test_a_choice_that_does_not_exist_is_named_with_those_that_do(essai, lire, champ, saisie, attendu):
    page = lire("/", 400, **{champ: saisie, "au": "2019-06-30"})
    alerte = texte(page.soupe.find(role="alert"))
    assert f"« {saisie} » n’existe pas" in alerte
    assert attendu in alerte
    assert page.soupe.find(id="id_au")["value"] == "2019-06-30"


def test_a_good_choice_is_kept_beside_a_wrong_one(essai, lire):
    page = lire("/", 400, dispositif="essai", au="hier", region="R32", classe="signee", tri="date")
    gardes = {e["name"]: e["value"] for e in page.soupe.select("form.ec-choix input[type=hidden]")}
    assert gardes == {"region": "R32", "classe": "signee", "tri": "date"}
    assert page.soupe.select_one("#id_dispositif option[selected]")["value"] == "essai"


def test_a_new_date_keeps_the_filters(essai, lire):
    page = lire("/", dispositif="essai", region="R32", classe="signee")
    gardes = {e["name"]: e["value"] for e in page.soupe.select("form.ec-choix input[type=hidden]")}
    assert gardes == {"region": "R32", "classe": "signee"}


@pytest.mark.parametrize(
    ("adresse", "bout"),
    [
        ("/territoire/00X/", "Aucun territoire ne porte le code « 00X »"),
        ("/territoire/59d/", "Aucun territoire"),
        ("/territoire/" + "9" * 500 + "/", "Aucun territoire ne porte le code « " + "9" * 40 + " »"),
        ("/territoire/%F0%9F%98%80/", "Aucun territoire ne porte le code « 😀 »"),
        ("/territoire/%ff%fe/", "Aucun territoire"),
        ("/territoire/%25/", "Aucun territoire ne porte le code « % »"),
        ("/territoire/<script>/", "Aucun territoire ne porte le code « &lt;script&gt; »"),
        ("/region/R00/", "Aucune région"),
        ("/region/59D/", "Aucune région"),
        ("/region/" + "R" * 300 + "/", "Aucune région"),
        ("/source/rien/", "Aucune source ne porte la clé « rien »"),
        ("/source/%ff/", "Aucune source"),
        ("/actualite/rien/", "Aucun article"),
        ("/rien", "L’adresse est peut-être mal recopiée"),
        ("/territoire/", "L’adresse est peut-être mal recopiée"),
        ("/region/R32/../../etc/passwd", "L’adresse est peut-être mal recopiée"),
    ],
)
def test_what_does_not_exist_is_said_to_be_absent_with_a_way_out(db, client, adresse, bout):
    reponse = client.get(adresse)
    assert reponse.status_code == 404
    contenu = reponse.content.decode().replace("\xa0", " ")
    assert bout in contenu
    assert "Revenir à la page nationale" in contenu


@pytest.mark.parametrize(
    "recherche",
    [
        "",
        " ",
        "%",
        "_",
        "%_%",
        "'",
        '"',
        "\\",
        "😀",
        "é" * 100,
        "<b>",
        "a b c d e f g h i j k l",
        "\u202e",
        "\ud800",
    ],
)
def test_any_search_is_answered_and_stays_in_its_field(db, client, recherche):
    reponse = client.get("/recherche/", {"q": recherche.encode("utf-8", "surrogatepass")})
    assert reponse.status_code == 200
    assert "<b>" not in reponse.content.decode().split("</head>")[1]


def test_a_search_for_a_sign_of_the_query_language_finds_that_sign_only(db, client):
    for signe in ("%", "_", "*", "?"):
        assert "lieux trouvés" not in client.get("/recherche/", {"q": signe}).content.decode()


def test_a_long_search_is_read_in_part_said_so_and_kept_whole(db, lire):
    saisie = "lille " + "x" * 1000
    page = lire("/recherche/", q=saisie)
    assert "seuls les 100 premiers caractères ont été lus" in page.tout
    assert page.soupe.find(id="q-lieu")["value"] == saisie


def test_a_search_of_ten_thousand_characters_is_refused_in_words_and_kept(db, lire):
    saisie = "lille " * 1700
    page = lire("/recherche/", 400, q=saisie)
    assert "Cette adresse est trop longue. Raccourcissez votre recherche." in page.tout
    assert page.soupe.find(id="recherche-globale")["value"] == saisie


@pytest.mark.parametrize(
    "adresse",
    [
        "/?au=%00",
        "/recherche/?q=a%00b",
        "/territoire/59%00D/",
        "/source/%00/",
        "/?%00=1",
        "/%00",
    ],
)
def test_a_null_character_is_refused_in_words(db, client, adresse):
    reponse = client.get(adresse)
    assert reponse.status_code == 400
    assert "Cette adresse contient un caractère interdit." in reponse.content.decode()


@pytest.mark.parametrize(
    ("requete", "statut"),
    [
        ("au=2019-03-01&au=2019-06-30", 200),
        ("au=2019-03-01&au=hier", 400),
        ("au[]=2019-03-01&au%5B%5D=1", 200),
        ("au", 200),
        ("au=", 200),
        ("=2019", 200),
        ("&&&&", 200),
        ("a=1&" * 900, 200),
        ("a=1&" * 1500, 400),
        ("a&" * 2500, 400),
        ("au=2019-06-30&x=" + "%F0%9F%98%80" * 100, 200),
        ("au=%ff%fe", 400),
        ("au=%", 400),
        ("region=R32&region=R11", 200),
        ("connu=2019-01-01;au=1", 400),
        ("x=" + "a" * 3900, 200),
        ("x=" + "a" * 100_000, 400),
    ],
)
def test_any_query_string_is_understood_or_refused(essai, client, requete, statut):
    for adresse in ("/", "/tableau.csv", "/territoire/59D/"):
        assert client.generic("GET", adresse, QUERY_STRING=requete).status_code == statut


def test_of_a_parameter_given_twice_the_last_is_read_everywhere(essai, client):
    page = client.generic(
        "GET", "/", QUERY_STRING="dispositif=essai&au=2019-01-01&au=2019-03-02"
    ).content.decode()
    assert 'value="2019-03-02"' in page
    assert "2019-01-01" not in page


def test_a_host_that_is_not_ours_is_refused(db, client):
    reponse = client.get("/", headers={"Host": "evil.example"})
    assert reponse.status_code == 400
    assert "Demande incomprise" in reponse.content.decode()
