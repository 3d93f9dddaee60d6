"""What is seen of people reading, and what machines make up."""

import numpy as np
import pytest

from outreach.simulation.life import Life
from outreach.simulation.machines import Post
from outreach.simulation.touches import MORNING, Kind, Reports, Touches, What
from outreach.simulation.worlds import Program, World

PEOPLE = 500


def reports_of(*programs: float, kind: Kind = Kind.TIP) -> tuple[Life, Reports]:
    """Everything reported in a month after one touch to everybody."""
    life = Life(World("one", "one program", programs=programs), seed=3, people=PEOPLE, days=60)
    life.touched(4, Touches.to(np.arange(PEOPLE), kind, MORNING), less_often=False)
    return life, Reports.joined([life.post.arrived(day) for day in range(60)])


def only(program: Program) -> tuple[float, ...]:
    return tuple(float(each is program) for each in Program)


def test_a_prefetching_program_opens_nearly_everything_though_few_people_read() -> None:
    life, reports = reports_of(*only(Program.SILENT_PREFETCH))
    assert len(reports.by(What.OPENED)) > 0.85 * PEOPLE
    assert life.read < 0.4 * PEOPLE


def test_a_flagged_open_says_nothing_about_the_person() -> None:
    _, reports = reports_of(*only(Program.FLAGGED_PREFETCH))
    opened = reports.what == What.OPENED
    assert opened.sum() > 0.85 * PEOPLE
    assert reports.flagged[opened].all()


def test_a_plain_program_reports_exactly_those_who_read() -> None:
    life, reports = reports_of(*only(Program.PLAIN))
    assert len(reports.by(What.OPENED)) == life.read > 0
    assert not reports.flagged.any()


def test_a_blocking_program_shows_clicks_only() -> None:
    life, reports = reports_of(*only(Program.BLOCKING))
    assert len(reports.by(What.OPENED)) < 0.02 * PEOPLE
    assert len(reports.by(What.CLICKED)) == life.clicked > 0


def test_a_scanner_clicks_within_a_minute() -> None:
    _, reports = reports_of(*only(Program.SCANNER))
    clicked = reports.where(reports.what == What.CLICKED)
    assert len(clicked) > 0.85 * PEOPLE
    at_once = np.sort(clicked.at)[: int(0.85 * PEOPLE)]
    assert at_once[-1] - at_once[0] < 2 / 24 + 60 / 86400  # three zones, an hour apart


def test_nobody_opens_a_text() -> None:
    _, reports = reports_of(*only(Program.SILENT_PREFETCH), kind=Kind.TEXT)
    assert len(reports.by(What.OPENED)) == 0


@pytest.mark.parametrize(("luck", "day"), [(0.5, 9), (0.03 * 0.5, 19), (0.0299, 29)])
def test_a_report_arrives_the_day_after_or_much_later(luck: float, day: int) -> None:
    post = Post()
    post.put(Reports.of(What.OPENED, np.array([7]), at=8.4), luck=np.array([luck]))
    assert [len(post.arrived(each)) for each in range(40)] == [int(each == day) for each in range(40)]
