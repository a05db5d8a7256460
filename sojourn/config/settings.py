"""Django's settings for every kind of installation; the environment chooses the differences."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from sojourn.common.data_folder import PROJECT_ROOT, data_folder, secret_key
from sojourn.config.identity_providers import (
    IdentityProvidersError,
    providers_from,
    without_local_sign_in,
)
from sojourn.config.mail_server import MailServer

django_stubs_ext.monkeypatch()

PACKAGE: Path = PROJECT_ROOT / "sojourn"
DATA = data_folder()

DEBUG = os.environ.get("SOJOURN_DEBUG") == "1"
SECRET_KEY = secret_key()

# The address under which people reach this installation, e.g. https://abroad.example.edu.
# Absolute links (mail, sitemap, calendars) and the TLS settings follow from it.
SITE_URL = os.environ.get("SOJOURN_URL", "").rstrip("/")
BEHIND_TLS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = [
    host.strip() for host in os.environ.get("SOJOURN_HOSTS", "").split(",") if host.strip()
]
if SITE_URL:
    ALLOWED_HOSTS.append(SITE_URL.split("://", 1)[1].split("/")[0].split(":")[0])
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
elif not ALLOWED_HOSTS:  # tried out on this computer
    ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

INSTALLED_APPS = [
    # Before the packages whose templates they replace.
    "sojourn.design",
    "sojourn.people",
    "modeltranslation",
    "sojourn.office.apps.OfficeAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "sojourn.catalogue",
    "sojourn.planning",
    "sojourn.advising",
    "sojourn.selection",
    "sojourn.experiences",
    "sojourn.mobility",
    "sojourn.portal",
    "sojourn.office",
    "sojourn.api",
    "sojourn.exchange",
]

MIDDLEWARE = [
    "sojourn.config.edge.EdgeMiddleware",
    "sojourn.common.request_log.RequestLogMiddleware",
    "sojourn.config.security_headers.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "sojourn.config.health.HealthMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sojourn.api.middleware.ApiMiddleware",
    "sojourn.config.request_limits.RequestLimitsMiddleware",
    "sojourn.config.rate_limit.RateLimitMiddleware",
    "sojourn.portal.shared.page_cache.PublicPageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sojourn.config.security_events.SecurityEventsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "sojourn.people.sessions.SessionAgeMiddleware",
    "sojourn.portal.shared.errors.FriendlyMethodNotAllowedMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sojourn.config.second_step.SecondStepMiddleware",
    "sojourn.config.acting.ActingMiddleware",
    # Beside the views: what is before may answer without reading what was sent.
    "sojourn.config.line_ends.LineEndsMiddleware",
]

ROOT_URLCONF = os.environ.get("SOJOURN_URLCONF", "sojourn.config.urls")
WSGI_APPLICATION = "sojourn.config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # The portal's and the office's templates lie in their area's folder and are named by
        # their path: "portal/plan/templates/costs.html".
        "DIRS": [PACKAGE],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sojourn.portal.shared.context.page",
                "sojourn.office.shared.navigation.menu",
            ],
            "builtins": ["sojourn.design.templatetags.components"],
        },
    },
]

# --- Database -----------------------------------------------------------------------------
NO_SUCH_DATABASE = (
    "DATABASE_URL names no database that Sojourn runs on. Write postgres://USER:PASSWORD@HOST/NAME,"
    " or leave it out for SQLite in SOJOURN_DATA."
)
# SQLite by default, in the mode that survived 50 writers (docs/decisions.md): WAL so that
# readers never wait, BEGIN IMMEDIATE so that a transaction cannot fail half way for want of the
# write lock, FULL so that a committed change survives a power cut.
DATABASE_URL = os.environ.get("DATABASE_URL", "")
if DATABASE_URL:
    try:
        chosen = dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)
    except ValueError as error:
        raise ImproperlyConfigured(NO_SUCH_DATABASE) from error
    if not chosen["ENGINE"].endswith(("postgresql", "sqlite3")):
        raise ImproperlyConfigured(NO_SUCH_DATABASE)
    DATABASES: dict[str, Any] = {"default": dict(chosen)}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "sojourn.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA cache_size=-20000; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# In earnest a thread follows the catalogue's version; a test sees its own changes at once.
SNAPSHOT_LOOKS_EACH_TIME = os.environ.get("SOJOURN_TESTING") == "1"

# --- Accounts -----------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "sojourn.people.passwords.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "sojourn.people.passwords.GuessingValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "sojourn.people.names.SignUpNameForm"
ACCOUNT_FORMS = {"signup": "sojourn.people.forms.SignUpForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An account opens by a link in a mail, so that sign-up says nothing about who has one already.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_PREVENT_ENUMERATION = True
# One address, and another one from the moment that it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
# Whatever changes how one gets in is mailed.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_GET = False
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "sojourn.people.adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Passwords have limits of our own (`people.sign_in_limits`); "login_failed" is left for codes of a
# second step. A second mail to one address within minutes is left out instead of being refused.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "10/5m/key", "reset_password": "20/m/ip"}
CACHES = {
    "default": {
        "BACKEND": "sojourn.config.cache.ProcessCache",
        # Nobody pushes the counts of others out by making many.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # What every page has around it; the templates say what it depends on.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template-fragments",
    },
}
# Who signed in longer ago proves once more who they are before what cannot be taken back.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Nobody is in whose address is not confirmed; one that waits to be confirmed changes nothing.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Sojourn"
MFA_ADAPTER = "sojourn.config.second_step.StaffSecondStepAdapter"
MFA_FORMS = {"add_webauthn": "sojourn.people.forms.AddKeyForm"}

# Single sign-on, off unless SOJOURN_SSO names a provider (docs/operating.md). The tables and the
# code are there anyway: nothing is asked of a provider before somebody presses its button.
try:
    SSO_PROVIDERS = providers_from(os.environ)
    SSO_ONLY = without_local_sign_in(os.environ)
except IdentityProvidersError as error:
    raise ImproperlyConfigured(str(error)) from error
SOCIALACCOUNT_ADAPTER = "sojourn.people.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_FORMS = {"signup": "sojourn.people.forms.SingleSignOnSignUpForm"}
# Nothing is ever found by an address, and no token is kept.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# A student signs in again after a fortnight that nobody was there, and after thirty days at most.
SESSION_COOKIE_AGE = 14 * 24 * 3600
LONGEST_SESSION_SECONDS = 30 * 24 * 3600
# Staff sign in again after a day's work, and after a while that nobody was there.
STAFF_SESSION_SECONDS = int(float(os.environ.get("SOJOURN_STAFF_SESSION_HOURS", "8")) * 3600)
STAFF_IDLE_SECONDS = int(float(os.environ.get("SOJOURN_STAFF_IDLE_HOURS", "1")) * 3600)

# --- Languages ----------------------------------------------------------------------------
# The first one is what a missing text falls back to. Content must be written in those that Sojourn
# brings itself and may be missing in others (docs/adopting.md, "A third language").
LANGUAGES = [
    (code, LANG_INFO.get(code, {}).get("name_local", code))
    for code in os.environ.get("SOJOURN_LANGUAGES", "en,nl").split(",")
]
LANGUAGE_CODE = LANGUAGES[0][0]
REQUIRED_LANGUAGES = [code for code, _name in LANGUAGES if code in (LANGUAGE_CODE, "en", "nl")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
FIRST_DAY_OF_WEEK = 1
MODELTRANSLATION_DEFAULT_LANGUAGE = LANGUAGE_CODE
MODELTRANSLATION_FALLBACK_LANGUAGES = tuple(code for code, _name in LANGUAGES)

# --- Files --------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
# What the worker writes for all web processes; may be emptied while nothing runs.
SEARCH_FOLDER = DATA / "search"
SIMILARITY_FOLDER = DATA / "similarity"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG or os.environ.get("SOJOURN_TESTING") == "1"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
WHITENOISE_USE_FINDERS = DEBUG or os.environ.get("SOJOURN_TESTING") == "1"
WHITENOISE_AUTOREFRESH = DEBUG

# Mail is written to the task queue in the transaction it belongs to; the worker delivers it: to
# files in the data folder until SOJOURN_SMTP names a server (docs/operating.md).
EMAIL_BACKEND = "sojourn.people.mail.QueuedEmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
MAIL_DELIVERY_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_TIMEOUT = 20
if SMTP_ADDRESS := os.environ.get("SOJOURN_SMTP", ""):
    MAIL_DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    mail_server = MailServer.from_address(SMTP_ADDRESS)
    EMAIL_HOST, EMAIL_PORT = mail_server.host, mail_server.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail_server.user, mail_server.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = mail_server.starttls, mail_server.tls
# Where the office reads what people answer to a mail; empty: nowhere, and no mail says otherwise.
OFFICE_MAIL_ADDRESS = os.environ.get("SOJOURN_MAIL_REPLY_TO", "")
DEFAULT_FROM_EMAIL = os.environ.get("SOJOURN_MAIL_FROM", "sojourn@localhost")

# What the worker does each night besides cleaning up.
NIGHTLY_TASKS = [
    "sojourn.catalogue.tasks.delete_old_searches",
    "sojourn.catalogue.tasks.publish_due",
    "sojourn.advising.tasks.delete_old_questions",
    "sojourn.advising.tasks.delete_old_appointments",
    "sojourn.advising.tasks.delete_old_self_arranged",
    "sojourn.experiences.tasks.run_nightly_jobs",
    "sojourn.selection.tasks.run_nightly_jobs",
    "sojourn.mobility.tasks.run_nightly_jobs",
    "sojourn.mobility.tasks.write_call_list",
]

# Where the worker writes each night who is where, outside of this machine, sealed for these keys
# (age, https://age-encryption.org); their private halves are never here.
CALL_LIST_FOLDER = os.environ.get("SOJOURN_CALL_LIST_TO", "")
CALL_LIST_KEYS = os.environ.get("SOJOURN_CALL_LIST_KEYS", "").split()

# Files that people send are handed to this command, with their path as last argument; when it
# does not end with 0 the file is refused. Empty: no scanner.
SCAN_COMMAND = os.environ.get("SOJOURN_SCAN_COMMAND", "")

# Below so much free space on the disk of the data folder no file is taken from anybody; the rest
# goes on. And how old the last backup may be before the office is told; 0: it is not asked.
FREE_SPACE_FLOOR = int(os.environ.get("SOJOURN_FREE_SPACE_MB", "200")) * 1_000_000
OLDEST_BACKUP_HOURS = int(os.environ.get("SOJOURN_BACKUP_HOURS", "48"))

# --- Safety -------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# A browser takes such a cookie over TLS alone, and from no other host of the same domain.
COOKIE_PREFIX = "__Host-" if BEHIND_TLS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
MESSAGES_COOKIE_NAME = f"{COOKIE_PREFIX}messages"
STUDY_COOKIE_NAME = f"{COOKIE_PREFIX}study"
DEVICE_COOKIE_NAME = f"{COOKIE_PREFIX}sojourn_device"
MESSAGE_STORAGE = "sojourn.common.message_storage.MessageStorage"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# Scripts take the token from a form or an answer.
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "sojourn.portal.shared.errors.form_too_old"
LANGUAGE_COOKIE_SAMESITE = "Lax"
if BEHIND_TLS:
    SECURE_SSL_REDIRECT = True
    # A probe speaks plain HTTP from inside; a program that asks the API so is told.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^api/"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    LANGUAGE_COOKIE_SECURE = True

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# How fast one client may go before it is asked to wait (the `limits` notation; an empty text lifts
# the limit). Counted by each process, but walk-in and files, which all processes and machines count
# together. Searching as you type is at most five requests a second.
RATE_LIMITS = {
    "search": os.environ.get("SOJOURN_RATE_LIMIT_SEARCH", "200/10 second; 600/minute"),
    "forms": os.environ.get("SOJOURN_RATE_LIMIT_FORMS", "30/minute; 300/hour"),
    # Numbers of the walk-in queue. People at one door share a network.
    "walk-in": os.environ.get("SOJOURN_RATE_LIMIT_WALK_IN", "20/hour"),
    # Files that somebody without an account sends.
    "files": os.environ.get("SOJOURN_RATE_LIMIT_FILES", "20/day"),
    "plan": os.environ.get("SOJOURN_RATE_LIMIT_PLAN", "60/10 second; 150/minute; 2000/hour"),
}
# Messages through Sojourn to people who went before or know a place, in any seven days: how many
# one student may send, and one person gets.
MESSAGES_A_WEEK_PER_SENDER = int(os.environ.get("SOJOURN_MESSAGES_PER_SENDER", "5"))
MESSAGES_A_WEEK_PER_RECEIVER = int(os.environ.get("SOJOURN_MESSAGES_PER_RECEIVER", "3"))
# Enough for a form that ticks every box there is and ten thousand more; the body stays limited.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 12_000
# The networks of our own proxies, such as 10.0.0.0/8; only they are believed about who calls.
TRUSTED_PROXIES = [
    network.strip()
    for network in os.environ.get("SOJOURN_TRUSTED_PROXIES", "").split(",")
    if network.strip()
]
# Where to report a weakness (a mail or web address); named in /.well-known/security.txt.
SECURITY_CONTACT = os.environ.get("SOJOURN_SECURITY_CONTACT", "")

# --- Logs ---------------------------------------------------------------------------------
# One JSON object a line on standard error. Paths are logged without their query, because what
# somebody searched for is theirs.
# With the zone: in October an hour of the clock comes twice.
TIME_OF_LOGS = "%Y-%m-%dT%H:%M:%S%z"
LOG_FORMAT = os.environ.get("SOJOURN_LOG", "json")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": "sojourn.common.log_format.QuietJsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(request_id)s %(message)s",
            "datefmt": TIME_OF_LOGS,
        },
        "text": {
            "()": "sojourn.common.log_format.TextFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s]: %(message)s",
            "datefmt": TIME_OF_LOGS,
        },
        "line": {"format": "%(message)s"},
    },
    "filters": {
        "request_id": {"()": "sojourn.common.request_log.RequestIdFilter"},
        "one_line": {"()": "sojourn.common.log_format.OneLineFilter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "filters": ["request_id", "one_line"],
            "formatter": "json" if LOG_FORMAT == "json" else "text",
        },
        # The request log writes its own JSON.
        "requests": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("SOJOURN_LOG_LEVEL", "WARNING")},
    "loggers": {
        "sojourn": {"level": os.environ.get("SOJOURN_LOG_LEVEL", "INFO")},
        "sojourn.request": {"handlers": ["requests"], "propagate": False},
        # The request log of our own replaces Django's, which writes whole addresses.
        "django.request": {"level": "CRITICAL"},
    },
}
