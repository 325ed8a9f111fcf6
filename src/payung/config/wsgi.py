"""The WSGI application: Django alone, without what stands before it; granian serves `payung.config.asgi`."""

import os
from importlib import import_module

from django.conf import settings
from django.core.signals import request_started
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.config.settings")
application = get_wsgi_application()
prepare = import_module("payung.config.prepare")
prepare.require_keys()
# A new SECRET_KEY is used from the next request on.
request_started.connect(prepare.use_secret_key, dispatch_uid="payung keys")
# Every page's module is imported before the first visitor comes, not while they wait.
import_module(settings.ROOT_URLCONF)
import_module("payung.web.housekeeping").keep_house()
