"""Reasons as sentences: plain English for staff, made of nothing but the reason's own numbers."""

from collections.abc import Mapping
from datetime import date
from string import Formatter
from typing import Any

from outreach.domain.reason import Reason
from outreach.domain.rhythm.codes import Code

SENTENCES: Mapping[str, str] = {
    Code.DUE_RHYTHM: "{since:days} since {last}; this contact's rhythm is {rhythm:days}.",
    Code.DUE_QUIET: "{since:days} since {last}; this contact's rhythm of {gap:days} runs slower, at {rhythm:days}, "
    "because of {season} (quiet).",
    Code.DUE_PEAK: "{since:days} since {last}; this contact's rhythm of {gap:days} runs faster, at {rhythm:days}, "
    "because of {season} (peak).",
    Code.DUE_FIRST: "No touch in the last 90 days; the first one is due on {due:date}.",
    Code.DUE_LAST_CALL: "{since:days} since {last}; the next touch would fall into {season} (closed), "
    "so it goes out a little before.",
    Code.DUE_REOPENED: "{since:days} since {last}; {season} (closed) is over, and the days after it are opened "
    "contact by contact.",
    Code.DUE_DEADLINE: "Silence reaches the longest gap of {max_gap:days} on {famine:date}.",
    Code.DUE_BEFORE_CLOSED: "Silence would reach the longest gap of {max_gap:days} on {famine:date}, "
    "inside {season} (closed); so it goes out before.",
    Code.DUE_AFTER_CLOSED: "Silence passed the longest gap of {max_gap:days} on {famine:date}, "
    "inside {season} (closed); this is the first opening after.",
    Code.DUE_SERVICE: "{campaign} is about something this contact is waiting for; it does not wait for the rhythm.",
    Code.NO_CONSENT: "No channel has both consent and a working address.",
    Code.WAIT_PAUSED: "Paused until {until:date}, by the contact's own wish.",
    Code.WAIT_RHYTHM: "The next touch is due on {due:date}; at this season the rhythm is {rhythm:days}.",
    Code.WAIT_MIN_GAP: "The shortest gap of {min_gap:days} after {last} lasts until {until:date}.",
    Code.WAIT_CAP: "{cap_days:days} have room for the weight of {cap_loads:number} letters, and they are full; "
    "room is free again on {until:date}.",
    Code.WAIT_CLOSED: "{season} (closed): the next opening is on {opening:date}.",
    Code.WAIT_HOURS: "It is outside this contact's hours; the next opening is on {opening:date}.",
    Code.WAIT_NO_HOURS: "No opening in the next year: the industry's hours lie in the quiet hours of every channel.",
    Code.WAIT_CATCH_UP: "The planner was not running when it was this contact's turn; what was missed is spread over "
    "the coming days, and this contact's place is {opening:date}.",
    Code.WAIT_CASE: "We have something to put right with this contact first. Ordinary messages rest until some days "
    "after the case is closed: until {until:date}, as things stand.",
    Code.WAIT_DEADLINE: "Silence would reach the longest gap of {max_gap:days} on {famine:date}; "
    "the last opening before is on {opening:date}.",
    Code.WAIT_NO_CONTENT: "A touch is wanted by {due:date}, but nothing we have to say is meant for this contact now.",
    Code.LOST_LATER: "{campaign} waits: {winner} had more reason to go. The next slot is about {next:date}.",
    Code.LOST_EXPIRES: "{campaign} is not sent: {winner} had more reason to go, and before the next slot, about "
    "{next:date}, it will be over.",
    Code.LOST_MERGED: "{campaign} rides along in the mail of {winner}, because it would be over before the next slot.",
    Code.LOST_HELD: "{campaign} waits: {winner} is a series that is told without interruption.",
    Code.OFFER_READY: "May have the next slot, on {slot:date} or later.",
    Code.OFFER_HAD: "This contact has had it.",
    Code.OFFER_NOT_MEANT: "It is meant for other contacts.",
    Code.OFFER_NO_CHANNEL: "This contact cannot be reached on its channel.",
    Code.OFFER_OPENS: "It opens on {opens:date}.",
    Code.OFFER_OVER: "It will be over when the next slot comes: its last day is {closed:date}.",
    Code.OFFER_HELD: "It waits until a series that is told without interruption has ended.",
    Code.OFFER_SEASON: "Nothing of its kind is sent in the season of the next slot.",
    Code.OFFER_NO_ANNIVERSARY: "This contact has no anniversary now, or it was kept.",
    Code.OFFER_NOT_INVITED: "It is for those with an occasion of their own, and this contact has none now.",
    Code.OFFER_AFTER_CASE: "A recovery case comes first; promotions return on {returns:date}, as things stand.",
    Code.OFFER_OUT_OF_TURN: "Another part of its series comes first.",
    Code.TAKEN_BACK: "{campaign} was planned and is planned anew: {why}.",
    Code.CADENCE_CLICK: "Gap shortened from {gap_before:number} to {gap_after:days}: "
    "a person clicked in the {message}.",
    Code.CADENCE_OPEN: "Gap shortened from {gap_before:number} to {gap_after:days}: a person opened the {message}.",
    Code.CADENCE_REPLY: "Gap shortened from {gap_before:number} to {gap_after:days}: a person answered the {message}.",
    Code.CADENCE_SILENCE: "Gap stretched from {gap_before:number} to {gap_after:days}: "
    "nothing came back for the {message}.",
    Code.CADENCE_SILENCES: "Gap stretched from {gap_before:number} to {gap_after:days}: "
    "the last {silences:number} messages met silence.",
    Code.CADENCE_PREFETCHED: "Gap stretched from {gap_before:number} to {gap_after:days}: nobody followed a link in "
    "the {message} or answered it; opens are ignored, because this mail program fetches pictures by itself.",
    Code.CADENCE_MORE_OFTEN: "The contact asked to hear more often: gap {gap_after:days}, "
    "before that {gap_before:days}.",
    Code.CADENCE_LESS_OFTEN: "Gap stretched from {gap_before:number} to {gap_after:days}: "
    "the contact asked to hear less often.",
    Code.CADENCE_COMPLAINT: "Gap stretched from {gap_before:number} to {gap_after:days}: "
    "the contact reported the {message} as junk.",
    Code.CADENCE_LEFT: "Gap stretched from {gap_before:number} to {gap_after:days}: "
    "the contact wants no more messages like the {message}.",
    Code.CADENCE_FORGOTTEN: "Gap set back from {gap_before:number} to {gap_after:days}: "
    "staff took back what earlier messages had taught.",
    Code.CADENCE_REVISED: "Gap set right from {gap_before:number} to {gap_after:days}: "
    "what is known about the {message} has changed.",
    Code.CADENCE_BAND: "Gap moved from {gap_before:number} to {gap_after:days}: "
    "the industry's band is {min_gap:number} to {max_gap:days} now.",
    Code.CADENCE_AT_LONGEST: "The contact asked to hear less often; "
    "the gap of {gap_after:days} is the longest already.",
    Code.CADENCE_USUAL: "Gap set back from {gap_before:number} to {gap_after:days}: "
    "the contact no longer asks to hear less often.",
    Code.CADENCE_PAUSED: "The contact asked for a pause until {until:date}; the gap stays {gap_after:days}.",
    Code.CADENCE_RESUMED: "The pause was ended; the gap is still {gap_after:days}.",
    Code.CADENCE_OWN_BAND: "Gap {gap_after:days}, before that {gap_before:days}: "
    "staff set this contact's band to {min_gap:number} to {max_gap:days}.",
    Code.CALL_NO_CONTENT: "Silence reaches the longest gap of {max_gap:days} on {famine:date}, "
    "and nothing we have to say is meant for this contact now.",
    Code.CALL_NO_CONSENT: "Silence reaches the longest gap of {max_gap:days} on {famine:date}, "
    "and no written channel has both consent and a working address.",
    Code.CALL_NO_HOURS: "Silence reaches the longest gap of {max_gap:days} on {famine:date}, "
    "and the industry's hours lie in the quiet hours of every written channel.",
    Code.CALL_NOTHING_PLANNED: "Silence reached the longest gap of {max_gap:days} on {famine:date}, "
    "and nothing is planned.",
    Code.CALL_SERVICE_DUE: "{services}: due on {due:date}, and not booked yet; messages about it so far: "
    "{attempts:number}.",
    Code.CALL_PROBLEM: "Reported a problem on {due:date}: “{why}”.",
    Code.CALL_ESCALATED: "For {boss}: the case of {opened:date} {why}, and its day was {due:date}.",
    Code.CALL_ANNIVERSARY: "{campaign}: a customer for {span} on {on:date}.",
    Code.CALL_ASKED: "Asked for a call on {at:date}, with one click in a message.",
    Code.CALL_FADING: "{why} A call may bring the habit back.",
    Code.CALL_CIRCUMSTANCES: "Silent in an unusual way since {began:date}, and something may have happened: {why} "
    "Ask how things are, and when to come back.",
    Code.CALL_JOURNEY: "The journey {journey} asks for a call: “{why}”.",
    Code.HABIT_NEW: "{did} {times:times} since {first:month}, the last time on {last_on:date}: "
    "too little to speak of a habit.",
    Code.HABIT_STEADY: "{does} about every {interval:days} ({times:times} since {first:month}), the last time on "
    "{last_on:date}; silence would be unusual from {unusual:date}.",
    Code.HABIT_SLOWING: "{does} about every {interval:days} ({times:times} since {first:month}), but less of late, "
    "the last time on {last_on:date}; silence would be unusual from {unusual:date}.",
    Code.HABIT_FADING: "{does} about every {interval:days} ({times:times} since {first:month}); "
    "silent for {silence:days}, unusual since {unusual:date}.",
    Code.HABIT_SCARCE: "{does} about every {interval:days} ({times:times} since {first:month}), but hardly of late, "
    "the last time on {last_on:date}.",
    Code.HABIT_RESTING: "{does} between {from:day} and {to:day} ({times:times} since {first:month}, the last time on "
    "{last_on:date}); silence out of that season is nothing unusual.",
    Code.GOODBYE_SAID_FINISHED: "Said on {at:date} that all is done.",
    Code.GOODBYE_SAID_CIRCUMSTANCES: "Told us on {at:date} that something has changed: a move, an illness, a closure.",
    Code.GOODBYE_MILESTONE: "What was bought came to its end on {at:date}; "
    "the last visit or purchase was on {last_on:date}.",
    Code.GOODBYE_COMPLAINT: "Complained on {at:date}, about when the last visit or purchase was ({last_on:date}).",
    Code.GOODBYE_BAD_ANSWER: "Gave a bad answer on {at:date}; the last visit or purchase was on {last_on:date}.",
    Code.GOODBYE_BOUNCED: "Mail comes back since {at:date}; the last visit or purchase was on {last_on:date}.",
    Code.GOODBYE_WENT_QUIET: "Answered {answered_before} of {asked_before} messages before the last visit or purchase "
    "on {last_on:date}, and {answered_since} of {asked_since} since: it stopped all at once.",
    Code.GOODBYE_FADED: "Nothing happened that we know of: the last visit or purchase was on {last_on:date}, and the "
    "silence is unusual since {at:date}.",
}
"""One template a code; the words behind a colon are the formats of `_Words`."""


def sentence(reason: Reason) -> str:
    """`reason` in plain English.

    Raises:
        KeyError: if the code has no sentence, or the sentence needs a number that the reason lacks.
    """
    text = _Words().format_map(SENTENCES[reason.code], reason.numbers)
    return text[0].upper() + text[1:]


def days(count: float) -> str:
    """A number of days for people: `12.4 days`, `1 day`, `14 days`."""
    return f"{number(count)} {'day' if number(count) == '1' else 'days'}"


def number(count: float) -> str:
    """A number with at most one decimal, and none where it is nought."""
    text = f"{count:.1f}"
    return text.removesuffix(".0")


def day(iso: str) -> str:
    """A civil day for people, from ISO text of a day or an instant: `3 April 2026`."""
    on = date.fromisoformat(iso[:10])
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


# strftime would follow the machine's locale.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class _Words(Formatter):
    """Formats numbers of a reason: `days`, `number`, `times`, `date`, `month`, `day`, or nothing for plain text."""

    def format_map(self, template: str, numbers: Mapping[str, Any]) -> str:
        return self.vformat(template, (), numbers)

    def format_field(self, value: Any, format_spec: str) -> str:
        match format_spec:
            case "days":
                return days(float(value))
            case "number":
                return number(float(value))
            case "times":
                return "once" if int(value) == 1 else f"{int(value):,} times"
            case "month":
                return day(str(value)).partition(" ")[2]
            case "day":
                return day(str(value)).rpartition(" ")[0]
            case "date":
                return day(str(value))
            case _:
                return str(value)
