"""Answers for one contact what the planner would say: when the next touch is, why then, why that message."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from outreach.db.queries.planning import load_offers
from outreach.db.queries.planning_table import load_planning_table
from outreach.db.queries.rehearsing import load_rehearsal
from outreach.db.queries.tuning import load_tuning
from outreach.db.session import Database
from outreach.domain.planning.almanac import Almanac, instant, seconds
from outreach.domain.planning.decide import decide
from outreach.domain.planning.forecast import STEP, ForecastTouch, rows
from outreach.domain.planning.losers import losers
from outreach.domain.planning.reasons import Reasons
from outreach.domain.planning.rehearsal import Touches, ticks
from outreach.domain.planning.verdicts import verdicts
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence

#: As in `plan_touches`.
HORIZON = timedelta(hours=36)
#: How far ahead the next touch is looked for.
LOOKS_AHEAD = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class OfferVerdict:
    """What becomes of one edition for this contact, in a sentence."""

    edition_id: int
    campaign_name: str
    edition_key: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The planner's answer.

    Attributes:
        reason: code and numbers of the decision that would be made now; `sentence` says it.
        next_look: when the planner looks at the contact again.
        expected: the next touch that is not planned yet, if nobody answers until then; None if there is none in sight.
        verdicts: one for each edition that is on offer now.
        slowdown: what everybody's gap is multiplied by, because the whole base bears less, or because how much it bears
            is not known well yet; 1 is normal.
    """

    reason: Reason
    sentence: str
    next_look: datetime
    expected: ForecastTouch | None
    verdicts: list[OfferVerdict]
    slowdown: float


def explain_contact(*, db: Database, contact_id: int, now: datetime) -> Explanation | None:
    """The explanation for a contact, or None if there is no such contact; nothing is stored."""
    with db.raw_transaction() as connection:
        table = load_planning_table(connection, [contact_id], offers=load_offers(connection, now=now), now=now)
        if not len(table.contacts):
            return None
        slowdown = load_tuning(connection).slowdown
        loaded = load_rehearsal(connection, [contact_id], now=now, until=now + LOOKS_AHEAD, horizon=HORIZON)
    almanac = Almanac.of(table.cohorts, now=now)
    decisions = decide(table.contacts, table.offers, almanac, now=now, horizon=HORIZON)
    reasons = Reasons(table.contacts, table.offers, almanac, decisions)
    lost = losers(table.contacts, table.offers, almanac, decisions.slots)
    told = {int(offer): reasons.of_loser(lost, line) for line, offer in enumerate(lost.offer)}
    reason = reasons.of(0)
    for place, verdict in verdicts(table.contacts, table.offers, almanac, decisions).items():
        told.setdefault(place, reason if place == int(decisions.slots.offer[0]) else verdict)
    rehearsal = loaded.rehearsal
    known = len(rehearsal.touches)
    for tick in ticks(now, days=LOOKS_AHEAD / timedelta(days=1), step=STEP):
        if len(rehearsal.tick(tick).contact):
            break
    coming = Touches.joined(rehearsal.touches[known:])
    coming = coming.at(np.flatnonzero(coming.sent_at >= seconds(now)))
    expected = rows(coming, rehearsal.contacts, rehearsal.offers)
    return Explanation(
        reason=reason,
        sentence=sentence(reason),
        next_look=instant(float(decisions.look_at[0])),
        expected=expected[0] if expected else None,
        verdicts=[
            OfferVerdict(offer.edition_id, offer.campaign_name, offer.edition_key, sentence(told[place]))
            for place, offer in enumerate(table.offers.offers)
        ],
        slowdown=slowdown,
    )
