"""Editions as arrays, in one fixed order."""

import random

import numpy as np
import pytest

from outreach.domain.planning.offers import MOST_NEEDS, Offers
from outreach.domain.touch import Channel, TouchClass
from tests.domain.planning.cases import an_offer


def test_the_order_in_which_editions_were_written_down_never_matters() -> None:
    offers = [
        an_offer(number, campaign_key=f"campaign-{number % 3}", edition_key=f"{number % 2}") for number in range(9)
    ]
    shuffled = random.Random(1).sample(offers, len(offers))
    assert Offers.of(offers, industries=[]).offers == Offers.of(shuffled, industries=[]).offers


def test_only_channels_that_the_planner_writes_on_are_kept() -> None:
    offers = [an_offer(number, channel=channel) for number, channel in enumerate(Channel)]
    assert {offer.channel for offer in Offers.of(offers, industries=[]).offers} == {Channel.EMAIL, Channel.SMS}


def test_a_text_that_sells_weighs_more_than_a_letter_that_helps() -> None:
    offers = [
        an_offer(1),
        an_offer(2, channel=Channel.SMS, touch_class=TouchClass.PROMOTION),
        an_offer(3, touch_class=TouchClass.SERVICE),
    ]
    choice = Offers.of(offers, industries=[])
    loads = {offer.edition_id: load for offer, load in zip(choice.offers, choice.load.tolist(), strict=True)}
    assert loads == {1: 1.0, 2: 2.04, 3: 0.25}
    assert choice.urgent.tolist() == [offer.edition_id == 3 for offer in choice.offers]


def test_an_edition_is_for_the_industries_it_names_or_for_all() -> None:
    offers = [an_offer(1), an_offer(2, industries=frozenset({"farms"}))]
    assert Offers.of(offers, industries=["shops", "farms"]).industries.tolist() == [[True, False], [True, True]]


def test_a_contact_meets_the_needs_that_all_its_attributes_answer() -> None:
    offers = [an_offer(1, needs={"heating": "gas"}), an_offer(2, needs={"heating": "gas", "size": "big"})]
    choice = Offers.of(offers, industries=[])
    met = [choice.needs_of(attributes) for attributes in ({}, {"heating": "gas"}, {"heating": "gas", "size": "big"})]
    assert [[bool(bits & need == need) for need in choice.needs.tolist()] for bits in met] == [
        [False, False],
        [True, False],
        [True, True],
    ]


def test_more_different_needs_than_can_be_held_are_refused() -> None:
    offers = [an_offer(number, needs={"number": str(number)}) for number in range(MOST_NEEDS + 1)]
    assert len(Offers.of(offers[:-1], industries=[])) == MOST_NEEDS
    with pytest.raises(ValueError, match="63 attributes and topics"):
        Offers.of(offers, industries=[])


def test_taking_some_keeps_the_numbers_of_campaigns_and_series() -> None:
    offers = [an_offer(number, campaign_key=f"tips-{number}", rule="series", position=number) for number in range(1, 5)]
    choice = Offers.of(offers, industries=["shops"])
    some = choice.at(np.array([1, 3]))
    assert [offer.edition_id for offer in some.offers] == [2, 4]
    assert some.campaign.tolist() == [1, 3]
    assert some.series.tolist() == [1, 3]
    assert some.campaigns == choice.campaigns
    assert some.industries.shape == (1, 2)


def test_a_topic_is_wanted_until_it_is_refused() -> None:
    offers = [an_offer(1, needs={"heating": "gas"}, topic=7), an_offer(2, topic=9), an_offer(3)]
    choice = Offers.of(offers, industries=[])

    def wants(attributes: dict[str, str], *refused: int) -> list[bool]:
        met = choice.needs_of(attributes, refused)
        return [met & needs == needs for needs in choice.needs.tolist()]

    assert wants({"heating": "gas"}) == [True, True, True]
    assert wants({}) == [False, True, True]
    assert wants({"heating": "gas"}, 7) == [False, True, True]
    assert wants({"heating": "gas"}, 9, 11) == [True, False, True]
