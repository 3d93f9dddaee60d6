"""The history of a calendar: every version with what it changed."""

from pathlib import Path

from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.services.apply_pack import apply_pack
from tests.factories import NOW
from tests.small_pack import edit, write_small_pack


def test_every_version_is_shown_with_what_it_changed(staff: FlaskClient, product: Outreach, tmp_path: Path) -> None:
    folder = write_small_pack(tmp_path / "small")
    apply_pack(db=product.db, folder=folder, now=NOW)
    edit(folder / "pack.yaml", "max_gap: 35", "max_gap: 40")
    edit(folder / "pack.yaml", 'to: "01-16"', 'to: "01-20"')
    apply_pack(db=product.db, folder=folder, now=NOW)
    page = staff.get("/calendars/shops/history").get_data(as_text=True)
    assert page.index("Version 2") < page.index("Version 1")
    assert "Longest gap: 35 → 40 days" in page
    assert "Sales: 2 January to 16 January → 2 January to 20 January" in page
    assert "17 to 20 January 2027: open → quiet (Sales)" in page
    assert "It moved 0 planned touches." in page
    assert "The first version on record." in page
    assert "from pack small" in page


def test_what_can_never_work_is_shown(staff: FlaskClient, product: Outreach, tmp_path: Path) -> None:
    folder = write_small_pack(tmp_path / "small")
    edit(
        folder / "pack.yaml", 'stance: quiet, from: "01-02", to: "01-16"', 'stance: closed, from: "01-02", to: "03-16"'
    )
    apply_pack(db=product.db, folder=folder, now=NOW)
    page = staff.get("/calendars/shops/history").get_data(as_text=True)
    assert "What can never work" in page
    assert "warn.floor_closed" in page


def test_the_calendars_lead_there(staff: FlaskClient, product: Outreach, tmp_path: Path) -> None:
    apply_pack(db=product.db, folder=write_small_pack(tmp_path / "small"), now=NOW)
    assert 'href="/calendars/shops/history"' in staff.get("/calendars").get_data(as_text=True)


def test_an_industry_there_is_not_has_no_history(staff: FlaskClient) -> None:
    assert staff.get("/calendars/nowhere/history").status_code == 404
