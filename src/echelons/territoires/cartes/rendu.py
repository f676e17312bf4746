"""Maps of France and of a région, drawn on the server as one self-contained SVG string.

Only presentation attributes are written (no style, no script, no event), so that the string goes as it is
into a page under a strict Content-Security-Policy, a file, or a PDF. The site's stylesheet may style:

- `carte`: the `<svg>`; it has no size of its own, only a `viewBox`;
- `carte-zone`: what is linked, an `<a>` holding every part of one territory (show its focus and hover by the
  stroke of its paths, so that the parts are outlined together);
- `carte-aire`: the same without a link; `carte-groupe`: added when a territory has several parts;
- `carte-repere`: added on the mark of a signatory that is not a département;
- `carte-nom`: a text.

The keyboard follows the order of `donnees`, then of `reperes`: give both in the order of the table beside.
Missing départements are drawn first, in the class « non documenté ».
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from echelons.territoires.cartes.classes import (
    NON_DOCUMENTE,
    Classe,
    definition,
    remplissage,
    verifier,
)
from echelons.territoires.cartes.etiquettes import Etiquette, nommer
from echelons.territoires.cartes.fond import (
    CADRES,
    CREDIT,
    DEPARTEMENTS,
    HAUTEUR,
    HAUTEUR_TITRE,
    LARGEUR,
    Forme,
    departement,
)
from echelons.territoires.cartes.reperes import Marque, Repere, poser
from echelons.territoires.cartes.texte import adresse, attribut, nombre

# Widths, in pixels, at which a thickness or a font size is what it says; the map itself has any width.
REFERENCE_FRANCE = 640
REFERENCE_REGION = 500

ENCRE = "#161616"
VOISIN = "#f3f3f3"
CADRE = "#c4c4c4"


@dataclass(frozen=True, slots=True)
class Donnee:
    """What the map says of one territory.

    `code`: of the territory; `codes`: of the départements it is drawn with, when they are not simply `code`
    (Alsace: 67 and 68). `libelle`: the sentence a reader hears or hovers (« Nord : signée le 18 décembre
    2018 »). `href`: where the territory leads, None for nowhere.
    """

    code: str
    classe: str
    libelle: str
    href: str | None = None
    codes: Sequence[str] = ()

    @property
    def departements(self) -> tuple[str, ...]:
        return tuple(self.codes) or (self.code,)


@dataclass(frozen=True, slots=True)
class _Feuille:
    """What every part of one drawing shares. `px`: user units in a pixel at the reference width."""

    prefixe: str
    classes: Mapping[str, Classe]
    px: float
    liens: bool

    def taille(self, pixels: float) -> str:
        return nombre(pixels * self.px)


def carte_france(
    donnees: Iterable[Donnee],
    reperes: Iterable[Repere],
    classes: Iterable[Classe],
    titre: str,
    description: str,
    *,
    noms: Mapping[str, str] | None = None,
    codes: bool = False,
    prefixe: str = "carte",
) -> str:
    """The national map: hexagone, frame of the petite couronne, frames of the overseas départements.

    `noms`: names of départements by code, for those absent from `donnees`. `codes`: write their numbers.
    `prefixe`: start of every id, to be unique in the page. Raises ValueError, in French, on an unknown class
    or département, a département given twice, more than five classes.
    """
    donnees, reperes = _completer(donnees, DEPARTEMENTS, noms or {}), list(reperes)
    px = LARGEUR / REFERENCE_FRANCE
    feuille = _Feuille(_prefixe(prefixe), verifier(classes), px, _a_des_liens(donnees, reperes))
    formes = {code: d.forme for code, d in DEPARTEMENTS.items()}
    marques = [poser(repere, formes, 6 * px, 10.5 * px) for repere in reperes]
    numeros = [Etiquette((code,), forme.x, forme.y, 8.5 * px) for code, forme in formes.items() if codes]
    corps = [
        _cadres(feuille),
        _aires(feuille, [(donnee, _formes_nationales(donnee)) for donnee in donnees]),
        _noms(feuille, [(numero, formes[numero.lignes[0]]) for numero in numeros], marques),
        *(_marque(feuille, marque) for marque in marques),
    ]
    return _enveloppe(feuille, f"0 0 {LARGEUR} {HAUTEUR}", titre, description, corps)


def carte_region(
    codes_departements: Iterable[str],
    donnees: Iterable[Donnee],
    reperes: Iterable[Repere],
    classes: Iterable[Classe],
    titre: str,
    description: str,
    *,
    noms: Mapping[str, str] | None = None,
    voisins: bool = True,
    prefixe: str = "carte",
) -> str:
    """The map of a région: its départements, framed and named, among their neighbours faintly drawn.

    `noms`: what to write on each département, by code; its number is written instead where there is no name,
    or no room for it. Otherwise as `carte_france`; a territory or a mark out of the région is refused.
    """
    formes = {code: departement(code).en_region for code in codes_departements}
    if not formes:
        raise ValueError("Une carte de région demande au moins un département.")
    noms = noms or {}
    donnees, reperes = _completer(donnees, formes, noms), list(reperes)
    for repere in reperes:
        if repere.ancrage.departement not in formes:
            raise ValueError(f"Le repère «\u00a0{repere.code}\u00a0» est hors de la région.")
    gauche, haut, largeur, hauteur = _vue(list(formes.values()))
    px = largeur / REFERENCE_REGION
    feuille = _Feuille(_prefixe(prefixe), verifier(classes), px, _a_des_liens(donnees, reperes))
    marques = [poser(repere, formes, 9 * px, 13 * px) for repere in reperes]
    etiquettes = [(nommer(forme, code, noms.get(code, code), px), forme) for code, forme in formes.items()]
    corps = [
        _voisins(feuille, formes, (gauche, haut, gauche + largeur, haut + hauteur)) if voisins else "",
        _aires(feuille, [(d, [formes[code].trace for code in d.departements]) for d in donnees]),
        _noms(feuille, etiquettes, marques),
        *(_marque(feuille, marque) for marque in marques),
    ]
    vue = " ".join(nombre(v) for v in (gauche, haut, largeur, hauteur))
    return _enveloppe(feuille, vue, titre, description, corps)


def _completer(donnees: Iterable[Donnee], attendus: Collection[str], noms: Mapping[str, str]) -> list[Donnee]:
    """The data checked, preceded by a « non documenté » for each expected département that has none."""
    donnees = list(donnees)
    vus: dict[str, str] = {}
    for donnee in donnees:
        for code in donnee.departements:
            departement(code)
            if code not in attendus:
                raise ValueError(
                    f"Le département «\u00a0{code}\u00a0» ({donnee.code}) est hors de la région."
                )
            if code in vus:
                raise ValueError(
                    f"Le département «\u00a0{code}\u00a0» est donné deux fois ({vus[code]} et {donnee.code})."
                )
            vus[code] = donnee.code
    absents = [
        Donnee(code, NON_DOCUMENTE.cle, f"{noms.get(code, f'Département {code}')}\u00a0: non documenté")
        for code in attendus
        if code not in vus
    ]
    return absents + donnees


def _prefixe(prefixe: str) -> str:
    if not re.fullmatch(r"[A-Za-z][\w-]*", prefixe, re.ASCII):
        raise ValueError(f"Préfixe d’identifiant invalide\u00a0: «\u00a0{prefixe}\u00a0».")
    return prefixe


def _a_des_liens(donnees: Iterable[Donnee], reperes: Iterable[Repere]) -> bool:
    return any(d.href is not None for d in donnees) or any(r.href is not None for r in reperes)


def _formes_nationales(donnee: Donnee) -> list[str]:
    """Paths of a territory on the national map: in its frame, then at its real place if that is elsewhere."""
    formes = [DEPARTEMENTS[code] for code in donnee.departements]
    return [d.forme.trace for d in formes] + [d.place.trace for d in formes if d.place]


def _vue(formes: Sequence[Forme]) -> tuple[float, float, float, float]:
    """Window on the shapes with a margin, never much higher than wide: left, top, width, height."""
    gauche, haut = min(f.boite[0] for f in formes), min(f.boite[1] for f in formes)
    droite, bas = max(f.boite[2] for f in formes), max(f.boite[3] for f in formes)
    marge = 0.035 * max(droite - gauche, bas - haut)
    hauteur = bas - haut + 2 * marge
    largeur = max(droite - gauche + 2 * marge, hauteur / 1.05)
    return (gauche + droite - largeur) / 2, haut - marge, largeur, hauteur


def _enveloppe(feuille: _Feuille, vue: str, titre: str, description: str, corps: Sequence[str]) -> str:
    p = feuille.prefixe
    role = (
        f'role="group" aria-labelledby="{p}-titre" aria-describedby="{p}-desc"'
        if feuille.liens
        else f'role="img" aria-labelledby="{p}-titre {p}-desc"'
    )
    motifs = "".join(definition(classe, p, feuille.px) for classe in feuille.classes.values())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="carte" viewBox="{vue}" {role}>'
        f'<title id="{p}-titre">{attribut(titre)}</title><desc id="{p}-desc">{attribut(description)}</desc>'
        f"<metadata>{attribut(CREDIT)}</metadata><defs>{motifs}</defs>{''.join(corps)}</svg>"
    )


def _cadres(feuille: _Feuille) -> str:
    """Frames of the national map with their titles."""
    traces = "".join(f"M{x} {y}h{largeur}v{hauteur}h-{largeur}z" for x, y, largeur, hauteur in _BOITES)
    titres = "".join(
        Etiquette((cadre.titre,), x + 6 * feuille.px, y + HAUTEUR_TITRE / 2, 11 * feuille.px, "start").svg()
        for cadre, (x, y, _, _) in zip(CADRES, _BOITES, strict=True)
    )
    return (
        f'<path fill="none" stroke="{CADRE}" stroke-width="{feuille.taille(1)}" d="{traces}"/>'
        f'<g fill="{ENCRE}">{titres}</g>'
    )


_BOITES = [cadre.boite for cadre in CADRES]


def _voisins(feuille: _Feuille, region: Collection[str], fenetre: tuple[float, float, float, float]) -> str:
    """The départements around the région that show in the window; none around an overseas one."""
    if any(DEPARTEMENTS[code].zone == "outre-mer" for code in region):
        return ""
    gauche, haut, droite, bas = fenetre
    traces = []
    for code, voisin in DEPARTEMENTS.items():
        a, b, c, d = voisin.en_region.boite
        visible = a < droite and c > gauche and b < bas and d > haut
        if visible and code not in region and voisin.zone != "outre-mer":
            traces.append(voisin.en_region.trace)
    return (
        f'<path fill="{VOISIN}" stroke="#fff" stroke-width="{feuille.taille(1.2)}" d="{"".join(traces)}"/>'
        if traces
        else ""
    )


def _aires(feuille: _Feuille, aires: Iterable[tuple[Donnee, Sequence[str]]]) -> str:
    """The territories with the paths of each: all its parts in one element, so that it is one link, one name."""
    textes = []
    for donnee, traces in aires:
        fond = _remplissage(feuille, donnee)
        formes = "".join(f'<path d="{trace}"/>' for trace in traces)
        groupe = " carte-groupe" if len(donnee.departements) > 1 else ""
        textes.append(_element(feuille, donnee, groupe, f'<g fill="{fond}">{formes}</g>'))
    bord = f'stroke="#fff" stroke-width="{feuille.taille(1.4)}" stroke-linejoin="round"'
    return f"<g {bord}>{''.join(textes)}</g>"


def _marque(feuille: _Feuille, marque: Marque) -> str:
    """A disc ringed with white, and the name on its side."""
    centre = f'cx="{nombre(marque.x)}" cy="{nombre(marque.y)}"'
    disque = (
        f'<circle {centre} r="{nombre(marque.rayon + 2 * feuille.px)}" fill="#fff"/>'
        f'<circle {centre} r="{nombre(marque.rayon)}" fill="{_remplissage(feuille, marque.repere)}"'
        f' stroke="{ENCRE}" stroke-width="{feuille.taille(1.4)}"/>'
    )
    nom = f'<g {_contour(feuille)} font-weight="700">{marque.nom.svg()}</g>'
    return _element(feuille, marque.repere, " carte-repere", disque + nom)


def _element(feuille: _Feuille, objet: Donnee | Repere, ajout: str, contenu: str) -> str:
    """The link, or the plain group, that holds a territory or a mark."""
    libelle, code = attribut(objet.libelle), attribut(objet.code)
    titre = f"<title>{libelle}</title>"
    if objet.href is not None:
        lien = adresse(objet.href)
        return (
            f'<a class="carte-zone{ajout}" data-code="{code}" href="{lien}" aria-label="{libelle}">'
            f"{titre}{contenu}</a>"
        )
    # Among links, what has none is still named; a map without any link is one image, named as a whole.
    nomme = f' role="img" aria-label="{libelle}"' if feuille.liens else ""
    return f'<g class="carte-aire{ajout}" data-code="{code}"{nomme}>{titre}{contenu}</g>'


def _remplissage(feuille: _Feuille, objet: Donnee | Repere) -> str:
    if objet.classe not in feuille.classes:
        raise ValueError(
            f"Classe inconnue sur la carte\u00a0: «\u00a0{objet.classe}\u00a0» (territoire «\u00a0{objet.code}\u00a0»)."
        )
    return remplissage(feuille.classes[objet.classe], feuille.prefixe)


def _noms(feuille: _Feuille, etiquettes: Sequence[tuple[Etiquette, Forme]], marques: Sequence[Marque]) -> str:
    """The layer of names, out of the way of the marks.

    Hidden from assistive technologies, which read the label of each territory instead.
    """
    if not etiquettes:
        return ""
    obstacles = [rectangle for marque in marques for rectangle in marque.encombrement]
    textes = "".join(
        etiquette.ecartee(obstacles, forme.dessus, forme.dessous).svg() for etiquette, forme in etiquettes
    )
    return f'<g aria-hidden="true" pointer-events="none" {_contour(feuille)}>{textes}</g>'


def _contour(feuille: _Feuille) -> str:
    """Attributes of a text readable on any pattern: dark, edged with white."""
    bord = f'stroke="#fff" stroke-width="{feuille.taille(3)}" stroke-linejoin="round"'
    return f'fill="{ENCRE}" {bord} paint-order="stroke"'
