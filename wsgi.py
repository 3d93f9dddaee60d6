"""What a WSGI server opens: the web door on the product that the environment asks for."""

from outreach.bootstrap import bootstrap
from outreach.web.app import create_app

app = create_app(bootstrap())
