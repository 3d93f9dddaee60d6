"""The page of stories and the page of offers, as staff see them."""

import json
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from outreach.bootstrap import Outreach
from outreach.db.models.offers import DeclaredOfferRow
from outreach.db.models.stories import Referral, StoryPermission, StoryRow
from outreach.domain.care.stories import NameUse, Permission
from outreach.queueing.pace import Pace
from outreach.rendering.story_block import stories_in
from outreach.services.tell_story import Form, tell_story
from outreach.services.withdraw_story import withdraw_story
from tests.factories import NOW, a_business, a_campaign, a_contact, a_sent_touch, an_edition

WORDS = "We were cold for years, and now we are warm."


@pytest.fixture
def touch(product: Outreach) -> UUID:
    """A message to a customer who has told a story and permits it under the first name."""
    with product.db.transaction() as session:
        a_business(session)
        contact = a_contact(session, first_name="Nia", last_name="Price")
        touch = a_sent_touch(session, contact_id=contact, sent_at=NOW - timedelta(days=2))
    form = Form(WORDS, Permission(NameUse.FIRST, wording=True), "en", {"May we?": "Yes"}, "198.51.100.7")
    tell_story(db=product.db, pace=Pace(product.queue.redis), touch_id=touch, form=form, now=NOW)
    return touch


def page(staff: FlaskClient) -> str:
    answer = staff.get("/stories")
    assert answer.status_code == 200
    return unescape(answer.text)


def moved(staff: FlaskClient, product: Outreach, do: str, seen: str | None = None) -> str:
    with product.db.transaction() as session:
        line = session.scalars(select(StoryPermission).order_by(StoryPermission.id.desc())).first()
        assert line is not None
        story_id, hash_of = line.story_id, line.hash
    answer = staff.post(f"/stories/{story_id}", data={"do": do, "seen": seen or hash_of}, follow_redirects=True)
    return unescape(answer.text)


def test_there_is_none_at_first(staff: FlaskClient) -> None:
    assert "Nobody has told a story yet" in page(staff)


def test_a_story_goes_from_waiting_to_the_shelf_and_off_it(staff: FlaskClient, product: Outreach, touch: UUID) -> None:
    assert 'aria-label="Waiting for our look"' in page(staff)
    shelved = moved(staff, product, "shelve")
    assert 'aria-label="On the shelf"' in shelved
    assert "from=story-" in shelved
    assert 'aria-label="Waiting for our look"' in moved(staff, product, "take_off")


def test_what_changed_meanwhile_is_not_shelved(staff: FlaskClient, product: Outreach, touch: UUID) -> None:
    assert "has changed meanwhile" in moved(staff, product, "shelve", seen="0" * 64)


def test_the_page_shows_words_permission_and_withdrawal(staff: FlaskClient, product: Outreach, touch: UUID) -> None:
    shown = page(staff)
    assert WORDS in shown
    assert "First name only" in shown
    withdraw_story(db=product.db, touch_id=touch, origin="", now=NOW)
    shown = page(staff)
    assert 'aria-label="Withdrawn"' in shown
    assert 'value="shelve"' not in shown


def test_the_proof_is_a_file_with_every_word(staff: FlaskClient, product: Outreach, touch: UUID) -> None:
    withdraw_story(db=product.db, touch_id=touch, origin="", now=NOW)
    with product.db.transaction() as session:
        story_id = session.scalars(select(StoryRow.id)).one()
    answer = staff.get(f"/stories/{story_id}/proof.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = json.loads(answer.data)["permissions"]
    assert [(line["words"], line["wording_use"]) for line in lines] == [(WORDS, True), (WORDS, False)]
    assert lines[0]["asked"] == {"May we?": "Yes"}
    assert staff.get("/stories/999/proof.json").status_code == 404


def test_authors_find_the_shelf_among_the_snippets_in_its_language(
    staff: FlaskClient, product: Outreach, touch: UUID
) -> None:
    assert staff.get("/library/snippets.json?locale=en").json == []
    moved(staff, product, "shelve")
    assert staff.get("/library/snippets.json?locale=de").json == []
    (one,) = staff.get("/library/snippets.json?locale=en").json or []
    assert one["name"].startswith("Story: Nia – We were cold")
    assert len(stories_in(one["body"])) == 1


def test_the_editor_keeps_the_name_of_a_story_through_a_save(
    staff: FlaskClient, product: Outreach, touch: UUID
) -> None:
    moved(staff, product, "shelve")
    (one,) = staff.get("/library/snippets.json?locale=en").json or []
    with product.db.transaction() as session:
        edition = an_edition(session, campaign_id=a_campaign(session), state="draft", source="staff")
    fields = {
        "locale": "en",
        "began_from": "0",
        "subject": "Warm",
        "preheader": "x",
        "snippet": one["body"],
        "do": "save",
    }
    staff.post(f"/editions/{edition}", data=fields)
    shown = unescape(staff.get(f"/editions/{edition}").text)
    (name,) = stories_in(one["body"])
    assert f'value="{name}"' in shown


def test_a_contacts_page_says_who_came_by_whom(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_business(session)
        nia, friend = a_contact(session, first_name="Nia", last_name="Price"), a_contact(session)
        session.add(Referral(contact_id=friend, referrer_id=nia, came_at=NOW))
    assert "1 new customer" in staff.get(f"/contacts/{nia}").text
    assert f'/contacts/{nia}"><bdi>Nia Price' in staff.get(f"/contacts/{friend}").text


def test_the_page_of_offers_is_honest_when_there_is_nothing(staff: FlaskClient) -> None:
    assert "No offer to win anybody back has begun yet" in staff.get("/offers").text


def test_win_back_offers_stand_beside_those_of_loyal_customers(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        for key, terms in (
            ("lapsed", {"kind": "gift", "value": 15, "currency": "GBP", "gift": {"en": "A poker"}}),
            ("present", {"kind": "extra_months", "value": 2, "currency": "", "gift": {}}),
        ):
            session.add(
                DeclaredOfferRow(
                    key=key,
                    names={"en": f"For {key}"},
                    meant_for=key,
                    applies_to="boiler",
                    terms=terms,
                    starts_on=NOW.date() - timedelta(days=9),
                    ends_on=NOW.date() + timedelta(days=9),
                    updated_at=NOW,
                )
            )
    shown = unescape(staff.get("/offers").text)
    assert "A poker, worth 15 GBP" in shown
    assert "2 extra months" in shown
    assert "It was sent to nobody in that year." in shown
    assert shown.index("For lapsed") < shown.index("For present")
