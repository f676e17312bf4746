"""Addresses of the dossiers; included under ``/contrats/``."""

from django.urls import path

from echelons.contrats.edition.donnees import Piece
from echelons.web.departemental.atelier import (
    articles,
    bibliotheque,
    cibles,
    classeur,
    fiches,
    financement,
    manques,
)
from echelons.web.departemental.vues import contrats, dossier, editions, instrument, publication, sceau

#: What is produced of an instrument, each at its own name.
PIECES = {
    "acte": Piece.CONVENTION,
    "annexes": Piece.ANNEXES,
    "financement": Piece.FINANCEMENT,
    "deliberation": Piece.DELIBERATION,
    "rapport": Piece.RAPPORT,
    "signatures": Piece.SIGNATURES,
}

urlpatterns = [
    path("", contrats.contrats, name="contrats"),
    path("ouvrir/", contrats.ouvrir, name="contrat_ouvrir"),
    path("export.<slug:extension>", contrats.exporter, {"table": "contrats"}, name="contrats_export"),
    path("faits.<slug:extension>", contrats.exporter, {"table": "faits"}, name="faits_export"),
    path("colonnes/<slug:table>/", contrats.colonnes, name="contrats_colonnes"),
    path("<slug:code>/", dossier.dossier, name="dossier"),
    path("<slug:code>/echanges/", dossier.echanger, name="echanger"),
    path("<slug:code>/histoire/", dossier.episodes, name="histoire"),
    path("<slug:code>/<slug:cle>/", instrument.instrument, name="instrument"),
    path("<slug:code>/<slug:cle>/versions/", instrument.versions, name="versions"),
    *(
        path(f"<slug:code>/<slug:cle>/{nom}.pdf", editions.piece, {"piece": piece}, name=f"{nom}_pdf")
        for nom, piece in PIECES.items()
    ),
    path("<slug:code>/<slug:cle>/acte.docx", editions.editable, name="acte_docx"),
    path("<slug:code>/<slug:cle>/fiches/<uuid:reference>.pdf", editions.fiche, name="fiche_pdf"),
    path("<slug:code>/<slug:cle>/dossier-de-seance.zip", editions.seance, name="dossier_de_seance"),
    *(
        path(
            f"<slug:code>/<slug:cle>/contenu.{extension}",
            editions.classeur,
            {"extension": extension},
            name=f"contenu_{extension}",
        )
        for extension in ("xlsx", "ods")
    ),
    path("<slug:code>/<slug:cle>/sceau/", sceau.sceau, name="sceau"),
    path("<slug:code>/<slug:cle>/sceau/annuler/", sceau.annuler, name="sceau_annuler"),
    path("<slug:code>/<slug:cle>/publication/", publication.publication, name="publication"),
    path("<slug:code>/<slug:cle>/fiches/", fiches.fiches, name="fiches"),
    path("<slug:code>/<slug:cle>/fiches/reprendre/", bibliotheque.reprendre, name="fiches_reprendre"),
    path(
        "<slug:code>/<slug:cle>/fiches/reprendre/<uuid:reference>/",
        bibliotheque.lire,
        name="fiche_a_reprendre",
    ),
    path("<slug:code>/<slug:cle>/fiches/<uuid:reference>/", fiches.fiche, name="fiche"),
    path("<slug:code>/<slug:cle>/fiches/<uuid:reference>/deplacer/", fiches.deplacer, name="fiche_deplacer"),
    path("<slug:code>/<slug:cle>/fiches/<uuid:reference>/pieces/", fiches.pieces, name="fiche_pieces"),
    path("<slug:code>/<slug:cle>/fiches/<uuid:reference>/retirer/", fiches.retirer, name="fiche_retirer"),
    path("<slug:code>/<slug:cle>/financement/", financement.financement, name="financement"),
    path("<slug:code>/<slug:cle>/financement/financeurs/", financement.financeurs, name="financeurs"),
    path("<slug:code>/<slug:cle>/financement/ligne/", financement.ligne, name="financement_ligne"),
    path("<slug:code>/<slug:cle>/cibles/", cibles.cibles, name="cibles"),
    path("<slug:code>/<slug:cle>/cibles/lignes/", cibles.lignes, name="cibles_lignes"),
    path("<slug:code>/<slug:cle>/articles/", articles.articles, name="articles"),
    path("<slug:code>/<slug:cle>/manques/", manques.manques, name="manques"),
    path("<slug:code>/<slug:cle>/classeur/", classeur.classeur, name="classeur"),
    path("<slug:code>/<slug:cle>/moments/", manques.comparer_les_moments, name="moments"),
    path("<slug:code>/<slug:cle>/<slug:acte>/", instrument.acte, name="acte"),
]
