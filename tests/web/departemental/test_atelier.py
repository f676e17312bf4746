"""The workshop of an instrument through its pages: writing, pasting, two people at once, what is said of mistakes."""

import re
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from echelons.contrats.contenu.lecture import contenu_de
from echelons.contrats.contenu.saisies import dire_chiffre, lire_chiffre, lire_nombre
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.documents import deposer, retirer
from echelons.contrats.models import FicheAction
from echelons.socle.nombres import nombre
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.edition.lecture import texte as lire_le_pdf
from tests.contrats.scene import JOUR
from tests.socle.pieces import pdf
from tests.web.departemental.navigateurs import ici
from tests.web.pages import Page
from tests.web.pages import texte as mots

pytestmark = pytest.mark.django_db
SEUL = {"X-Echelons-Seul": "1"}


@pytest.fixture(autouse=True)
def jour(settings):
    settings.AUJOURDHUI = JOUR


def texte(reponse) -> str:
    """What a page says."""
    return mots(Page(reponse.content).soupe.main)


def champs_de(page: bytes) -> dict[str, str]:
    """What a browser would send of the form of a fiche, as it was received."""
    formulaire = Page(page).soupe.select_one("form[data-atelier]")
    champs = {
        i["name"]: i.get("value", "") for i in formulaire.select("input[name]") if i.get("type") != "checkbox"
    }
    champs |= {t["name"]: t.text.lstrip("\n") for t in formulaire.select("textarea[name]")}
    for choix in formulaire.select("select[name]"):
        pris = choix.select_one("option[selected]")
        champs[choix["name"]] = pris["value"] if pris else ""
    return champs


def test_a_fiche_is_created_written_and_read_by_the_other_side_once_shared(scene, lecteurs, convention):
    charge, instructeur = lecteurs.client("charge-de-mission"), lecteurs.client("instructeur")
    reponse = charge.post(ici(convention, "fiches/"), {"intitule": "Accueillir"})
    fiche = reponse.headers["Location"]
    donnees = champs_de(charge.get(fiche).content)
    reponse = charge.post(
        fiche, {**donnees, "volet": "socle-rsa", "public": "Les allocataires.", "etp": "2,5"}
    )
    assert reponse.status_code == 302
    assert contenu_de(convention).fiches[0].public == "Les allocataires."
    assert instructeur.get(fiche).status_code == 404
    scene.faire(convention, "partager")
    lu = instructeur.get(fiche)
    assert "Les allocataires." in texte(lu)
    assert not Page(lu.content).soupe.select("form[data-atelier]")
    assert instructeur.post(fiche, donnees).status_code == 403


def test_two_people_on_the_same_fiche_are_merged_and_told(scene, lecteurs, convention):
    fiche = remplir(scene, convention)
    adresse = ici(convention, f"fiches/{fiche.reference}/")
    une, autre = lecteurs.client("charge-de-mission"), lecteurs.client("finances")
    chez_elle, chez_lui = champs_de(une.get(adresse).content), champs_de(autre.get(adresse).content)
    assert (
        une.post(adresse, {**chez_elle, "public": "Ce qu’elle écrit.", "pilote": "Sa direction"}).status_code
        == 302
    )
    reponse = autre.post(adresse, {**chez_lui, "public": "Ce qu’il écrit.", "lieux": "La mairie"})
    assert reponse.status_code == 409
    page = texte(reponse)
    assert "Ce qu’elle écrit." in page
    assert "charge-de-mission" in page
    assert champs_de(reponse.content)["public"] == "Ce qu’il écrit."
    fiche.refresh_from_db()
    assert (fiche.public, fiche.pilote, fiche.lieux) == ("Ce qu’elle écrit.", "Sa direction", "La mairie")
    assert autre.post(adresse, champs_de(reponse.content)).status_code == 302
    fiche.refresh_from_db()
    assert fiche.public == "Ce qu’il écrit."


def test_a_page_given_back_never_undoes_what_a_colleague_wrote_elsewhere(scene, lecteurs, convention):
    fiche = remplir(scene, convention)
    adresse = ici(convention, f"fiches/{fiche.reference}/")
    une, autre = lecteurs.client("charge-de-mission"), lecteurs.client("finances")
    chez_elle, chez_lui = champs_de(une.get(adresse).content), champs_de(autre.get(adresse).content)
    assert (
        une.post(adresse, {**chez_elle, "public": "Elle", "etp": "3", "lieux": "Le port"}).status_code == 302
    )
    rendue = autre.post(adresse, {**chez_lui, "public": "Lui", "pilote": "Sa direction"})
    montree = champs_de(rendue.content)
    assert (rendue.status_code, montree["public"], montree["etp"], montree["lieux"]) == (
        409,
        "Lui",
        "3",
        "Le port",
    )
    assert autre.post(adresse, montree).status_code == 302
    fiche.refresh_from_db()
    assert (fiche.public, fiche.etp, fiche.lieux, fiche.pilote) == ("Lui", 3, "Le port", "Sa direction")

    financer(scene, convention, fiche, (1, 2019, "10"))
    grille = ici(convention, "financement/")

    def cases(contenu: bytes) -> dict[str, str]:
        return {
            i["name"]: i.get("value", "")
            for i in Page(contenu).soupe.select("form[data-atelier] input[name]")
        }

    lue = cases(autre.get(grille).content)
    premiere, deuxieme = [c for c in lue if c.startswith("m/")][:2]
    assert une.post(grille, {**cases(une.get(grille).content), premiere: "71"}).status_code == 302
    refusee = autre.post(grille, {**lue, deuxieme: "dix"})
    assert refusee.status_code == 422
    assert cases(refusee.content)["rang"] == lue["rang"]
    assert autre.post(grille, {**cases(refusee.content), deuxieme: "12"}).status_code == 302
    assert cases(autre.get(grille).content)[premiere] == "71"


def test_a_script_that_saves_by_itself_reads_what_it_must_say(scene, lecteurs, convention):
    fiche = remplir(scene, convention)
    adresse = ici(convention, f"fiches/{fiche.reference}/")
    charge = lecteurs.client("charge-de-mission")
    donnees = champs_de(charge.get(adresse).content)
    ecrit = charge.post(adresse, {**donnees, "public": "Un"}, headers=SEUL).json()
    assert (ecrit["ecrits"], ecrit["conflits"]) == (["public"], [])
    refus = charge.post(adresse, {**donnees, "debut": "2020-01-01", "fin": "2019-01-01"}, headers=SEUL)
    assert refus.status_code == 422
    assert "précède son début" in refus.json()["erreurs"]["fin"][0]
    en_retard = lecteurs.client("finances").post(adresse, {**donnees, "public": "Deux"}, headers=SEUL)
    assert en_retard.status_code == 409
    assert en_retard.json()["conflits"][0]["actuel"] == "Un"


def test_what_was_typed_stays_when_it_is_refused(scene, lecteurs, convention):
    fiche = remplir(scene, convention)
    adresse = ici(convention, f"fiches/{fiche.reference}/")
    charge = lecteurs.client("charge-de-mission")
    donnees = champs_de(charge.get(adresse).content)
    hostile = "<script>alert(1)</script> #import \u202eserver\u202c " + "x" * 1000
    reponse = charge.post(
        adresse, {**donnees, "effectif": "-3", "description": hostile, "territoires": "Trantor"}
    )
    assert reponse.status_code == 422
    assert champs_de(reponse.content)["description"] == hostile
    assert "<script>alert" not in reponse.content.decode()
    assert "n’est pas négatif" in texte(reponse)
    assert "ni une commune" in texte(reponse)
    assert charge.post(adresse, {**donnees, "description": hostile}).status_code == 302
    fiche.refresh_from_db()
    assert fiche.description == hostile
    perdus = charge.post(
        adresse, {**donnees, "territoires": "\n".join(f"Nulle part {n}" for n in range(500))}
    )
    assert perdus.status_code == 422
    assert texte(perdus).count("n’est ni une commune") == 20
    trop = charge.post(adresse, {**donnees, "description": "é" * 1_000_000})
    assert trop.status_code == 422
    assert len(champs_de(trop.content)["description"]) == 1_000_000


def test_the_grid_is_written_cell_by_cell_and_says_which_it_refuses(scene, lecteurs, convention):
    fiche = remplir(scene, convention)
    finances = lecteurs.client("finances")
    adresse = ici(convention, "financement/")
    page = Page(finances.get(adresse).content)
    cases = [i["name"] for i in page.soupe.select("input.ec-case")]
    assert len(cases) == 2 * 3
    rang = page.soupe.select_one("form[data-grille] input[name=rang]")["value"]
    saisie = dict(zip(cases, ["12 500,50", "1\u202f000 €", "", "7", "8.25", "9"], strict=True))
    assert finances.post(adresse, {"rang": rang, **saisie}).status_code == 302
    assert str(totaliser(contenu_de(convention)).ensemble) == "13524.75"
    assert "13 524,75" in texte(finances.get(adresse))
    mauvaise = finances.post(
        adresse, {"rang": rang, **saisie, cases[0]: "douze", cases[1]: "-5", cases[2]: "1,001"}
    )
    assert mauvaise.status_code == 422
    assert len(Page(mauvaise.content).soupe.select("input.ec-case[aria-invalid]")) == 3
    assert Page(mauvaise.content).soupe.select_one(f'input[name="{cases[0]}"]')["value"] == "douze"
    assert str(totaliser(contenu_de(convention)).ensemble) == "13524.75"
    inconnue = finances.post(
        adresse, {"rang": rang, f"m/{fiche.reference}/77/2019/credit/": "5", "m/n’importe/quoi": "1"}
    )
    assert inconnue.status_code == 422
    for cle in (
        "x/2019/credit/",
        "1/abc/credit/",
        "1/2019/or/",
        "1/2019/credit",
        f"1/2019/credit/{'9' * 90}",
    ):
        assert finances.post(adresse, {f"m/{fiche.reference}/{cle}": "5"}).status_code == 422, cle


def test_another_imputation_a_financeur_and_ceilings_have_their_forms(scene, lecteurs, convention):
    fiche = remplir(scene, convention)
    finances = lecteurs.client("finances")
    assert (
        finances.post(
            ici(convention, "financement/financeurs/"),
            {"geste": "ajouter", "libelle": "CAF (fictive)", "cote": "autre"},
        ).status_code
        == 302
    )
    ligne = {
        "fiche": str(fiche.reference), "financeur": "1", "exercice": "2019", "nature": "valorisation",
        "imputation": "304-19", "montant": "1 000",
    }  # fmt: skip
    assert finances.post(ici(convention, "financement/ligne/"), ligne).status_code == 302
    assert "valorisation, 304-19" in texte(finances.get(ici(convention, "financement/")))
    refus = finances.post(ici(convention, "financement/ligne/"), {**ligne, "exercice": "2031"})
    assert (refus.status_code, "2031 n’est pas un exercice" in texte(refus)) == (422, True)
    plein = finances.post(ici(convention, "financement/financeurs/"), {"geste": "retirer", "rang": "1"})
    assert (plein.status_code, "videz ses montants" in texte(plein)) == (422, True)
    plafonds = {"geste": "plafonds", "plafond-2019": "500", "plafond-2020": ""}
    assert finances.post(ici(convention, "financement/financeurs/"), plafonds).status_code == 302
    assert [(p.exercice, str(p.montant)) for p in contenu_de(convention).plafonds] == [(2019, "500.00")]


def test_targets_are_typed_as_figures_or_as_reasons(scene, lecteurs, convention):
    fiche = remplir(scene, convention)
    charge = lecteurs.client("charge-de-mission")
    viser = {"geste": "viser", "indicateur": "ase-referentiel", "fiche": str(fiche.reference)}
    assert charge.post(ici(convention, "cibles/lignes/"), viser).status_code == 302
    assert charge.post(ici(convention, "cibles/lignes/"), viser).status_code == 422
    pk = convention.cibles.get().pk
    adresse = ici(convention, "cibles/")
    bonne = {
        f"{pk}/depart": "64,5", f"{pk}/le": "31/12/2018", f"{pk}/2019": "70",
        f"{pk}/2020": "nd : le logiciel change", f"{pk}/2021": "sans objet : l’action finit",
    }  # fmt: skip
    assert charge.post(adresse, bonne).status_code == 302
    (dite,) = contenu_de(convention).cibles
    assert [(v.etat, v.motif) for v in dite.visees] == [
        ("chiffree", ""), ("non_disponible", "le logiciel change"), ("sans_objet", "l’action finit"),
    ]  # fmt: skip
    refus = charge.post(
        adresse, {**bonne, f"{pk}/2019": "beaucoup", f"{pk}/2020": "nd", f"{pk}/le": "31/02/2018"}
    )
    assert refus.status_code == 422
    assert len(Page(refus.content).soupe.select("input[aria-invalid]")) == 3


def test_what_is_missing_links_to_the_field_and_an_exception_is_documented(scene, lecteurs, convention):
    fiche = remplir(scene, convention, pilote="")
    financer(scene, convention, fiche, (1, 2019, "300"), (2, 2019, "100"))
    charge = lecteurs.client("charge-de-mission")
    adresse = ici(convention, "manques/")
    page = Page(charge.get(adresse).content)
    liens = {a["href"] for a in page.soupe.select("main a[href]")}
    assert ici(convention, f"fiches/{fiche.reference}/") + "#id_pilote" in liens
    assert "la collectivité apporte 100 € sur 400 € (25 %)" in mots(page.soupe.main)
    assert charge.post(adresse, {"regle": "calpae-cofinancement", "motif": ""}).status_code == 422
    assert charge.post(adresse, {"regle": "inconnue", "motif": "Parce que."}).status_code == 422
    assert (
        charge.post(adresse, {"regle": "calpae-cofinancement", "motif": "Accord local."}).status_code == 302
    )
    assert "Motif : Accord local." in texte(charge.get(adresse))
    assert charge.post(adresse, {"regle": "calpae-cofinancement", "geste": "lever"}).status_code == 302
    assert "Accord local." not in texte(charge.get(adresse))


def test_two_moments_are_told_apart_in_words(scene, lecteurs, convention):
    fiche = remplir(scene, convention)
    financer(scene, convention, fiche, (1, 2019, "30000"))
    charge = lecteurs.client("charge-de-mission")
    convention.refresh_from_db()
    avant = convention.contenu_rang
    financer(scene, convention, fiche, (1, 2019, "40000"))
    page = texte(charge.get(ici(convention, f"moments/?depuis={avant}")))
    assert "30 000 € deviennent 40 000 €" in page
    assert charge.get(ici(convention, "moments/?depuis=abc&jusqu_a=999999999999")).status_code == 200


def test_fiches_are_taken_from_ones_own_other_instruments(scene, lecteurs, convention):
    remplir(scene, convention, "À reprendre")
    for acte in ("rediger", "abandonner"):
        scene.faire(convention, acte)
    neuve = scene.ouvrir()
    charge = lecteurs.client("charge-de-mission")
    adresse = ici(neuve, "fiches/reprendre/")
    source = FicheAction.objects.get(intitule="À reprendre")
    assert charge.post(adresse, {}).status_code == 422
    lien = Page(charge.get(adresse).content).soupe.select_one("tbody th a")
    lue = charge.get(lien["href"])
    assert "Les allocataires du RSA" in texte(lue)
    assert "Reprendre cette fiche" in texte(lue)
    assert str(source.reference) in lue.content.decode()
    assert charge.get(adresse + f"{FicheAction(instrument=neuve).reference}/").status_code == 404
    assert "Aucune fiche ne répond" in texte(charge.get(f"{adresse}?q=introuvable"))
    assert charge.post(adresse, {"fiche": [str(source.reference), "n’importe"]}).status_code == 302
    assert [f.intitule for f in contenu_de(neuve).fiches] == ["À reprendre"]


def test_the_library_is_filtered_by_public_axis_and_cost(scene, lecteurs, convention):
    autre = {"public": "Les jeunes sortants.", "volet": "socle-ase"}
    chere = remplir(scene, convention, "Loger les jeunes", **autre)
    financer(scene, convention, chere, (1, 2019, "40000"), (2, 2020, "10000"))
    modeste = remplir(scene, convention, "Accueillir")
    financer(scene, convention, modeste, (1, 2019, "49999.99"))
    remplir(scene, convention, "Penser", volet=None)
    scene.faire(convention, "rediger")
    scene.faire(convention, "abandonner")
    charge, neuve = lecteurs.client("charge-de-mission"), scene.ouvrir()
    adresse = ici(neuve, "fiches/reprendre/")

    def trouvees(**choix: object) -> set[str]:
        page = Page(charge.get(adresse, choix).content)
        return {label.text for label in page.soupe.select("tbody th label")}

    assert trouvees() == {"Loger les jeunes", "Accueillir", "Penser"}
    assert trouvees(public="jeunes") == {"Loger les jeunes"}
    assert trouvees(public="JEUNES sortants", q="loger") == {"Loger les jeunes"}
    ase = str(chere.volet.dans_id)
    options = {o["value"] for o in Page(charge.get(adresse).content).soupe.select("#axe-vise option")}
    assert ase in options
    assert {"Loger les jeunes"} <= trouvees(axe=ase)
    assert "Penser" not in trouvees(axe=ase)
    assert trouvees(axe=str(chere.volet_id)) == {"Loger les jeunes"}
    assert trouvees(cout="50000") == {"Accueillir"}
    assert trouvees(cout="250000") == {"Loger les jeunes"}
    assert trouvees(cout="non-chiffre") == {"Penser"}
    assert len(trouvees(axe="n’importe", cout="quoi", page="dix")) == 3
    assert "Aucune fiche ne répond" in texte(charge.get(adresse, {"cout": "plus"}))


def test_the_library_is_read_page_after_page_for_the_same_price(scene, lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    for rang in range(32):
        remplir(scene, convention, f"Action {rang}")
    scene.faire(convention, "rediger")
    scene.faire(convention, "abandonner")
    adresse = ici(scene.ouvrir(), "fiches/reprendre/")
    charge.get(adresse)
    with CaptureQueriesContext(connection) as prises:
        premiere = charge.get(f"{adresse}?public=rsa&cout=non-chiffre")
    assert len(prises) <= 15
    suite = Page(premiere.content).soupe.select_one("nav.ec-pages a")["href"]
    assert "public=rsa" in suite
    assert len(Page(charge.get(adresse + suite).content).soupe.select("tbody tr")) == 2


def test_documents_of_the_dossier_are_attached_to_a_fiche_and_said_in_its_act(
    scene, lecteurs, convention, settings, tmp_path
):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    par = scene.acteur("charge-de-mission")
    diagnostic, plan = (
        deposer(
            par=par,
            contrat=convention.contrat,
            genre="annexe",
            titre=titre,
            fichier=ContentFile(pdf(titre=titre), name="piece.pdf"),
        )
        for titre in ("Diagnostic fictif", "Plan fictif")
    )
    fiche = remplir(scene, convention)
    charge, adresse = lecteurs.client("charge-de-mission"), ici(convention, f"fiches/{fiche.reference}/")
    page = Page(charge.get(adresse).content)
    assert {o["value"] for o in page.soupe.select("#document option")} == {
        str(d.reference) for d in (diagnostic, plan)
    }
    pieces = f"{adresse}pieces/"
    assert charge.post(pieces, {"geste": "joindre", "document": "n’importe"}).status_code == 422
    for document in (diagnostic, plan):
        joindre = {"geste": "joindre", "document": str(document.reference)}
        assert charge.post(pieces, joindre).status_code == 302
    dite = contenu_de(convention).fiches[0].pieces
    assert dite[0] == f"Diagnostic fictif, empreinte SHA-256\u00a0: {diagnostic.empreinte}"
    # A font may join two letters into one.
    acte = unicodedata.normalize("NFKC", lire_le_pdf(charge.get(f"{adresse[:-1]}.pdf").content))
    assert diagnostic.empreinte[:20] in acte
    assert "« pièces » : Diagnostic fictif devient Diagnostic fictif, Plan fictif." in texte(
        charge.get(ici(convention, "moments/?depuis=2"))
    )
    retirer(par=scene.acteur("finances"), document=plan, motif="Une version plus récente existe.")
    assert "Plan fictif PDF, 1 page" in texte(charge.get(adresse))
    assert "retiré du dossier le" in texte(charge.get(adresse))
    assert "Plan fictif (retiré du dossier le" in contenu_de(convention).fiches[0].pieces[1]
    encore = charge.post(pieces, {"geste": "joindre", "document": str(plan.reference)})
    assert (encore.status_code, "ne peut plus être joint" in texte(encore)) == (422, True)
    assert charge.post(pieces, {"geste": "detacher", "document": str(plan.reference)}).status_code == 302
    assert len(contenu_de(convention).fiches[0].pieces) == 1


@pytest.mark.parametrize(
    "page", ["fiches/", "financement/", "cibles/", "articles/", "manques/", "moments/", "classeur/"]
)
def test_a_page_asks_the_database_the_same_whatever_the_number_of_fiches(scene, lecteurs, convention, page):
    charge = lecteurs.client("charge-de-mission")

    def demandes() -> int:
        with CaptureQueriesContext(connection) as prises:
            assert charge.get(ici(convention, page)).status_code == 200
        return len(prises)

    remplir(scene, convention)
    demandes()
    peu = demandes()
    for rang in range(8):
        financer(
            scene, convention, remplir(scene, convention, f"Action {rang}"), (1, 2019, "10"), (2, 2020, "10")
        )
    demandes()
    assert demandes() == peu <= 15


@given(st.decimals("-99999999", "99999999", places=2))
def test_a_number_shown_reads_back_the_same(montant):
    assert lire_nombre(nombre(montant)) == montant


@given(st.text(max_size=60))
def test_whatever_is_typed_in_a_cell_reads_back_the_same_or_is_refused_with_a_sentence(tape):
    try:
        lu = lire_chiffre(tape)
    except ValidationError as refus:
        phrases = [str(m) for m in refus.messages]
    else:
        phrases = []
        assert lu is None or lire_chiffre(dire_chiffre(lu.etat, lu.valeur, lu.motif)) == lu
    assert all(phrase.strip().endswith((".", "»")) for phrase in phrases)


def test_two_versions_are_compared_with_all_that_was_frozen_with_them(scene, lecteurs, convention):
    fiche = remplir(scene, convention, "Accueillir")
    financer(scene, convention, fiche, (1, 2019, "10"), (2, 2019, "20"))
    scene.mener(convention, "prendre_en_instruction")
    scene.faire(convention, "demander_des_corrections")
    financer(scene, convention, fiche, (2, 2019, "35.50"))
    scene.faire(convention, "soumettre")
    lu = texte(lecteurs.client("instructeur").get(ici(convention, "versions/"))).replace("\u00a0", " ")
    assert "20,00" in lu
    assert "35,50" in lu
    assert "disent la même chose" not in lu


def test_whoever_submits_is_told_what_is_still_to_be_looked_at(scene, lecteurs, convention):
    charge = lecteurs.client("charge-de-mission")
    assert "à regarder" not in texte(charge.get(ici(convention, "soumettre/")))
    remplir(scene, convention, "Accueillir", public="")
    dit = texte(charge.get(ici(convention, "soumettre/")))
    assert re.search(r"Avant de figer ce texte\W+\d+ points? (est|sont) à regarder", dit)
