"""One arbiter: who gets the slot, and that the order of asking never matters."""

import random
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.planning.arbitrate import arbitrate, score
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.manners import CLASS_RANK
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.values import Offer, PlanningContact
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import NOW, a_contact, a_touch, an_offer
from tests.domain.planning.conftest import cases

DAY = date(2026, 9, 8)
CONTACT = a_contact(NOW - timedelta(days=20))


def asked(contact: PlanningContact, *offers: Offer) -> tuple[Offers, Contacts, np.ndarray, np.ndarray]:
    choice = Offers.of(offers, industries=["shops"])
    contacts, _ = Contacts.of([contact], choice, industries=["shops"])
    return choice, contacts, choice.closes[None, :], np.array([DAY.toordinal()])


def winner(*offers: Offer, contact: PlanningContact = CONTACT) -> int:
    choice, contacts, expires, on = asked(contact, *offers)
    wants = np.ones((1, len(choice)), bool)
    return choice.offers[int(arbitrate(contacts, choice, wants=wants, expires=expires, on=on)[0])].edition_id


def closing(days: int) -> date:
    return DAY + timedelta(days=days)


def test_a_higher_class_wins_whatever_the_score() -> None:
    for higher, lower in pairwise(TouchClass):
        weak = an_offer(1, touch_class=higher, priority=0, campaign_key="newsletter", closes_on=closing(300))
        strong = an_offer(2, closes_on=DAY, touch_class=lower, priority=100)
        assert winner(strong, weak) == 1


def test_what_would_be_gone_by_the_next_slot_wins() -> None:
    assert winner(an_offer(1, closes_on=closing(300)), an_offer(2, closes_on=closing(3))) == 2


def test_the_marketers_priority_wins_where_nothing_else_differs() -> None:
    assert winner(an_offer(1, priority=40), an_offer(2, priority=60)) == 2


def test_a_campaign_does_not_follow_itself_if_it_can_be_helped() -> None:
    assert winner(an_offer(1, campaign_key="newsletter", priority=60), an_offer(2, priority=40)) == 2


def test_what_the_contact_saw_lately_waits_for_what_it_did_not() -> None:
    recent = tuple(a_touch(NOW - timedelta(days=10 + place), key) for place, key in enumerate(["a", "b", "c", "d"]))
    told = {
        key: winner(an_offer(1, campaign_key=key), an_offer(2, campaign_key="z"), contact=a_contact(recent=recent))
        for key in "abcd"
    }
    assert told == {"a": 2, "b": 2, "c": 2, "d": 1}


def test_the_channel_on_which_the_contact_answers_is_preferred() -> None:
    mail, text = an_offer(1), an_offer(2, channel=Channel.SMS)
    assert winner(mail, text, contact=a_contact(favours_channel=Channel.SMS)) == 2
    assert winner(mail, text, contact=a_contact(favours_channel=Channel.EMAIL)) == 1
    assert winner(mail, text) == 1


def test_where_nothing_wants_a_contact_nothing_wins() -> None:
    choice, contacts, expires, on = asked(CONTACT, an_offer(1))
    assert arbitrate(contacts, choice, wants=np.zeros((1, 1), bool), expires=expires, on=on).tolist() == [-1]
    nothing, contacts, expires, on = asked(CONTACT)
    assert arbitrate(contacts, nothing, wants=np.zeros((1, 0), bool), expires=expires, on=on).tolist() == [-1]


def some_rivals(chance: random.Random) -> list[Offer]:
    return [
        an_offer(
            number,
            edition_key=chance.choice(["a", "b"]),
            closes_on=closing(chance.randrange(40)),
            touch_class=chance.choice(list(TouchClass)),
            priority=chance.choice([0, 50, 50, 100]),
            campaign_key=chance.choice(["newsletter", "tips", "offers"]),
            channel=chance.choice([Channel.EMAIL, Channel.SMS]),
        )
        for number in range(chance.randrange(1, 9))
    ]


@given(chance=st.randoms(use_true_random=False))
@cases(50)
def test_the_winner_is_the_best_of_its_class_in_whatever_order_they_ask(chance: random.Random) -> None:
    rivals = some_rivals(chance)
    won = winner(*rivals)
    assert winner(*chance.sample(rivals, len(rivals))) == won
    best = min(CLASS_RANK[offer.touch_class] for offer in rivals)
    choice, contacts, expires, on = asked(CONTACT, *rivals)
    points = score(contacts, choice, expires=expires, on=on)[0]
    peers = [place for place, offer in enumerate(choice.offers) if CLASS_RANK[offer.touch_class] == best]
    place = next(place for place in peers if choice.offers[place].edition_id == won)
    assert points[place] == max(points[peer] for peer in peers)
