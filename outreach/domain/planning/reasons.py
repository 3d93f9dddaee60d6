"""The numbers of every planning reason: what a sentence needs, and what reproduces the decision."""

from dataclasses import dataclass
from functools import cached_property
from math import floor

import numpy as np
from numpy.typing import NDArray

from outreach.domain.calendar.season import Stance
from outreach.domain.planning.almanac import STANCES, Almanac, Flags, Ints
from outreach.domain.planning.bounds import DAY
from outreach.domain.planning.contacts import Contacts
from outreach.domain.planning.decide import Decisions, Verdict, names_season
from outreach.domain.planning.losers import Fate, Losers
from outreach.domain.planning.offers import Offers
from outreach.domain.reason import Reason, ReasonNumber
from outreach.domain.rhythm.caps import CAPS
from outreach.domain.rhythm.codes import Code

_BY_STANCE = {STANCES.index(Stance.QUIET): Code.DUE_QUIET, STANCES.index(Stance.PEAK): Code.DUE_PEAK}
_CLOSED = STANCES.index(Stance.CLOSED)

_BY_VERDICT = np.array([""] * 9, object)
_BY_VERDICT[Verdict.PAUSED] = Code.WAIT_PAUSED
_BY_VERDICT[Verdict.UNREACHABLE] = Code.NO_CONSENT
_BY_VERDICT[Verdict.DEADLINE] = Code.WAIT_DEADLINE
_BY_VERDICT[Verdict.NO_CONTENT] = Code.WAIT_NO_CONTENT
_BY_VERDICT[Verdict.NO_HOURS] = Code.WAIT_NO_HOURS
"""Codes of waiting by number of the verdict; those of `NOT_YET` depend on what binds."""

_BY_FATE = {
    Fate.LATER: Code.LOST_LATER,
    Fate.EXPIRES: Code.LOST_EXPIRES,
    Fate.MERGED: Code.LOST_MERGED,
    Fate.HELD: Code.LOST_HELD,
}


@dataclass(frozen=True)
class Reasons:
    """Tells the reason of any of some decisions; they are made only for those that are asked for."""

    contacts: Contacts
    offers: Offers
    almanac: Almanac
    decisions: Decisions

    @cached_property
    def _seasonal(self) -> Flags:
        return names_season(self.decisions)

    def of(self, place: int) -> Reason:
        """Why the contact at `place` gets its touch, or none."""
        match int(self.decisions.verdict[place]):
            case Verdict.PAUSED:
                return Reason(Code.WAIT_PAUSED, {"until": self._day(place, float(self.contacts.paused_until[place]))})
            case Verdict.UNREACHABLE:
                return Reason(Code.NO_CONSENT)
            case Verdict.SERVICE:
                return Reason(Code.DUE_SERVICE, {"campaign": self._campaign(place)})
            case Verdict.RHYTHM:
                return self._by_rhythm(place)
            case Verdict.FLOOR:
                return self._by_floor(place)
            case Verdict.DEADLINE:
                opening = self._day(place, float(self.decisions.opening[place]))
                return Reason(Code.WAIT_DEADLINE, {"opening": opening, **self._floor(place)})
            case Verdict.NO_CONTENT:
                return Reason(Code.WAIT_NO_CONTENT, {"due": self._day(place, float(self.decisions.bounds.due[place]))})
            case Verdict.NO_HOURS:
                return Reason(Code.WAIT_NO_HOURS)
            case _:
                return self._not_yet(place)

    def waiting_codes(self) -> list[str]:
        """The code of each contact's reason to wait, "" for those that get a touch; without making the reasons."""
        codes = _BY_VERDICT[self.decisions.verdict]
        places = np.flatnonzero(self.decisions.verdict == Verdict.NOT_YET)
        codes[places] = self._waiting(places)
        told: list[str] = codes.tolist()
        return told

    def _waiting(self, places: Ints) -> NDArray[np.object_]:
        """Why the next touches of these contacts lie beyond the planning horizon."""
        bounds, wished = self.decisions.bounds, self.decisions.wished[places]
        binding = np.stack([bounds.due[places], bounds.min_gap_until[places], bounds.room_at[places]]).argmax(axis=0)
        bound = np.array([Code.WAIT_RHYTHM, Code.WAIT_MIN_GAP, Code.WAIT_CAP], object)
        codes: NDArray[np.object_] = bound[binding]
        # The rhythm never wants what comes after the floor: where it comes so late, it is for want of an opening.
        late = (binding == 0) & (self.decisions.opening[places] > bounds.famine_from[places])
        codes[late | (wished <= self.decisions.now)] = Code.WAIT_HOURS
        codes[self.contacts.not_before[places] >= wished] = Code.WAIT_CATCH_UP
        case = self.contacts.rests_until[places] >= wished
        cohort = self.contacts.cohort[places]
        day = self.almanac.day_of(cohort, wished)
        closed = (self.almanac.stance[cohort, day] == _CLOSED) & (self.almanac.season[cohort, day] >= 0)
        codes[closed | (bounds.reopened[places] & (bounds.due[places] >= wished))] = Code.WAIT_CLOSED
        codes[case] = Code.WAIT_CASE
        return codes

    def of_loser(self, losers: Losers, line: int) -> Reason:
        """Why the offer of one line of `losers` did not get the slot, and what becomes of it."""
        fate, place = Fate(int(losers.fate[line])), int(losers.row[line])
        numbers: dict[str, ReasonNumber] = {
            "campaign": self.offers.offers[int(losers.offer[line])].campaign_name,
            "winner": self.offers.offers[int(losers.winner[line])].campaign_name,
        }
        if fate in (Fate.LATER, Fate.EXPIRES):
            numbers["next"] = self._day(place, float(losers.next_at[line]))
        return Reason(_BY_FATE[fate], numbers)

    def _by_rhythm(self, place: int) -> Reason:
        bounds, contacts = self.decisions.bounds, self.contacts
        send_at, last_at = float(self.decisions.slots.send_at[place]), float(contacts.last_at[place])
        if send_at > bounds.famine_from[place]:
            return self._by_floor(place)
        numbers: dict[str, ReasonNumber] = {
            "campaign": self._campaign(place),
            "due": self._day(place, float(bounds.due[place])),
            "gap": float(contacts.gap[place]),
            "rhythm": float(bounds.rhythm[place]),
        }
        if not np.isfinite(last_at):
            return Reason(Code.DUE_FIRST, numbers)
        numbers |= {"since": (send_at - last_at) / DAY, "last": self._last(place)}
        season = self._season(int(bounds.season[place]))
        if season:
            numbers["season"] = season
        if bounds.called[place]:
            return Reason(Code.DUE_LAST_CALL, numbers)
        if bounds.reopened[place]:
            return Reason(Code.DUE_REOPENED, numbers)
        seasonal = _BY_STANCE.get(int(bounds.stance[place])) if self._seasonal[place] else None
        return Reason(seasonal or Code.DUE_RHYTHM, numbers)

    def _by_floor(self, place: int) -> Reason:
        """Why a touch goes out before, at or after the instant at which silence passes the longest gap."""
        famine_from = float(self.decisions.bounds.famine_from[place])
        numbers: dict[str, ReasonNumber] = {
            "campaign": self._campaign(place),
            "gap": float(self.contacts.gap[place]),
            **self._floor(place),
        }
        stance, season = self._stance_at(place, famine_from)
        if stance != _CLOSED or not season:
            return Reason(Code.DUE_DEADLINE, numbers)
        before = self.decisions.slots.send_at[place] <= famine_from
        return Reason(Code.DUE_BEFORE_CLOSED if before else Code.DUE_AFTER_CLOSED, {**numbers, "season": season})

    def _not_yet(self, place: int) -> Reason:
        """Why the next touch lies beyond the planning horizon."""
        decisions, bounds = self.decisions, self.decisions.bounds
        wished = float(decisions.wished[place])
        numbers: dict[str, ReasonNumber] = {"opening": self._day(place, float(decisions.opening[place]))}
        code = self._waiting(np.array([place]))[0]
        until = self._day(place, wished)
        if code is Code.WAIT_CLOSED:
            stance, season = self._stance_at(place, wished)
            numbers["season"] = season if stance == _CLOSED and season else self._season(int(bounds.season[place]))
        elif code is Code.WAIT_CASE:
            numbers["until"] = self._day(place, float(self.contacts.rests_until[place]))
        elif code is Code.WAIT_MIN_GAP:
            numbers |= {"min_gap": float(self.contacts.min_gap[place]), "last": self._last(place), "until": until}
        elif code is Code.WAIT_CAP:
            numbers |= {"cap_loads": CAPS[0].budget, "cap_days": CAPS[0].days, "until": until}
        elif code is Code.WAIT_RHYTHM:
            numbers |= {"due": until, "gap": float(self.contacts.gap[place]), "rhythm": float(bounds.rhythm[place])}
        return Reason(code, numbers)

    def _floor(self, place: int) -> dict[str, ReasonNumber]:
        famine = self._day(place, float(self.decisions.bounds.famine_from[place]))
        return {"max_gap": float(self.contacts.max_gap[place]), "famine": famine}

    def _stance_at(self, place: int, at: float) -> tuple[int, str]:
        cohort, day = self.contacts.cohort[place], self._day_number(place, at)
        if not 0 <= day < self.almanac.days:
            return STANCES.index(Stance.OPEN), ""
        return int(self.almanac.stance[cohort, day]), self._season(int(self.almanac.season[cohort, day]))

    def _season(self, number: int) -> str:
        return self.almanac.seasons[number] if number >= 0 else ""

    def _campaign(self, place: int) -> str:
        return self.offers.offers[int(self.decisions.slots.offer[place])].campaign_name

    def _day(self, place: int, at: float) -> str:
        """The contact's local day of an instant, as ISO text."""
        return self.almanac.date_at(self._day_number(place, at)).isoformat()

    def _day_number(self, place: int, at: float) -> int:
        """Number of the contact's local day of an instant; a long silence or pause may lie outside the almanac."""
        midnights = self.almanac.midnights[self.contacts.cohort[place]]
        day = int(np.searchsorted(midnights, at, "right")) - 1
        if day < 0:
            return floor((at - float(midnights[0])) / DAY)
        return day if day < self.almanac.days else day + floor((at - float(midnights[-1])) / DAY)

    def _last(self, place: int) -> str:
        """The newest touch as a sentence names it: "the Weekly tips"."""
        recent_at, campaigns = self.contacts.recent_at[place], self.contacts.recent_campaign[place]
        if not len(recent_at) or recent_at[0] < self.contacts.last_at[place]:
            return "their last visit, call or reply"
        name = self.offers.campaign_names[int(campaigns[0])] if campaigns[0] >= 0 else ""
        return f"the {name}" if name else "the last touch"
