"""Contacts: the list and its filters, and the page that answers for one contact's rhythm."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.models.contacts import ConsentRecord
from outreach.db.models.feedback import EventRow
from outreach.db.models.ledger import LoggedTouch, Touch, Withheld
from outreach.db.models.rhythm import CadenceChange, Rhythm
from outreach.db.models.signals import Signal
from outreach.db.queries.contact_list import ContactFilter, load_contact_list
from outreach.db.queries.contact_page import ContactPage, load_contact_page
from outreach.web.admin.contact_timeline import gap_picture, timeline
from tests.factories import (
    NOW,
    OPEN_ALL_WEEK,
    a_campaign,
    a_contact,
    a_content,
    a_sent_touch,
    a_touch,
    an_edition,
    an_industry,
)

DAY = timedelta(days=1)


def page_of(product: Outreach, contact: int) -> ContactPage:
    with product.db.raw_transaction() as connection:
        page = load_contact_page(connection, contact, now=NOW)
    assert page is not None
    return page


def ids(product: Outreach, **wanted: str) -> list[int]:
    with product.db.raw_transaction() as connection:
        return [line.id for line in load_contact_list(connection, ContactFilter(**wanted), now=NOW, after=0, limit=50)]


def test_the_state_of_each_contact_is_what_its_touches_say(product: Outreach) -> None:
    with product.db.transaction() as session:
        industry = an_industry(session)
        silent = a_contact(session, industry_id=industry, last_touch_at=NOW - 36 * DAY)
        steady = a_contact(session, industry_id=industry, last_touch_at=NOW - 10 * DAY)
        hurried = a_contact(session, industry_id=industry, last_touch_at=NOW - DAY)
        a_sent_touch(session, contact_id=hurried, sent_at=NOW - DAY)
        a_sent_touch(session, contact_id=hurried, sent_at=NOW - 3 * DAY)
        barred = a_contact(session, industry_id=industry, may_email=False, may_sms=False)
    assert ids(product, state="famine") == [silent]
    assert ids(product, state="ok") == [steady]
    assert ids(product, state="feast") == [hurried]
    assert ids(product, state="unreachable") == [barred]


@pytest.mark.parametrize("search", ["evans", "blue door", "EXT-7", "mair@", "900123"])
def test_search_finds_by_name_company_number_address_and_id(product: Outreach, search: str) -> None:
    with product.db.transaction() as session:
        wanted = a_contact(session, external_id="EXT-7", email="mair@farm.example", phone="+447700900123")
        a_contact(session, last_name="Jones", company="", email="x@farm.example", phone="+447700900999")
    assert ids(product, search=search) == [wanted]


def test_a_contact_without_a_planned_touch_shows_when_one_is_due(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        a_contact(session, last_touch_at=NOW - 4 * DAY)
    assert "due Fri, 18 Sept 2026" in staff.get("/contacts").get_data(as_text=True)


def test_signs_of_a_pattern_are_looked_for_as_they_are(product: Outreach) -> None:
    with product.db.transaction() as session:
        a_contact(session)
        odd = a_contact(session, company="100% Wool")
    assert ids(product, search="0% w") == [odd]
    assert ids(product, search="%") == [odd]


def test_the_list_goes_on_by_key(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        contacts = [a_contact(session, first_name=f"N{number}") for number in range(51)]
    first = staff.get("/contacts").get_data(as_text=True)
    assert f"after={contacts[49]}" in first
    second = staff.get(f"/contacts?after={contacts[49]}").get_data(as_text=True)
    assert "N50 Evans" in second
    assert "N49 Evans" not in second
    assert "Next page" not in second


def test_the_page_tells_the_rhythm_in_a_sentence_on_the_contacts_clock(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session, time_zone="Asia/Tokyo")
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 14 * DAY)
        a_touch(session, contact_id=contact, send_at=NOW + timedelta(hours=1), reason="14 days since the newsletter.")
    page = " ".join(staff.get(f"/contacts/{contact}").get_data(as_text=True).split())
    assert "The gap of 14 days" in page
    assert re.search(r"Last touch</dt>.*Monthly newsletter.*Tue, 25 Aug 2026, 18:30</time> · 14 days ago", page)
    assert re.search(r"Next touch</dt>.*Monthly newsletter.*Tue, 8 Sept 2026, 19:30</time> · Planned", page)
    assert '<span class="why">Why then?</span> <span lang="en">14 days since the newsletter.</span>' in page
    assert '<span class="why">Why this message?</span> Nothing else wanted this slot.' in page


def test_the_page_tells_which_messages_lost_the_slot_and_what_was_withheld(
    staff: FlaskClient, product: Outreach
) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        touch = session.get_one(Touch, a_touch(session, contact_id=contact, send_at=NOW + DAY))
        loser = an_edition(session, campaign_id=a_campaign(session, name="Weekly tips"))
        line = {"contact_id": contact, "edition_id": loser}
        lost = {"campaign": "Weekly tips", "winner": "Monthly newsletter", "next": "2026-09-23T09:00:00+00:00"}
        session.add(Withheld(**line, at=touch.decided_at, reason_code="lost.later", reason_numbers=lost))
        back = {"campaign": "Weekly tips", "why": "logged call on 1 September 2026"}
        session.add(Withheld(**line, at=NOW - 7 * DAY, reason_code="taken.back", reason_numbers=back))
    page = staff.get(f"/contacts/{contact}").get_data(as_text=True)
    assert "It had more reason to go than Weekly tips." in page
    assert "Weekly tips waits: Monthly newsletter had more reason to go." in page
    assert "Weekly tips was planned and is planned anew: logged call on 1 September 2026." in page


def test_without_a_planned_touch_the_page_tells_why_and_when_the_next_one_may_be_expected(
    staff: FlaskClient, product: Outreach
) -> None:
    with product.db.transaction() as session:
        an_industry(session, calendar=OPEN_ALL_WEEK)
        contact = a_contact(session, last_touch_at=NOW - 4 * DAY)
        a_content(session, edition_id=an_edition(session))
    page = " ".join(staff.get(f"/contacts/{contact}").get_data(as_text=True).split())
    assert re.search(r"Next touch</dt> <dd> <p class=\"answer\">Monthly newsletter .*Probably \w+, \d+ Sept 2026", page)
    assert re.search(r"Why then\?</span> <span lang=\"en\">[^<]+\.</span>", page)
    assert "Everything on offer" in page


def test_the_page_tells_wishes_band_and_pressure(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 3 * DAY)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 20 * DAY)
        rhythm = session.get_one(Rhythm, contact)
        rhythm.own_min_gap, rhythm.floor_gap, rhythm.floor_gap_until = 8.0, 21.0, NOW + 100 * DAY
        rhythm.paused_until = NOW + 30 * DAY
    page = staff.get(f"/contacts/{contact}").get_data(as_text=True)
    assert "never closer than 21 days, until Thu, 17 Dec 2026" in page
    assert "A band of its own: 8 to 35 days." in page
    assert "Contact in the last 28 days: 2 of at most 5 letters." in page
    assert "Contact in the last 7 days: 1 of at most 2.5 letters." in page
    assert "Paused until Thu, 8 Oct 2026" in page


def test_calls_visits_and_replies_break_the_silence_and_nobody_is_hurried_by_coming_by(product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 20 * DAY)
        logged = {"contact_id": contact, "channel": "call", "logged_by": "mair@hearth.example"}
        session.add(LoggedTouch(**logged, at=NOW - 18 * DAY, recorded_at=NOW))
        for kind, ago in (("visit", 17), ("purchase", 10), ("visit", 500)):
            session.add(Signal(contact_id=contact, kind=kind, occurred_at=NOW - ago * DAY))
    page = page_of(product, contact)
    broken = [(entry.gap, entry.balance) for entry in timeline(page) if entry.gap is not None]
    assert broken == [(1.0, "ok"), (2.0, "feast")]
    picture = gap_picture(page, now=NOW)
    assert [round(silence.days) for silence in picture.silences] == [2, 1, 17]
    assert [bool(mark.touch) for mark in picture.marks] == [True, False, False]


def test_the_timeline_marks_feast_and_famine(product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        for ago in (60, 20, 17):
            a_sent_touch(session, contact_id=contact, sent_at=NOW - ago * DAY)
    entries = [entry for entry in timeline(page_of(product, contact)) if entry.touch]
    assert [(entry.gap, entry.balance) for entry in entries] == [(3.0, "feast"), (40.0, "famine"), (None, "ok")]


def test_a_withheld_touch_breaks_no_silence(product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 40 * DAY)
        a_touch(session, contact_id=contact, state="skipped", send_at=NOW - 20 * DAY, outcome="No consent.")
        a_sent_touch(session, contact_id=contact, sent_at=NOW - 2 * DAY)
    page = page_of(product, contact)
    assert [entry.gap for entry in timeline(page) if entry.touch] == [38.0, None, None]
    picture = gap_picture(page, now=NOW)
    assert [(round(silence.days), silence.balance, silence.running) for silence in picture.silences] == [
        (38, "famine", False),
        (2, "ok", True),
    ]
    assert len(picture.marks) == 2


def test_the_running_silence_is_famine_only_once_it_is_too_long(product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        a_sent_touch(session, contact_id=contact, sent_at=NOW - DAY)
    page = page_of(product, contact)
    assert gap_picture(page, now=NOW).silences[-1].balance == "ok"
    assert gap_picture(page, now=NOW + 40 * DAY).silences[-1].balance == "famine"


def test_the_page_tells_machines_from_people_and_what_was_learnt(staff: FlaskClient, product: Outreach) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        touch = a_sent_touch(session, contact_id=contact, sent_at=NOW - 2 * DAY)
        for number, (kind, actor) in enumerate([("opened", "machine"), ("clicked", "human")]):
            event = {"key": f"e{number}", "type": kind, "actor": actor, "occurred_at": NOW, "recorded_at": NOW}
            session.add(EventRow(**event, touch_id=touch, contact_id=contact))
        change = {"changed_at": NOW, "gap_before": 14.0, "gap_after": 12.3, "reason_code": "cadence.click"}
        sentence = "Gap shortened from 14 to 12.3 days: a person clicked."
        session.add(CadenceChange(**change, contact_id=contact, touch_id=touch, reason_numbers={}, reason=sentence))
        consent = {"channel": "email", "granted": True, "source": "web form", "given_at": NOW, "recorded_at": NOW}
        session.add(ConsentRecord(**consent, contact_id=contact))
    page = staff.get(f"/contacts/{contact}").get_data(as_text=True)
    assert "<strong>Opened</strong> by a machine" in page
    assert "<strong>Clicked</strong> by a person" in page
    assert sentence in page
    assert "web form" in page


def test_the_page_says_why_somebody_was_held_for_a_machine_and_what_people_wrote_back(
    staff: FlaskClient, product: Outreach
) -> None:
    with product.db.transaction() as session:
        contact = a_contact(session)
        touch = a_sent_touch(session, contact_id=contact, sent_at=NOW - 2 * DAY)
        about = {"touch_id": touch, "contact_id": contact, "occurred_at": NOW, "recorded_at": NOW}
        session.add(EventRow(key="a", type="clicked", actor="machine", evidence=["honeypot", "too_soon"], **about))
        session.add(EventRow(key="b", type="opened", actor="unsure", probability=0.39, evidence=["too_soon"], **about))
        words = "Could you come on Tuesday? <b>Thanks</b>"
        session.add(EventRow(key="c", type="replied", actor="human", data={"text": words}, **about))
    page = staff.get(f"/contacts/{contact}").get_data(as_text=True)
    assert "Why: it followed a link that no person can see; it came within seconds of sending." in page
    assert "It counts by its chance: 39%." in page
    assert "Could you come on Tuesday? &lt;b&gt;Thanks&lt;/b&gt;" in page
