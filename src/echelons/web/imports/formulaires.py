"""The forms of imports: the file, the columns, why an import is undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django import forms

from echelons.socle.depot import OCTETS_MAX, TROP_LOURD
from echelons.socle.imports.actes import manquantes
from echelons.socle.imports.champs import Destination
from echelons.socle.imports.passage import Correspondance
from echelons.socle.models import Import
from echelons.socle.tableurs import TABLEURS, lettres
from echelons.socle.textes import normaliser
from echelons.web.compte.formulaires import Formulaire

MOTIF_MAX, CONSTANTE_MAX = 500, 200
IGNORER = ("", "Ne pas lire cette colonne")


class FormulaireDepot(Formulaire):
    """A spreadsheet, the table it fills, and for which région."""

    destination = forms.ChoiceField(
        label="Ce que contient le fichier", error_messages={"required": "Choisissez dans la liste."}
    )
    region = forms.ChoiceField(label="Pour", required=False)
    fichier = forms.FileField(
        label="Fichier",
        help_text=(
            f"Classeur XLSX ou ODS, ou fichier CSV\u00a0; {OCTETS_MAX // 1024**2}\u00a0Mo au plus, "
            "sans mot de passe ni macros."
        ),
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={
                "class": "fr-upload",
                "accept": ",".join(e for t in TABLEURS.values() for e in t.extensions),
            }
        ),
        error_messages={"required": "Choisissez le fichier à déposer.", "invalid": "Choisissez un fichier."},
    )

    def __init__(
        self,
        *args: Any,
        destinations: Sequence[Destination],
        regions: Sequence[tuple[str, str]],
        lieux: Mapping[str, Collection[str]],
        trop_lourd: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lieux = lieux
        champs: Any = self.fields
        champs["destination"].choices = [(d.code, d.libelle) for d in destinations]
        champs["region"].choices = regions
        # Who reaches one région only says nothing by leaving it blank.
        champs["region"].required = all(code for code, _ in regions)
        champs["fichier"].widget.group_class = "fr-upload-group"
        if trop_lourd:
            champs["fichier"].error_messages["required"] = TROP_LOURD

    def clean(self) -> dict[str, Any]:
        """What may be imported somewhere may not be everywhere."""
        super().clean()
        lues: dict[str, Any] = self.cleaned_data
        destination, region = lues.get("destination"), lues.get("region")
        if destination and region is not None and region not in self.lieux[destination]:
            self.add_error(
                "region", "Vos fonctions ne permettent pas d’importer cela ici. Choisissez ailleurs."
            )
        return lues


class FormulaireColonnes(Formulaire):
    """Which sheets are read, which column each heading gives, and the values that are the same for every row."""

    def __init__(self, objet: Import, destination: Destination, *args: Any, **kwargs: Any) -> None:
        self.objet, self.destination = objet, destination
        super().__init__(*args, **kwargs)
        gardee = Correspondance.de(objet.correspondance)
        self.entetes = list(_entetes(objet.feuilles))
        choix = [IGNORER, *((c.code, c.libelle) for c in destination.champs)]
        if len(objet.feuilles) > 1:
            self.fields["feuilles"] = forms.MultipleChoiceField(
                label="Feuilles à lire",
                choices=[(str(v["rang"]), f"{v['nom']} ({v['lignes']}\u00a0lignes)") for v in objet.feuilles],
                initial=[str(r) for r in sorted(gardee.feuilles)],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        for rang, (entete, ou, exemples) in enumerate(self.entetes):
            vus = f" Par exemple\u00a0: {', '.join(exemples)}." if exemples else ""
            self.fields[f"colonne_{rang}"] = forms.ChoiceField(
                label=f"«\u00a0{entete}\u00a0»",
                help_text=f"{ou}.{vus}",
                choices=choix,
                initial=gardee.colonnes.get(normaliser(entete), ""),
                required=False,
                error_messages={"invalid_choice": "Choisissez dans la liste."},
            )
        for champ in destination.champs:
            self.fields[f"valeur_{champ.code}"] = forms.CharField(
                label=champ.libelle,
                help_text=f"{champ.aide[:1].upper()}{champ.aide[1:]}.",
                initial=gardee.constantes.get(champ.code, ""),
                max_length=CONSTANTE_MAX,
                required=False,
                error_messages={"max_length": f"Au plus {CONSTANTE_MAX} caractères."},
            )

    @property
    def champs_de_colonne(self) -> list[Any]:
        """Those that say what a heading is."""
        return [self[nom] for nom in self.fields if nom.startswith("colonne_")]

    @property
    def champs_de_valeur(self) -> list[Any]:
        """Those that give one value to every row, for what no column gives first."""
        donnes = set(Correspondance.de(self.objet.correspondance).colonnes.values())
        noms = [f"valeur_{c.code}" for c in self.destination.champs]
        return [self[nom] for nom in sorted(noms, key=lambda n: n.removeprefix("valeur_") in donnes)]

    def clean(self) -> dict[str, Any]:
        """Two headings of a sheet never give the same column, and every required column is given."""
        super().clean()
        lues: dict[str, Any] = self.cleaned_data
        par_code: dict[str, set[int]] = {}
        colonnes = {}
        for rang, (entete, _, _) in enumerate(self.entetes):
            code = lues.get(f"colonne_{rang}", "")
            if not code:
                continue
            colonnes[normaliser(entete)] = code
            feuilles = _feuilles_de(self.objet.feuilles, entete)
            if par_code.setdefault(code, set()) & feuilles:
                self.add_error(
                    f"colonne_{rang}",
                    f"«\u00a0{self.destination.champ(code).libelle}\u00a0» est déjà donné par une autre colonne. "
                    "Gardez-en une.",
                )
            par_code[code] |= feuilles
        choisies = lues.get("feuilles")
        rangs = [v["rang"] for v in self.objet.feuilles] if "feuilles" not in self.fields else choisies or []
        constantes = {
            c.code: valeur.strip()
            for c in self.destination.champs
            if (valeur := lues.get(f"valeur_{c.code}", ""))
        }
        lues["correspondance"] = Correspondance(colonnes, constantes, frozenset(int(r) for r in rangs))
        if not self.errors:
            for phrase in manquantes(self.objet, self.destination, lues["correspondance"]):
                self.add_error(None, phrase)
        return lues


def _entetes(vues: Iterable[dict[str, Any]]) -> Iterable[tuple[str, str, list[str]]]:
    """Each heading once, where it is first, and what is under it."""
    vus: set[str] = set()
    plusieurs = len(list(vues)) > 1
    for vue in vues:
        for colonne, intitule in vue["intitules"].items():
            if (norme := normaliser(intitule)) not in vus:
                vus.add(norme)
                ou = f"Feuille «\u00a0{vue['nom']}\u00a0», colonne" if plusieurs else "Colonne"
                yield intitule, f"{ou} {lettres(int(colonne))}", vue["exemples"].get(colonne, [])


def _feuilles_de(vues: Iterable[dict[str, Any]], entete: str) -> set[int]:
    norme = normaliser(entete)
    return {v["rang"] for v in vues if norme in {normaliser(i) for i in v["intitules"].values()}}


class FormulaireAnnulation(Formulaire):
    """Why an import is undone."""

    motif = forms.CharField(
        label="Pourquoi l’annuler",
        help_text="La raison reste dans l’histoire de l’import, avec votre nom.",
        max_length=MOTIF_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Dites pourquoi vous annulez cet import.",
            "max_length": f"Au plus {MOTIF_MAX} caractères.",
        },
    )
