"""The stand-in for SendGrid holds callers to the vendor's contract; the vendor's own SDK is its first caller."""

import http.client
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sendgrid import SendGridAPIClient
from sendgrid.helpers.mail import Mail, Substitution, To

from outreach.demo.vendors.sendgrid import SEND, SendGridServer, event_about, running_sendgrid
from outreach.demo.vendors.sendgrid_contract import LARGEST_CALL
from outreach.providers.base import Posting
from outreach.providers.sendgrid.reports import SendGridReports

KEY = "SG.x"
AT = 1_788_858_000


@pytest.fixture
def vendor() -> SendGridServer:
    return SendGridServer(api_key=KEY)


@pytest.fixture
def url(vendor: SendGridServer) -> Iterator[str]:
    with running_sendgrid(vendor) as base:
        yield base


def a_call(**said: Any) -> dict[str, Any]:
    return {
        "from": {"email": "carys@hearth.example"},
        "subject": "Hello",
        "personalizations": [{"to": [{"email": "a@customer.example"}], "custom_args": {"message_id": "7"}}],
        "content": [{"type": "text/plain", "value": "Hi"}, {"type": "text/html", "value": "<p>Hi</p>"}],
    } | said


def post(url: str, body: object, key: str = KEY, **headers: str) -> httpx.Response:
    given = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"} | headers
    return httpx.post(url + SEND, content=body if isinstance(body, bytes) else json.dumps(body), headers=given)


def test_a_call_of_the_vendors_own_sdk_is_accepted_and_kept_for_each_recipient(
    vendor: SendGridServer, url: str
) -> None:
    people = [
        To(f"a{number}@customer.example", substitutions=Substitution("-name-", f"Ann {number}")) for number in (1, 2)
    ]
    mail = Mail("carys@hearth.example", people, "For -name-", "Hi -name-", is_multiple=True)
    answer = SendGridAPIClient(KEY, host=url).send(mail)
    assert answer.status_code == 202
    assert sorted((one.recipient, one.subject, one.text) for one in vendor.kept) == [
        ("a1@customer.example", "For Ann 1", "Hi Ann 1"),
        ("a2@customer.example", "For Ann 2", "Hi Ann 2"),
    ]
    assert answer.headers["X-Message-Id"] == vendor.kept[0].reference


def _one(**said: Any) -> dict[str, Any]:
    return {"personalizations": [{"to": [{"email": "a@customer.example"}]} | said]}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"personalizations": []}, "personalizations"),
        ({"personalizations": [{"to": [{"email": f"a{n}@b.com"}]} for n in range(1001)]}, "personalizations"),
        ({"personalizations": [7]}, "personalizations.0"),
        (_one(to=[]), "personalizations.0.to"),
        (_one(to=[{"email": "nobody"}]), "personalizations.0.to.0.email"),
        (_one(to=[{"email": "a@b.com"}, {"email": "A@B.com"}]), "personalizations.0"),
        (_one(subject=""), "personalizations.0.subject"),
        (_one(substitutions={"-a-": "x" * 10_000}), "personalizations.0.substitutions"),
        (_one(substitutions={"-a-": 7}), "personalizations.0.substitutions"),
        (_one(custom_args={"a": "x" * 10_000}), "personalizations.0.custom_args"),
        (_one(headers={"DKIM-Signature": "x"}), "personalizations.0.headers.DKIM-Signature"),
        (_one(headers={"X-A": "x\r\nBcc: y"}), "personalizations.0.headers.X-A"),
        (_one(headers=[]), "personalizations.0.headers"),
        (_one(tos=[]), "personalizations.0.tos"),
        ({"headers": {"reply-to": "x"}}, "headers.reply-to"),
        ({"from": {}}, "from.email"),
        ({"reply_to": {"email": "x"}}, "reply_to.email"),
        ({"content": []}, "content"),
        ({"content": [{"type": "text/html", "value": "x"}, {"type": "text/plain", "value": "x"}]}, "content"),
        ({"content": [{"type": "text/plain", "value": ""}]}, "content.0"),
        ({"categories": ["a", "a"]}, "categories"),
        ({"tracking_settings": {"open_tracking": {"enable": "no"}}}, "tracking_settings.open_tracking.enable"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_breaks_the_contract_is_refused_with_its_place(
    vendor: SendGridServer, url: str, said: dict[str, Any], field: str
) -> None:
    answer = post(url, a_call(**said))
    assert answer.status_code == 400
    assert field in [error["field"] for error in answer.json()["errors"]]
    assert vendor.kept == []


def test_a_call_without_sender_or_subject_is_refused(url: str) -> None:
    for name in ("from", "subject"):
        call = a_call()
        del call[name]
        assert post(url, call).status_code == 400


@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda url: post(url, a_call(), key="SG.other"), 401),
        (lambda url: post(url, b"no json"), 400),
        (lambda url: post(url, []), 400),
        (lambda url: post(url, a_call(), **{"Content-Type": "text/plain"}), 415),
        (lambda url: httpx.get(url + SEND), 405),
        (lambda url: httpx.post(url + "/v3/other"), 404),
    ],
)
def test_other_faults_have_the_vendors_statuses(
    vendor: SendGridServer, url: str, ask: Callable[[str], httpx.Response], status: int
) -> None:
    answer = ask(url)
    assert answer.status_code == status
    assert vendor.kept == []


def test_a_call_beyond_the_largest_is_refused_before_it_is_read(url: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"))
    connection.putrequest("POST", SEND)
    connection.putheader("Content-Length", str(LARGEST_CALL + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_limits_are_told_with_every_answer_and_kept(vendor: SendGridServer, url: str) -> None:
    vendor.calls_left, vendor.resets_at = 2, AT
    answers = [post(url, a_call()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[0].headers["X-RateLimit-Reset"] == str(AT)
    assert len(vendor.kept) == 2


def test_events_are_posted_signed_and_an_event_is_the_same_each_time(vendor: SendGridServer, url: str) -> None:
    post(url, a_call())
    received: list[tuple[dict[str, str], bytes]] = []

    class Catcher(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Catcher) as ours:
        threading.Thread(target=ours.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        events = [event_about(vendor.kept[0], "bounce", at=AT, type="blocked", reason="listed")]
        assert vendor.report(f"http://127.0.0.1:{ours.server_address[1]}/", events, at=AT) == 204
        ours.shutdown()
    [(headers, body)] = received
    assert SendGridReports(vendor.public_key).is_genuine(Posting(headers, body))
    assert body.endswith(b"]\r\n")
    [told] = json.loads(body)
    assert (told["event"], told["message_id"], told["type"]) == ("bounce", "7", "blocked")
    assert told["sg_message_id"].startswith(vendor.kept[0].reference)
    assert told == event_about(vendor.kept[0], "bounce", at=AT, type="blocked", reason="listed")
    assert told["sg_event_id"] != event_about(vendor.kept[0], "bounce", at=AT + 1)["sg_event_id"]
