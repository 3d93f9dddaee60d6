"""Services that come round: from signals and contacts to invitations, calls and rest."""

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from outreach.db.models.contacts import Contact
from outreach.db.models.content import Edition, Industry
from outreach.db.models.due_services import HouseholdMember, HouseholdRow, ServiceFact, ServiceRound, ServiceRow
from outreach.db.models.invitations import Invitation
from outreach.db.models.ledger import Task, Touch
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.signals import Signal
from outreach.db.queries.personal_data import load_everything
from outreach.db.queries.task_list import load_open_tasks
from outreach.db.session import Database
from outreach.domain.care.due_services.facts import FactKind
from outreach.domain.content import occasion_words
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.services.erase_contact import erase_contact
from outreach.services.look_after_services import look_after_services
from outreach.services.make_call_tasks import make_call_tasks
from outreach.services.note_service import note_service
from outreach.services.plan_touches import plan_touches
from tests.factories import NOW, OPEN_ALL_WEEK, a_business, a_contact, an_industry
from tests.services.due_services import a_service, a_signal

DAY = timedelta(days=1)
TODAY = NOW.date()
#: Due on 20 September: asked for from 21 August on, so it is well due at NOW.
SWEPT = datetime(2025, 9, 20, 12, tzinfo=UTC)


def a_home(session: Session, **values: Any) -> int:
    """A private contact without a company."""
    return a_contact(session, industry_id=an_industry(session, "households"), **({"company": ""} | values))


def run(db: Database, now: datetime = NOW) -> tuple[int, int, int, int]:
    report = look_after_services(db=db, now=now)
    return report.facts, report.messages, report.calls, report.withdrawn


def invitations(db: Database) -> list[tuple[int, str, date, date, bool]]:
    with db.transaction() as session:
        rows = session.execute(
            select(Invitation, Edition.key).join(Edition, Edition.id == Invitation.edition_id).order_by(Invitation.id)
        )
        return [(one.contact_id, key, one.opens_on, one.closes_on, one.closed_at is None) for one, key in rows]


def words(db: Database) -> list[dict[str, Any]]:
    with db.transaction() as session:
        return list(session.scalars(select(Invitation.words).order_by(Invitation.id)))


def rounds(db: Database) -> list[tuple[str, int, str | None]]:
    with db.transaction() as session:
        rows = session.scalars(select(ServiceRound).order_by(ServiceRound.id))
        return [(one.state, one.attempts, one.ended_as) for one in rows]


def facts(db: Database) -> list[tuple[str, str, date]]:
    with db.transaction() as session:
        rows = session.scalars(select(ServiceFact).order_by(ServiceFact.id))
        return [(one.kind, one.source, one.on_day) for one in rows]


def households(db: Database) -> list[list[int]]:
    """Who lives together."""
    with db.transaction() as session:
        rows = session.execute(select(HouseholdMember.household_id, HouseholdMember.contact_id))
        found: dict[int, list[int]] = {}
        for household_id, contact_id in sorted(tuple(row) for row in rows):
            found.setdefault(household_id, []).append(contact_id)
    return sorted(found.values())


@pytest.fixture
def home(db: Database) -> int:
    """A contact whose chimney was swept last September, in a business with one service."""
    with db.transaction() as session:
        a_business(session)
        a_service(session)
        contact = a_home(session)
        a_signal(session, contact_id=contact, reference="chimney:2025-1", occurred_at=SWEPT)
    return contact


def test_without_services_there_is_nothing_to_do(db: Database) -> None:
    with db.transaction() as session:
        a_home(session)
    assert run(db) == (0, 0, 0, 0)
    assert households(db) == []


def test_who_is_due_is_invited_once(db: Database, home: int) -> None:
    assert run(db) == (1, 1, 0, 0)
    assert run(db) == (0, 0, 0, 0)
    assert invitations(db) == [(home, "first", TODAY, date(2026, 9, 20), True)]
    assert facts(db) == [("done", "signal", date(2025, 9, 20))]
    assert words(db)[0]["services"]["en"] == "the chimney"


def test_a_booking_that_is_imported_later_takes_the_invitation_back(db: Database, home: int) -> None:
    run(db)
    with db.transaction() as session:
        a_signal(session, contact_id=home, kind="booking", reference="chimney:2026-7", occurred_at=NOW - DAY)
    assert run(db, NOW + timedelta(hours=1)) == (1, 0, 0, 1)
    assert [open for *_, open in invitations(db)] == [False]
    assert rounds(db) == [("booked", 0, None)]


def test_a_signal_told_long_ago_is_found_with_the_first_look_of_the_day(db: Database, home: int) -> None:
    run(db)
    with db.transaction() as session:
        signal = a_signal(session, contact_id=home, kind="booking", reference="chimney:2026-7", occurred_at=NOW - DAY)
        session.execute(update(Signal).where(Signal.id == signal).values(recorded_at=NOW - timedelta(days=4000)))
    assert run(db, NOW + timedelta(hours=1))[0] == 0
    assert run(db, NOW + DAY)[0] == 1


@pytest.mark.parametrize(
    ("kind", "reference"),
    [
        ("question", "chimney:1"),
        ("visit", "chimneys:1"),
        ("visit", "chimney"),
        ("visit", "2026-chimney:1"),
        ("visit", ""),
    ],
)
def test_other_signals_say_nothing_of_a_service(db: Database, home: int, kind: str, reference: str) -> None:
    with db.transaction() as session:
        a_signal(session, contact_id=home, kind=kind, reference=reference)
    assert run(db)[:2] == (1, 1)


@pytest.mark.parametrize(
    ("value", "known"),
    [
        ("2026-07-01", 1),
        (" 2026-02-28 ", 1),
        ("2026-02-30", 0),
        ("July", 0),
        ("2027-01-01", 0),
        ("", 0),
        ("0026-01-01", 0),
    ],
)
def test_the_last_time_may_stand_in_a_column(db: Database, value: str, known: int) -> None:
    with db.transaction() as session:
        a_business(session)
        a_service(session, last_attribute="last_visit")
        a_home(session, attributes={"last_visit": value})
    run(db)
    assert len(facts(db)) == known


def test_a_column_that_is_corrected_is_corrected_here(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)
        a_service(session, last_attribute="last_visit")
        contact = a_home(session, attributes={"last_visit": "2026-07-01"})
    run(db)
    for attributes, known in (({"last_visit": "2025-07-01"}, [("done", "attribute", date(2025, 7, 1))]), ({}, [])):
        with db.transaction() as session:
            session.execute(update(Contact).where(Contact.id == contact).values(attributes=attributes))
        run(db, NOW + (2 - len(known)) * DAY)
        assert facts(db) == known


def test_after_the_last_message_somebody_is_to_call_and_a_booking_closes_the_call(db: Database, home: int) -> None:
    with db.transaction() as session:
        session.execute(update(ServiceRow).values(attempts=1, gap_days=3))
    run(db)
    assert run(db, NOW + 3 * DAY) == (0, 0, 1, 0)
    with db.transaction() as session:
        task = session.scalars(select(Task)).one()
    assert sentence(Reason(task.reason_code, task.reason_numbers)) == (
        "The chimney: due on 20 September 2026, and not booked yet; messages about it so far: 1."
    )
    with db.transaction() as session:
        a_signal(session, contact_id=home, kind="booking", reference="chimney:9", occurred_at=NOW + 4 * DAY)
    run(db, NOW + 4 * DAY)
    with db.transaction() as session:
        assert session.scalars(select(Task.outcome)).all() == ["not_needed"]


def test_two_at_once_ask_once(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)
        a_service(session)
        for _ in range(30):
            contact = a_home(session)
            a_signal(session, contact_id=contact, reference="chimney:2025", occurred_at=SWEPT)
    start = Barrier(3)

    def look() -> None:
        start.wait()
        look_after_services(db=db, now=NOW, chunk=4)

    threads = [Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    look_after_services(db=db, now=NOW)
    assert len(invitations(db)) == 30
    assert rounds(db) == [("asked", 1, None)] * 30


def test_a_household_is_who_says_so_who_works_together_or_who_shares_an_address(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)
        a_service(session)
        told = [
            a_home(session, attributes={"household": name}, company=firm) for name, firm in (("7", ""), (" 7 ", "X"))
        ]
        firm = [a_home(session, company=name) for name in ("The Blue  Door", "the blue door")]
        other = a_contact(session, industry_id=an_industry(session, "shops"), company="The Blue Door")
        street = [
            a_home(session, attributes={"address": name, "city": "Cardiff"}) for name in ("1 High St", "1 high st")
        ]
        elsewhere = a_home(session, attributes={"address": "1 High St", "city": "Bangor"})
        alone = a_home(session)
    run(db)
    assert households(db) == sorted([told, firm, [other], street, [elsewhere], [alone]])


def test_one_member_is_asked_for_all(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)
        a_service(session)
        a_service(session, "review", holder="person", position=2, first="at once")
        members = [
            a_home(session, first_name=name, may_email=may, attributes={"household": "7"})
            for name, may in (("Anna", True), ("Bryn", True), ("Carys", False))
        ]
        a_signal(session, contact_id=members[1], kind="question", reference="")
        a_signal(session, contact_id=members[2], kind="question", reference="", occurred_at=NOW + DAY)
    assert run(db) == (0, 1, 0, 0)
    assert [contact for contact, *_ in invitations(db)] == [members[1]]
    assert words(db)[0]["services"]["en"] == "the chimney and the review"
    assert words(db)[0]["people"]["de"] == "Anna und Carys"
    assert rounds(db) == [("asked", 1, None)] * 4


def test_a_place_keeps_its_services_when_somebody_moves(db: Database, home: int) -> None:
    with db.transaction() as session:
        session.execute(update(Contact).where(Contact.id == home).values(attributes={"address": "1 High St"}))
    run(db)
    with db.transaction() as session:
        stays = a_home(session, attributes={"address": "1 High St"})
        session.execute(update(Contact).where(Contact.id == home).values(attributes={"address": "2 Low Rd"}))
    assert run(db, NOW + DAY) == (0, 2, 0, 1)
    assert [(contact, open) for contact, *_, open in invitations(db)] == [(home, False), (stays, True), (home, True)]
    with db.transaction() as session:
        place = session.scalars(select(ServiceFact.household_id)).one()
        assert (
            session.scalars(select(HouseholdMember.household_id).where(HouseholdMember.contact_id == stays)).one()
            == place
        )


def test_a_company_that_is_renamed_takes_its_services_along(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)
        a_service(session)
        people = [a_home(session, company="Blue Door") for _ in range(2)]
        a_signal(session, contact_id=people[0], reference="chimney:1", occurred_at=SWEPT)
    run(db)
    with db.transaction() as session:
        session.execute(update(Contact).values(company="Red Door"))
    assert run(db, NOW + DAY) == (0, 0, 0, 0)
    assert rounds(db) == [("asked", 1, None)]
    with db.transaction() as session:
        assert [key.endswith("red door") for key in session.scalars(select(HouseholdRow.key))] == [True]


def test_who_is_found_to_live_somewhere_takes_what_was_known_along(db: Database, home: int) -> None:
    with db.transaction() as session:
        a_home(session, attributes={"household": "7"})
    run(db)
    with db.transaction() as session:
        session.execute(update(Contact).where(Contact.id == home).values(attributes={"household": "7"}))
    run(db, NOW + DAY)
    with db.transaction() as session:
        where = set(session.scalars(select(ServiceFact.household_id)))
        assert where == set(session.scalars(select(HouseholdMember.household_id)))


def test_a_service_that_the_pack_drops_is_not_asked_for(db: Database, home: int) -> None:
    run(db)
    with db.transaction() as session:
        session.execute(update(ServiceRow).values(active=False))
        session.execute(update(HouseholdRow).values(look_at=NOW))
    assert run(db, NOW + DAY) == (0, 0, 0, 1)
    assert rounds(db) == [("resting", 0, "retired")]


def test_who_does_not_need_it_is_not_asked(db: Database, home: int) -> None:
    with db.transaction() as session:
        session.execute(update(ServiceRow).values(needs={"fireplace": "yes"}, industries=["households"]))
    assert run(db)[1] == 0
    with db.transaction() as session:
        session.execute(update(Contact).values(attributes={"fireplace": "yes"}))
        session.execute(update(HouseholdRow).values(look_at=NOW))
    assert run(db)[1] == 1


def test_facts_that_were_lost_are_read_again_and_nobody_is_asked_twice(db: Database, home: int) -> None:
    run(db)
    with db.transaction() as session:
        session.execute(delete(ServiceFact))
        session.execute(update(HouseholdRow).values(look_at=NOW))
    run(db, NOW + DAY)
    assert len(invitations(db)) == 1


def test_who_is_erased_leaves_the_place_its_services_and_takes_the_rest_along(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)
        a_service(session)
        a_service(session, "review", holder="person", position=2)
        pair = [a_home(session, attributes={"household": "7"}) for _ in range(2)]
        alone = a_home(session, attributes={"address": "1 High St"})
        for contact in (pair[0], alone):
            for service in ("chimney", "review"):
                a_signal(session, contact_id=contact, reference=f"{service}:{contact}", occurred_at=SWEPT)
    run(db)
    with db.raw_transaction() as connection:
        told = load_everything(connection, pair[0])
    assert told is not None
    assert [fact["on_day"] for fact in told["services"]] == ["2025-09-20", "2025-09-20"]
    for contact in (pair[0], alone):
        erase_contact(db=db, contact_id=contact, secret=b"x", now=NOW)
    with db.transaction() as session:
        left = session.execute(select(ServiceFact.contact_id, ServiceFact.signal_id, ServiceRow.key).join(ServiceRow))
        assert [tuple(row) for row in left] == [(None, None, "chimney")]
        assert list(session.scalars(select(HouseholdRow.key).order_by(HouseholdRow.id))) == ["household 7"]
        assert session.scalars(select(HouseholdMember.contact_id)).all() == [pair[1]]
    assert run(db, NOW + DAY)[0] == 0
    assert households(db) == [[pair[1]]]


def test_a_household_made_for_a_note_of_staff_is_the_one_that_is_gathered(db: Database, home: int) -> None:
    with db.transaction() as session:
        service = session.scalars(select(ServiceRow.id)).one()
    note = {"db": db, "contact_id": home, "service_id": service, "staff": "mair@hearth.example", "now": NOW}
    assert note_service(kind=FactKind.DONE, on=TODAY, **note)
    assert note_service(kind=FactKind.DONE, on=TODAY, **note) is None
    assert note_service(kind=FactKind.DONE, on=TODAY, **(note | {"service_id": 4711})) is None
    assert note_service(kind=FactKind.DONE, on=TODAY, **(note | {"contact_id": 4711})) is None
    assert run(db)[1] == 0
    assert households(db) == [[home]]


def test_a_letter_about_something_else_closes_no_call_about_a_service(db: Database, home: int) -> None:
    with db.transaction() as session:
        session.execute(update(ServiceRow).values(attempts=1, gap_days=3))
    run(db)
    run(db, NOW + 3 * DAY)
    with db.transaction() as session:
        session.execute(update(Rhythm).values(last_touch_at=NOW + 4 * DAY))
    make_call_tasks(db=db, now=NOW + 5 * DAY)
    with db.raw_transaction() as connection:
        assert [line.contact_id for line in load_open_tasks(connection, now=NOW + 5 * DAY, limit=9)] == [home]


def test_what_is_sent_says_what_is_due_in_the_language_of_the_reader(db: Database, home: int) -> None:
    """The whole way: an invitation, the planner, a touch that names it."""
    with db.transaction() as session:
        session.execute(update(Industry).values(calendar=OPEN_ALL_WEEK))
    run(db)
    plan_touches(db=db, now=NOW)
    with db.transaction() as session:
        touch = session.scalars(select(Touch)).one()
        invitation = session.scalars(select(Invitation)).one()
    assert (touch.contact_id, touch.invitation_id) == (home, invitation.id)
    assert occasion_words(invitation.words, "de", "en") == {"services": "chimney (de)"}


def test_a_call_that_ended_in_a_booking_books_what_it_was_about(db: Database, home: int) -> None:
    with db.transaction() as session:
        session.execute(update(ServiceRow).values(attempts=1, gap_days=3))
    run(db)
    run(db, NOW + 3 * DAY)
    with db.transaction() as session:
        closed = {"closed_at": NOW + 3 * DAY, "outcome": "booked", "closed_by": "mair@hearth.example"}
        session.execute(update(Task).values(**closed))
    assert run(db, NOW + 3 * DAY + timedelta(hours=1))[0] == 1
    assert run(db, NOW + 3 * DAY + timedelta(hours=2))[0] == 0
    assert rounds(db) == [("booked", 1, None)]
