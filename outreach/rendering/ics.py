"""Invitations as calendar programs read them (RFC 5545, RFC 5546): one event, in UTC, folded by the library."""

from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

from outreach.domain.care.appointments import Appointment, Person

#: Who made it, as the standard wants it said.
PRODUCT = "-//Outreach//Tasks//EN"


def invitation(appointment: Appointment, *, now: datetime) -> bytes:
    """The file: METHOD:REQUEST, or PUBLISH where there is nobody who could answer by mail.

    The same appointment gives the same UID; a later version of it has a higher SEQUENCE, so that calendars replace the
    earlier one.
    """
    asks = bool(appointment.organizer.email and appointment.attendee.email)
    event = Event()
    event.add("uid", str(appointment.uid))
    event.add("sequence", appointment.sequence)
    event.add("dtstamp", _whole(now))
    event.add("dtstart", _whole(appointment.starts_at))
    event.add("dtend", _whole(appointment.ends_at))
    event.add("summary", appointment.summary)
    event.add("description", appointment.description)
    event.add("status", "CONFIRMED")
    event.add("transp", "OPAQUE")
    if appointment.organizer.email:
        event.add("organizer", _address(appointment.organizer))
    if asks:
        attendee = _address(appointment.attendee)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("TRUE")
        event.add("attendee", attendee)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "REQUEST" if asks else "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    if name := _bare(person.name):
        address.params["CN"] = vText(name)
    return address


def _bare(name: str) -> str:
    """The name as a parameter may hold it: without quotes and line breaks (RFC 5545, 3.2)."""
    return " ".join(name.replace('"', "'").split())
