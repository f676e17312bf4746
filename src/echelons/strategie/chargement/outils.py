"""What the loaders share: looking up what a file names, and what a statement rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Model

from echelons.acteurs.models import Fonction
from echelons.socle.fichiers import Relecture, trouver_sources
from echelons.socle.models import Source
from echelons.socle.yaml_situe import Chemin
from echelons.strategie.fichiers.communs import Etayee
from echelons.strategie.models import Dispositif, TexteReference

M = TypeVar("M", bound=Model)
Champs = dict[str, Any]


def absent(quoi: str, code: str) -> str:
    """The refusal of a code that names nothing."""
    ce = "cet" if quoi[0] in "aeiouyéêh" else "ce"
    return f"trouvé « {code} » : {ce} {quoi} n’existe pas. Corrigez le code ou déclarez-le d’abord."


def trouver(
    code: str, connus: Mapping[str, Dispositif], relecture: Relecture, chemin: Chemin
) -> Dispositif | None:
    """The dispositif of that code; an unknown one is an error of the file."""
    if code not in connus:
        relecture.refuser(chemin, absent("dispositif", code))
        return None
    return connus[code]


class Lecteur:
    """Writes parts of one file, with what they name already read: texts, sources, dispositifs, functions."""

    def __init__(self, relecture: Relecture) -> None:
        self.relecture = relecture
        self.textes = {t.code: t for t in TexteReference.objects.all()}
        self.sources = {s.cle: s for s in Source.objects.all()}
        self.dispositifs = {d.code: d for d in Dispositif.objects.all()}
        self.fonctions = {f.code: f for f in Fonction.objects.all()}

    def dispositif(self, code: str, chemin: Chemin) -> Dispositif | None:
        """The dispositif that an element names."""
        return trouver(code, self.dispositifs, self.relecture, (*chemin, "dispositif"))

    def texte(self, code: str, chemin: Chemin) -> TexteReference | None:
        """The text that an element names; an unknown one is an error of the file."""
        if code not in self.textes:
            self.relecture.refuser((*chemin, "texte"), absent("texte de référence", code))
        return self.textes.get(code)

    def fonction(self, code: str, chemin: Chemin) -> Fonction | None:
        """The function of that code; an unknown one is an error of the file."""
        if code not in self.fonctions:
            self.relecture.refuser(
                chemin, f"trouvé « {code} » : cette fonction n’existe pas. Corrigez le code."
            )
        return self.fonctions.get(code)

    def appuis(self, lu: Etayee, chemin: Chemin) -> tuple[Champs, dict[str, Sequence[Model]]]:
        """The columns and the links that say what an element rests on."""
        texte = self.texte(lu.texte, chemin) if lu.texte else None
        sources = trouver_sources(lu.sources, self.sources, self.relecture, (*chemin, "sources"))
        return {"texte": texte, "a_confirmer": lu.a_confirmer, "remarque": lu.remarque}, {"sources": sources}

    def ecrire(
        self, modele: type[M], nom: str, chemin: Chemin, identite: Champs, lu: Any, champs: Champs
    ) -> M:
        """One element, with what it rests on when it says so."""
        appuis, liens = self.appuis(lu, chemin) if isinstance(lu, Etayee) else ({}, {})
        return self.relecture.ecrire(
            modele, nom=nom, chemin=chemin, identite=identite, champs={**champs, **appuis}, liens=liens
        )

    def serie(
        self,
        modele: type[M],
        nom: str,
        chemin: Chemin,
        proprietaire: Champs,
        lus: Sequence[Any],
        champs: Callable[[int, Any], Champs],
    ) -> dict[str, M]:
        """The elements of a list that belong to one owner, by code; those that it no longer holds are removed when
        the files are the whole truth."""
        self.relecture.sans_doublon(chemin, "code", [lu.code for lu in lus])
        ecrits = {
            lu.code: self.ecrire(
                modele,
                f"{nom} « {lu.code} »",
                (*chemin, i),
                {**proprietaire, "code": lu.code},
                lu,
                champs(i, lu),
            )
            for i, lu in enumerate(lus)
        }
        if self.relecture.synchroniser:
            gardes = [objet.pk for objet in ecrits.values()]
            modele._default_manager.filter(**proprietaire).exclude(pk__in=gardes).delete()
        return ecrits
