"""Every reason there is, as one code each; `explain` has the sentence of each."""

from enum import StrEnum


class Code(StrEnum):
    """Why a touch was planned (`due`), why none (`wait`, `no`), or why a gap moved or stayed (`cadence`)."""

    #: The contact's rhythm says so.
    DUE_RHYTHM = "due.rhythm"
    #: The same, slowed by a quiet season.
    DUE_QUIET = "due.quiet"
    #: The same, quickened by a peak season.
    DUE_PEAK = "due.peak"
    #: The first touch since we know the contact, or after a long time without any.
    DUE_FIRST = "due.first"
    #: Silence reaches or has passed the longest gap.
    DUE_DEADLINE = "due.deadline"
    #: Silence would pass the longest gap inside a closed season, so the touch goes out before it.
    DUE_BEFORE_CLOSED = "due.before_closed"
    #: Silence passed the longest gap inside a closed season; this is the first chance after it.
    DUE_AFTER_CLOSED = "due.after_closed"
    #: Service and recovery do not wait for the rhythm.
    DUE_SERVICE = "due.service"
    #: Nothing may be sent on any channel: no consent, no address, or suppressed.
    NO_CONSENT = "no.consent"
    #: The contact asked for a pause.
    WAIT_PAUSED = "wait.paused"
    #: The contact's own rhythm is not round yet.
    WAIT_RHYTHM = "wait.rhythm"
    #: The shortest gap of the industry is not round yet.
    WAIT_MIN_GAP = "wait.min_gap"
    #: The rolling window is full.
    WAIT_CAP = "wait.cap"
    #: The industry is closed to us.
    WAIT_CLOSED = "wait.closed"
    #: It is due, but outside the contact's hours.
    WAIT_HOURS = "wait.hours"
    #: The industry's hours and the hours of the contact's channels never meet.
    WAIT_NO_HOURS = "wait.no_hours"
    #: The touch is kept for the last opening before silence would pass the longest gap.
    WAIT_DEADLINE = "wait.deadline"
    #: Nothing we have to say is meant for this contact now.
    WAIT_NO_CONTENT = "wait.no_content"
    #: A person clicked.
    CADENCE_CLICK = "cadence.click"
    #: A person opened.
    CADENCE_OPEN = "cadence.open"
    #: A person wrote back.
    CADENCE_REPLY = "cadence.reply"
    #: Nothing came back.
    CADENCE_SILENCE = "cadence.silence"
    #: The contact asked to hear less often.
    CADENCE_LESS_OFTEN = "cadence.less_often"
    #: The contact reported a message as junk.
    CADENCE_COMPLAINT = "cadence.complaint"
    #: A machine opened or clicked; nothing is learnt.
    CADENCE_MACHINE = "cadence.machine"
    #: Nobody can say whether a person or a machine did it; nothing is learnt.
    CADENCE_UNSURE = "cadence.unsure"
    #: The gap would have moved, but stands at the edge of the band already.
    CADENCE_AT_LIMIT = "cadence.at_limit"
    #: What was known about a message has changed, and the lesson with it.
    CADENCE_REVISED = "cadence.revised"
