"""Settings of an instance. Everything that differs between instances comes from the environment.

``ECHELONS_DEMONSTRATION=1`` makes a demonstration (real public facts, settable date, own database file);
anything else is an ordinary instance, where ``ECHELONS_AUJOURDHUI`` is refused.
"""

import datetime as dt
import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from echelons.reglages.demonstration import DatesDeDemonstration
from echelons.socle.dates import DateRefusee, lire_date_iso
from echelons.socle.yaml_situe import charger_yaml

RACINE = Path(__file__).resolve().parents[3]
VAR = Path(os.environ.get("ECHELONS_VAR", RACINE / "var"))
VAR.mkdir(parents=True, exist_ok=True)


def _vrai(nom: str) -> bool:
    return os.environ.get(nom, "").strip().lower() in {"1", "true", "oui", "on"}


DEMONSTRATION = _vrai("ECHELONS_DEMONSTRATION")
COMPTES_EN_UN_CLIC = DEMONSTRATION
DEBUG = False
TESTING = False

# --- Business date -------------------------------------------------------------------------------
# The demonstration opens on the day its own data says.
_aujourdhui = os.environ.get("ECHELONS_AUJOURDHUI", "").strip()
if _aujourdhui and not DEMONSTRATION:
    raise ImproperlyConfigured(
        "ECHELONS_AUJOURDHUI ne peut être réglée que dans la démonstration : "
        "retirez cette variable, ou lancez « make run » (avec DEMO=1)."
    )
try:
    AUJOURDHUI = lire_date_iso(_aujourdhui) if _aujourdhui else None
except DateRefusee as erreur:
    raise ImproperlyConfigured(f"ECHELONS_AUJOURDHUI : {erreur}") from erreur
DATES_PROPOSEES: tuple[dt.date, ...] = ()
if DEMONSTRATION:
    _dates, _ = charger_yaml(RACINE / "demonstration" / "dates.yaml", DatesDeDemonstration)
    AUJOURDHUI = AUJOURDHUI or _dates.ouverture
    DATES_PROPOSEES = tuple(_dates.proposees)

# --- Security ------------------------------------------------------------------------------------
_cle = VAR / "cle-secrete"
if os.environ.get("ECHELONS_CLE_SECRETE"):
    SECRET_KEY = os.environ["ECHELONS_CLE_SECRETE"]
elif _cle.exists():
    SECRET_KEY = _cle.read_text(encoding="ascii").strip()
else:
    from echelons.reglages.cle import creer_cle

    SECRET_KEY = creer_cle(_cle)

ALLOWED_HOSTS = os.environ.get("ECHELONS_HOTES", "127.0.0.1,localhost,[::1]").split(",")
# Where readers find the instance: what is written outside any request (e-mails, sources) leads there.
ADRESSE = os.environ.get("ECHELONS_ADRESSE", "http://127.0.0.1:8000").rstrip("/")
# Printed on the acts, once it has been chosen: where a citizen checks them.
ADRESSE_DES_ACTES = ADRESSE.partition("://")[2] if os.environ.get("ECHELONS_ADRESSE") else ""
HTTPS = _vrai("ECHELONS_HTTPS")
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How many proxies of ours stand in front, each adding an address to X-Forwarded-For: 0, the header is not believed.
MANDATAIRES = int(os.environ.get("ECHELONS_MANDATAIRES", "0"))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- Signing in ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "acteurs.Compte"
AUTHENTICATION_BACKENDS = ["echelons.web.compte.portes.ParMotDePasse"]
LOGIN_URL = "connexion"
LOGIN_REDIRECT_URL = "accueil"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 3600
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("courriel",)},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# A session lasts a working day at most; half an hour without a sign of life ends it for the functions that
# demand a second factor (échelons régional and national), whose reach is wide.
SESSION_ENGINE = "echelons.acteurs.sessions"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_INACTIVITE_MAX = 30 * 60
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "echelons.web.compte.vues.erreurs.formulaire_perime"

# ProConnect is there when its three variables are; its paths are those it documents under its issuer.
PROCONNECT_EMETTEUR = os.environ.get("PROCONNECT_EMETTEUR", "").strip().rstrip("/")
PROCONNECT_COURRIELS_VERIFIES = _vrai("PROCONNECT_COURRIELS_VERIFIES")
OIDC_RP_CLIENT_ID = os.environ.get("PROCONNECT_CLIENT_ID", "").strip()
OIDC_RP_CLIENT_SECRET = os.environ.get("PROCONNECT_CLIENT_SECRET", "").strip()
_proconnect = [PROCONNECT_EMETTEUR, OIDC_RP_CLIENT_ID, OIDC_RP_CLIENT_SECRET]
PROCONNECT = all(_proconnect)
if any(_proconnect) and not PROCONNECT:
    raise ImproperlyConfigured(
        "ProConnect se règle par trois variables : PROCONNECT_EMETTEUR, PROCONNECT_CLIENT_ID et "
        "PROCONNECT_CLIENT_SECRET. Donnez les trois, ou aucune."
    )
if PROCONNECT:
    AUTHENTICATION_BACKENDS.append("echelons.web.compte.proconnect.ParProConnect")
    # A form of ours (sign-out, linking) is answered by a redirection to the provider.
    _origine = "/".join(PROCONNECT_EMETTEUR.split("/")[:3])
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(_origine)
OIDC_OP_AUTHORIZATION_ENDPOINT = f"{PROCONNECT_EMETTEUR}/authorize"
OIDC_OP_TOKEN_ENDPOINT = f"{PROCONNECT_EMETTEUR}/token"
OIDC_OP_USER_ENDPOINT = f"{PROCONNECT_EMETTEUR}/userinfo"
OIDC_OP_JWKS_ENDPOINT = f"{PROCONNECT_EMETTEUR}/jwks"
OIDC_OP_LOGOUT_ENDPOINT = f"{PROCONNECT_EMETTEUR}/session/end"
OIDC_RP_SCOPES = "openid given_name usual_name email"
OIDC_RP_SIGN_ALGO = "RS256"
OIDC_USE_PKCE = True
OIDC_CREATE_USER = False
OIDC_STORE_ID_TOKEN = True
OIDC_TIMEOUT = 10
OIDC_AUTHENTICATION_CALLBACK_URL = "proconnect_retour"

# --- E-mail --------------------------------------------------------------------------------------
# Without a server, each e-mail is a file of var/courriels.
EMAIL_HOST = os.environ.get("ECHELONS_SMTP_HOTE", "").strip()
EMAIL_PORT = int(os.environ.get("ECHELONS_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("ECHELONS_SMTP_COMPTE", "")
EMAIL_HOST_PASSWORD = os.environ.get("ECHELONS_SMTP_MOT_DE_PASSE", "")
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR / "courriels"
DEFAULT_FROM_EMAIL = os.environ.get("ECHELONS_EXPEDITEUR", "Échelons <ne-pas-repondre@localhost>")

# --- Rooms ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "django.forms",
    "widget_tweaks",
    "dsfr",
    "csp",
    "django_htmx",
    "echelons.socle.apps.SocleConfig",
    "echelons.territoires.apps.TerritoiresConfig",
    "echelons.acteurs.apps.ActeursConfig",
    "echelons.strategie.apps.StrategieConfig",
    "echelons.contrats.apps.ContratsConfig",
    "echelons.pilotage.apps.PilotageConfig",
    "echelons.publication.apps.PublicationConfig",
    "echelons.web.apps.WebConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "echelons.web.intergiciels.TailleDesRequetes",
    "django.middleware.common.CommonMiddleware",
    "echelons.web.intergiciels.DateMetier",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "echelons.web.intergiciels.ChampsDesRequetes",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "echelons.web.compte.intergiciels.Connexion",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "echelons.reglages.urls"
WSGI_APPLICATION = "echelons.reglages.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "echelons.web.contexte.cadre",
                "echelons.web.contexte.lecteur",
            ],
            "builtins": ["echelons.web.templatetags.echelons"],
        },
    }
]
FORM_RENDERER = "dsfr.forms.DsfrDjangoTemplates"

# --- Data ----------------------------------------------------------------------------------------
_fichier = VAR / ("demonstration.sqlite3" if DEMONSTRATION else "echelons.sqlite3")
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{_fichier}", conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
            "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
        ),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 600},
    }
}

# The key that signs the journal, made with its first row, and the file that keeps its roots outside the database.
JOURNAL_CLE = VAR / ("demonstration-cle-journal" if DEMONSTRATION else "cle-journal")
JOURNAL_RACINES = VAR / ("demonstration-racines.jsonl" if DEMONSTRATION else "racines.jsonl")

# --- Files received ------------------------------------------------------------------------------
# Outside STATIC_ROOT, never served but through rights; what is arriving waits beside what is kept.
DEPOT = VAR / ("demonstration-documents" if DEMONSTRATION else "documents")
FILE_UPLOAD_TEMP_DIR = DEPOT / "arrivees"
for _dossier in (DEPOT, FILE_UPLOAD_TEMP_DIR):
    _dossier.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_HANDLERS = [
    "echelons.socle.depot.reception.Plafond",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# clamd: the path of its socket, or host:port. Blank: no antivirus, and each document says so.
CLAMAV = os.environ.get("ECHELONS_CLAMAV", "").strip()

# --- Works in the background ----------------------------------------------------------------------
# Above so many rows, an import is checked and published, an export is produced, by « travailler ».
IMPORT_EN_FOND, EXPORT_EN_FOND = 5_000, 10_000

# --- Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = False

# --- Static files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_FINDERS = ["echelons.web.statiques.FichiersUtiles"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 31_536_000

# --- Design system -------------------------------------------------------------------------------
# The terms of the design system reserve the State's brand to its own services: the default is neutral.
THEME = os.environ.get("ECHELONS_THEME", "neutre")
if THEME not in {"neutre", "etat"}:
    raise ImproperlyConfigured(f"ECHELONS_THEME : trouvé « {THEME} », attendu « neutre » ou « etat ».")
DSFR_USE_INTEGRITY_CHECKSUMS = False
DSFR_CONTENT_IS_SAFE = False
DSFR_MARK_OPTIONAL_FIELDS = True  # rather than a star on every label

DATA_UPLOAD_MAX_MEMORY_SIZE = 8_000_000
# A page of the grid of the money sends a field a cell.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
SILENCED_SYSTEM_CHECKS: list[str] = []

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    # A refusal is no failure, and its text names people.
    "filters": {"sans_trace_de_refus": {"()": "echelons.socle.traces.SansTraceDeRefus"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "ligne",
            "filters": ["sans_trace_de_refus"],
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
}
