"""What was signed is sealed on its original, read back from a bad scan, and nothing can change it afterwards."""

import hashlib
import io
import json
import random
import resource
import zlib

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from echelons.contrats.contenu.etat import contenu_courant
from echelons.contrats.contenu.forme import lire
from echelons.contrats.demonstration_numerisation import numeriser
from echelons.contrats.documents import deposer, empreintes_gardees
from echelons.contrats.edition.code import grouper
from echelons.contrats.models import FicheAction, Instrument, Sceau
from echelons.contrats.sceaux.actes import annuler, sceller
from echelons.contrats.sceaux.forme import defauts
from echelons.contrats.sceaux.lecteur import SECONDES_PREMIERE
from echelons.contrats.sceaux.lecture import sceau_en_cours
from echelons.contrats.sceaux.recit import raconter
from echelons.contrats.sceaux.verification import Etat, verifier_code, verifier_fichier
from echelons.socle.circuit import ActeInterdit, EtatRefuse
from echelons.socle.depot import coffre
from echelons.socle.gardes import gardes_absentes
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import verifier
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.scene import JOUR, Scene

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def jour(settings, tmp_path):
    settings.DEPOT = tmp_path / "depot"
    with a_la_date(JOUR):
        yield


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def convention(scene) -> Instrument:
    """Signed by both, with two fiches."""
    instrument = scene.ouvrir()
    for rang in range(2):
        financer(
            scene,
            instrument,
            remplir(scene, instrument, f"Action {rang}"),
            (1, 2019, "10.05"),
            (2, 2019, "20"),
        )
    return scene.mener(instrument, "signer_etat")


class Fichier(io.BytesIO):
    """A file as a form gives it."""

    name = "original.pdf"

    def chunks(self):
        return [self.getvalue()]


def poser(scene, convention, octets: bytes, titre: str = "Convention signée"):
    return deposer(
        par=scene.acteur("instructeur"),
        contrat=convention.contrat,
        instrument=convention,
        genre="convention_signee",
        titre=titre,
        fichier=Fichier(octets),
    )


def produit(convention) -> bytes:
    """The PDF that is printed to be signed."""
    from echelons.contrats.contenu.etat import fige_le
    from echelons.contrats.dossier import Dossier
    from echelons.contrats.edition.donnees import Piece
    from echelons.contrats.edition.production import produire

    contenu = lire(Dossier.de(convention).texte.contenu)
    return produire(contenu, piece=Piece.CONVENTION, projet=False, jour=fige_le(convention))


def scelle(scene, convention, hasard, motif: str = "", **choix) -> tuple[Sceau, bytes]:
    scan = numeriser(produit(convention), hasard, **choix)
    document = poser(scene, convention, scan)
    return sceller(
        par=scene.acteur("instructeur"), instrument=convention, document=document, motif=motif
    ), scan


def reponse_sur(octets: bytes, tmp_path):
    fichier = tmp_path / "fichier.pdf"
    fichier.write_bytes(octets)
    return verifier_fichier(fichier, hashlib.sha256(octets).hexdigest())


def test_a_bad_scan_of_the_signed_act_is_recognised_by_the_codes_of_its_pages(scene, convention, tmp_path):
    sceau, scan = scelle(scene, convention, random.Random(7))
    assert (sceau.lecture, sceau.motif, defauts(sceau)) == ("codes", "", [])
    assert lire(json.loads(sceau.contenu)).fiches[0].intitule == "Action 0"
    assert {sceau.produit, sceau.original} <= empreintes_gardees()
    assert coffre.etat(sceau.produit) == coffre.etat(sceau.original) == ""
    assert verifier().anomalies == ()
    assert reponse_sur(scan, tmp_path).etat is Etat.AUTHENTIQUE
    with coffre.ouvrir(sceau.produit) as fichier:
        fait = fichier.read()
    assert reponse_sur(fait, tmp_path).etat is Etat.PRODUIT


def test_one_byte_of_difference_is_seen_and_what_is_not_ours_is_unknown(scene, convention, tmp_path):
    sceau, scan = scelle(scene, convention, random.Random(8))
    hasard = random.Random(9)
    for _ in range(3):
        rang = hasard.randrange(len(scan))
        change = bytearray(scan)
        change[rang] ^= 1 << hasard.randrange(8)
        assert reponse_sur(bytes(change), tmp_path).etat in {Etat.ALTERE, Etat.INCONNU}
    with coffre.ouvrir(sceau.produit) as fichier:
        fait = bytearray(fichier.read())
    fait[len(fait) // 2] ^= 1
    altere = reponse_sur(bytes(fait), tmp_path)
    assert altere.etat is Etat.ALTERE
    assert "fictif" in " ".join(raconter(altere))
    assert reponse_sur(b"%PDF-1.7 rien", tmp_path).etat is Etat.INCONNU


def test_a_code_is_understood_as_people_type_it(scene, convention):
    sceau, _ = scelle(scene, convention, random.Random(10))
    for tape in (sceau.code, grouper(sceau.code), grouper(sceau.code).lower().replace("-", " ")):
        assert verifier_code(tape).sceau == sceau
    for tape in ("", "rien", "0" * 20, "é" * 20):
        assert verifier_code(tape).etat is Etat.INCONNU


def test_a_scan_that_lacks_pages_asks_for_a_reason_and_that_of_another_text_is_refused(scene, convention):
    instructeur, pdf = scene.acteur("instructeur"), produit(convention)
    incomplet = poser(scene, convention, numeriser(pdf, random.Random(1), pages=slice(1, None)), "Incomplet")
    with pytest.raises(ValidationError, match="sur les pages 1"):
        sceller(par=instructeur, instrument=convention, document=incomplet)
    assert not Sceau.objects.exists()
    autre = Scene(code="996D")
    la = autre.ouvrir()
    financer(autre, la, remplir(autre, la), (1, 2019, "1"), (2, 2019, "1"))
    autre.mener(la, "signer_etat")
    etranger = poser(scene, convention, numeriser(produit(la), random.Random(2)), "D’un autre")
    with pytest.raises(ValidationError, match="autre texte"):
        sceller(par=instructeur, instrument=convention, document=etranger, motif="C’est lui, je vous assure.")
    sceau = sceller(
        par=instructeur, instrument=convention, document=incomplet, motif="La première page est au greffe."
    )
    assert (sceau.lecture, sceau.motif) == ("main", "La première page est au greffe.")


def test_only_what_all_have_signed_is_sealed_once_and_by_who_may(scene, convention):
    neuve = Scene(code="995D")
    pas_signee = neuve.ouvrir()
    remplir(neuve, pas_signee)
    document = poser(scene, convention, numeriser(produit(convention), random.Random(3)))
    with pytest.raises(EtatRefuse, match="toutes ses parties"):
        sceller(par=neuve.acteur("instructeur"), instrument=pas_signee, document=document)
    with pytest.raises(ActeInterdit, match="instructeur"):
        sceller(par=scene.acteur("observateur"), instrument=convention, document=document)
    sceller(par=scene.acteur("charge-de-mission"), instrument=convention, document=document)
    with pytest.raises(EtatRefuse, match="déjà scellé"):
        sceller(par=scene.acteur("instructeur"), instrument=convention, document=document)


def test_a_mistaken_seal_is_cancelled_in_the_open_and_another_made(scene, convention, tmp_path):
    premier, scan = scelle(scene, convention, random.Random(4))
    with pytest.raises(ValidationError, match="pourquoi"):
        annuler(par=scene.acteur("instructeur"), sceau=premier, motif=" ")
    annuler(par=scene.acteur("instructeur"), sceau=premier, motif="Mauvaise numérisation.")
    assert sceau_en_cours(convention) is None
    assert "Ce sceau a été annulé" in " ".join(raconter(reponse_sur(scan, tmp_path)))
    second, _ = scelle(scene, convention, random.Random(5))
    assert (second.rang, sceau_en_cours(convention)) == (2, second)
    assert verifier_code(second.code).sceau == second


#: What only one of the two databases knows how to say.
ATTAQUES = {
    "sqlite": (
        "INSERT OR REPLACE INTO contrats_sceau SELECT * FROM contrats_sceau",
        "UPDATE OR REPLACE contrats_sceau SET motif = 'autre'",
    ),
    "postgresql": (
        "TRUNCATE contrats_sceau CASCADE",
        "INSERT INTO contrats_sceau SELECT * FROM contrats_sceau ON CONFLICT (id) DO UPDATE SET motif = 'autre'",
    ),
}


def test_sql_refuses_to_change_a_seal_and_what_is_written_elsewhere_changes_nothing_of_it(
    scene, convention, tmp_path
):
    sceau, scan = scelle(scene, convention, random.Random(6))
    FicheAction.objects.filter(instrument=convention).update(intitule="Réécrite")
    FicheAction.objects.create(instrument=convention, rang=9, intitule="Ajoutée par une autre porte")
    convention.refresh_from_db()
    assert [f.intitule for f in contenu_courant(convention).fiches] == ["Action 0", "Action 1"]
    for ordre in (
        "UPDATE contrats_sceau SET contenu = '{}'",
        "DELETE FROM contrats_sceau",
        "UPDATE contrats_sceau SET rang = 9",
        *ATTAQUES[connection.vendor],
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as curseur:
            curseur.execute(ordre)
    assert reponse_sur(scan, tmp_path).etat is Etat.AUTHENTIQUE
    nom = "garde_contrats_sceau_update" if connection.vendor == "sqlite" else "garde_contrats_sceau_lignes"
    suite = "" if connection.vendor == "sqlite" else " ON contrats_sceau"
    with transaction.atomic():
        with connection.cursor() as curseur:
            curseur.execute(f"DROP TRIGGER {nom}{suite}")
            curseur.execute("UPDATE contrats_sceau SET signatures = '[]'")
        assert nom in gardes_absentes()
        forge = reponse_sur(scan, tmp_path)
        assert (forge.etat, len(forge.defauts)) == (Etat.ABIME, 1)
        transaction.set_rollback(True)
    coffre.chemin(sceau.original).write_bytes(b"autre chose")
    assert reponse_sur(scan, tmp_path).etat is Etat.ABIME


def test_the_command_answers_as_the_page_does(scene, convention, tmp_path):
    sceau, scan = scelle(scene, convention, random.Random(11))
    fichier = tmp_path / "original.pdf"
    fichier.write_bytes(scan)
    sortie = io.StringIO()
    call_command("verifier", fichier, stdout=sortie)
    assert "Authentique" in sortie.getvalue()
    assert sceau.original in sortie.getvalue()
    fichier.write_bytes(scan + b"\n")
    with pytest.raises(CommandError, match="Altéré"):
        call_command("verifier", fichier)
    with pytest.raises(CommandError, match="ne se lit pas"):
        call_command("verifier", tmp_path / "absent.pdf")


def hostile(
    page: pikepdf.Dictionary | None = None, contenu: bytes = b"", taille: int = 600, pages: int = 1
) -> bytes:
    """A PDF that costs its reader far more than it weighs."""
    document = pikepdf.new()
    for _ in range(pages):
        posee = document.add_blank_page(page_size=(taille, taille))
    posee.Contents = pikepdf.Stream(document, contenu)
    if page is not None:
        image = pikepdf.Stream(document, b"")
        image.write(zlib.compress(bytes(30_000 * 3_750), 9), filter=pikepdf.Name.FlateDecode)
        for cle, valeur in page.items():
            image[cle] = valeur
        posee.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
    sortie = io.BytesIO()
    document.save(sortie)
    return sortie.getvalue()


#: An image of 900 million points, in a hundred kilobytes.
BOMBE = pikepdf.Dictionary(
    Type=pikepdf.Name.XObject,
    Subtype=pikepdf.Name.Image,
    Width=30_000,
    Height=30_000,
    ColorSpace=pikepdf.Name.DeviceGray,
    BitsPerComponent=1,
)


@pytest.mark.longue
@pytest.mark.une_base
@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(lambda: hostile(taille=14_400), id="an immense page"),
        pytest.param(lambda: hostile(pages=2_000), id="two thousand pages"),
        pytest.param(lambda: hostile(BOMBE, b"q 600 0 0 600 0 0 cm /I Do Q"), id="a bomb"),
        pytest.param(lambda: hostile(contenu=b"0 0 m 600 600 l S\n" * 2_000_000), id="endless drawing"),
    ],
)
def test_a_hostile_file_is_answered_within_what_its_reader_is_given(octets, tmp_path):
    avant = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert reponse_sur(octets(), tmp_path).etat is Etat.INCONNU
    apres = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert apres.ru_utime + apres.ru_stime - avant.ru_utime - avant.ru_stime < SECONDES_PREMIERE + 1
