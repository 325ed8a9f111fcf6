"""The WSGI application that granian serves."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "payung.config.settings")
application = get_wsgi_application()
# Every page's module is imported before the first visitor comes, not while they wait.
import_module(settings.ROOT_URLCONF)
import_module("payung.oversight.fresh").keep_fresh()
