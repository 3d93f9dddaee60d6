"""The whole web door on real stores, and a member of staff who may sign in."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach, bootstrap
from outreach.db.session import Database
from outreach.queueing.rq import JobQueue
from outreach.services.create_staff import create_staff
from outreach.settings import Settings
from outreach.web.app import create_app
from tests.factories import NOW

EMAIL = "mair@hearth.example"
PASSWORD = "a long walk by the sea"


class StandingClock:
    """It is always `NOW`."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
def product(database_url: str, valkey_url: str, db: Database, queue: JobQueue, tmp_path: Path) -> Iterator[Outreach]:
    """The product in development mode, at `NOW`."""
    settings = {"DATABASE_URL": database_url, "REDIS_URL": valkey_url, "OUTREACH_DATA_DIR": str(tmp_path)}
    outreach = bootstrap(Settings.from_env(settings))
    yield replace(outreach, clock=StandingClock())
    outreach.close()


@pytest.fixture
def app(product: Outreach) -> Flask:
    """The application; forms need no token, except where a test turns that on."""
    flask = create_app(product)
    flask.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return flask


@pytest.fixture
def stranger(app: Flask) -> FlaskClient:
    """A browser that nobody signed in with."""
    return app.test_client()


@pytest.fixture
def sign_in(product: Outreach) -> Callable[..., None]:
    """Signs a browser in, making the account first."""
    create_staff(db=product.db, email=EMAIL, name="Mair", password=PASSWORD, roles=["admin"], now=NOW)

    def act(client: FlaskClient, *, email: str = EMAIL, password: str = PASSWORD) -> None:
        client.post("/login", data={"email": email, "password": password})

    return act


@pytest.fixture
def staff(app: Flask, sign_in: Callable[..., None]) -> FlaskClient:
    """A browser with a signed-in member of staff, in London, who reads English."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en-GB"
    client.set_cookie("zone", "Europe/London")
    sign_in(client)
    return client
