"""Loads a rehearsal: contacts as the planner sees them, with all that their messages taught and what is planned."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import psycopg

from outreach.db.columns import read_columns
from outreach.db.queries.cadence import load_histories
from outreach.db.queries.planning import load_offers
from outreach.db.queries.planning_table import load_planning_table
from outreach.db.queries.tuning import load_tuning
from outreach.domain.planning.bounds import DAY
from outreach.domain.planning.offers import Offers
from outreach.domain.planning.rehearsal import Rehearsal, Touches
from outreach.domain.rhythm.cadence import Bands, Learners
from outreach.domain.rhythm.lessons import Folded
from outreach.domain.rhythm.pressure import Timing
from outreach.domain.rhythm.stories import History
from outreach.domain.rhythm.tuning import Tuning

#: Histories gone through at once.
CHUNK = 2_000

PLANNED = """
    SELECT contact_id, edition_id, date_part('epoch', send_at), reason_code = 'due.quiet', reason_code = 'due.peak'
    FROM touches
    WHERE state IN ('planned', 'claimed', 'sending', 'retry_wait') AND contact_id = ANY(%(ids)s)
    ORDER BY send_at
"""
_PLANNED_COLUMNS = {"contact_id": "i8", "edition_id": "i4", "send_at": "f8", "busy": "?", "keen": "?"}


@dataclass(frozen=True, slots=True)
class LoadedRehearsal:
    """A rehearsal and the keys of the industries that its contacts' numbers stand for."""

    rehearsal: Rehearsal
    industries: list[str]


def load_rehearsal(
    connection: psycopg.Connection, ids: Sequence[int], *, now: datetime, until: datetime, horizon: timedelta
) -> LoadedRehearsal:
    """The rehearsal of `ids` from `now`, with the editions known to open before `until`."""
    offers = load_offers(connection, now=now, until=until)
    table = load_planning_table(connection, ids, offers=offers, now=now)
    tuning = load_tuning(connection)
    learners, waiting = _learners(connection, table.contacts.id.tolist(), tuning=tuning, now=now)
    rehearsal = Rehearsal(
        contacts=table.contacts,
        cohorts=table.cohorts,
        offers=table.offers,
        learners=learners,
        horizon=horizon,
        slowdown=tuning.slowdown,
    )
    rehearsal.expect(waiting)
    rehearsal.take_planned(*_planned(connection, rehearsal, table.offers))
    return LoadedRehearsal(rehearsal, list(table.industries))


def load_contact_ids(
    connection: psycopg.Connection,
    *,
    industry: str | None = None,
    contact_id: int | None = None,
    external_id: str | None = None,
) -> list[int]:
    """Ids of all contacts with a rhythm, of one industry (key), or one contact's."""
    rows = connection.execute(
        """
        SELECT c.id FROM contacts c JOIN rhythms r ON r.contact_id = c.id JOIN industries i ON i.id = c.industry_id
        WHERE (%(industry)s::text IS NULL OR i.key = %(industry)s)
          AND (%(contact)s::bigint IS NULL OR c.id = %(contact)s)
          AND (%(external)s::text IS NULL OR c.external_id = %(external)s)
        ORDER BY c.id
        """,
        {"industry": industry, "contact": contact_id, "external": external_id},
    )
    return [row[0] for row in rows]


def _learners(
    connection: psycopg.Connection, ids: Sequence[int], *, tuning: Tuning, now: datetime
) -> tuple[Learners, Touches]:
    """What was learnt about each of `ids` (in their order), and mails of theirs whose fate is open."""
    whole = Learners.fresh(_no_bands(len(ids)), tuning=tuning)
    waiting: list[Touches] = []
    for start in range(0, len(ids), CHUNK):
        histories = load_histories(connection, ids[start : start + CHUNK], now=now)
        folded = Folded.of(histories, tuning=tuning)
        _copy(folded.learners, whole, slice(start, start + len(histories)))
        waiting.append(_open(histories, folded, first=start))
    return whole, Touches.joined(waiting)


def _no_bands(count: int) -> Bands:
    return Bands(np.ones(count), np.ones(count), np.ones(count))


def _copy(part: Learners, whole: Learners, places: slice) -> None:
    for name in ("gap", "pressure", "pressed_at", "beliefs"):
        getattr(whole, name)[places] = getattr(part, name)
    for family in ("bands", "programs"):
        source, target = getattr(part, family), getattr(whole, family)
        for one in fields(source):
            getattr(target, one.name)[places] = getattr(source, one.name)


def _open(histories: Sequence[History], folded: Folded, *, first: int) -> Touches:
    """Mails that have not had their days yet, or whose silence has not been counted."""
    told = [
        (first + row, place)
        for row, history in enumerate(histories)
        for place, story in enumerate(history.in_order())
        if story.waits and history.teaches(story)
    ]
    row = np.array([row for row, _ in told], np.int64)
    place = np.array([place for _, place in told], np.int64)
    sheets = folded.sheets
    return Touches(
        contact=row,
        offer=np.full(len(row), -1, np.int64),
        sent_at=sheets.day[row - first, place] * DAY,
        met=folded.met[row - first, place],
        timing=sheets.timing[row - first, place],
    )


def _planned(connection: psycopg.Connection, rehearsal: Rehearsal, offers: Offers) -> tuple[Any, Any, Any, Any]:
    """Touches that are planned already: places of their contacts and offers, instants and timings."""
    ids = rehearsal.contacts.id
    planned = read_columns(connection, PLANNED, {"ids": ids.tolist()}, _PLANNED_COLUMNS)
    places = {offer.edition_id: place for place, offer in enumerate(offers.offers)}
    offer = np.array([places.get(edition, -1) for edition in planned["edition_id"].tolist()], np.int64)
    known = offer >= 0
    timing = np.where(planned["busy"], Timing.BUSY, np.where(planned["keen"], Timing.KEEN, Timing.ORDINARY))
    return (
        np.searchsorted(ids, planned["contact_id"][known]),
        offer[known],
        planned["send_at"][known],
        timing[known].astype(np.int64),
    )
