"""Services of a pack: they come, change and stop with it, and everything is gathered anew."""

from datetime import date
from pathlib import Path

from sqlalchemy import select

from outreach.db.models.due_services import ServiceRow
from outreach.db.models.offers import DailyJob
from outreach.db.queries.due_services import DAILY
from outreach.db.queries.offered_services import load_services
from outreach.db.session import Database
from outreach.services.apply_pack import PackDiff, apply_pack
from outreach.services.look_after_services import look_after_services
from tests.factories import NOW
from tests.small_pack import write_small_pack

SERVICES = """  - key: due
    name: Due
    purpose: What is due.
    class: care
    channel: email
    priority: 90
    rule: invited
    editions:
      - {key: first, content: due, from: 2026-01-01, to: 2030-12-31}
      - {key: reminder, content: due, from: 2026-01-01, to: 2030-12-31}
      - {key: last, content: due, from: 2026-01-01, to: 2030-12-31}
services:
  - key: chimney
    name: {en: chimney inspection, de: Kaminkontrolle}
    interval_months: 12
    season: {from: "easter + 1", to: "09-20"}
    first: customer_since + 12 months
    campaign: due
"""


def named(diff: PackDiff) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(change.what, change.key, change.fields) for change in diff.differing if change.kind == "service"]


def noted_days(db: Database) -> int:
    with db.transaction() as session:
        return len(session.scalars(select(DailyJob.name).where(DailyJob.name == DAILY)).all())


def test_services_come_change_and_stop_with_their_pack(db: Database, tmp_path: Path) -> None:
    folder = write_small_pack(tmp_path / "small")
    path, letter = folder / "pack.yaml", folder / "editions/newsletter/2026-09.en.md"
    without = path.read_text(encoding="utf-8")
    (folder / "editions/due").mkdir()
    for locale in ("en", "de"):
        (folder / f"editions/due/due.{locale}.md").write_text(letter.read_text(encoding="utf-8"), encoding="utf-8")
    path.write_text(without + SERVICES, encoding="utf-8")
    assert named(apply_pack(db=db, folder=folder, now=NOW)) == [("added", "chimney", ())]
    look_after_services(db=db, now=NOW)
    assert named(apply_pack(db=db, folder=folder, now=NOW)) == []
    assert noted_days(db) == 1
    path.write_text(without + SERVICES.replace("09-20", "10-20"), encoding="utf-8")
    assert named(apply_pack(db=db, folder=folder, now=NOW)) == [("changed", "chimney", ("season",))]
    assert noted_days(db) == 0
    with db.raw_transaction() as connection:
        (service,) = load_services(connection)
    assert service.season_end(date(2026, 7, 1)) == date(2026, 10, 20)
    assert not service.in_season(date(2026, 4, 5))
    assert service.in_season(date(2026, 4, 6))
    path.write_text(without, encoding="utf-8")
    assert named(apply_pack(db=db, folder=folder, now=NOW)) == [("stopped", "chimney", ("active",))]
    with db.transaction() as session:
        assert session.scalars(select(ServiceRow.active)).all() == [False]
    with db.raw_transaction() as connection:
        assert load_services(connection) == []
