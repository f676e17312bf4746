"""How things are written on every page: dates, money, plurals, addresses that keep the reader's choices."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.http import QueryDict
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from echelons.contrats.messages import delai as dire_le_delai
from echelons.pilotage.calendrier import Groupe
from echelons.pilotage.calendrier import Ligne as Echeance
from echelons.pilotage.presentation import Rangee
from echelons.pilotage.regions import region_de
from echelons.pilotage.tableau import PointDeCourbe
from echelons.socle.dates import INSECABLE, en_lettres, lire_date_iso
from echelons.socle.models import Source
from echelons.socle.nombres import accorder, euros, euros_au_centime, nombre
from echelons.socle.textes import normaliser

register = template.Library()
#: What an address may ask of a page; anything else changes nothing and is neither kept nor copied into links.
PARAMETRES = ("dispositif", "au", "connu", "region", "classe", "tri", "q", "page")


@register.filter
def jour(date: dt.date | None) -> str:
    """« 30 juin 2019 »."""
    return en_lettres(date) if date else ""


@register.filter
def jour_iso(date: dt.date | str | None) -> str:
    """A date, or its ISO form, as it reads: « 30 juin 2019 »."""
    return en_lettres(lire_date_iso(date) if isinstance(date, str) else date) if date else ""


register.filter(nombre)
register.filter(euros)
register.filter(euros_au_centime)


@register.filter
def delai(echeance: dt.date, jour_regarde: dt.date) -> str:
    """« dans 121 jours », « ce jour-là », « dépassée de 966 jours », seen from the day looked at."""
    jours = (echeance - jour_regarde).days
    if jours == 0:
        return "ce jour-là"
    compte = accord(abs(jours), "jour,jours")
    return f"dans {compte}" if jours > 0 else f"dépassée de {compte}"


@register.filter
def delai_du_jour(jours: int) -> str:
    """« dans 121 jours », « aujourd’hui », « dépassée de 3 jours », seen from today."""
    return dire_le_delai(jours)


@register.filter
def accord(compte: int, formes: str) -> str:
    """« 1 territoire », « 2 territoires »: ``{{ n|accord:"territoire,territoires" }}``."""
    singulier, pluriel = formes.split(",")
    return accorder(compte, singulier, pluriel)


@register.simple_tag
@lru_cache(maxsize=2048)
def adresse(nom: str, argument: str) -> str:
    """``{% url %}`` for the rows of long tables: working out one address again and again costs more than the row."""
    return reverse(nom, args=[argument])


@register.simple_tag
def situation(rangee: Rangee) -> SafeString:
    """The class of a row as a label, and what must be said beside it."""
    etat = rangee.ligne.etat
    notes = ""
    if etat and etat.protocole_seul:
        notes += ' <span class="ec-note">protocole seul</span>'
    if etat and etat.denoncee:
        notes += ' <span class="ec-note">dénoncée depuis</span>'
    classe, libelle = rangee.presentation.carte, rangee.presentation.libelle
    return mark_safe(f'<span class="ec-situation ec-situation--{classe}">{libelle}</span>{notes}')  # noqa: S308 - our own words


@register.simple_tag
def sources_courtes(sources: Sequence[tuple[str, str, str]]) -> SafeString:
    """The first two sources of a row, and how many more there are."""
    if not sources:
        return mark_safe('<span class="ec-absent">aucune</span>')
    liens = ", ".join(
        f'<a href="{adresse("source", cle)}">{escape(editeur)}</a>' for cle, editeur, _ in sources[:2]
    )
    autres = len(sources) - 2
    suite = f" et {autres} autre{'s' if autres > 1 else ''}" if autres > 0 else ""
    return mark_safe(liens + suite)  # noqa: S308 - keys are slugs, publishers are escaped


@register.simple_tag
def lignes(rangees: Sequence[Rangee], suite: str, colonne_region: bool) -> SafeString:
    """The rows of a table of signatories, written in one go: a template takes ten times longer over a hundred."""
    fin = escape(suite)
    return mark_safe("".join(_ligne(rangee, fin, colonne_region) for rangee in rangees))  # noqa: S308 - see below


def _ligne(rangee: Rangee, suite: str, colonne_region: bool) -> str:
    """One row; every name comes out escaped."""
    territoire = rangee.ligne.territoire
    fictif = ' <span class="ec-fictif">Fictif</span>' if territoire.fictif else ""
    avant = " et ".join(escape(t.nom) for t in rangee.ligne.herite_de)
    herite = f'<span class="ec-note">succède à {avant}</span>' if avant else ""
    region = ""
    if colonne_region:
        lien = f"{adresse('region', territoire.region)}{suite}" if territoire.region else "#"
        region = f'<td class="ec-colonne-region"><a href="{lien}">{escape(territoire.region_nom)}</a></td>'
    desaccord = ' <span class="ec-note">sources en désaccord</span>' if rangee.divergente else ""
    return (
        f'<tr><th scope="row"><a href="{adresse("territoire", territoire.code)}{suite}">{escape(territoire.nom)}</a>'
        f"{fictif}{herite}</th>{region}<td>{situation(rangee)}</td>"
        f"<td>{escape(rangee.date) or '–'}{desaccord}</td><td>{sources_courtes(rangee.sources)}</td></tr>\n"
    )


@register.simple_tag
def points(etapes: Sequence[PointDeCourbe]) -> SafeString:
    """The rows of the numbers of a curve, month by month, written in one go as ``lignes``."""
    return mark_safe(  # noqa: S308 - dates and whole numbers
        "".join(
            f'<tr><th scope="row">{en_lettres(point.date)}</th><td class="ec-nombre">{point.signees}</td>'
            f'<td class="ec-nombre">{point.au_plus}</td><td class="ec-nombre">{point.total}</td></tr>'
            for point in etapes
        )
    )


@register.simple_tag
def contrats_du_groupe(groupe: Groupe) -> SafeString:
    """The contracts of an obligation, by région when there are several; written in one go, as ``lignes``."""
    par_region: dict[str, list[str]] = defaultdict(list)
    for ligne in groupe.lignes:
        region = region_de(ligne.contrat)
        par_region[region.nom if region else ""].append(_contrat(ligne))
    listes = [
        (region, f"<ul>{''.join(par_region[region])}</ul>") for region in sorted(par_region, key=normaliser)
    ]
    if len(listes) > 1:
        regions = (f"<li>{escape(region)}{liste}</li>" for region, liste in listes)
        return mark_safe(f"<ul>{''.join(regions)}</ul>")  # noqa: S308 - every name is escaped
    return mark_safe(listes[0][1])  # noqa: S308 - see _contrat


def _contrat(ligne: Echeance) -> str:
    """One contract of an obligation; every name comes out escaped."""
    contrat, preuve = ligne.contrat, ligne.echeance.preuve
    fictif = ' <span class="ec-fictif">Fictif</span>' if contrat.perimetre.fictif else ""
    a_moi = " <strong>à vous d’agir</strong>" if ligne.a_moi else ""
    date = f' <span class="ec-note">{escape(str(preuve.date))}</span>' if preuve and preuve.date else ""
    lien = f'<a href="{adresse("dossier", contrat.code)}">{escape(contrat.perimetre.nom)}</a>'
    return f"<li>{lien}{fictif}{a_moi}{date}</li>"


@register.simple_tag
def citer(sources: Any) -> SafeString:
    """The sources of a statement, each leading to its page, with its date of publication where it is known.

    ``sources`` is a list, or the manager of a relation already read.
    """
    liste = sources if hasattr(sources, "__iter__") else sources.all()
    return format_html_join(
        f"{INSECABLE}; ",
        '<a href="{}">{}</a>{}',
        ((adresse("source", s.cle), s.editeur, _date_de_publication(s)) for s in liste),
    )


def _date_de_publication(source: Source) -> SafeString:
    if source.publiee_le is None:
        return mark_safe("")
    return format_html(' <span class="ec-note">({})</span>', en_lettres(source.publiee_le))


@register.simple_tag(takes_context=True)
def adresse_avec(context: Context, **changements: Any) -> str:
    """The query string of this page with some choices changed (None or empty removes one)."""
    choisis: QueryDict = context["request"].GET
    parametres = QueryDict(mutable=True)
    for cle in PARAMETRES:
        if choisis.get(cle):
            parametres[cle] = str(choisis[cle])
    for cle, valeur in changements.items():
        if valeur in (None, ""):
            parametres.pop(cle, None)
        else:
            parametres[cle] = valeur.isoformat() if isinstance(valeur, dt.date) else str(valeur)
    return f"?{parametres.urlencode()}" if parametres else "?"


def adresse_des_choix(parametres: Mapping[str, Any]) -> str:
    """The reader's dispositif and dates, to carry from page to page: « ?au=…&connu=… », or nothing."""
    gardes = QueryDict(mutable=True)
    for cle in ("dispositif", "au", "connu"):
        if parametres.get(cle):
            gardes[cle] = str(parametres[cle])
    return f"?{gardes.urlencode()}" if gardes else ""


@register.simple_tag(takes_context=True)
def choix_gardes(context: Context) -> str:
    """``adresse_des_choix`` of the page being shown."""
    requete = context.get("request")
    return adresse_des_choix(requete.GET) if requete else ""
