"""A storm of events, many of them twice and none in order, ends where a plain reading of the same events ends."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from uuid import UUID, uuid4

from sqlalchemy import select

from outreach.db.models.contacts import Contact, Suppression
from outreach.db.models.ledger import Touch
from outreach.db.queries.events import store_raw_batch
from outreach.db.session import Database
from outreach.providers.mailbox.webhook import MailboxReports
from outreach.services.apply_events import apply_events
from tests.factories import NOW, a_campaign, a_contact, a_sent_touch, an_edition

READERS = {"mailbox": MailboxReports(b"a secret of a test")}
EVENTS = 3_000
DOUBLED = 0.3
THREADS = 4
BATCH = 50
#: What is reported, and how often of a hundred times.
WORDS = {
    "delivered": 40,
    "deferred": 16,
    "bounced": 20,
    "replied": 8,
    "riddle": 10,
    "unsubscribed": 4,
    "complained": 2,
}
CODES = {"5.1.1": 2, "5.2.2": 50, "5.7.1": 20, "4.4.7": 20, "": 8}
STRENGTH = ("", "unsubscribed", "bounced", "complained")


@dataclass(frozen=True)
class Report:
    """What a provider says about a message."""

    touch_id: UUID
    word: str
    code: str
    day: int
    name: str

    def item(self) -> dict[str, object]:
        at = NOW - timedelta(days=40 - self.day)
        told = {"event": self.word, "message_id": str(self.touch_id), "timestamp": int(at.timestamp()), "id": self.name}
        return told | ({"code": self.code} if self.code else {})


def messages(db: Database) -> dict[UUID, str]:
    """Three messages to each of two hundred addresses; by id, the address."""
    found = {}
    with db.transaction() as session:
        editions = [an_edition(session, campaign_id=a_campaign(session)) for _ in range(3)]
        for number in range(200):
            contact_id = a_contact(session, email=f"a{number}@example.com", phone="")
            for edition_id in editions:
                sent_at = NOW - timedelta(days=40)
                touch_id = a_sent_touch(session, contact_id=contact_id, edition_id=edition_id, sent_at=sent_at)
                found[touch_id] = f"a{number}@example.com"
    return found


def storm(touches: Sequence[UUID], random: Random) -> list[Report]:
    """Distinct reports; some about messages that are not ours."""
    known = [*touches, uuid4()]
    words, codes = list(WORDS), list(CODES)
    return [
        Report(
            random.choice(known),
            random.choices(words, list(WORDS.values()))[0],
            random.choices(codes, list(CODES.values()))[0],
            random.randrange(40),
            f"report {number}",
        )
        for number in range(EVENTS)
    ]


def blow(db: Database, reports: Sequence[Report], random: Random) -> None:
    """Lets all of it arrive, three tenths twice, in no order, on several threads that also apply."""
    drops = [*reports, *random.sample(list(reports), int(len(reports) * DOUBLED))]
    random.shuffle(drops)
    batches = [drops[start : start + BATCH] for start in range(0, len(drops), BATCH)]

    def work(share: Sequence[Sequence[Report]]) -> None:
        for batch in share:
            with db.raw_transaction() as connection:
                body = json.dumps([one.item() for one in batch]).encode()
                store_raw_batch(connection, source="mailbox", body=body, received_at=NOW)
            apply_events(db=db, readers=READERS, now=NOW, limit=3)
        apply_events(db=db, readers=READERS, now=NOW)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, [batches[place::THREADS] for place in range(THREADS)]))
    apply_events(db=db, readers=READERS, now=NOW)


def worn_out(soft: Sequence[tuple[int, UUID]]) -> bool:
    """Whether some window of thirty days holds three messages on three days, by trying every window."""
    for first, _ in soft:
        window = [(day, touch_id) for day, touch_id in soft if first <= day <= first + 30]
        if len({day for day, _ in window}) >= 3 and len({touch_id for _, touch_id in window}) >= 3:
            return True
    return False


def expected(reports: Sequence[Report], addresses: dict[UUID, str]) -> tuple[dict[UUID, str], dict[str, str]]:
    """The state of each message and the reason for each suppressed address, read plainly."""
    states = dict.fromkeys(addresses, "sent")
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    soft: defaultdict[str, list[tuple[int, UUID]]] = defaultdict(list)
    for one in reports:
        address = addresses.get(one.touch_id)
        if address is None:
            continue
        if one.word == "bounced":
            states[one.touch_id] = "failed"
            if one.code == "5.1.1":
                reasons[address].append("bounced")
            elif one.code != "5.7.1":
                soft[address].append((one.day, one.touch_id))
        elif one.word in ("complained", "unsubscribed"):
            reasons[address].append(one.word)
    for address, bounces in soft.items():
        if worn_out(bounces):
            reasons[address].append("bounced")
    return states, {address: max(found, key=STRENGTH.index) for address, found in reasons.items()}


def rows(db: Database) -> Counter[str]:
    """Every row with the transaction that wrote it last."""
    tables = ("touches", "events", "suppressions", "contacts", "rhythms", "consent_records", "cadence_changes")
    with db.raw_transaction() as connection:
        return Counter(
            f"{table} {row[0]} {row[1]}"
            for table in tables
            for row in connection.execute(f"SELECT t.xmin::text, md5(t::text) FROM {table} t")
        )


def test_a_storm_ends_where_a_plain_reading_ends_and_a_second_one_changes_no_row(db: Database) -> None:
    random = Random(7)
    addresses = messages(db)
    reports = storm(list(addresses), random)
    blow(db, reports, random)
    states, reasons = expected(reports, addresses)
    with db.transaction() as session:
        assert dict(map(tuple, session.execute(select(Touch.id, Touch.state)))) == states
        assert dict(map(tuple, session.execute(select(Suppression.address, Suppression.reason)))) == reasons
        may = dict(map(tuple, session.execute(select(Contact.email, Contact.may_email))))
    assert may == {address: address not in reasons for address in addresses.values()}
    assert set(reasons.values()) == set(STRENGTH[1:])
    assert len(reasons) < 200
    before = rows(db)
    assert sum(key.startswith("events ") for key in before.elements()) == EVENTS
    blow(db, reports, random)
    assert rows(db) == before
