"""What gunicorn serves. With `--preload` all of it is loaded once, and the workers forked from it share its memory."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community.settings")
application = get_wsgi_application()

# Each worker would else load every view, and the words of every language, at its first request.
for _language, _name in settings.LANGUAGES:
    with translation.override(_language):
        reverse("landing")

# Threads that need the template engine at the same moment would each make one, and each of these keeps what it compiles.
get_template("base.html")

# The collector writes a mark into whatever it looks at, which gives each worker a copy of its own: it looks away.
gc.collect()
gc.freeze()
