"""`outreach apply`: previews, versions, warnings and refusals as a person reads them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from outreach.cli import main
from outreach.db.models.content import Edition, Industry
from outreach.db.models.ledger import Touch
from outreach.db.session import Database
from tests.factories import NOW, a_contact, a_touch, an_industry
from tests.small_pack import edit, write_small_pack

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_small_pack(tmp_path / "small")


def typed(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_preview_says_what_would_move_and_the_real_thing_says_what_moved(db: Database, pack: Path) -> None:
    typed("apply", pack)
    with db.transaction() as session:
        edition_id = session.scalars(select(Edition.id).where(Edition.key == "2026-09")).one()
        contact = a_contact(session, industry_id=an_industry(session, "shops"))
        a_touch(session, contact_id=contact, edition_id=edition_id, send_at=NOW)
    edit(pack / "pack.yaml", 'tue: ["09:00-12:00"]', 'wed: ["09:00-12:00"]')
    foreseen = typed("apply", "--preview", pack)
    assert foreseen.exit_code == 0
    assert "shops: calendar version 2, would move 1 planned touch\n" in foreseen.output
    assert "Tuesday: 09:00–12:00 → no hours" in foreseen.output
    assert "This was a preview: nothing was changed." in foreseen.output
    with db.transaction() as session:
        assert len(session.scalars(select(Touch)).all()) == 1
    done = typed("apply", pack)
    assert "shops: calendar version 2, moves 1 planned touch\n" in done.output
    with db.transaction() as session:
        assert session.scalars(select(Touch)).all() == []
        assert session.scalars(select(Industry.calendar_version)).one() == 2
    assert "moves" not in typed("apply", pack).output


def test_a_plan_that_cannot_work_is_applied_with_a_named_warning(pack: Path) -> None:
    edit(pack / "pack.yaml", 'stance: quiet, from: "01-02", to: "01-16"', 'stance: closed, from: "01-02", to: "03-16"')
    result = typed("apply", pack)
    assert result.exit_code == 0
    assert "warning: Shops: Nobody can be written to for " in result.output
    assert "(warn.floor_closed)" in result.output


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "min_gap: 6, target_gap: 14, max_gap: 35",
            "min_gap: 40, target_gap: 14, max_gap: 35",
            "pack.yaml, line 16, industries[0].rhythm: '40, 14, 35': the gaps must grow: minimum, target, maximum, all "
            "above zero days. Put the smallest number of days first and the largest last.",
        ),
        (
            'stance: quiet, from: "01-02", to: "01-16"',
            'stance: closed, dates: [["2026-01-01", "2026-12-31"]]',
            "pack.yaml, line 20, industries[0].calendar.seasons: 2026 has no open day. "
            "Shorten the closed seasons, or give hours to the days between them.",
        ),
        (
            'tue: ["09:00-12:00"]',
            "tue: []",
            "pack.yaml, line 18, industries[0].calendar.hours: there is no open hour in the whole week. "
            'Give at least one weekday hours: tue: ["09:30-11:30"].',
        ),
    ],
)
def test_what_cannot_be_a_calendar_is_refused_with_file_line_value_and_mend(
    db: Database, pack: Path, old: str, new: str, told: str
) -> None:
    edit(pack / "pack.yaml", old, new)
    result = typed("apply", pack)
    assert (result.exit_code, result.output.strip()) == (2, told)
    with db.transaction() as session:
        assert session.scalars(select(Industry)).all() == []


def test_a_contact_in_an_unknown_zone_is_refused_with_its_row_and_the_others_land(pack: Path, tmp_path: Path) -> None:
    typed("apply", pack)
    rows = "C1,a@example.com,shops,en,Europe/London,yes\nC2,b@example.com,shops,en,Europe/Cardiff,yes\n"
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("external_id,email,industry,language,time_zone,consent_email\n" + rows)
    result = typed("import", "contacts", contacts)
    assert result.exit_code == 0
    assert "2 rows read: 1 new contacts" in result.output
    assert "contacts.csv, line 3, time_zone: 'Europe/Cardiff': is no time zone" in result.output


def test_what_staff_have_edited_is_listed_as_kept(db: Database, pack: Path) -> None:
    typed("apply", pack)
    with db.transaction() as session:
        edition = session.scalars(select(Edition).where(Edition.key == "2026-09")).one()
        edition.position, edition.edited_at = 7, NOW
    result = typed("apply", pack)
    assert "kept: edition newsletter/2026-09 (position), because staff have edited it" in result.output
    assert "Nothing differs; nothing was changed." in result.output
