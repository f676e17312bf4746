"""What travels to the reader, measured in the browser."""

import gzip

from playwright.sync_api import expect

KO = 1000


def test_scripts_weigh_little(ouvrir):
    """At most 40 kB of compressed scripts in all, on the pages that have most to do with them."""
    for chemin in ("/", "/departements/"):
        page, journal = ouvrir(chemin, neuf=True)
        page.wait_for_load_state("networkidle")
        assert 0 < journal.poids("script") <= 40 * KO


def test_the_national_page_weighs_little(ouvrir):
    """At most 60 kB of compressed HTML, map, curve and table included, whatever the day and the dispositif."""
    for chemin in ("/", "/?au=2019-12-31", "/?dispositif=contrat-local-solidarites&au=2026-01-01"):
        page, journal = ouvrir(chemin, neuf=True)
        recus = journal.poids("document")
        # Compressed on the way, or the measure means nothing.
        assert len(gzip.compress(page.content().encode())) / 2 < recus <= 60 * KO


def test_search_answers_as_one_types(ouvrir):
    """With scripts, the list comes without leaving the page; the strict policy does not stop it."""
    page, journal = ouvrir("/departements/")
    page.locator("#q-lieu").press_sequentially("roub", delay=20)
    expect(page.locator("#resultats a", has_text="Roubaix")).to_be_visible()
    assert page.url.endswith("/departements/")
    assert journal.plaintes == []
    assert page.evaluate("window.violationsCSP") == []
