"""The fictional département takes its convention from the first draft to the act in force, with the keyboard only."""

import pypdfium2
from playwright.sync_api import expect

from tests.navigateur.constats import capturer
from tests.navigateur.personnes import CONVENTION, Personne


def test_a_convention_from_the_first_draft_to_force_with_every_way_back(ouvrir, a_part):
    redactrice = Personne(ouvrir, a_part, "charge-de-mission-991")
    instructeur = Personne(ouvrir, a_part, "instructeur-991")
    redactrice.faire("Soumettre à l’État")
    redactrice.est("soumise à l’État")
    instructeur.faire("Prendre en instruction")
    instructeur.faire(
        "Demander des corrections", Ce_qui_est_à_corriger="L’article 3 ne dit pas la part du département."
    )
    redactrice.ouvrir(CONVENTION)
    expect(redactrice.page.locator(".fr-callout")).to_contain_text("la part du département")
    redactrice.faire("Rédiger le texte", "Enregistrer", Texte="Article 1er. Texte corrigé.")
    redactrice.faire("Soumettre à l’État")
    instructeur.faire("Prendre en instruction")
    delegataire = Personne(ouvrir, a_part, "delegataire-etat-991")
    delegataire.faire("Accorder le texte pour le vote")
    assemblee = Personne(ouvrir, a_part, "secretariat-assemblee-991")

    vote = {"Numéro_de_la_délibération": "2019-1", "Date_du_vote": "2019-05-06"}
    assemblee.faire("Enregistrer la délibération", Décision="ajourn", **vote)
    assemblee.est("accordée pour le vote")
    vote = {"Numéro_de_la_délibération": "2019-2", "Date_du_vote": "2019-05-20"}
    assemblee.faire("Enregistrer la délibération", **vote)
    assemblee.est("délibérée")
    # A change after the vote: back to negotiation, and a new vote.
    redactrice.faire("Rédiger le texte", "Enregistrer", Texte="Article 1er. Texte changé après le vote.")
    redactrice.est("en négociation")
    redactrice.faire("Soumettre à l’État")
    instructeur.faire("Prendre en instruction")
    delegataire.faire("Accorder le texte pour le vote")
    vote = {"Numéro_de_la_délibération": "2019-3", "Date_du_vote": "2019-06-03"}
    assemblee.faire("Enregistrer la délibération", **vote)
    executoire = {"Transmise_au_préfet_le": "2019-06-04", "Numéro_de_l’accusé": "099-3"}
    assemblee.faire("Rendre la délibération exécutoire", **executoire, Publiée_le="2019-06-05")
    assemblee.est("délibération exécutoire")
    presidente = Personne(ouvrir, a_part, "president-991")
    presidente.faire("Signer pour la collectivité", Date_de_signature="2019-06-11")
    delegataire.faire("Signer pour l’État", Date_de_signature="2019-06-13")
    delegataire.est("signée")
    expect(delegataire.page.locator("main")).to_contain_text("Arrêté de délégation fictif")
    instructeur.faire("Notifier l’acte signé", Notifié_le="2019-06-14")
    instructeur.faire("Constater l’entrée en vigueur", Entre_en_vigueur_le="2019-06-14")
    instructeur.est("en vigueur")
    capturer(instructeur.page, "instrument-en-vigueur")
    histoire = instructeur.page.locator("main")
    for phrase in ("a demandé des corrections", "ajournée", "en vigueur"):
        expect(histoire).to_contain_text(phrase)
    publique, _ = ouvrir("/territoire/991D/", hote=a_part)
    expect(publique.locator("main")).to_contain_text("13 juin 2019")


def test_a_colleague_of_another_departement_sees_nothing_by_any_door(ouvrir, a_part):
    etranger = Personne(ouvrir, a_part, "charge-de-mission-59")
    for chemin in (CONVENTION, "/contrats/calpae-991d/", f"{CONVENTION}rediger/", "/ma-region/R99/"):
        reponse = etranger.page.goto(f"{a_part}{chemin}")
        assert reponse is not None
        assert reponse.status == 404
        expect(etranger.page.locator("main")).not_to_contain_text("Collines")
    etranger.ouvrir("/contrats/")
    expect(etranger.page.locator("main")).not_to_contain_text("Collines")


def test_the_region_is_read_printed_and_survives_the_vacancy_of_its_commissaire(ouvrir, a_part):
    # Before 2 September 2019 the office does not exist: the SGAR stands in for it.
    sgar = Personne(ouvrir, a_part, "sgar-r99")
    sgar.ouvrir("/ma-region/R99/")
    expect(sgar.page.locator("main")).to_contain_text("Plaine-d’Essai")
    assert len(pypdfium2.PdfDocument(sgar.page.pdf(format="A4"))) == 1
    sgar.ouvrir("/ma-region/R99/note/")
    expect(sgar.page.locator("h1")).to_contain_text("Note à l’attention du préfet")
    commissaire = Personne(ouvrir, a_part, "commissaire-r99")
    commissaire.ouvrir("/ma-region/R99/")
    expect(commissaire.page.locator("main")).to_contain_text("Plaine-d’Essai")
