"""The stand-in for Twilio holds callers to the vendor's contract; the vendor's own SDK is its first caller."""

import http.client
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

import httpx
import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from outreach.demo.vendors.moods import Mood
from outreach.demo.vendors.twilio import TwilioServer, running_twilio
from outreach.demo.vendors.twilio_contract import LONGEST_BODY
from outreach.demo.vendors.twilio_texts import KeptText
from outreach.providers.base import Posting
from outreach.providers.twilio.reports import SIGNATURE_HEADER, TwilioReports

ACCOUNT = "AC" + 16 * "0a"
TOKEN = "a-token"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
CALL = {"To": "+447400123456", "From": "+14155550100", "Body": "Hello 你好"}
SERVICE = "MG" + 16 * "0b"
NOW = datetime(2026, 9, 8, 10, 30, tzinfo=UTC)


@pytest.fixture
def vendor() -> TwilioServer:
    return TwilioServer(account_sid=ACCOUNT, auth_token=TOKEN, clock=lambda: NOW)


@pytest.fixture
def url(vendor: TwilioServer) -> Iterator[str]:
    with running_twilio(vendor) as base:
        yield base


def post(
    url: str, form: dict[str, str] | bytes, *, path: str = PATH, token: str = TOKEN, **headers: str
) -> httpx.Response:
    given = {"Content-Type": "application/x-www-form-urlencoded"} | headers
    content = form if isinstance(form, bytes) else urlencode(form)
    return httpx.post(url + path, content=content, headers=given, auth=(ACCOUNT, token))


def the_sdk(url: str, token: str = TOKEN) -> Client:
    """The vendor's SDK as it comes, but for where it calls."""
    client = Client(ACCOUNT, token, http_client=TwilioHttpClient(timeout=30))
    client.api.base_url = url
    return client


def test_a_call_of_the_vendors_own_sdk_is_accepted_and_kept(vendor: TwilioServer, url: str) -> None:
    message = the_sdk(url).messages.create(
        to="+447400123456", from_="Hearth", body="Hello 你好", status_callback="https://o.example/w?m=7#rc=3"
    )
    [text] = vendor.kept
    assert text == KeptText(
        message.sid, "+447400123456", "Hearth", "", "Hello 你好", "https://o.example/w?m=7#rc=3", NOW
    )
    assert (message.status, message.num_segments, message.price) == ("queued", "1", None)
    assert message.date_created is not None
    assert message.body == "Hello 你好"


def test_a_messaging_service_chooses_its_number_and_its_segments_later(vendor: TwilioServer, url: str) -> None:
    message = the_sdk(url).messages.create(to="+447400123456", messaging_service_sid=SERVICE, body="Hello")
    assert (message.status, message.from_, message.num_segments) == ("accepted", None, "0")
    assert vendor.kept[0].service == SERVICE


def test_the_sdk_understands_a_refusal(vendor: TwilioServer, url: str) -> None:
    vendor.fates["+447400123456"] = 21610
    with pytest.raises(TwilioRestException) as refused:
        the_sdk(url).messages.create(to="+447400123456", from_="+14155550100", body="Hello")
    assert (refused.value.status, refused.value.code) == (400, 21610)
    with pytest.raises(TwilioRestException) as refused:
        the_sdk(url, token="another").messages.create(to="+447400123456", from_="+14155550100", body="Hello")
    assert (refused.value.status, refused.value.code) == (401, 20003)
    assert vendor.kept == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"To": ""}, 21604),
        ({"To": "447400123456"}, 21211),
        ({"To": "+0447400123456"}, 21211),
        ({"To": "+" + 16 * "1"}, 21211),
        ({"From": ""}, 21603),
        ({"MessagingServiceSid": SERVICE}, 21603),
        ({"From": "", "MessagingServiceSid": "MG1"}, 21705),
        ({"From": "A name too long for a phone"}, 21212),
        ({"From": "+447400123456"}, 21266),
        ({"Body": ""}, 21602),
        ({"Body": " "}, 21619),
        ({"Body": "x" * (LONGEST_BODY + 1)}, 21617),
        ({"ValidityPeriod": "0"}, 21624),
        ({"ValidityPeriod": "36001"}, 21624),
        ({"ValidityPeriod": "long"}, 21624),
        ({"StatusCallback": "ftp://o.example/w"}, 21609),
        ({"StatusCallback": "https:///w"}, 21609),
        ({"StatusCallback": "https://o_o.example/w"}, 21609),
        ({"Nonsense": "1"}, 20001),
    ],
)
def test_what_breaks_the_contract_is_refused_with_the_vendors_code(
    vendor: TwilioServer, url: str, said: dict[str, str], code: int
) -> None:
    answer = post(url, CALL | said)
    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (400, code, 400)
    assert answer.json()["message"]
    assert vendor.kept == []


@pytest.mark.parametrize(
    "body", [b'{"To": "+447400123456"}', b"To", b"To=%ff", b"", urlencode(CALL).encode() + b"&To=%2B14155550199"]
)
def test_what_is_no_form_is_refused(vendor: TwilioServer, url: str, body: bytes) -> None:
    assert post(url, body).status_code == 400
    assert vendor.kept == []


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"token": "another"}, 401),
        ({"path": PATH.replace("0a", "0b")}, 404),
        ({"path": "/elsewhere"}, 404),
        ({"Content-Type": "application/json"}, 400),
    ],
)
def test_other_faults_have_the_vendors_statuses(
    vendor: TwilioServer, url: str, given: dict[str, str], status: int
) -> None:
    assert post(url, CALL, **given).status_code == status  # type: ignore[arg-type]
    assert vendor.kept == []


def test_a_call_without_credentials_is_refused(vendor: TwilioServer, url: str) -> None:
    answer = httpx.post(url + PATH, data=CALL)
    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


def test_a_call_beyond_any_text_is_refused_before_it_is_read(url: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    connection.putrequest("POST", PATH)
    connection.putheader("Content-Length", str(1024 * 1024))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_too_many_calls_are_told_to_wait(vendor: TwilioServer, url: str) -> None:
    vendor.calls_left, vendor.retry_after = 1, 9
    answers = [post(url, CALL), post(url, CALL)]
    assert [answer.status_code for answer in answers] == [201, 429]
    assert (answers[1].json()["code"], answers[1].headers["Retry-After"]) == (20429, "9")
    assert len(vendor.kept) == 1


@pytest.mark.parametrize(
    ("fate", "kept"),
    [
        (HTTPStatus.INTERNAL_SERVER_ERROR, 0),
        (Mood.RESET_BEFORE, 0),
        (Mood.RESET_AFTER, 1),
        (Mood.HANG_BEFORE, 0),
        (Mood.HANG_AFTER, 1),
    ],
)
def test_it_misbehaves_towards_the_numbers_it_was_told(
    vendor: TwilioServer, url: str, fate: Mood | HTTPStatus, kept: int
) -> None:
    vendor.fates[CALL["To"]] = fate
    try:
        status = httpx.post(url + PATH, data=CALL, auth=(ACCOUNT, TOKEN), timeout=0.5).status_code
    except httpx.HTTPError:
        status = 0
    assert status == (fate if isinstance(fate, HTTPStatus) else 0)
    assert len(vendor.kept) == kept
    assert post(url, CALL | {"To": "+447400123457"}).status_code == 201


@pytest.mark.parametrize(
    ("body", "segments"), [("a" * 160, 1), ("a" * 161, 2), ("a" * 307, 3), ("é" * 70, 1), ("é" * 71, 2), ("é" * 135, 3)]
)
def test_segments_are_counted(body: str, segments: int) -> None:
    assert KeptText("SM", "+1", "+2", "", body, "", NOW).segments == segments


def test_texts_are_listed_page_by_page_with_their_price_once_there_is_one(vendor: TwilioServer, url: str) -> None:
    sids = [post(url, CALL | {"Body": "é" * 71}).json()["sid"] for _ in range(5)]
    vendor.unpriced.add(sids[0])
    messages = the_sdk(url).messages.list(date_sent_after=NOW, page_size=2)
    assert [one.sid for one in messages] == sids[::-1]
    assert [one.price for one in messages] == ["-0.01580"] * 4 + [None]
    assert {one.num_segments for one in messages} == {"2"}
    assert vendor.calls == 5 + 3
    assert the_sdk(url).messages.list(date_sent_after=NOW + timedelta(days=1)) == []
    with pytest.raises(TwilioException, match="401"):
        the_sdk(url, token="another").messages.list()


@contextmanager
def our_webhook(received: list[Posting]) -> Iterator[str]:
    """A webhook of ours that keeps what is posted."""

    class Catcher(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append(Posting(dict(self.headers), body, f"http://{self.headers['Host']}{self.path}"))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Catcher) as ours:
        thread = threading.Thread(target=ours.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://127.0.0.1:{ours.server_address[1]}/webhooks/twilio"
        ours.shutdown()
        thread.join()


def test_callbacks_are_signed_go_where_the_text_said_and_are_understood(vendor: TwilioServer, url: str) -> None:
    message, received = uuid4(), list[Posting]()
    with our_webhook(received) as webhook:
        post(url, CALL | {"StatusCallback": f"{webhook}?m={message}#rc=5&rp=all"})
        [text] = vendor.kept
        assert vendor.report(text, "sent") == 204
        assert vendor.report(text, "undelivered", 30005) == 204
    reader = TwilioReports(TOKEN)
    for one in received:
        assert one.url == f"{webhook}?m={message}"
        assert reader.is_genuine(one)
        form = dict(parse_qsl(one.body.decode()))
        assert RequestValidator(TOKEN).validate(one.url, form, one.header(SIGNATURE_HEADER))
    stored = [one.url.partition("?")[2].encode() + b"\n" + one.body for one in received]
    events = [event for body in stored for event in reader.events(body, NOW)]
    assert [(event.touch_id, event.type.value, event.data["reference"]) for event in events] == [
        (message, "other", text.sid),
        (message, "bounced", text.sid),
    ]


def test_a_reply_is_signed_and_says_what_the_vendor_did_about_it(vendor: TwilioServer) -> None:
    received = list[Posting]()
    with our_webhook(received) as webhook:
        assert vendor.reply(webhook, sender="+447400123456", to="+14155550100", body="Stop 你好", opt_out="STOP") == 204
        assert vendor.reply(webhook, sender="+447400123456", to="+14155550100", body="Stop 你好") == 204
    assert all(TwilioReports(TOKEN).is_genuine(one) for one in received)
    first, second = (dict(parse_qsl(one.body.decode())) for one in received)
    assert (first["Body"], first["OptOutType"], first["SmsStatus"]) == ("Stop 你好", "STOP", "received")
    assert "OptOutType" not in second
    assert first["MessageSid"] != second["MessageSid"]
