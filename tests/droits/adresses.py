"""One row an address: who may ask it, how, and what it gives. An address of the URLconf without a row fails.

To add one: name it, say its kind, the capability by its name in ``docs/reference/droits.md``, and how its arguments
are built from the ``Objet`` looked at. ``ICI`` is read by every reader of the matrix.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from echelons.contrats.models import Instrument
from echelons.strategie.models import Dispositif
from echelons.web.departemental.urls import PIECES
from tests.contrats.contenu.classeurs import telecharger
from tests.droits.monde import A_RENOUVELER, CANARI, MESSAGE, Objet, piece
from tests.droits.rangee import (
    LIRE,
    Adresse,
    autre,
    compte,
    contrat,
    fiche,
    generale,
    instrument,
    liste,
    objet,
    porte,
    publique,
    region,
    registre,
    territoire,
)
from tests.socle.tableaux import fichier_de_faits

REFERENTIEL = Path(__file__).resolve().parents[1] / "strategie" / "pacte-des-aines.yaml"


def tableur() -> SimpleUploadedFile:
    """A spreadsheet of facts, as a browser sends it."""
    return SimpleUploadedFile("suivi.csv", fichier_de_faits("981D", 9), content_type="text/csv")


def un_dispositif() -> str:
    """The key of a dispositif, as its box sends it."""
    return str(Dispositif.objects.get(code="calpae").pk)


def le_classeur(o: Objet) -> dict[str, Any]:
    """The workbook of the instrument, brought back as it was taken away."""
    instrument = Instrument.objects.get(contrat__code=o.contrat, cle=o.instrument)
    return {"fichier": lambda: SimpleUploadedFile("classeur.xlsx", telecharger(instrument))}


FORMULAIRE, ENVOI = ("GET", "POST"), ("POST",)
SERVICE, GERER = "essai-981d-collectivite", "organisation.gerer"
#: A mandate and an organisation lie in one organisation: that of the collectivité.
CHEZ = {"sur": "collectivite"}


#: An import lies in a région.
REGIONAL = {"sur": "import"}
IMPORTER, PUBLIER_UN_TEXTE = "fait.importer", "texte.publier"
CONTRAT_VU, LIEN_DU_CONTRAT = f"Contrat {CANARI}", "/contrats/essai-secret/"

TENIR, REDIGER = "perimetre.tenir", "instrument.rediger"
PERIMETRE = {"nature": "projet", "debut": "2020-06-01", "source": "Arrêté d’essai", "membres": "98101"}
RAISON = {"motif": "Faute de frappe."}

#: The instruments of the world: no kind of their dispositif, no period.
CAMPAGNE = ("calpae", "forme-convention", "sans-date")

COLONNES_D_IMPORT = {
    "colonne_0": "territoire",
    "colonne_1": "dispositif",
    "colonne_4": "date",
    "colonne_5": "source",
    "colonne_6": "adresse",
}

ADRESSES: dict[str, Adresse] = {
    # --- Without an account
    "france": publique(),
    "tableau_csv": publique(),
    "tableau_xlsx": publique(),
    "tableau_ods": publique(),
    "tableau_json": publique(),
    "tableau_colonnes": publique(),
    "regions": publique(),
    "region": publique(region),
    "departements": publique(),
    "territoire": publique(territoire),
    "recherche": publique(),
    "sources": publique(),
    "donnees": publique(),
    "archive": publique(),
    "source": publique(registre),
    "chronologie": publique(),
    "dispositifs": publique(),
    "dispositif": publique(lambda o: ("calpae",)),
    "calendrier": publique(lambda o: ("calpae",)),
    "texte": publique(lambda o: ("instruction-2020-10-20",)),
    "mesures": publique(),
    "indicateurs": publique(),
    "indicateur": publique(lambda o: ("rsa-orientation-un-mois",)),
    "methode": publique(),
    "verifier": publique(),
    "acte_public": publique(instrument),
    "acte_public_pdf": publique(instrument),
    "acte_public_original": publique(instrument),
    "verifier_essai": publique(lambda o: ("original-signe",)),
    "glossaire": publique(),
    "actualites": publique(),
    "actualite": publique(registre),
    "mentions_legales": publique(),
    "accessibilite": publique(),
    "choisir_date": publique(),
    "sante": publique(),
    "robots": publique(),
    # --- One's own account, and the doors to it
    "comptes_de_demonstration": porte(),
    "mon_compte": compte(),
    "sessions_fermer": compte(methodes=ENVOI),
    "connexion": porte(),
    "deconnexion": porte(methodes=ENVOI),
    "second_facteur": porte(),
    "second_facteur_installer": compte(),
    "codes_de_secours": compte(),
    "mot_de_passe": compte(),
    "mot_de_passe_oublie": porte(),
    "mot_de_passe_envoye": porte(),
    "mot_de_passe_nouveau": porte(lambda o: (o.contrat, o.instrument)),
    "invitation": porte(contrat),
    "proconnect": porte(),
    "proconnect_retour": porte(),
    "proconnect_sortie": porte(),
    "agenda_abonnement": compte(),
    "agenda": porte(contrat),
    "messages": compte(),
    "colonnes_retenir": compte(methodes=ENVOI),
    "travaux": compte(),
    "travail_exporter": compte(methodes=ENVOI),
    "travail": compte(autre("import")),
    "travail_fichier": compte(autre("import")),
    "lot_lancer": compte(lambda o: CAMPAGNE, methodes=ENVOI),
    "lot": compte(autre("import")),
    "lot_arreter": compte(autre("import"), methodes=ENVOI),
    "lot_reprendre": compte(autre("import"), methodes=ENVOI),
    "lot_archive": compte(autre("import")),
    # --- Within reach
    "campagnes": liste(f'href="/campagnes/{"/".join(CAMPAGNE)}/"'),
    "campagne": liste(f"Instrument {CANARI} en_negociation", args=lambda o: CAMPAGNE),
    "echeances": liste('value="essai-secret"'),
    "equipe": liste(f"Essai {A_RENOUVELER} {CANARI}", choix=f"?q={A_RENOUVELER}", **CHEZ),
    "accueil": liste(f"Instrument {CANARI} en_negociation"),
    "contrats": liste(LIEN_DU_CONTRAT),
    "ma_region": liste(""),
    "conventions_de_la_region": liste(LIEN_DU_CONTRAT, args=region),
    "note_de_la_region": liste(f"Instrument {CANARI}", args=region),
    "circulaires": liste("Instruction pour ici"),
    # --- For whoever may do it somewhere
    "contrats_export": generale("dossier.exporter", args=lambda o: ("xlsx",), montre=CONTRAT_VU),
    "faits_export": generale("dossier.exporter", args=lambda o: ("json",), montre="Communiqué d’essai"),
    "contrats_colonnes": generale("dossier.exporter", args=lambda o: ("faits",)),
    "contrat_ouvrir": generale(
        "instrument.ouvrir",
        methodes=FORMULAIRE,
        donnees={
            "territoire": "981D",
            "genre": "calpae/avenant-annuel",
            "intitule": "Avenant d’essai (fictif)",
        },
    ),
    "equipe_inviter": generale(
        "mandat.inviter",
        methodes=FORMULAIRE,
        donnees={
            "courriel": "quelqu.un@exemple.test",
            "fonction": "finances",
            "organisation": SERVICE,
            "debut": "2020-07-01",
            "titre": "titulaire",
        },
        **CHEZ,
    ),
    "organisations": generale(GERER, montre=SERVICE, choix=f"?q={SERVICE}"),
    "organisation_creer": generale(
        GERER, methodes=FORMULAIRE, donnees={"nom": "Association d’essai", "genre": "association"}
    ),
    "referentiels": generale(
        "referentiel.tenir",
        methodes=FORMULAIRE,
        donnees={"texte": REFERENTIEL.read_text(encoding="utf-8"), "geste": "appliquer"},
    ),
    "circulaire_nouvelle": generale(
        PUBLIER_UN_TEXTE,
        methodes=FORMULAIRE,
        donnees={
            "reference": "Instruction d’essai",
            "titre": "Essai",
            "date": "2020-06-29",
            "resume": "Rien.",
            "dispositifs": un_dispositif,
        },
    ),
    "circulaire_modifier": generale(
        PUBLIER_UN_TEXTE,
        args=autre("preparee"),
        methodes=FORMULAIRE,
        donnees={
            "reference": "Instruction d’essai",
            "titre": "Essai",
            "date": "2020-06-29",
            "resume": "Rien.",
            "dispositifs": un_dispositif,
        },
    ),
    "circulaire_acte": generale(
        PUBLIER_UN_TEXTE,
        args=lambda o: (o.autres["preparee"], "publier"),
        methodes=ENVOI,
        sans_donnees=True,
    ),
    "imports": generale(IMPORTER, montre=f"{CANARI} ici import.csv", **REGIONAL),
    "import_modele": generale(IMPORTER, args=lambda o: ("faits",), **REGIONAL),
    "import_nouveau": generale(
        IMPORTER,
        methodes=FORMULAIRE,
        donnees={"destination": "faits", "region": "R97T", "fichier": tableur},
        **REGIONAL,
    ),
    "perimetres": generale(TENIR, montre="Périmètre ici (fictif)"),
    "perimetre_creer": generale(
        TENIR, methodes=FORMULAIRE, donnees=PERIMETRE | {"nom": "Périmètre neuf (fictif)"}
    ),
    # --- One object
    "perimetre_composition": objet(
        TENIR,
        autre("perimetre"),
        methodes=FORMULAIRE,
        donnees={"debut": "2020-06-30", "source": "Avenant d’essai", "membres": "98102"},
    ),
    "perimetre_recomposer": objet(
        TENIR, autre("perimetre"), methodes=FORMULAIRE, donnees=RAISON | {"membres": "98102"}
    ),
    "perimetre_corriger": objet(
        TENIR,
        autre("perimetre"),
        methodes=FORMULAIRE,
        donnees=RAISON | {"nom": "Autre nom", "nature": "bassin"},
    ),
    "perimetre_clore": objet(
        TENIR, autre("perimetre"), methodes=FORMULAIRE, donnees=RAISON | {"fin": "2020-06-30"}
    ),
    "import": objet(IMPORTER, autre("import"), montre=f"{CANARI} ici import.csv", **REGIONAL),
    "import_colonnes": objet(
        IMPORTER, autre("import"), methodes=FORMULAIRE, donnees=COLONNES_D_IMPORT, **REGIONAL
    ),
    "import_publier": objet(IMPORTER, autre("import"), methodes=ENVOI, sans_donnees=True, **REGIONAL),
    "import_abandonner": objet(IMPORTER, autre("import"), methodes=ENVOI, sans_donnees=True, **REGIONAL),
    "import_annuler": objet(
        IMPORTER, autre("import_publie"), methodes=ENVOI, donnees={"motif": "Reçu par erreur."}, **REGIONAL
    ),
    "import_retour": objet(IMPORTER, autre("import"), **REGIONAL),
    "dossier": objet(LIRE, contrat, montre=CONTRAT_VU),
    "circulaire": objet(LIRE, autre("circulaire"), montre="Ce qui change pour ici"),
    "circulaire_accuser": objet(
        "texte.accuser_etat",
        lambda o: (o.autres["circulaire"], o.autres["accuse_etat"]),
        methodes=ENVOI,
        sans_donnees=True,
    ),
    "echanger": objet("echange.ecrire", contrat, methodes=ENVOI, donnees={"texte": MESSAGE}),
    "instrument": objet(LIRE, instrument, montre=f"Instrument {CANARI}"),
    "histoire": objet("journal.lire", contrat),
    "versions": objet(LIRE, instrument),
    "sceau": objet("instrument.sceller", instrument),
    "sceau_annuler": objet("instrument.sceller", instrument),
    "publication": objet("instrument.publier", instrument),
    **{f"{nom}_pdf": objet(LIRE, instrument) for nom in PIECES},
    "acte_docx": objet(LIRE, instrument),
    "fiche_pdf": objet(LIRE, fiche),
    "dossier_de_seance": objet(LIRE, instrument),
    "contenu_xlsx": objet("dossier.exporter", instrument),
    "contenu_ods": objet("dossier.exporter", instrument),
    "fiches": objet(LIRE, instrument, montre=f"Fiche {CANARI}"),
    "fiche": objet(LIRE, fiche, montre=f"Public {CANARI}"),
    "fiches_reprendre": objet(
        REDIGER, instrument, methodes=FORMULAIRE, donnees=lambda o: {"fiche": o.autres["a_reprendre"]}
    ),
    "fiche_a_reprendre": objet(REDIGER, lambda o: (*instrument(o), o.autres["a_reprendre"])),
    "classeur": objet(REDIGER, instrument, methodes=FORMULAIRE, donnees=le_classeur),
    "fiche_pieces": objet(
        REDIGER,
        fiche,
        methodes=ENVOI,
        donnees=lambda o: {"geste": "joindre", "document": o.autres["document"]},
    ),
    "fiche_deplacer": objet(REDIGER, fiche, methodes=ENVOI, donnees={"sens": "monter"}),
    "fiche_retirer": objet(REDIGER, fiche, methodes=FORMULAIRE, sans_donnees=True),
    "financement": objet(LIRE, instrument, montre=f"Financeur {CANARI}"),
    "financeurs": objet(
        REDIGER, instrument, methodes=ENVOI, donnees={"geste": "ajouter", "libelle": "CAF", "cote": "autre"}
    ),
    "financement_ligne": objet(
        REDIGER,
        instrument,
        methodes=ENVOI,
        donnees=lambda o: {
            "fiche": o.autres["fiche"],
            "financeur": o.autres["financeur"],
            "exercice": "2020",
            "nature": "credit",
            "imputation": "304-19",
            "montant": "12,50",
        },
    ),
    "cibles": objet(LIRE, instrument, montre=f"Fiche {CANARI}"),
    "cibles_lignes": objet(
        REDIGER,
        instrument,
        methodes=ENVOI,
        donnees=lambda o: {"geste": "retirer", "cible": o.autres["cible"]},
    ),
    "articles": objet(LIRE, instrument, montre=f"Clause {CANARI}"),
    "manques": objet(LIRE, instrument, montre=f"Fiche {CANARI}"),
    "moments": objet(LIRE, instrument),
    "documents": objet("document.lire", contrat),
    "document": objet("document.lire", autre("document")),
    "document_vignette": objet("document.lire", autre("document")),
    "document_retirer": objet(
        "document.retirer", autre("document"), methodes=FORMULAIRE, donnees={"motif": "Reçu par erreur."}
    ),
    "mandat": objet(LIRE, autre("mandat"), **CHEZ),
    "mandat_terminer": objet(
        "mandat.terminer", autre("mandat"), methodes=FORMULAIRE, donnees={"fin": "2020-07-31"}, **CHEZ
    ),
    "mandat_renouveler": objet(
        "mandat.inviter",
        autre("mandat"),
        methodes=FORMULAIRE,
        donnees={"fin": "2021-12-31"},
        sans_donnees=True,
        **CHEZ,
    ),
    "mandat_passer": objet(
        "mandat.terminer",
        autre("mandat"),
        methodes=FORMULAIRE,
        donnees={"courriel": "qui.suit@exemple.test", "le": "2020-07-01", "titre": "titulaire"},
        **CHEZ,
    ),
    "invitation_retirer": objet(
        "mandat.inviter", autre("invitation"), methodes=ENVOI, sans_donnees=True, **CHEZ
    ),
    "organisation": objet(LIRE, autre("organisation"), **CHEZ),
    "organisation_nommer": objet(
        GERER,
        autre("organisation"),
        methodes=FORMULAIRE,
        donnees={"nom": "Nouveau nom", "debut": "2020-07-01"},
        **CHEZ,
    ),
    "organisation_numeroter": objet(
        GERER,
        autre("organisation"),
        methodes=FORMULAIRE,
        donnees={"siren": "732829320"},
        sans_donnees=True,
        **CHEZ,
    ),
    "organisation_reunir": objet(
        GERER, autre("organisation"), methodes=FORMULAIRE, donnees={"dans": "essai-983d-collectivite"}, **CHEZ
    ),
    "organisation_transferer": objet(
        GERER,
        autre("organisation"),
        methodes=FORMULAIRE,
        donnees={"destination": "essai-981d-autre", "le": "2020-07-01"},
        fait=409,  # what moves is read before it is moved
        **CHEZ,
    ),
    "personne_oublier": objet(
        "personne.oublier", autre("personne"), methodes=FORMULAIRE, donnees={"compris": "on"}, **CHEZ
    ),
}
#: The addresses whose sending needs another capability than their reading, or that are tried on another object.
AUSSI: tuple[tuple[str, Adresse], ...] = (
    (
        "circulaire_accuser",
        objet(
            "texte.accuser_collectivite",
            lambda o: (o.autres["circulaire"], o.autres["accuse_collectivite"]),
            methodes=ENVOI,
            sans_donnees=True,
        ),
    ),
    (
        "circulaire_accuser",
        objet(
            "texte.accuser_region",
            lambda o: (o.autres["circulaire"], o.autres["accuse_region"]),
            methodes=ENVOI,
            sans_donnees=True,
            **REGIONAL,
        ),
    ),
    ("fiches", objet(REDIGER, instrument, methodes=ENVOI, donnees={"intitule": "Fiche neuve"})),
    ("fiche", objet(REDIGER, fiche, methodes=ENVOI, donnees={"intitule": "Autre intitulé"})),
    (
        "financement",
        objet(
            REDIGER,
            instrument,
            methodes=ENVOI,
            donnees=lambda o: {f"m/{o.autres['fiche']}/{o.autres['financeur']}/2020/credit/": "10"},
        ),
    ),
    (
        "cibles",
        objet(REDIGER, instrument, methodes=ENVOI, donnees=lambda o: {f"{o.autres['cible']}/2020": "70"}),
    ),
    (
        "articles",
        objet(
            REDIGER,
            instrument,
            methodes=ENVOI,
            donnees=lambda o: {"geste": "retirer", "reference": o.autres["clause"]},
        ),
    ),
    (
        "manques",
        objet(REDIGER, instrument, methodes=ENVOI, donnees={"regle": "calpae-socle", "motif": "Essai."}),
    ),
    (
        "mandat_terminer",
        objet("mandat.terminer", autre("mandat"), methodes=ENVOI, donnees={"fin": "2020-07-31"}, sur="etat"),
    ),
    (
        "documents",
        objet(
            "document.deposer",
            contrat,
            methodes=ENVOI,
            donnees={"titre": "Avis d’essai", "genre": "avis", "fichier": lambda: piece("avis.png")},
        ),
    ),
)


def rangees() -> list[tuple[str, Adresse]]:
    """Every row, with the name of its address."""
    return [*ADRESSES.items(), *AUSSI]


#: The address of the acts of the circuit: one row an act, whose capability is that of the document.
ACTE = "acte"
