"""What went wrong for many at once: set work, once each, and taken back as far as nobody has touched it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from outreach.db.models.contacts import Contact
from outreach.db.models.ledger import Task, Touch
from outreach.db.models.recovery import CaseBatchContact, CaseNote, RecoveryCase
from outreach.db.models.rhythm import Rhythm
from outreach.db.session import Database
from outreach.domain.errors import BadInput
from outreach.queueing.jobs import Job
from outreach.services.apologise import apologise
from outreach.services.confirm_batch import confirm_batch
from outreach.services.draft_batch import MOST, draft_batch
from outreach.services.erase_contact import erase_contact
from outreach.services.open_case import open_case
from outreach.services.open_cases import CHUNK, open_cases
from outreach.services.take_back_batch import take_back_batch
from outreach.services.watch_cases import watch_cases
from tests.factories import NOW, a_business, a_campaign, a_contact, a_content, a_touch, an_edition, an_industry

STAFF = "mair@hearth.example"


class Bell:
    """Counts wake-ups."""

    def __init__(self) -> None:
        self.rung: list[Job] = []

    def wake(self, job: Job, times: int = 1) -> None:
        self.rung += [job] * times


def drafted(db: Database, *numbers: str, title: str = "Delivery of 3 March") -> int:
    return draft_batch(db=db, title=title, words="It came a week late.", external_ids=numbers, by=STAFF, now=NOW).id


def confirmed(db: Database, *numbers: str, title: str = "Delivery of 3 March") -> int:
    batch = drafted(db, *numbers, title=title)
    assert confirm_batch(db=db, queue=Bell(), batch_id=batch, by=STAFF, now=NOW)
    return batch


def counted(db: Database, what: type) -> int:
    with db.transaction() as session:
        return session.scalar(select(func.count()).select_from(what)) or 0


def test_a_confirmed_batch_wakes_a_worker_and_opens_each_case_once(db: Database) -> None:
    with db.transaction() as session:
        for number in range(3):
            a_touch(session, contact_id=a_contact(session, external_id=f"B-{number}"))
    batch = drafted(db, "B-0", "B-1", "B-2")
    bell = Bell()
    assert confirm_batch(db=db, queue=bell, batch_id=batch, by=STAFF, now=NOW)
    assert not confirm_batch(db=db, queue=bell, batch_id=batch, by=STAFF, now=NOW)
    assert bell.rung == [Job.OPEN_CASES] * 2
    assert (open_cases(db=db, now=NOW).opened, open_cases(db=db, now=NOW).opened) == (3, 0)
    with db.transaction() as session:
        case = session.scalars(select(RecoveryCase).order_by(RecoveryCase.id)).first()
        assert case is not None
        assert (case.source, case.words) == ("batch", "Delivery of 3 March: It came a week late.")
    assert (counted(db, Touch), counted(db, Task)) == (0, 0)


def test_who_has_a_case_of_its_own_keeps_it_with_a_line_more(db: Database) -> None:
    with db.transaction() as session:
        contact = a_contact(session, external_id="B-0")
    open_case(db=db, contact_id=contact, words="It drips.", by=STAFF, now=NOW)
    batch = confirmed(db, "B-0")
    assert open_cases(db=db, now=NOW).joined == 1
    assert (counted(db, RecoveryCase), counted(db, CaseNote)) == (1, 2)
    take_back_batch(db=db, batch_id=batch, by=STAFF, now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(RecoveryCase.state)).all() == ["open"]


def test_only_who_said_something_of_a_batch_is_called_when_it_waits_too_long(db: Database) -> None:
    with db.transaction() as session:
        speaks, _ = (a_contact(session, external_id=name) for name in ("B-0", "B-1"))
    confirmed(db, "B-0", "B-1")
    open_cases(db=db, now=NOW)
    open_case(db=db, contact_id=speaks, words="I want an answer.", by=STAFF, now=NOW)
    assert watch_cases(db=db, now=NOW + timedelta(days=30)).escalated == 2
    with db.transaction() as session:
        calls = session.execute(select(Task.contact_id, Task.reason_code)).all()
        assert [tuple(call) for call in calls] == [(speaks, "call.escalated")]


def test_a_draft_of_the_same_title_replaces_the_one_before(db: Database) -> None:
    with db.transaction() as session:
        for number in range(2):
            a_contact(session, external_id=f"B-{number}")
    assert drafted(db, "B-0", "B-1") == drafted(db, "B-1", title="delivery of  3 March")
    assert counted(db, CaseBatchContact) == 1


def test_too_many_at_once_are_refused(db: Database) -> None:
    with pytest.raises(BadInput, match=f"Bring at most {MOST:,} at once"):
        drafted(db, *(f"B-{number}" for number in range(MOST + 1)))


def test_erased_customers_are_of_no_batch(db: Database) -> None:
    with db.transaction() as session:
        gone, stays = (a_contact(session, external_id=name) for name in ("B-0", "B-1"))
    confirmed(db, "B-0", "B-1")
    erase_contact(db=db, contact_id=gone, secret=b"secret", now=NOW)
    open_cases(db=db, now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(RecoveryCase.contact_id)).all() == [stays]
    again = draft_batch(db=db, title="x", words="y", external_ids=[f"erased {gone}", "B-1"], by=STAFF, now=NOW)
    assert (again.contacts, again.unknown) == (1, (f"erased {gone}",))


def test_a_batch_larger_than_a_chunk_is_opened_whole_and_apologised_to(db: Database) -> None:
    """Some thousands, so that several chunks are needed; the statements are the same for fifty thousand."""
    people = CHUNK * 2 + 500
    with db.transaction() as session:
        a_business(session)
        industry = an_industry(session)
        values = {"industry_id": industry, "language": "en", "time_zone": "Europe/London", "country": "GB"}
        plain = values | {"phone": "", "first_name": "", "last_name": "", "company": "", "may_email": True}
        rows = [
            plain | {"external_id": f"M-{n}", "email": f"m{n}@example.com", "created_at": NOW, "updated_at": NOW}
            for n in range(people)
        ]
        ids = session.scalars(insert(Contact).returning(Contact.id), rows).all()
        rhythm = {"gap": 14.0, "started_at": NOW, "next_due_at": NOW, "look_at": NOW + timedelta(days=5)}
        session.execute(insert(Rhythm), [rhythm | _quiet(one) for one in ids])
        edition = an_edition(session, campaign_id=a_campaign(session, touch_class="recovery", rule="invited"))
        a_content(session, edition_id=edition)
    batch = confirmed(db, *(f"M-{n}" for n in range(people)))
    assert open_cases(db=db, now=NOW).opened == people
    done = apologise(
        db=db, edition_id=edition, signer="Mair", words={"en": "We came late."}, by=STAFF, batch_id=batch, now=NOW
    )
    assert (done.invited, done.unreachable) == (people, 0)
    with db.transaction() as session:
        assert session.scalars(select(Rhythm.look_at).distinct()).all() == [NOW]
    assert take_back_batch(db=db, batch_id=batch, by=STAFF, now=NOW) == people


def _quiet(contact_id: int) -> dict[str, object]:
    return {"contact_id": contact_id, "waiting_code": "", "updated_at": NOW}
