"""A customer who reports a problem has a case until somebody has put it right."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from outreach.db.models.contacts import Contact
from outreach.db.models.content import Business
from outreach.db.models.ledger import Attempt, Task, Touch, Withheld
from outreach.db.models.recovery import CaseNote, RecoveryCase
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.signals import Signal
from outreach.db.models.writing import GivenAnswer
from outreach.db.queries.personal_data import load_everything
from outreach.db.queries.recovery import NewReport, land_reports
from outreach.db.session import Database
from outreach.domain.care.recovery import (
    FRESH,
    REOPENS_WITHIN,
    Case,
    CaseEnding,
    CaseMove,
    CaseSource,
    CaseState,
    CaseStep,
    Landing,
)
from outreach.domain.errors import BadInput
from outreach.rendering.renderer import Renderer
from outreach.services.deliver_chunk import Delivered, deliver_chunk
from outreach.services.erase_contact import erase_contact
from outreach.services.explain_contact import explain_contact
from outreach.services.move_case import move_case
from outreach.services.open_case import open_case
from outreach.services.open_cases import open_cases
from outreach.services.plan_touches import plan_touches
from outreach.services.report_problem import LONGEST, report_problem
from outreach.services.watch_cases import watch_cases
from tests.factories import (
    NOW,
    OPEN_ALL_WEEK,
    a_business,
    a_campaign,
    a_contact,
    a_content,
    a_sent_touch,
    a_touch,
    an_edition,
    an_industry,
)
from tests.services.test_deliver_chunk import FakeWire, renderer, touches

__all__ = ["renderer", "touches"]

STAFF = "mair@hearth.example"


@pytest.fixture
def let_down(db: Database, touches: list[object]) -> int:
    """A contact with a due message, who wrote that something is wrong."""
    with db.transaction() as session:
        touch = session.scalars(select(Touch).order_by(Touch.contact_id)).first()
        assert touch is not None
        contact = touch.contact_id
        about = a_sent_touch(session, contact_id=contact, sent_at=NOW - timedelta(days=7))
    for _ in range(2):
        assert report_problem(db=db, touch_id=about, words="The valve still drips.", now=NOW)
    return contact


def deliver(db: Database, renderer: Renderer, wire: FakeWire | None = None) -> Delivered:
    return deliver_chunk(db=db, provider=wire or FakeWire(), renderer_for=lambda _: renderer, now=NOW)


def the_case(db: Database) -> RecoveryCase:
    with db.transaction() as session:
        return session.scalars(select(RecoveryCase)).one()


def move(db: Database, step: CaseStep, *, now: Any = NOW, **values: Any) -> Case | None:
    made = CaseMove(step, **({"by": STAFF, "words": "A new valve was fitted."} | values))
    return move_case(db=db, case_id=the_case(db).id, move=made, now=now)


def close(db: Database, **values: Any) -> Case | None:
    return move(db, CaseStep.CLOSE, **({"ending": CaseEnding.MENDED} | values))


def story(db: Database) -> list[tuple[str, str]]:
    with db.transaction() as session:
        notes = session.scalars(select(CaseNote).order_by(CaseNote.id)).all()
        return [(note.step, note.words) for note in notes]


def test_the_same_report_opens_one_case_in_the_customers_words(db: Database, let_down: int) -> None:
    case = the_case(db)
    assert (case.contact_id, case.words, case.source, case.state) == (
        let_down,
        "The valve still drips.",
        "page",
        "open",
    )
    assert story(db) == [("report", "The valve still drips.")]
    with db.transaction() as session:
        task = session.scalars(select(Task)).one()
        assert (task.reason_code, task.reason_numbers["why"]) == ("call.problem", "The valve still drips.")
        assert session.scalars(select(Signal.kind)).all() == ["complaint"]


def test_what_was_planned_is_taken_back_and_nobody_elses_is(db: Database, renderer: Renderer, let_down: int) -> None:
    with db.transaction() as session:
        assert session.scalars(select(Touch.state).where(Touch.contact_id == let_down)).all() == ["sent"]
        withheld = session.scalars(select(Withheld)).one()
        assert (withheld.contact_id, withheld.reason_code) == (let_down, "taken.back")
        assert withheld.reason_numbers["why"] == "a recovery case was opened"
        assert session.get_one(Rhythm, let_down).look_at <= NOW
    assert deliver(db, renderer).sent == 29


@pytest.mark.parametrize(("touch_class", "stays"), [("service", True), ("recovery", True), ("care", False)])
def test_service_and_recovery_stay_planned(db: Database, touch_class: str, stays: bool) -> None:
    with db.transaction() as session:
        contact = a_contact(session)
        a_touch(session, contact_id=contact, touch_class=touch_class)
    assert open_case(db=db, contact_id=contact, words="It drips.", by=STAFF, now=NOW)
    with db.transaction() as session:
        assert len(session.scalars(select(Touch)).all()) == stays


def test_a_message_that_was_tried_is_withheld_and_keeps_its_attempts(db: Database) -> None:
    with db.transaction() as session:
        contact = a_contact(session)
        touch = a_touch(session, contact_id=contact, state="retry_wait")
        tried = {"touch_id": touch, "number": 1, "provider": "smtp", "started_at": NOW, "ended_at": NOW}
        session.add(Attempt(**tried, outcome="retry_wait"))
    open_case(db=db, contact_id=contact, words="It drips.", by=STAFF, now=NOW)
    with db.transaction() as session:
        left = session.get_one(Touch, touch)
        assert (left.state, left.outcome) == ("skipped", "a recovery case was opened")


def test_reports_while_it_is_open_join_it(db: Database, let_down: int) -> None:
    assert open_case(db=db, contact_id=let_down, words="And the tap, too.", by=STAFF, now=NOW) == the_case(db).id
    assert story(db) == [("report", "The valve still drips."), ("report", "And the tap, too.")]


def test_a_report_soon_after_the_closing_reopens_it_and_a_late_one_opens_another(db: Database, let_down: int) -> None:
    close(db)
    soon = NOW + REOPENS_WITHIN
    assert open_case(db=db, contact_id=let_down, words="It drips again.", by=STAFF, now=soon) == the_case(db).id
    again = the_case(db)
    assert (again.state, again.closed_at, again.ending, again.note) == ("reopened", None, "", "")
    assert again.answer_due_at > soon
    close(db, now=soon)
    late = soon + REOPENS_WITHIN + timedelta(days=1)
    assert open_case(db=db, contact_id=let_down, words="Now the boiler.", by=STAFF, now=late) != again.id


def test_the_planner_leaves_the_contact_alone_and_says_why(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)
        industry = an_industry(session, calendar=OPEN_ALL_WEEK)
        contact = a_contact(session, industry_id=industry, last_touch_at=NOW - timedelta(days=20))
        edition = an_edition(session, campaign_id=a_campaign(session, touch_class="relationship"))
        promotion = a_campaign(session, touch_class="promotion", name="Autumn offer")
        an_edition(session, campaign_id=promotion, closes_on=date(2026, 12, 31))
        a_content(session, edition_id=edition)
    open_case(db=db, contact_id=contact, words="It drips.", by=STAFF, now=NOW)
    plan_touches(db=db, now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(Touch)).all() == []
        assert session.get_one(Rhythm, contact).waiting_code == "wait.case"
    explained = explain_contact(db=db, contact_id=contact, now=NOW)
    assert explained is not None
    assert explained.sentence.startswith("We have something to put right with this contact first.")
    assert [one.sentence for one in explained.verdicts if one.campaign_name == "Autumn offer"] == [
        "A recovery case comes first; promotions return on 6 October 2026, as things stand."
    ]
    # After the closing, letters rest for three days and promotions for two weeks.
    close(db)
    plan_touches(db=db, now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(Touch)).all() == []
    plan_touches(db=db, now=NOW + timedelta(days=3, hours=1))
    with db.transaction() as session:
        assert session.scalars(select(Touch.touch_class)).all() == ["relationship"]


def test_an_urgent_message_goes_out_in_spite_of_the_case(db: Database) -> None:
    with db.transaction() as session:
        a_business(session)
        contact = a_contact(session, industry_id=an_industry(session, calendar=OPEN_ALL_WEEK))
        an_edition(session, campaign_id=a_campaign(session, touch_class="recovery"))
    open_case(db=db, contact_id=contact, words="It drips.", by=STAFF, now=NOW)
    plan_touches(db=db, now=NOW)
    with db.transaction() as session:
        assert session.scalars(select(Touch.touch_class)).all() == ["recovery"]


def test_a_case_in_the_middle_of_a_send_lets_only_what_was_handed_over_through(
    db: Database, renderer: Renderer
) -> None:
    """Every contact of a running send complains while its chunks go out: whoever has a case gets nothing after it."""
    people = 400
    with db.transaction() as session:
        a_business(session)
        edition = an_edition(session)
        a_content(session, edition_id=edition)
        industry = an_industry(session, calendar=OPEN_ALL_WEEK)
        contacts = [a_contact(session, industry_id=industry) for _ in range(people)]
        ids = {contact: a_touch(session, contact_id=contact, edition_id=edition) for contact in contacts}
    wire = Interrupted(db, contacts)
    workers = [threading.Thread(target=deliver, args=(db, renderer, wire)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    after = len(wire.arrived)
    assert wire.opened
    # Whatever left before the last case was committed had been handed over by then.
    assert deliver(db, renderer, wire).sent == 0
    assert len(wire.arrived) == after
    with db.transaction() as session:
        handed = set(session.scalars(select(Touch.id).where(Touch.state.in_(("sent", "sending", "unknown")))))
        assert {one.touch_id for one in wire.arrived} == handed
        assert session.scalar(select(func.count()).select_from(Touch)) == len(handed)
        assert session.scalar(select(func.count()).select_from(Withheld)) == people - len(handed)
    assert len(handed) < people
    assert wire.late(ids) == []


class Interrupted(FakeWire):
    """A wire at whose thirtieth message everybody has a case; knows which messages were handed to it after that."""

    def __init__(self, db: Database, contacts: list[int]) -> None:
        super().__init__()
        self.db, self.contacts = db, contacts
        self.opened = False
        self.sending_then: set[object] = set()
        self.lock = threading.Lock()

    def send(self, batch: Any) -> Any:
        with self.lock:
            if not self.opened and len(self.arrived) >= 30:
                with self.db.raw_transaction() as connection:
                    reports = [NewReport(one, "batch 1", CaseSource.BATCH, "Late.") for one in self.contacts]
                    land_reports(connection, reports, now=NOW)
                with self.db.transaction() as session:
                    on_the_way = select(Touch.id).where(Touch.state.in_(("sent", "sending")))
                    self.sending_then = set(session.scalars(on_the_way))
                self.opened = True
        yield from super().send(batch)

    def late(self, ids: Mapping[int, object]) -> list[object]:
        """Messages that arrived and had not been handed over when the cases were there."""
        return [one.touch_id for one in self.arrived if one.touch_id not in self.sending_then]


def test_two_openers_at_once_open_one_case(db: Database) -> None:
    with db.transaction() as session:
        contacts = [a_contact(session) for _ in range(20)]
    errors: list[BaseException] = []

    def report(turn: int) -> None:
        try:
            some = contacts if turn % 2 else contacts[::-1]
            with db.raw_transaction() as connection:
                land_reports(connection, [NewReport(c, f"r{turn}", CaseSource.STAFF, "x") for c in some], now=NOW)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=report, args=(turn,)) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(RecoveryCase)) == 20
        assert session.scalar(select(func.count()).select_from(CaseNote)) == 120


def test_complaints_and_bad_answers_open_cases_and_calls_once(db: Database) -> None:
    with db.transaction() as session:
        a_business(session, bad_answers=["sad-face"])
        contacts = [a_contact(session) for _ in range(5)]
        values = {"kind": "complaint", "currency": ""}
        session.add(Signal(contact_id=contacts[0], occurred_at=NOW, reference="T-17", **values))
        session.add(Signal(contact_id=contacts[0], occurred_at=NOW, reference="T-18", **values))
        session.add(Signal(contact_id=contacts[1], occurred_at=NOW - FRESH, reference="T-1", **values))
        edition = an_edition(session)
        for contact, answer in zip(contacts[2:], ("thumbs-down", "sad-face", "good"), strict=True):
            touch = a_sent_touch(session, contact_id=contact, edition_id=edition, sent_at=NOW - timedelta(days=1))
            given = {"contact_id": contact, "edition_id": edition, "given_at": NOW}
            session.add(GivenAnswer(touch_id=touch, question="how", answer=answer, **given))
    done = open_cases(db=db, now=NOW)
    assert (done.opened, done.joined) == (3, 1)
    again = open_cases(db=db, now=NOW)
    assert (again.opened, again.joined) == (0, 0)
    with db.transaction() as session:
        cases = session.execute(select(RecoveryCase.contact_id, RecoveryCase.source).order_by(RecoveryCase.contact_id))
        assert [tuple(row) for row in cases] == [
            (contacts[0], "complaint"),
            (contacts[2], "bad_answer"),
            (contacts[3], "bad_answer"),
        ]
        whys = session.scalars(select(Task.reason_numbers["why"].astext).order_by(Task.contact_id)).all()
        assert whys == ["a complaint: T-17", "a bad answer: how/thumbs-down", "a bad answer: how/sad-face"]


def test_a_case_is_walked_to_its_end_and_its_story_says_how(db: Database, let_down: int) -> None:
    move(db, CaseStep.TAKE, words="")
    move(db, CaseStep.LISTEN, words="Drips since Sunday.")
    move(db, CaseStep.OFFER, remedies=("call-me", "refund"), words="")
    move(db, CaseStep.AGREE, words="We come on Friday.")
    done = close(db)
    assert done is not None
    assert done.over
    case = the_case(db)
    assert (case.state, case.owner, case.offered) == ("closed", STAFF, ["call-me", "refund"])
    assert (case.ending, case.note, case.closed_by) == ("mended", "A new valve was fitted.", STAFF)
    assert [step for step, _ in story(db)] == ["report", "take", "listen", "offer", "agree", "close"]
    assert close(db) == done
    assert [step for step, _ in story(db)][-2:] == ["agree", "close"]


def test_a_closed_case_is_opened_again_by_staff_and_holds_back_again(db: Database, let_down: int) -> None:
    close(db)
    with db.transaction() as session:
        a_touch(session, contact_id=let_down)
    case = move(db, CaseStep.REOPEN)
    assert case is not None
    assert case.state is CaseState.REOPENED
    with db.transaction() as session:
        assert session.scalars(select(Touch.state).where(Touch.contact_id == let_down)).all() == ["sent"]


def test_an_old_case_is_not_reopened_beside_a_new_one(db: Database, let_down: int) -> None:
    old = the_case(db).id
    close(db)
    late = NOW + REOPENS_WITHIN + timedelta(days=1)
    open_case(db=db, contact_id=let_down, words="Now the boiler.", by=STAFF, now=late)
    with pytest.raises(BadInput, match="another case of this customer is open"):
        move_case(db=db, case_id=old, move=CaseMove(CaseStep.REOPEN, by=STAFF), now=late)


@pytest.mark.parametrize("note", ["", "x" * (LONGEST + 1)])
def test_a_case_is_not_closed_without_saying_what_was_done(db: Database, let_down: int, note: str) -> None:
    with pytest.raises(BadInput, match="words"):
        close(db, words=note)
    assert the_case(db).closed_at is None


def test_what_waits_too_long_is_put_before_the_boss_once(db: Database, let_down: int) -> None:
    with db.transaction() as session:
        session.scalars(select(Business)).one().escalate_to = "boss@hearth.example"
    due = the_case(db).answer_due_at
    assert watch_cases(db=db, now=due - timedelta(seconds=1)).escalated == 0
    assert watch_cases(db=db, now=due).escalated == 1
    assert watch_cases(db=db, now=due).escalated == 0
    with db.transaction() as session:
        task = session.scalars(select(Task)).one()
        assert (task.reason_code, task.reason_numbers["boss"]) == ("call.escalated", "boss@hearth.example")
    move(db, CaseStep.LISTEN)
    assert watch_cases(db=db, now=the_case(db).solve_due_at).escalated == 1
    assert sorted(the_case(db).escalated) == ["answer", "solution"]


def test_a_call_by_staff_is_an_answer(db: Database, let_down: int) -> None:
    with db.transaction() as session:
        task = session.scalars(select(Task)).one()
        task.closed_at, task.outcome, task.closed_by, task.note = NOW, "reached", STAFF, "She is sad about it."
    assert watch_cases(db=db, now=NOW).answered == 1
    case = the_case(db)
    assert (case.state, case.answered_at) == ("listening", NOW)
    assert story(db)[-1] == ("listen", "She is sad about it.")


def test_whoever_asks_for_their_data_gets_the_story_of_the_case(db: Database, let_down: int) -> None:
    close(db)
    with db.raw_transaction() as connection:
        everything = load_everything(connection, let_down)
    assert everything is not None
    assert [one["words"] for one in everything["recovery_cases"]] == ["The valve still drips."]
    assert [one["step"] for one in everything["recovery_notes"]] == ["report", "close"]


def test_erasure_closes_the_case_takes_the_words_and_leaves_the_count(db: Database, let_down: int) -> None:
    erase_contact(db=db, contact_id=let_down, secret=b"secret", now=NOW)
    case = the_case(db)
    assert (case.words, case.reference, case.ending) == ("", f"erased {case.id}", "erased")
    assert story(db) == [("report", "")]


def test_nobody_opens_a_case_for_whom_everything_was_erased(db: Database, let_down: int) -> None:
    erase_contact(db=db, contact_id=let_down, secret=b"secret", now=NOW)
    with pytest.raises(BadInput, match="everything of this customer was erased"):
        open_case(db=db, contact_id=let_down, words="It drips.", by=STAFF, now=NOW)
    with db.raw_transaction() as connection:
        [landed] = land_reports(connection, [NewReport(let_down, "r", CaseSource.STAFF, "x")], now=NOW)
    assert (landed.landing, landed.case_id) == (Landing.ERASED, None)
    with db.transaction() as session:
        assert session.get_one(Contact, let_down).external_id.startswith("erased ")


def test_nobody_opens_a_case_for_a_contact_that_is_not_there(db: Database) -> None:
    assert open_case(db=db, contact_id=4711, words="It drips.", by=STAFF, now=NOW) is None
    assert move_case(db=db, case_id=4711, move=replace(CaseMove(CaseStep.TAKE), by=STAFF), now=NOW) is None
