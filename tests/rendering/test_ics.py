"""Invitations, read again by the library and looked at as calendar programs get them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from outreach.domain.care.appointments import Appointment, Person, local_instant
from outreach.rendering.ics import invitation

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
PLAIN = Appointment(
    uid=UUID("7f6f4a4e-0b8f-4d8f-9a54-1d2b6a0d7e11"),
    sequence=0,
    starts_at=datetime(2026, 9, 10, 8, tzinfo=UTC),
    minutes=30,
    summary="Video call with Hearth",
    description="We would like to hear how you are.",
    organizer=Person("Hearth", "hello@hearth.example"),
    attendee=Person("Anna Evans", "anna@example.com"),
)
#: What people type: any letters, with the signs that the format gives a meaning to.
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(';,:\\"^\n'), max_size=200)
INSTANTS = st.timedeltas(timedelta(0), timedelta(days=5000)).map(lambda later: NOW + later)


def read(file: bytes) -> tuple[Calendar, dict[str, object]]:
    """The calendar in a file, and its one event."""
    calendar = Calendar.from_ical(file)
    (event,) = calendar.walk("VEVENT")
    return calendar, dict(event)


@given(
    st.builds(
        Appointment,
        uid=st.uuids(),
        sequence=st.integers(0, 1000),
        starts_at=INSTANTS,
        minutes=st.integers(1, 600),
        summary=WORDS,
        description=WORDS,
        organizer=st.builds(Person, WORDS, st.just("hello@hearth.example")),
        attendee=st.builds(Person, WORDS, st.sampled_from(["", "anna@example.com"])),
    )
)
def test_what_goes_in_comes_out_again(appointment: Appointment) -> None:
    file = invitation(appointment, now=NOW)
    calendar, event = read(file)
    assert event["UID"] == str(appointment.uid)
    assert event["SEQUENCE"] == appointment.sequence
    assert appointment.starts_at is not None
    assert event["DTSTART"].dt == appointment.starts_at.replace(microsecond=0)  # type: ignore[attr-defined]
    assert event["DTEND"].dt - event["DTSTART"].dt == timedelta(minutes=appointment.minutes)  # type: ignore[attr-defined]
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (appointment.summary, appointment.description)
    assert event["ORGANIZER"] == "mailto:hello@hearth.example"
    said = event["ORGANIZER"].params.get("CN", "")  # type: ignore[attr-defined]
    plain = {"\\": "/", '"': "'", "^": " "}
    assert said == " ".join("".join(plain.get(sign, sign) for sign in appointment.organizer.name).split())
    assert calendar["METHOD"] == ("REQUEST" if appointment.attendee.email else "PUBLISH")
    assert ("ATTENDEE" in event) == bool(appointment.attendee.email)
    lines = file.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    assert file.decode("utf-8")


@pytest.mark.parametrize(
    ("typed", "stands"),
    [("2026-10-24T10:30", b"DTSTART:20261024T093000Z"), ("2026-10-25T10:30", b"DTSTART:20261025T103000Z")],
)
def test_half_past_ten_is_half_past_ten_on_both_sides_of_a_clock_change(typed: str, stands: bytes) -> None:
    zone = ZoneInfo("Europe/London")
    file = invitation(replace(PLAIN, starts_at=local_instant(typed, zone=zone)), now=NOW)
    assert stands in file
    _, event = read(file)
    assert event["DTSTART"].dt.astimezone(zone).strftime("%H:%M") == "10:30"  # type: ignore[attr-defined]


def test_a_later_version_names_the_same_event_with_a_higher_number() -> None:
    first, second = (invitation(replace(PLAIN, sequence=number), now=NOW) for number in (0, 1))
    assert b"SEQUENCE:0" in first
    assert b"SEQUENCE:1" in second
    assert read(first)[1]["UID"] == read(second)[1]["UID"]
    assert read(invitation(replace(PLAIN, uid=uuid4()), now=NOW))[1]["UID"] != read(first)[1]["UID"]


def test_what_is_off_is_called_off() -> None:
    calendar, event = read(invitation(replace(PLAIN, starts_at=None, sequence=3), now=NOW))
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)
    assert "DTSTART" not in event
    assert event["UID"] == str(PLAIN.uid)


def test_the_customer_is_asked_for_an_answer() -> None:
    lines = invitation(PLAIN, now=NOW).replace(b"\r\n ", b"").split(b"\r\n")
    attendee = next(line for line in lines if line.startswith(b"ATTENDEE"))
    assert attendee.endswith(b":mailto:anna@example.com")
    for part in (b"RSVP=TRUE", b"PARTSTAT=NEEDS-ACTION", b'CN="Anna Evans"'):
        assert part in attendee
    assert b"DTSTAMP:20260908T093000Z" in lines
