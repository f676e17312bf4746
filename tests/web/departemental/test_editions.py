"""What an instrument gives at its addresses: who receives it, marked for what it is, and the same until it changes."""

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from echelons.contrats.contenu.etat import contenu_courant
from echelons.contrats.edition.code import code_de, grouper
from echelons.contrats.models import FicheAction, Instrument
from echelons.socle.horloge import a_la_date
from echelons.web.departemental.vues import editions
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.edition.lecture import texte
from tests.contrats.scene import JOUR
from tests.web.departemental.test_documents import entrer

pytestmark = pytest.mark.django_db
PDF = ("acte_pdf", "annexes_pdf", "financement_pdf", "deliberation_pdf", "rapport_pdf", "signatures_pdf")


@pytest.fixture(autouse=True)
def jour():
    with a_la_date(JOUR):
        yield


@pytest.fixture
def fiche(scene, convention) -> FicheAction:
    fiche = remplir(scene, convention)
    rangs = {f.cote: f.rang for f in convention.financeurs.all()}
    financer(
        scene,
        convention,
        fiche,
        (rangs["etat"], 2019, "1125000.00"),
        (rangs["collectivite"], 2019, "1125000"),
    )
    return fiche


def demander(client: Client, nom: str, convention: Instrument, *suite: str):
    return client.get(reverse(nom, args=[convention.contrat.code, convention.cle, *suite]))


def test_a_draft_is_looked_at_as_the_act_that_it_would_be(scene, convention, fiche):
    client = entrer(scene, "charge-de-mission")
    for nom in PDF:
        reponse = demander(client, nom, convention)
        assert (reponse.status_code, reponse["Content-Type"]) == (200, "application/pdf")
        assert "PROJET" in texte(reponse.content)
    acte = demander(client, "acte_pdf", convention)
    nom = f"{convention.contrat.code}-{convention.cle}-convention.pdf"
    assert acte["Content-Disposition"] == f'attachment; filename="{nom}"'
    assert "1\u202f125\u202f000,00\u00a0€" in texte(acte.content)
    seule = demander(client, "fiche_pdf", convention, fiche.reference)
    assert "Accueillir" in texte(seule.content)
    assert (
        demander(client, "fiche_pdf", convention, "00000000-0000-0000-0000-000000000000").status_code == 404
    )


def test_a_draft_that_is_not_shared_is_given_to_the_side_that_writes_it_alone(scene, convention, fiche):
    instructeur = entrer(scene, "instructeur")
    noms = (*PDF, "acte_docx", "dossier_de_seance", "contenu_xlsx", "contenu_ods")
    refus = {demander(instructeur, nom, convention).status_code for nom in noms}
    assert refus <= {403, 404}
    assert demander(instructeur, "fiche_pdf", convention, fiche.reference).status_code == 404
    assert demander(Client(), "acte_pdf", convention).status_code == 302


def test_what_is_submitted_bears_its_code_and_stays_the_same_afterwards(
    scene, convention, fiche, monkeypatch
):
    for acte in ("rediger", "partager", "soumettre"):
        scene.faire(convention, acte)
    convention.refresh_from_db()
    client = entrer(scene, "instructeur")
    premier = demander(client, "acte_pdf", convention).content
    code = grouper(code_de(contenu_courant(convention).empreinte))
    assert code in texte(premier)
    assert "PROJET" not in texte(premier)
    FicheAction.objects.filter(pk=fiche.pk).update(intitule="Autre chose")
    monkeypatch.setattr(editions, "FAITS", editions.MemoireDOctets(0))
    with a_la_date(JOUR.replace(year=2024)):
        assert demander(client, "acte_pdf", convention).content == premier


def test_the_pack_for_the_assembly_holds_all_that_it_reads_before_the_vote(scene, convention, fiche):
    reponse = demander(entrer(scene, "charge-de-mission"), "dossier_de_seance", convention)
    with zipfile.ZipFile(io.BytesIO(reponse.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "rapport.pdf",
            "rapport.docx",
            "projet-de-deliberation.pdf",
            "projet-de-deliberation.docx",
            "convention.pdf",
            "annexes.pdf",
            "plan-de-financement.xlsx",
        ]


def test_an_instrument_of_which_only_the_text_is_written_gives_its_text(scene, convention):
    convention.clauses.all().delete()
    scene.faire(convention, "rediger", texte="Article 1er. *Objet* #fictif.")
    assert "Article 1er. *Objet* #fictif." in texte(
        demander(entrer(scene, "charge-de-mission"), "acte_pdf", convention).content
    )


def test_the_workbooks_and_the_editable_draft_are_downloaded(scene, convention, fiche):
    client = entrer(scene, "charge-de-mission")
    for nom, extension in (("contenu_xlsx", "xlsx"), ("contenu_ods", "ods"), ("acte_docx", "docx")):
        reponse = demander(client, nom, convention)
        assert reponse.status_code == 200
        assert reponse["Content-Disposition"].startswith("attachment")
        assert reponse["Content-Disposition"].endswith(f'.{extension}"')
        assert zipfile.is_zipfile(io.BytesIO(reponse.content))
