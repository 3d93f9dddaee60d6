"""The Flask application: limits, sign-in, languages, errors, then the pages. `create_app` reads like its contents."""

from flask import Flask
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from outreach.bootstrap import ROOT, Outreach
from outreach.db.queries.health import database_answers
from outreach.queueing.health import queue_health
from outreach.settings import Mode
from outreach.web import tracking, webhooks
from outreach.web.admin import pages
from outreach.web.api import signals as api_signals
from outreach.web.assets import install_assets
from outreach.web.auth import install_sign_in
from outreach.web.current import current_outreach
from outreach.web.errors import install_error_pages
from outreach.web.formats import install_formats
from outreach.web.locale import install_locales
from outreach.web.public import (
    answers,
    choices,
    friends,
    images,
    personal_data,
    remedies,
    sign_up,
    stories,
    unsubscribe,
    web_copy,
)
from outreach.web.roles import install_roles
from outreach.web.security_headers import install_security_headers
from outreach.web.uploads import install_uploads

#: Largest request body, in octets; webhooks and uploads set their own.
MAX_REQUEST = 2 * 1024 * 1024


def create_app(outreach: Outreach) -> Flask:
    """The web door on `outreach`, which its views find through `outreach.web.current`."""
    app = Flask(__name__, template_folder=str(ROOT / "templates"))
    app.extensions["outreach"] = outreach
    app.config["MAX_CONTENT_LENGTH"] = MAX_REQUEST
    if outreach.settings.mode is Mode.PRODUCTION:
        app.config["TRUSTED_HOSTS"] = [outreach.settings.public_base_url.partition("://")[2].partition("/")[0]]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    install_security_headers(app, public_base_url=outreach.settings.public_base_url)
    install_locales(app)
    install_error_pages(app)
    install_formats(app)
    install_assets(app)
    install_roles(app)
    install_uploads(app)
    csrf = CSRFProtect(app)
    limiter = Limiter(
        get_remote_address,
        app=app,
        storage_uri=_limits_store(outreach.settings.redis_url),
        key_prefix="outreach-limits",
        swallow_errors=True,
    )
    install_sign_in(app, outreach, limiter=limiter)
    app.register_blueprint(pages.blueprint)
    for public in (
        tracking.blueprint,
        webhooks.blueprint,
        unsubscribe.blueprint,
        choices.blueprint,
        personal_data.blueprint,
        answers.blueprint,
        remedies.blueprint,
        web_copy.blueprint,
        sign_up.blueprint,
        images.blueprint,
        stories.blueprint,
        friends.blueprint,
        api_signals.blueprint,
    ):
        # Posted to by machines of others; each checks a signature or a signed token instead.
        csrf.exempt(public)
        app.register_blueprint(public)
    app.add_url_rule("/healthz", view_func=healthz)
    return app


def _limits_store(redis_url: str | None) -> str:
    """The address as the limiter's library spells it; embedded Valkey listens on a Unix socket."""
    return f"redis+{redis_url}" if redis_url and redis_url.startswith("unix://") else redis_url or "memory://"


def healthz() -> ResponseReturnValue:
    """Whether database and queue answer, for load balancers; 503 if one does not."""
    outreach = current_outreach()
    database = database_answers(outreach.db)
    queue = queue_health(outreach.queue).answers
    state = {"database": "ok" if database else "silent", "queue": "ok" if queue else "silent"}
    return state, 200 if database and queue else 503
