"""Habits as the nightly look found them, and how far it has come."""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class HabitRow(Base):
    """A customer's own rhythm, and how unusual the present silence is for it."""

    __tablename__ = "habits"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True)
    #: buying | visiting | asking | replying: the first of them that there is.
    habit: Mapped[str]
    #: new | steady | slowing | fading | alarm | resting
    label: Mapped[str]
    count: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    #: Mean days between two events, 0 for fewer than two.
    interval: Mapped[float]
    #: In powers of ten.
    surprise: Mapped[float]
    #: From which day on silence alone is unusual for this customer; None without a habit.
    unusual_on: Mapped[date | None]
    #: Own season: day of the year on which it begins and its length; 0 and 0 without one.
    season_begins: Mapped[int] = mapped_column(SmallInteger)
    season_days: Mapped[int] = mapped_column(SmallInteger)
    #: Purchases and bookings, each counting half after 91 days; chance to buy within 39 weeks.
    value: Mapped[float]
    chance: Mapped[float]
    #: By MBG/NBD: the chance that the customer still buys, and purchases in the coming 90 days.
    p_alive: Mapped[float]
    expected: Mapped[float]
    #: buys_less, visits_less, asks_less, replies_less, left_after_answer.
    warnings: Mapped[list[str]] = mapped_column(ARRAY(String))
    scored_on: Mapped[date]

    __table_args__ = (Index("ix_habits_fading", "value", postgresql_where=text("label IN ('fading', 'alarm')")),)


class HabitLook(Base):
    """The one row of the nightly look: which day it is for, and which contact it has come to."""

    __tablename__ = "habit_looks"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, server_default=text("1"))
    day: Mapped[date]
    #: Contacts up to this id are done; None when all are.
    after_id: Mapped[int | None] = mapped_column(BigInteger)
    #: What the history of the base taught that day.
    fits: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
