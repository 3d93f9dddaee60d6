"""A changed calendar or band: what it moves, what is said of it, what stays."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from outreach.db.models.content import Business, Campaign, Edition, Industry
from outreach.db.models.ledger import Attempt, Touch, Withheld
from outreach.db.models.rhythm import CadenceChange, CalendarVersion, Rhythm
from outreach.db.session import Database
from outreach.domain.reason import Reason
from outreach.domain.rhythm.explain import sentence
from outreach.services.apply_pack import PackDiff, apply_pack
from tests.factories import NOW, a_contact, a_sent_touch, a_touch, an_industry
from tests.small_pack import edit, write_small_pack

#: A Tuesday inside the small pack's hours (09:00 to 12:00 in London).
TUESDAY = NOW
#: Closes the week around it.
FAIR = '- {key: fair, name: Fair, stance: closed, from: "09-07", to: "09-10"}\n        - {key: sales'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack without a fault."""
    return write_small_pack(tmp_path / "small")


@pytest.fixture
def applied(db: Database, folder: Path) -> Callable[..., PackDiff]:
    """Applies the pack as it stands."""

    def run(*, now: datetime = NOW, preview: bool = False) -> PackDiff:
        return apply_pack(db=db, folder=folder, now=now, preview=preview)

    return run


@pytest.fixture
def shops(db: Database, applied: Callable[..., PackDiff]) -> Callable[[], int]:
    """The pack is there, and this makes another contact of its industry."""
    applied()

    def another() -> int:
        with db.transaction() as session:
            return a_contact(session, industry_id=an_industry(session, "shops"))

    return another


def planned(db: Database, contact_id: int, *, edition: str = "2026-09", **values: object) -> UUID:
    """A planned touch of one of the pack's editions."""
    with db.transaction() as session:
        edition_id = session.scalars(select(Edition.id).where(Edition.key == edition)).one()
        return a_touch(session, contact_id=contact_id, edition_id=edition_id, **({"send_at": TUESDAY} | values))


def there(db: Database, touch_id: UUID) -> bool:
    with db.transaction() as session:
        return session.get(Touch, touch_id) is not None


def versions(db: Database) -> list[tuple[int, str, int, float]]:
    table = CalendarVersion
    with db.transaction() as session:
        rows = session.execute(select(table.version, table.source, table.moved, table.max_gap).order_by(table.version))
        return [(row[0], row[1], row[2], row[3]) for row in rows]


def close_the_week(folder: Path) -> None:
    edit(folder / "pack.yaml", "- {key: sales", FAIR)


def test_a_new_industry_begins_its_history(db: Database, applied: Callable[..., PackDiff]) -> None:
    applied()
    assert versions(db) == [(1, "pack small", 0, 35.0)]


def test_the_number_said_is_the_number_taken_back(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    touches = [planned(db, shops()) for _ in range(5)]
    untouched = planned(db, shops(), send_at=TUESDAY + timedelta(days=7))
    close_the_week(folder)
    (change,) = applied().calendars
    assert (change.industry, change.version, change.moved) == ("shops", 2, 5)
    assert not any(there(db, touch) for touch in touches)
    assert there(db, untouched)
    assert versions(db) == [(1, "pack small", 0, 35.0), (2, "pack small", 5, 35.0)]
    with db.transaction() as session:
        noted = session.scalars(select(Withheld)).all()
    assert len(noted) == 5
    assert sentence(Reason(noted[0].reason_code, noted[0].reason_numbers)) == (
        "Newsletter was planned and is planned anew: 8 September 2026 is closed now (Fair)."
    )


def test_contacts_of_other_industries_keep_what_is_planned_and_sleep_on(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    ours = shops()
    with db.transaction() as session:
        theirs = a_contact(session, industry_id=an_industry(session, "farms"))
        for contact in (ours, theirs):
            session.get_one(Rhythm, contact).look_at = NOW + timedelta(days=9)
    kept, taken = planned(db, theirs), planned(db, ours)
    close_the_week(folder)
    assert applied().calendars[0].moved == 1
    assert (there(db, kept), there(db, taken)) == (True, False)
    with db.transaction() as session:
        assert session.get_one(Rhythm, ours).look_at == NOW
        assert session.get_one(Rhythm, theirs).look_at == NOW + timedelta(days=9)


def test_applying_it_twice_moves_nothing_the_second_time(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    planned(db, shops())
    close_the_week(folder)
    applied()
    again = planned(db, shops())
    diff = applied(now=NOW + timedelta(hours=1))
    assert (diff.differing, diff.calendars) == ((), ())
    assert there(db, again)
    assert len(versions(db)) == 2


def test_a_preview_says_the_same_and_changes_nothing(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    touches = [planned(db, shops()) for _ in range(3)]
    with db.transaction() as session:
        session.execute(update(Rhythm).values(gap=30.0, look_at=NOW + timedelta(days=2)))
    close_the_week(folder)
    edit(folder / "pack.yaml", "max_gap: 35", "max_gap: 20")
    foreseen = applied(preview=True)
    assert [(change.moved, change.clipped) for change in foreseen.calendars] == [(3, 3)]
    assert all(there(db, touch) for touch in touches)
    assert versions(db) == [(1, "pack small", 0, 35.0)]
    with db.transaction() as session:
        assert session.scalars(select(Industry.max_gap)).one() == 35.0
        assert set(session.scalars(select(Rhythm.gap))) == {30.0}
        assert set(session.scalars(select(Rhythm.look_at))) == {NOW + timedelta(days=2)}
        assert session.scalar(select(func.count()).select_from(CadenceChange)) == 0
    assert applied() == foreseen


@pytest.mark.parametrize(
    ("touch_class", "state"),
    [("service", "planned"), ("recovery", "planned"), ("relationship", "claimed"), ("relationship", "sending")],
)
def test_service_and_recovery_and_what_is_under_way_are_left_alone(
    db: Database,
    folder: Path,
    shops: Callable[[], int],
    applied: Callable[..., PackDiff],
    touch_class: str,
    state: str,
) -> None:
    touch = planned(db, shops(), touch_class=touch_class, state=state)
    close_the_week(folder)
    assert applied().calendars[0].moved == 0
    assert there(db, touch)


def test_a_touch_that_was_tried_before_is_left_to_the_last_check(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    touch = planned(db, shops())
    with db.transaction() as session:
        tried = {"started_at": NOW, "ended_at": NOW, "outcome": "unknown", "provider": "mailbox"}
        session.add(Attempt(touch_id=touch, number=1, **tried))
    close_the_week(folder)
    assert applied().calendars[0].moved == 0
    assert there(db, touch)


def test_a_touch_that_rides_along_goes_with_its_mail(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    contact = shops()
    mail = planned(db, contact)
    rider = planned(db, contact, edition="first", state="skipped", merged_into=mail)
    close_the_week(folder)
    assert applied().calendars[0].moved == 1
    assert not there(db, rider)
    with db.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Withheld)) == 2


def test_a_longer_shortest_gap_takes_back_what_comes_too_close_and_moves_gaps_into_the_band(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    near, far = shops(), shops()
    with db.transaction() as session:
        for contact, days_ago in ((near, 8), (far, 16)):
            at = TUESDAY - timedelta(days=days_ago)
            edition_id = session.scalars(select(Edition.id).where(Edition.key == "first")).one()
            a_sent_touch(session, contact_id=contact, edition_id=edition_id, sent_at=at)
            rhythm = session.get_one(Rhythm, contact)
            rhythm.last_touch_at, rhythm.gap = at, 7.0
    too_close, fine = planned(db, near), planned(db, far)
    edit(folder / "pack.yaml", "min_gap: 6, target_gap: 14", "min_gap: 10, target_gap: 14")
    (change,) = applied().calendars
    assert (change.moved, change.clipped) == (1, 2)
    assert (there(db, too_close), there(db, fine)) == (False, True)
    with db.transaction() as session:
        rhythm = session.get_one(Rhythm, near)
        assert (rhythm.gap, rhythm.next_due_at) == (10.0, TUESDAY + timedelta(days=2))
        logged = session.scalars(select(CadenceChange).where(CadenceChange.contact_id == near)).one()
        assert logged.reason == "Gap moved from 7 to 10 days: the industry's band is 10 to 35 days now."
        (note,) = session.scalars(select(Withheld)).all()
    assert (
        note.reason_numbers["why"] == "it would come 8 days after the last touch, and the shortest gap is 10 days now"
    )


def test_a_contacts_own_band_and_its_wish_for_less_win_over_the_industrys(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    own, asked = shops(), shops()
    with db.transaction() as session:
        session.get_one(Rhythm, own).own_max_gap = 60.0
        session.get_one(Rhythm, own).gap = 50.0
        session.get_one(Rhythm, asked).floor_gap = 40.0
        session.get_one(Rhythm, asked).floor_gap_until = NOW + timedelta(days=300)
        session.get_one(Rhythm, asked).gap = 42.0
    edit(folder / "pack.yaml", "max_gap: 35", "max_gap: 20")
    assert applied().calendars[0].clipped == 1
    with db.transaction() as session:
        assert session.get_one(Rhythm, own).gap == 50.0
        assert session.get_one(Rhythm, asked).gap == 40.0


def test_two_at_once_take_back_once_and_write_one_version(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    for _ in range(4):
        planned(db, shops())
    close_the_week(folder)
    start, diffs = Barrier(2), []

    def run() -> None:
        start.wait()
        diffs.append(applied())

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(sum(change.moved for change in diff.calendars) for diff in diffs) == [0, 4]
    assert [version for version, *_ in versions(db)] == [1, 2]


def test_a_touch_under_claim_is_not_waited_for(
    db: Database, folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    touch, other = planned(db, shops()), planned(db, shops())
    close_the_week(folder)
    with db.transaction() as claiming:
        claiming.execute(select(Touch.id).where(Touch.id == touch).with_for_update())
        assert applied().calendars[0].moved == 1
    assert (there(db, touch), there(db, other)) == (True, False)


def test_it_says_what_differs_in_words(
    folder: Path, shops: Callable[[], int], applied: Callable[..., PackDiff]
) -> None:
    close_the_week(folder)
    edit(folder / "pack.yaml", 'tue: ["09:00-12:00"]', 'tue: ["09:00-12:00"]\n        wed: ["09:00-10:00"]')
    (change,) = applied().calendars
    assert [difference.words for difference in change.differences] == [
        "Wednesday: no hours → 09:00–10:00",
        "New season Fair: closed, 7 September to 10 September",
        "7 to 10 September 2026: open → closed (Fair)",
        "7 to 10 September 2027: open → closed (Fair)",
    ]


def test_what_can_never_work_is_accepted_with_a_warning(folder: Path, applied: Callable[..., PackDiff]) -> None:
    edit(
        folder / "pack.yaml",
        "- {key: sales",
        '- {key: long, name: Long, stance: closed, from: "08-20", to: "10-05"}\n        - {key: sales',
    )
    codes = {(warning.code.value, warning.industry, warning.campaign) for warning in applied().warnings}
    assert ("warn.floor_closed", "shops", "") in codes
    assert ("warn.window_closed", "shops", "newsletter") in codes


def test_a_new_edition_that_is_over_already_is_said_once(folder: Path, applied: Callable[..., PackDiff]) -> None:
    applied()
    edit(
        folder / "pack.yaml",
        "{key: first, from: 2026-09-01, to: 2027-02-28}",
        "{key: first, from: 2026-09-01, to: 2027-02-28}\n"
        "      - {key: late, content: first, from: 2026-01-01, to: 2026-02-01}",
    )
    assert [warning.words for warning in applied().warnings] == [
        "late of Frost alert is new and over already: it ended on 1 February 2026."
    ]
    assert applied().warnings == ()


def test_a_pack_of_industries_only_adds_calendars_and_stops_nothing(
    db: Database, folder: Path, tmp_path: Path, applied: Callable[..., PackDiff]
) -> None:
    applied()
    whole = (folder / "pack.yaml").read_text(encoding="utf-8")
    industries = whole[whole.index("locales:") : whole.index("campaigns:")].replace("key: shops", "key: farms")
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars/pack.yaml").write_text(f"pack: calendars\n{industries}", encoding="utf-8")
    diff = apply_pack(db=db, folder=tmp_path / "calendars", now=NOW)
    assert [(change.what, change.kind, change.key) for change in diff.differing] == [("added", "industry", "farms")]
    with db.transaction() as session:
        assert session.scalars(select(Business.pack)).one() == "small"
        assert all(session.scalars(select(Campaign.active)))
    assert applied().differing == ()
