"""The deliverability page: rates that do not frighten by small numbers, halts with reasons, and the sender's check."""

from collections.abc import Collection
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis.exceptions import ConnectionError as RedisConnectionError

from outreach.bootstrap import Outreach
from outreach.db.models.feedback import EventRow
from outreach.db.queries.halts import THE_PRODUCT, load_halts, store_halt
from outreach.domain.deliverability import Halt, HaltCause, Level, Trouble
from outreach.domain.errors import NotReady
from outreach.domain.pacing.health import Standing
from outreach.domain.sender_check.records import Answer, CheckLevel, Fate, Part, Question, RecordType
from outreach.domain.touch import Channel
from outreach.queueing.provider_health import ProviderHealth
from outreach.services.create_staff import create_staff
from outreach.web.admin import deliverability, deliverability_view
from tests.factories import NOW, a_business, a_contact, a_sent_touch

HALT = Halt(HaltCause.BOUNCES, "30 of 300 messages were bounced")


class NameServers:
    """Stands in for the network: knows one text."""

    def ask(self, questions: Collection[Question]) -> dict[Question, Answer]:
        known = Question("hearth.example", RecordType.TXT)
        return {
            one: Answer(Fate.FOUND, ("v=spf1 +all",)) if one == known else Answer(Fate.NO_SUCH_NAME)
            for one in questions
        }


def stop(product: Outreach, channel: Channel = Channel.EMAIL) -> None:
    with product.db.raw_transaction() as connection:
        store_halt(connection, channel, HALT, by=THE_PRODUCT, now=NOW)


def halts(product: Outreach) -> set[Channel]:
    with product.db.raw_transaction() as connection:
        return set(load_halts(connection))


def test_an_empty_product_says_what_to_do(staff: FlaskClient) -> None:
    page = staff.get("/deliverability").text
    assert "Nothing left in this time" in page
    assert "No sender yet" in page


def test_rates_are_shown_with_their_number_and_what_they_may_be(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        for number in range(4):
            contact = a_contact(session, email=f"anna{number}@gmail.com")
            touch = a_sent_touch(session, contact_id=contact, sent_at=NOW - timedelta(days=2))
        session.add(
            EventRow(
                key="b", touch_id=touch, contact_id=contact, type="bounced", actor="machine", occurred_at=NOW,
                recorded_at=NOW, data={"bounce": "dead"},
            )
        )  # fmt: skip
    page = staff.get("/deliverability").text
    assert "google" in page
    assert "too few to tell" in page
    assert "4.6\u00a0% to 70\u00a0%" in page
    assert "at most 49\u00a0%" in page
    assert "Nothing left in this time" in staff.get("/deliverability?days=1").text


@pytest.mark.parametrize("query", ["days=3", "days=0", "days=99999999999999999999"])
def test_another_stretch_of_time_is_not_found(staff: FlaskClient, query: str) -> None:
    assert staff.get(f"/deliverability?{query}").status_code == 404


def test_a_halt_is_told_on_every_page_and_ends_with_a_reason(staff: FlaskClient, product: Outreach) -> None:
    assert "stands still since" not in staff.get("/contacts").text
    stop(product)
    assert "Email stands still since" in staff.get("/contacts").text
    page = staff.get("/deliverability").text
    assert "stopped by the product: Too many bounces" in page
    assert "30 of 300 messages were bounced" in page
    answer = staff.post("/deliverability/resume", data={"channel": "email", "reason": "the old list is gone"})
    assert answer.status_code == 303
    assert halts(product) == set()
    page = staff.get("/deliverability").text
    assert "The channel runs again." in page
    assert "mair@hearth.example" in page
    assert "the old list is gone" in page


def test_without_a_reason_nothing_changes_and_the_page_says_so(staff: FlaskClient, product: Outreach) -> None:
    stop(product)
    answer = staff.post("/deliverability/resume", data={"channel": "email", "reason": "  "})
    assert (answer.status_code, "Say why in a few words" in answer.text) == (422, True)
    assert staff.post("/deliverability/halt", data={"channel": "sms"}).status_code == 422
    assert halts(product) == {Channel.EMAIL}


def test_staff_stop_a_channel_by_hand(staff: FlaskClient, product: Outreach) -> None:
    staff.post("/deliverability/halt", data={"channel": "sms", "reason": "<b>wrong price</b>"})
    assert halts(product) == {Channel.SMS}
    page = staff.get("/deliverability").text
    assert "&lt;b&gt;wrong price&lt;/b&gt;" in page
    assert "Stopped by hand" in page


def test_doing_it_twice_is_said_and_harms_nothing(staff: FlaskClient) -> None:
    staff.post("/deliverability/resume", data={"channel": "sms", "reason": "x"})
    assert "The channel runs already." in staff.get("/deliverability").text
    for _ in range(2):
        staff.post("/deliverability/halt", data={"channel": "sms", "reason": "x"})
    assert "The channel stood still already." in staff.get("/deliverability").text


@pytest.mark.parametrize("deed", ["halt", "resume"])
@pytest.mark.parametrize("channel", ["call", "", "smoke signals"])
def test_what_is_no_channel_of_messages_is_refused(staff: FlaskClient, deed: str, channel: str) -> None:
    assert staff.post(f"/deliverability/{deed}", data={"channel": channel, "reason": "x"}).status_code == 400


def test_only_who_sends_may_stop_or_start(app: Flask, product: Outreach) -> None:
    create_staff(
        db=product.db, email="ben@hearth.example", name="Ben", password="a walk by the sea", roles=["viewer"], now=NOW
    )
    client = app.test_client()
    client.post("/login", data={"email": "ben@hearth.example", "password": "a walk by the sea"})
    assert "Stop this channel" not in client.get("/deliverability").text
    for deed in ("halt", "resume"):
        answer = client.post(f"/deliverability/{deed}", data={"channel": "sms", "reason": "x"})
        assert answer.status_code == 403


def test_it_shows_who_carries_what_and_who_is_bad(staff: FlaskClient, product: Outreach) -> None:
    ProviderHealth(product.queue.redis).note("mailbox", tried=100, failed=80)
    page = staff.get("/deliverability").text
    assert "No provider of this channel is well" in page
    assert "80\u00a0%" in page


def test_a_queue_that_does_not_answer_is_told_of(staff: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_arguments: object) -> None:
        raise RedisConnectionError

    monkeypatch.setattr(ProviderHealth, "load", gone)
    page = staff.get("/deliverability")
    assert (page.status_code, "The queue does not answer" in page.text) == (200, True)


def test_the_sender_is_looked_up_when_asked_and_then_kept(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliverability, "DnsLookup", NameServers)
    with product.db.transaction() as session:
        a_business(session)
    assert "Not looked up within the last hour." in staff.get("/deliverability").text
    assert staff.post("/deliverability/check").status_code == 303
    page = staff.get("/deliverability").text
    assert "the whole world may send in its name" in page
    assert 'value="_dmarc.hearth.example"' in page
    assert "v=DMARC1; p=none; rua=mailto:dmarc@hearth.example" in page
    assert page.index("must be mended") > page.index("Looked up")


def test_a_machine_without_name_servers_is_told_of(
    staff: FlaskClient, product: Outreach, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody() -> NameServers:
        raise NotReady("no name server")

    monkeypatch.setattr(deliverability, "DnsLookup", nobody)
    with product.db.transaction() as session:
        a_business(session)
    staff.post("/deliverability/check")
    assert "This machine knows no name server" in staff.get("/deliverability").text


def test_without_a_business_there_is_nothing_to_look_up(staff: FlaskClient) -> None:
    assert staff.post("/deliverability/check").status_code == 404


def test_a_stranger_sees_nothing(stranger: FlaskClient) -> None:
    assert stranger.get("/deliverability").status_code == 302
    assert stranger.post("/deliverability/halt", data={"channel": "sms", "reason": "x"}).status_code == 302


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (deliverability_view.TROUBLE_NAMES, Trouble),
        (deliverability_view.LEVEL_NAMES, Level),
        (deliverability_view.CAUSE_NAMES, HaltCause),
        (deliverability_view.STANDING_NAMES, Standing),
        (deliverability_view.CHECK_NAMES, CheckLevel),
        (deliverability_view.PART_NAMES, Part),
    ],
)
def test_every_word_has_a_name(names: dict[str, object], words: type) -> None:
    assert set(names) == set(words)


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0.0 %"), (0.001, "0.1 %"), (0.0025, "0.25 %"), (0.0123, "1.2 %"), (0.5, "50 %")]
)
def test_small_shares_have_the_decimals_that_thresholds_need(staff: FlaskClient, share: float, words: str) -> None:
    with staff.application.test_request_context(headers={"Accept-Language": "en-GB"}):
        assert deliverability_view.percent(share) == words.replace(" ", "\u00a0")
