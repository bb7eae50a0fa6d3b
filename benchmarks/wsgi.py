"""What `benchmarks.serving` serves: the site with the addresses of the measurements."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
settings.ROOT_URLCONF = "benchmarks.urls"
application = get_wsgi_application()
