"""The application that granian serves: `payung.config.front` before Django, with its pools of threads."""

from __future__ import annotations

from django.conf import settings

from payung.config.front.app import Front
from payung.config.front.kept import Kept
from payung.config.front.pools import Pool
from payung.config.wsgi import application as django
from payung.web import alone, bounds, senders
from payung.web.housekeeping import figures_version

#: Each thread keeps a database connection: nine in each process, of the sixty that the embedded server allows.
POOLS = {
    "pages": Pool("pages", threads=2, waiting=512, each=256),
    "questions": Pool("questions", threads=2, waiting=256, each=128),
    "passwords": Pool("passwords", threads=1, waiting=250, each=8),
    "work": Pool("work", threads=2, waiting=256, each=128),
    "long": Pool("long", threads=2, waiting=64, each=32),
}
application = Front(
    django=django,
    pools=POOLS,
    kept=Kept(figures_version, settings.LANGUAGE_COOKIE_NAME.encode()),
    bounds_of=bounds.bounds_of,
    route_of=bounds.route_of,
    page=alone.page,
    may_send=senders.may_send,
    proxies=settings.PAYUNG_PROXIES,
)
