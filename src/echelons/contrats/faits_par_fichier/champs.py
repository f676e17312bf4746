"""The columns of the table of facts: what a row of a spreadsheet says of an instrument."""

from __future__ import annotations

from echelons.contrats.faits_par_fichier.cadre import (
    sont_des_contrats,
    sont_des_dispositifs,
    sont_des_signataires,
)
from echelons.contrats.models import Fait, Instrument
from echelons.socle.imports.champs import Champ
from echelons.socle.imports.valeurs import UN_JOUR, UNE_DATE, adresse, choix, date_source, jour, texte
from echelons.socle.models import PrecisionDate

#: The facts that a row can state: no amount, which says much more than a date.
TYPES = [t for t in Fait.Type if t != Fait.Type.MONTANT]
FAITS = {str(t.label): str(t.value) for t in TYPES}
INSTRUMENTS = {str(t.label): str(t.value) for t in Instrument.Type}
PRECISIONS = {str(t.label): str(t.value) for t in PrecisionDate}
AUTRES_PRECISIONS = {"jour": "jour", "mois": "mois", "exacte": "jour", "non connue": "inconnue"}
#: Under such a heading people write the code of a contract, its title, its dispositif or its signatory.
DITS_CONTRAT = ("contrat", "contrats", "contrat concerné")
AUTRES_FAITS = {
    "signée": "signature",
    "délibérée": "deliberation",
    "transmise": "transmission",
    "signé": "signature",
}

CHAMPS = (
    Champ(
        "territoire",
        "Territoire",
        texte(200),
        "le nom ou le code d’un signataire",
        (
            "département",
            "collectivité",
            "conseil départemental",
            "signataire",
            "code",
            "code département",
            "territoires",
        ),
        requis=True,
        exemple="Nord (59)",
        homonymes=DITS_CONTRAT,
        reconnait=sont_des_signataires,
    ),
    Champ(
        "dispositif",
        "Dispositif",
        texte(200),
        "le nom ou le code d’un dispositif",
        ("programme", "type de contrat", "contractualisation", "cadre"),
        requis=True,
        exemple="calpae",
        homonymes=DITS_CONTRAT,
        reconnait=sont_des_dispositifs,
    ),
    Champ(
        "instrument",
        "Type d’instrument",
        choix(INSTRUMENTS),
        "le type de l’instrument\u00a0; vide\u00a0: celui que le dispositif fait signer",
        ("instrument", "acte", "document", "nature de l’acte"),
        exemple="convention",
    ),
    Champ(
        "cle",
        "Clé de l’instrument",
        texte(40),
        "le numéro de l’avenant, ou la clé de l’instrument",
        ("numéro", "n°", "numéro d’avenant", "numéro de l’instrument"),
        exemple="1",
    ),
    Champ(
        "fait",
        "Fait",
        choix(FAITS, AUTRES_FAITS),
        "ce qui s’est passé\u00a0; vide\u00a0: signature",
        ("type de fait", "événement", "étape"),
        exemple="Signature",
    ),
    Champ(
        "partie",
        "Partie",
        texte(200),
        "qui a signé\u00a0: «\u00a0État\u00a0», ou une collectivité du contrat\u00a0; vide\u00a0: toutes les parties",
        ("signataire de la partie", "signé par", "qui", "parties"),
        exemple="",
    ),
    Champ(
        "date",
        "Date",
        date_source,
        UNE_DATE,
        (
            "date de signature",
            "signée le",
            "signé le",
            "signature",
            "jour",
            "date de la signature",
            "date signature",
        ),
        exemple="18/12/2018",
    ),
    Champ(
        "precision",
        "Précision de la date",
        choix(PRECISIONS, AUTRES_PRECISIONS),
        "au jour près, au mois près, au plus tard, ou inconnue",
        ("précision", "fiabilité de la date"),
        exemple="au jour près",
    ),
    Champ(
        "source",
        "Source",
        texte(300),
        "le titre du document qui le dit",
        ("titre de la source", "référence", "document source", "origine"),
        exemple="Communiqué de la préfecture",
    ),
    Champ(
        "editeur",
        "Éditeur",
        texte(200),
        "qui publie la source",
        ("éditeur de la source", "organisme"),
        exemple="",
    ),
    Champ(
        "adresse",
        "Adresse de la source",
        adresse,
        "l’adresse de la page, qui commence par https://",
        ("lien", "url", "adresse", "site", "lien de la source"),
        exemple="https://www.exemple.fr/communique",
    ),
    Champ(
        "publiee_le",
        "Source publiée le",
        jour,
        UN_JOUR,
        ("date de publication", "publiée le", "date de la source"),
        exemple="20/12/2018",
    ),
    Champ(
        "cles",
        "Clés des sources",
        texte(500),
        "des sources déjà connues, séparées par des points-virgules",
        ("clé de la source", "sources connues"),
        exemple="",
    ),
    Champ(
        "texte",
        "Remarque",
        texte(2000),
        "une remarque",
        ("commentaire", "observation", "texte", "note"),
        exemple="",
    ),
    Champ(
        "contrat",
        "Code du contrat",
        texte(80),
        "le code ou l’intitulé d’un contrat connu\u00a0; vide\u00a0: celui du territoire",
        ("code contrat", "intitulé du contrat", "nom du contrat"),
        exemple="",
        homonymes=DITS_CONTRAT,
        reconnait=sont_des_contrats,
    ),
)
