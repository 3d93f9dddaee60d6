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
OUTCOMES: Mapping[str, object] = {
    "reached": _l("Reached"),
    "left_message": _l("Left a message"),
    "not_reached": _l("Not reached"),
    "wrong_number": _l("Wrong number"),
    "call_later": _l("Call later"),
    "booked": _l("Booked an appointment"),
    "finished": _l("Needs nothing more"),
    "not_needed": _l("Not needed"),
    "acted": _l("The customer acted"),
}
CASE_STATES: Mapping[str, object] = {
    "open": _l("Open"),
    "listening": _l("Listening"),
    "offered": _l("Remedies offered"),
    "agreed": _l("Agreed"),
    "closed": _l("Over"),
    "reopened": _l("Open again"),
}
CASE_ENDINGS: Mapping[str, object] = {
    "mended": _l("Put right"),
    "refunded": _l("Money given back"),
    "customer_left": _l("The customer left"),
    "not_ours": _l("Not our doing"),
    "nothing_heard": _l("Nothing more was heard"),
    "mistake": _l("Opened by mistake"),
    "erased": _l("The customer was erased"),
}
CASE_SOURCES: Mapping[str, object] = {
    "complaint": _l("a complaint"),
    "bad_answer": _l("a bad answer"),
    "page": _l("the customer's own page"),
    "reply": _l("a reply"),
    "staff": _l("staff"),
    "batch": _l("a batch"),
    "left": _l("the customer left after a complaint"),
}
CASE_STEPS: Mapping[str, object] = {
    "report": _l("The customer said"),
    "take": _l("Taken"),
    "listen": _l("Listened"),
    "offer": _l("Remedies offered"),
    "choose": _l("The customer chose"),
    "agree": _l("Agreed"),
    "apologise": _l("An apology was asked for, signed by"),
    "apology_sent": _l("The apology left"),
    "escalate": _l("Too late; the boss was told"),
    "close": _l("Closed"),
    "reopen": _l("Opened again"),
    "cool_off": _l("Days without promotions"),
    "answer": _l("the first answer"),
    "solution": _l("the solution"),
}
#: The pages of care by their blueprints.
CARE_PAGES: Mapping[str, object] = {
    "admin.tasks": _l("Phone list"),
    "admin.cases": _l("Recovery cases"),
    "admin.habits": _l("Fading customers"),
    "admin.goodbyes": _l("Why customers left"),
    "admin.services": _l("Due services"),
    "admin.journeys": _l("Journeys"),
    "admin.stories": _l("Stories"),
    "admin.offers": _l("Offers"),
}
HABIT_LABELS: Mapping[str, object] = {
    "new": _l("Too new to tell"),
    "steady": _l("As always"),
    "slowing": _l("Less of late"),
    "fading": _l("Fading"),
    "alarm": _l("Very unusual silence"),
    "resting": _l("Out of season"),
}
EARLY_WARNINGS: Mapping[str, object] = {
    "buys_less": _l("buys less"),
    "visits_less": _l("comes less often"),
    "asks_less": _l("asks less"),
    "replies_less": _l("replies less"),
    "left_after_answer": _l("silent since a complaint or a question"),
}
TASK_KINDS: Mapping[str, object] = {
    "call": _l("Phone call"),
    "video": _l("Video call"),
    "visit": _l("Visit in person"),
}
#: What a customer did that closed a task.
ACTS: Mapping[str, object] = {**SIGNALS, "answer": _l("Answered a question of ours")}
GOODBYES: Mapping[str, object] = {
    "finished": _l("Got what was needed"),
    "we_failed": _l("We let the customer down"),
    "circumstances": _l("Moved, ill or closed"),
    "habit_lost": _l("The habit was lost"),
}
CLUES: Mapping[str, object] = {
    "said_finished": _l("somebody said that all is done"),
    "said_circumstances": _l("somebody told of a change"),
    "milestone": _l("what was bought came to its end"),
    "complaint": _l("a complaint"),
    "bad_answer": _l("a bad answer"),
    "bounced": _l("mail comes back"),
    "went_quiet": _l("answers stopped all at once"),
    "faded": _l("an unusual silence"),
}
GOODBYE_ENDS: Mapping[str, object] = {
    "came_back": _l("the customer came back"),
    "judged_anew": _l("another clue was found"),
}
#: What begins a journey, what somebody may have done in it, how it ends, and what its record says.
TRIGGERS: Mapping[str, object] = {
    "purchase": _l("The customer bought something"),
    "visit": _l("There was a visit"),
    "question": _l("The customer asked something"),
    "complaint": _l("The customer complained"),
    "booking": _l("The customer booked"),
    "reply": _l("The customer wrote back"),
    "new_contact": _l("We know a new contact"),
    "new_customer": _l("Somebody became a customer"),
    "fading": _l("The customer's habit begins to fade"),
    "goodbye": _l("The customer left"),
    "case_opened": _l("A recovery case was opened"),
    "case_closed": _l("A recovery case was closed"),
}
DEEDS: Mapping[str, object] = {
    "bought": _l("bought something"),
    "booked": _l("booked"),
    "visited": _l("came by"),
    "asked": _l("asked something"),
    "complained": _l("complained"),
    "replied": _l("wrote back"),
    "opened": _l("opened a message"),
    "clicked": _l("clicked in a message"),
    "answered": _l("answered a question"),
    "unsubscribed": _l("unsubscribed"),
    "case_opened": _l("a recovery case was opened"),
}
JOURNEY_ENDS: Mapping[str, object] = {
    "goal": _l("reached its goal"),
    "exit": _l("ended early"),
    "done": _l("took the last step"),
    "refused": _l("another exclusive journey took too long"),
    "taken_out": _l("taken out by staff"),
}
HOLDS: Mapping[str, object] = {
    "case": _l("a recovery case is open"),
    "switched_off": _l("the journey is switched off"),
}
NOTED: Mapping[str, object] = {
    "began": _l("Began"),
    "waited": _l("The wait is over"),
    "invited": _l("Asked for a slot"),
    "sent": _l("Message sent"),
    "withheld": _l("The message could not leave; it went on"),
    "expired": _l("The message found no slot; it went on"),
    "withdrawn": _l("The message was taken back; it went on"),
    "called": _l("Put on the phone list"),
    "then": _l("Condition met"),
    "else": _l("Condition not met"),
    "held": _l("Stands still"),
    "resumed": _l("Goes on"),
    "ended": _l("Ended"),
}
#: How a round of a service that comes round stands, what is known of it, and how that was taken.
ROUNDS: Mapping[str, object] = {
    "due": _l("Due"),
    "asked": _l("Asked"),
    "listed": _l("On the phone list"),
    "booked": _l("Booked"),
    "resting": _l("Resting"),
}
FACTS: Mapping[str, object] = {
    "done": _l("Done"),
    "booked": _l("Booked"),
    "not_needed": _l("Not needed any more"),
}
REMARKS: Mapping[str, object] = {
    "counts": _l("counts"),
    "second_booking": _l("another booking was open; this one moves the day"),
    "older": _l("something newer is known"),
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


def _from(table: Mapping[str, object], name: str) -> Callable[[str], str]:
    def look_up(word: str) -> str:
        return str(table.get(word, word))

    look_up.__name__ = name
    return look_up


FILTERS = (
    _from(CHANNELS, "channel_name"),
    _from(CLASSES, "class_name"),
    _from(STATES, "state_name"),
    _from(EVENTS, "event_name"),
    _from(ACTORS, "actor_name"),
    _from(EVIDENCE, "evidence_name"),
    _from(SIGNALS, "signal_name"),
    _from(LOGGED, "logged_name"),
    _from(OUTCOMES, "outcome_name"),
    _from(CARE_PAGES, "care_page_name"),
    _from(HABIT_LABELS, "habit_label_name"),
    _from(EARLY_WARNINGS, "early_warning_name"),
    _from(TASK_KINDS, "task_kind_name"),
    _from(ACTS, "act_name"),
    _from(GOODBYES, "goodbye_name"),
    _from(CASE_STATES, "case_state_name"),
    _from(CASE_ENDINGS, "case_ending_name"),
    _from(CASE_SOURCES, "case_source_name"),
    _from(CASE_STEPS, "case_step_name"),
    _from(CLUES, "clue_name"),
    _from(GOODBYE_ENDS, "goodbye_end_name"),
    _from(JOURNEY_ENDS, "journey_end_name"),
    _from(HOLDS, "hold_name"),
    _from(ROUNDS, "round_name"),
    _from(FACTS, "fact_name"),
    _from(REMARKS, "remark_name"),
    _from(WAITING, "waiting_name"),
    _from(STANCES, "stance_name"),
    _from(RULES, "rule_name"),
    _from(BALANCES, "balance_name"),
    _from(SCORES, "score_name"),
    _from(BLOCK_KINDS, "block_kind_name"),
    _from(PURPOSES, "purpose_name"),
    _from(TEXT_STATES, "text_state_name"),
    _from(EDITION_STATES, "edition_state_name"),
    _from(ORIGINS, "origin_name"),
    _from(MERGE_FIELDS, "merge_field_name"),
)
