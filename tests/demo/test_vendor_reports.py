"""What the vendors' stand-ins report, as the product's own readers understand it; and what they keep."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from uuid import UUID

import httpx
import pytest

from outreach.cli.demo import demo_environment
from outreach.db.queries.mailbox import Received
from outreach.demo.carriers import reporter_for
from outreach.demo.reader_fates import Action, Kind
from outreach.demo.readers import Deed, MailboxReporter
from outreach.demo.vendors.accounts import Accounts
from outreach.demo.vendors.reporting import VendorReporter
from outreach.demo.vendors.sendgrid import Kept
from outreach.domain.events import Actor, Event, EventType
from outreach.domain.touch import Channel
from outreach.providers.base import Posting, QueryReader
from outreach.providers.registry import build_readers
from outreach.settings import Settings
from tests.factories import NOW

SECRET = b"a secret of a test"
ACCOUNTS = Accounts(SECRET)
BASE = "http://127.0.0.1:8025"
TOUCH = UUID("0192f0c1-2b3c-7d4e-8f50-123456789abc")
MAIL = Received(7, TOUCH, Channel.EMAIL, "carys@hearth.example", "anna@example.com", "ref-7")
TEXT = Received(8, TOUCH, Channel.SMS, "+447700900000", "+447700900123", "SM" + 32 * "a")
READERS = build_readers(
    secret=SECRET,
    sendgrid_key=ACCOUNTS.environment(sendgrid_port=1, twilio_port=2)["SENDGRID_WEBHOOK_KEY"],
    sendgrid_inbound=ACCOUNTS.inbound_secret,
    twilio_token=ACCOUNTS.auth_token,
)


@dataclass
class Door:
    """Takes posts as the product's own door does, with the product's readers."""

    events: list[Event] = field(default_factory=list)
    posts: int = 0

    def take(self, request: httpx.Request) -> httpx.Response:
        reader = READERS[request.url.path.split("/")[2]]
        posting = Posting(dict(request.headers), request.read(), str(request.url))
        if not reader.is_genuine(posting):
            return httpx.Response(403)
        query = request.url.query + b"\n" if isinstance(reader, QueryReader) else b""
        self.events += reader.events(query + posting.body, NOW)
        self.posts += 1
        return httpx.Response(204)


def told(deeds: Sequence[Deed], reporter: VendorReporter | None = None) -> Door:
    """What the product learns of `deeds`."""
    door = Door()
    with httpx.Client(transport=httpx.MockTransport(door.take), base_url=BASE) as client:
        (reporter or VendorReporter(ACCOUNTS, BASE)).report(deeds, client=client, now=NOW)
    return door


def deed(message: Received, word: str, **data: str) -> Deed:
    return Deed(message, Action(NOW, Kind.REPORT, word, data))


@pytest.mark.parametrize(
    ("message", "word", "data", "kind"),
    [
        (MAIL, "delivered", {}, EventType.DELIVERED),
        (MAIL, "deferred", {"code": "4.2.1", "reason": "later"}, EventType.DEFERRED),
        (MAIL, "bounced", {"code": "5.1.1", "reason": "no such user"}, EventType.BOUNCED),
        (MAIL, "complained", {}, EventType.COMPLAINED),
        (MAIL, "replied", {}, EventType.REPLIED),
        (TEXT, "delivered", {}, EventType.DELIVERED),
        (TEXT, "bounced", {"code": "5.1.1"}, EventType.BOUNCED),
    ],
)
def test_every_word_of_a_reader_is_reported_as_the_vendor_would(
    message: Received, word: str, data: dict[str, str], kind: EventType
) -> None:
    (event,) = told([deed(message, word, **data)]).events
    assert (event.touch_id, event.type) == (TOUCH, kind)
    if kind in (EventType.REPLIED, EventType.COMPLAINED):
        assert event.actor is Actor.HUMAN


def test_the_same_deed_reported_again_is_the_same_event() -> None:
    deeds = [deed(message, word) for message in (MAIL, TEXT) for word in ("delivered", "bounced", "replied")]
    assert [one.key for one in told(deeds).events] == [one.key for one in told(deeds).events]


def test_events_of_mails_go_in_batches_and_everything_else_alone() -> None:
    mails = [deed(replace(MAIL, id=number, reference=f"ref-{number}"), "delivered") for number in range(501)]
    assert told(mails).posts == 2
    assert told([deed(TEXT, "delivered"), deed(TEXT, "replied")]).posts == 2


def test_a_report_that_is_not_taken_is_told() -> None:
    with pytest.raises(httpx.HTTPStatusError):
        told([deed(MAIL, "delivered")], VendorReporter(Accounts(b"another secret"), BASE))


def test_what_the_stand_in_keeps_reads_as_a_mail() -> None:
    kept = Kept(
        recipient="anna@example.com",
        sender="carys@hearth.example",
        sender_name="Carys, at Hearth",
        reply_to="hello@hearth.example",
        subject="Grüße",
        text="Hello 你好\n",
        html="<p>Hello 你好</p>\n",
        headers={"List-Unsubscribe": "<https://o.example/u/x>", "Content-Language": "de"},
        custom_args={},
        reference="r",
    )
    mail = message_from_bytes(kept.as_mail(), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert (mail["From"], mail["Subject"], mail["Content-Language"]) == (
        '"Carys, at Hearth" <carys@hearth.example>',
        "Grüße",
        "de",
    )
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    said = [part.get_content().replace("\r\n", "\n") for part in (plain, page)]
    assert said == ["Hello 你好\n", "<p>Hello 你好</p>\n"]


def test_the_demo_goes_over_the_vendors_by_credentials_and_base_urls_alone(tmp_path: str) -> None:
    plain = demo_environment(str(tmp_path), port=8025)
    vendors = demo_environment(str(tmp_path), port=8025, vendors=True)
    changed = {name for name in vendors if vendors[name] != plain.get(name)}
    words = ("PROVIDER", "KEY", "SECRET", "SID", "TOKEN", "SENDER", "BASE_URL")
    assert all(name.endswith(words) for name in changed)
    settings = Settings.from_env(vendors)
    assert isinstance(reporter_for(settings), VendorReporter)
    assert isinstance(reporter_for(Settings.from_env(plain)), MailboxReporter)
