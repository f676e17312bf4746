"""A spreadsheet of forty errors, from its deposit to the public page, by keyboard: read, given back, corrected."""

import io
from pathlib import Path

from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.navigateur.constats import manquements_partout
from tests.navigateur.personnes import Personne
from tests.socle.tableaux import xlsx

ENTETES = ["Département", "Dispositif", "Type d’instrument", "Numéro", "Date de signature", "Source", "Lien"]
SOURCE = "Communiqué d’essai du parcours"
FAUSSES, JUSTES = 40, 5
INTROUVABLE, IMPOSSIBLE = "Nulle-part-sur-mer", "31/02/2019"


def rangs(*, fautifs: bool) -> list[list[str]]:
    """Signatures of numbered avenants; when they are faulty, one place out of two is nowhere, or one day is none."""
    lignes = []
    for n in range(FAUSSES + JUSTES):
        faute = n < FAUSSES and fautifs
        lieu = INTROUVABLE if faute and n % 2 else ("Nord (59)", "62", "Aisne")[n % 3]
        jour = IMPOSSIBLE if faute and not n % 2 else f"{1 + n % 28:02d}/05/2019"
        lignes.append(
            [lieu, "calpae", "avenant", str(1 + n), jour, SOURCE, "https://exemple.invalid/parcours"]
        )
    return lignes


def deposer(qui: Personne, chemin: Path, contenu: bytes) -> None:
    """Give a file and have it checked, with the columns as they are proposed."""
    chemin.write_bytes(contenu)
    qui.ouvrir("/imports/")
    qui.activer("Importer un fichier")
    qui.regarder()
    qui.page.get_by_label("Ce que contient le fichier").select_option("faits")
    qui.page.locator("input[type=file]").set_input_files(chemin)  # the dialog of the system is not ours
    qui.activer("Déposer")
    expect(qui.page.locator("h1")).to_contain_text("Que contient chaque colonne")
    a_toutes_les_largeurs(qui, "import-colonnes")
    qui.activer("Vérifier le fichier")


def a_toutes_les_largeurs(qui: Personne, nom: str) -> None:
    """Nothing may be said against the page on a desk, a tablet, a telephone."""
    assert manquements_partout(qui.page, qui.journal, nom) == {}, nom


def test_forty_errors_are_shown_given_back_corrected_published_and_seen(ouvrir, a_part, tmp_path: Path):
    qui = Personne(ouvrir, a_part, "conseiller-territoires")
    fautif = tmp_path / "Avenants.xlsx"
    deposer(qui, fautif, xlsx({"Suivi": [ENTETES, *rangs(fautifs=True)]}))
    page = qui.page.locator("main")
    expect(page).to_contain_text(f"{FAUSSES}\xa0lignes à corriger")
    anomalies = page.locator("table tbody tr")
    expect(anomalies).to_have_count(FAUSSES)
    expect(anomalies.filter(has_text="Suivi, cellule E40")).to_contain_text(f"trouvé «\xa0{IMPOSSIBLE}\xa0»")
    expect(anomalies.filter(has_text="Suivi, cellule A41")).to_contain_text(f"trouvé «\xa0{INTROUVABLE}\xa0»")
    expect(page.get_by_role("button", name="Publier")).to_have_count(0)
    a_toutes_les_largeurs(qui, "import-a-corriger")

    qui.atteindre("Télécharger le fichier avec les erreurs")
    with qui.page.expect_download() as recu:
        qui.page.keyboard.press("Enter")
    rendu = CalamineWorkbook.from_filelike(io.BytesIO(recu.value.path().read_bytes())).get_sheet_by_index(0)
    lignes = rendu.to_python()
    assert lignes[0] == [*ENTETES, "À corriger"]
    assert sum(bool(ligne[-1]) for ligne in lignes[1:]) == FAUSSES

    # What somebody does with it: the cells corrected, the column of the errors left where it is.
    corrigees = [[*juste, ligne[-1]] for juste, ligne in zip(rangs(fautifs=False), lignes[1:], strict=True)]
    deposer(qui, tmp_path / "Avenants 2.xlsx", xlsx({"Suivi": [lignes[0], *corrigees]}))
    expect(page).to_contain_text("Étape 3 sur 3")
    a_toutes_les_largeurs(qui, "import-pret")
    qui.activer(f"Publier {FAUSSES + JUSTES}")
    expect(page).to_contain_text(f"{FAUSSES + JUSTES}\xa0lignes enregistrées")
    a_toutes_les_largeurs(qui, "import-publie")

    publique, _ = ouvrir("/sources/", hote=a_part)
    publique.get_by_role("link", name=SOURCE).first.click()
    expect(publique.locator("main")).to_contain_text("Convention d’appui du Pas-de-Calais")


def test_a_large_file_is_followed_on_its_page_without_being_asked(ouvrir, a_part, tmp_path: Path):
    qui = Personne(ouvrir, a_part, "conseiller-territoires")
    gros = [
        [c, "calpae", "avenant", "1", "03/05/2019", SOURCE, "https://exemple.invalid/gros"]
        for c in ("59", "62")
    ]
    deposer(qui, tmp_path / "Gros.xlsx", xlsx({"Suivi": [ENTETES, *gros * 2_600]}))
    suivi = qui.page.locator("#suivi")
    expect(suivi).to_contain_text("en attente")
    expect(suivi).to_contain_text("Personne ne travaille en arrière-plan")
    a_toutes_les_largeurs(qui, "import-en-attente")
    qui.activer("Voir où il en est")
    expect(suivi).to_be_visible()
    with qui.page.expect_response(
        lambda r: "/travaux/" in r.url and r.request.headers.get("hx-request") == "true"
    ):
        pass  # the page asks by itself
    expect(suivi).to_contain_text("en attente")
    qui.regarder()
