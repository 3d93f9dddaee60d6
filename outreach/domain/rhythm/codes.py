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
    #: The touch would fall into a long closed season, so it goes out a little before.
    DUE_LAST_CALL = "due.last_call"
    #: The touch fell into a long closed season; it goes out on this contact's own day after it.
    DUE_REOPENED = "due.reopened"
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
    #: The planner was not running when it was this contact's turn; what was missed is spread over some days.
    WAIT_CATCH_UP = "wait.catch_up"
    #: A recovery case is open, or was closed a few days ago: ordinary messages rest.
    WAIT_CASE = "wait.case"
    #: The touch is kept for the last opening before silence would pass the longest gap.
    WAIT_DEADLINE = "wait.deadline"
    #: Nothing we have to say is meant for this contact now.
    WAIT_NO_CONTENT = "wait.no_content"
    #: Another edition won the slot; this one can still come.
    LOST_LATER = "lost.later"
    #: Another edition won the slot, and this one will be over before the next.
    LOST_EXPIRES = "lost.expires"
    #: It would be over before the next slot, and rides along in the winner's mail.
    LOST_MERGED = "lost.merged"
    #: An exclusive series comes first.
    LOST_HELD = "lost.held"
    #: Of the editions on offer: this one may have the next slot.
    OFFER_READY = "offer.ready"
    #: The contact has had it.
    OFFER_HAD = "offer.had"
    #: It is for other industries or attributes.
    OFFER_NOT_MEANT = "offer.not_meant"
    #: The contact cannot be reached on its channel.
    OFFER_NO_CHANNEL = "offer.no_channel"
    #: It opens later.
    OFFER_OPENS = "offer.opens"
    #: It is over by the contact's next slot.
    OFFER_OVER = "offer.over"
    #: An exclusive series comes first.
    OFFER_HELD = "offer.held"
    #: Its class may not write in the season of the next slot.
    OFFER_SEASON = "offer.season"
    #: The contact has no anniversary now, or it was kept.
    OFFER_NO_ANNIVERSARY = "offer.no_anniversary"
    #: Only who is invited to it gets it, and nothing invites this contact now.
    OFFER_NOT_INVITED = "offer.not_invited"
    #: A recovery case was closed lately, and nothing is promoted for some days.
    OFFER_AFTER_CASE = "offer.after_case"
    #: Another edition of its series comes first.
    OFFER_OUT_OF_TURN = "offer.out_of_turn"
    #: A planned touch was taken back, because what it was planned by has changed.
    TAKEN_BACK = "taken.back"
    #: A person clicked.
    CADENCE_CLICK = "cadence.click"
    #: A person opened.
    CADENCE_OPEN = "cadence.open"
    #: A person wrote back.
    CADENCE_REPLY = "cadence.reply"
    #: Nothing came back.
    CADENCE_SILENCE = "cadence.silence"
    #: Nothing came back for several messages.
    CADENCE_SILENCES = "cadence.silences"
    #: Nobody followed a link, and opens are ignored, because the mail program fetches pictures by itself.
    CADENCE_PREFETCHED = "cadence.prefetched"
    #: The contact asked to hear less often.
    CADENCE_LESS_OFTEN = "cadence.less_often"
    #: The contact asked to hear more often.
    CADENCE_MORE_OFTEN = "cadence.more_often"
    #: The contact reported a message as junk.
    CADENCE_COMPLAINT = "cadence.complaint"
    #: The contact withdrew from a message's channel.
    CADENCE_LEFT = "cadence.left"
    #: Staff took back what was learnt.
    CADENCE_FORGOTTEN = "cadence.forgotten"
    #: What was known about a message has changed, and the lesson with it.
    CADENCE_REVISED = "cadence.revised"
    #: The band changed, and the gap was brought inside it.
    CADENCE_BAND = "cadence.band"
    #: The contact asked to hear less often, and the gap is the longest already.
    CADENCE_AT_LONGEST = "cadence.at_longest"
    #: The contact took the wish to hear less often back.
    CADENCE_USUAL = "cadence.usual"
    #: The contact asked for a pause; the gap stays.
    CADENCE_PAUSED = "cadence.paused"
    #: The pause was ended; the gap stays.
    CADENCE_RESUMED = "cadence.resumed"
    #: Staff set the contact's own band, or went back to the industry's.
    CADENCE_OWN_BAND = "cadence.own_band"
    #: A valued contact must be called: nothing we have to say is meant for it.
    CALL_NO_CONTENT = "call.no_content"
    #: A valued contact must be called: nothing may be written to it.
    CALL_NO_CONSENT = "call.no_consent"
    #: A valued contact must be called: its industry's hours are everybody's quiet hours.
    CALL_NO_HOURS = "call.no_hours"
    #: A valued contact must be called: its silence is too long and nothing is planned.
    CALL_NOTHING_PLANNED = "call.nothing_planned"
    #: A service is due again, and no message about it was answered by a booking.
    CALL_SERVICE_DUE = "call.service_due"
    #: The contact told us of a problem.
    CALL_PROBLEM = "call.problem"
    #: A recovery case waits for too long, and the boss is to call.
    CALL_ESCALATED = "call.escalated"
    #: It is the contact's date: so many months since it became a customer.
    CALL_ANNIVERSARY = "call.anniversary"
    #: The customer asked for a call.
    CALL_ASKED = "call.asked"
    #: A valued customer's habit fades.
    CALL_FADING = "call.fading"
    #: Something may have happened in the customer's life; a call asks.
    CALL_CIRCUMSTANCES = "call.circumstances"
    #: A step of a journey asks for a call.
    CALL_JOURNEY = "call.journey"
    #: Too few events to speak of a habit.
    HABIT_NEW = "habit.new"
    #: The habit is as always.
    HABIT_STEADY = "habit.steady"
    #: Less than usual of late.
    HABIT_SLOWING = "habit.slowing"
    #: The silence is unusual for this customer.
    HABIT_FADING = "habit.fading"
    #: Far fewer events in a while than this customer's habit would bring.
    HABIT_SCARCE = "habit.scarce"
    #: Out of the customer's own season.
    HABIT_RESTING = "habit.resting"
    #: Somebody said that all is done.
    GOODBYE_SAID_FINISHED = "goodbye.said_finished"
    #: Somebody told of a move, an illness, a closure.
    GOODBYE_SAID_CIRCUMSTANCES = "goodbye.said_circumstances"
    #: A signal marks the end of what was bought.
    GOODBYE_MILESTONE = "goodbye.milestone"
    #: A complaint about the time of the last purchase.
    GOODBYE_COMPLAINT = "goodbye.complaint"
    #: A bad answer about then.
    GOODBYE_BAD_ANSWER = "goodbye.bad_answer"
    #: Mail comes back since about then.
    GOODBYE_BOUNCED = "goodbye.bounced"
    #: Answers to our messages stopped all at once.
    GOODBYE_WENT_QUIET = "goodbye.went_quiet"
    #: Nothing else than the silence itself.
    GOODBYE_FADED = "goodbye.faded"
