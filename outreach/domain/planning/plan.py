"""Decisions one by one, as values: for tests, explanations and everybody who has a contact and not a million."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from outreach.domain.planning.almanac import Almanac, instant
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.decide import decide
from outreach.domain.planning.losers import losers
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.reasons import Reasons
from outreach.domain.planning.values import Decision, Loser, Offer, PlannedTouch, PlanningContact


def plan_contacts(
    contacts: Sequence[PlanningContact], offers: Iterable[Offer], *, now: datetime, horizon: timedelta
) -> list[Decision]:
    """One decision for each of `contacts`, in their order; arguments as in `decide`."""
    if not contacts:
        return []
    # A day on either side, because it may be yesterday or tomorrow where a contact lives.
    yesterday = (now - timedelta(days=1)).date()
    industries = tuple(dict.fromkeys(contact.industry_key for contact in contacts))
    campaigns = {touch.campaign_key: touch.campaign_name for contact in contacts for touch in contact.recent}
    living = (offer for offer in offers if offer.closes_on >= yesterday)
    choice = Offers.of(living, industries=industries, campaigns=campaigns)
    table, cohorts = Contacts.of(contacts, choice, industries=industries)
    almanac = Almanac.of(cohorts, now=now)
    decisions = decide(table, choice, almanac, now=now, horizon=horizon)
    reasons = Reasons(table, choice, almanac, decisions)
    lost = losers(table, choice, almanac, decisions.slots)
    others: dict[int, list[Loser]] = {}
    for line, place in enumerate(lost.row.tolist()):
        loser = Loser(choice.offers[int(lost.offer[line])], reasons.of_loser(lost, line))
        others.setdefault(place, []).append(loser)
    slots = decisions.slots
    return [
        Decision(
            contact_id=contact.contact_id,
            touch=PlannedTouch(choice.offers[int(slots.offer[place])], instant(float(slots.send_at[place])))
            if slots.offer[place] >= 0
            else None,
            reason=reasons.of(place),
            look_again_at=instant(float(decisions.look_at[place])),
            others=tuple(others.get(place, ())),
        )
        for place, contact in enumerate(contacts)
    ]


def plan_contact(contact: PlanningContact, offers: Iterable[Offer], *, now: datetime, horizon: timedelta) -> Decision:
    """The decision for one contact: the same code on an array of one."""
    return plan_contacts([contact], offers, now=now, horizon=horizon)[0]
