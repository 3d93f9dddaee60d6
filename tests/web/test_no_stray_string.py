"""Every page in a pseudo-locale: what still stands there in plain letters was forgotten in the catalogs."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from babel import Locale
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.contacts import Contact
from outreach.db.models.content import Campaign, Edition, Industry
from outreach.db.models.ledger import Task
from outreach.db.models.sign_ups import SignUp
from outreach.db.models.signals import Signal
from outreach.db.models.tasks import TaskMove
from outreach.db.queries.personal_data import digest_of
from outreach.domain.content import EditionText
from outreach.rendering.catalogs import Catalogs
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import SAMPLE, Renderer
from outreach.services.plan_touches import plan_touches
from outreach.web.locale import CatalogDomain
from tests.factories import NOW, a_business, a_content, a_link, a_sent_touch, a_sign_up_form
from tests.pseudo import PseudoTranslations, stray_words
from tests.rendering.conftest import BRAND
from tests.services.test_replay_plan import a_lively_base

#: Names and marks that are the same in every language.
NAMES = {"Outreach", "GSM", "UCS", "CSV", "GMT", "UTC", "BST", "GBP", "HTML", "RFC", "MIME", "SMS", "MJML"}
#: Data of the factories and of `a_lively_base`.
DATA = """
    Mair Evans Anna Blue Door Hearth Home Energy Restaurants restaurants tips Tips Letters letters Offers offers Texts
    texts tip month example hearth mair evans com ext yes valve Do you know your stop Before the frost Hello there
    stocktaking harvest spring Europe London America New York Asia Kathmandu Australia Lord Howe EXT customer
    Monthly newsletter One short letter month Anniversary The Checks check anna import row test Hans
    News from the hearth Please write to me
"""


@pytest.fixture
def known() -> frozenset[str]:
    """Words that are data, names, or what CLDR calls days, months, countries and languages."""
    locale = Locale.parse("en_GB")
    cldr = [
        *(name for width in locale.months["format"].values() for name in width.values()),
        *(name for width in locale.days["format"].values() for name in width.values()),
        *locale.territories.values(),
        *locale.languages.values(),
        *locale.scripts.values(),
        # Names of zones, and of holidays as their library has them.
        "Time Sept Good Friday Easter Monday Boxing Day New Year ANZAC Christmas bank holiday Australia",
    ]
    return frozenset(NAMES | set(DATA.split()) | {word for name in cldr for word in name.replace("-", " ").split()})


@pytest.fixture
def _pseudo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CatalogDomain, "get_translations", lambda _self: PseudoTranslations())
    monkeypatch.setattr(Catalogs, "translations", lambda *_arguments, **_others: PseudoTranslations())


@pytest.fixture
def base(product: Outreach) -> dict[str, object]:
    """A lively base, and what the addresses of pages name in it."""
    a_lively_base(product.db, NOW, contacts=12)
    plan_touches(db=product.db, now=NOW)
    with product.db.transaction() as session:
        a_business(session)
        edition = session.scalars(select(Edition.id).order_by(Edition.id)).first()
        assert edition is not None
        asks = "::: question\n## Do you know your stop valve?\n- [yes](answer:valve/yes)\n- [yes](answer:valve/no)\n:::"
        a_content(session, edition_id=edition, body=asks)
        link = a_link(session, edition_id=edition, url="answer:valve/yes")
        contact = session.scalars(select(Contact.id).order_by(Contact.id)).first()
        campaign = session.scalars(select(Campaign.id).order_by(Campaign.id)).first()
        assert contact is not None
        touch = a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=NOW - timedelta(days=40))
        numbers = {"span": "1 year", "on": "2026-09-08", "campaign": "Checks"}
        task = Task(
            contact_id=contact, kind="visit", reason_code="call.anniversary", reason_numbers=numbers, due_at=NOW
        )
        task.made_at, task.not_before, task.promised = NOW - timedelta(days=1), NOW - timedelta(hours=1), True
        task.appointment_at, task.sequence = NOW + timedelta(hours=1), 0
        session.add(task)
        session.flush()
        session.add(TaskMove(task_id=task.id, contact_id=contact, at=NOW - timedelta(hours=2), outcome="call_later"))
        session.add_all(
            Signal(contact_id=contact, kind=kind, occurred_at=NOW - timedelta(days=10 * turn), reference=str(turn))
            for turn in range(5, 9)
            for kind in ("purchase", "booking", "visit", "question")
        )
        key = session.scalars(select(Industry.key)).first()
    return {
        "contact_id": contact,
        "campaign_id": campaign,
        "edition_id": edition,
        "key": key,
        "touch": touch,
        "link": link,
        "locale": "en",
        "task_id": task.id,
    }


@pytest.mark.usefixtures("_pseudo")
def test_no_page_of_staff_has_a_string_that_no_catalog_knows(
    app: Flask, staff: FlaskClient, base: dict[str, object], known: frozenset[str]
) -> None:
    visited, stray = [], {}
    for rule in app.url_map.iter_rules():
        named = rule.arguments <= base.keys()
        # The frame of a preview holds what readers get, and nothing of ours to staff.
        if (
            rule.endpoint == "admin.proofs.frame"
            or not rule.endpoint.startswith("admin.")
            or "GET" not in (rule.methods or ())
            or not named
        ):
            continue
        with app.test_request_context():
            address = rule.build({name: base[name] for name in rule.arguments})
        assert address is not None
        page = staff.get(address[1])
        if page.mimetype == "text/html" and page.status_code == 200:
            visited.append(address[1])
            if found := stray_words(page.text, known=known):
                stray[address[1]] = found
    assert len(visited) >= 9
    assert stray == {}


@pytest.mark.usefixtures("_pseudo")
def test_no_page_of_readers_has_a_string_that_no_catalog_knows(
    app: Flask, stranger: FlaskClient, product: Outreach, base: dict[str, object], known: frozenset[str]
) -> None:
    assert isinstance(base["touch"], UUID)
    assert isinstance(base["link"], int)
    path = product.tokens.unsubscribe(base["touch"]).removeprefix(product.tokens.base_url)
    answer = (
        product.tokens.click(base["touch"], base["link"]).removeprefix(product.tokens.base_url).replace("/c/", "/a/")
    )
    pages = [stranger.get(path), stranger.get("/a/nonsense"), stranger.get(answer), stranger.get("/login")]
    pages += [stranger.post(path + step) for step in ("", "/undo", "/less", "/usual", "/resume")]
    pages.append(stranger.post(path + "/pause", data={"months": "1"}))
    assert {page.status_code for page in pages} == {200}
    choices = path.replace("/u/", "/p/")
    deeds: list[tuple[str, dict[str, str]]] = [("language", {"language": "en"})]
    deeds += [("channels", {"channel": "email"}), ("topics", {}), ("nothing", {}), ("problem", {"words": "x"})]
    deeds += [("rhythm", {"wish": wish}) for wish in ("less", "usual", "more", "resume", "nonsense")]
    deeds += [("rhythm", {"wish": "pause", "until": (NOW + timedelta(days=40)).date().isoformat()})]
    pages += [stranger.get(choices), *(stranger.post(f"{choices}/{deed}", data=data) for deed, data in deeds)]
    pages += [stranger.get("/p/nonsense"), stranger.get("/v/nonsense"), stranger.get("/story/nonsense")]
    story = choices.replace("/p/", "/story/")
    told = {"words": "Do you know your stop", "wording": "yes"}
    pages += [stranger.get(story), stranger.post(story, data={"words": "x"}), stranger.post(story, data=told)]
    pages.append(stranger.post(f"{story}/withdraw"))
    with product.db.transaction() as session:
        filled = {"email": "x@example.com", "language": "en", "wording": "Please write to me.", "language_seen": "en"}
        sent = {"digest": digest_of("waiting"), "asked_at": NOW, "outcome": "sent"}
        session.add(SignUp(id=base["touch"], form_id=a_sign_up_form(session), **filled, **sent))
    pages += [stranger.get("/s/news"), stranger.post("/s/news", data={"email": "x"}), stranger.get("/s/news/sent")]
    pages.append(stranger.post("/s/news", data={"email": "anna@example.com", "stamp": "worthless"}))
    pages += [stranger.get("/s/confirm/waiting"), stranger.post("/s/confirm/waiting")]
    assert [page.status_code for page in pages[-6:]] == [200, 422, 200, 422, 200, 200]
    assert [stray_words(page.text, known=known) for page in pages] == [set()] * len(pages)


@pytest.mark.usefixtures("_pseudo")
def test_no_message_has_a_string_that_no_catalog_knows(root: Path) -> None:
    greek = {"name": "Ἑστία", "sender_name": "Ἑστία", "postal_address": "Ἀθῆναι 1"}
    tokens = Tokens([b"a key of a test"], "https://o.example")
    messages = root / "templates" / "messages"
    renderer = Renderer(replace(BRAND, **greek), tokens, locales_dir=root / "locales", templates_dir=messages)
    text = EditionText(1, 1, "en", "Ἄνοιξις", "Βραχύ.", "::: value\nΧαῖρε.\n:::\n")
    mail = renderer.mail(text, SAMPLE, now=NOW, riders=[replace(text, edition_id=2)])
    short = renderer.sms(replace(text, edition_id=3, subject="", preheader="", body="Χαῖρε."), SAMPLE)
    for words in (mail.html, f"<p>{_without_addresses(mail.text)}</p>", f"<p>{_without_addresses(short.body)}</p>"):
        assert stray_words(words, known=frozenset({"STOP"})) == set()


def _without_addresses(words: str) -> str:
    return re.sub(r"https?://\S+", "", words)
