"""The settings of the supervision site: one file, read from the environment, strict.

Every key that a person may set stands in `KEYS` below with what it means; an unknown `MINHBACH_` variable or a missing
secret stops the start. Secrets come from files only.
"""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

#: What may stand in the environment, and what it means.
KEYS = {
    "MINHBACH_DATA": "folder of the centre: keys, tiles of the sites' logs, uploads",
    "MINHBACH_DATABASE": "PostgreSQL, libpq words without a password: host=… user=… dbname=…",
    "MINHBACH_DATABASE_PASSWORD_FILE": "file that holds the database's password",
    "MINHBACH_OWNER": "the owner of the tables, libpq words as above; told to init and migrate alone",
    "MINHBACH_OWNER_PASSWORD_FILE": "file that holds the owner's password",
    "MINHBACH_SECRET_KEY_FILE": "file that holds the key of sessions and forms",
    "MINHBACH_HOSTS": "names the pages are reached by, separated by commas",
    "MINHBACH_NATS": "address of the fabric for the centre's own processes, tls://host:port",
    "MINHBACH_NATS_PUBLIC": "address of the fabric that recorders are given, tls://host:port; the same if not said",
    "MINHBACH_NATS_PASSWORD_FILE": "file that holds the password of the centre's user on the fabric",
    "MINHBACH_STREAM_URL": "where browsers reach the stream process, ws:// or wss://",
    "MINHBACH_LISTEN": "where the pages listen, host:port; a reverse proxy stands before them",
    "MINHBACH_STREAM_PORT": "port the stream process listens on",
    "MINHBACH_ORIGINS": "addresses of the pages from which browsers may open the stream, separated by commas",
    "MINHBACH_PROXIES": "addresses of the reverse proxies whose X-Forwarded-For is believed, separated by commas",
    "MINHBACH_STAMP_URL": "authority for RFC 3161 time stamps of packages, https://…; without it they wait for one",
    "MINHBACH_STAMP_ROOTS_FILE": "PEM file of the authority's certificates, its root among them",
    "MINHBACH_REPORT_CERTIFICATE_FILE": "PKCS#12 certificate that signs package reports (PAdES); without it they wait",
    "MINHBACH_REPORT_PASSWORD_FILE": "file that holds the password of that certificate",
    "MINHBACH_SMTP": "mail server: smtps://host:465, smtp+tls://host:587, smtp:// on this machine only; none: no mail",
    "MINHBACH_SMTP_USER": "user at the mail server, where it wants one",
    "MINHBACH_SMTP_PASSWORD_FILE": "file that holds that user's password",
    "MINHBACH_SMTP_AUTHORITY_FILE": "PEM file of the office's own authority, if the mail server has one",
    "MINHBACH_MAIL_FROM": "sender of every mail: Minh Bạch <minhbach@xa.gov.vn>",
    "MINHBACH_SECURE": "1 where browsers come over HTTPS: cookies travel only there",
    "MINHBACH_DEMO": "1 shows the demo's accounts on the sign-in page; never in an office",
}
#: Variables of the tools around the product, not of the centre.
OTHERS = {"MINHBACH_SDP_DIR", "MINHBACH_MISSING"}


def _value(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set: {KEYS[name]}")
    return value


def _secret(name: str) -> str:
    try:
        return Path(_value(name)).read_text("utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}: {error.strerror}") from None


def _flag(name: str) -> bool:
    value = _value(name, "0")
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} must be 0 or 1")
    return value == "1"


_unknown = {name for name in os.environ if name.startswith("MINHBACH_")} - KEYS.keys() - OTHERS
if _unknown:
    raise ImproperlyConfigured(f"unknown settings: {', '.join(sorted(_unknown))}")


def _database() -> dict[str, object]:
    words = dict(word.split("=", 1) for word in _value("MINHBACH_DATABASE").split())
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": words.get("dbname", "minhbach"),
        "USER": words.get("user", "minhbach"),
        "HOST": words.get("host", ""),
        "PORT": words.get("port", ""),
        "PASSWORD": _secret("MINHBACH_DATABASE_PASSWORD_FILE"),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }


HERE = Path(__file__).resolve().parent
MINHBACH_DATA = Path(_value("MINHBACH_DATA"))
MINHBACH_NATS = _value("MINHBACH_NATS", "tls://127.0.0.1:4222")
MINHBACH_NATS_PUBLIC = _value("MINHBACH_NATS_PUBLIC", MINHBACH_NATS)
MINHBACH_NATS_PASSWORD_FILE = _value("MINHBACH_NATS_PASSWORD_FILE", "")
MINHBACH_STREAM_URL = _value("MINHBACH_STREAM_URL", "ws://127.0.0.1:8001")
#: By which address citizens reach the public pages; empty where none is said.
PUBLIC_ADDRESS = _value("MINHBACH_ORIGINS", "").split(",")[0].strip().rstrip("/")
MINHBACH_DEMO = _flag("MINHBACH_DEMO")
MINHBACH_STAMP_URL = _value("MINHBACH_STAMP_URL", "")
MINHBACH_STAMP_ROOTS_FILE = _value("MINHBACH_STAMP_ROOTS_FILE", "")
MINHBACH_REPORT_CERTIFICATE_FILE = _value("MINHBACH_REPORT_CERTIFICATE_FILE", "")
MINHBACH_REPORT_PASSWORD_FILE = _value("MINHBACH_REPORT_PASSWORD_FILE", "")
MINHBACH_SMTP = _value("MINHBACH_SMTP", "")
MINHBACH_SMTP_USER = _value("MINHBACH_SMTP_USER", "")
MINHBACH_SMTP_PASSWORD_FILE = _value("MINHBACH_SMTP_PASSWORD_FILE", "")
MINHBACH_SMTP_AUTHORITY_FILE = _value("MINHBACH_SMTP_AUTHORITY_FILE", "")
MINHBACH_MAIL_FROM = _value("MINHBACH_MAIL_FROM", "Minh Bạch <minhbach@localhost>")
MINHBACH_PROXIES = set(_value("MINHBACH_PROXIES", "").split(",")) - {""}

SECRET_KEY = _secret("MINHBACH_SECRET_KEY_FILE")
DEBUG = False
ALLOWED_HOSTS = _value("MINHBACH_HOSTS", "127.0.0.1,localhost").split(",")
DATABASES = {"default": _database()}
AUTH_USER_MODEL = "access.Account"
AUTHENTICATION_BACKENDS = ["minhbach.centre.access.sessions.Owner"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "django.forms",
    "minhbach.centre.access",
    "minhbach.centre.regulation",
    "minhbach.centre.messaging",
    "minhbach.centre.words",
    "minhbach.centre.look",
    "minhbach.centre.papers",
    "minhbach.centre.registry",
    "minhbach.centre.footage",
    "minhbach.centre.journal",
    "minhbach.centre.dossiers",
    "minhbach.centre.reception",
    "minhbach.centre.feedback",
    "minhbach.centre.oversight",
    "minhbach.centre.evidence",
    "minhbach.centre.publishing",
]
MIDDLEWARE = [
    "minhbach.centre.look.frame.ContentSecurity",
    "django.middleware.security.SecurityMiddleware",
    "minhbach.centre.access.sizes.BoundedRequest",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "minhbach.centre.words.middleware.LanguageMiddleware",
    "minhbach.centre.look.errors.SaysWhy",
]
ROOT_URLCONF = "minhbach.centre.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "minhbach.centre.look.frame.frame",
                "minhbach.centre.access.may.may",
                "minhbach.centre.front.ways.ways",
            ],
            "builtins": [
                "minhbach.centre.words.templatetags.words",
                "minhbach.centre.look.templatetags.look",
                "minhbach.centre.access.templatetags.ways",
            ],
        },
    }
]

FORM_RENDERER = "minhbach.centre.look.forms.Renderer"
CSRF_FAILURE_VIEW = "minhbach.centre.look.errors.bad_form"

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = MINHBACH_DATA / "static"
#: What set-up fetched from npm (`bin/web.py`): `npm/…` and `figures/…`.
FETCHED = Path(sys.prefix) / "web" / "public"
STATICFILES_DIRS = [HERE / "static", *([FETCHED] if FETCHED.is_dir() else [])]
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

PASSWORD_HASHERS = ["minhbach.centre.access.passwords.PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign_in"
SESSION_ENGINE = "minhbach.centre.access.session_store"
# The longest a sign-in lasts; `access.sessions` ends it earlier, by the regulation or when nobody is there.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_NAME = "minhbach_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _flag("MINHBACH_SECURE")
#: The proxy speaks HTTPS with browsers and says so; without this a form's origin would never match the site's own.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SESSION_COOKIE_SECURE else None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"

#: The host part of the stream, for the pages' content security policy.
STREAM_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(MINHBACH_STREAM_URL))

#: What goes wrong is said on stderr, where the service manager keeps it; requests are not logged, viewings are rows.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "minhbach.centre.look.lines.OneLine", "fmt": "{levelname} {name}: {message}", "style": "{"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False}},
}
