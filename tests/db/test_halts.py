"""Halts of channels, and the days on which a sender wrote."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

from outreach.db.queries.halts import (
    THE_PRODUCT,
    last_resumptions,
    load_halts,
    load_past_halts,
    store_halt,
    store_resumption,
)
from outreach.db.queries.sending_days import load_sending_days, note_sending_day
from outreach.db.session import Database
from outreach.domain.deliverability import Halt, HaltCause
from outreach.domain.touch import Channel
from tests.factories import NOW

HALT = Halt(HaltCause.CREDENTIAL, "401 the key was revoked")


def stop(db: Database, channel: Channel = Channel.EMAIL) -> bool:
    with db.raw_transaction() as connection:
        return store_halt(connection, channel, HALT, by=THE_PRODUCT, now=NOW)


def test_a_channel_is_halted_once_however_many_want_it(db: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: stop(db), range(8))) == [False] * 7 + [True]
    with db.raw_transaction() as connection:
        halts = load_halts(connection)
    assert {channel: (row.cause, row.reason, row.halted_by) for channel, row in halts.items()} == {
        Channel.EMAIL: ("credential", "401 the key was revoked", THE_PRODUCT)
    }


def test_a_resumed_channel_runs_and_may_be_halted_again(db: Database) -> None:
    stop(db)
    stop(db, Channel.SMS)
    later = NOW + timedelta(hours=1)
    with db.raw_transaction() as connection:
        assert store_resumption(connection, Channel.EMAIL, reason="a new key", by="mair@hearth.example", now=later)
        assert not store_resumption(connection, Channel.EMAIL, reason="again", by="ben@hearth.example", now=later)
        assert load_halts(connection).keys() == {Channel.SMS}
        assert last_resumptions(connection) == {Channel.EMAIL: later}
        (past,) = load_past_halts(connection, limit=10)
    assert (past.channel, past.resumed_by, past.resume_reason) == ("email", "mair@hearth.example", "a new key")
    assert stop(db)


def test_messages_of_a_day_add_up_whoever_sent_them(db: Database) -> None:
    today = date(2026, 9, 8)

    def note(messages: int) -> None:
        with db.raw_transaction() as connection:
            note_sending_day(connection, "Hearth.example", day=today, messages=messages)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, [10, 20, 30, 40]))
    with db.raw_transaction() as connection:
        note_sending_day(connection, "hearth.example", day=date(2026, 9, 1), messages=7)
        assert load_sending_days(connection, "hearth.example", since=date(2026, 9, 2)) == {today: 100}
        assert load_sending_days(connection, "other.example", since=date(2026, 9, 2)) == {}
