"""Simulated customers are the same people on every machine, and a plausible crowd together."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from outreach.demo.reader_fates import APPLE_PROXY, GATEWAYS, GOOGLE_PROXY, Action, Kind, fate_of_mail, fate_of_text
from outreach.demo.reader_mail import Found
from outreach.domain.engagement import PIXEL, Visit, judged
from outreach.domain.events import Actor
from tests.factories import NOW

FOUND = Found(pictures=("/o/p.gif",), links=("/c/1", "/c/2", "/c/3"), leave="/u/1", hidden=("/c/hidden",))
CROWD = 20_000


def fates() -> Iterator[list[Action]]:
    """What a crowd does with one mail."""
    for number in range(CROWD):
        yield fate_of_mail(FOUND, address=f"a{number}@example.com", subject="Frost", received_at=NOW)


def share_of(count: int) -> float:
    return count / CROWD


def test_the_same_person_does_the_same_with_the_same_mail() -> None:
    def fate() -> list[Action]:
        return fate_of_mail(FOUND, address="anna@example.com", subject="Frost", received_at=NOW)

    assert fate() == fate()


def test_a_crowd_is_plausible() -> None:
    """Every share within a quarter of what the module says it is."""
    done = Counter(
        (action.kind, action.target if action.kind is Kind.REPORT else "") for fate in fates() for action in fate
    )
    leaving = done[Kind.LEAVE, ""] + done[Kind.ONE_CLICK, ""]
    assert 0.98 < share_of(done[Kind.REPORT, "delivered"]) < 1
    assert 0.0045 < share_of(done[Kind.REPORT, "bounced"]) < 0.0075
    assert 0.0075 < share_of(done[Kind.REPORT, "deferred"]) < 0.0125
    assert 0.0004 < share_of(done[Kind.REPORT, "complained"]) < 0.0015
    assert 0.002 < share_of(leaving) < 0.006
    assert done[Kind.LEAVE, ""] > 0 < done[Kind.ONE_CLICK, ""]
    assert 0.06 < share_of(done[Kind.SCAN, ""]) < 0.10


def test_most_people_are_silent_and_some_click() -> None:
    silent = clicking = 0
    for fate in fates():
        later = [action for action in fate if action.due_at > NOW + timedelta(minutes=1) and action.kind is Kind.VISIT]
        silent += not later
        clicking += any(action.target in FOUND.links for action in later)
    assert 0.5 < share_of(silent) < 0.85
    assert 0.06 < share_of(clicking) < 0.14


def test_a_bounced_mail_is_read_by_nobody() -> None:
    bounced = [fate for fate in fates() if any(action.target == "bounced" for action in fate)]
    assert bounced
    assert {len(fate) for fate in bounced} == {1}
    assert {fate[0].data["code"] for fate in bounced} == {"5.1.1", "5.2.2"}


def test_a_gateway_fetches_everything_at_once_even_the_way_off_the_list() -> None:
    scans = [action for fate in fates() for action in fate if action.kind is Kind.SCAN]
    assert {action.target for action in scans} == {"/o/p.gif\n/c/1\n/c/2\n/c/3\n/c/hidden\n/u/1"}
    assert {action.due_at for action in scans} == {NOW}
    assert {action.data["agent"] for action in scans} == set(GATEWAYS)


def test_people_and_machines_are_told_apart_by_the_products_own_rules() -> None:
    """What a demo shows as human was done by a simulated person, and the other way round."""
    for fate in fates():
        visits = [action for action in fate if action.kind is Kind.VISIT]
        seen = [
            Visit(PIXEL if one.target == "/o/p.gif" else one.target, one.due_at, one.due_at, one.data["agent"], "n")
            for one in visits
        ]
        for action, verdict in zip(visits, judged(seen, sent_at=NOW), strict=True):
            proxy = action.data["agent"] in (APPLE_PROXY, GOOGLE_PROXY)
            assert verdict.actor is (Actor.MACHINE if proxy else Actor.HUMAN)


def test_no_simulated_person_follows_a_link_that_no_person_sees() -> None:
    visits = [action for fate in fates() for action in fate if action.kind is Kind.VISIT]
    assert not any(action.target in FOUND.hidden for action in visits)


def test_things_happen_in_the_order_in_which_they_are_listed() -> None:
    for fate in fates():
        assert [action.due_at for action in fate] == sorted(action.due_at for action in fate)


def test_a_mail_without_links_is_followed_by_nobody() -> None:
    bare = Found((), (), "")
    for number in range(2000):
        fate = fate_of_mail(bare, address=f"a{number}@example.com", subject="Frost", received_at=NOW)
        assert all(action.kind is Kind.REPORT for action in fate)


def test_people_answer_texts_with_a_visit_a_reply_or_stop() -> None:
    found = Found((), ("/c/1",), "")
    done: Counter[str] = Counter()
    for number in range(CROWD):
        fate = fate_of_text(found, number=f"+44770{number:07}", words="Sweep?", received_at=NOW)
        done.update(action.target for action in fate)
        assert fate[0].target in ("delivered", "bounced")
    assert share_of(done["delivered"]) > 0.99
    assert 0.08 < share_of(done["/c/1"]) < 0.17
    assert 0.003 < share_of(done["unsubscribed"]) < 0.009
    assert 0.008 < share_of(done["replied"]) < 0.022
