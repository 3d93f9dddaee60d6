"""Signing up on a phone, without JavaScript, in every language that the demo speaks."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from outreach.bootstrap import bootstrap
from outreach.db.models.contacts import Contact
from outreach.db.session import Database
from outreach.domain.touch import Channel
from outreach.providers.routes import Route
from outreach.queueing.rq import JobQueue
from outreach.rendering.direction import direction
from outreach.services.apply_pack import apply_pack
from outreach.settings import Settings
from outreach.web.app import create_app
from tests.factories import NOW
from tests.web.conftest import StandingClock
from tests.web.public.test_sign_up import the_link
from tests.web.test_personal_data_page import Wire

LANGUAGES = ["en", "cy", "zh-Hans", "es", "fr", "de", "ar"]
PHONE = 390
#: As often as a button is pressed before the page has had its moment to be read: a minute at the least.
MOST_PRESSES = 600


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def url(
    database_url: str, valkey_url: str, db: Database, queue: JobQueue, wire: Wire, root: Path, tmp_path: Path
) -> Iterator[str]:
    """The public pages with the demo's pack applied, on a port of this machine."""
    apply_pack(db=db, folder=root / "packs" / "hearth-energy", now=NOW)
    server = make_server("127.0.0.1", 0, lambda environ, start: [], threaded=True)
    address = f"http://127.0.0.1:{server.port}"
    environ = {"DATABASE_URL": database_url, "REDIS_URL": valkey_url, "OUTREACH_DATA_DIR": str(tmp_path)}
    outreach = bootstrap(Settings.from_env(environ | {"PUBLIC_BASE_URL": address}))
    routes = {Channel.EMAIL: Route((wire,), {wire.name: 1.0})}
    server.app = create_app(replace(outreach, routes=routes, clock=StandingClock()))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()
    outreach.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """Windows as wide as a phone that run no scripts."""
    context = chromium.new_context(viewport={"width": PHONE, "height": 844}, java_script_enabled=False)
    yield context
    context.close()


def fits(page: Page, language: str) -> None:
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language, direction(language))
    edges = page.locator("main *").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"
    )
    assert len(edges) > 2
    assert min(left for left, _ in edges) >= -1
    assert max(right for _, right in edges) <= PHONE + 1
    assert page.locator("h1").count() == 1


def pressed(page: Page) -> None:
    """Presses the button of the form until the page has had its moment, which costs what was typed nothing."""
    for _ in range(MOST_PRESSES):
        page.locator("main button").click()
        if "/sent" in page.url:
            return
        assert page.locator("input[name=email]").input_value()
    raise AssertionError(page.locator("main").inner_text())


def test_somebody_signs_up_with_a_thumb_in_every_language(
    phone: BrowserContext, url: str, wire: Wire, db: Database
) -> None:
    first = phone.new_page()
    first.goto(f"{url}/s/news")
    pages = {}
    for language in LANGUAGES:
        page = phone.new_page()
        page.goto(first.url)
        if language != "en":
            page.locator(f".languages a[hreflang={language}]").click()
        pages[language] = page
    for language, page in pages.items():
        button = page.locator("main button").bounding_box()
        assert button is not None
        assert button["height"] >= 44
        page.locator("input[name=email]").fill("no address")
        page.locator("main button").click()
        fits(page, language)
        assert page.locator("#wrong-email").is_visible()
        page.locator("input[name=email]").fill(f"reader-{language}@example.com")
        page.locator("input[name=first_name]").fill(f"<{language}>")
        page.locator("input[value=tips]").uncheck()
        pressed(page)
        page.goto(url + the_link(wire))
        fits(page, language)
        page.locator("main button").click()
        assert page.locator("main button").count() == 0
    assert phone.cookies() == []
    with db.transaction() as session:
        found = {one.language: one for one in session.scalars(select(Contact))}
    assert set(found) == set(LANGUAGES)
    assert all(one.may_email and one.first_name == f"<{language}>" for language, one in found.items())
