"""The words of care on the pages of staff: tasks, cases, habits, goodbyes, journeys, services."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from outreach.web import names

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
ACTS: Mapping[str, object] = {**names.SIGNALS, "answer": _l("Answered a question of ours")}
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


FILTERS = (
    names.looked_up(OUTCOMES, "outcome_name"),
    names.looked_up(CARE_PAGES, "care_page_name"),
    names.looked_up(HABIT_LABELS, "habit_label_name"),
    names.looked_up(EARLY_WARNINGS, "early_warning_name"),
    names.looked_up(TASK_KINDS, "task_kind_name"),
    names.looked_up(ACTS, "act_name"),
    names.looked_up(GOODBYES, "goodbye_name"),
    names.looked_up(CASE_STATES, "case_state_name"),
    names.looked_up(CASE_ENDINGS, "case_ending_name"),
    names.looked_up(CASE_SOURCES, "case_source_name"),
    names.looked_up(CASE_STEPS, "case_step_name"),
    names.looked_up(CLUES, "clue_name"),
    names.looked_up(GOODBYE_ENDS, "goodbye_end_name"),
    names.looked_up(JOURNEY_ENDS, "journey_end_name"),
    names.looked_up(HOLDS, "hold_name"),
    names.looked_up(ROUNDS, "round_name"),
    names.looked_up(FACTS, "fact_name"),
    names.looked_up(REMARKS, "remark_name"),
)
