"""Existing customers first: no newcomer gets more than a present customer on any day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.care.loyalty import (
    DeclaredOffer,
    Lack,
    MeantFor,
    Standing,
    TermKind,
    Terms,
    at_least_as_good,
    shortfall,
    standing_of,
)

DAY = date(2027, 3, 1)
TERMS = st.one_of(
    st.builds(Terms, st.just(TermKind.PERCENT), st.sampled_from([5.0, 10.0, 20.0])),
    st.builds(Terms, st.sampled_from([TermKind.AMOUNT, TermKind.GIFT]), st.sampled_from([10.0, 15.0]), st.just("GBP")),
    st.builds(Terms, st.just(TermKind.AMOUNT), st.just(10.0), st.just("EUR")),
    st.builds(Terms, st.just(TermKind.MONTHS), st.sampled_from([1.0, 2.0])),
)


@st.composite
def offers(draw: st.DrawFn, key: str = "other", meant_for: st.SearchStrategy[MeantFor] | None = None) -> DeclaredOffer:
    starts = DAY + timedelta(days=draw(st.integers(-15, 15)))
    return DeclaredOffer(
        key=key,
        meant_for=draw(st.sampled_from(MeantFor) if meant_for is None else meant_for),
        terms=draw(TERMS),
        starts=starts,
        ends=starts + timedelta(days=draw(st.integers(0, 20))),
        applies_to=draw(st.sampled_from(["boiler", "chimney"])),
        early_access_days=draw(st.sampled_from([0, 3, 7])),
        as_good_as=draw(st.sampled_from([{}, {"lure": "We asked both."}])),
    )


LURES = offers("lure", st.sampled_from([MeantFor.NEWCOMERS, MeantFor.LAPSED]))


def has_as_good(one: DeclaredOffer, lure: DeclaredOffer, day: date) -> bool:
    """What the rule says, without any of its shortcuts."""
    if one.applies_to != lure.applies_to or one.meant_for in (MeantFor.NEWCOMERS, MeantFor.LAPSED):
        return False
    early = one.early_access_days if one.meant_for is MeantFor.EVERYONE else 0
    as_good = at_least_as_good(one.terms, lure.terms) or lure.key in one.as_good_as
    return bool(as_good) and one.starts - timedelta(days=early) <= day <= one.ends


@given(LURES, st.lists(offers(), max_size=5))
def test_an_offer_stands_only_if_present_customers_have_as_good_on_every_single_day(
    lure: DeclaredOffer, others: list[DeclaredOffer]
) -> None:
    first = lure.starts - timedelta(days=lure.early_access_days)
    days = [first + timedelta(days=number) for number in range((lure.ends - first).days + 1)]
    bare = [day for day in days if not any(has_as_good(one, lure, day) for one in others)]
    found = shortfall(lure, [lure, *others])
    assert (found.day if found else None) == (bare[0] if bare else None)


@given(offers(meant_for=st.sampled_from([MeantFor.EVERYONE, MeantFor.PRESENT])), st.lists(offers(), max_size=3))
def test_what_present_customers_get_may_always_start(one: DeclaredOffer, others: list[DeclaredOffer]) -> None:
    assert shortfall(one, others) is None


@given(TERMS, TERMS)
def test_terms_compare_both_ways_or_not_at_all(one: Terms, other: Terms) -> None:
    here, there = at_least_as_good(one, other), at_least_as_good(other, one)
    assert (here is None) == (there is None)
    assert here is None or here or there
    assert at_least_as_good(one, one)


def lure(**values: object) -> DeclaredOffer:
    standing = {"key": "welcome", "meant_for": MeantFor.NEWCOMERS, "terms": Terms(TermKind.PERCENT, 10)}
    days = {"starts": DAY, "ends": DAY + timedelta(days=30), "applies_to": "boiler", "early_access_days": 7}
    return DeclaredOffer(**(standing | days | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("terms", "lack"),
    [(Terms(TermKind.PERCENT, 5), Lack.WORSE), (Terms(TermKind.GIFT, 50, "GBP"), Lack.INCOMPARABLE)],
)
def test_what_is_lacking_has_a_name(terms: Terms, lack: Lack) -> None:
    loyal = lure(key="loyal", meant_for=MeantFor.PRESENT, terms=terms, starts=DAY - timedelta(days=7))
    found = shortfall(lure(), [loyal])
    assert found is not None
    assert (found.lack, found.nearest, found.day) == (lack, loyal, DAY - timedelta(days=7))
    nothing = shortfall(lure(), [])
    assert nothing is not None
    assert nothing.lack is Lack.NOTHING


def test_two_offers_one_after_the_other_are_as_good_as_one() -> None:
    first = lure(key="a", meant_for=MeantFor.PRESENT, starts=DAY - timedelta(days=7), ends=DAY + timedelta(days=10))
    second = lure(key="b", meant_for=MeantFor.EVERYONE, starts=DAY + timedelta(days=18), early_access_days=7)
    assert shortfall(lure(), [first, second]) is None
    late = lure(key="b", meant_for=MeantFor.EVERYONE, starts=DAY + timedelta(days=19), early_access_days=7)
    found = shortfall(lure(), [first, late])
    assert found is not None
    assert found.day == DAY + timedelta(days=11)


@pytest.mark.parametrize(
    ("since", "bought", "standing"),
    [
        (DAY - timedelta(days=90), None, Standing.NEWCOMER),
        (DAY - timedelta(days=91), None, Standing.PRESENT),
        (None, None, Standing.NEWCOMER),
        (None, DAY, Standing.PRESENT),
        (date(2020, 2, 29), DAY - timedelta(days=365), Standing.PRESENT),
        (date(2020, 2, 29), DAY - timedelta(days=366), Standing.LAPSED),
    ],
)
def test_where_a_customer_stands(since: date | None, bought: date | None, standing: Standing) -> None:
    assert standing_of(customer_since=since, last_purchase=bought, today=DAY) is standing
