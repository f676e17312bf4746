"""The national table as files: the same rows as the page, with its filters."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from echelons.contrats.regles import EtatContrat
from echelons.pilotage.presentation import Rangee
from echelons.pilotage.tableau import Tableau
from echelons.socle.dates import en_lettres
from echelons.socle.exports import FORMATS, Colonne, Table
from echelons.web.colonnes import SIGNATAIRES, choisies, page
from echelons.web.public.formulaires import Lecture, lire_choix
from echelons.web.public.page import page_publique
from echelons.web.public.rangees import rangees, tableau_de
from echelons.web.public.vues.erreurs import requete_refusee
from echelons.web.templatetags.echelons import PARAMETRES


def _bornes(etat: EtatContrat | None) -> tuple[dt.date | None, dt.date | None]:
    """The earliest and latest day of the signature according to the sources, where they are days."""
    if etat is None or not etat.dates:
        return None, None
    debut = min(d.au_plus_tot for d in etat.dates)
    fin = max(d.au_plus_tard for d in etat.dates)
    return (None if debut == dt.date.min else debut), (None if fin == dt.date.max else fin)


def colonnes(lecture: Lecture) -> list[Colonne[Rangee]]:
    """The columns of the file, with French headings."""
    return [
        Colonne("Code", lambda r: r.ligne.territoire.code, 8),
        Colonne("Territoire", lambda r: r.ligne.territoire.nom, 32),
        Colonne("Région", lambda r: r.ligne.territoire.region_nom, 28),
        Colonne("Situation", lambda r: r.presentation.libelle, 28),
        Colonne("Date de signature selon les sources", lambda r: r.date, 44),
        Colonne("Signée au plus tôt le", lambda r: _bornes(r.ligne.etat)[0], 14),
        Colonne("Signée au plus tard le", lambda r: _bornes(r.ligne.etat)[1], 14),
        Colonne("Sources en désaccord", lambda r: "oui" if r.divergente else "non", 12),
        Colonne("Succède à", lambda r: ", ".join(t.nom for t in r.ligne.herite_de), 24),
        Colonne("Territoire fictif", lambda r: "oui" if r.ligne.territoire.fictif else "non", 10),
        Colonne("Sources", lambda r: " ; ".join(adresse for _, _, adresse in r.sources), 60),
        Colonne("Dispositif", lambda r: lecture.dispositif.nom_court if lecture.dispositif else "", 30),
        Colonne("À la date du", lambda r: lecture.au, 14),
        Colonne("Tel que connu le", lambda r: lecture.connu, 14),
    ]


def _lire(requete: HttpRequest) -> tuple[Lecture, Tableau] | HttpResponse:
    lecture = lire_choix(requete.GET)
    if not lecture.valide:
        messages = [str(m) for erreurs in lecture.formulaire.errors.values() for m in erreurs]
        return requete_refusee(requete, message=" ".join(messages))
    tableau = tableau_de(lecture)
    if tableau is None:
        return requete_refusee(requete, message="Cette instance n’a encore aucun dispositif à exporter.")
    return lecture, tableau


@page_publique
def tableau(requete: HttpRequest, extension: str) -> HttpResponse:
    """The national table as a file, with its filters: CSV, XLSX, ODS or JSON."""
    lu = _lire(requete)
    if isinstance(lu, HttpResponse):
        return lu
    lecture, lus = lu
    forme = FORMATS[extension]
    lignes = rangees(lecture, lus.lignes)
    connu = en_lettres(lecture.connu) if lecture.connu else "tous les faits relevés"
    a_propos = [
        ("Ce que c’est", "Qui a signé, à une date donnée, d’après des sources publiques datées."),
        ("Dispositif", str(lecture.dispositif)),
        ("À la date du", en_lettres(lecture.au)),
        ("Tel que connu le", connu),
        ("Lecture", "Les situations sont définies à la page Méthode du site."),
        ("Licence", "Licence Ouverte 2.0 (Etalab). Citez « Échelons » et les sources."),
    ]
    table = Table("Signataires", colonnes(lecture), lignes, len(lignes), a_propos)
    table = table.avec(set(choisies(requete, SIGNATAIRES)))
    reponse = HttpResponse(b"".join(forme.ecrire(table)), content_type=forme.mime)
    code = lecture.dispositif.code if lecture.dispositif else "tableau"
    nom = f"echelons-{code}-{lecture.au.isoformat()}.{extension}"
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse


@page_publique
def choisir_les_colonnes(requete: HttpRequest) -> HttpResponse:
    """The columns of the national table, its filters kept."""
    lu = _lire(requete)
    if isinstance(lu, HttpResponse):
        return lu
    lecture, _ = lu
    gardes = [(cle, str(requete.GET[cle])) for cle in PARAMETRES if requete.GET.get(cle)]
    suite = f"?{urlencode(gardes)}" if gardes else ""
    return page(
        requete,
        table=SIGNATAIRES,
        titre="Signataires",
        titres=[c.titre for c in colonnes(lecture)],
        formats=[
            # A form sends its filters itself; a link carries them.
            (reverse(f"tableau_{e}") + (suite if requete.user.is_authenticated else ""), forme.libelle)
            for e, forme in FORMATS.items()
        ],
        retour=f"{reverse('france')}{suite}#tableau",
        choix=gardes,
    )
