"""Invitations: an edition for one contact, because of one cause, at the planner's own time."""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from outreach.db.models.ledger import Touch, Withheld
from outreach.db.queries.invitations import Fate, NewInvitation, invite, load_fates, withdraw
from outreach.db.session import Database
from outreach.services.plan_touches import plan_touches
from tests.factories import NOW, a_business, a_campaign, a_contact, an_edition, an_industry

TODAY = NOW.date()


def a_world(db: Database, *, contacts: int = 1) -> tuple[list[int], int]:
    """Contacts that may be written to, and an edition that only who is invited gets."""
    with db.transaction() as session:
        a_business(session)
        an_industry(session)
        people = [a_contact(session) for _ in range(contacts)]
        campaign = a_campaign(session, rule="invited", touch_class="care")
        edition = an_edition(session, campaign_id=campaign, opens_on=date(2026, 1, 1), closes_on=date(2027, 12, 31))
    return people, edition


def an_invitation(contact_id: int, edition_id: int, *, cause: str = "test 1", days: int = 30) -> NewInvitation:
    return NewInvitation(contact_id, edition_id, TODAY, TODAY + timedelta(days=days), cause)


def touches(db: Database) -> list[tuple[int, str]]:
    with db.transaction() as session:
        rows = session.execute(select(Touch.contact_id, Touch.state).order_by(Touch.contact_id, Touch.send_at))
        return [(row.contact_id, row.state) for row in rows]


def send(db: Database, *, looked_at: datetime) -> None:
    """What is planned leaves, and the planner has kept looking since, until then."""
    with db.raw_transaction() as connection:
        connection.execute("UPDATE touches SET state = 'sent', sent_at = %s WHERE state = 'planned'", (NOW,))
        connection.execute("UPDATE rhythms SET look_at = %s", (looked_at,))


def fates(db: Database, people: list[int], *causes: str, now: datetime = NOW) -> list[str]:
    with db.raw_transaction() as connection:
        found = load_fates(connection, [(one, cause) for one in people for cause in causes], now=now)
    return [one.fate.value for one in found]


def test_only_who_is_invited_is_written_to(db: Database) -> None:
    (invited, other), edition = a_world(db, contacts=2)
    with db.raw_transaction() as connection:
        assert invite(connection, [an_invitation(invited, edition)], now=NOW) == 1
    plan_touches(db=db, now=NOW)
    assert touches(db) == [(invited, "planned")]
    assert other not in [contact for contact, _ in touches(db)]


def test_the_same_cause_invites_once(db: Database) -> None:
    people, edition = a_world(db)
    for new in (1, 0):
        with db.raw_transaction() as connection:
            assert invite(connection, [an_invitation(people[0], edition)], now=NOW) == new


def test_a_new_cause_brings_the_same_edition_again(db: Database) -> None:
    people, edition = a_world(db)
    with db.raw_transaction() as connection:
        invite(connection, [an_invitation(people[0], edition, cause="round 1")], now=NOW)
    plan_touches(db=db, now=NOW)
    later = NOW + timedelta(days=42)
    send(db, looked_at=later)
    with db.raw_transaction() as connection:
        new = NewInvitation(people[0], edition, later.date(), later.date() + timedelta(days=30), "round 2")
        invite(connection, [new], now=later)
    plan_touches(db=db, now=later)
    assert touches(db) == [(people[0], "sent"), (people[0], "planned")]
    assert fates(db, people, "round 1", "round 2", now=later) == ["sent", "planned"]


def test_what_is_withdrawn_is_taken_back_with_its_reason(db: Database) -> None:
    people, edition = a_world(db)
    with db.raw_transaction() as connection:
        invite(connection, [an_invitation(people[0], edition)], now=NOW)
    plan_touches(db=db, now=NOW)
    with db.raw_transaction() as connection:
        assert withdraw(connection, [(people[0], "test 1")], why="a booking on 8 September 2026", now=NOW) == 1
    plan_touches(db=db, now=NOW + timedelta(minutes=5))
    assert touches(db) == []
    assert fates(db, people, "test 1") == ["withdrawn"]
    with db.transaction() as session:
        noted = session.scalars(select(Withheld).where(Withheld.reason_code == "taken.back")).one()
    assert noted.reason_numbers["why"] == "a booking on 8 September 2026"


def test_to_withdraw_twice_is_harmless(db: Database) -> None:
    people, edition = a_world(db)
    with db.raw_transaction() as connection:
        invite(connection, [an_invitation(people[0], edition)], now=NOW)
        assert withdraw(connection, [(people[0], "test 1")], why="enough", now=NOW) == 1
        assert withdraw(connection, [(people[0], "test 1")], why="enough", now=NOW) == 0
        assert withdraw(connection, [(people[0], "another")], why="enough", now=NOW) == 0


def test_an_invitation_ends_with_its_last_day(db: Database) -> None:
    people, edition = a_world(db)
    with db.raw_transaction() as connection:
        invite(connection, [an_invitation(people[0], edition, days=0)], now=NOW)
    late = NOW + timedelta(days=3)
    plan_touches(db=db, now=late)
    assert touches(db) == []
    assert fates(db, people, "test 1", now=late) == ["expired"]


def test_an_invitation_waits_for_its_first_day(db: Database) -> None:
    people, edition = a_world(db)
    first = TODAY + timedelta(days=20)
    with db.raw_transaction() as connection:
        invite(connection, [NewInvitation(people[0], edition, first, first + timedelta(days=9), "later")], now=NOW)
    plan_touches(db=db, now=NOW)
    assert touches(db) == []
    assert fates(db, people, "later") == [Fate.OPEN]
    plan_touches(db=db, now=NOW + timedelta(days=20))
    assert touches(db) == [(people[0], "planned")]


def test_a_touch_takes_up_the_invitation_that_ends_first(db: Database) -> None:
    people, edition = a_world(db)
    with db.raw_transaction() as connection:
        for cause, days in (("later", 60), ("sooner", 10)):
            invite(connection, [an_invitation(people[0], edition, cause=cause, days=days)], now=NOW)
    plan_touches(db=db, now=NOW)
    with db.raw_transaction() as connection:
        taken: list[tuple[UUID, str]] = connection.execute(
            "SELECT t.id, v.cause FROM touches t JOIN invitations v ON v.id = t.invitation_id ORDER BY t.id"
        ).fetchall()
    assert [cause for _, cause in taken] == ["sooner"]
