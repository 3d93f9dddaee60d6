"""Contacts as arrays say what their values said."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from outreach.domain.planning.contacts import NEVER, Contacts
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.values import PlanningContact
from outreach.domain.rhythm.band import RhythmBand
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import NOW, a_contact, a_touch, an_offer

CHOICE = Offers.of([an_offer(1), an_offer(2, campaign_key="tips", needs={"heating": "gas"})], industries=["shops"])


def contacts_of(*contacts: PlanningContact) -> Contacts:
    return Contacts.of(contacts, CHOICE, industries=["shops"])[0]


def test_the_newest_touch_of_any_kind_counts() -> None:
    days_ago = [NOW - timedelta(days=days) for days in (9, 3, 20)]
    touched = a_contact(recent=tuple(a_touch(at) for at in days_ago))
    visited = replace(touched, last_at=NOW - timedelta(days=1))
    silent = a_contact()
    last = contacts_of(touched, visited, silent, replace(silent, last_at=NOW)).last_at
    assert last.tolist() == [days_ago[1].timestamp(), (NOW - timedelta(days=1)).timestamp(), NEVER, NOW.timestamp()]


def test_touches_are_kept_newest_first_with_their_loads() -> None:
    call = a_touch(NOW - timedelta(days=2), channel=Channel.CALL)
    offer = a_touch(NOW - timedelta(days=5), touch_class=TouchClass.PROMOTION)
    service = a_touch(NOW - timedelta(days=1), touch_class=TouchClass.SERVICE)
    table = contacts_of(a_contact(recent=(offer, call, service)), a_contact())
    assert table.recent_load.tolist() == [[0.25, 2.0, 1.2], [0.0, 0.0, 0.0]]
    assert (np.diff(table.recent_at[0]) < 0).all()


def test_a_wish_to_hear_less_often_moves_both_ends_of_the_band() -> None:
    band = RhythmBand(6, 14, 35)
    table = contacts_of(*(a_contact(band=band, gap=14.0, floor_gap=wish) for wish in (0.0, 20.0, 60.0)))
    assert table.min_gap.tolist() == [6, 20, 60]
    assert table.max_gap.tolist() == [35, 35, 60]
    assert table.gap.tolist() == [14, 20, 60]


def test_contacts_of_one_calendar_zone_and_place_share_a_cohort() -> None:
    one = a_contact()
    others = [one, replace(one, contact_id=8), replace(one, country="US"), replace(one, zone=ZoneInfo("Asia/Beirut"))]
    table, cohorts = Contacts.of(others, CHOICE, industries=["shops"])
    assert table.cohort.tolist() == [0, 0, 1, 2]
    assert len(cohorts) == 3


def test_what_a_contact_had_and_meets_is_kept_by_edition() -> None:
    table = contacts_of(a_contact(had_editions=frozenset({2, 77})), a_contact(attributes={"heating": "gas"}))
    assert table.had.tolist() == [[False, True], [False, False]]
    assert table.needs.tolist() == [0, 1]


def test_taking_some_keeps_all_that_is_known_of_them() -> None:
    table = contacts_of(*(a_contact(contact_id=number) for number in range(5)))
    assert table.at(np.array([3, 1])).id.tolist() == [3, 1]
    assert len(table.at(table.id > 2)) == 2
