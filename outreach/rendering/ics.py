"""Invitations as calendar programs read them (RFC 5545, RFC 5546): one event, in UTC, folded by the library."""

from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

from outreach.domain.care.appointments import Appointment, Person

#: Who made it, as the standard wants it said.
PRODUCT = "-//Outreach//Tasks//EN"

_UNFIT = str.maketrans({'"': "'", "\\": "/", "^": " "})


def invitation(appointment: Appointment, *, now: datetime) -> bytes:
    """The file: METHOD:REQUEST, or PUBLISH where there is nobody who could answer by mail; CANCEL once it is off.

    The same appointment gives the same UID; a later version of it has a higher SEQUENCE, so that calendars replace the
    earlier one.
    """
    event = Event()
    event.add("uid", str(appointment.uid))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", _whole(now))
    if appointment.starts_at is not None:
        event.add("dtstart", _whole(appointment.starts_at))
        event.add("dtend", _whole(appointment.starts_at + timedelta(minutes=appointment.minutes)))
    event.add("summary", appointment.summary)
    event.add("description", appointment.description)
    event.add("status", "CONFIRMED" if appointment.starts_at else "CANCELLED")
    event.add("transp", "OPAQUE")
    if appointment.organizer.email:
        event.add("organizer", _address(appointment.organizer))
    if appointment.organizer.email and appointment.attendee.email:
        attendee = _address(appointment.attendee)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("TRUE")
        event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method_of(appointment))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def method_of(appointment: Appointment) -> str:
    """What the file asks of whoever opens it."""
    if appointment.starts_at is None:
        return "CANCEL"
    return "REQUEST" if appointment.organizer.email and appointment.attendee.email else "PUBLISH"


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    if name := _bare(person.name):
        address.params["CN"] = vText(name)
    return address


def _bare(name: str) -> str:
    """The name as a parameter may hold it: without quotes and line breaks (RFC 5545, 3.2).

    Programs read a backslash, which means nothing there, and a circumflex (RFC 6868) in ways of their own.
    """
    return " ".join(name.translate(_UNFIT).split())
