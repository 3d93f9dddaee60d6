"""Losers that ride along: planned with the touch that carries them, told in its mail, freed if it comes to nothing."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from outreach.db.models.contacts import Contact
from outreach.db.models.content import Campaign, Edition, EditionContent
from outreach.db.models.ledger import Touch, Withheld
from outreach.db.models.rhythm import Rhythm
from outreach.db.session import Database
from outreach.domain.touch import TouchState
from outreach.providers.base import Outcome
from outreach.rendering.renderer import Renderer
from outreach.services.deliver_chunk import deliver_chunk
from outreach.services.plan_touches import plan_touches
from outreach.services.unsubscribe import unsubscribe
from tests.factories import (
    OPEN_ALL_WEEK,
    a_business,
    a_campaign,
    a_contact,
    a_content,
    a_link,
    a_sent_touch,
    an_edition,
    an_industry,
)
from tests.services.test_deliver_chunk import FakeWire, renderer

__all__ = ["renderer"]

GUIDE = "https://hearth.example/guide"


@pytest.fixture
def winner_and_rider(db: Database, now: datetime) -> tuple[int, int]:
    """Edition ids: a letter that wins the slot of the one contact, and an offer that is over before the next."""
    with db.transaction() as session:
        a_business(session)
        an_industry(session, calendar=OPEN_ALL_WEEK)
        a_contact(session, last_touch_at=now - timedelta(days=20), first_name="Anwen <b>")
        winner = an_edition(session, campaign_id=a_campaign(session, name="Letter"))
        a_content(session, edition_id=winner)
        offers = a_campaign(session, name="Offer", touch_class="promotion", mergeable=True)
        rider = an_edition(session, campaign_id=offers, closes_on=now.date() + timedelta(days=4))
        a_content(
            session,
            edition_id=rider,
            subject='A guide for {{ contact.first_name | default("you") }}',
            preheader="Five pages & a list.",
            body=f"::: offer\n[Read it]({GUIDE})\n:::\n",
        )
        a_link(session, edition_id=rider, url=GUIDE)
    plan_touches(db=db, now=now)
    return winner, rider


def rows(db: Database) -> dict[int, Touch]:
    with db.transaction() as session:
        return {touch.edition_id: touch for touch in session.scalars(select(Touch))}


def delivered(db: Database, wire: FakeWire, renderer: Renderer) -> str:
    """What the one mail says once it has left."""
    due = min(touch.send_at for touch in rows(db).values())
    deliver_chunk(db=db, provider=wire, renderer_for=lambda _: renderer, now=due)
    return wire.arrived[-1].data.decode() if wire.arrived else ""


def test_a_loser_that_would_be_over_gets_a_row_of_its_own_that_names_its_carrier(
    db: Database, winner_and_rider: tuple[int, int]
) -> None:
    winner, rider = (rows(db)[edition] for edition in winner_and_rider)
    assert (winner.state, rider.state) == ("planned", "skipped")
    assert rider.merged_into == winner.id
    assert rider.reason == "Offer rides along in the mail of Letter, because it would be over before the next slot."
    with db.transaction() as session:
        assert session.scalars(select(Withheld.reason_code)).all() == ["lost.merged"]


def test_the_mail_tells_its_rider_with_a_tracked_link_and_escaped(
    db: Database, winner_and_rider: tuple[int, int], renderer: Renderer
) -> None:
    mail = delivered(db, FakeWire(), renderer)
    assert "Also for you" in mail
    assert "A guide for Anwen <b>\r\nFive pages & a list.\r\nhttps://o.example/c/" in mail
    html = mail.replace("=\r\n", "")
    assert "A guide for Anwen &lt;b&gt;</a>" in html
    assert "Five pages &amp; a list." in html
    assert GUIDE not in html
    assert rows(db)[winner_and_rider[1]].merged_into


def test_a_mail_without_riders_has_no_heading_for_them(
    db: Database, winner_and_rider: tuple[int, int], renderer: Renderer, now: datetime
) -> None:
    with db.transaction() as session:
        session.execute(update(Touch).where(Touch.edition_id == winner_and_rider[1]).values(merged_into=None))
    assert "Also for you" not in delivered(db, FakeWire(), renderer)


@pytest.mark.parametrize("why", ["over", "stopped", "not written"])
def test_a_rider_that_cannot_be_told_when_the_mail_leaves_is_left_behind_and_free_again(
    db: Database, winner_and_rider: tuple[int, int], renderer: Renderer, now: datetime, why: str
) -> None:
    winner, rider = winner_and_rider
    with db.transaction() as session:
        if why == "over":
            session.execute(update(Edition).where(Edition.id == rider).values(closes_on=now - timedelta(days=1)))
        elif why == "stopped":
            session.execute(update(Campaign).where(Campaign.name == "Offer").values(active=False))
        else:
            session.execute(update(EditionContent).where(EditionContent.edition_id == rider).values(locale="cy"))
    assert "Also for you" not in delivered(db, FakeWire(), renderer)
    assert rows(db).keys() == {winner}


def test_riders_of_a_mail_that_fails_or_is_withheld_are_planned_anew(
    db: Database, winner_and_rider: tuple[int, int], renderer: Renderer, now: datetime
) -> None:
    winner, rider = winner_and_rider
    wire = FakeWire(answers={rows(db)[winner].id: Outcome.FAILED})
    delivered(db, wire, renderer)
    assert rows(db)[winner].state == TouchState.FAILED
    assert rider not in rows(db)
    later = now + timedelta(hours=40)
    with db.transaction() as session:
        session.execute(update(Rhythm).values(look_at=later, next_due_at=now))
    plan_touches(db=db, now=later)
    assert rows(db)[rider].merged_into is None
    assert rows(db)[rider].state == TouchState.PLANNED


def test_a_mail_in_doubt_keeps_its_rider_because_it_may_have_been_read(
    db: Database, winner_and_rider: tuple[int, int], renderer: Renderer, now: datetime
) -> None:
    winner, rider = winner_and_rider
    wire = FakeWire(answers={rows(db)[winner].id: Outcome.UNKNOWN})
    delivered(db, wire, renderer)
    assert rows(db)[rider].merged_into == rows(db)[winner].id


def test_who_unsubscribes_before_the_mail_leaves_keeps_no_rider(
    db: Database, winner_and_rider: tuple[int, int], now: datetime
) -> None:
    winner, rider = winner_and_rider
    with db.transaction() as session:
        contact = session.scalars(select(Contact.id)).one()
        earlier = a_sent_touch(session, contact_id=contact, sent_at=now - timedelta(days=20))
    unsubscribe(db=db, touch_id=earlier, now=now)
    assert rows(db)[winner].state == TouchState.SKIPPED
    assert rider not in rows(db)
