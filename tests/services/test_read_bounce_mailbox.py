"""From a mailbox to the ledger, and what a mail that came back does there."""

import ssl
from dataclasses import dataclass, field, replace
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

import pytest
from sqlalchemy import select

from outreach.db.models.contacts import Suppression
from outreach.db.models.feedback import RawBatch
from outreach.db.models.ledger import Touch
from outreach.db.session import Database
from outreach.domain.events import Actor, EventType
from outreach.providers.smtp.pickup import BounceMailbox, MailboxFailed
from outreach.providers.smtp.reports import SOURCE, SmtpReports
from outreach.queueing.jobs import Job
from outreach.services.apply_events import apply_events
from outreach.services.read_bounce_mailbox import read_bounce_mailbox
from tests.factories import NOW, a_contact, a_sent_touch
from tests.providers.smtp.mailboxes import CERTIFICATE, PASSWORD, USER, Box, ImapTalk, serving
from tests.providers.smtp.returned_mail import PATH, TOKENS, arf, dsn, head, recipient

SENT = NOW - timedelta(days=3)
READERS = {SOURCE: SmtpReports(TOKENS, PATH)}


@dataclass
class Wakeups:
    """Remembers who was woken."""

    woken: list[Job] = field(default_factory=list)

    def wake(self, job: Job, times: int = 1) -> None:
        self.woken += [job] * times


def pointing_at(box: Box) -> BounceMailbox:
    url = f"imaps://{quote(USER)}:{quote(PASSWORD)}@localhost:{box.port}"
    return replace(BounceMailbox.from_url(url), context=ssl.create_default_context(cafile=str(CERTIFICATE)))


def fetch(db: Database, box: Box) -> int:
    return read_bounce_mailbox(db=db, queue=Wakeups(), mailbox=pointing_at(box), now=NOW)


def a_mail(db: Database) -> UUID:
    with db.transaction() as session:
        contact_id = a_contact(session, last_touch_at=SENT)
        return a_sent_touch(session, contact_id=contact_id, sent_at=SENT)


def report(touch_id: UUID, text: str) -> bytes:
    return (f"Delivered-To: {PATH.of(touch_id)}\n" + text).encode().replace(b"\n", b"\r\n")


def bodies(db: Database) -> list[bytes]:
    with db.transaction() as session:
        return list(session.scalars(select(RawBatch.body).order_by(RawBatch.id)))


def test_every_mail_is_stored_before_it_goes_and_a_worker_is_woken(db: Database) -> None:
    queue = Wakeups()
    with serving(Box.holding(b"Subject: one\r\n\r\n", b"Subject: two\r\n\r\n"), ImapTalk) as box:
        assert read_bounce_mailbox(db=db, queue=queue, mailbox=pointing_at(box), now=NOW) == 2
        assert box.mails == {}
        assert fetch(db, box) == 0
    assert bodies(db) == [b"Subject: one\r\n\r\n", b"Subject: two\r\n\r\n"]
    assert queue.woken == [Job.APPLY_EVENTS]


def test_a_mailbox_that_breaks_off_keeps_its_mails_and_the_second_reading_adds_no_event(db: Database) -> None:
    touch_id = a_mail(db)
    text = dsn(recipient("failed", "5.1.1", "550 5.1.1 unknown"), to="x@y.example")
    box = Box.holding(report(touch_id, text), b"Subject: two\r\n\r\n")
    box.breaks_at = "FETCH 2"
    with serving(box, ImapTalk):
        with pytest.raises(MailboxFailed):
            fetch(db, box)
        box.breaks_at = ""
        box.deleted = set()
        assert fetch(db, box) == 2
    assert len(bodies(db)) == 3
    done = apply_events(db=db, readers=READERS, now=NOW)
    assert (done.events[EventType.BOUNCED], done.doubles) == ({Actor.MACHINE: 1}, 1)


def test_a_dead_address_in_a_returned_mail_is_suppressed(db: Database) -> None:
    touch_id = a_mail(db)
    box = Box.holding(report(touch_id, dsn(recipient("failed", "5.1.1"), to="x@y.example")))
    with serving(box, ImapTalk):
        fetch(db, box)
    apply_events(db=db, readers=READERS, now=NOW)
    with db.transaction() as session:
        touch = session.get_one(Touch, touch_id)
        [suppression] = session.scalars(select(Suppression))
    assert (touch.state, touch.outcome) == ("failed", "bounced")
    assert (suppression.address, suppression.reason, suppression.until) == (touch.address, "bounced", None)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            head("a@b.example", "Out of office", "Auto-Submitted: auto-replied") + "\nuser unknown\n", id="away"
        ),
        pytest.param(dsn(recipient("delayed", "4.4.1")), id="delayed"),
        pytest.param(dsn(recipient("failed", "5.7.1", "550 5.7.1 policy")), id="blocked"),
        pytest.param(arf("not-spam"), id="not junk"),
    ],
)
def test_what_says_nothing_against_an_address_suppresses_nobody(db: Database, text: str) -> None:
    touch_id = a_mail(db)
    box = Box.holding(report(touch_id, text))
    with serving(box, ImapTalk):
        fetch(db, box)
    apply_events(db=db, readers=READERS, now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(Suppression)).all() == []
