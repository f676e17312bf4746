"""One function says whether a contract is signed. Whatever else could say it is looked for in the sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.bases import RACINE

PAQUET = RACINE / "src" / "echelons"
REGLE = "contrats/regles.py"

#: Who else may speak of facts of type « signature », and what for: none of them concludes anything from their dates.
PARLENT_DE_SIGNATURE = {
    "contrats/models/faits.py": "the type itself, and the constraint that a signature is that of a party",
    "contrats/echeances.py": "an obligation counted from the last signature, or met by it; the rule says if all signed",
    "contrats/suivis.py": "the facts that obligations may be counted from",
    "strategie/models/echeances.py": "the event that an obligation is counted from",
    "strategie/regles/parametres.py": "a step of a project, whose date is given to the rule « dates in order »",
    "strategie/regles/controles.py": "what that step is called in a sentence",
    "contrats/fichiers.py": "the shape of a file: « parties » goes with a signature",
    "contrats/ecriture.py": "a signature is written once a party, and is not dated before its dispositif",
    "contrats/contenu/etat.py": "the date of a signature given here, for the rule « dates in order »",
    "contrats/circuit.py": "what the act of signing leaves in the journal",
    "contrats/faits_par_fichier/champs.py": "what a column of a spreadsheet says, written as facts are",
    "contrats/faits_par_fichier/chantier.py": "a row of a spreadsheet becomes a fact: who signs is asked then",
    "contrats/publication.py": "the fact that each signature given here becomes",
    "contrats/requetes.py": "signatures of instruments that sign nothing are not read: the rule never looks at them",
    "pilotage/faits.py": "the title of a line of the list of facts",
}
#: There, « signature » is that of the journal.
CHIFFRE = ("socle/journal/", "socle/gardes.py", "socle/models/journal.py")
#: What may be said of a territory about which no contract says anything.
SANS_CONTRAT = {"NON_DOCUMENTEE", "INCONNUE"}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for chemin in sorted(PAQUET.rglob("*.py")):
        nom = str(chemin.relative_to(PAQUET))
        if "migrations" not in Path(nom).parts:
            yield nom, ast.parse(chemin.read_text(encoding="utf-8"))


def parle_de_signature(noeud: ast.AST) -> bool:
    """The type written out, or its name in the enumeration."""
    return (isinstance(noeud, ast.Constant) and noeud.value == "signature") or (
        isinstance(noeud, ast.Attribute) and noeud.attr == "SIGNATURE"
    )


def verdicts(arbre: ast.Module) -> Iterator[str]:
    """The classes and signatures that functions of the module return by name."""
    for retour in ast.walk(arbre):
        if isinstance(retour, ast.Return) and retour.value:
            for noeud in ast.walk(retour.value):
                if (
                    isinstance(noeud, ast.Attribute)
                    and isinstance(noeud.value, ast.Name)
                    and noeud.value.id in {"Classe", "Signature"}
                    and not compare(retour.value, noeud)
                ):
                    yield noeud.attr


def compare(expression: ast.AST, noeud: ast.AST) -> bool:
    """Whether the name is only compared, or a key that is looked up."""
    return any(
        noeud in ast.walk(autre)
        for autre in ast.walk(expression)
        if isinstance(autre, ast.Compare | ast.Subscript)
    )


def test_the_rule_is_where_it_is_said_to_be():
    trouves = dict(modules())
    assert set(verdicts(trouves[REGLE])) >= {"SIGNEE", "PEUT_ETRE", "OUI", "NON", "CONTREDITE"}


def test_only_the_rule_reads_facts_of_type_signature_to_conclude():
    bavards = {
        nom
        for nom, arbre in modules()
        if not nom.startswith(CHIFFRE) and any(map(parle_de_signature, ast.walk(arbre)))
    }
    assert bavards == {REGLE, *PARLENT_DE_SIGNATURE}


def test_only_the_rule_gives_a_verdict():
    ailleurs = {
        (nom, verdict)
        for nom, arbre in modules()
        if nom != REGLE
        for verdict in verdicts(arbre)
        if verdict not in SANS_CONTRAT
    }
    assert ailleurs == set()


def test_only_the_rule_builds_a_state():
    constructeurs = {
        nom
        for nom, arbre in modules()
        for noeud in ast.walk(arbre)
        if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name) and noeud.func.id == "EtatContrat"
    }
    assert constructeurs == {REGLE}
