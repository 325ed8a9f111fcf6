"""Django settings. What differs between deployments comes from the environment; see docs/how-to/deploy.md."""

from __future__ import annotations

from pathlib import Path

import environ
from django.utils.translation import gettext_noop

from payung.config.database import connections
from payung.config.home import payung_home, public_url
from payung.config.keys import SECRET, Keys, refuse_unknown_variables

env = environ.Env()

HOME = payung_home()
PACKAGE = Path(__file__).resolve().parents[1]

refuse_unknown_variables()
#: The rings of keys, read again when their files change. An empty database's are made when it is prepared.
KEYS = Keys(HOME)
_ring = KEYS.ring_or_none(SECRET)
SECRET_KEY, *SECRET_KEY_FALLBACKS = [*_ring.keys.values()] if _ring else [""]

DEBUG = env.bool("PAYUNG_DEBUG", default=False)
ALLOWED_HOSTS = env.list("PAYUNG_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("PAYUNG_ORIGINS", default=[])
#: Where readers of papers and messages find these pages; printed as address and QR. '' prints neither.
PAYUNG_PUBLIC_URL = public_url(env.str("PAYUNG_PUBLIC_URL", default=""))

#: The deployment: which province, and who answers for the programme. All of it is configuration.
PAYUNG_PROVINCE = env.str("PAYUNG_PROVINCE", default="65")
PAYUNG_PROGRAMME_OWNER = env.str(
    "PAYUNG_PROGRAMME_OWNER", default="Dinas Tenaga Kerja dan Transmigrasi Provinsi Kalimantan Utara"
)
#: Where families bring a claim, and whom to tell when somebody asks for money: printed on letters and public pages.
#: Pages say the defaults in the reader's language.
PAYUNG_BRANCH_ADDRESS = env.str(
    "PAYUNG_BRANCH_ADDRESS",
    default=gettext_noop("kantor cabang BPJS Ketenagakerjaan terdekat, atau kantor desa Anda"),
)
PAYUNG_CONTACT = env.str("PAYUNG_CONTACT", default=gettext_noop("dinas tenaga kerja atau layanan 175"))
#: Reverse proxies before the pages: so many addresses at the end of X-Forwarded-For are believed.
PAYUNG_PROXIES = env.int("PAYUNG_PROXIES", default=0)
#: Criteria laid over the national ones: names of packaged layers, or paths of YAML files.
PAYUNG_CRITERIA = env.list("PAYUNG_CRITERIA", default=["kaltara"])
#: Universe of vulnerable workers counted by the province (estimated rung of the ladder), with its source.
PAYUNG_ESTIMATED_WORKERS = env.int("PAYUNG_ESTIMATED_WORKERS", default=58_701)
PAYUNG_ESTIMATED_SOURCE = env.str("PAYUNG_ESTIMATED_SOURCE", default="Diskominfo Kaltara, Juli 2025")

#: YAML file of the columns of the branch's upload files; the project's own where it is not set.
PAYUNG_BRANCH_TEMPLATE = env.str("PAYUNG_BRANCH_TEMPLATE", default="")
#: A line of a bank statement of more rupiah than this is never taken for a bank fee.
PAYUNG_BANK_FEE_MOST = env.int("PAYUNG_BANK_FEE_MOST", default=100_000)
#: How messages go to each kind of recipient: "email", or a gateway `package.module:function`, or nothing (printed).
PAYUNG_GATEWAYS = {
    "worker": env.str("PAYUNG_GATEWAY_WORKER", default=""),
    "village": env.str("PAYUNG_GATEWAY_VILLAGE", default="email"),
    "payer": env.str("PAYUNG_GATEWAY_PAYER", default="email"),
}
#: Mail goes out by PAYUNG_EMAIL_URL (smtp+tls://user:password@host:587); else it lies as files in the outbox.
DEFAULT_FROM_EMAIL = env.str("PAYUNG_EMAIL_FROM", default="payung@localhost")
vars().update(env.email_url("PAYUNG_EMAIL_URL", default="consolemail://"))
if not env.str("PAYUNG_EMAIL_URL", default=""):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(HOME / "outbox")
#: Days in which a donor's promise must be checked and approved, after which it no longer binds anybody.
PAYUNG_PLEDGE_DAYS = env.int("PAYUNG_PLEDGE_DAYS", default=30)
#: A CSV file (date,name) of days off by joint decrees younger than this version; '' where there is none.
PAYUNG_HOLIDAYS = env.str("PAYUNG_HOLIDAYS", default="")
#: Promises that one address may make in a day, and all together in an hour.
PAYUNG_PLEDGES_A_DAY = env.int("PAYUNG_PLEDGES_A_DAY", default=5)
PAYUNG_PLEDGES_AN_HOUR = env.int("PAYUNG_PLEDGES_AN_HOUR", default=100)
#: The licence under which the public ledger may be used again, and where it can be read.
PAYUNG_DATA_LICENCE = env.str("PAYUNG_DATA_LICENCE", default="CC BY 4.0")
PAYUNG_DATA_LICENCE_URL = env.str(
    "PAYUNG_DATA_LICENCE_URL", default="https://creativecommons.org/licenses/by/4.0/deed.id"
)

#: Working days in which a member of parliament is answered about one person.
PAYUNG_CASE_DAYS = env.int("PAYUNG_CASE_DAYS", default=5)
#: Whether a village's page for the wall may list the covered by name and RT. A NIK is never on it.
PAYUNG_VILLAGE_NAMES = env.bool("PAYUNG_VILLAGE_NAMES", default=False)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "procrastinate.contrib.django",
    "payung.database",
    "payung.access",
    "payung.jobs",
    "payung.registry",
    "payung.funding",
    "payung.coverage",
    "payung.claims",
    "payung.oversight",
    "payung.parliament",
    "payung.giving",
    "payung.web",
    "payung.api",
]

MIDDLEWARE = [
    "payung.web.middleware.Traced",
    "payung.web.middleware.Transport",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "payung.web.middleware.ContentSecurityPolicy",
    "payung.access.middleware.Sessions",
    "payung.web.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "payung.access.middleware.DatabaseScope",
    "payung.web.middleware.Sentences",
    "payung.web.counted.Counted",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "payung.config.urls"
WSGI_APPLICATION = "payung.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "payung.web.context.site",
            ],
            "builtins": ["payung.web.templatetags.payung"],
        },
    }
]

DATABASES = connections(HOME)
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["payung.access.login.ByPassword"]
LOGIN_URL = "/masuk/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "payung.access.passwords.NotGuessed"},
]
SESSION_ENGINE = "payung.access.sessions"
#: A session ends a working day after its user came in, and after so many minutes without a request.
SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
PAYUNG_IDLE_MINUTES = env.int("PAYUNG_IDLE_MINUTES", default=30)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
#: Behind a proxy that ends TLS and says so in X-Forwarded-Proto: everything over HTTPS, and only there.
PAYUNG_HTTPS = env.bool("PAYUNG_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PAYUNG_HTTPS
#: Browsers take a cookie of this prefix only over HTTPS and for this very host (RFC 6265bis, 4.1.3).
PAYUNG_COOKIE_PREFIX = "__Host-" if PAYUNG_HTTPS else ""
SESSION_COOKIE_NAME = PAYUNG_COOKIE_PREFIX + "sessionid"
CSRF_COOKIE_NAME = PAYUNG_COOKIE_PREFIX + "csrftoken"
LANGUAGE_COOKIE_NAME = PAYUNG_COOKIE_PREFIX + "django_language"
PAYUNG_DEVICE_COOKIE = PAYUNG_COOKIE_PREFIX + "device"
LANGUAGE_COOKIE_SECURE = PAYUNG_HTTPS
LANGUAGE_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
#: Until the browser is closed.
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "payung.web.refusing.not_from_here"
MESSAGE_STORAGE = "payung.web.messages.Storage"
if PAYUNG_HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    #: A program that asks over plain HTTP is told so: redirected, it would send its secrets in clear each time.
    SECURE_REDIRECT_EXEMPT = [r"^api/"]
    SECURE_HSTS_SECONDS = env.int("PAYUNG_HSTS_SECONDS", default=365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = env.str("PAYUNG_TIME_ZONE", default="Asia/Makassar")
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
#: Largest list that is taken in, in bytes.
PAYUNG_MAX_LIST_BYTES = env.int("PAYUNG_MAX_LIST_BYTES", default=100 * 1024 * 1024)
#: Longest list that a page takes in, in rows: loading it holds a worker. Commands take longer ones.
PAYUNG_MAX_PAGE_ROWS = env.int("PAYUNG_MAX_PAGE_ROWS", default=60_000)

#: Pages have a cache of their own: many of them never push out what slows down guessing of passwords.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 1_000},
    },
}

#: Rooms keep their kinds of jobs in `jobs.py`, which are imported when they are needed.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Each line: when, with its time zone; how bad; request, user, address; what. No handler writes a file of its own.
    "formatters": {"line": {"()": "payung.access.logs.Line"}},
    "filters": {"without_secrets": {"()": "payung.web.logged.WithoutSecrets"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_secrets"]}
    },
    "loggers": {"payung.housekeeping": {"level": "INFO"}},
    "root": {"handlers": ["stderr"], "level": env.str("PAYUNG_LOG_LEVEL", default="WARNING")},
}
