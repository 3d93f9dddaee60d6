"""Opens and clicks judged anew: by rules that changed, and by what is seen only over many messages."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select, text

from outreach.db.models.feedback import DomainPatternRow, EventRow
from outreach.db.session import Database
from outreach.domain.events import Actor
from outreach.providers.own_links.visits import as_body
from outreach.services.judge_anew import PATTERN_ADDRESSES, JudgedAnew, judge_anew
from tests.factories import NOW
from tests.services.test_apply_events import SENT, Mail, a_mail, apply, arrive, gap, touch, visits

SINCE = SENT - timedelta(days=1)


def again(db: Database) -> JudgedAnew:
    return judge_anew(db=db, since=SINCE, now=NOW)


def actors(db: Database, mail: Mail) -> list[tuple[str, float | None, list[str]]]:
    with db.transaction() as session:
        rows = session.scalars(select(EventRow).where(EventRow.touch_id == mail.touch_id).order_by(EventRow.id))
        return [(row.actor, row.probability, row.evidence) for row in rows]


def test_a_verdict_is_stored_with_its_chance_and_its_evidence(db: Database) -> None:
    mail = a_mail(db)
    arrive(db, as_body(visits(mail, "7", after=4)))
    apply(db)
    assert actors(db, mail) == [("unsure", 0.3894, ["too_soon", "reader_like"])]


def test_what_an_older_rule_held_for_a_person_is_taken_back_with_what_it_taught(db: Database) -> None:
    mail = a_mail(db)
    arrive(db, as_body(visits(mail, "7", agent="curl/8")))
    apply(db)
    with db.transaction() as session:
        session.execute(text("UPDATE events SET actor = 'human', probability = NULL, evidence = '{}'"))
        session.execute(text("UPDATE touches SET clicked_at = :at"), {"at": SENT + timedelta(hours=1)})
    done = again(db)
    assert (done.messages, done.visits, done.changed) == (1, 1, {(Actor.HUMAN, Actor.MACHINE): 1})
    assert actors(db, mail) == [("machine", 0.0001, ["program_name"])]
    assert touch(db, mail).clicked_at is None


def test_a_second_look_changes_nothing(db: Database) -> None:
    mail = a_mail(db)
    arrive(db, as_body(visits(mail, "7")))
    apply(db)
    before = actors(db, mail), gap(db, mail)
    assert again(db) == again(db) == JudgedAnew(messages=1, visits=1)
    assert (actors(db, mail), gap(db, mail)) == before


def company(db: Database, count: int, *, after: float, network: str = "gateway") -> list[Mail]:
    """Mails to people of one company, each visited so long after it was sent."""
    mails = []
    for number in range(count):
        mail = a_mail(db, address=f"p{number}@company.example")
        mails.append(mail)
        arrive(db, as_body([replace(one, network=network) for one in visits(mail, "7", after=after)]))
    apply(db)
    return mails


def test_a_program_that_visits_most_mail_to_a_company_at_once_is_found_out_and_remembered(db: Database) -> None:
    mails = company(db, PATTERN_ADDRESSES, after=5)
    assert {actor for mail in mails for actor, _, _ in actors(db, mail)} == {"unsure"}
    done = again(db)
    assert done.patterns == 1
    assert done.changed == {(Actor.UNSURE, Actor.MACHINE): PATTERN_ADDRESSES}
    with db.transaction() as session:
        assert session.scalars(select(DomainPatternRow.domain)).all() == ["company.example"]
    # From now on it is known at once, however long it waits.
    late = a_mail(db, address="new@company.example")
    arrive(db, as_body([replace(one, network="gateway") for one in visits(late, "7", after=7200)]))
    apply(db)
    assert [actor for actor, _, _ in actors(db, late)] == ["machine"]


def test_people_of_one_company_who_read_in_their_own_time_are_no_pattern(db: Database) -> None:
    company(db, PATTERN_ADDRESSES, after=600)
    assert again(db).patterns == 0


def test_a_few_hasty_visits_are_no_pattern(db: Database) -> None:
    company(db, PATTERN_ADDRESSES - 1, after=5)
    assert again(db).patterns == 0
