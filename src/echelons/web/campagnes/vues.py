"""Producing the acts of a campaign: choose one, see what its instruments hold, start, follow, take the files.

A batch is seen by whoever asked for it, and shows of it what they may still read.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from echelons.contrats.lots import actes
from echelons.contrats.lots.archive import actes_lisibles, ecrire
from echelons.contrats.lots.campagnes import Cle, campagnes_de, lire_campagne
from echelons.contrats.models import ActeDeLot, Lot
from echelons.socle import taches
from echelons.socle.models import Tache
from echelons.web.compte.formulaires import Formulaire

Etat, Sorte = ActeDeLot.Etat, ActeDeLot.Sorte
TOUTES = ("Actes d’une campagne", "campagnes")
#: What is there to choose, in words.
OFFERTES = (
    (Sorte.ACTE, "La convention et ses annexes, en un PDF"),
    (Sorte.SEANCE, "Le dossier de séance : rapport, délibération, convention, annexes et plan, en un ZIP"),
)


class FormulaireLot(Formulaire):
    """What is made of each instrument."""

    sortes = forms.MultipleChoiceField(
        label="Ce qui est produit pour chaque instrument",
        choices=[(s.value, libelle) for s, libelle in OFFERTES],
        widget=forms.CheckboxSelectMultiple,
        initial=[Sorte.ACTE.value],
        error_messages={
            "required": "Choisissez ce qui est à produire.",
            "invalid_choice": "Choisissez dans la liste.",
        },
    )


@dataclass(frozen=True)
class Avancee:
    """How far a batch is, for this reader: their acts by state, and its work if one is asked for."""

    nombres: Counter[str]
    travail: Tache | None
    panne: str

    @property
    def regles(self) -> int:
        """How many acts are settled, produced or not."""
        return self.nombres.total() - self.nombres[Etat.A_FAIRE]

    @property
    def total(self) -> int:
        """How many acts there are."""
        return self.nombres.total()

    @property
    def produits(self) -> int:
        """How many files there are."""
        return self.nombres[Etat.PRODUIT]

    @property
    def echecs(self) -> int:
        """How many could not be produced."""
        return self.nombres[Etat.ECHEC]

    @property
    def ecartes(self) -> int:
        """How many were left out."""
        return self.nombres[Etat.ECARTE]

    @property
    def restent(self) -> int:
        """How many are still to be done."""
        return self.nombres[Etat.A_FAIRE]


@login_required
@require_safe
def campagnes(requete: Any) -> HttpResponse:
    """The campaigns of the reader's scope, and the batches they asked for."""
    contexte = {
        "campagnes": campagnes_de(requete.acteur),
        "lots": actes.lots_de(requete.acteur),
        "nav": "contrats",
        "fil": [("Mes contrats", reverse("contrats")), (TOUTES[0], "")],
    }
    return render(requete, "campagnes/campagnes.html", contexte)


@login_required
@require_safe
def campagne(requete: Any, dispositif: str, genre: str, periode: str) -> HttpResponse:
    """What the instruments of a campaign hold, and the form that has their acts produced."""
    return _montrer(requete, Cle(dispositif, genre, periode), FormulaireLot())


@login_required
@require_POST
def lancer(requete: Any, dispositif: str, genre: str, periode: str) -> HttpResponse:
    """Have the acts produced."""
    cle, formulaire = Cle(dispositif, genre, periode), FormulaireLot(requete.POST)
    if formulaire.is_valid():
        try:
            return redirect(
                "lot", actes.lancer(par=requete.acteur, cle=cle, **formulaire.cleaned_data).reference
            )
        except ValidationError as refus:
            formulaire.add_error(None, refus)
    return _montrer(requete, cle, formulaire, statut=422)


def _montrer(requete: Any, cle: Cle, formulaire: FormulaireLot, statut: int = 200) -> HttpResponse:
    lue = lire_campagne(requete.acteur, cle)
    if lue is None:
        raise Http404
    sienne, contenance = lue
    contexte = {
        "campagne": sienne,
        "c": contenance,
        "formulaire": formulaire,
        "lots": actes.lots_de(requete.acteur, cle),
        "nav": "contrats",
        "fil": [
            ("Mes contrats", reverse("contrats")),
            (TOUTES[0], reverse(TOUTES[1])),
            (sienne.intitule, ""),
        ],
    }
    return render(requete, "campagnes/campagne.html", contexte, status=statut)


@login_required
@require_safe
def lot(requete: Any, reference: UUID) -> HttpResponse:
    """How far a batch is; asked by itself, the page only gets what changed, or is told to be read again at the end."""
    sien = _sien(requete, reference)
    lus = actes_lisibles(sien, requete.acteur)
    avancee = _avancee(sien, lus)
    contexte = {"lot": sien, "actes": lus, "a": avancee, "sans_ouvrier": not taches.ouvrier_present()}
    if getattr(requete, "htmx", False):
        if avancee.travail is None:
            return HttpResponse(headers={"HX-Refresh": "true"})
        morceau = "_lignes" if "lignes" in requete.GET else "_suivi"
        return render(requete, f"campagnes/{morceau}.html", contexte)
    if avancee.travail is None:
        taches.marquer_vues(sien.cle_du_travail, str(requete.user.pk))
    contexte |= {
        "caches": sien.actes.count() - len(lus),
        "campagne": reverse("campagne", args=actes.cle_de(sien)),
        "nav": "contrats",
        "fil": [
            ("Mes contrats", reverse("contrats")),
            (TOUTES[0], reverse(TOUTES[1])),
            (sien.intitule, reverse("campagne", args=actes.cle_de(sien))),
            ("Production", ""),
        ],
    }
    return render(requete, "campagnes/lot.html", contexte)


def _sien(requete: Any, reference: UUID) -> Lot:
    """A batch of this reader; there is no other."""
    siens = Lot.objects.select_related("dispositif")
    return get_object_or_404(siens, reference=reference, compte=requete.user)


def _avancee(sien: Lot, lus: list[ActeDeLot]) -> Avancee:
    travail, dernier = taches.en_cours(sien.cle_du_travail), None
    if travail is None:
        dernier = taches.derniere(sien.cle_du_travail)
    return Avancee(
        nombres=Counter(a.etat for a in lus),
        travail=travail,
        panne=dernier.phrase if dernier is not None and dernier.etat != Tache.Etat.FAITE else "",
    )


@login_required
@require_POST
def arreter(requete: Any, reference: UUID) -> HttpResponse:
    """Have the work stop after the act under way."""
    sien = _sien(requete, reference)
    actes.arreter(sien)
    return redirect("lot", sien.reference)


@login_required
@require_POST
def reprendre(requete: Any, reference: UUID) -> HttpResponse:
    """Go on where it stood, or produce anew what changed."""
    sien = _sien(requete, reference)
    actes.reprendre(par=requete.acteur, lot=sien)
    return redirect("lot", sien.reference)


@login_required
@require_safe
def archive(requete: Any, reference: UUID) -> Any:
    """What is produced and may still be read, in one ZIP made as it leaves."""
    sien = _sien(requete, reference)
    lus = actes_lisibles(sien, requete.acteur)
    if not any(a.etat == Etat.PRODUIT for a in lus):
        raise Http404
    reponse = StreamingHttpResponse(ecrire(lus), content_type="application/zip")
    reponse["Content-Disposition"] = f'attachment; filename="actes-{"-".join(actes.cle_de(sien))}.zip"'
    return reponse
