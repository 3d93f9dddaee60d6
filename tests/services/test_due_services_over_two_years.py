"""Two years of services in some forty lives, on the real database with the real planner and a clock of their own.

The oracle knows nothing of rounds: it reads what was sent and who was to be called, and holds that against what the
customers did, by day, place and the edges of the seasons.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import text

from outreach.db.queries.touch_clock import reset_clock
from outreach.db.session import Database
from outreach.services.look_after_services import look_after_services
from outreach.services.plan_touches import plan_touches
from tests.factories import OPEN_ALL_WEEK, a_business, a_contact, an_industry
from tests.services.due_services import a_service

DAY = timedelta(days=1)
BEGIN, END = date(2026, 1, 1), date(2027, 12, 31)
INTERVAL = timedelta(days=365)
LEAD, JOINS, ATTEMPTS = timedelta(days=30), timedelta(days=30), 3
#: So long may what is due in its season be left before anybody brings it up: two pauses of another message, and slots.
PATIENCE = 40 * DAY


@dataclass(frozen=True)
class Kind:
    """A service as the oracle sees it: first and last day of its season by month and day, and whose it is."""

    key: str
    opens: str
    closes: str
    of_person: bool = False

    def is_open(self, day: date) -> bool:
        today = day.strftime("%m-%d")
        if self.opens <= self.closes:
            return self.opens <= today <= self.closes
        return today >= self.opens or today <= self.closes


KINDS = (
    Kind("chimney", "06-01", "09-20"),
    Kind("boiler", "08-15", "10-31"),
    Kind("wood", "11-20", "02-10"),
    Kind("review", "01-10", "04-15", of_person=True),
)


@dataclass
class Town:
    """Who lives where, and what became known of which service on which day."""

    homes: dict[int, str] = field(default_factory=dict)
    known: dict[tuple[str, str], list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))
    lived: dict[int, list[tuple[date, str]]] = field(default_factory=lambda: defaultdict(list))

    def settle(self, contact: int, home: str, day: date) -> None:
        self.homes[contact] = home
        self.lived[contact].append((day, home))

    def whose(self, kind: Kind, contact: int) -> str:
        return f"person {contact}" if kind.of_person else self.homes[contact]

    def whose_on(self, kind: Kind, contact: int, day: date) -> set[str]:
        """Of whom a message to a contact may have spoken: of anybody in the house where it lived."""
        home = [name for since, name in self.lived[contact] if since <= day][-1]
        if not kind.of_person:
            return {home}
        return {
            f"person {one}" for one in self.lived if [name for at, name in self.lived[one] if at <= day][-1] == home
        }


def a_town(db: Database, chance: random.Random) -> Town:
    town = Town()
    with db.transaction() as session:
        a_business(session)
        for place, kind in enumerate(KINDS, start=1):
            a_service(
                session,
                kind.key,
                position=place,
                season={"from": kind.opens, "to": kind.closes},
                holder="person" if kind.of_person else "place",
            )
        industry = an_industry(session, "households", calendar=OPEN_ALL_WEEK)
        for number in range(38):
            home = f"house {number % 22}"
            contact = a_contact(
                session,
                industry_id=industry,
                company="",
                attributes={"household": home},
                customer_since=date(2024, 6, 1),
                may_email=chance.random() < 0.9,
                first_name=f"Anna{number}",
            )
            town.settle(contact, home, BEGIN - DAY)
    return town


@dataclass
class Year:
    """The days as they go by; `post` holds what will be told on a later day."""

    db: Database
    town: Town
    chance: random.Random
    post: list[tuple[date, int, Kind, str, date]] = field(default_factory=list)
    told: int = 0
    calls: list[tuple[date, int, str, bool]] = field(default_factory=list)
    noted: set[tuple[int, str]] = field(default_factory=set)

    def live(self) -> None:
        day = BEGIN
        while day <= END:
            self._move(day)
            self._customers_act(day)
            now = datetime.combine(day, time(5), UTC)
            if look_after_services(db=self.db, now=now).calls:
                self._note_calls(day)
            plan_touches(db=self.db, now=now)
            self._send(day)
            day += DAY

    def _note_calls(self, day: date) -> None:
        """What the phone list says today and did not say before."""
        with self.db.raw_transaction() as connection:
            listed = connection.execute(
                "SELECT id, contact_id, reason_numbers->>'services' FROM tasks WHERE closed_at IS NULL ORDER BY id"
            ).fetchall()
        self.calls += [(day, contact, words, False) for id_, contact, words in listed if (id_, words) not in self.noted]
        self.noted |= {(id_, words) for id_, _, words in listed}

    def _move(self, day: date) -> None:
        if self.chance.random() < 0.01:
            contact, home = self.chance.choice(list(self.town.homes)), f"house {self.chance.randrange(30)}"
            self.town.settle(contact, home, day)
            with self.db.raw_transaction() as connection:
                connection.execute(
                    "UPDATE contacts SET attributes = jsonb_build_object('household', %s::text) WHERE id = %s",
                    (home, contact),
                )

    def _customers_act(self, day: date) -> None:
        if self.chance.random() < 0.06:
            self.books(self.chance.choice(list(self.town.homes)), self.chance.choice(KINDS), day)
        due = [one for one in self.post if one[0] <= day]
        self.post = [one for one in self.post if one[0] > day]
        with self.db.raw_transaction() as connection:
            for _, contact, kind, signal, on in due:
                self.told += 1
                connection.execute(
                    "INSERT INTO signals (contact_id, kind, occurred_at, reference) VALUES (%s, %s, %s, %s)",
                    (contact, signal, datetime.combine(on, time(12), UTC), f"{kind.key}:{self.told}"),
                )
                self.town.known[kind.key, self.town.whose(kind, contact)].append((day, on))
            if self.chance.random() < 0.3:
                connection.execute("UPDATE tasks SET closed_at = made_at, outcome = 'reached' WHERE closed_at IS NULL")

    def books(self, contact: int, kind: Kind, day: date) -> None:
        """A booking that is told at once, days or weeks later, and most times a visit after it."""
        self.post.append((day + self.chance.choice([0, 0, 1, 6, 30]) * DAY, contact, kind, "booking", day))
        if self.chance.random() < 0.7:
            visit = day + self.chance.randrange(2, 25) * DAY
            self.post.append((visit + self.chance.choice([0, 1, 20]) * DAY, contact, kind, "visit", visit))

    def _send(self, day: date) -> None:
        """What is planned for the day leaves; some people book because of it."""
        with self.db.raw_transaction() as connection:
            left = connection.execute(
                """
                UPDATE touches t SET state = 'sent', sent_at = send_at FROM invitations v
                WHERE v.id = t.invitation_id AND t.state = 'planned' AND t.send_at < %s
                RETURNING t.contact_id, t.sent_at, v.words->'services'->>'en'
                """,
                (datetime.combine(day + DAY, time(5), UTC),),
            ).fetchall()
            at = {contact: sent_at for contact, sent_at, _ in left}
            if at:
                reset_clock(connection, at, now=max(at.values()))
        for contact, _, words in sorted(left):
            if self.chance.random() < 0.25:
                kind = self.chance.choice([kind for kind in KINDS if kind.key in words])
                self.books(contact, kind, day + self.chance.randrange(1, 5) * DAY)


def written(db: Database) -> list[tuple[date, int, str, bool]]:
    """What was written to whom about which services: day, contact, words, and that it was a message."""
    with db.transaction() as session:
        rows = session.execute(
            text(
                """
                SELECT t.sent_at, t.contact_id, v.words->'services'->>'en'
                FROM touches t JOIN invitations v ON v.id = t.invitation_id WHERE t.state = 'sent'
                ORDER BY 1, 2
                """
            )
        )
        return [(at.date(), contact, words, True) for at, contact, words in rows]


def test_for_two_years_nothing_is_forgotten_and_nobody_is_pestered(db: Database) -> None:
    chance = random.Random(1742)
    year = Year(db, a_town(db, chance), chance)
    year.live()
    about: dict[tuple[str, str], list[tuple[date, bool]]] = defaultdict(list)
    heard = [*written(db), *year.calls]
    for day, contact, words, by_mail in heard:
        for kind in (kind for kind in KINDS if kind.key in words):
            assert kind.is_open(day), (kind.key, day)
            holders = year.town.whose_on(kind, contact, day)
            for whose in holders:
                about[kind.key, whose].append((day, by_mail))
            # Of a service of persons one of the house may have been meant; of a place there is one holder.
            assert any(not served_lately(year.town, kind, whose, day) for whose in holders), (kind.key, contact, day)
    mails = sum(by_mail for *_, by_mail in heard)
    assert mails > 200
    assert len(heard) - mails > 20
    assert forgotten(year.town, about) == []
    assert pestered(about) == []


def served_lately(town: Town, kind: Kind, whose: str, day: date) -> bool:
    """Whether we knew before the day that it was booked or done too lately to speak of it again."""
    latest = max((on for told, on in town.known[kind.key, whose] if told < day), default=date.min)
    return latest > day - (INTERVAL - LEAD - JOINS)


def forgotten(town: Town, about: dict[tuple[str, str], list[tuple[date, bool]]]) -> list[tuple[str, str, date]]:
    """What was due in its season for long, and nobody had brought it up within a year."""
    found = []
    for kind in KINDS:
        for whose in {town.whose(kind, contact) for contact in town.homes}:
            since, day = None, BEGIN
            while day <= END:
                known = town.known[kind.key, whose]
                latest = max((on for told, on in known if told <= day), default=date.min + INTERVAL)
                is_due = kind.is_open(day) and latest + INTERVAL - LEAD <= day and lived_in(town, kind, whose, day)
                since = (since or day) if is_due else None
                if since and day - since >= PATIENCE:
                    spoken = [on for on, _ in about[kind.key, whose] if day - INTERVAL - JOINS < on <= day]
                    if not spoken:
                        found.append((kind.key, whose, day))
                        break
                day += DAY
    return found


def lived_in(town: Town, kind: Kind, whose: str, day: date) -> bool:
    """Whether anybody was there, and had been for a while."""
    if kind.of_person:
        return True
    return any(
        [name for since, name in stays if since <= on][-1:] == [whose]
        for stays in town.lived.values()
        for on in (day - DAY,)
    )


def pestered(about: dict[tuple[str, str], list[tuple[date, bool]]]) -> list[tuple[str, str, date]]:
    """Places that were written to about one service more often than the attempts, within half a year."""
    found = []
    for (key, whose), times in about.items():
        if whose.startswith("person"):
            continue
        mails = sorted(day for day, by_mail in times if by_mail)
        for place, day in enumerate(mails[ATTEMPTS:]):
            if day - mails[place] < timedelta(days=180):
                found.append((key, whose, day))
    return found
