"""What arrived in the built-in mailbox, found again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from outreach.db.queries.mailbox import (
    MailSummary,
    NewMail,
    PlannedAction,
    count_mail_by_language,
    doubled_touches,
    due_actions,
    list_mail,
    load_mail,
    record_reading,
    seen_touches,
    store_mail,
    unread_mail,
)
from outreach.db.session import Database
from tests.factories import NOW


def a_mail(**values: Any) -> NewMail:
    defaults: dict[str, Any] = {
        "received_at": NOW,
        "channel": "email",
        "sender": "b@hearth.example",
        "recipient": "anna@example.com",
        "subject": "Before the frost",
        "touch_id": uuid4(),
        "language": "en",
        "raw": b"Subject: Before the frost\r\n\r\nHello\r\n",
    }
    return NewMail(**(defaults | values))


def keep(db: Database, *mails: NewMail) -> None:
    with db.transaction() as session:
        store_mail(session, mails)


def listed(db: Database, **filters: Any) -> list[MailSummary]:
    with db.transaction() as session:
        return list_mail(session, **filters)


def test_a_kept_mail_is_found_as_it_came(db: Database) -> None:
    mail = a_mail(raw=b"\x00\xff\r\n.\r\n")
    keep(db, mail)
    [summary] = listed(db)
    assert (summary.subject, summary.touch_id, summary.size) == ("Before the frost", mail.touch_id, 7)
    with db.transaction() as session:
        stored = load_mail(session, summary.id)
        assert stored is not None
        assert (stored.raw, stored.received_at, stored.recipient) == (mail.raw, NOW, "anna@example.com")
        assert load_mail(session, summary.id + 1) is None


def test_the_newest_comes_first_and_pages_neither_miss_nor_repeat(db: Database) -> None:
    keep(db, *(a_mail(subject=f"Letter {number}") for number in range(25)))
    pages: list[MailSummary] = []
    before: int | None = None
    while page := listed(db, before_id=before, limit=10):
        pages += page
        before = page[-1].id
    assert [mail.subject for mail in pages] == [f"Letter {number}" for number in reversed(range(25))]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"channel": "sms"}, {"text"}),
        ({"language": "cy"}, {"welsh"}),
        ({"search": "ANNA"}, {"frost", "welsh"}),
        ({"search": "100%"}, {"100% wool"}),
        ({"search": "_"}, set()),
        ({"channel": "email", "language": "en", "search": "frost"}, {"frost"}),
        ({}, {"frost", "welsh", "text", "100% wool"}),
    ],
)
def test_filters_find_what_they_say_and_wildcards_are_plain_characters(
    db: Database, filters: dict[str, str], expected: set[str]
) -> None:
    keep(
        db,
        a_mail(subject="frost"),
        a_mail(subject="welsh", language="cy"),
        a_mail(subject="text", channel="sms", recipient="+447700900123", language=""),
        a_mail(subject="100% wool", recipient="bob@example.com"),
    )
    assert {mail.subject for mail in listed(db, **filters)} == expected


def test_only_what_arrived_was_seen(db: Database) -> None:
    there, absent = uuid4(), uuid4()
    keep(db, a_mail(touch_id=there), a_mail(touch_id=None))
    assert seen_touches(db, [there, absent]) == {there}
    assert seen_touches(db, []) == frozenset()


def test_a_message_that_arrived_twice_is_reported(db: Database) -> None:
    once, twice = uuid4(), uuid4()
    keep(db, *(a_mail(touch_id=touch_id) for touch_id in (once, twice, twice, None, None)))
    with db.transaction() as session:
        assert doubled_touches(session) == {twice: 2}


def test_mails_are_counted_by_language_and_texts_are_left_out(db: Database) -> None:
    keep(db, a_mail(), a_mail(), a_mail(language="cy"), a_mail(channel="sms", language=""))
    with db.transaction() as session:
        assert count_mail_by_language(session) == {"cy": 1, "en": 2}


def test_a_mail_is_unread_until_it_was_read(db: Database) -> None:
    keep(db, a_mail(subject="one"), a_mail(subject="two"), a_mail(subject="three"))
    with db.transaction() as session:
        unread = unread_mail(session, limit=2)
        assert [mail.subject for mail in unread] == ["one", "two"]
        record_reading(session, read=[mail.id for mail in unread], done=[], planned=[], now=NOW)
    with db.transaction() as session:
        assert [mail.subject for mail in unread_mail(session, limit=2)] == ["three"]


def test_a_planned_action_waits_for_its_instant_and_goes_when_done(db: Database) -> None:
    touch_id = uuid4()
    keep(db, a_mail(touch_id=touch_id))
    due_at = NOW + timedelta(hours=3)
    with db.transaction() as session:
        [mail] = unread_mail(session, limit=1)
        action = PlannedAction(mail.id, due_at, "visit", "/o/x.gif", {"agent": "Mozilla"})
        record_reading(session, read=[mail.id], done=[], planned=[action], now=NOW)
    assert waiting(db, due_at - timedelta(seconds=1)) == []
    [(row, carried, found)] = waiting(db, due_at)
    assert (carried, found) == (touch_id, action)
    with db.transaction() as session:
        record_reading(session, read=[], done=[row], planned=[], now=due_at)
    assert waiting(db, due_at) == []


def waiting(db: Database, now: datetime) -> list[tuple[int, UUID | None, PlannedAction]]:
    with db.transaction() as session:
        return [(one.id, one.message.touch_id, one.action) for one in due_actions(session, now=now, limit=10)]
