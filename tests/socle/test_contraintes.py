"""Each named constraint refuses in SQL what its model says: here, bulk writes that no model checks."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import CheckConstraint, F, Model

from echelons.acteurs.models import Mandat
from echelons.contrats.models import (
    Contrat,
    Deliberation,
    Destinataire,
    Document,
    Fait,
    Instrument,
    Partie,
    SignatureDePartie,
    VersionDuTexte,
)
from echelons.publication.models import Article
from echelons.socle.horloge import maintenant
from echelons.socle.models import (
    ColonnesRetenues,
    CorrespondanceRetenue,
    Ecriture,
    ElementImporte,
    Envoi,
    Import,
    Message,
    Revision,
    Source,
    Tache,
    TeteDuJournal,
)
from echelons.strategie.models import (
    ArticleDeModele,
    Axe,
    ChampDeFiche,
    Circulaire,
    Competence,
    CompteOfficiel,
    Demande,
    DeplacementPrevu,
    Dispositif,
    EcheancePrevue,
    EditionDeTexte,
    Enveloppe,
    Evenement,
    Exercice,
    GenreInstrument,
    Indicateur,
    Mesure,
    NatureAction,
    Objectif,
    PartieAttendue,
    Redatage,
    Regle,
    RegleEcheance,
    Strategie,
    TexteReference,
    Vague,
    VersionIndicateur,
    Volet,
)
from tests.contrats.contenu import contraintes as des_contenus
from tests.contrats.scene import Scene, territoire
from tests.fabriques import Dossier, dispositif, dossier

pytestmark = pytest.mark.django_db

# The rooms tried here; the territories are tried in their own folder.
SALLES = ("socle", "strategie", "contrats", "publication")
VEILLE, JOUR = dt.date(2019, 6, 29), dt.date(2019, 6, 30)


def ajouter(modele: type[Model], **valeurs: Any) -> None:
    """Insert a row without any check but those of SQL."""
    modele._default_manager.bulk_create([modele(**valeurs)])


def fait(d: Dossier, **valeurs: Any) -> None:
    ordinaires = {
        "contrat": d.contrat,
        "type": "rapport",
        "jour": JOUR,
        "precision": "jour",
        "connu_le": JOUR,
        "enregistre_le": maintenant(),
        "empreinte": "e",
    }
    ajouter(Fait, **ordinaires | valeurs)


def strategique(modele: type[Model], **valeurs: Any) -> None:
    communes = {
        Strategie: {"code": "s", "nom": "S", "resume": "", "debut": JOUR},
        Dispositif: {"code": "d", "strategie": dispositif().strategie, "debut": JOUR},
        CompteOfficiel: {
            "dispositif": dispositif(), "valeur": 1, "quoi": "regions", "etat": "engages", "connu_le": JOUR,
        },
        Evenement: {"code": "e", "echelon": "national", "titre": "E", "connu_le": JOUR},
        Enveloppe: {"dispositif": dispositif(), "libelle": "E", "connu_le": JOUR},
        Objectif: {"dispositif": dispositif(), "libelle": "O", "echeance": JOUR},
    }  # fmt: skip
    ajouter(modele, **communes[modele] | valeurs)


def deux_comptes(_: Dossier) -> None:
    for libelle in "ab":
        strategique(CompteOfficiel, jour=JOUR, precision="jour", libelle=libelle)


def deux_objectifs(_: Dossier) -> None:
    texte = TexteReference.objects.create(code="t", reference="T", titre="T", date=JOUR, resume="")
    for libelle in "ab":
        strategique(Objectif, texte=texte, libelle=libelle)


def deux_instruments(d: Dossier) -> None:
    for intitule in "ab":
        ajouter(Instrument, contrat=d.contrat, cle="a", type="avenant", intitule=intitule)


def se_remplacer(d: Dossier) -> None:
    Fait.objects.filter(pk=d.fait("rapport", "2019-06-30").pk).update(remplace=F("pk"))


def deux_faits(d: Dossier, *differences: dict[str, Any], **communs: Any) -> None:
    for difference in differences:
        fait(d, **communs | difference)


def deux_signatures(d: Dossier, *differences: dict[str, Any], **communs: Any) -> None:
    signature = {"type": "signature", "instrument": d.instrument(), "partie": d.parties["État"]}
    deux_faits(d, *differences, **signature | communs)


def version(d: Dossier, **valeurs: Any) -> VersionDuTexte:
    ordinaires = {"rang": 1, "texte": "T", "empreinte": "e", "instant": maintenant()}
    ajouter(VersionDuTexte, instrument=d.instrument(), **ordinaires | valeurs)
    return VersionDuTexte.objects.get(instrument=d.instrument())


def vote(d: Dossier, **valeurs: Any) -> None:
    ordinaires = {"issue": "adoptee", "organe": "assemblee", "numero": "1", "date": JOUR}
    qui = {"instrument": d.instrument(), "partie": d.contrat.parties.first(), "texte": version(d)}
    ajouter(Deliberation, **ordinaires | qui | valeurs)


def deux_signatures_d_un_texte(d: Dossier) -> None:
    mandat = Mandat.objects.get(personne=Scene().compte("prefet").personne)
    qui = {"instrument": d.instrument(), "partie": d.contrat.parties.first(), "texte": version(d)}
    for _ in range(2):
        ajouter(SignatureDePartie, **qui, mandat=mandat, date=JOUR)


def ecriture(numero: int, **valeurs: Any) -> None:
    communes = {
        "numero": numero, "instant": maintenant(), "date_metier": JOUR, "objet_type": "o", "objet_ref": "1", "rang": 1,
        "acte": "a", "donnees": {}, "forme": 1, "precedente": "", "empreinte": f"e{numero}",
    }  # fmt: skip
    ajouter(Ecriture, **communes | valeurs)


def document(d: Dossier, **valeurs: Any) -> None:
    ordinaires = {
        "genre": "autre", "titre": "T", "nom": "t.pdf", "type": "pdf", "taille": 10, "empreinte": "e",
        "antivirus": "absent", "depose_le": maintenant(),
    }  # fmt: skip
    mandat = Mandat.objects.get(personne=Scene().compte("instructeur").personne)
    ajouter(Document, contrat=d.contrat, mandat=mandat, **ordinaires | valeurs)


def envoi(numero: int, **valeurs: Any) -> None:
    communes = {"destinataire": "1", "jour": JOUR, "identifiant": f"i{numero}", "prepare_le": maintenant()}
    ajouter(Envoi, **communes | valeurs)


def regle(**valeurs: Any) -> RegleEcheance:
    communes = {"code": "r", "dispositif": dispositif(), "libelle": "R", "nature": "rapport", "ancre": "date"}
    ajouter(RegleEcheance, **communes | {"date": JOUR} | valeurs)
    return RegleEcheance.objects.get(code="r")


def deux_redatages(_: Dossier) -> None:
    echeance = regle()
    ajouter(TexteReference, code="t", reference="T", titre="T", date=JOUR, resume="")
    for _ in range(2):
        ajouter(Redatage, regle=echeance, texte=TexteReference.objects.get(code="t"), date=JOUR)


def deux_fois(modele: type[Model], **valeurs: Any) -> Callable[[Dossier], None]:
    """The same row of a dispositif, twice."""

    def ajouter_deux_fois(_: Dossier) -> None:
        for _i in range(2):
            ajouter(modele, dispositif=dispositif(), **valeurs)

    return ajouter_deux_fois


def volet(**valeurs: Any) -> None:
    communes = {"dispositif": dispositif(), "code": "v", "rang": 1, "genre": "volet", "libelle": "V"}
    ajouter(Volet, **communes | valeurs)


def champ_de_fiche(**valeurs: Any) -> None:
    ordinaires = {"dispositif": dispositif(), "code": "c", "rang": 1, "libelle": "C", "type": "ligne"}
    ajouter(ChampDeFiche, **ordinaires | valeurs)


def article_de_modele() -> None:
    forme = {"forme": "convention", "effet_le": JOUR, "titre": "A", "contenu": "A"}
    ajouter(ArticleDeModele, dispositif=dispositif(), code="a", rang=1, **forme)


def indicateur() -> Indicateur:
    trouve = Indicateur.objects.filter(code="essai").first()
    return trouve or Indicateur.objects.create(code="essai", strategie=dispositif().strategie)


def version_d_indicateur(**valeurs: Any) -> None:
    communes = {
        "indicateur": indicateur(), "effet_le": JOUR, "libelle": "I", "definition": "D", "nature": "flux",
        "unite": "u", "sens": "hausse", "periodicite": "annuelle", "entre_territoires": "somme",
        "dans_le_temps": "somme",
    }  # fmt: skip
    ajouter(VersionIndicateur, **communes | valeurs)


def competence(**valeurs: Any) -> None:
    mesure, _ = Mesure.objects.get_or_create(
        code="essai", defaults={"strategie": dispositif().strategie, "libelle": "M", "description": "D"}
    )
    communes = {"mesure": mesure, "rang": 1, "niveau": "etat", "dispositif": dispositif(), "debut": JOUR}
    ajouter(Competence, **communes | valeurs)


def deux_axes(_: Dossier) -> None:
    for rang in (1, 2):
        ajouter(Axe, strategie=dispositif().strategie, code="a", rang=rang, libelle="A")


ANNEES_INVERSES = {"exercice_debut": 2021, "exercice_fin": 2020}
INVERSE = {"debut": JOUR, "fin": VEILLE}


def circulaire(**valeurs: Any) -> Circulaire:
    ordinaires = {"code": "c", "reference": "C", "titre": "C", "date": JOUR, "resume": "C"}
    ajouter(Circulaire, **(ordinaires | valeurs))
    return Circulaire.objects.get(code="c")


def une_circulaire() -> Circulaire:
    return Circulaire.objects.filter(code="c").first() or circulaire()


def deplacement() -> None:
    regle_, _ = RegleEcheance.objects.get_or_create(
        code="d", defaults={"dispositif": dispositif(), "libelle": "D", "nature": "fin", "date": JOUR}
    )
    ajouter(DeplacementPrevu, circulaire=une_circulaire(), regle=regle_, date=JOUR)


def prevue() -> None:
    ajouter(
        EcheancePrevue,
        circulaire=une_circulaire(),
        rang=1,
        dispositif=dispositif(),
        libelle="P",
        nature="fin",
        date=JOUR,
    )


def edition() -> EditionDeTexte:
    texte, _ = TexteReference.objects.get_or_create(
        code="t", defaults={"reference": "T", "titre": "T", "date": JOUR, "resume": "T"}
    )
    ajouter(EditionDeTexte, texte=texte, rang=1, nature="publication", le=JOUR)
    return EditionDeTexte.objects.get(texte=texte)


def premiere_edition() -> EditionDeTexte:
    return EditionDeTexte.objects.filter(texte__code="t").first() or edition()


def adresse(d: Dossier, **valeurs: Any) -> None:
    ajouter(Destinataire, edition=premiere_edition(), partie=d.contrat.parties.earliest("pk"), **valeurs)


def depose(**valeurs: Any) -> Import:
    connu = Import.objects.filter(nom="i.csv").first()
    if connu is None:
        ordinaires = {"destination": "faits", "nom": "i.csv", "genre": "csv", "taille": 1, "empreinte": "e"}
        ajouter(Import, antivirus="absent", depose_le=maintenant(), **(ordinaires | valeurs))
    return Import.objects.get(nom="i.csv")


def tache(**valeurs: Any) -> None:
    ordinaires = {"genre": "g", "cle": "c", "intitule": "T", "parametres": {}, "compte": "1", "mandat": "1"}
    ajouter(Tache, jour=JOUR, demandee_le=maintenant(), **(ordinaires | valeurs))


def retenue() -> None:
    ajouter(CorrespondanceRetenue, organisation="o", destination="faits", entete="e")


REFUS: dict[str, Callable[[Dossier], None]] = {
    "socle_source_a_une_adresse": lambda _: ajouter(Source, cle="s", titre="S", editeur="S", adresse=""),
    "socle_revision_unique": lambda _: ajouter(Revision, pk=2),
    "strategie_strategie_periode": lambda _: strategique(Strategie, fin=VEILLE),
    "strategie_dispositif_periode": lambda _: strategique(Dispositif, fin=VEILLE),
    "strategie_objectif_unique": deux_objectifs,
    "strategie_compteofficiel_date_et_precision": lambda _: strategique(CompteOfficiel, precision="jour"),
    "strategie_compte_unique": deux_comptes,
    "strategie_evenement_date_et_precision": lambda _: strategique(
        Evenement, jour=JOUR, precision="inconnue"
    ),
    "strategie_enveloppe_exercices": lambda _: strategique(Enveloppe, exercice_debut=2021, exercice_fin=2020),
    "strategie_enveloppe_montant_positif": lambda _: strategique(Enveloppe, montant=-1),
    "contrats_partie_unique": lambda d: ajouter(Partie, contrat=d.contrat, role="ars", libelle="État"),
    "contrats_partie_territoire_de_collectivite": lambda d: ajouter(
        Partie, contrat=d.contrat, role="collectivite", libelle="Une autre"
    ),
    "contrats_partie_periode": lambda d: ajouter(
        Partie, contrat=d.contrat, role="ars", libelle="A", **INVERSE
    ),
    "contrats_instrument_unique": deux_instruments,
    "contrats_instrument_periode": lambda d: ajouter(
        Instrument, contrat=d.contrat, cle="a", type="avenant", intitule="A", **INVERSE
    ),
    "contrats_fait_date_et_precision": lambda d: fait(d, jour=None, precision="mois"),
    "contrats_fait_exercices": lambda d: fait(
        d, type="montant", montant=1, exercice_debut=2021, exercice_fin=2020
    ),
    "contrats_fait_montant_positif": lambda d: fait(d, type="montant", montant=-1),
    "contrats_fait_ne_se_remplace_pas": se_remplacer,
    "contrats_fait_signature_d_une_partie": lambda d: fait(d, type="signature", instrument=d.instrument()),
    "contrats_fait_montant_si_montant": lambda d: fait(d, montant=1),
    "contrats_fait_unique_sans_partie": lambda d: deux_faits(d, {}, {}),
    "contrats_fait_unique_par_partie": lambda d: deux_signatures(d, {}, {}),
    "contrats_fait_cle_unique_sans_partie": lambda d: deux_faits(d, {"empreinte": "f"}, {}, cle="a"),
    "contrats_fait_cle_unique_par_partie": lambda d: deux_signatures(d, {"empreinte": "f"}, {}, cle="a"),
    "contrats_fait_periode": lambda d: fait(d, type="non_signataire", jusqu_au=VEILLE),
    "contrats_instrument_etat_et_version": lambda d: ajouter(
        Instrument, contrat=d.contrat, cle="a", type="avenant", intitule="A", etat="projet"
    ),
    "contrats_version_ecrite": lambda d: version(d, texte=""),
    "contrats_version_unique": lambda d: [version(d), version(d)],
    "contrats_signature_unique": deux_signatures_d_un_texte,
    "contrats_deliberation_executoire": lambda d: vote(d, transmise_le=JOUR),
    "socle_ecriture_rang_unique": lambda _: [ecriture(1), ecriture(2)],
    "socle_ecriture_premiere_sans_precedente": lambda _: ecriture(1, precedente="p"),
    "socle_tete_unique": lambda _: ajouter(TeteDuJournal, pk=2, nombre=0, cumul="", signature=""),
    "contrats_document_contenu": lambda d: document(d, taille=0),
    "contrats_document_retrait": lambda d: document(d, retire_le=maintenant()),
    "socle_envoi_parti_ou_abandonne": lambda _: envoi(1, envoye_le=maintenant(), abandonne_le=maintenant()),
    "socle_envoi_un_par_jour": lambda _: [envoi(1), envoi(2)],
    "socle_message_ecarte_et_date": lambda _: ajouter(
        Message,
        destinataire="1",
        genre="g",
        objet_type="o",
        objet_ref="1",
        periode="p",
        cle="c",
        ecarte="fait",
        cree_le=maintenant(),
    ),
    "strategie_regle_date_ou_evenement": lambda _: regle(ancre="signature", date=JOUR),
    "strategie_redatage_unique": deux_redatages,
    "strategie_axe_unique": deux_axes,
    "strategie_instrument_unique": deux_fois(GenreInstrument, code="i", rang=1, libelle="I", forme="avenant"),
    "strategie_partie_unique": deux_fois(PartieAttendue, code="p", rang=1, libelle="P", role="etat"),
    "strategie_nature_unique": deux_fois(NatureAction, code="n", rang=1, libelle="N"),
    "strategie_vague_unique": deux_fois(Vague, code="v", libelle="V", annee=2018),
    "strategie_exercice_unique": deux_fois(Exercice, annee=2019, regime="civil", debut=VEILLE, fin=JOUR),
    "strategie_exercice_periode": lambda _: ajouter(
        Exercice, dispositif=dispositif(), annee=2019, regime="civil", **INVERSE
    ),
    "strategie_volet_unique": lambda _: [volet(), volet()],
    "strategie_volet_dans": lambda _: volet(genre="objectif"),
    "strategie_volet_periode": lambda _: volet(**INVERSE),
    "strategie_competence_unique": lambda _: [competence(), competence()],
    "strategie_competence_periode": lambda _: competence(fin=VEILLE),
    "strategie_version_unique": lambda _: [version_d_indicateur(), version_d_indicateur()],
    "strategie_version_termes": lambda _: version_d_indicateur(numerateur="N"),
    "strategie_version_quantile": lambda _: version_d_indicateur(quantile="0.5"),
    "strategie_version_operateurs": lambda _: version_d_indicateur(dans_le_temps="maximum"),
    "strategie_demande_unique": lambda _: [
        ajouter(Demande, indicateur=indicateur(), dispositif=dispositif()) for _i in range(2)
    ],
    "strategie_demande_exercices": lambda _: ajouter(
        Demande, indicateur=indicateur(), dispositif=dispositif(), **ANNEES_INVERSES
    ),
    "strategie_regle_exercices": lambda _: ajouter(
        Regle,
        dispositif=dispositif(),
        code="r",
        libelle="R",
        controle={},
        gravite="bloquante",
        **ANNEES_INVERSES,
    ),
    "strategie_circulaire_texte": lambda _: circulaire(etat="publiee"),
    "strategie_deplacement_unique": lambda _: [deplacement(), deplacement()],
    "strategie_echeance_prevue_unique": lambda _: [prevue(), prevue()],
    "strategie_edition_unique": lambda _: [edition(), edition()],
    "contrats_destinataire_partie_ou_region": lambda _: ajouter(Destinataire, edition=edition()),
    "contrats_destinataire_accuse": lambda d: adresse(d, accuse_le=JOUR),
    "contrats_destinataire_partie_unique": lambda d: [adresse(d), adresse(d)],
    "contrats_destinataire_region_unique": lambda _: [
        ajouter(Destinataire, edition=premiere_edition(), region=territoire("R97T", genre="region"))
        for _i in range(2)
    ],
    "socle_import_contenu": lambda _: depose(taille=0),
    "socle_correspondance_unique": lambda _: [retenue(), retenue()],
    "socle_element_importe_unique": lambda _: [
        ajouter(ElementImporte, depuis=depose(), table="t", cle=1) for _i in range(2)
    ],
    "socle_tache_une_a_la_fois": lambda _: [tache(), tache()],
    "socle_tache_finie_et_date": lambda _: tache(etat="faite"),
    "socle_colonnes_retenues_unique": lambda _: [
        ajouter(ColonnesRetenues, compte="1", table="t", colonnes=[]) for _i in range(2)
    ],
    **des_contenus.REFUS,
    "strategie_champ_unique": lambda _: [champ_de_fiche(), champ_de_fiche()],
    "strategie_champ_choix": lambda _: champ_de_fiche(type="choix"),
    "strategie_article_unique": lambda _: [article_de_modele(), article_de_modele()],
    "publication_article_dates": lambda _: ajouter(
        Article, code="a", titre="A", chapo="", corps="", publie_le=JOUR, mis_a_jour_le=VEILLE
    ),
}


def contraintes() -> dict[str, Any]:
    return {
        c.name: c
        for salle in SALLES
        for m in apps.get_app_config(salle).get_models()
        for c in m._meta.constraints
    }


def test_every_named_constraint_is_tried_here():
    assert REFUS.keys() == contraintes().keys()


@pytest.mark.parametrize("nom", sorted(REFUS))
def test_sql_refuses_what_the_constraint_forbids(nom):
    contrat = dossier()
    contrat.instrument()
    with pytest.raises(IntegrityError) as refus, transaction.atomic():
        REFUS[nom](contrat)
    unique_sans_nom = connection.vendor == "sqlite" and not isinstance(contraintes()[nom], CheckConstraint)
    message = str(refus.value)
    # On a table where rows are only added, the guard speaks before the unique key that a row would meet.
    assert ("UNIQUE constraint failed" if unique_sans_nom else nom) in message or (
        unique_sans_nom and "ajout seul" in message
    )


def test_every_check_of_the_rooms_says_in_french_what_is_wrong():
    for nom, contrainte in contraintes().items():
        if isinstance(contrainte, CheckConstraint) and nom != "socle_revision_unique":
            assert str(contrainte.violation_error_message).endswith("."), nom
            assert "Constraint" not in str(contrainte.violation_error_message), nom


def test_the_code_of_a_contract_is_unique_in_sql():
    contrat = dossier().contrat
    copie = {"dispositif": contrat.dispositif, "intitule": "", "perimetre": contrat.perimetre}
    with pytest.raises(IntegrityError), transaction.atomic():
        ajouter(Contrat, code=contrat.code, **copie)
