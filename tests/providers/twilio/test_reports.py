"""What Twilio posts to us: whose it is, and what it says. The vendor's own SDK is the oracle for signatures."""

import hashlib
import json
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from outreach.domain.bounce import BounceKind, kind_of_bounce
from outreach.domain.bounce_policy import CarrierAction
from outreach.domain.events import Actor, Event, EventType
from outreach.providers.base import Posting, QueryReader, ReportReader
from outreach.providers.twilio.reports import SETTINGS_HEADER, SIGNATURE_HEADER, TwilioReports

TOKEN = "12345"
READER = TwilioReports(TOKEN)
ORACLE = RequestValidator(TOKEN)
AT = datetime(2026, 9, 8, 10, 30, tzinfo=UTC)
MESSAGE = UUID("01920000-0000-7000-8000-000000000007")
URL = f"https://outreach.example/webhooks/twilio?m={MESSAGE}"
SID = "SM" + 16 * "0f"
FORM = {
    "AccountSid": "AC" + 16 * "0a",
    "ApiVersion": "2010-04-01",
    "From": "+14155550100",
    "MessageSid": SID,
    "MessageStatus": "delivered",
    "RawDlrDoneDate": "2609081025",
    "SmsSid": SID,
    "SmsStatus": "delivered",
    "To": "+447400123456",
}


def posting(
    form: dict[str, str] | bytes = FORM, *, url: str = URL, signature: str | None = None, **headers: str
) -> Posting:
    """A POST with the signature that the vendor's SDK makes, unless another is given."""
    body = form if isinstance(form, bytes) else urlencode(form).encode()
    if signature is None:
        signature = ORACLE.compute_signature(url, {} if isinstance(form, bytes) else form)
    return Posting({SIGNATURE_HEADER: signature, **headers}, body, url)


def test_it_is_a_reader_that_wants_the_query() -> None:
    reader: ReportReader = READER
    assert reader.name == "twilio"
    assert isinstance(reader, QueryReader)
    assert TOKEN not in repr(READER)
    with pytest.raises(ValueError, match="token"):
        TwilioReports("")


def test_the_vendors_published_example_is_genuine() -> None:
    """From "Webhooks Security": https://mycompany.com/myapp.php with five parameters and the token 12345."""
    form = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+14158675309",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
    }
    published = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert READER.is_genuine(posting(form, url=url, signature=published))
    assert not READER.is_genuine(posting(form | {"Digits": "1235"}, url=url, signature=published))


@pytest.mark.parametrize(
    ("signed", "seen"),
    [
        (URL, URL),
        (URL, URL.replace(".example/", ".example:443/")),
        (URL.replace(".example/", ".example:443/"), URL),
        (URL.replace(".example/", ".example:8443/"), URL.replace(".example/", ".example:8443/")),
        (URL, URL.replace(".example/", ".example:8443/")),
        ("http://o.example:80/webhooks/twilio", "http://o.example/webhooks/twilio"),
        ("https://[2001:db8::1]/w?m=1", "https://[2001:db8::1]:443/w?m=1"),
        ("https://user:secret@o.example/w", "https://user:secret@o.example/w"),
    ],
)
def test_a_port_may_be_signed_or_not(signed: str, seen: str) -> None:
    signature = ORACLE.compute_signature(signed, FORM)
    assert READER.is_genuine(posting(url=seen, signature=signature))


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"Body": "", "To": "+1"},
        {"Body": "Grüße, 你好 😀 & = + % \r\n", "From": "+1"},
        {"b": "1", "a": "2", "B": "3", "a ": "4"},
    ],
)
def test_any_form_that_the_sdk_would_sign_is_genuine(form: dict[str, str]) -> None:
    assert READER.is_genuine(posting(form))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
FORMS = st.dictionaries(TEXTS.filter(bool), TEXTS, max_size=6)


@given(FORMS)
def test_every_form_of_the_oracle_is_genuine(form: dict[str, str]) -> None:
    assert READER.is_genuine(posting(form))


@given(FORMS.filter(bool), st.data())
def test_a_changed_value_is_never_genuine(form: dict[str, str], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(form)))
    other = data.draw(TEXTS.filter(lambda text: text != form[name]))
    signature = ORACLE.compute_signature(URL, form)
    changed = form | {name: other}
    assert READER.is_genuine(posting(changed, signature=signature)) == ORACLE.validate(URL, changed, signature)
    if ORACLE.compute_signature(URL, changed) != signature:
        assert not READER.is_genuine(posting(changed, signature=signature))


@given(st.binary(max_size=60), st.text(max_size=40), st.text(max_size=40), st.text(max_size=20))
def test_nothing_that_anybody_posts_makes_it_raise(body: bytes, signature: str, url: str, settings: str) -> None:
    headers = {SIGNATURE_HEADER: signature, SETTINGS_HEADER: settings}
    assert not READER.is_genuine(Posting(headers, body, url))
    assert not READER.is_genuine(Posting(headers, body, URL + url))


@pytest.mark.parametrize(
    "forged",
    [
        Posting({}, urlencode(FORM).encode(), URL),
        posting(signature=""),
        posting(signature="nonsense"),
        posting(signature="é"),
        posting(signature=RequestValidator("another").compute_signature(URL, FORM)),
        posting(signature=ORACLE.compute_signature(URL, FORM).lower()),
        posting(signature=ORACLE.compute_signature(URL.replace("https", "http"), FORM)),
        posting(signature=ORACLE.compute_signature(URL.replace("7", "8"), FORM)),
        posting(signature=ORACLE.compute_signature(URL, FORM | {"ErrorCode": "30005"})),
        posting(url="", signature=ORACLE.compute_signature(URL, FORM)),
        posting(url="https://o.example:none/", signature=ORACLE.compute_signature(URL, FORM)),
        posting(url="https://[o.example/", signature=ORACLE.compute_signature(URL, FORM)),
        Posting({SIGNATURE_HEADER: ORACLE.compute_signature(URL, {})}, b"", URL + "&m=1"),
    ],
)
def test_what_is_not_signed_so_is_not_genuine(forged: Posting) -> None:
    assert not READER.is_genuine(forged)


@pytest.mark.parametrize(
    "body", [b'{"MessageStatus": "failed"}', b"MessageStatus", b"a=1&MessageStatus", b"\xff=1", b"a=%ff"]
)
def test_a_body_that_is_no_form_never_passes_for_an_empty_one(body: bytes) -> None:
    assert not READER.is_genuine(posting(body))


JSON = json.dumps({"hello": "Grüße"}).encode()


def _hashed(body: bytes) -> str:
    return f"https://outreach.example/webhooks/twilio?bodySHA256={hashlib.sha256(body).hexdigest()}"


def test_a_json_body_is_genuine_by_its_hash_in_the_signed_address() -> None:
    genuine = posting(JSON, url=_hashed(JSON))
    assert ORACLE.validate(genuine.url, JSON.decode(), genuine.header(SIGNATURE_HEADER))
    assert READER.is_genuine(genuine)


@pytest.mark.parametrize(
    ("body", "url"),
    [
        (JSON + b" ", _hashed(JSON)),
        (b"", _hashed(JSON)),
        (urlencode(FORM).encode(), _hashed(JSON)),
        (JSON, _hashed(JSON) + "&bodySHA256=" + hashlib.sha256(JSON).hexdigest()),
        (JSON, _hashed(JSON)[:-1]),
        (JSON, _hashed(JSON).replace("bodySHA256", "bodysha256")),
    ],
)
def test_a_changed_json_body_is_not_genuine_even_under_a_signed_address(body: bytes, url: str) -> None:
    assert not READER.is_genuine(posting(body, url=url))


def test_a_json_body_under_an_address_changed_to_fit_it_is_not_genuine() -> None:
    forged = JSON.replace(b"h", b"j")
    signature = ORACLE.compute_signature(_hashed(JSON), {})
    assert not READER.is_genuine(posting(forged, url=_hashed(forged), signature=signature))


def test_a_shared_key_may_sign_with_sha256_and_an_algorithm_we_do_not_know_signs_nothing() -> None:
    strong = ORACLE.compute_signature(URL, FORM, "HMAC_SHA256")
    named = {SETTINGS_HEADER: "key=webhooks_1, algorithm=HMAC_SHA256"}
    assert READER.is_genuine(posting(signature=strong, **named))
    assert not READER.is_genuine(posting(signature=strong))
    assert not READER.is_genuine(posting(**named))
    assert not READER.is_genuine(posting(**{SETTINGS_HEADER: "algorithm=HMAC_MD5"}))
    assert READER.is_genuine(posting(**{SETTINGS_HEADER: "algorithm="}))


def read(form: dict[str, str], query: str = f"m={MESSAGE}") -> Event:
    """The one event of a stored callback."""
    [event] = READER.events(f"{query}\n{urlencode(form)}".encode(), AT)
    return event


def status(name: str, **more: str) -> dict[str, str]:
    return FORM | {"MessageStatus": name, "SmsStatus": name} | more


def test_a_delivery_names_its_message_by_the_query() -> None:
    assert read(FORM) == Event(
        key=f"twilio:{SID}:delivered",
        touch_id=MESSAGE,
        type=EventType.DELIVERED,
        occurred_at=AT,
        actor=Actor.MACHINE,
        data={"reference": SID},
    )


@pytest.mark.parametrize(
    "query", ["", "m=", "m=7", "x=1", f"m={MESSAGE}&m=0192f0c1-2b3c-7d4e-8f50-123456789abc", "m=%ff", "\x00", "m"]
)
def test_a_callback_that_names_no_message_of_ours_is_kept_all_the_same(query: str) -> None:
    event = read(FORM, query)
    assert (event.touch_id, event.type) == (None, EventType.DELIVERED)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("accepted", EventType.OTHER),
        ("scheduled", EventType.OTHER),
        ("queued", EventType.OTHER),
        ("sending", EventType.OTHER),
        ("sent", EventType.OTHER),
        ("canceled", EventType.OTHER),
        ("what comes next year", EventType.OTHER),
        ("delivered", EventType.DELIVERED),
        ("read", EventType.DELIVERED),
        ("partially_delivered", EventType.DELIVERED),
        ("undelivered", EventType.BOUNCED),
        ("failed", EventType.BOUNCED),
    ],
)
def test_every_status_of_the_contract_and_one_beyond_is_read(name: str, kind: EventType) -> None:
    event = read(status(name))
    assert event.type is kind
    assert event.key == f"twilio:{SID}:{name}"
    assert event.data.get("word", name) == name


@pytest.mark.parametrize(
    ("code", "action", "kind"),
    [
        ("21211", CarrierAction.SUPPRESS, BounceKind.DEAD),
        ("21614", CarrierAction.SUPPRESS, BounceKind.DEAD),
        ("21635", CarrierAction.SUPPRESS, BounceKind.DEAD),
        ("30003", CarrierAction.PAUSE_AFTER_3, BounceKind.PASSING),
        ("30004", CarrierAction.PAUSE_AFTER_2, BounceKind.BLOCKED),
        ("30005", CarrierAction.SUPPRESS_AFTER_2, BounceKind.DEAD),
        ("30006", CarrierAction.SUPPRESS_AFTER_2, BounceKind.DEAD),
        ("30007", CarrierAction.NONE, BounceKind.BLOCKED),
        ("30008", CarrierAction.NONE, BounceKind.PASSING),
        ("30001", CarrierAction.NONE, BounceKind.PASSING),
        ("30022", CarrierAction.NONE, BounceKind.PASSING),
        ("30023", CarrierAction.NONE, BounceKind.PASSING),
        ("30410", CarrierAction.NONE, BounceKind.PASSING),
        ("30002", CarrierAction.NONE, BounceKind.OUR_SETUP),
        ("30024", CarrierAction.NONE, BounceKind.OUR_SETUP),
        ("30032", CarrierAction.NONE, BounceKind.OUR_SETUP),
        ("30034", CarrierAction.NONE, BounceKind.OUR_SETUP),
        ("63016", CarrierAction.NONE, BounceKind.PASSING),
        ("", CarrierAction.NONE, BounceKind.PASSING),
        ("٣", CarrierAction.NONE, BounceKind.PASSING),
    ],
)
def test_a_text_that_did_not_arrive_says_by_its_code_what_that_means_for_the_number(
    code: str, action: CarrierAction, kind: BounceKind
) -> None:
    event = read(status("undelivered", ErrorCode=code, ErrorMessage="Spam user unknown 5.1.1"))
    assert (event.type, event.actor) == (EventType.BOUNCED, Actor.MACHINE)
    assert event.data["carrier_action"] == action
    assert kind_of_bounce(event.data) is kind
    assert event.data.get("code", "") == code
    assert event.data["reason"].startswith("undelivered")


def test_somebody_who_wrote_stop_to_the_vendor_has_unsubscribed() -> None:
    event = read(status("failed", ErrorCode="21610"))
    assert (event.type, event.actor) == (EventType.UNSUBSCRIBED, Actor.HUMAN)
    assert event.data["code"] == "21610"


def test_the_same_step_of_the_same_text_has_one_key_whatever_else_is_told() -> None:
    keys = [read(status("sent")).key, read(status("sent", New="field")).key, read(status("delivered")).key]
    assert keys[0] == keys[1] != keys[2]


def test_segments_and_price_are_kept_where_they_are_told_and_make_sense() -> None:
    told = read(status("delivered", NumSegments="2", Price="-0.01580", PriceUnit="usd")).data
    assert told == {"reference": SID, "segments": "2", "price": "0.01580", "currency": "USD"}
    for odd in ({"NumSegments": "0"}, {"NumSegments": "x"}, {"Price": "1"}, {"Price": "1e9", "PriceUnit": "USD"}):
        assert read(status("delivered", **odd)).data == {"reference": SID}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"m=1\n{}",
        b'm=1\n{"MessageSid": "x"}',
        b"m=1\nMessageStatus=delivered",
        f"m=1\nMessageSid={SID}".encode(),
        f"m=1\nMessageSid={SID[:-1]}&MessageStatus=sent".encode(),
        f"m=1\nMessageSid={SID}&MessageStatus=sent&MessageStatus=failed".encode(),
        f"m=1\nMessageSid={SID}&MessageStatus=%ff".encode(),
        b"m=1\n" + b"&".join(b"a%d=1" % number for number in range(1000)),
    ],
)
def test_what_the_vendor_does_not_post_is_said_to_be_nonsense(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        list(READER.events(body, AT))


@given(st.binary(max_size=200))
def test_any_octets_are_read_or_are_nonsense(octets: bytes) -> None:
    try:
        events = list(READER.events(octets, AT))
    except ValueError:
        return
    assert all(isinstance(event, Event) for event in events)


@given(st.dictionaries(TEXTS.filter(bool), st.text(st.characters(exclude_categories=["Cs"]), max_size=400), max_size=5))
def test_whatever_a_callback_adds_no_value_grows_without_end(more: dict[str, str]) -> None:
    event = read(
        FORM
        | {"ErrorMessage": "x" * 5000}
        | more
        | {"MessageSid": SID, "MessageStatus": "failed"}
        | {"SmsStatus": "failed"}
    )
    assert all(len(value) < 1000 and "\0" not in value for value in event.data.values())
