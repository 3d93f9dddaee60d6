"""What staff make of journeys: new versions, earlier ones again, contacts taken out."""

from collections.abc import Callable

import pytest

from outreach.db.queries.journeys import JourneyLine, load_journey, load_versions
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.intake.journeys import written_journey
from outreach.services.advance_journeys import advance_journeys
from outreach.services.save_journey import restore_journey, save_journey
from outreach.services.take_out_of_journey import take_out_of_journey
from tests.factories import NOW
from tests.services.test_advance_journeys import contact, days, declare, invitations, standing, told

BY = "mair@hearth.example"
__all__ = ["contact"]


@pytest.fixture
def save(db: Database, contact: int) -> Callable[..., bool]:
    """Saves the welcome with one thing replaced by another."""
    declare(db)

    def run(old: str, new: str, seen: int = 1) -> bool:
        text = written_journey(journey(db).definition).replace(old, new)
        return save_journey(db=db, key="welcome", text=text, seen=seen, by=BY, now=NOW)

    return run


def journey(db: Database) -> JourneyLine:
    with db.raw_transaction() as connection:
        found = load_journey(connection, "welcome")
    assert found
    return found


def test_a_change_is_a_version_and_the_same_again_is_none(db: Database, save: Callable[..., bool]) -> None:
    assert save("wait: 7", "wait: 3 weeks")
    assert not save("wait: 21", "wait: 21", seen=2)
    with db.raw_transaction() as connection:
        versions = [(one.version, one.source) for one in load_versions(connection, journey(db).id)]
    assert versions == [(2, BY), (1, "pack")]
    assert journey(db).edited_at == NOW


def test_what_cannot_be_gone_is_refused_and_nothing_is_kept(db: Database, save: Callable[..., bool]) -> None:
    with pytest.raises(BadInput, match=r"line \d+, steps\[0\].send: 'welcome/none': there is no such edition"):
        save("welcome/hello", "welcome/none")
    assert journey(db).version == 1


def test_two_writers_do_not_overwrite_each_other(db: Database, save: Callable[..., bool]) -> None:
    assert save("wait: 7", "wait: 8")
    with pytest.raises(BadInput, match="somebody else has saved it meanwhile"):
        save("wait: 8", "wait: 9", seen=1)
    assert journey(db).version == 2


def test_an_earlier_version_comes_back_as_the_newest(db: Database, save: Callable[..., bool]) -> None:
    before = journey(db).definition
    save("wait: 7", "wait: 8")
    assert restore_journey(db=db, key="welcome", version=1, by=BY, now=NOW)
    assert (journey(db).version, journey(db).definition) == (3, before)
    assert not restore_journey(db=db, key="welcome", version=1, by=BY, now=NOW)
    assert not restore_journey(db=db, key="welcome", version=9, by=BY, now=NOW)


def test_a_version_whose_campaign_stopped_does_not_come_back(db: Database, save: Callable[..., bool]) -> None:
    save("wait: 7", "wait: 8")
    with db.raw_transaction() as connection:
        connection.execute("UPDATE campaigns SET active = false")
    with pytest.raises(BadInput, match="there is no such edition"):
        restore_journey(db=db, key="welcome", version=1, by=BY, now=NOW)


def test_staff_take_a_contact_out_once_and_what_was_asked_for_is_taken_back(db: Database, contact: int) -> None:
    declare(db)
    told(db, contact, "purchase", days(-1))
    advance_journeys(db=db, now=NOW)
    for done in (True, False):
        assert take_out_of_journey(db=db, contact_id=contact, enrolment_id=1, by=BY, now=NOW) is done
    assert standing(db) == [("over", "hello", "taken_out")]
    assert invitations(db) == [("journey 1/1", False)]
    assert not take_out_of_journey(db=db, contact_id=contact + 1, enrolment_id=1, by=BY, now=NOW)
