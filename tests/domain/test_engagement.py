"""Who opened or clicked."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.engagement import HONEYPOT, PIXEL, Evidence, Visit
from outreach.domain.engagement import judged as weighed_together
from outreach.domain.engagement.evidence import WEIGHTS, weighed
from outreach.domain.engagement.networks import mail_filter
from outreach.domain.events import Actor

SENT = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def visit(
    target: str = "1",
    *,
    after: float = 3600,
    agent: str = BROWSER,
    network: str = "",
    filtered_by: str = "",
    repeats: bool = False,
    said: Actor = Actor.UNSURE,
) -> Visit:
    """A visit so many seconds after sending."""
    at = SENT + timedelta(seconds=after)
    return Visit(
        target,
        at=at,
        arrived=at,
        user_agent=agent,
        network=network,
        filtered_by=filtered_by,
        repeats=repeats,
        said=said,
    )


def judged(visits: list[Visit], *, sent_at: datetime) -> tuple[Actor, ...]:
    """What is held of each visit, without chance and evidence."""
    return tuple(one.actor for one in weighed_together(visits, sent_at=sent_at))


def verdict(one: Visit) -> Actor:
    return judged([one], sent_at=SENT)[0]


@pytest.mark.parametrize(
    "agent",
    [
        BROWSER,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        "Mozilla/5.0 (Linux; Android 9; CUBOT_X19) AppleWebKit/537.36",
        "Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.18025; Pro)",
    ],
)
def test_a_browser_or_mail_program_an_hour_later_is_a_person(agent: str) -> None:
    assert verdict(visit(agent=agent)) is Actor.HUMAN


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
    ],
)
def test_a_picture_fetched_by_a_mail_services_proxy_is_a_machines(agent: str) -> None:
    assert verdict(visit(PIXEL, agent=agent)) is Actor.MACHINE


@pytest.mark.parametrize(
    "agent",
    [
        "python-requests/2.32",
        "curl/8.5.0",
        "Barracuda Sentinel (EE)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36",
    ],
)
def test_a_program_that_says_what_it_is_is_a_machine(agent: str) -> None:
    assert verdict(visit(agent=agent)) is Actor.MACHINE


@pytest.mark.parametrize("agent", ["", "Something/1.0"])
def test_a_program_nobody_knows_is_unsure(agent: str) -> None:
    assert verdict(visit(agent=agent)) is Actor.UNSURE


def test_a_browser_seconds_after_sending_is_unsure() -> None:
    assert verdict(visit(after=4)) is Actor.UNSURE
    assert verdict(visit(after=11)) is Actor.HUMAN


def test_the_reporters_word_for_a_machine_stands_and_its_word_for_a_person_needs_no_name() -> None:
    assert verdict(visit(said=Actor.MACHINE)) is Actor.MACHINE
    assert verdict(visit(agent="", said=Actor.HUMAN)) is Actor.HUMAN


def test_three_different_targets_within_a_second_are_a_scanner_however_late_it_comes() -> None:
    burst = [visit("1", after=90), visit("2", after=90.4), visit(PIXEL, after=90.9)]
    assert judged(burst, sent_at=SENT) == (Actor.MACHINE,) * 3


def test_the_same_link_three_times_in_a_second_is_an_impatient_person() -> None:
    assert judged([visit(after=90 + tenth / 10) for tenth in range(3)], sent_at=SENT) == (Actor.HUMAN,) * 3


def test_pictures_and_one_click_within_a_second_are_a_person() -> None:
    assert judged([visit(PIXEL, after=90), visit("1", after=90.5)], sent_at=SENT) == (Actor.HUMAN,) * 2


def test_a_person_reads_on_after_a_scanner_has_been() -> None:
    burst = [visit(str(link), after=40 + link / 10, network="gateway") for link in range(5)]
    person = visit("2", after=5000, network="home")
    assert judged([*burst, person], sent_at=SENT) == (Actor.MACHINE,) * 5 + (Actor.HUMAN,)


def test_the_scanner_that_comes_back_alone_is_known_again() -> None:
    burst = [visit(str(link), after=40 + link / 10, network="gateway") for link in range(5)]
    again = visit("2", after=5000, network="gateway")
    assert judged([*burst, again], sent_at=SENT)[-1] is Actor.MACHINE


def test_a_burst_is_seen_on_the_wall_where_business_time_runs_faster() -> None:
    burst = [
        Visit(
            str(link), at=SENT + timedelta(hours=link), arrived=SENT + timedelta(milliseconds=link), user_agent=BROWSER
        )
        for link in range(1, 4)
    ]
    assert judged(burst, sent_at=SENT) == (Actor.MACHINE,) * 3


VISITS = st.lists(
    st.builds(
        visit,
        st.sampled_from([PIXEL, HONEYPOT, "1", "2", "3", "4", "5"]),
        after=st.integers(0, 60).map(lambda tenths: tenths / 2),
        agent=st.sampled_from([BROWSER, "", "Mozilla/5.0", "curl/8"]),
        network=st.sampled_from(["", "a", "b"]),
        said=st.sampled_from(list(Actor)),
    ),
    max_size=12,
)


@given(VISITS, st.randoms(use_true_random=False))
def test_the_order_of_reports_does_not_matter(visits: list[Visit], random: object) -> None:
    order = list(range(len(visits)))
    random.shuffle(order)  # type: ignore[attr-defined]
    verdicts = judged(visits, sent_at=SENT)
    shuffled = judged([visits[place] for place in order], sent_at=SENT)
    assert list(shuffled) == [verdicts[place] for place in order]


@given(VISITS)
def test_more_visits_never_make_a_person_of_a_machine(visits: list[Visit]) -> None:
    all_of_them = judged(visits, sent_at=SENT)
    for count in range(len(visits)):
        for before, after in zip(judged(visits[:count], sent_at=SENT), all_of_them, strict=False):
            assert before == after or after is Actor.MACHINE


def evidence(one: Visit) -> set[Evidence]:
    return set(weighed_together([one], sent_at=SENT)[0].evidence)


def test_every_clue_has_a_weight_and_is_said_with_the_verdict() -> None:
    assert set(WEIGHTS) == set(Evidence)
    assert evidence(visit(after=4)) == {Evidence.READER_LIKE, Evidence.TOO_SOON}
    assert evidence(visit(PIXEL, agent="Mozilla/5.0", said=Actor.MACHINE)) == {
        Evidence.PRIVACY_PROXY,
        Evidence.VENDOR_FLAG,
    }
    assert evidence(visit(agent="Mozilla/5.0")) == {Evidence.BARE_NAME}
    assert evidence(visit(PIXEL, agent="YahooMailProxy")) == {Evidence.PICTURE_PROXY}
    assert evidence(visit(agent="", said=Actor.HUMAN)) == {Evidence.NO_AGENT, Evidence.VENDOR_PERSON}
    assert evidence(visit(agent="curl/8")) == {Evidence.PROGRAM_NAME}


def test_a_chance_is_the_sum_of_the_weights() -> None:
    (found,) = weighed_together([visit(after=4)], sent_at=SENT)
    assert found.probability == pytest.approx(1 / (1 + math.exp(-(2.3 - 2.75))), abs=1e-4)
    assert found.evidence == (Evidence.TOO_SOON, Evidence.READER_LIKE)


def test_a_program_that_followed_the_link_nobody_sees_is_known_again_on_its_network() -> None:
    trapped = visit(HONEYPOT, after=90, network="gateway")
    later = visit("1", after=4000, network="gateway")
    elsewhere = visit("1", after=4000, network="home")
    nowhere = visit("1", after=4000)
    found = judged([trapped, later, elsewhere, nowhere], sent_at=SENT)
    assert found == (Actor.MACHINE, Actor.MACHINE, Actor.HUMAN, Actor.HUMAN)


def test_a_trapped_visit_of_an_unknown_network_is_a_machine_and_tells_on_nobody() -> None:
    assert judged([visit(HONEYPOT), visit("1", after=5000)], sent_at=SENT) == (Actor.MACHINE, Actor.HUMAN)


def test_a_scanner_that_takes_its_time_over_the_links_is_found() -> None:
    slow = [visit(str(link), after=60 + 5 * link, network="gateway") for link in range(5)]
    assert judged(slow, sent_at=SENT) == (Actor.MACHINE,) * 5
    assert judged(slow[:4], sent_at=SENT) == (Actor.HUMAN,) * 4
    people = [visit(str(link), after=60 + 5 * link, network=f"home {link}") for link in range(5)]
    assert judged(people, sent_at=SENT) == (Actor.HUMAN,) * 5


def test_the_network_of_a_mail_filter_is_a_clue_and_no_proof() -> None:
    assert verdict(visit(filtered_by="microsoft")) is Actor.UNSURE
    assert verdict(visit(filtered_by="microsoft", after=4)) is Actor.MACHINE


def test_whoever_visits_most_mail_to_a_company_at_once_is_a_machine_there() -> None:
    assert verdict(visit(repeats=True)) is Actor.MACHINE


@pytest.mark.parametrize(
    ("address", "owner"),
    [
        ("40.93.194.23", "microsoft"),
        ("2a01:111:f403::1", "microsoft"),
        ("209.222.82.7", "barracuda"),
        ("203.0.113.9", ""),
        ("fe80::1%eth0", ""),
        ("", ""),
        ("no address", ""),
    ],
)
def test_published_networks_of_mail_filters_are_known(address: str, owner: str) -> None:
    assert mail_filter(address) == owner


AGAINST = [clue for clue, weight in WEIGHTS.items() if weight < 0]
DECIDING = [clue for clue, weight in WEIGHTS.items() if weight <= -9]
CLUES = st.sets(st.sampled_from(Evidence))


@given(CLUES, st.sampled_from(AGAINST))
def test_more_evidence_of_a_machine_never_makes_it_more_of_a_person(clues: set[Evidence], more: Evidence) -> None:
    order = [Actor.MACHINE, Actor.UNSURE, Actor.HUMAN]
    before, after = weighed(clues), weighed(clues | {more})
    assert after.probability <= before.probability
    assert order.index(after.actor) <= order.index(before.actor)


@given(CLUES, st.sampled_from(DECIDING))
def test_what_decides_is_outweighed_by_nothing(clues: set[Evidence], decisive: Evidence) -> None:
    assert weighed(clues | {decisive}).actor is Actor.MACHINE


@given(st.lists(st.sampled_from(Evidence), max_size=20))
def test_clues_count_once_and_in_no_order(clues: list[Evidence]) -> None:
    found = weighed(clues)
    assert found == weighed(reversed(clues)) == weighed(clues * 2)
    assert 0 <= found.probability <= 1


@given(VISITS, st.sampled_from([HONEYPOT, "1", PIXEL]))
def test_a_visit_stored_twice_changes_no_verdict(visits: list[Visit], target: str) -> None:
    once = [*visits, visit(target, network="a")]
    assert weighed_together(once * 2, sent_at=SENT)[: len(once)] == weighed_together(once, sent_at=SENT)
