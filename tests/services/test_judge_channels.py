"""Channels that stop by themselves, by hand, and start again."""

from datetime import timedelta

import pytest

from outreach.db.queries.halts import load_halts
from outreach.db.session import Database
from outreach.domain.deliverability import HaltCause
from outreach.domain.errors import BadInput
from outreach.domain.touch import Channel
from outreach.services.halt_channel import halt_channel
from outreach.services.judge_channels import judge_channels
from outreach.services.resume_channel import resume_channel
from tests.factories import NOW, a_contact, an_edition

MINUTE = timedelta(minutes=1)


def messages(
    db: Database, count: int, *, bounced: int = 0, provider: str = "smtp", channel: str = "email", minutes_ago: int = 60
) -> None:
    """Sent messages of which the first `bounced` bounced, written as sets because there are hundreds."""
    with db.transaction() as session:
        contact, edition = a_contact(session), an_edition(session)
        industry = session.connection().exec_driver_sql("SELECT min(id) FROM industries").scalar_one()
        connection = session.connection()
        connection.exec_driver_sql(
            """
            WITH people AS (
                INSERT INTO contacts (external_id, email, phone, first_name, last_name, company, industry_id, language,
                                      time_zone, country, may_email, may_sms, created_at, updated_at)
                SELECT gen_random_uuid()::text, gen_random_uuid() || '@bakery.example', '+447400123456', '', '', '',
                       %(industry)s, 'en', 'Europe/London', 'GB', true, true, %(at)s, %(at)s
                FROM generate_series(1, %(count)s) RETURNING id
            ), written AS (
                INSERT INTO touches (id, contact_id, campaign_id, edition_id, channel, touch_class, state, decided_at,
                                     send_at, reason_code, reason_numbers, reason, gap, address, provider, sent_at)
                SELECT gen_random_uuid(), p.id, e.campaign_id, e.id, %(channel)s, 'relationship', 'sent', %(at)s,
                       %(at)s, 'due.rhythm', '{}', '', 14, 'anna@bakery.example', %(provider)s, %(at)s
                FROM people p, editions e WHERE e.id = %(edition)s RETURNING id, contact_id
            )
            INSERT INTO events (key, touch_id, contact_id, type, actor, occurred_at, recorded_at, data)
            SELECT 'bounce ' || id, id, contact_id, 'bounced', 'machine', %(at)s, %(at)s, '{"bounce": "dead"}'
            FROM written LIMIT %(bounced)s
            """,
            {
                "industry": industry,
                "edition": edition,
                "count": count,
                "bounced": bounced,
                "provider": provider,
                "channel": channel,
                "at": NOW - minutes_ago * MINUTE,
            },
        )
        assert contact


def test_a_channel_that_bounces_too_often_is_halted_and_says_why(db: Database) -> None:
    messages(db, 300, bounced=30)
    halted = judge_channels(db=db, now=NOW)
    assert {channel: halt.cause for channel, halt in halted.items()} == {Channel.EMAIL: HaltCause.BOUNCES}
    with db.raw_transaction() as connection:
        (standing,) = load_halts(connection).values()
    assert standing.reason.startswith("30 of 300 messages (10.00%) were bounced")


def test_judging_twice_halts_once(db: Database) -> None:
    messages(db, 300, bounced=30)
    assert judge_channels(db=db, now=NOW)
    assert judge_channels(db=db, now=NOW) == {}


def test_a_channel_that_does_well_runs_on(db: Database) -> None:
    messages(db, 300, bounced=4)
    assert judge_channels(db=db, now=NOW) == {}


def test_the_other_channel_is_no_business_of_a_halt(db: Database) -> None:
    messages(db, 300, bounced=30, channel="sms", provider="twilio")
    messages(db, 300)
    assert judge_channels(db=db, now=NOW).keys() == {Channel.SMS}


def test_one_bad_provider_halts_the_channel_even_if_another_dilutes_it(db: Database) -> None:
    messages(db, 300, bounced=40, provider="smtp")
    messages(db, 3_000, provider="sendgrid")
    (halt,) = judge_channels(db=db, now=NOW).values()
    assert halt.reason.startswith("40 of 300")


def test_once_resumed_it_takes_new_evidence_to_halt_again(db: Database) -> None:
    messages(db, 300, bounced=30)
    judge_channels(db=db, now=NOW)
    assert resume_channel(db=db, channel=Channel.EMAIL, reason="the old list is gone", by="mair@x.example", now=NOW)
    assert judge_channels(db=db, now=NOW + MINUTE) == {}
    messages(db, 300, bounced=30, minutes_ago=-5)
    assert judge_channels(db=db, now=NOW + 10 * MINUTE).keys() == {Channel.EMAIL}


def test_yesterdays_sins_are_forgotten(db: Database) -> None:
    messages(db, 300, bounced=30, minutes_ago=25 * 60)
    assert judge_channels(db=db, now=NOW) == {}


def test_staff_stop_and_start_a_channel_with_a_reason(db: Database) -> None:
    assert halt_channel(db=db, channel=Channel.SMS, reason="wrong  price\n in it", by="mair@x.example", now=NOW)
    assert not halt_channel(db=db, channel=Channel.SMS, reason="me too", by="ben@x.example", now=NOW)
    with db.raw_transaction() as connection:
        standing = load_halts(connection)[Channel.SMS]
    assert (standing.cause, standing.reason, standing.halted_by) == ("staff", "wrong price in it", "mair@x.example")
    assert resume_channel(db=db, channel=Channel.SMS, reason="mended", by="mair@x.example", now=NOW)
    assert not resume_channel(db=db, channel=Channel.SMS, reason="mended", by="mair@x.example", now=NOW)


@pytest.mark.parametrize("act", [halt_channel, resume_channel])
def test_without_a_reason_nothing_happens(db: Database, act: object) -> None:
    assert callable(act)
    with pytest.raises(BadInput):
        act(db=db, channel=Channel.EMAIL, reason=" ", by="mair@x.example", now=NOW)
    with db.raw_transaction() as connection:
        assert load_halts(connection) == {}
