"""Between which instants a contact's next touch belongs: the rhythm's wish, the shortest gap, the cap and the floor."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.domain.calendar.season import Season, Stance
from outreach.domain.planning.dither import dithered
from outreach.domain.planning.values import PlanningContact, RecentTouch
from outreach.domain.rhythm.caps import EVEN_SHARE, cap_frees_at
from outreach.domain.rhythm.codes import Code

STANCE_FACTORS = {Stance.CLOSED: 1.0, Stance.QUIET: 1.5, Stance.OPEN: 1.0, Stance.PEAK: 0.85}
"""What a gap is multiplied by when the touch would fall on a day of this stance (rhythm notes, 4.4 (2))."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The instants that bound a contact's next touch, all aware and in UTC.

    Attributes:
        last: the newest touch made or planned, None if there is none we know.
        rhythm: the gap that applies now, in days: the cadence with the season's factor and the dither.
        stance, season: of the day on which the plain gap ends.
        due: when the rhythm wants the touch; never after the floor.
        min_gap_until, cap_until: not before these; None where nothing holds it back.
        famine_from: the floor.
    """

    last: RecentTouch | None
    rhythm: float
    stance: Stance
    season: Season | None
    due: datetime
    min_gap_until: datetime | None
    cap_until: datetime | None
    famine_from: datetime

    def earliest(self, now: datetime) -> datetime:
        """The first instant that shortest gap and cap allow, from `now`."""
        return max(now, self.min_gap_until or now, self.cap_until or now)

    def binding(self) -> Code:
        """Which of the bounds is met last, as the code of waiting for it."""
        bounds = (
            (self.due, Code.WAIT_RHYTHM),
            (self.min_gap_until, Code.WAIT_MIN_GAP),
            (self.cap_until, Code.WAIT_CAP),
        )
        met = [(at, code) for at, code in bounds if at is not None]
        return max(met, key=lambda bound: bound[0])[1]


def timing(contact: PlanningContact) -> Timing:
    """The bounds of `contact`'s next touch.

    A contact without a touch is due when its record says: the import staggers first touches person by person. After a
    touch the gap runs from it, or until `due_at` if that is later, times the season's factor and the dither.
    """
    last = max(contact.recent, key=lambda touch: touch.at, default=None)
    gap = contact.band.clip(max(contact.gap, EVEN_SHARE))
    due, famine_from = contact.due_at, contact.famine_from
    if last is not None:
        due = max(due, last.at + timedelta(days=gap))
        # A planned touch moves the floor before it has been made.
        famine_from = max(famine_from, last.at + timedelta(days=contact.band.max_gap))
    stance, season = contact.calendar.stance_on(due.astimezone(contact.zone).date(), contact.country)
    rhythm, min_gap_until = gap, None
    if last is not None:
        last_day = last.at.astimezone(contact.zone).toordinal()
        rhythm = gap * STANCE_FACTORS[stance] * dithered(contact.contact_id, last_day)
        due += timedelta(days=rhythm - gap)
        min_gap_until = last.at + timedelta(days=contact.band.min_gap)
    return Timing(
        last=last,
        rhythm=rhythm,
        stance=stance,
        season=season,
        due=min(due, famine_from),
        min_gap_until=min_gap_until,
        cap_until=cap_frees_at([touch.at for touch in contact.recent]),
        famine_from=famine_from,
    )
