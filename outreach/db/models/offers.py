"""Offers that a pack declares, and jobs that run once a day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Identity, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from outreach.db.base import Base


class DeclaredOfferRow(Base):
    """An offer; see `domain/care/loyalty.py`. One that the pack no longer names stays for the report."""

    __tablename__ = "declared_offers"

    id: Mapped[int] = mapped_column(Integer, Identity(), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    #: Name per locale.
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    #: everyone | newcomers | present | lapsed
    meant_for: Mapped[str]
    applies_to: Mapped[str]
    #: `kind`, `value`, `currency`, and of a gift its `names` per locale.
    terms: Mapped[dict[str, Any]] = mapped_column(JSONB)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    early_access_days: Mapped[int] = mapped_column(server_default=text("0"))
    #: Keys of the campaigns that carry it, and of those that carry it to present customers first.
    campaigns: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    early_campaigns: Mapped[list[str]] = mapped_column(JSONB, server_default=text("'[]'"))
    #: Offers that it is declared as good as, with the reason of each.
    as_good_as: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    updated_at: Mapped[datetime]


class DailyJob(Base):
    """The last (UTC) day of business time on which a job that runs once a day has run."""

    __tablename__ = "daily_jobs"

    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]
