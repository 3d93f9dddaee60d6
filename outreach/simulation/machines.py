"""What a business sees of its mails being read: through mail programs that fetch, hide, click, and report late."""

from collections import defaultdict

import numpy as np

from outreach.simulation.draws import Floats
from outreach.simulation.people import Numbers, People
from outreach.simulation.reading import Circumstances, Response
from outreach.simulation.seasons import Flags
from outreach.simulation.touches import EVENING, MORNING, Kind, Reports, What
from outreach.simulation.worlds import Program

#: How often a program that fetches ahead does so, and a blocking one shows pictures after all (rhythm notes, 4.3).
FETCHES, SHOWS = 0.97, 0.01
#: A person reads within hours (mean, in days); some only wait for their own half of the day; some need days.
SOON, WAITS, SLOWLY, SLOW_SHARE = 0.06, 0.5, 1.5, 0.1
#: Machines come within this many days of sending at most; scanners within a minute.
FETCHED_WITHIN, SCANNED_WITHIN = 0.1, 60 / 86400
#: Share of mails with so few links that a scanner's burst cannot be told from a quick reader; assumed.
SINGLE_LINK = 0.15
#: Share of reports that come late, and by how many days at most; assumed (providers retry for days).
LATE_SHARE, LATE_DAYS = 0.03, 20


def reported(
    met: Circumstances, done: Response, people: People, *, touch: Numbers, hour: Floats, at: Floats, luck: Floats
) -> Reports:
    """What is reported of the touches of one wave being opened and clicked.

    Args:
        touch: number of each touch. hour: on the contact's clock. at: days since the first midnight in UTC.
        luck: four fractions a touch: pace, own half of the day, machine, machine's pace.
    """
    who, mail = met.contact, met.kind != Kind.TEXT
    program = people.program[who]
    read_at = at + _pace(met, people, hour=hour, luck=luck)
    machine_at = at + luck[3] * np.where(program == _number(Program.SCANNER), SCANNED_WITHIN, FETCHED_WITHIN)
    fetches = met.inbox & mail & (luck[2] < FETCHES)
    flagged = fetches & (program == _number(Program.FLAGGED_PREFETCH))
    scanned = fetches & (program == _number(Program.SCANNER))
    fetched = scanned | (fetches & (program == _number(Program.SILENT_PREFETCH)))
    plain = program == _number(Program.PLAIN)
    shown = done.read & mail & (plain | ((program == _number(Program.BLOCKING)) & (luck[2] < SHOWS)))
    return Reports.joined(
        [
            Reports.of(What.OPENED, who[flagged], at=machine_at[flagged], touch=touch[flagged], flagged=True),
            Reports.of(
                What.OPENED,
                who[fetched],
                at=machine_at[fetched],
                touch=touch[fetched],
                burst=(scanned & (luck[3] > SINGLE_LINK))[fetched],
            ),
            Reports.of(
                What.CLICKED,
                who[scanned],
                at=machine_at[scanned],
                touch=touch[scanned],
                burst=luck[3, scanned] > SINGLE_LINK,
            ),
            Reports.of(What.OPENED, who[shown], at=read_at[shown], touch=touch[shown]),
            Reports.of(What.CLICKED, who[done.clicked], at=read_at[done.clicked], touch=touch[done.clicked]),
        ]
    )


def _pace(met: Circumstances, people: People, *, hour: Floats, luck: Floats) -> Floats:
    """Days from sending to reading."""
    pace = -SOON * np.log1p(-luck[0])
    own_hour = np.where(people.morning[met.contact], MORNING, EVENING)
    waits = ~met.own_slot & (luck[1] < WAITS)
    pace = np.where(waits, ((own_hour - hour) % 24) / 24 + pace / 2, pace)
    slow = luck[1] > 1 - SLOW_SHARE
    days: Floats = np.where(slow, -SLOWLY * np.log1p(-luck[0]), pace)
    return days


def _number(program: Program) -> int:
    return list(Program).index(program)


class Post:
    """Reports on their way: each arrives on the day after it happened, some much later."""

    def __init__(self) -> None:
        self._arriving: defaultdict[int, list[Reports]] = defaultdict(list)

    def put(self, reports: Reports, *, luck: Floats) -> None:
        """Sends `reports` on their way; `luck` is one fraction a report."""
        late = np.where(luck < LATE_SHARE, np.ceil(luck / LATE_SHARE * LATE_DAYS), 0)
        arrives = (np.floor(reports.at) + 1 + late).astype(np.int64)
        for day in np.unique(arrives):
            self._arriving[int(day)].append(reports.where(_on(arrives, day)))

    def arrived(self, day: int) -> Reports:
        """What arrives on the morning of `day`, in the order in which it happened."""
        reports = Reports.joined(self._arriving.pop(day, []))
        return reports.where(np.argsort(reports.at, kind="stable"))


def _on(days: Numbers, day: int) -> Flags:
    flags: Flags = days == day
    return flags
