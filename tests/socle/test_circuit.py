"""The circuit is a table: what it allows is done and journalled once, the rest is refused and leaves nothing."""

import json
import re
import subprocess
import sys

import pytest
from django.db import connection, transaction

from echelons.socle.circuit import (
    ActeIncomplet,
    ActeInterdit,
    CibleSelon,
    Circuit,
    CircuitMalForme,
    CommentaireManquant,
    ConflitDActe,
    Etat,
    EtatRefuse,
    Transition,
    appliquer,
    diagramme,
    possibles,
)
from echelons.socle.journal import OUBLIE, Objet, histoire, oublier, verifier
from echelons.socle.models import Ecriture
from tests.bases import RACINE
from tests.socle import maquette
from tests.socle.maquette import CIRCUIT, REDACTEUR, SIGNATAIRE, Dossier, droit_du_redacteur, tout_permis

pytestmark = pytest.mark.django_db
ACTES = sorted({t.acte for t in CIRCUIT.transitions})


@pytest.fixture
def dossier():
    maquette.creer_table()
    return Dossier.objects.create()


def agir(dossier, acte, auteur=REDACTEUR, droit=tout_permis, **quoi):
    return appliquer(CIRCUIT, dossier, acte, auteur=auteur, droit=droit, **quoi)


def lisible(texte):
    return str(texte).replace("\u00a0", " ")


def test_every_pair_of_the_table_writes_one_row_and_every_other_pair_none(dossier):
    for etat in CIRCUIT.libelles:
        for acte in [*ACTES, "inconnu"]:
            Dossier.objects.update(etat=etat, version=1, texte="Un texte fictif")
            dossier.refresh_from_db()
            avant = Ecriture.objects.count()
            quoi = {"commentaire": "Parce que.", "donnees": {"date": "2019-02-05"}}
            if (acte, etat) in CIRCUIT.table:
                agir(dossier, acte, **quoi)
                vu = Dossier.objects.get()
                assert vu.etat == dossier.etat == CIRCUIT.table[acte, etat].cibles[0]
                assert vu.version == dossier.version == 2
                assert Ecriture.objects.count() == avant + 1
            else:
                with pytest.raises(EtatRefuse):
                    agir(dossier, acte, **quoi)
                assert (dossier.etat, dossier.version) == (etat, 1)
                assert Ecriture.objects.count() == avant
    assert verifier().anomalies == ()


def test_an_act_tells_the_journal_where_from_where_to_and_what_was_said(dossier):
    agir(dossier, "soumettre", version_lue=1)
    ecriture = agir(dossier, "retourner", SIGNATAIRE, commentaire="  Le budget manque.  ", version_lue=2)
    (_, lue) = histoire(dossier.objet_journal)
    assert lue.numero == ecriture.numero
    assert lue.donnees == {"circuit": "dossier", "de": "soumis", "vers": "projet", "version": 3}
    assert lue.personnel == {"commentaire": "Le budget manque."}
    assert (lue.auteur.compte, lue.auteur.mandat) == ("c-signataire", "m2")
    oublier("p2")
    assert histoire(dossier.objet_journal)[1].personnel == {"commentaire": OUBLIE}


def test_whoever_acts_on_an_old_page_learns_who_did_what_meanwhile(dossier):
    ancien = Dossier.objects.get()
    agir(dossier, "soumettre")
    agir(dossier, "voter", SIGNATAIRE, donnees={"date": "2019-02-05"})
    noms = {"c-redacteur": "la rédactrice fictive", "c-signataire": "le signataire fictif"}
    with pytest.raises(ConflitDActe) as conflit:
        agir(ancien, "abandonner", version_lue=1, nommer=lambda auteur: noms[auteur.compte])
    assert re.fullmatch(
        r"Depuis que vous avez ouvert cette page, la rédactrice fictive a fait « Soumettre » le .+ à \d\d h \d\d, "
        r"puis le signataire fictif a fait « Voter » le .+ à \d\d h \d\d\. Relisez-la avant d’agir\.",
        lisible(conflit.value),
    )
    assert [e.acte for e in conflit.value.intervenus] == ["soumettre", "voter"]
    assert Dossier.objects.get().etat == "vote"


def test_an_act_that_does_not_start_from_here_says_from_where_and_what_leads_there(dossier):
    agir(dossier, "soumettre")
    with pytest.raises(EtatRefuse) as refus:
        agir(dossier, "signer", droit=droit_du_redacteur)
    assert lisible(refus.value) == (
        "« Signer » n’est pas possible à l’état « Soumis » ; il l’est à l’état « Voté ». "
        "Il faut d’abord « Voter » (peut le faire : la signataire fictive)."
    )


def test_an_act_without_the_right_is_refused_and_names_who_can(dossier):
    agir(dossier, "soumettre")
    with pytest.raises(ActeInterdit) as refus:
        agir(dossier, "retourner", droit=droit_du_redacteur, commentaire="Non.")
    assert lisible(refus.value) == "Vous n’avez pas cette capacité. Peut le faire : la signataire fictive."
    assert (Dossier.objects.get().etat, Ecriture.objects.count()) == ("soumis", 1)


def test_a_file_is_not_given_back_without_a_word(dossier):
    agir(dossier, "soumettre")
    with pytest.raises(CommentaireManquant, match="demande un commentaire"):
        agir(dossier, "retourner", commentaire="   ")
    assert (Dossier.objects.get().etat, Ecriture.objects.count()) == ("soumis", 1)


def test_what_is_missing_is_told_with_its_link(dossier):
    Dossier.objects.update(texte="")
    with pytest.raises(ActeIncomplet) as refus:
        agir(dossier, "soumettre")
    assert [(m.phrase, m.lien) for m in refus.value.manques] == [("Le texte n’est pas écrit.", "/texte")]
    assert not Ecriture.objects.exists()


def test_the_target_may_depend_on_the_data_among_declared_states_only(dossier):
    agir(dossier, "soumettre")
    with pytest.raises(CircuitMalForme, match="cible non déclarée"):
        agir(dossier, "voter", donnees={"date": "2019-02-05", "issue": "signe"})
    assert Dossier.objects.get().etat == "soumis"
    agir(dossier, "voter", donnees={"date": "2019-02-05", "issue": "projet"})
    assert Dossier.objects.get().etat == "projet"


def test_the_effect_of_an_act_is_saved_with_it_and_told_to_the_journal(dossier):
    agir(dossier, "abandonner")
    assert Dossier.objects.get().texte == dossier.texte == ""
    assert histoire(dossier.objet_journal)[0].donnees["suite"] == {"texte": "t1"}


def test_what_an_act_uses_and_must_not_tell_is_not_in_the_journal(dossier):
    agir(dossier, "soumettre", donnees={"brouillon": "long texte", "pieces": 2})
    assert histoire(dossier.objet_journal)[0].donnees["donnees"] == {"pieces": 2}


def test_the_buttons_say_what_is_allowed_and_why_the_rest_is_not(dossier):
    Dossier.objects.update(etat="soumis")
    dossier.refresh_from_db()
    offerts = possibles(CIRCUIT, dossier, droit_du_redacteur)
    assert [(p.transition.acte, p.permis) for p in offerts] == [
        ("retourner", False),
        ("voter", False),
        ("abandonner", True),
    ]
    assert offerts[0].refus.qui_peut == ("la signataire fictive",)
    # What the data of the form will say is not missing while the button is drawn.
    assert offerts[1].manques == ()
    Dossier.objects.update(etat="projet", texte="")
    dossier.refresh_from_db()
    assert [m.lien for m in possibles(CIRCUIT, dossier, tout_permis)[0].manques] == ["/texte"]


def test_the_table_prints_its_documentation():
    texte = diagramme(CIRCUIT)
    assert texte.startswith("```mermaid\nstateDiagram-v2\n")
    assert '    state "Voté" as vote\n' in texte
    assert "    [*] --> projet\n" in texte
    assert "    soumis --> vote : Voter\n    soumis --> projet : Voter\n" in texte
    assert "    signe --> [*]\n" in texte
    assert (
        "| Voter | Soumis | Voté, Projet | `instruire` | facultatif | Le texte est adopté \\| ou revient en projet. |"
        in texte
    )


A, B = Etat("a", "A", initial=True), Etat("b", "B", terminal=True)


def vers(acte="aller", sources=("a",), cible="b", capacite="c"):
    return Transition(acte, sources, cible, capacite, "Aller")


@pytest.mark.parametrize(
    ("etats", "transitions", "phrase"),
    [
        ((A, B), (vers(), vers(acte="fuir", cible="c")), "« fuir » cite l’état inconnu « c »"),
        ((A, B), (vers(), vers(acte="fuir", sources=("z",))), "« fuir » cite l’état inconnu « z »"),
        ((A, B), (vers(), vers(acte="fuir", cible=CibleSelon(str, ("b", "y")))), "état inconnu « y »"),
        ((A, B), (vers(), vers()), "« aller » part deux fois de « a »"),
        ((A, A, B), (vers(),), "« a » est déclaré deux fois"),
        ((A, B, Etat("c", "C", terminal=True)), (vers(),), "« c » ne peut pas être atteint"),
        ((Etat("a", "A"), B), (vers(),), "« a » ne peut pas être atteint"),
        ((A, Etat("b", "B")), (vers(),), "« b » est terminal sans le dire"),
        (
            (A, B),
            (vers(), vers(acte="revenir", sources=("b",), cible="a")),
            "« b » est terminal sans le dire",
        ),
        ((A, B), (vers(capacite=""),), "capacité et libellé sont à donner"),
    ],
)
def test_a_table_that_does_not_hold_together_is_refused_when_it_is_read(etats, transitions, phrase):
    with pytest.raises(CircuitMalForme) as refus:
        Circuit("essai", etats, transitions)
    assert phrase in lisible(refus.value)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_simultaneous_acts_on_one_object_exactly_one_is_done(settings):
    with transaction.atomic():
        maquette.creer_table()
        dossier = Dossier.objects.create()
    resultat = subprocess.run(
        [
            *(sys.executable, "-m", "tests.socle.foule", connection.settings_dict["NAME"]),
            *(str(settings.JOURNAL_CLE), str(settings.JOURNAL_RACINES), str(dossier.pk), "50"),
        ],
        cwd=RACINE,
        capture_output=True,
        text=True,
    )
    assert resultat.returncode == 0, resultat.stderr
    assert json.loads(resultat.stdout) == {
        "fait": 1,
        "ConflitDActe": pytest.approx(24.5, abs=0.5),
        "EtatRefuse": pytest.approx(24.5, abs=0.5),
    }
    dossier.refresh_from_db()
    assert (dossier.etat, dossier.version) == ("soumis", 2)
    assert len(histoire(Objet("dossier", str(dossier.pk)))) == 1
    assert verifier().anomalies == ()
