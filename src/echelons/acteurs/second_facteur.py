"""The second factor: a code every thirty seconds (RFC 6238, SHA-1, six digits, as every application reads), accepted
one step before and after, each once; and recovery codes for the day the telephone is lost."""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterator

import pyotp
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from echelons.acteurs.ecritures import noter, soi_meme
from echelons.acteurs.models import CodeDeSecours, Compte, SecondFacteur
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import maintenant
from echelons.socle.journal import SYSTEME, Auteur

PAS = 30  # seconds
FENETRE = 1  # steps accepted before and after the current one
NOMBRE_DE_CODES = 10
# No letter nor digit that can be taken for another one.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SEL_SECRET, SEL_CODE = "echelons.second-facteur.secret", "echelons.second-facteur.code"


def exige(acteur: Acteur) -> bool:
    """Whether one of the functions held today demands it; the one-click accounts of the demonstration are exempt."""
    if acteur.compte is None or acteur.compte.de_demonstration:
        return False
    return any(mandat.fonction.double_facteur for mandat in acteur.mandats)


def nouveau_secret() -> str:
    """A secret to propose, in base 32: 160 bits."""
    return pyotp.random_base32()


def adresse_otpauth(secret: str, compte: Compte) -> str:
    """What the QR code says to the application."""
    return pyotp.TOTP(secret).provisioning_uri(name=compte.courriel, issuer_name="Échelons")


@transaction.atomic
def activer(*, compte: Compte, secret: str, code: str) -> list[str] | None:
    """Keep the secret if ``code`` proves that the application knows it; gives the recovery codes, None if refused."""
    pas = _pas_accepte(secret, _chiffres(code), apres=0)
    if pas is None:
        return None
    SecondFacteur.objects.update_or_create(
        compte=compte,
        defaults={
            "secret_chiffre": _coffre().encrypt(secret.encode()),
            "active_le": maintenant(),
            "dernier_pas": pas,
        },
    )
    noter(compte, "installer_second_facteur", soi_meme(compte))
    return _tirer_codes(compte)


@transaction.atomic
def verifier(*, compte: Compte, code: str) -> bool:
    """Whether ``code`` is the one of the moment, or a recovery code; either is used up."""
    facteur = SecondFacteur.objects.select_for_update().filter(compte=compte).first()
    if facteur is None:
        return False
    pas = _pas_accepte(_secret(facteur), _chiffres(code), apres=facteur.dernier_pas)
    if pas is not None:
        facteur.dernier_pas = pas
        facteur.save(update_fields=["dernier_pas"])
        return True
    empreintes = list(_empreintes(compte, code))
    utilises = CodeDeSecours.objects.filter(compte=compte, empreinte__in=empreintes, utilise_le=None)
    return utilises.update(utilise_le=maintenant()) > 0


@transaction.atomic
def renouveler_codes(*, compte: Compte) -> list[str]:
    """New recovery codes in place of all the former ones; this is the only time they are readable."""
    noter(compte, "renouveler_codes_de_secours", soi_meme(compte))
    return _tirer_codes(compte)


def _tirer_codes(compte: Compte) -> list[str]:
    CodeDeSecours.objects.filter(compte=compte).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(12)) for _ in range(NOMBRE_DE_CODES)]
    CodeDeSecours.objects.bulk_create(
        CodeDeSecours(compte=compte, empreinte=next(_empreintes(compte, code))) for code in codes
    )
    return ["-".join((code[:4], code[4:8], code[8:])) for code in codes]


def codes_restants(compte: Compte) -> int:
    """How many recovery codes were not used."""
    return compte.codes_de_secours.filter(utilise_le=None).count()


@transaction.atomic
def retirer(*, compte: Compte, auteur: Auteur = SYSTEME) -> None:
    """Forget the application and the codes: another has to be set up."""
    noter(compte, "retirer_second_facteur", auteur)
    SecondFacteur.objects.filter(compte=compte).delete()
    CodeDeSecours.objects.filter(compte=compte).delete()


def _pas_accepte(secret: str, code: str, apres: int) -> int | None:
    """The step that gives this code, within the window and later than the last one used."""
    if len(code) != 6 or not secret:
        return None
    totp, courant = pyotp.TOTP(secret, interval=PAS), int(maintenant().timestamp()) // PAS
    for pas in range(courant - FENETRE, courant + FENETRE + 1):
        if pas > apres and hmac.compare_digest(totp.generate_otp(pas), code):
            return pas
    return None


def _chiffres(code: str) -> str:
    return "".join(c for c in code if c in "0123456789") if len(code) <= 20 else ""


def _cles() -> list[str]:
    return [settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS)]


def _coffre() -> MultiFernet:
    """Enciphers with the instance's key: a copy of the database alone gives no second factor."""
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(salted_hmac(SEL_SECRET, "", secret=cle, algorithm="sha256").digest()))
        for cle in _cles()
    )


def _secret(facteur: SecondFacteur) -> str:
    """The secret, empty when the instance's key was lost: the code is then refused, and another is set up."""
    try:
        return _coffre().decrypt(bytes(facteur.secret_chiffre)).decode()
    except InvalidToken:
        return ""


def _empreintes(compte: Compte, code: str) -> Iterator[str]:
    """Digests of a recovery code, under the key in force first."""
    lu = "".join(c for c in code.upper()[:40] if c in ALPHABET)
    for cle in _cles():
        yield salted_hmac(SEL_CODE, f"{compte.pk}:{lu}", secret=cle, algorithm="sha256").hexdigest()
