"""Signs of life of the product's parts, by the wall's clock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from outreach.db.models.operations import Heartbeat


@dataclass(frozen=True, slots=True)
class Beat:
    """When a part last worked (wall clock), how many seconds ago, and what it said."""

    part: str
    at: datetime
    seconds_ago: float
    note: str


def beat(session: Session, *, part: str, note: str) -> None:
    """Notes that `part` works; the instant is the database's."""
    values = {"at": func.clock_timestamp(), "note": note[:500]}
    session.execute(
        insert(Heartbeat)
        .values(part=part, **values)
        .on_conflict_do_update(index_elements=[Heartbeat.part], set_=values)
    )


def load_beats(session: Session) -> list[Beat]:
    """All parts that ever worked, by name."""
    age = func.extract("epoch", func.clock_timestamp() - Heartbeat.at)
    rows = session.execute(select(Heartbeat.part, Heartbeat.at, age, Heartbeat.note).order_by(Heartbeat.part))
    return [Beat(part, at, float(seconds), note) for part, at, seconds, note in rows]


def last_beat(session: Session) -> datetime | None:
    """When any part last worked (wall clock), or None on a fresh database."""
    return session.scalar(select(func.max(Heartbeat.at)))
