"""Who opened or clicked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.engagement import PIXEL, Visit, judged
from outreach.domain.events import Actor

SENT = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def visit(
    target: str = "1",
    *,
    after: float = 3600,
    agent: str = BROWSER,
    network: str = "",
    said: Actor = Actor.UNSURE,
) -> Visit:
    """A visit so many seconds after sending."""
    at = SENT + timedelta(seconds=after)
    return Visit(target, at=at, arrived=at, user_agent=agent, network=network, said=said)


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
        st.sampled_from([PIXEL, "1", "2", "3", "4"]),
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
