"""A fictional dossier with its circuit, to try the engine on; its table is made by the tests that need it."""

from django.db import connection, models

from echelons.socle.circuit import CibleSelon, Circuit, Etat, Manque, Refus, Transition
from echelons.socle.journal import Auteur, Objet

REDACTEUR = Auteur("c-redacteur", "m1", "p1")
SIGNATAIRE = Auteur("c-signataire", "m2", "p2")


class Dossier(models.Model):
    """What moves through the circuit below."""

    etat = models.CharField(max_length=20, default="projet")
    version = models.PositiveIntegerField(default=1)
    texte = models.TextField(default="Un texte fictif")

    class Meta:
        app_label = "maquette"

    def __str__(self):
        return f"dossier {self.pk}"

    @property
    def objet_journal(self):
        return Objet("dossier", str(self.pk))


def creer_table() -> None:
    """Make the table of the dossiers, which no migration knows."""
    cle = "bigserial" if connection.vendor == "postgresql" else "integer"
    with connection.cursor() as curseur:
        curseur.execute(
            f"CREATE TABLE maquette_dossier (id {cle} PRIMARY KEY, etat varchar(20) NOT NULL, "
            "version integer NOT NULL, texte text NOT NULL)"
        )


def texte_ecrit(dossier, donnees):
    return [] if dossier.texte else [Manque("Le texte n’est pas écrit.", "/texte")]


def date_donnee(dossier, donnees):
    return [] if donnees is None or donnees.get("date") else [Manque("La date n’est pas donnée.")]


def effacer(dossier, donnees):
    dossier.texte = ""
    return {"texte": "t1"}


CIRCUIT = Circuit(
    nom="dossier",
    etats=(
        Etat("projet", "Projet", initial=True),
        Etat("soumis", "Soumis"),
        Etat("vote", "Voté"),
        Etat("signe", "Signé", terminal=True),
        Etat("abandonne", "Abandonné", terminal=True),
    ),
    transitions=(
        Transition("soumettre", ("projet",), "soumis", "rediger", "Soumettre", gardes=(texte_ecrit,)),
        Transition(
            "retourner",
            ("soumis",),
            "projet",
            "instruire",
            "Demander des corrections",
            commentaire_obligatoire=True,
        ),
        Transition(
            "voter",
            ("soumis",),
            CibleSelon(lambda dossier, donnees: donnees.get("issue", "vote"), ("vote", "projet")),
            "instruire",
            "Voter",
            gardes=(date_donnee,),
            explication="Le texte est adopté | ou revient en projet.",
        ),
        Transition("signer", ("vote",), "signe", "signer", "Signer"),
        Transition("abandonner", ("projet", "soumis"), "abandonne", "rediger", "Abandonner", effet=effacer),
    ),
    tus=frozenset({"brouillon"}),
)


def tout_permis(capacite, objet):
    return None


def droit_du_redacteur(capacite, objet):
    if capacite == "rediger":
        return None
    return Refus("Vous n’avez pas cette capacité.", ("la signataire fictive",))
