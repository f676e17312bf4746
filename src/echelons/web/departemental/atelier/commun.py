"""What the pages of the workshop share: the instrument, whether it is open to this reader, how a refusal reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from echelons.acteurs.droits import Capacite
from echelons.contrats.contenu.etat import contenu_courant
from echelons.contrats.contenu.forme import Contenu
from echelons.contrats.contenu.registre import Conflit, Ecrit, refus_de_rediger
from echelons.contrats.models import Instrument
from echelons.socle.circuit import ActeInterdit, ActeRefuse
from echelons.strategie.lecture import CadreDActe, cadre_d_acte
from echelons.web.compte.refus import AccesRefuse
from echelons.web.departemental.lecture import contenu_lisible, fil_de, lire_instrument

ONGLETS = (
    ("instrument", "Le texte"),
    ("fiches", "Fiches-actions"),
    ("financement", "Financement"),
    ("cibles", "Cibles"),
    ("articles", "Articles"),
    ("manques", "Ce qui manque"),
)
#: Sentences by field, « __all__ » for the whole.
Erreurs = dict[str, list[str]]
#: What a script sends with a saving that the writer did not ask for.
SEUL = "HTTP_X_ECHELONS_SEUL"


@dataclass
class Atelier:
    """An instrument as one reader has it open."""

    requete: Any
    objet: Instrument
    sauf: frozenset[str] = frozenset()

    @classmethod
    def ouvrir(cls, requete: Any, code: str, cle: str, *sauf: str) -> Atelier:
        """The instrument that the address names; ``sauf``: what the page does not show.

        Raises ``Http404``: unknown, out of reach, or not shared yet.
        """
        objet = lire_instrument(requete, code, cle, dossier=False)
        if not contenu_lisible(requete, objet):
            raise Http404
        return cls(requete, objet, frozenset(sauf))

    @cached_property
    def contenu(self) -> Contenu:
        """What it says now, but for what this page leaves out."""
        return contenu_courant(self.objet, self.sauf | {"texte"})

    @cached_property
    def cadre(self) -> CadreDActe:
        """What its dispositif asks of it."""
        return cadre_d_acte(self.objet.contrat.dispositif_id)

    @cached_property
    def refus(self) -> Exception | None:
        """Why this reader cannot write in it; asked of those who might: it names who can."""
        return refus_de_rediger(self.requete.acteur, self.objet)

    def exiger_la_plume(self) -> None:
        """Raises ``AccesRefuse`` for who has not the right to write; who comes too late is told by the act itself."""
        if isinstance(self.refus, ActeInterdit):
            raise AccesRefuse(str(self.refus))

    @property
    def seul(self) -> bool:
        """Whether a script saves by itself, and reads JSON."""
        return SEUL in self.requete.META

    @property
    def rang_lu(self) -> int | None:
        """The rank of the writing that the reader had before her, as the form sends it back."""
        rang = self.requete.POST.get("rang", "")
        return int(rang) if rang.isdecimal() and len(rang) < 10 else None

    def ecrire_les_cases(
        self, saisies: Mapping[str, str], erreurs: Erreurs, ecrire: Callable[[int | None], Ecrit]
    ) -> tuple[Ecrit | None, Erreurs]:
        """Write the cells of a grid unless some cannot be read: what it left, or what is said against each cell."""
        if not saisies:
            erreurs = {"__all__": ["Aucune case n’est arrivée\u00a0: rechargez la page, puis recommencez."]}
        if erreurs:
            return None, erreurs
        try:
            return ecrire(self.rang_lu), {}
        except ValidationError as refus:
            return None, messages_de(refus)
        except ActeRefuse as refus:
            return None, {"__all__": [str(refus)]}

    def adresse(self, nom: str, *suite: Any) -> str:
        """The address of a page of this instrument."""
        return reverse(nom, args=[self.objet.contrat.code, self.objet.cle, *suite])

    def onglets(self, ici: str) -> list[tuple[str, str, bool]]:
        """The parts of the instrument: address, name, whether one is there."""
        return [(self.adresse(nom), libelle, nom == ici) for nom, libelle in ONGLETS]

    def rendre(
        self,
        gabarit: str,
        titre: str,
        ici: str,
        contexte: dict[str, Any],
        statut: int = 200,
        *fil: tuple[str, str],
    ) -> HttpResponse:
        """A page of the workshop."""
        objet, contrat = self.objet, self.objet.contrat
        tient_la_plume = self.requete.acteur.peut(Capacite.REDIGER, contrat.cible)
        commun = {
            "objet": objet,
            "contrat": contrat,
            "titre": titre,
            "onglets": self.onglets(ici),
            "ecrit": tient_la_plume and self.refus is None,
            "exporte": self.requete.acteur.peut(Capacite.EXPORTER, contrat.cible),
            "refus": str(self.refus or "") if tient_la_plume else "",
            # A page that gives back what was typed gives it back as it was read.
            "rang": objet.contenu_rang if statut != 422 or self.rang_lu is None else self.rang_lu,
            "echelon": contrat.perimetre.nom,
            "nav": "contrats",
            "fil": fil_de(objet, *fil, (titre, "")),
        }
        return render(
            self.requete, f"departemental/atelier/{gabarit}.html", {**commun, **contexte}, status=statut
        )

    def repondre(self, ecrit: Ecrit, lire: Any, nommer: Callable[[Conflit], str]) -> JsonResponse:
        """What a script is told after a saving; ``lire`` says a value as its field shows it, ``nommer`` its field."""
        statut = 409 if ecrit.conflits else 200
        return JsonResponse(
            {
                "rang": ecrit.rang,
                "ecrits": ecrit.champs,
                "heure": f"{timezone.localtime():%H\u00a0h\u00a0%M}",
                "conflits": [{**dire_le_conflit(c, lire), "nom": nommer(c)} for c in ecrit.conflits],
            },
            status=statut,
        )


def dire_le_conflit(conflit: Conflit, lire: Any) -> dict[str, str]:
    """A conflict as a page tells it."""
    instant = timezone.localtime(conflit.instant)
    return {
        "cle": conflit.cle,
        "champ": conflit.champ,
        "par": conflit.par,
        "quand": f"le {instant:%d/%m/%Y} à {instant:%H\u00a0h\u00a0%M}",
        "actuel": lire(conflit.champ, conflit.actuel),
    }


def erreurs_json(erreurs: Erreurs) -> JsonResponse:
    """What a script is told of fields refused; nothing was written."""
    return JsonResponse({"erreurs": erreurs}, status=422)


def messages_de(refus: ValidationError) -> Erreurs:
    """The sentences of a refusal, by field; « __all__ » for the whole."""
    if hasattr(refus, "error_dict"):
        return {str(champ): [str(m) for m in messages] for champ, messages in refus.message_dict.items()}
    return {"__all__": [str(m) for m in refus.messages]}
