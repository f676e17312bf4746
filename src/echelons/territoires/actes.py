"""What can be done with a project perimeter: create it, change what it is made of from a day on, correct it, close it.

Who may is asked to ``par``, given how far the perimeter reaches, in all that it was and will be: this room knows
nothing of people. Every act is journalled, and draws anew what the geography kept in memory is kept for
(``Geographie.courante``), in its own transaction: no process goes on reading the former composition.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import Auteur, Objet, Personnel, ecrire
from echelons.socle.models import Ecriture
from echelons.socle.textes import normaliser
from echelons.socle.unicite import enregistrer_sans_double
from echelons.territoires.communes import resoudre_commune
from echelons.territoires.geographie import Geographie
from echelons.territoires.models import (
    Chargement,
    Composition,
    EtatComposition,
    Territoire,
    TypeTerritoire,
    VersionDePerimetre,
)
from echelons.territoires.perimetres import COMPOSANTS, JEU_TENU_ICI, VEILLE, Emprise, emprise_de

#: Who acts, if they may this far. Raises ``ActeInterdit`` (``socle.circuit``).
Droit = Callable[[Emprise], Auteur]
MEMBRES_MAX = 2_000
CODE_MAX = 60


def objet_journal(code: str) -> Objet:
    """The chain of a perimeter in the journal."""
    return Objet("perimetre", code)


# --- The acts ------------------------------------------------------------------------------------------
@transaction.atomic
def creer_perimetre(
    *,
    par: Droit,
    nom: str,
    nature: str,
    debut: dt.date | None,
    membres: Sequence[str],
    source: str,
    adresse: str = "",
    note: str = "",
    departements: Sequence[str] = (),
) -> Territoire:
    """A new perimeter, made of these communes and EPCI (codes) from ``debut`` on, None when it is not known.

    Without ``membres``, its composition is not documented: ``departements`` then say which it crosses.
    Raises ``ActeInterdit``, or ``ValidationError`` by field.
    """
    lus = _lire_membres(membres, debut) if membres or not departements else []
    emprise = _emprise([m.code for m in lus] or departements)
    auteur = par(emprise)
    _refuser_le_reel(emprise, "membres" if lus else "departements")
    perimetre = perimetre_neuf(nom, nature, debut)
    perimetre.note, perimetre.adresse = note.strip(), adresse
    if not lus:
        perimetre.composition = EtatComposition.NON_DOCUMENTEE
    _placer(perimetre, emprise)
    perimetre.full_clean()
    enregistrer_sans_double(perimetre)
    version = _version(perimetre, debut, source, adresse, "")
    if lus:
        _ecrire_compositions(perimetre, {version.debut: {m.pk for m in lus}})
    else:
        _traverser(perimetre, emprise)
    _noter(perimetre, "creer", auteur, _donnees(perimetre, version, [m.code for m in lus]))
    return perimetre


@transaction.atomic
def changer_composition(
    *,
    par: Droit,
    perimetre: Territoire,
    debut: dt.date,
    membres: Sequence[str],
    source: str,
    adresse: str = "",
    note: str = "",
) -> VersionDePerimetre:
    """A new version from ``debut`` on, or until the next one already dated; the former stays readable before it.

    Raises ``ActeInterdit``, or ``ValidationError`` by field.
    """
    perimetre = tenir(perimetre)
    versions = _compositions(perimetre)
    if any(jour == debut for jour in versions):
        raise ValidationError(
            {
                "debut": f"Ce périmètre a déjà une composition au {en_lettres(debut)}. Choisissez une autre date, ou "
                "corrigez celle-ci."
            }
        )
    if perimetre.debut and debut < perimetre.debut:
        raise ValidationError(
            {
                "debut": f"Ce périmètre n’existe que depuis le {en_lettres(perimetre.debut)}\u00a0: datez après."
            }
        )
    lus = _lire_membres(membres, debut)
    avant = _le_jour(versions, debut)
    if avant == {m.pk for m in lus}:
        raise ValidationError({"membres": "Cette composition est celle qui vaut déjà à cette date."})
    auteur = _autoriser(par, perimetre, versions, lus)
    version = _version(perimetre, debut, source, adresse, note)
    versions[debut] = {m.pk for m in lus}
    _ecrire_compositions(perimetre, versions)
    _noter(perimetre, "changer_la_composition", auteur, _donnees(perimetre, version, [m.code for m in lus]))
    return version


@transaction.atomic
def corriger_composition(
    *, par: Droit, perimetre: Territoire, debut: dt.date | None, membres: Sequence[str], motif: str
) -> VersionDePerimetre:
    """Correct what was wrongly entered in the version of that day: nothing changed in reality, no version is added.

    Raises ``ActeInterdit``, or ``ValidationError`` by field.
    """
    perimetre = tenir(perimetre)
    _exiger_un_motif(motif)
    versions = _compositions(perimetre)
    if debut not in versions:
        raise ValidationError({"debut": "Ce périmètre n’a pas de composition qui commence ce jour-là."})
    lus = _lire_membres(membres, debut)
    auteur = _autoriser(par, perimetre, versions, lus)
    if versions[debut] == {m.pk for m in lus}:
        raise ValidationError({"membres": "Cette composition est celle qui est déjà enregistrée."})
    versions[debut] = {m.pk for m in lus}
    _ecrire_compositions(perimetre, versions)
    version = VersionDePerimetre.objects.get(perimetre=perimetre, debut=debut)
    donnees = _donnees(perimetre, version, [m.code for m in lus])
    _noter(perimetre, "corriger_la_composition", auteur, donnees, motif)
    return version


@transaction.atomic
def corriger_perimetre(
    *, par: Droit, perimetre: Territoire, nom: str, nature: str, note: str, adresse: str, motif: str
) -> Territoire:
    """Correct its name, its kind, what is said of it. Raises ``ActeInterdit``, or ``ValidationError`` by field."""
    perimetre = tenir(perimetre)
    auteur = _autoriser(par, perimetre, _compositions(perimetre), [])
    _exiger_un_motif(motif)
    champs = {"nom": nom.strip(), "nature": nature, "note": note.strip(), "adresse": adresse}
    changes = {cle: valeur for cle, valeur in champs.items() if getattr(perimetre, cle) != valeur}
    if not changes:
        raise ValidationError("Rien n’a changé\u00a0: corrigez un champ avant d’enregistrer.")
    avant = {f"ancien_{cle}": getattr(perimetre, cle) for cle in changes if cle != "note"}
    if "nom" in changes and perimetre.nom not in perimetre.autres_noms:
        perimetre.autres_noms = [*perimetre.autres_noms, perimetre.nom]
    for cle, valeur in champs.items():
        setattr(perimetre, cle, valeur)
    _nommer(perimetre)
    perimetre.full_clean()
    perimetre.save()
    _noter(
        perimetre, "corriger", auteur, {**avant, **{c: v for c, v in changes.items() if c != "note"}}, motif
    )
    return perimetre


@transaction.atomic
def clore_perimetre(*, par: Droit, perimetre: Territoire, fin: dt.date, motif: str) -> Territoire:
    """Say that a perimeter ends on that day, included; it stays readable before, and its contracts with it.

    Raises ``ActeInterdit``, or ``ValidationError`` by field.
    """
    perimetre = tenir(perimetre)
    versions = _compositions(perimetre)
    auteur = _autoriser(par, perimetre, versions, [])
    _exiger_un_motif(motif)
    if perimetre.fin is not None:
        raise ValidationError({"fin": f"Ce périmètre est déjà clos depuis le {en_lettres(perimetre.fin)}."})
    derniere = max((jour for jour in (*versions, perimetre.debut) if jour), default=None)
    if derniere and fin < derniere:
        raise ValidationError(
            {
                "fin": f"Sa dernière composition vaut depuis le {en_lettres(derniere)}\u00a0: choisissez un jour après."
            }
        )
    perimetre.fin = fin
    perimetre.full_clean()
    perimetre.save()
    _noter(perimetre, "clore", auteur, {"fin": fin}, motif)
    return perimetre


def rafraichir() -> None:
    """Draw anew what the geography kept in memory is kept for; at random, so that what was given up is never read."""
    Chargement.objects.update_or_create(jeu=JEU_TENU_ICI, defaults={"empreinte": secrets.token_hex(32)})


# --- What is checked -----------------------------------------------------------------------------------
def _autoriser(
    par: Droit, perimetre: Territoire, versions: Mapping[Any, set[int]], lus: Iterable[Territoire]
) -> Auteur:
    """Who acts, if they may on all that the perimeter was, is and would be."""
    pks = {pk for membres in versions.values() for pk in membres}
    codes = {*Territoire.objects.filter(pk__in=pks).values_list("code", flat=True), *(m.code for m in lus)}
    emprise = _emprise(codes if pks else {*codes, perimetre.code})
    auteur = par(emprise)
    _refuser_le_reel(emprise, "membres")
    if codes and emprise.fictive != perimetre.fictif:
        raise ValidationError({"membres": "Un périmètre est tout entier réel, ou tout entier fictif."})
    return auteur


def _emprise(codes: Iterable[str]) -> Emprise:
    geo = Geographie.courante()
    codes = list(codes)
    inconnus = [code for code in codes if code not in geo.lieux]
    if inconnus:
        raise ValidationError(
            {"departements": f"Aucun territoire ne porte le code «\u00a0{inconnus[0][:40]}\u00a0»."}
        )
    return emprise_de(codes, aujourdhui(), geo)


def _refuser_le_reel(emprise: Emprise, champ: str) -> None:
    if settings.DEMONSTRATION and not emprise.fictive:
        raise ValidationError(
            {
                champ: "Dans la démonstration, on n’agit que sur les territoires fictifs\u00a0: les autres ne portent "
                "que des faits publics."
            }
        )


def _lire_membres(codes: Sequence[str], debut: dt.date | None) -> list[Territoire]:
    """Communes and EPCI by their codes, as they were on that day. Raises ``ValidationError``, every error at once."""
    codes = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    if not codes:
        raise ValidationError({"membres": "Donnez au moins une commune ou un EPCI."})
    if len(codes) > MEMBRES_MAX:
        raise ValidationError({"membres": f"Un périmètre a {MEMBRES_MAX} membres au plus."})
    jour = debut or aujourdhui()
    trouves = {
        t.code: t
        for t in Territoire.objects.filter(code__in=codes, type__in=COMPOSANTS).select_related("region")
    }
    erreurs = [erreur for code in codes if (erreur := _erreur(code, trouves.get(code), jour))]
    lus = [trouves[code] for code in codes if code in trouves]
    erreurs += _compris_deux_fois(lus, jour)
    if len({membre.fictif for membre in lus}) > 1:
        erreurs.append("Un périmètre est tout entier réel, ou tout entier fictif.")
    if erreurs:
        raise ValidationError({"membres": erreurs})
    return lus


def _erreur(code: str, membre: Territoire | None, jour: dt.date) -> str:
    """Why a code cannot enter a composition on that day, and what would; blank when it can."""
    if membre is not None and membre.valide_le(jour):
        return ""
    if membre is not None and membre.type == TypeTerritoire.EPCI:
        return f"{membre.nom} ({code}) n’existait pas le {en_lettres(jour)}."
    resolution = resoudre_commune(code, jour)
    if resolution.communes or membre is not None:
        return resolution.phrase
    return f"Aucune commune ni aucun EPCI n’est connu sous le code «\u00a0{code[:40]}\u00a0»."


def _compris_deux_fois(lus: Sequence[Territoire], jour: dt.date) -> list[str]:
    epci = [m.pk for m in lus if m.type == TypeTerritoire.EPCI]
    dedans = Composition.objects.filter(contenant__in=epci, contenu__in=[m.pk for m in lus])
    return [
        f"{lien.contenu.nom} ({lien.contenu.code}) est déjà comprise dans {lien.contenant.nom}\u00a0: "
        "gardez l’un des deux."
        for lien in dedans.select_related("contenu", "contenant")
        if (lien.debut is None or lien.debut <= jour) and (lien.fin is None or jour <= lien.fin)
    ]


def _exiger_un_motif(motif: str) -> None:
    if not motif.strip():
        raise ValidationError({"motif": "Dites pourquoi, pour ceux qui liront l’histoire de ce périmètre."})


# --- What is written -----------------------------------------------------------------------------------
def perimetre_neuf(nom: str, nature: str, debut: dt.date | None) -> Territoire:
    """A perimeter that is not saved yet, kept here. Raises ``ValidationError`` when its name is taken or unreadable."""
    perimetre = Territoire(
        code=_code(nom),
        type=TypeTerritoire.PERIMETRE,
        nom=nom.strip(),
        nature=nature,
        debut=debut,
        composition=EtatComposition.OFFICIELLE,
        jeu=JEU_TENU_ICI,
    )
    _nommer(perimetre)
    return perimetre


def tenir(perimetre: Territoire) -> Territoire:
    """The row as it stands, locked, kept here from now on: no file of the product takes it back."""
    lu = Territoire.objects.select_for_update(of=("self",)).get(
        pk=perimetre.pk, type=TypeTerritoire.PERIMETRE
    )
    if lu.jeu != JEU_TENU_ICI:
        lu.jeu = JEU_TENU_ICI
        lu.save(update_fields=["jeu"])
        for liens in (lu.contenus, lu.contenants):
            liens.update(jeu=JEU_TENU_ICI)
    if lu.composition != EtatComposition.NON_DOCUMENTEE and not lu.versions.exists():
        _version(lu, lu.debut, lu.note[:300] or "Fichier des périmètres", lu.adresse, "")
    return lu


def _code(nom: str) -> str:
    """« P-… », drawn from the name, free."""
    base = f"P-{slugify(nom)}"[: CODE_MAX - 4].strip("-")
    if base == "P":
        raise ValidationError({"nom": "Donnez un nom qui puisse se lire."})
    code, rang = base, 1
    while Territoire.objects.filter(code=code).exists():
        rang += 1
        code = f"{base}-{rang}"
    return code


def _nommer(perimetre: Territoire) -> None:
    """What the search reads; no two perimeters bear one name at the same time."""
    autres = Territoire.objects.filter(type=TypeTerritoire.PERIMETRE, fin=None).exclude(pk=perimetre.pk)
    if normaliser(perimetre.nom) in {normaliser(nom) for nom in autres.values_list("nom", flat=True)}:
        raise ValidationError({"nom": "Un périmètre porte déjà ce nom. Choisissez-en un qui les distingue."})
    noms = dict.fromkeys(normaliser(n) for n in (perimetre.nom, *perimetre.autres_noms))
    perimetre.nom_recherche = f" {' | '.join(noms)} |"
    perimetre.codes_recherche = f" {normaliser(perimetre.code)} "


def _placer(perimetre: Territoire, emprise: Emprise) -> None:
    """Its région and its département, when one of each holds the whole of it."""
    codes = {*emprise.regions, *emprise.departements}
    lieux = {t.code: t for t in Territoire.objects.filter(code__in=codes)}
    perimetre.region = lieux[next(iter(emprise.regions))] if len(emprise.regions) == 1 else None
    perimetre.departement = lieux[emprise.departements[0]] if len(emprise.departements) == 1 else None
    perimetre.fictif = emprise.fictive


def _traverser(perimetre: Territoire, emprise: Emprise) -> None:
    """Where a perimeter lies whose composition is not documented: a part of each département, all in its région."""
    for code in emprise.departements:
        departement = Territoire.objects.get(code=code)
        Composition.objects.create(contenant=departement, contenu=perimetre, partielle=True, jeu=JEU_TENU_ICI)
    if perimetre.region:
        Composition.objects.create(contenant=perimetre.region, contenu=perimetre, jeu=JEU_TENU_ICI)


def _version(
    perimetre: Territoire, debut: dt.date | None, source: str, adresse: str, note: str
) -> VersionDePerimetre:
    version = VersionDePerimetre(
        perimetre=perimetre, debut=debut, source=source.strip(), adresse=adresse, note=note.strip()
    )
    version.full_clean(exclude=["perimetre"])
    version.save()
    return version


def _compositions(perimetre: Territoire) -> dict[dt.date | None, set[int]]:
    """By first day: the members (their keys) of each version."""
    liens = list(Composition.objects.filter(contenant=perimetre))
    return {
        version.debut: {
            lien.contenu_id
            for lien in liens
            if (lien.debut is None or lien.debut <= (version.debut or dt.date.min))
            and (lien.fin is None or (version.debut or dt.date.min) <= lien.fin)
        }
        for version in perimetre.versions.all()
    }


def _le_jour(versions: Mapping[dt.date | None, set[int]], jour: dt.date) -> set[int] | None:
    """The composition of a day, None before the first version."""
    avant = [debut for debut in versions if debut is None or debut <= jour]
    return versions[max(avant, key=lambda d: d or dt.date.min)] if avant else None


def _ecrire_compositions(perimetre: Territoire, versions: Mapping[dt.date | None, set[int]]) -> None:
    """Write the memberships anew: one row for each stay without a break of a member in the perimeter."""
    jours = sorted(versions, key=lambda d: d or dt.date.min)
    suivants = [*jours[1:], None]
    lignes: dict[int, Composition] = {}
    ouvertes: dict[int, Composition] = {}
    for jour, suivant in zip(jours, suivants, strict=True):
        fin = suivant - VEILLE if suivant else None
        ouvertes = {
            pk: ouvertes.get(pk)
            or Composition(contenant=perimetre, contenu_id=pk, debut=jour, jeu=JEU_TENU_ICI)
            for pk in sorted(versions[jour])
        }
        for ligne in ouvertes.values():
            ligne.fin = fin
            lignes[id(ligne)] = ligne
    Composition.objects.filter(contenant=perimetre).delete()
    Composition.objects.bulk_create(lignes.values(), batch_size=500)
    if perimetre.composition == EtatComposition.NON_DOCUMENTEE and lignes:
        perimetre.composition = EtatComposition.OFFICIELLE
        Composition.objects.filter(contenu=perimetre).delete()
    replacer(perimetre)


def replacer(perimetre: Territoire) -> None:
    """Its région and its département follow all that it was made of."""
    liens = Composition.objects.filter(contenant=perimetre)
    codes = list(liens.values_list("contenu__code", flat=True).distinct())
    if codes:
        _placer(perimetre, emprise_de(codes, aujourdhui()))
    perimetre.save()


def _donnees(perimetre: Territoire, version: VersionDePerimetre, membres: Sequence[str]) -> dict[str, Any]:
    return {
        "nom": perimetre.nom,
        "debut": version.debut,
        "source": version.source,
        "adresse": version.adresse,
        "membres": list(membres),
    }


def _noter(
    perimetre: Territoire, acte: str, auteur: Auteur, donnees: Mapping[str, Any], motif: str = ""
) -> Ecriture:
    rafraichir()
    personnel = {"motif": Personnel(auteur.personne, motif.strip())} if motif.strip() else {}
    return ecrire(
        objet=objet_journal(perimetre.code), acte=acte, auteur=auteur, donnees=donnees, personnel=personnel
    )
