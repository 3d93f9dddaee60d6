"""Offers as arrays: every edition that may want some contacts, in one fixed order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from outreach.domain.planning.almanac import CHANNELS, Flags, Floats
from outreach.domain.planning.manners import ALLOWED_STANCES, CLASS_RANK, MANNERS, URGENT
from outreach.domain.planning.values import Offer
from outreach.domain.rhythm.load import load_of

Numbers = NDArray[np.int64]

#: Needs that one number can hold as bits; there are never more distinct ones.
MOST_NEEDS = 62


@dataclass(frozen=True, slots=True)
class Offers:
    """Editions by place. Days are ordinals (`date.toordinal`).

    Attributes:
        offers: the editions themselves, in an order that settles ties: campaign, edition, channel, id.
        opens, closes: first and last day.
        rank: of the class, 0 the highest. urgent: does not wait for the rhythm. manner: number in `MANNERS`.
        channel: number in `CHANNELS`. load: of the touch it would be.
        campaign: number in `campaigns` (keys) and `campaign_names`, which also hold campaigns without an offer.
        series: number of the series it belongs to, -1 if none; position within.
        anniversary: number of the anniversary campaign, -1 if none; every_months and window_days of it.
        invited: number among the editions that only who is invited gets, -1 for the others.
        needs: bits of the attributes a contact must have and of the topic it must not have refused, 0 for none;
            `all_needs` and then `all_topics` in the order of their bits.
        industries: for each industry (row) whether each offer is meant for it.
    """

    offers: tuple[Offer, ...]
    opens: Numbers
    closes: Numbers
    rank: Numbers
    urgent: Flags
    manner: Numbers
    channel: Numbers
    load: Floats
    priority: Floats
    campaign: Numbers
    series: Numbers
    position: Numbers
    anniversary: Numbers
    every_months: Numbers
    window_days: Numbers
    invited: Numbers
    exclusive: Flags
    mergeable: Flags
    needs: Numbers
    industries: Flags
    campaigns: tuple[str, ...]
    campaign_names: tuple[str, ...]
    anniversaries: tuple[str, ...]
    all_needs: tuple[Mapping[str, str], ...]
    all_topics: tuple[int, ...]

    @classmethod
    def of(
        cls, offers: Iterable[Offer], *, industries: Sequence[str], campaigns: Mapping[str, str] | None = None
    ) -> Self:
        """The arrays of `offers`.

        Args:
            industries: keys of the contacts' industries, in the order of their numbers.
            campaigns: names by key of campaigns that touches may have come from, beside those of the offers.

        Raises:
            ValueError: if the campaigns need more different attributes and topics than one number has bits.
        """
        kept = tuple(
            sorted(
                (offer for offer in offers if offer.channel in CHANNELS),
                key=lambda offer: (offer.campaign_key, offer.edition_key, offer.channel, offer.edition_id),
            )
        )
        all_needs = tuple({_frozen(offer.needs): offer.needs for offer in kept if offer.needs}.values())
        all_topics = tuple(dict.fromkeys(offer.topic for offer in kept if offer.topic))
        asked = len(all_needs) + len(all_topics)
        if asked > MOST_NEEDS:
            raise ValueError(f"campaigns ask for {asked} attributes and topics at once; {MOST_NEEDS} can be held")
        bits = {_frozen(needs): 1 << place for place, needs in enumerate(all_needs)}
        topics = {topic: 1 << (len(all_needs) + place) for place, topic in enumerate(all_topics)}
        names = dict(campaigns or {}) | {offer.campaign_key: offer.campaign_name for offer in kept}
        numbers = {key: number for number, key in enumerate(names)}
        series = tuple(dict.fromkeys(offer.campaign_key for offer in kept if offer.rule == "series"))
        anniversaries = tuple(dict.fromkeys(offer.campaign_key for offer in kept if offer.rule == "anniversary"))
        invited = np.array([offer.rule == "invited" for offer in kept], bool)
        return cls(
            offers=kept,
            opens=_numbers(offer.opens_on.toordinal() for offer in kept),
            closes=_numbers(offer.closes_on.toordinal() for offer in kept),
            rank=_numbers(CLASS_RANK[offer.touch_class] for offer in kept),
            urgent=np.array([offer.touch_class in URGENT for offer in kept], bool),
            manner=_numbers(MANNERS.index(ALLOWED_STANCES[offer.touch_class]) for offer in kept),
            channel=_numbers(CHANNELS.index(offer.channel) for offer in kept),
            load=np.array([load_of(offer.touch_class, offer.channel) for offer in kept], float),
            priority=np.array([offer.priority for offer in kept], float),
            campaign=_numbers(numbers[offer.campaign_key] for offer in kept),
            series=_numbers(series.index(offer.campaign_key) if offer.rule == "series" else -1 for offer in kept),
            position=_numbers(offer.position for offer in kept),
            anniversary=_numbers(
                anniversaries.index(offer.campaign_key) if offer.rule == "anniversary" else -1 for offer in kept
            ),
            every_months=_numbers(max(offer.every_months, 1) for offer in kept),
            window_days=_numbers(offer.window_days for offer in kept),
            invited=np.where(invited, np.cumsum(invited) - 1, -1).astype(np.int64),
            exclusive=np.array([offer.exclusive for offer in kept], bool),
            mergeable=np.array([offer.mergeable for offer in kept], bool),
            needs=_numbers(bits.get(_frozen(offer.needs), 0) | topics.get(offer.topic, 0) for offer in kept),
            industries=np.array(
                [[not offer.industries or key in offer.industries for offer in kept] for key in industries], bool
            ).reshape(len(industries), len(kept)),
            campaigns=tuple(names),
            campaign_names=tuple(names.values()),
            anniversaries=anniversaries,
            all_needs=all_needs,
            all_topics=all_topics,
        )

    def at(self, places: Numbers) -> Self:
        """The offers at these places; campaigns, series and needs keep their numbers."""
        chosen = {name: getattr(self, name)[places] for name in _BY_PLACE}
        return replace(
            self,
            offers=tuple(self.offers[place] for place in places.tolist()),
            industries=self.industries[:, places],
            **chosen,
        )

    def __len__(self) -> int:
        return len(self.offers)

    @property
    def invitations(self) -> Numbers:
        """Places of the editions that only who is invited gets."""
        return np.flatnonzero(self.invited >= 0)

    def needs_of(self, attributes: Mapping[str, str], refused_topics: Collection[int] = ()) -> int:
        """The bits of the needs that a contact with `attributes` meets, and of the topics it has not refused."""
        met = [
            *(all(attributes.get(name) == value for name, value in needs.items()) for needs in self.all_needs),
            *(topic not in refused_topics for topic in self.all_topics),
        ]
        return sum(1 << place for place, holds in enumerate(met) if holds)


#: Arrays with one entry for each offer.
_BY_PLACE = (
    *("opens", "closes", "rank", "urgent", "manner", "channel", "load", "priority", "campaign", "series", "position"),
    *("anniversary", "every_months", "window_days", "invited", "exclusive", "mergeable", "needs"),
)


def _frozen(needs: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(needs.items()))


def _numbers(values: Iterable[int]) -> Numbers:
    return np.fromiter(values, np.int64)
