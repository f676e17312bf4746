"""Whatever somebody changes in a workbook, bringing it back changes that and nothing else, in either format."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from echelons.contrats import imports
from echelons.contrats.contenu import cibles
from echelons.contrats.contenu.cibles import SANS_CHIFFRE, Chiffre
from echelons.contrats.contenu.financements import Case
from echelons.contrats.contenu.instantane import Instantane, ecrites_depuis
from echelons.contrats.contenu_par_fichier.cellules import meme_texte
from echelons.contrats.models import Instrument
from echelons.socle import isolement
from echelons.socle.imports.passage import Correspondance
from echelons.socle.models import Import
from echelons.strategie.models import Indicateur
from tests.conftest import EPREUVES
from tests.contrats.contenu.classeurs import Classeur, telecharger
from tests.contrats.contenu.exemples import MONTANTS, financer, remplir
from tests.contrats.scene import JOUR, Scene
from tests.epreuves.couveuse import Couveuses

pytestmark = pytest.mark.django_db
TEXTES = {
    "Intitulé": "intitule",
    "Public": "public",
    "Diagnostic": "diagnostic",
    "Pilote": "pilote",
    "Lieux": "lieux",
}
#: What people write, and what a spreadsheet would run; the apostrophe that a spreadsheet hides is not drawn first.
PHRASES = st.text("abé’«»œ=+-@;:/\"'<>&%€ \u00a0\u202f\n0129", min_size=1, max_size=40).map(
    lambda t: " ".join(t.split(" ")).strip()
)


@pytest.fixture
def depot(settings, tmp_path, monkeypatch) -> Iterator[None]:
    settings.DEPOT, settings.CLAMAV, settings.AUJOURDHUI = tmp_path / "documents", "", JOUR
    chaudes = Couveuses()
    monkeypatch.setattr(isolement, "subprocess", chaudes)
    yield
    chaudes.fermer()


@pytest.fixture
def depart(db, depot) -> tuple[Scene, Instrument]:
    """What every example starts from."""
    scene = Scene()
    return scene, ecrite(scene)


def ecrite(scene: Scene) -> Instrument:
    """A draft of three fiches, with money and targets."""
    convention = scene.ouvrir()
    indicateurs = Indicateur.objects.filter(demandes__dispositif=convention.contrat.dispositif).distinct()
    par = scene.acteur("charge-de-mission")
    for rang, titre in enumerate(("Accueillir", "Loger", "Soigner")):
        fiche = remplir(scene, convention, titre, diagnostic="=A1\n\nDeux  mots.", etp="1.5")
        financer(scene, convention, fiche, (1, 2019, "100"), (2, 2019 + rang, "99.99"))
        cibles.viser(par=par, instrument=convention, indicateur=indicateurs[0], fiche=fiche)
    commune = cibles.viser(par=par, instrument=convention, indicateur=indicateurs[1], fiche=None)
    chiffres = {
        "depart": Chiffre(valeur=Decimal("12.5"), le=dt.date(2018, 12, 31)),
        "2020": Chiffre(valeur=Decimal(70)),
    }
    cibles.enregistrer(par=par, instrument=convention, lignes={commune.pk: chiffres}, rang_lu=None)
    return convention


class Edition:
    """A workbook being changed, and what the instrument should say once it is brought back."""

    def __init__(self, convention: Instrument, extension: str, tirer: st.DataObject) -> None:
        self.classeur = Classeur(telecharger(convention, extension))
        self.avant = Instantane.de(convention)
        self.attendu = copy.deepcopy(self.avant)
        self.tirer, self.numeros = tirer, itertools.count(1)

    def _un(self, feuille: str) -> int:
        return self.tirer.draw(st.sampled_from(self.classeur.rangs(feuille)))

    def changer_un_texte(self) -> None:
        rang, titre, dit = (
            self._un("Fiches"),
            self.tirer.draw(st.sampled_from(sorted(TEXTES))),
            self.tirer.draw(PHRASES),
        )
        reference = self.classeur.lire("Fiches", rang, "Référence")
        if not reference or dit[:1] in {"", "'"} or (titre == "Intitulé" and "\n" in dit):
            return
        self.classeur.changer("Fiches", rang, **{titre: dit})
        champs = self.attendu.fiches[reference]
        if not meme_texte(dit, champs[TEXTES[titre]]):
            champs[TEXTES[titre]] = dit

    def changer_des_moyens(self) -> None:
        rang, etp = self._un("Fiches"), self.tirer.draw(st.none() | st.decimals("0", "99999.99", places=2))
        if reference := self.classeur.lire("Fiches", rang, "Référence"):
            self.classeur.changer("Fiches", rang, ETP="" if etp is None else float(etp))
            self.attendu.fiches[reference]["etp"] = None if etp is None else format(etp.normalize(), "f")

    def changer_un_montant(self) -> None:
        rang, montant = self._un("Financement"), self.tirer.draw(st.none() | MONTANTS)
        if cle := self.classeur.lire("Financement", rang, "Référence de la ligne"):
            self.classeur.changer(
                "Financement", rang, Montant_prévu="" if montant is None else float(montant)
            )
            self.attendu.cases.pop(cle, None)
            if montant is not None:
                self.attendu.cases[cle] = str(montant)

    def ajouter_un_financement(self) -> None:
        rang, montant = self._un("Fiches"), self.tirer.draw(MONTANTS)
        fiche, annee = (
            self.classeur.lire("Fiches", rang, "Référence"),
            self.tirer.draw(st.sampled_from((2019, 2020, 2021))),
        )
        imputation = f"304-{next(self.numeros)}"
        self.classeur.ajouter(
            "Financement", Fiche=self.classeur.lire("Fiches", rang, "Numéro"), Financeur="État", Exercice=annee,
            Imputation=imputation, Montant_prévu=float(montant),
        )  # fmt: skip
        cle = fiche or self.classeur.lire("Fiches", rang, "Intitulé")
        self.attendu.cases[Case(cle, 1, annee, "credit", imputation).cle] = str(montant)

    def ajouter_une_fiche(self) -> None:
        titre = f"Neuve {len(self.classeur.feuilles['Fiches'])}"
        self.classeur.ajouter("Fiches", Numéro=titre[::-1], Intitulé=titre, Public="Tous.")
        self.attendu.fiches[titre] = {"intitule": titre, "public": "Tous."}

    def changer_une_cible(self) -> None:
        rang, valeur = self._un("Cibles"), self.tirer.draw(st.decimals("-9999", "9999", places=3))
        fiche = self.classeur.lire("Cibles", rang, "Référence de la fiche")
        code, effet = (self.classeur.lire("Cibles", rang, titre) for titre in ("Code", "Définition du"))
        if not self.classeur.lire("Cibles", rang, "Exercice"):
            self.classeur.changer("Cibles", rang, Exercice=2021)
        annee = str(int(self.classeur.lire("Cibles", rang, "Exercice")))
        self.classeur.changer("Cibles", rang, Cible=float(valeur))
        self.attendu.cibles[f"{fiche}/{code}/{effet.isoformat()}"][annee] = Chiffre(valeur=valeur).simple

    def retirer_une_ligne(self) -> None:
        """Which is not removed unless that is ticked."""
        if len(self.classeur.feuilles["Financement"]) > 3:
            rang = self.tirer.draw(st.sampled_from((1, 2)))
            if cle := self.classeur.lire("Financement", rang, "Référence de la ligne"):
                self.classeur.retirer("Financement", rang)
                self.attendu.cases[cle] = self.avant.cases[cle]

    def jouer(self) -> None:
        """A few changes, in any order."""
        gestes = (
            self.changer_un_texte, self.changer_des_moyens, self.changer_un_montant, self.ajouter_un_financement,
            self.ajouter_une_fiche, self.changer_une_cible, self.retirer_une_ligne,
        )  # fmt: skip
        for geste in self.tirer.draw(st.lists(st.sampled_from(gestes), max_size=6)):
            geste()


def rapporter(scene: Scene, convention: Instrument, octets: bytes, extension: str) -> Import:
    """Bring it back, and write what it changes."""
    par = scene.acteur("charge-de-mission")
    objet = imports.deposer_un_retour(
        par=par, instrument=convention, nom=f"classeur.{extension}", morceaux=[octets]
    )
    imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
    assert objet.etat == Import.Etat.PRET, [a.texte for a in objet.anomalies.all()]
    if objet.comparaison["changements"]:
        imports.publier(par=par, objet=objet)
    return objet


def sous_leurs_titres(etat: Instantane, connues: set[str]) -> Instantane:
    """The same, where the fiches added are named by their titles."""
    titres = {r: c["intitule"] for r, c in etat.fiches.items() if r not in connues}

    def nom(cle: str) -> str:
        fiche, _, suite = cle.partition("/")
        return f"{titres.get(fiche, fiche)}/{suite}"

    return Instantane(
        {titres.get(r, r): {c: v for c, v in champs.items() if v} for r, champs in etat.fiches.items()},
        {nom(cle): montant for cle, montant in etat.cases.items()},
        {nom(cle): chiffres for cle, chiffres in etat.cibles.items()},
    )


@settings(max_examples=80 if EPREUVES else 4)
@given(tirer=st.data(), extension=st.sampled_from(("xlsx", "ods")))
def test_what_was_changed_in_the_workbook_and_nothing_else_changes(depart, tirer, extension):
    scene, convention = depart
    with transaction.atomic():
        convention.refresh_from_db()
        edition = Edition(convention, extension, tirer)
        edition.jouer()
        rang = convention.contenu_rang
        rapporter(scene, convention, edition.classeur.octets(extension), extension)
        convention.refresh_from_db()
        apres = Instantane.de(convention)
        connues = set(edition.avant.fiches)
        assert sous_leurs_titres(apres, connues) == sous_leurs_titres(edition.attendu, connues)
        assert convention.contenu_rang <= rang + 1
        assert apres.avant(ecrites_depuis(convention, rang)).empreinte == edition.avant.empreinte
        assert (
            rapporter(scene, convention, telecharger(convention, extension), extension).bilan["nouvelles"]
            == 0
        )
        transaction.set_rollback(True)


def test_the_state_of_any_writing_is_found_again_from_its_traces(depot):
    scene = Scene()
    convention = ecrite(scene)
    convention.refresh_from_db()
    avant, rang = Instantane.de(convention), convention.contenu_rang
    classeur = Classeur(telecharger(convention))
    classeur.retirer("Fiches", 1)
    par = scene.acteur("charge-de-mission")
    objet = imports.deposer_un_retour(
        par=par, instrument=convention, nom="classeur.xlsx", morceaux=[classeur.octets()]
    )
    imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
    imports.publier(par=par, objet=objet, choix=[r["cle"] for r in objet.comparaison["retraits"]])
    apres = Instantane.de(convention)
    assert len(apres.fiches) == 2
    assert apres.avant(ecrites_depuis(convention, rang)) == avant
    imports.annuler(par=par, objet=objet, motif="Par erreur.")
    revenu = Instantane.de(convention)
    assert (revenu.cases, revenu.cibles, revenu.empreinte) == (avant.cases, avant.cibles, avant.empreinte)
    assert revenu.cibles[next(c for c in revenu.cibles if c[0] != "/")]["depart"] == SANS_CHIFFRE.simple
