"""A wrong file of facts is refused with the file, the line, the key, what was found and what was expected."""

import pytest

from echelons.contrats.models import Fait
from tests.fabriques import (
    CONTRAT_DU_NORD,
    ENTETE_DE_FAITS,
    SIGNATURE_DU_NORD,
    dispositif,
    dossier,
    ecrire,
    faits_du_nord,
)

FAIT = "contrats.1.instruments.1.faits.1"
MONTANT = "type: montant\ndate: 2018-12-18\nmontant: 100\nnature: exact\ncouverture: etat\nexercices: 2019\n"
SOURCES = "sources: [prefecture]\n"


def un_refus(messages: list[str], ligne: int, cle: str, *bouts: str) -> None:
    """One error, at that line and key, that says all these things."""
    assert len(messages) == 1, messages
    assert messages[0].startswith(f"faits.yaml:{ligne} : clé « {cle} » :"), messages
    for bout in bouts:
        assert bout in messages[0]


@pytest.mark.parametrize(
    ("fait", "ligne", "cle", "bouts"),
    [
        # What the shape refuses.
        (SOURCES + "type: vote\ndate: 2019-01-01", 22, f"{FAIT}.type", ("« vote »", "signature")),
        (
            SOURCES + "type: rapport\ndate: hier",
            23,
            f"{FAIT}.date",
            ("« hier » n’est pas une date", "2018-12-18"),
        ),
        (SOURCES + "type: rapport\ndate: 2019-02-30", 23, f"{FAIT}.date", ("2019-02-30", "n’existe pas")),
        (
            SOURCES + "type: rapport\ndate: 0000-01-01",
            23,
            f"{FAIT}.date",
            ("L’année 0", "entre 1900 et 2100"),
        ),
        (SOURCES + "type: rapport\ndate:", 23, f"{FAIT}.date", ("trouvé rien", "Formes admises")),
        (SOURCES + "type: rapport\ndate: [2019]", 23, f"{FAIT}.date", ("une liste", "Formes admises")),
        (SOURCES + "type: rapport", 21, f"{FAIT}.date", ("obligatoire et manque",)),
        (SOURCES + "type: rapport\ndate: 2019-01-01\nauteur: X", 24, f"{FAIT}.auteur", ("clé inconnue",)),
        ("type: rapport\ndate: 2019-01-01\nsources: []", 23, f"{FAIT}.sources", ("vide",)),
        ("type: rapport\ndate: 2019-01-01\nsources: non", 23, f"{FAIT}.sources", ("« non »", "une liste")),
        ("type: rapport\ndate: 2019-01-01\nsources: [{a: b}]", 23, f"{FAIT}.sources.1", ("un texte",)),
        (
            SOURCES + "type: rapport\ndate: 2019-01-01\ncle: Été",
            24,
            f"{FAIT}.cle",
            ("« Été »", "minuscules sans accent, chiffres et tirets"),
        ),
        (
            SOURCES + f"type: rapport\ndate: 2019-01-01\ncle: {'a' * 81}",
            24,
            f"{FAIT}.cle",
            ("80 caractères",),
        ),
        # Amounts.
        (SOURCES + MONTANT.replace("100", "-1"), 24, f"{FAIT}.montant", ("« -1 »", "d’au moins 0")),
        (SOURCES + MONTANT.replace("100", "cent"), 24, f"{FAIT}.montant", ("« cent »", "un nombre")),
        (SOURCES + MONTANT.replace("100", "NaN"), 24, f"{FAIT}.montant", ("« NaN »", "un nombre")),
        (SOURCES + MONTANT.replace("100", "1.005"), 24, f"{FAIT}.montant", ("2 chiffres après le point",)),
        (SOURCES + MONTANT.replace("100", "9" * 13), 24, f"{FAIT}.montant", ("12 chiffres avant le point",)),
        (SOURCES + MONTANT.replace("2019\n", "2021-2019\n"), 27, f"{FAIT}.exercices", ("dans l’ordre",)),
        (
            SOURCES + MONTANT.replace("exercices: 2019", "exercices: an 1"),
            27,
            f"{FAIT}.exercices",
            ("(2019)",),
        ),
        (SOURCES + MONTANT.replace("nature: exact\n", ""), 21, FAIT, ("ce qu’il couvre",)),
        (SOURCES + MONTANT.replace("couverture: etat\n", ""), 21, FAIT, ("ce qu’il couvre",)),
        (SOURCES + MONTANT.replace("exercices: 2019\n", ""), 21, FAIT, ("ce qu’il couvre",)),
        (
            SOURCES + MONTANT.replace("montant: 100\n", ""),
            21,
            FAIT,
            ("« montant » va avec le type « montant »",),
        ),
        (SOURCES + "type: rapport\ndate: 2019-01-01\nmontant: 3", 21, FAIT, ("« montant » va avec",)),
        (SOURCES + "type: rapport\ndate: 2019-01-01\nexercices: 2019", 21, FAIT, ("ne vont qu’avec un",)),
        # Periods.
        (
            SOURCES + "type: non_signataire\ndate: 2019-02-01\njusqu_au: 2019-01-31",
            21,
            FAIT,
            ("2019-01-31", "2019-02-01", "précède"),
        ),
        # What the database knows.
        (
            "type: rapport\ndate: 2019-01-01\nsources: [prefecture, autre]",
            23,
            f"{FAIT}.sources.2",
            ("« autre »",),
        ),
        (SIGNATURE_DU_NORD + "parties: []", 24, f"{FAIT}.parties", ("vide",)),
        (SIGNATURE_DU_NORD + "parties: [Lyon]", 24, f"{FAIT}.parties.1", ("« Lyon »", "« État », « Nord »")),
        (
            SOURCES + "type: rapport\ndate: 2019-01-01\nparties: [Nord]",
            21,
            FAIT,
            ("« parties » ne va qu’avec",),
        ),
        (
            SIGNATURE_DU_NORD.replace("2018-12-18", "2018-09-12"),
            22,
            f"{FAIT}.date",
            ("13\xa0septembre\xa02018",),
        ),
        (
            SIGNATURE_DU_NORD.replace("2018-12-18", "2018-08"),
            22,
            f"{FAIT}.date",
            ("avant le début du dispositif",),
        ),
        # Replacements.
        (SIGNATURE_DU_NORD + "remplace: rien", 24, f"{FAIT}.remplace", ("« rien »", "du même contrat")),
        (SIGNATURE_DU_NORD + "cle: a\nremplace: a", 25, f"{FAIT}.remplace", ("se remplacer lui-même",)),
    ],
)
def test_a_wrong_fact_is_located_and_explained(refuser, fait, ligne, cle, bouts):
    un_refus(refuser(faits_du_nord(fait)), ligne, cle, *bouts)


DOUBLE_SIGNATURE = "{cle: %s, type: signature, date: 2019-05-28, %ssources: [prefecture]}"


@pytest.mark.parametrize(
    "faits",
    [
        # In a circle; under another key, the same statement; in a circle through the same statement.
        [
            DOUBLE_SIGNATURE % ("a", "remplace: b, "),
            DOUBLE_SIGNATURE.replace("05", "06") % ("b", "remplace: a, "),
        ],
        [DOUBLE_SIGNATURE % ("a", ""), DOUBLE_SIGNATURE % ("b", "remplace: a, ")],
        [
            DOUBLE_SIGNATURE % ("a", ""),
            DOUBLE_SIGNATURE.replace("05", "06") % ("b", "remplace: a, "),
            DOUBLE_SIGNATURE % ("c", "remplace: b, "),
        ],
    ],
)
def test_facts_that_replace_themselves_by_a_detour_are_refused(refuser, faits):
    messages = refuser(faits_du_nord(*faits))
    assert messages
    assert all("se remplacer lui-même" in message for message in messages)
    assert all(message.startswith("faits.yaml:2") for message in messages)


def test_a_fact_replaces_only_a_fact_of_the_same_parties(refuser):
    messages = refuser(
        faits_du_nord(
            "{cle: a, type: signature, date: 2019-05-28, sources: [prefecture]}",
            "{type: signature, date: 2019-06-13, parties: [Nord], remplace: a, sources: [prefecture]}",
        )
    )
    un_refus(
        messages, 22, "contrats.1.instruments.1.faits.2.remplace", "« a » ne porte pas sur les mêmes parties"
    )


def test_two_facts_under_one_key_are_refused(refuser):
    fait = "{cle: a, type: rapport, date: 2019-05-28, sources: [prefecture]}"
    messages = refuser(faits_du_nord(fait, fait.replace("05", "06")))
    un_refus(messages, 22, "contrats.1.instruments.1.faits.2.cle", "« a » sert déjà")


def test_a_signature_outside_an_instrument_is_refused(refuser):
    texte = faits_du_nord().replace(
        "    instruments:",
        "    faits:\n      - {type: signature, date: 2019-01-01, sources: [prefecture]}\n    instruments:",
    )
    un_refus(refuser(texte), 17, "contrats.1.faits.1", "Placez-la sous « instruments »")


@pytest.mark.parametrize(
    ("avant", "apres", "ligne", "cle", "bouts"),
    [
        ("releve_le: 2024-01-15\n", "", 1, "releve_le", ("obligatoire",)),
        ("dispositif: essai", "dispositif: autre", 10, "contrats.1.dispositif", ("« autre »", "n’existe pas")),
        ("perimetre: 59D", "perimetre: 00X", 12, "contrats.1.perimetre", ("« 00X »", "territoire")),
        ("territoire: 59D", "territoire: 00X", 15, "contrats.1.parties.2.territoire", ("« 00X »",)),
        ("role: etat", "role: roi", 14, "contrats.1.parties.1.role", ("« roi »", "collectivite")),
        (", libelle: État}", "}", 14, "contrats.1.parties.1", ("« libelle »",)),
        (", territoire: 59D}", ", libelle: Nord}", 15, "contrats.1.parties.2", ("« territoire »",)),
        ("libelle: État}", "libelle: Nord}", 15, "contrats.1.parties.2.libelle", ("« Nord »", "deux fois")),
        (
            "libelle: État}",
            "libelle: État, debut: 2020-01-01, fin: 2019-01-01}",
            14,
            "contrats.1.parties.1",
            ("2019-01-01", "2020-01-01", "précède"),
        ),
        ("libelle: État}", f"libelle: {'É' * 201}}}", 14, "contrats.1.parties.1.libelle", ("200 caractères",)),
        ("intitule: Convention du Nord", f"intitule: {'a' * 301}", 11, "contrats.1.intitule", ("300 caractères",)),
        ("      - {role: collectivite, territoire: 59D}\n", "", 13, "contrats.1.parties", ("trop courte",)),
        ("cle: convention\n", f"cle: {'a' * 41}\n", 17, "contrats.1.instruments.1.cle", ("40 caractères",)),
        ("type: convention\n", "type: pacte\n", 18, "contrats.1.instruments.1.type", ("« pacte »", "pacte_local")),
        (
            "        intitule: Convention\n",
            "        intitule: Convention\n        debut: 2022-01-01\n        fin: 2021-12-31\n",
            17,
            "contrats.1.instruments.1",
            ("2021-12-31", "précède"),
        ),
        (
            "instruments:\n",
            "instruments:\n      - {cle: convention, type: avenant, intitule: A}\n",
            18,
            "contrats.1.instruments.2.cle",
            ("« convention »", "deux fois"),
        ),
        ("adresse: https", "adresse: javascript", 6, "sources.1.adresse", ("« javascript://", "https:// ou http://")),
        ("titre: Signature de la convention", f"titre: {'a' * 301}", 4, "sources.1.titre", ("300 caractères",)),
        ("publiee_le: 2018-12-18", "publiee_le: 31/04/2019", 7, "sources.1.publiee_le", ("31/04/2019",)),
        ("sources:\n", "sources:\n  - {cle: prefecture, titre: A, editeur: B, adresse: 'https://a'}\n", 4,
         "sources.2.cle", ("deux fois",)),
    ],
)  # fmt: skip
def test_a_wrong_contract_or_source_is_located_and_explained(refuser, avant, apres, ligne, cle, bouts):
    texte = faits_du_nord()
    assert texte.count(avant) == 1
    un_refus(refuser(texte.replace(avant, apres)), ligne, cle, *bouts)


def test_two_contracts_under_one_code_are_refused(refuser):
    texte = faits_du_nord(SIGNATURE_DU_NORD) + CONTRAT_DU_NORD.split("\n", 1)[1].replace(
        "faits:", "faits: []"
    )
    un_refus(refuser(texte), 24, "contrats.2.code", "« essai-59d » est donné deux fois")


CONSTAT = """\
constats_collectifs:
  - dispositif: essai
    type: signature
    date: "<=2021-12-31"
    signataires_au: 2019-01-01
    sauf: [78D, 92D]
    texte: Tous sauf deux.
    sources: [prefecture]
"""


@pytest.mark.parametrize(
    ("avant", "apres", "ligne", "cle", "bouts"),
    [
        ('"<=2021-12-31"', "2021-12-31", 9, "", ("le\xa031\xa0décembre\xa02021", "au plus tard")),
        ('"<=2021-12-31"', "inconnue", 9, "", ("au plus tard",)),
        ('"<=2021-12-31"', '"<=2018-09-12"', 11, ".date", ("avant le début du dispositif",)),
        ("type: signature", "type: montant", 10, ".type", ("« montant »", "signature")),
        ("dispositif: essai", "dispositif: autre", 9, ".dispositif", ("« autre »",)),
        ("92D]", "00X]", 13, ".sauf.2", ("« 00X »", "signataire")),
        ("[prefecture]", "[autre]", 15, ".sources.1", ("« autre »",)),
    ],
)
def test_a_wrong_collective_statement_is_located_and_explained(refuser, avant, apres, ligne, cle, bouts):
    messages = refuser(ENTETE_DE_FAITS + CONSTAT.replace(avant, apres))
    un_refus(messages, ligne, f"constats_collectifs.1{cle}", *bouts)


def test_a_collective_statement_does_not_take_the_code_of_another_contract(refuser):
    dossier("62D", de=dispositif(), code="essai-59d")
    messages = refuser(ENTETE_DE_FAITS + CONSTAT)
    un_refus(messages, 9, "constats_collectifs.1", "« essai-59d »", "autre contrat")


def test_every_error_of_a_file_is_told_at_once(refuser):
    messages = refuser(
        faits_du_nord(
            "{type: signature, date: 2018-01-01, parties: [Lyon], sources: [absente]}",
            "{type: rapport, date: 2019-01-01, remplace: rien, sources: [perdue]}",
        )
        + "  - {code: b, dispositif: autre, intitule: B, perimetre: 00X, parties: "
        "[{role: etat, libelle: A}, {role: ars, libelle: B}]}\n" + CONSTAT
    )
    cles = [message.split("« ")[1].split(" »")[0] for message in messages]
    assert sorted(cles) == [
        "contrats.1.instruments.1.faits.1.date",
        "contrats.1.instruments.1.faits.1.parties.1",
        "contrats.1.instruments.1.faits.1.sources.1",
        "contrats.1.instruments.1.faits.2.remplace",
        "contrats.1.instruments.1.faits.2.sources.1",
        "contrats.2.dispositif",
        "contrats.2.perimetre",
    ]


def test_a_wrong_file_of_a_folder_keeps_the_good_ones_out(tmp_path, charger):
    ecrire(tmp_path / "a.yaml", faits_du_nord(SIGNATURE_DU_NORD).replace("essai-59d", "essai-a"))
    with pytest.raises(ValueError, match=r"faits\.yaml:1 "):
        charger("- a\n")
    assert not Fait.objects.exists()
