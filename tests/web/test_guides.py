"""What the tutorial and the guides tell the reader to do, done."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from echelons.contrats.chargement import charger_faits
from echelons.contrats.models import Fait
from tests.web.pages import Page, texte

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDES = DOCS / "guides"
EXEMPLES = GUIDES / "exemples"
CONTRAT_LOCAL = {"dispositif": "contrat-local-solidarites"}


def lire_texte(chemin: Path) -> str:
    return chemin.read_text(encoding="utf-8")


def texte_de(page: Page) -> str:
    """What a page says below its header."""
    return texte(page.soupe.main)


@pytest.mark.parametrize(
    ("guide", "exemple"),
    [
        ("charger-des-faits.md", "mes-faits.yaml"),
        ("ajouter-un-perimetre.md", "mon-perimetre.yaml"),
    ],
)
def test_the_file_shown_by_a_guide_is_the_file_that_ships(guide, exemple):
    assert f"```yaml\n{lire_texte(EXEMPLES / exemple)}```" in lire_texte(GUIDES / guide)


def test_the_facts_of_the_guide_enter_once_and_say_what_the_guide_says(demonstration_partagee, lire):
    guide = lire_texte(GUIDES / "charger-des-faits.md").replace("\u00a0", " ")
    for attendu in ("6 faits nouveaux, 0 déjà connus", "0 faits nouveaux, 6 déjà connus"):
        sortie = StringIO()
        call_command("charger_faits", EXEMPLES / "mes-faits.yaml", stdout=sortie)
        assert sortie.getvalue().startswith(attendu)
        assert attendu in guide
    veille = lire("/territoire/990D/", au="2024-06-30", **CONTRAT_LOCAL)
    jour_dit = lire("/territoire/990D/", au="2024-07-02", **CONTRAT_LOCAL)
    assert "peut-être signée" in texte_de(veille)
    assert "peut-être signée" not in texte_de(jour_dit)
    assert "signée en juin 2024 ou le 2 juillet 2024, selon les sources" in texte_de(jour_dit)


def test_the_correction_shown_by_the_guide_leaves_both_facts(demonstration_partagee, tmp_path):
    guide = lire_texte(GUIDES / "charger-des-faits.md")
    correction = re.search(r"```yaml\n(          - cle: signature-annoncee\n.*?)```", guide, re.DOTALL)
    assert correction is not None
    exemple = lire_texte(EXEMPLES / "mes-faits.yaml")
    premiere = re.search(r"          - type: signature\n.*?communique\]\n", exemple, re.DOTALL)
    assert premiere is not None
    fichier = tmp_path / "corrige.yaml"
    fichier.write_text(exemple.replace(premiere.group(), correction.group(1)), encoding="utf-8")
    charger_faits(chemin=fichier)
    corriges = Fait.objects.filter(contrat__code="guide-990d", remplace_par__isnull=False)
    assert corriges.count() == 2
    assert {str(f.date_source) for f in corriges} == {"le\u00a02\u00a0juillet\u00a02024"}


def test_the_perimeter_of_the_guide_contains_what_it_says(demonstration_partagee, lire):
    call_command("charger_perimetres", EXEMPLES / "mon-perimetre.yaml", stdout=StringIO())
    texte = texte_de(lire("/territoire/P-guide-deux-rives/"))
    assert "CC du Pays de Mormal" in texte
    assert "CA Maubeuge Val de Sambre" in texte
    assert "Projet des deux rives (fictif)" in texte_de(lire("/territoire/59392/"))  # Maubeuge


def test_the_tutorial_tells_what_the_demonstration_shows(demonstration_partagee, lire):
    tutoriel = lire_texte(DOCS / "tutoriel" / "premiers-pas.md").replace("\u00a0", " ")
    signees = texte_de(lire("/", dispositif="calpae", au="2019-03-01", classe="signee"))
    for nom in ("Bas-Rhin", "Nord", "Pas-de-Calais"):
        assert nom in tutoriel
        assert nom in signees
    conflit = "le 18 décembre 2018 ou le 16 janvier 2019, selon les sources"
    assert conflit in tutoriel
    assert conflit in texte_de(lire("/territoire/62D/", dispositif="calpae", au="2019-03-01"))
    nord = texte_de(lire("/territoire/59D/", dispositif="calpae", au="2019-03-01"))
    for jour in ("17 décembre 2018", "18 décembre 2018"):
        assert jour in tutoriel
        assert jour in nord
    accueil = texte_de(lire("/", dispositif="calpae"))
    for bouton in ("Télécharger en CSV", "Télécharger pour Excel (XLSX)"):
        assert bouton in tutoriel
        assert bouton in accueil


def test_every_link_between_documents_leads_somewhere():
    racine = DOCS.parent
    for document in [*DOCS.rglob("*.md"), racine / "README.md", racine / "CONTRIBUER.md"]:
        for cible in re.findall(r"\]\((?!https?:|#)([^)#]+)", lire_texte(document)):
            assert (document.parent / cible).exists(), f"{document.relative_to(racine)} : {cible}"
