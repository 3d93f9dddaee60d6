"""Recommendations: a friend who confirms is noted with whoever sent them, who is thanked and never learns whom."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.contacts import Contact
from outreach.db.models.invitations import Invitation
from outreach.db.models.sign_ups import SignUp
from outreach.db.models.stories import Referral, ReferralLink
from outreach.db.queries.personal_data import load_everything
from outreach.db.queries.referrals import load_recommendations
from outreach.domain.touch import Channel
from outreach.providers.routes import Route
from outreach.services.erase_contact import erase_contact
from outreach.services.thank_referrers import thank_referrers
from outreach.web.app import create_app
from tests.factories import NOW, a_business, a_campaign, a_contact, a_sign_up_form, an_edition
from tests.web.public.test_sign_up import the_link
from tests.web.test_personal_data_page import Hand, Wire

CODE = "a-friends-code"


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def app(product: Outreach, wire: Wire) -> Flask:
    with product.db.transaction() as session:
        a_business(session)
        a_sign_up_form(session, for_referrals=True)
    flask = create_app(replace(product, routes={Channel.EMAIL: Route((wire,), {wire.name: 1.0})}, clock=Hand()))
    flask.config.update(TESTING=True)
    return flask


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def referrer(product: Outreach) -> int:
    with product.db.transaction() as session:
        contact = a_contact(session, first_name="Nia", last_name="Price")
        session.add(ReferralLink(token=CODE, contact_id=contact, made_at=NOW))
    return contact


def a_friend_comes(client: FlaskClient, wire: Wire, email: str = "friend@example.org", via: str = CODE) -> int | None:
    address = client.get(f"/r/{via}").headers["Location"]
    page = client.get(address).get_data(as_text=True)
    found = re.search(r'action="([^"]+)"', page)
    assert found
    client.post(found[1].replace("&amp;", "&"), data={"email": email})
    client.post(the_link(wire))
    with client.application.extensions["outreach"].db.transaction() as session:
        contact: int | None = session.scalar(select(Contact.id).where(Contact.email == email))
        return contact


def referrals(product: Outreach) -> list[tuple[int, int]]:
    with product.db.transaction() as session:
        return [(one.contact_id, one.referrer_id) for one in session.scalars(select(Referral))]


def test_a_friend_who_confirms_is_noted_with_whoever_sent_them(
    product: Outreach, client: FlaskClient, wire: Wire, referrer: int
) -> None:
    friend = a_friend_comes(client, wire)
    assert friend is not None
    assert referrals(product) == [(friend, referrer)]
    with product.db.raw_transaction() as connection:
        told = load_recommendations(connection, friend)
        assert (told.by_id, told.by_name, told.brought) == (referrer, "Nia Price", 0)
        assert load_recommendations(connection, referrer).brought == 1


def test_nobody_is_noted_before_the_friend_has_confirmed(
    product: Outreach, client: FlaskClient, wire: Wire, referrer: int
) -> None:
    client.post(f"/s/news?via={CODE}", data={"email": "friend@example.org"})
    assert referrals(product) == []
    with product.db.transaction() as session:
        assert session.scalars(select(SignUp.referred_by)).one() == referrer


@pytest.mark.parametrize("via", ["nobodys", "x" * 200, "%00"])
def test_a_code_that_is_nobodys_changes_nothing(product: Outreach, client: FlaskClient, wire: Wire, via: str) -> None:
    assert a_friend_comes(client, wire, via=via) is not None
    assert referrals(product) == []


def test_whom_we_know_already_nobody_brought(product: Outreach, client: FlaskClient, wire: Wire, referrer: int) -> None:
    with product.db.transaction() as session:
        a_contact(session, email="friend@example.org")
    a_friend_comes(client, wire)
    assert referrals(product) == []


def test_the_referrer_is_thanked_once_for_each_and_never_learns_whom(
    product: Outreach, client: FlaskClient, wire: Wire, referrer: int
) -> None:
    with product.db.transaction() as session:
        campaign = a_campaign(session, key="thank-you", rule="invited")
        an_edition(session, campaign_id=campaign, opens_on=date(2026, 1, 1), closes_on=date(2027, 12, 31))
    a_friend_comes(client, wire)
    a_friend_comes(client, wire, "another@example.org")
    assert thank_referrers(db=product.db, now=NOW) == 2
    assert thank_referrers(db=product.db, now=NOW + timedelta(days=1)) == 0
    with product.db.transaction() as session:
        causes = session.scalars(select(Invitation.cause).where(Invitation.contact_id == referrer)).all()
    assert sorted(causes) == ["recommendation 1", "recommendation 2"]
    with product.db.raw_transaction() as connection:
        everything = load_everything(connection, referrer)
    assert everything is not None
    assert everything["brought_us"] == 2
    assert "example.org" not in str(everything)


def test_without_a_text_of_thanks_nobody_is_thanked_later_for_it(
    product: Outreach, client: FlaskClient, wire: Wire, referrer: int
) -> None:
    a_friend_comes(client, wire)
    assert thank_referrers(db=product.db, now=NOW) == 0
    with product.db.transaction() as session:
        assert session.scalars(select(Referral.thanked_at)).one() == NOW


@pytest.mark.parametrize("who", ["friend", "referrer"])
def test_erasing_either_takes_the_tie_between_them(
    product: Outreach, client: FlaskClient, wire: Wire, referrer: int, who: str
) -> None:
    friend = a_friend_comes(client, wire)
    assert friend is not None
    erase_contact(db=product.db, contact_id=friend if who == "friend" else referrer, secret=b"secret", now=NOW)
    assert referrals(product) == []
    with product.db.raw_transaction() as connection:
        told = load_everything(connection, friend)
    assert told is not None
    assert told["recommended_to_us"] == []
