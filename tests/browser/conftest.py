"""A real Chromium on the whole web door. A machine without Chromium leaves these journeys out, and says so loudly."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from outreach.bootstrap import bootstrap
from outreach.clock import DemoClock
from outreach.db.queries.demo_clock import DemoTime, store_demo_time
from outreach.db.queries.mailbox import NewMail, store_mail
from outreach.db.session import Database
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.services.create_staff import create_staff
from outreach.settings import Mode, Settings
from outreach.web.app import create_app
from tests.factories import (
    NOW,
    a_business,
    a_campaign,
    a_contact,
    a_content,
    a_link,
    a_sent_touch,
    a_touch,
    an_edition,
    an_industry,
)

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
EMAIL, PASSWORD = "mair@hearth.example", "a long walk by the sea"

if CHROMIUM is None:
    collect_ignore_glob = ["test_*.py"]


def pytest_report_header() -> str | None:
    """Says loudly what was left out."""
    return (
        None if CHROMIUM else "BROWSER JOURNEYS LEFT OUT: there is no chromium, chromium-browser or google-chrome here"
    )


@dataclass(frozen=True, slots=True)
class Site:
    """A running admin: its address, its database, and what the cast is called."""

    url: str
    db: Database
    contact: int
    mail: int


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file; each gets a window of its own.

    Not for the whole session: while Playwright runs, its event loop is this thread's, and asyncio.run refuses.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def site(database_url: str, valkey_url: str, db: Database, queue: JobQueue, tmp_path: Path) -> Iterator[Site]:
    """The demo's pages on a port of this machine, with one contact that had two touches and awaits a third."""
    server = make_server("127.0.0.1", 0, lambda environ, start: [], threaded=True)
    url = f"http://127.0.0.1:{server.port}"
    environ = {"DATABASE_URL": database_url, "REDIS_URL": valkey_url, "OUTREACH_DATA_DIR": str(tmp_path)}
    outreach = bootstrap(Settings.from_env(environ | {"PUBLIC_BASE_URL": url}))
    settings = replace(outreach.settings, mode=Mode.DEMO)
    with db.raw_transaction() as connection:
        store_demo_time(connection, DemoTime(NOW, NOW, 0.0))
    create_staff(db=db, email=EMAIL, name="Mair", password=PASSWORD, roles=["admin"], now=NOW)
    contact, mail = _cast(db, outreach.tokens)
    server.app = create_app(replace(outreach, settings=settings, clock=DemoClock(outreach.db)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Site(url=url, db=db, contact=contact, mail=mail)
    server.shutdown()
    thread.join()
    server.server_close()
    outreach.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A desktop window in London."""
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", timezone_id="Europe/London", color_scheme="light"
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def staff(page: Page, site: Site) -> Page:
    """The same window, signed in by hand."""
    page.goto(f"{site.url}/login")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/")
    return page


def _cast(db: Database, tokens: Tokens) -> tuple[int, int]:
    season = {"key": "parties", "name": "December parties", "stance": "quiet", "from": "12-01", "to": "12-31"}
    calendar = {"hours": {"tue": ["09:30-11:30"]}, "holidays": "ignore", "seasons": [season | {"why": "Full tables."}]}
    with db.transaction() as session:
        a_business(session)
        industry = an_industry(session, calendar=calendar)
        edition = an_edition(session, campaign_id=a_campaign(session))
        a_content(session, edition_id=edition)
        link = a_link(session, edition_id=edition)
        contact = a_contact(session, industry_id=industry, last_touch_at=NOW - timedelta(days=2))
        a_sent_touch(session, contact_id=contact, sent_at=NOW - timedelta(days=50))
        touch = a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=NOW - timedelta(days=2))
        a_touch(session, contact_id=contact, send_at=NOW + timedelta(days=1))
        click, pixel = tokens.click(touch, link), tokens.pixel(touch)
        body = f'<h1>Before the frost</h1><a href="{click}">Book</a><img src="{pixel}">'
        html = f"<html><head></head><body>{body}</body></html>"
        raw = f"Subject: Before the frost\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
        where = {"channel": "email", "sender": "carys@hearth.example", "recipient": "anna@example.com"}
        what = {"subject": "Before the frost", "touch_id": touch, "language": "en", "raw": raw}
        store_mail(session, [NewMail(received_at=NOW, **where, **what)])
    with db.raw_transaction() as connection:
        row = connection.execute("SELECT id FROM mailbox_messages").fetchone()
    assert row is not None
    return contact, row[0]
