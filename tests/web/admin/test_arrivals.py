"""Groups of messages by how they arrived."""

from dataclasses import replace

from outreach.db.queries.deliverability import ArrivedAt
from outreach.db.session import Database
from outreach.domain.deliverability import Trouble
from outreach.queueing.rq import JobQueue
from outreach.queueing.scratchpad import Scratchpad
from outreach.web.admin.arrivals import SHOWN, by_destination, by_provider, load_groups
from tests.db.test_deliverability import a_message, an_event
from tests.factories import NOW


def a_place(place: str, messages: int, *, provider: str = "smtp", bounced: int = 0) -> ArrivedAt:
    return ArrivedAt("email", provider, place, f"anna@{place}", messages, bounced, 0, 0, 0)


def test_domains_of_one_mailbox_provider_are_one_group() -> None:
    (group,) = by_destination([a_place("gmail.com", 500), a_place("googlemail.com", 40, bounced=40)])
    assert (group.name, group.arrivals.messages, group.arrivals.cases[Trouble.BOUNCE]) == ("google", 540, 40)


def test_the_largest_come_first_and_the_rest_is_one_group() -> None:
    groups = by_destination([a_place(f"d{number}.example", 100 + number) for number in range(SHOWN + 5)])
    assert [group.name for group in groups][:2] == ["d24.example", "d23.example"]
    assert (groups[-1].name, groups[-1].arrivals.messages) == ("", 100 + 101 + 102 + 103 + 104)
    assert len(groups) == SHOWN + 1


def test_providers_and_channels_stand_beside_each_other() -> None:
    texts = replace(a_place("+4474001", 3, provider="twilio"), channel="sms", sample="+447400123456")
    groups = by_provider([texts, a_place("a.example", 5), a_place("a.example", 9, provider="sendgrid")])
    assert [(group.channel, group.name, group.arrivals.messages) for group in groups] == [
        ("email", "sendgrid", 9),
        ("email", "smtp", 5),
        ("sms", "twilio", 3),
    ]


def test_a_month_is_counted_once_in_a_while_and_shorter_stretches_each_time(db: Database, queue: JobQueue) -> None:
    pad = Scratchpad(queue.redis)
    with db.transaction() as session:
        an_event(session, a_message(session), "bounced", bounce="dead")
    month, week = (load_groups(db, pad, days=days, now=NOW) for days in (30, 7))
    assert month == week
    assert month.destinations[0].arrivals.cases[Trouble.BOUNCE] == 1
    with db.transaction() as session:
        a_message(session)
    assert load_groups(db, pad, days=30, now=NOW) == month
    assert load_groups(db, pad, days=7, now=NOW).providers[0].arrivals.messages == 2
    queue.redis.flushall()
    assert load_groups(db, pad, days=30, now=NOW).providers[0].arrivals.messages == 2
