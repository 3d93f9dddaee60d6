"""The pages of customers on a phone, without JavaScript, in every language that we speak."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from outreach.db.models.contacts import ConsentRecord, Contact
from outreach.db.models.content import Campaign
from outreach.db.models.ledger import Task
from outreach.rendering.direction import direction
from outreach.rendering.links import Tokens
from tests.browser.conftest import Site
from tests.factories import NOW, a_contact, a_content, a_sent_touch, an_edition

LANGUAGES = ["en", "cy", "zh-Hans", "es", "fr", "de", "ar"]
PHONE = 390


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A window as wide as a phone that runs no scripts."""
    context = chromium.new_context(viewport={"width": PHONE, "height": 844}, java_script_enabled=False)
    yield context.new_page()
    context.close()


def head_of(site: Site, language: str) -> str:
    """What the addresses of a reader of this language have in common."""
    with site.db.transaction() as session:
        campaign = session.scalars(select(Campaign).order_by(Campaign.id)).first()
        assert campaign is not None
        campaign.topic = {"en": "Letters", language: f"[{language}]"}
        edition = an_edition(session, campaign_id=campaign.id, key=f"in-{language}")
        a_content(session, edition_id=edition, locale=language, body="::: value\n{{ contact.first_name }}\n:::\n")
        contact = a_contact(session, language=language, first_name=f"<{language}>", email=f"{language}@example.com")
        said = {"channel": "email", "granted": True, "source": "import", "given_at": NOW, "recorded_at": NOW}
        session.add(ConsentRecord(contact_id=contact, **said))
        where = {"locale": language, "address": f"{language}@example.com"}
        touch = a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=NOW, **where)
    return Tokens([b"outreach-demo-secret-change-me"], site.url).heads(touch).unsubscribe


def fits(page: Page, language: str) -> None:
    html = page.locator("html")
    assert html.get_attribute("lang") == language
    assert html.get_attribute("dir") == direction(language)
    widths = [box["x"] + box["width"] for one in page.locator("main *").all() if (box := one.bounding_box())]
    assert max(widths) <= PHONE + 1
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_chooses_everything_with_a_thumb(phone: Page, site: Site, language: str) -> None:
    head = head_of(site, language)
    phone.goto(f"{site.url}/p/{head}")
    fits(phone, language)
    for button in phone.locator("button").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    phone.locator("form[action$='/rhythm'] button[value=less]").click()
    assert phone.locator("form[action$='/rhythm'] button[value=usual]").count() == 1
    phone.locator("form[action$='/topics'] input").uncheck()
    phone.locator("form[action$='/topics'] button").click()
    assert not phone.locator("form[action$='/topics'] input").is_checked()
    phone.locator("form[action$='/problem'] textarea").fill("It drips.")
    phone.locator("form[action$='/problem'] button").click()
    fits(phone, language)
    phone.locator("form[action$='/nothing'] button").click()
    assert not phone.locator("input[name=channel]").first.is_checked()
    phone.locator("input[name=channel]").first.check()
    phone.locator("form[action$='/channels'] button").click()
    with site.db.transaction() as session:
        contact = session.scalars(select(Contact).where(Contact.email == f"{language}@example.com")).one()
        assert contact.may_email
        task = session.scalars(select(Task).where(Task.contact_id == contact.id)).one()
        assert task.reason_numbers["why"] == "It drips."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_unsubscribes_and_takes_it_back(phone: Page, site: Site, language: str) -> None:
    head = head_of(site, language)
    phone.goto(f"{site.url}/u/{head}")
    fits(phone, language)
    phone.locator("main > form button").click()
    fits(phone, language)
    phone.locator("main > form button").click()
    with site.db.transaction() as session:
        assert session.scalars(select(Contact).where(Contact.email == f"{language}@example.com")).one().may_email


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_opens_in_the_browser(phone: Page, site: Site, language: str) -> None:
    phone.goto(f"{site.url}/v/{head_of(site, language)}")
    assert phone.locator("html").get_attribute("lang") == language
    assert f"<{language}>" in phone.locator("body").inner_text()
