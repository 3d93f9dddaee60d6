"""Who may report to us, and what is stored of it."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from outreach.db.models.feedback import RawBatch
from outreach.db.models.ledger import Touch
from outreach.db.session import Database
from outreach.domain.events import Event
from outreach.providers.base import Posting
from outreach.providers.mailbox.webhook import MailboxReports, sign
from outreach.providers.own_links.visits import OwnLinksReader
from outreach.providers.sendgrid.inbound import SendGridInbound
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.services.apply_events import apply_events
from outreach.web import webhooks
from tests.factories import NOW, a_contact, a_sent_touch
from tests.web.product import public_door

SECRET = b"a secret of a test"
BODY = b'[{"event": "delivered", "id": "1"}]\r\n'
STAMP = 1_788_862_200
INBOUND = "a-secret-of-a-test-1234"


@dataclass(frozen=True)
class Querying:
    """A reader that needs to know with which query it was posted to, and where."""

    name: str = "querying"
    keeps_query: bool = True

    def is_genuine(self, posting: Posting) -> bool:
        return posting.url == "http://127.0.0.1:8025/webhooks/querying?m=1&n=%20"

    def events(self, body: bytes, received_at: datetime) -> list[Event]:
        return []


@pytest.fixture
def client(db: Database, queue: JobQueue, root: Path) -> FlaskClient:
    readers = [MailboxReports(SECRET), OwnLinksReader(), SendGridInbound(INBOUND), Querying()]
    tokens = Tokens([b"a key of a test"], "")
    app: Flask = public_door(db=db, queue=queue, tokens=tokens, root=root, pages=[webhooks], readers=readers)
    return app.test_client()


def stored(db: Database) -> list[bytes]:
    with db.transaction() as session:
        return list(session.scalars(select(RawBatch.body).order_by(RawBatch.id)))


def test_a_signed_report_is_stored_to_the_byte_and_answered_without_words(db: Database, client: FlaskClient) -> None:
    answer = client.post("/webhooks/mailbox", data=BODY, headers=sign(BODY, secret=SECRET, timestamp=STAMP))
    assert (answer.status_code, answer.data) == (204, b"")
    assert "Set-Cookie" not in answer.headers
    assert stored(db) == [BODY]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**sign(BODY, secret=SECRET, timestamp=STAMP), "X-Mailbox-Timestamp": str(STAMP + 1)},
        sign(BODY.rstrip(), secret=SECRET, timestamp=STAMP),
        sign(BODY, secret=b"another secret", timestamp=STAMP),
        {**sign(BODY, secret=SECRET, timestamp=STAMP), "X-Mailbox-Signature": "\xe9"},
    ],
)
def test_a_report_that_is_not_genuine_is_refused_and_forgotten(
    db: Database, client: FlaskClient, headers: dict[str, str]
) -> None:
    assert client.post("/webhooks/mailbox", data=BODY, headers=headers).status_code == 403
    assert stored(db) == []


def test_a_tampered_body_is_refused(db: Database, client: FlaskClient) -> None:
    headers = sign(BODY, secret=SECRET, timestamp=STAMP)
    assert client.post("/webhooks/mailbox", data=BODY.replace(b"1", b"2"), headers=headers).status_code == 403
    assert stored(db) == []


def test_nobody_may_post_visits_of_our_own_links(db: Database, client: FlaskClient) -> None:
    assert client.post("/webhooks/tracking", data=b"[]").status_code == 403
    assert stored(db) == []


def test_a_provider_we_do_not_have_is_not_found(client: FlaskClient) -> None:
    assert client.post("/webhooks/nobody", data=BODY).status_code == 404


def test_a_body_above_the_limit_is_refused_unread(db: Database, client: FlaskClient) -> None:
    large = b"[" + b" " * webhooks.LARGEST_BODY + b"]"
    headers = sign(large, secret=SECRET, timestamp=STAMP)
    assert client.post("/webhooks/mailbox", data=large, headers=headers).status_code == 413
    fits = b"[" + b" " * (webhooks.LARGEST_BODY - 2) + b"]"
    headers = sign(fits, secret=SECRET, timestamp=STAMP)
    assert client.post("/webhooks/mailbox", data=fits, headers=headers).status_code == 204
    assert len(stored(db)) == 1


def test_looking_is_not_reporting(client: FlaskClient) -> None:
    assert client.get("/webhooks/mailbox").status_code == 405


def test_a_report_posted_again_moves_nothing_twice(db: Database, client: FlaskClient) -> None:
    with db.transaction() as session:
        touch_id = a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW - timedelta(days=1))
    report = {"event": "bounced", "message_id": str(touch_id), "timestamp": STAMP, "id": "b1", "code": "5.1.1"}
    body = json.dumps([report]).encode()
    for _ in range(3):
        headers = sign(body, secret=SECRET, timestamp=STAMP)
        assert client.post("/webhooks/mailbox", data=body, headers=headers).status_code == 204
    done = apply_events(db=db, readers={"mailbox": MailboxReports(SECRET)}, now=NOW)
    assert (done.batches, done.doubles) == (3, 2)
    with db.transaction() as session:
        assert session.scalars(select(Touch.state)).all() == ["failed"]
        assert session.scalar(select(func.count()).select_from(RawBatch).where(RawBatch.applied_at.is_(None))) == 0


def test_what_is_signed_and_is_no_report_is_refused(db: Database, client: FlaskClient) -> None:
    for body in (b"not json", b"{}", b"[", b""):
        answer = client.post("/webhooks/mailbox", data=body, headers=sign(body, secret=SECRET, timestamp=STAMP))
        assert (answer.status_code, answer.data) == (400, b"That is no report.\n")
    assert stored(db) == []


def test_a_reader_that_needs_the_query_gets_it_before_the_body(db: Database, client: FlaskClient) -> None:
    assert client.post("/webhooks/querying?m=1&n=%20", data=b"a=b").status_code == 204
    assert client.post("/webhooks/querying?m=2", data=b"a=b").status_code == 403
    assert stored(db) == [b"m=1&n=%20\na=b"]


def test_a_posted_mail_is_taken_on_the_secret_address_only_and_kept_without_its_end(
    db: Database, client: FlaskClient
) -> None:
    mail = (
        b'--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nSubject: x\r\n\r\n' + b"x" * webhooks.LARGEST_BODY
    )
    assert client.post(f"/webhooks/sendgrid-inbound/{INBOUND}", data=mail).status_code == 204
    assert client.post("/webhooks/sendgrid-inbound", data=mail).status_code == 403
    assert client.post("/webhooks/sendgrid-inbound/guess", data=mail).status_code == 403
    assert client.post(f"/webhooks/sendgrid-inbound/{INBOUND}", data=b"x").status_code == 400
    assert stored(db) == [mail[: webhooks.LARGEST_BODY]]
