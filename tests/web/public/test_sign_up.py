"""Signing up: a form, one and the same answer, a mail, a button; nothing happens before it is pressed."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from outreach.bootstrap import Outreach
from outreach.db.models.contacts import ConsentRecord, Contact, Suppression, TopicRefusal
from outreach.db.models.content import Campaign
from outreach.db.models.privacy import ErasedAddress
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.sign_ups import SignUp
from outreach.db.queries.consent import Barred, SuppressedFor, bar
from outreach.db.session import Database
from outreach.domain.sign_up.stamp import stamped
from outreach.domain.touch import Channel
from outreach.providers.routes import Route
from outreach.services.erase_contact import erase_contact
from outreach.web.app import create_app
from tests.factories import NOW, a_business, a_campaign, a_contact, a_sign_up_form
from tests.web.test_personal_data_page import Hand, Wire

ADDRESS = "anna@example.com"


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def app(product: Outreach, wire: Wire, clock: Hand) -> Flask:
    with product.db.transaction() as session:
        a_business(session)
        a_campaign(session, key="letter", topic={"en": "Letters", "de": "Briefe"})
        a_campaign(session, key="tips", topic={"en": "Tips", "de": "Tipps"})
        a_sign_up_form(session, topics=["letter", "tips"])
    flask = create_app(replace(product, routes={Channel.EMAIL: Route((wire,), {wire.name: 1.0})}, clock=clock))
    flask.config.update(TESTING=True)
    return flask


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def filled_in(client: FlaskClient, *, lang: str = "en", source: str = "198.51.100.7", **cells: object) -> TestResponse:
    """The answer to a form posted from a page of somebody else's."""
    return client.post(
        f"/s/news?lang={lang}",
        data={"email": ADDRESS} | cells,
        environ_base={"REMOTE_ADDR": source},
        headers={"User-Agent": "Browser/1.0", "Origin": "https://elsewhere.example"},
    )


def the_words(wire: Wire) -> str:
    mail = message_from_bytes(wire.arrived[-1].data, policy=policy.default)
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def the_link(wire: Wire) -> str:
    found = re.search(r"/s/confirm/[\w-]+", the_words(wire))
    assert found
    return found[0]


def every_row(db: Database) -> str:
    with db.transaction() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return "\n".join(
            str(session.scalar(text(f'SELECT jsonb_agg(to_jsonb(t)) FROM "{table}" t'))) for table in sorted(tables)
        )


def rows(db: Database, model: type[object]) -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def the_contact(db: Database) -> Contact:
    with db.transaction() as session:
        return session.scalars(select(Contact).where(Contact.email == ADDRESS)).one()


def test_whoever_presses_the_button_is_a_contact_that_may_be_mailed(
    client: FlaskClient, product: Outreach, wire: Wire, clock: Hand
) -> None:
    sent = filled_in(client, lang="de", first_name="Anna", phone="01632 960183", language="en", topic="tips")
    assert sent.status_code == 303
    assert "Set-Cookie" not in sent.headers
    page = client.get(sent.headers["Location"])
    assert (page.status_code, page.headers["Content-Language"]) == (200, "de")
    assert rows(product.db, Contact) == 0
    clock.at = NOW + timedelta(days=2)
    asked = client.get(the_link(wire))
    assert "Bitte schreibt mir." in asked.text
    done = client.post(the_link(wire), environ_base={"REMOTE_ADDR": "203.0.113.9"}, headers={"User-Agent": "Phone/2.0"})
    assert done.status_code == 200
    with product.db.transaction() as session:
        contact = session.scalars(select(Contact)).one()
        consent = session.scalars(select(ConsentRecord)).one()
        proof = session.scalars(select(SignUp)).one()
        rhythm = session.scalars(select(Rhythm)).one()
        refused = session.scalars(select(TopicRefusal)).all()
    assert (contact.email, contact.first_name, contact.phone) == (ADDRESS, "Anna", "+441632960183")
    assert (contact.language, contact.time_zone, contact.country) == ("en", "Europe/London", "GB")
    assert (contact.may_email, contact.may_sms) == (True, False)
    assert (consent.channel, consent.granted, consent.source) == ("email", True, "sign-up form news")
    assert consent.given_at == clock.at
    assert (proof.wording, proof.language_seen, proof.contact_id) == ("Bitte schreibt mir.", "de", contact.id)
    assert (proof.asked_at, proof.confirmed_at) == (NOW, clock.at)
    assert (proof.asked_from, proof.confirmed_from) == ("198.51.100.7 Browser/1.0", "203.0.113.9 Phone/2.0")
    assert (rhythm.contact_id, rhythm.look_at, rhythm.gap) == (contact.id, clock.at, 14.0)
    assert len(refused) == 1


def test_the_mail_holds_nothing_that_was_typed_and_the_database_no_token(
    client: FlaskClient, product: Outreach, wire: Wire
) -> None:
    filled_in(client, first_name="Buy pills at spam.example")
    (mail,) = wire.arrived
    assert mail.recipient == ADDRESS
    assert b"pills" not in mail.data
    assert the_link(wire).removeprefix("/s/confirm/") not in every_row(product.db)


def test_looking_a_thousand_times_changes_nothing(client: FlaskClient, product: Outreach, wire: Wire) -> None:
    filled_in(client)
    link, before = the_link(wire), every_row(product.db)
    assert {client.get(link).status_code for _ in range(1_000)} == {200}
    assert {client.head(link).status_code for _ in range(10)} == {200}
    assert every_row(product.db) == before


def test_pressing_twice_is_one_contact_and_one_consent(client: FlaskClient, product: Outreach, wire: Wire) -> None:
    filled_in(client)
    first, second = client.post(the_link(wire)), client.post(the_link(wire))
    assert first.text == second.text
    assert (rows(product.db, Contact), rows(product.db, ConsentRecord)) == (1, 1)


def test_pressing_in_many_places_at_once_is_one_contact_and_one_consent(
    app: Flask, product: Outreach, wire: Wire
) -> None:
    links = []
    for _ in range(2):
        filled_in(app.test_client())
        links.append(the_link(wire))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda link: app.test_client().post(link), links * 8))
    assert {answer.status_code for answer in answers} == {200}
    assert (rows(product.db, Contact), rows(product.db, ConsentRecord), rows(product.db, Rhythm)) == (1, 1, 1)


def test_a_bombed_address_gets_three_mails_a_day(
    client: FlaskClient, product: Outreach, wire: Wire, clock: Hand
) -> None:
    answers = {
        (answer.status_code, answer.headers["Location"], answer.data)
        for number in range(50)
        for answer in [filled_in(client, source=f"10.0.{number}.1", email=ADDRESS.upper() if number % 2 else ADDRESS)]
    }
    assert len(wire.arrived) == 3
    assert len(answers) == 1
    assert rows(product.db, SignUp) == 3
    clock.at = NOW + timedelta(hours=23, minutes=59)
    filled_in(client, source="10.0.99.1")
    assert len(wire.arrived) == 3
    clock.at = NOW + timedelta(days=1)
    filled_in(client, source="10.0.99.1")
    assert len(wire.arrived) == 4


def test_one_network_causes_so_many_mails_and_no_more(client: FlaskClient, wire: Wire) -> None:
    for number in range(60):
        filled_in(client, email=f"anna{number}@example.com", source=f"2001:db8::{number}")
    assert len(wire.arrived) == 20
    filled_in(client, email="bert@example.com", source="2001:db8:0:1::1")
    assert len(wire.arrived) == 21


@pytest.mark.parametrize("reason", [SuppressedFor.COMPLAINED, SuppressedFor.BOUNCED, SuppressedFor.BY_HAND])
def test_a_barred_address_gets_no_mail_and_the_same_answer(
    client: FlaskClient, product: Outreach, wire: Wire, reason: SuppressedFor
) -> None:
    fresh = filled_in(client, email="new@example.com")
    with product.db.raw_transaction() as connection:
        bar(connection, [Barred(Channel.EMAIL, ADDRESS, reason, NOW)], now=NOW)
    before = every_row(product.db)
    barred = filled_in(client, email="Anna@Example.com")
    assert (barred.status_code, barred.data, barred.headers["Location"]) == (303, fresh.data, fresh.headers["Location"])
    assert len(wire.arrived) == 1
    assert every_row(product.db) == before


def test_who_complains_before_confirming_stays_barred(client: FlaskClient, product: Outreach, wire: Wire) -> None:
    filled_in(client)
    with product.db.raw_transaction() as connection:
        bar(connection, [Barred(Channel.EMAIL, ADDRESS, SuppressedFor.COMPLAINED, NOW)], now=NOW)
    before = every_row(product.db)
    assert client.post(the_link(wire)).status_code == 422
    assert every_row(product.db) == before


def test_confirming_takes_ones_own_unsubscription_back_and_overwrites_nothing(
    client: FlaskClient, product: Outreach, wire: Wire
) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session, email="Anna@example.com", first_name="Annabel", phone="", may_email=True)
        for campaign in session.scalars(select(Campaign.id)):
            session.add(TopicRefusal(contact_id=contact, campaign_id=campaign, source="choices page", refused_at=NOW))
    with product.db.raw_transaction() as connection:
        bar(connection, [Barred(Channel.EMAIL, ADDRESS, SuppressedFor.UNSUBSCRIBED, NOW, contact)], now=NOW)
    filled_in(client, first_name="Anna", phone="01632 960183", language="de", topic="tips")
    client.post(the_link(wire))
    with product.db.transaction() as session:
        row = session.scalars(select(Contact)).one()
        assert session.scalars(select(Suppression)).all() == []
        left = select(Campaign.key).join(TopicRefusal, TopicRefusal.campaign_id == Campaign.id)
        assert session.scalars(left).all() == ["letter"]
    assert (row.id, row.may_email, row.first_name, row.phone) == (contact, True, "Annabel", "+441632960183")
    assert row.language == "de"


def test_pressing_an_old_button_after_unsubscribing_changes_nothing(
    client: FlaskClient, product: Outreach, wire: Wire
) -> None:
    filled_in(client)
    client.post(the_link(wire))
    with product.db.raw_transaction() as connection:
        contact = the_contact(product.db).id
        bar(connection, [Barred(Channel.EMAIL, ADDRESS, SuppressedFor.UNSUBSCRIBED, NOW, contact)], now=NOW)
    before = every_row(product.db)
    client.post(the_link(wire))
    assert every_row(product.db) == before


def test_who_had_everything_erased_leaves_no_trace_and_may_come_back(
    client: FlaskClient, product: Outreach, wire: Wire
) -> None:
    secret = product.settings.secret_key.encode()
    filled_in(client, phone="01632 960183", first_name="Annabel")
    client.post(the_link(wire))
    link = the_link(wire)
    erase_contact(db=product.db, contact_id=the_contact(product.db).id, secret=secret, now=NOW)
    left = every_row(product.db)
    for word in (ADDRESS, "960183", "Annabel", "198.51.100.7"):
        assert word not in left
    assert client.post(link).status_code == 404
    filled_in(client, phone="01632 960183")
    client.post(the_link(wire))
    back = the_contact(product.db)
    assert (back.may_email, back.phone) == (True, "")
    with product.db.transaction() as session:
        assert [row.channel for row in session.scalars(select(ErasedAddress))] == ["sms"]


@pytest.mark.parametrize("send", ["get", "post"])
def test_an_old_and_a_forged_link_get_one_and_the_same_answer(
    client: FlaskClient, product: Outreach, wire: Wire, clock: Hand, send: str
) -> None:
    filled_in(client)
    link = the_link(wire)
    clock.at = NOW + timedelta(days=3)
    before = every_row(product.db)
    answers = [getattr(client, send)(path) for path in (link, "/s/confirm/forged", link[:-1], link + "x")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert every_row(product.db) == before


def test_what_was_never_confirmed_is_forgotten(client: FlaskClient, product: Outreach, wire: Wire, clock: Hand) -> None:
    filled_in(client)
    clock.at = NOW + timedelta(days=3)
    filled_in(client, email="bert@example.com")
    with product.db.transaction() as session:
        assert session.scalars(select(SignUp.email)).all() == ["bert@example.com"]


@pytest.mark.parametrize(
    ("cells", "marked"),
    [
        ({"email": "anna@example.com\nBcc: all@example.com"}, "email"),
        ({"email": ""}, "email"),
        ({"phone": "4" * 40}, "phone"),
        ({"language": "tlh"}, "language"),
        ({"first_name": "A" * 101}, "first_name"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_stored(
    client: FlaskClient, product: Outreach, wire: Wire, cells: dict[str, str], marked: str
) -> None:
    before = every_row(product.db)
    page = filled_in(client, topic="tips", **cells)
    assert page.status_code == 422
    assert re.findall(r'aria-describedby="wrong-(\w+)"', page.text) == [marked]
    assert f'id="wrong-{marked}"' in page.text
    assert re.findall(r'value="(\w+)" checked', page.text) == ["tips"]
    assert (every_row(product.db), wire.arrived) == (before, [])


def test_what_was_typed_is_shown_again_and_is_no_markup(client: FlaskClient) -> None:
    page = filled_in(client, email='"><script>alert(1)</script>', first_name="<b>")
    assert "<script>alert" not in page.text
    assert 'value="&lt;b&gt;"' in page.text


def test_a_machine_that_fills_the_hidden_field_is_told_the_same_and_gets_nothing(
    client: FlaskClient, product: Outreach, wire: Wire
) -> None:
    fresh = filled_in(client, email="new@example.com")
    before = every_row(product.db)
    told = filled_in(client, about_you="a robot")
    assert (told.status_code, told.data) == (fresh.status_code, fresh.data)
    assert (every_row(product.db), len(wire.arrived)) == (before, 1)


def test_our_own_page_wants_a_moment_to_be_read(client: FlaskClient, product: Outreach, wire: Wire) -> None:
    secret, wall = product.settings.secret_key.encode(), datetime.now(UTC)
    early = stamped("news", secret=secret, now=wall + timedelta(minutes=1))
    page = filled_in(client, stamp=early)
    assert page.status_code == 422
    assert f'name="stamp" value="{early}"' in page.text
    assert f'value="{ADDRESS}"' in page.text
    forged = filled_in(client, stamp="1.forged")
    assert forged.status_code == 422
    assert "1.forged" not in forged.text
    assert wire.arrived == []
    assert filled_in(client, stamp=stamped("news", secret=secret, now=wall - timedelta(minutes=1))).status_code == 303
    assert len(wire.arrived) == 1


@pytest.mark.parametrize(
    ("query", "browser", "lang", "direction"),
    [
        ("", "de-AT,de;q=0.9", "de", "ltr"),
        ("", "fr", "en", "ltr"),
        ("?lang=ar", "de", "ar", "rtl"),
        ("?lang=xx", "de", "de", "ltr"),
    ],
)
def test_it_speaks_the_visitors_language(
    client: FlaskClient, query: str, browser: str, lang: str, direction: str
) -> None:
    page = client.get(f"/s/news{query}", headers={"Accept-Language": browser})
    assert f'<html lang="{lang}" dir="{direction}">' in page.text
    assert page.headers["Content-Language"] == lang
    assert "Set-Cookie" not in page.headers
    assert set(re.findall(r'hreflang="(\w+)"', page.text)) == {"en", "de", "ar"} - {lang}


@pytest.mark.parametrize("path", ["/s/nothing", "/s/nothing/sent", "/s/stopped"])
def test_a_form_that_is_not_there_gets_the_answer_of_any_wrong_link(
    client: FlaskClient, product: Outreach, path: str
) -> None:
    with product.db.transaction() as session:
        a_sign_up_form(session, "stopped", active=False)
    assert client.get(path).status_code == 404
    assert client.get(path).data == client.get("/s/confirm/forged").data
