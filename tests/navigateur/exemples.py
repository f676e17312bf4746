"""What is opened: examples of every named address, and the states of each page that look different."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import URLPattern, get_resolver, reverse

REFERENCE = "00000000-0000-0000-0000-000000000000"
CLS = "contrat-local-solidarites"
TROIS_COLS = "P-pays-des-trois-cols-fictif"
TEXTE_FICTIF = "instruction-fictive-du-11-juin-2019"
PROJET_DE_TEXTE = "projet-dinstruction-fictive-de-juillet-2019"
PROJET_991 = ("calpae-991d", "convention")
SCELLE_993 = ("calpae-993d", "convention")
LISTE_991 = "/contrats/calpae-991d/convention/fiches/"


@dataclass(frozen=True)
class Exemple:
    """One page to open. ``lien`` is followed from there: the reader's way to what has no address known beforehand;
    ``compte`` names the person of the demonstration who opens it."""

    url: str
    nom: str
    args: tuple[str, ...] = ()
    choix: tuple[tuple[str, str], ...] = ()
    statut: int = 200
    lien: str = ""
    compte: str = ""

    @property
    def chemin(self) -> str:
        """The path and query string."""
        return reverse(self.url, args=self.args) + (f"?{urlencode(self.choix)}" if self.choix else "")


def _page(
    url: str, nom: str = "", *args: str, statut: int = 200, lien: str = "", compte: str = "", **choix: str
) -> Exemple:
    return Exemple(url, "-".join(filter(None, (url, nom))), args, tuple(choix.items()), statut, lien, compte)


def _territoire(nom: str, code: str, **choix: str) -> Exemple:
    return _page("territoire", nom, code, **choix)


PAGES = [
    _page("france", "2019-03-01", au="2019-03-01"),
    _page("france", "2019-06-30"),
    _page("france", "2019-12-31", au="2019-12-31"),
    _page("france", "contrats-locaux", dispositif=CLS, au="2026-01-01"),
    _page("france", "connu-en-2019", au="2019-06-30", connu="2019-09-01"),
    _page("france", "filtree", au="2019-12-31", region="R32", tri="date"),
    _page("france", "filtre-vide", au="2019-03-01", region="R06", classe="non_signataire"),
    _page("france", "date-refusee", au="0000-01-01", statut=400),
    _page("tableau_colonnes", au="2019-06-30"),
    _page("regions"),
    _page("regions", "date-refusee", au="demain", statut=400),
    _page("region", "hauts-de-france", "R32", au="2019-03-01"),
    _page("region", "hauts-de-france-contrats-locaux", "R32", dispositif=CLS, au="2026-01-01"),
    _page("region", "ile-de-france", "R11"),
    _page("region", "auvergne-rhone-alpes", "R84", au="2019-12-31"),
    _page("region", "grand-est-alsace", "R44", au="2021-06-01"),
    _page("region", "mayotte", "R06"),
    _page("region", "fictive", "R99"),
    _page("region", "inconnue", "R00", statut=404),
    _page("departements"),
    _page("departements", "date-refusee", au="31/02/2019", statut=400),
    _territoire("nord", "59D", au="2019-03-01"),
    _territoire("pas-de-calais", "62D", au="2019-03-01"),
    _territoire("bas-rhin", "67D", au="2019-03-01"),
    _territoire("alsace", "6AE", dispositif="calpae", au="2021-06-01"),
    _territoire("metropole-de-lyon", "69M", au="2019-12-31"),
    _territoire("paris", "75C", au="2019-12-31"),
    _territoire("fictif", "990D"),
    _territoire("epci", "243100518", au="2020-12-31"),
    _territoire("epci-au-long-nom", "244400610"),
    _territoire("commune", "59350", au="2019-12-31"),
    _territoire("commune-au-long-nom", "51513"),
    _territoire("commune-fictive", "99001"),
    _territoire("perimetre", "P-bassin-minier"),
    _territoire("departement", "59"),
    _territoire("ancien-code", "01018"),
    _territoire("ancien-code-a-deux-suites", "55273"),
    _territoire("date-refusee", "59D", au="2019-13-01", statut=400),
    _page("territoire", "inconnu", "ZZZ", statut=404),
    _page("recherche"),
    _page("recherche", "roubaix", q="roubaix"),
    _page("recherche", "nombreuse", q="saint"),
    _page("recherche", "sans-resultat", q="xyzzyxyzzy" * 9),
    _page("recherche", "trop-longue", q="a" * 200),
    _page("sources"),
    _page("donnees"),
    _page("source", "la-premiere", lien="/sources/ table a"),
    _page("chronologie"),
    _page("dispositifs"),
    _page("dispositif", "convention-d-appui", "calpae"),
    _page("dispositif", "contrat-local", CLS),
    _page("dispositif", "inconnu", "rien", statut=404),
    _page("texte", "octobre-2020", "instruction-2020-10-20"),
    _page("texte", "fictif", TEXTE_FICTIF),
    _page("texte", "inconnu", "rien", statut=404),
    _page("calendrier", "convention-d-appui", "calpae"),
    _page("mesures"),
    _page("indicateurs"),
    _page("indicateur", "orientation", "rsa-orientation-un-mois"),
    _page("indicateur", "inconnu", "rien", statut=404),
    _page("methode"),
    _page("glossaire"),
    _page("actualites"),
    _page("actualite", "la-premiere", lien="/actualites/ article a"),
    _page("mentions_legales"),
    _page("accessibilite"),
    _page("choisir_date", "2019-03-01", date="2019-03-01", retour="/departements/"),
    _page("choisir_date", "refusee", date="hier", statut=400),
    _page("connexion"),
    _page("comptes_de_demonstration"),
    _page("comptes_de_demonstration", "deja-entre", compte="finances-991"),
    _page("mon_compte", compte="charge-de-mission-991"),
    _page("mon_compte", "commissaire", compte="commissaire-r99"),
    _page("france", "signataire-connecte", compte="president-991"),
    _page("mot_de_passe_oublie"),
    _page("mot_de_passe_envoye"),
    _page("mot_de_passe_nouveau", "lien-use", "MQ", "abc-def"),
    _page("invitation", "absente", "rien", statut=404),
    _page("equipe", compte="sgar-r99"),
    _page("equipe", "nationale", compte="administrateur-national"),
    _page("equipe", "sans-reponse", compte="observateur-991", q="xyzzy", anciens="1"),
    _page("equipe_inviter", compte="instructeur-991"),
    _page("equipe_inviter", "national", compte="administrateur-national", organisation="dgcs"),
    _page("equipe_inviter", "refuse", compte="observateur-991", statut=403),
    _page("mandat", "a-changer", "1", compte="sgar-r99"),
    _page("mandat", "a-lire", "1", compte="prefet-991"),
    _page("mandat", "d-ailleurs", "1", compte="charge-de-mission-59", statut=404),
    _page("mandat_terminer", "", "1", compte="sgar-r99"),
    _page("mandat_renouveler", "", "1", compte="sgar-r99"),
    _page("mandat_passer", "", "1", compte="sgar-r99"),
    _page("organisations", compte="administrateur-national"),
    _page("organisations", "sans-reponse", compte="administrateur-national", q="xyzzy"),
    _page("organisation", "", "dreets-r99", compte="administrateur-national"),
    _page("organisation", "a-lire", "ddets-991", compte="prefet-991"),
    _page("organisation_creer", compte="administrateur-national"),
    _page("organisation_nommer", "", "ddets-991", compte="administrateur-national"),
    _page("organisation_numeroter", "", "ddets-991", compte="administrateur-national"),
    _page("organisation_reunir", "choisir", "ddets-991", compte="administrateur-national"),
    _page(
        "organisation_reunir", "a-confirmer", "ddets-991", compte="administrateur-national", dans="ddets-992"
    ),
    _page("organisation_transferer", "choisir", "ddets-991", compte="administrateur-national"),
    _page(
        *("organisation_transferer", "a-confirmer", "prefecture-r99"),
        compte="administrateur-national",
        destination="dreets-r99",
        le="2021-04-01",
    ),
    _page(
        *("organisation_transferer", "refuse", "ddets-991"),
        statut=422,
        compte="administrateur-national",
        destination="ddets-992",
        le="hier",
    ),
    _page("personne_oublier", lien="/equipe/mandats/1/ a[href*=oublier]", compte="administrateur-national"),
    _page("referentiels", compte="administrateur-national"),
    _page("referentiels", "refuse", compte="observateur-991", statut=403),
    _page("accueil", compte="charge-de-mission-991"),
    _page("accueil", "a-jour", compte="finances-991"),
    _page("contrats", compte="charge-de-mission-991"),
    _page("contrats", "nation", compte="conseiller-territoires"),
    _page("contrats_colonnes", "", "faits", compte="conseiller-territoires"),
    _page("contrat_ouvrir", compte="charge-de-mission-991"),
    _page("contrat_ouvrir", "refusee", compte="observateur-991", statut=403),
    _page("dossier", "en-cours", "calpae-991d", compte="charge-de-mission-991"),
    _page("dossier", "signe", "calpae-990d", compte="sgar-r99"),
    _page("dossier", "hors-de-portee", "calpae-991d", compte="charge-de-mission-59", statut=404),
    _page("instrument", "negociation", "calpae-991d", "convention", compte="charge-de-mission-991"),
    _page("instrument", "ajournee", "calpae-992d", "convention", compte="secretariat-assemblee-992"),
    _page("instrument", "attend-un-autre", "calpae-992d", "convention", compte="instructrice-992"),
    _page("histoire", "", "calpae-992d", compte="charge-de-mission-992"),
    *(
        _page(nom, "", *PROJET_991, compte="charge-de-mission-991")
        for nom in (
            "fiches",
            "fiches_reprendre",
            "financement",
            "cibles",
            "articles",
            "manques",
            "moments",
            "classeur",
        )
    ),
    _page("fiche_a_reprendre", lien=f"{LISTE_991}reprendre/ tbody th a", compte="charge-de-mission-991"),
    _page("fiches", "lues", *PROJET_991, compte="instructeur-991"),
    _page("financement", "lu", *PROJET_991, compte="instructeur-991"),
    _page("fiche", lien=f"{LISTE_991} tbody th a", compte="charge-de-mission-991"),
    _page("fiche", "lue", lien=f"{LISTE_991} tbody th a", compte="instructeur-991"),
    _page("fiche_retirer", "inconnue", *PROJET_991, REFERENCE, compte="charge-de-mission-991", statut=404),
    _page("sceau", "pas-encore", *PROJET_991, compte="instructeur-991"),
    _page("sceau_annuler", "sans-sceau", *PROJET_991, compte="instructeur-991"),
    _page("publication", "pas-scelle", *PROJET_991, compte="instructeur-991"),
    _page("publication", "choisie", *SCELLE_993, compte="instructrice-993"),
    _page("acte_public", "convention", *SCELLE_993),
    _page("acte_public", "sans-texte", "contrat-local-solidarites-993d", "contrat_local"),
    _page("acte_public", "rien-de-public", *PROJET_991, statut=404),
    _territoire("actions-publiees", "99301", au="2026-11-23"),
    _territoire("actes-publies", "993D", dispositif="calpae"),
    _page("region", "argent-fictif", "R99", dispositif="calpae", au="2021-12-31"),
    _page("sceau", "scelle", "calpae-993d", "convention", compte="instructrice-993"),
    _page("sceau_annuler", "scelle", "calpae-993d", "convention", compte="instructrice-993"),
    _page("dossier", "scelle", "contrat-local-solidarites-993d", compte="charge-de-mission-993"),
    _page("verifier"),
    _page("verifier", "inconnu", code="rien"),
    _page("versions", "", "calpae-992d", "convention", compte="charge-de-mission-992"),
    _page("acte", "rediger", "calpae-991d", "convention", "rediger", compte="charge-de-mission-991"),
    _page("acte", "deliberer", "calpae-992d", "convention", "deliberer", compte="secretariat-assemblee-992"),
    _page(
        "acte", "refuse", "calpae-991d", "convention", "accorder", compte="charge-de-mission-991", statut=403
    ),
    _page("echeances", compte="charge-de-mission-991"),
    _page("echeances", "nation", compte="conseiller-territoires"),
    _page("echeances", "d-un-contrat", compte="sgar-r99", contrat="calpae-990d", sens="je-dois"),
    _page("echeances", "hors-de-portee", compte="charge-de-mission-59", contrat="calpae-991d", statut=404),
    _page("agenda_abonnement", compte="instructeur-991"),
    _page("agenda", "inconnu", "rien", statut=404),
    _page("messages", compte="charge-de-mission-991"),
    _page("messages", "rien", compte="observateur-991"),
    _page("documents", "", "calpae-991d", compte="charge-de-mission-991"),
    _page("documents", "sans-depot", "calpae-991d", compte="president-991"),
    _page("documents", "aucun", "calpae-992d", compte="charge-de-mission-992"),
    _page("documents", "sans-les-lire", "calpae-991d", compte="observateur-991", statut=403),
    _page("documents", "hors-de-portee", "calpae-991d", compte="charge-de-mission-59", statut=404),
    _page(
        "document_retirer",
        "",
        compte="finances-991",
        lien="/contrats/calpae-991d/documents/ a[href$='/retirer/']",
    ),
    _page("circulaires", "ecrites", compte="conseiller-territoires"),
    _page("circulaires", "recues", compte="charge-de-mission-991"),
    _page("circulaire", "en-preparation", PROJET_DE_TEXTE, compte="conseiller-territoires"),
    _page("circulaire", "publiee", TEXTE_FICTIF, compte="conseiller-territoires"),
    _page("circulaire", "recue", TEXTE_FICTIF, compte="charge-de-mission-991"),
    _page("circulaire", "inconnue", "rien", compte="sgar-r99", statut=404),
    _page("circulaire_nouvelle", compte="conseiller-territoires"),
    _page("circulaire_nouvelle", "refusee", compte="sgar-r99", statut=403),
    _page("circulaire_modifier", "", PROJET_DE_TEXTE, compte="conseiller-territoires"),
    _page("perimetres", compte="instructeur-991"),
    _page("perimetres", "refuse", compte="observateur-991", statut=403),
    _page("perimetre_creer", compte="sgar-r99"),
    _page("perimetre_composition", "", TROIS_COLS, compte="instructeur-991"),
    _page("perimetre_recomposer", "", TROIS_COLS, compte="instructeur-991"),
    _page("perimetre_corriger", "", TROIS_COLS, compte="instructeur-991"),
    _page("perimetre_clore", "", TROIS_COLS, compte="instructeur-991"),
    _page("imports", compte="sgar-r99"),
    _page("imports", "refuse", compte="charge-de-mission-991", statut=403),
    _page("import_nouveau", compte="conseiller-territoires"),
    _page("import", "inconnu", REFERENCE, compte="sgar-r99", statut=404),
    _page("import_colonnes", "inconnu", REFERENCE, compte="sgar-r99", statut=404),
    _page("import_retour", "inconnu", REFERENCE, compte="sgar-r99", statut=404),
    _page("travaux", compte="sgar-r99"),
    _page("travail", "inconnu", REFERENCE, compte="sgar-r99", statut=404),
    _page("campagnes", compte="sgar-r99"),
    _page("campagnes", "nation", compte="conseiller-territoires"),
    _page("campagne", lien="/campagnes/ tbody a", compte="charge-de-mission-991"),
    _page("campagne", "inconnue", "calpae", "rien", "2019", compte="sgar-r99", statut=404),
    _page("lot", "inconnu", REFERENCE, compte="sgar-r99", statut=404),
    _page("conventions_de_la_region", "", "R99", compte="sgar-r99"),
    _page("note_de_la_region", "", "R99", compte="sgar-r99"),
]

# What only sends elsewhere, or only answers a form; the journeys of test_connexion.py go through each.
PASSAGES = {
    "cibles_lignes",
    "circulaire_accuser",
    "circulaire_acte",
    "codes_de_secours",
    "colonnes_retenir",
    "deconnexion",
    "contrats_export",
    "faits_export",
    "fiche_deplacer",
    "fiche_pieces",
    "financement_ligne",
    "financeurs",
    "document",
    "document_vignette",
    "echanger",
    "import_abandonner",
    "import_annuler",
    "import_modele",
    "import_publier",
    "invitation_retirer",
    "lot_archive",
    "lot_arreter",
    "lot_lancer",
    "lot_reprendre",
    "ma_region",
    "mot_de_passe",
    "proconnect",
    "proconnect_retour",
    "proconnect_sortie",
    "second_facteur",
    "second_facteur_installer",
    "sessions_fermer",
    "travail_exporter",
    "travail_fichier",
}

# What is not a page: the kind of content that is answered instead.
PDF = "application/pdf"
FICHIERS = {
    "acte_pdf": PDF,
    "acte_public_original": PDF,
    "acte_public_pdf": PDF,
    "annexes_pdf": PDF,
    "deliberation_pdf": PDF,
    "fiche_pdf": PDF,
    "financement_pdf": PDF,
    "rapport_pdf": PDF,
    "signatures_pdf": PDF,
    "acte_docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "contenu_xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "contenu_ods": "application/vnd.oasis.opendocument.spreadsheet",
    "dossier_de_seance": "application/zip",
    "tableau_csv": "text/csv; charset=utf-8",
    "tableau_xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "tableau_ods": "application/vnd.oasis.opendocument.spreadsheet",
    "tableau_json": "application/json",
    "archive": "application/zip",
    "verifier_essai": PDF,
    "sante": "application/json",
    "robots": "text/plain; charset=utf-8",
}


def noms_des_adresses() -> set[str]:
    """Every named address of the URLconf, those of included ones too."""
    restent, noms = list(get_resolver().url_patterns), set()
    while restent:
        motif = restent.pop()
        if isinstance(motif, URLPattern):
            noms |= {motif.name} if motif.name else set()
        else:
            restent += motif.url_patterns
    return noms
