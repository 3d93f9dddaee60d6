"""Names in the reader's language for the words that rows carry: channels, classes, states, stances and the like.

A word that is not listed is shown as it is, so that a new one is seen rather than lost.
"""

from collections.abc import Callable, Mapping

from flask_babel import lazy_gettext as _l

CHANNELS: Mapping[str, object] = {
    "email": _l("Email"),
    "sms": _l("Text message"),
    "call": _l("Phone call"),
    "meeting": _l("Meeting"),
}
CLASSES: Mapping[str, object] = {
    "service": _l("Service"),
    "recovery": _l("Recovery"),
    "care": _l("Care"),
    "relationship": _l("Relationship"),
    "promotion": _l("Promotion"),
}
STATES: Mapping[str, object] = {
    "planned": _l("Planned"),
    "claimed": _l("About to leave"),
    "sending": _l("Leaving"),
    "sent": _l("Sent"),
    "failed": _l("Failed"),
    "unknown": _l("In doubt"),
    "retry_wait": _l("Tried, will try again"),
    "skipped": _l("Withheld"),
}
EVENTS: Mapping[str, object] = {
    "delivered": _l("Delivered"),
    "deferred": _l("Put off by the receiving server"),
    "bounced": _l("Bounced"),
    "opened": _l("Opened"),
    "clicked": _l("Clicked"),
    "unsubscribed": _l("Unsubscribed"),
    "complained": _l("Reported as junk"),
    "replied": _l("Replied"),
    "less_often": _l("Asked to hear less often"),
    "more_often": _l("Asked to hear more often"),
    "usual_rhythm": _l("Asked for the usual rhythm again"),
    "pause": _l("Asked for a pause"),
    "end_pause": _l("Ended the pause"),
    "other": _l("Something else"),
}
ACTORS: Mapping[str, object] = {
    "human": _l("by a person"),
    "machine": _l("by a machine"),
    "unsure": _l("by a person or a machine"),
}
#: Why a visit is held for a person's or a machine's; said behind "because".
EVIDENCE: Mapping[str, object] = {
    "vendor_flag": _l("the provider says that a machine did it"),
    "privacy_proxy": _l("a privacy service fetches the pictures of all mail"),
    "picture_proxy": _l("the mail service fetched the pictures"),
    "program_name": _l("the program names itself"),
    "bare_name": _l("the program does not say what it is"),
    "network": _l("it came from the network of a mail filter"),
    "honeypot": _l("it followed a link that no person can see"),
    "burst": _l("it followed several links within a second"),
    "burst_all_links": _l("it went through the links one after the other"),
    "too_soon": _l("it came within seconds of sending"),
    "repeated_domain_pattern": _l("it visits most mail to this company within seconds"),
    "no_agent": _l("the program has no name"),
    "reader_like": _l("it is a browser or a mail program"),
    "vendor_person": _l("the provider says that a person did it"),
}
SIGNALS: Mapping[str, object] = {
    "purchase": _l("Bought something"),
    "visit": _l("Came by"),
    "question": _l("Asked a question"),
    "complaint": _l("Complained"),
    "booking": _l("Booked"),
    "reply": _l("Replied"),
}
LOGGED: Mapping[str, object] = {
    "call": _l("Phone call"),
    "meeting": _l("Visit or meeting"),
    "email": _l("Reply by email"),
    "sms": _l("Reply by text message"),
}
WAITING: Mapping[str, object] = {
    "no.consent": _l("no consent or no address"),
    "wait.paused": _l("paused"),
    "wait.rhythm": _l("the rhythm is not round yet"),
    "wait.min_gap": _l("the shortest gap is not over"),
    "wait.cap": _l("the window is full"),
    "wait.closed": _l("the season is closed"),
    "wait.hours": _l("outside hours"),
    "wait.no_hours": _l("the hours never meet those of a channel"),
    "wait.catch_up": _l("catching up after an outage, spread over some days"),
    "wait.case": _l("a recovery case comes first"),
    "wait.deadline": _l("kept for the last opening in time"),
    "wait.no_content": _l("nothing to say"),
}
STANCES: Mapping[str, object] = {
    "closed": _l("Closed"),
    "quiet": _l("Quiet"),
    "open": _l("Open"),
    "peak": _l("Peak"),
}
RULES: Mapping[str, object] = {
    "issue": _l("Everyone once per edition"),
    "series": _l("In order, one after another"),
    "anniversary": _l("On the anniversary of becoming a customer"),
    "invited": _l("Only who has an occasion of their own"),
}
BALANCES: Mapping[str, object] = {
    "famine": _l("Famine"),
    "feast": _l("Feast"),
    "ok": _l("Steady"),
    "unreachable": _l("Unreachable"),
}
SCORES: Mapping[str, object] = {
    "very_good": _l("Very good"),
    "good": _l("Good"),
    "uneven": _l("Uneven or ill-timed"),
    "act": _l("Time to act"),
}
BLOCK_KINDS: Mapping[str, object] = {
    "heading": _l("Heading"),
    "text": _l("Text"),
    "image": _l("Image"),
    "button": _l("Button"),
    "tip": _l("Tip"),
    "question": _l("Question"),
    "offer": _l("Offer"),
    "story": _l("Customer story"),
    "news": _l("Company news"),
    "check-in": _l("Check-in invitation"),
    "divider": _l("Divider"),
}
PURPOSES: Mapping[str, object] = {
    "about-us": _l("About us"),
    "value": _l("Of use to the reader"),
    "question": _l("A question"),
    "story": _l("A story"),
    "offer": _l("An offer"),
}
#: How a text stands in one language, and what an edition is.
TEXT_STATES: Mapping[str, object] = {
    "missing": _l("missing"),
    "draft": _l("draft"),
    "published": _l("published"),
    "behind": _l("out of date"),
}
EDITION_STATES: Mapping[str, object] = {
    "draft": _l("Draft, nobody gets it yet"),
    "review": _l("Waits for an approver"),
    "published": _l("Published"),
}
ORIGINS: Mapping[str, object] = {
    "pack": _l("from the pack"),
    "saved": _l("saved"),
    "restored": _l("taken back"),
    "copied": _l("copied"),
}
MERGE_FIELDS: Mapping[str, object] = {
    "contact.first_name": _l("First name"),
    "contact.last_name": _l("Last name"),
    "contact.company": _l("Company"),
    "contact.industry": _l("Industry"),
    "contact.customer_since": _l("Customer since"),
    "business.name": _l("Our name"),
    "business.phone": _l("Our phone number"),
    "business.website": _l("Our website"),
    "occasion.services": _l("Services that are due"),
    "occasion.people": _l("Others it is about"),
    "occasion.signer": _l("Who signs"),
    "occasion.what_happened": _l("What happened"),
    "occasion.appointment": _l("The appointment"),
}


def looked_up(table: Mapping[str, object], name: str) -> Callable[[str], str]:
    """A filter called `name` that says the words of `table`; a word it does not know stays as it is."""

    def look_up(word: str) -> str:
        return str(table.get(word, word))

    look_up.__name__ = name
    return look_up


FILTERS = (
    looked_up(CHANNELS, "channel_name"),
    looked_up(CLASSES, "class_name"),
    looked_up(STATES, "state_name"),
    looked_up(EVENTS, "event_name"),
    looked_up(ACTORS, "actor_name"),
    looked_up(EVIDENCE, "evidence_name"),
    looked_up(SIGNALS, "signal_name"),
    looked_up(LOGGED, "logged_name"),
    looked_up(WAITING, "waiting_name"),
    looked_up(STANCES, "stance_name"),
    looked_up(RULES, "rule_name"),
    looked_up(BALANCES, "balance_name"),
    looked_up(SCORES, "score_name"),
    looked_up(BLOCK_KINDS, "block_kind_name"),
    looked_up(PURPOSES, "purpose_name"),
    looked_up(TEXT_STATES, "text_state_name"),
    looked_up(EDITION_STATES, "edition_state_name"),
    looked_up(ORIGINS, "origin_name"),
    looked_up(MERGE_FIELDS, "merge_field_name"),
)
