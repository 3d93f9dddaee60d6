"""Writes what a pack declares, changing only what differs, and says what that was."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from outreach.db.base import Base
from outreach.db.models.contacts import Contact
from outreach.db.models.content import Business, Campaign, Edition, EditionContent, Industry, Link
from outreach.db.models.due_services import ServiceRow
from outreach.db.models.journeys import JourneyRow
from outreach.db.models.ledger import Touch
from outreach.db.models.offers import DeclaredOfferRow
from outreach.db.models.rhythm import Rhythm
from outreach.db.models.sign_ups import SignUpFormRow

#: Advisory lock of everything that applies packs ("pack" as a number).
PACK_LOCK = 0x7061636B

#: Columns of an industry that decide when its contacts may be written to.
RULES = frozenset({"calendar", "min_gap", "target_gap", "max_gap"})


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one row that a pack declares, or declared before.

    Attributes:
        kind: business, industry, campaign, edition, text, sign-up form, offer, service,
            journey. key: its name, as in the pack.
        what: added, changed, stopped, kept or unchanged. What staff have edited is kept: the pack says something else,
            and it was not written.
        fields: what differs; empty for a row that is new.
        row_id: in the database.
    """

    kind: str
    key: str
    what: str
    fields: tuple[str, ...]
    row_id: int

    @property
    def touches_rules(self) -> bool:
        """Whether an industry's calendar or band is another one now."""
        return self.kind == "industry" and not RULES.isdisjoint(self.fields)


def lock_packs(session: Session) -> None:
    """Waits for any other pack to be applied; held until the transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PACK_LOCK})


def merge_business(session: Session, *, key: str, values: Mapping[str, Any], now: datetime) -> Change:
    """The one business row."""
    return _merge(session, Business, {"id": 1}, values, kind="business", key=key, now=now)


def merge_industry(session: Session, *, key: str, values: Mapping[str, Any], now: datetime) -> Change:
    """An industry; a changed calendar or band gets a new version."""
    change = _merge(session, Industry, {"key": key}, values, kind="industry", key=key, now=now)
    if change.touches_rules:
        session.get_one(Industry, change.row_id).calendar_version += 1
    return change


def merge_campaign(session: Session, *, key: str, values: Mapping[str, Any], now: datetime) -> Change:
    """A campaign."""
    return _merge(session, Campaign, {"key": key}, values, kind="campaign", key=key, now=now)


def merge_edition(session: Session, *, campaign: Change, key: str, values: Mapping[str, Any], now: datetime) -> Change:
    """An edition of a campaign; if staff have moved it, or made it under that key, its days and place are kept.

    An evergreen series may have been lengthened; a pack does not shorten it again.
    """
    identity = {"campaign_id": campaign.row_id, "key": key}
    named = f"{campaign.key}/{key}"
    row = session.scalar(select(Edition).filter_by(**identity))
    if row is not None and session.get_one(Campaign, campaign.row_id).evergreen:
        values = {**values, "closes_on": max(row.closes_on, values["closes_on"])}
    if row is not None and (row.edited_at or row.source == "staff"):
        return _kept(row, values, kind="edition", key=named)
    return _merge(session, Edition, identity, values, kind="edition", key=named, now=now)


def merge_text(session: Session, *, edition: Change, locale: str, values: Mapping[str, Any], now: datetime) -> Change:
    """The text of an edition in a locale; a changed one gets a new version, one that staff have written is kept."""
    identity = {"edition_id": edition.row_id, "locale": locale}
    named = f"{edition.key}.{locale}"
    row = session.scalar(select(EditionContent).filter_by(**identity))
    if row is not None and row.edited_at:
        return _kept(row, values, kind="text", key=named)
    change = _merge(session, EditionContent, identity, values, kind="text", key=named, now=now)
    if change.fields:
        session.get_one(EditionContent, change.row_id).version += 1
    return change


def add_links(session: Session, *, edition: Change, urls: Collection[str]) -> None:
    """Makes the addresses of an edition trackable. Old ones stay: mails that are out lead to them."""
    if urls:
        rows = [{"edition_id": edition.row_id, "url": url} for url in urls]
        session.execute(insert(Link).values(rows).on_conflict_do_nothing())


def retire_editions(session: Session, *, campaign: Change, declared: Sequence[str], now: datetime) -> list[Change]:
    """Closes editions of a campaign that the pack no longer declares; what they did stays.

    What staff made was never declared, and is left alone.
    """
    # Two days ago is over in every time zone.
    over = now.date() - timedelta(days=2)
    rows = session.scalars(
        select(Edition)
        .where(
            Edition.campaign_id == campaign.row_id,
            Edition.source == "pack",
            Edition.key.not_in(declared),
            Edition.closes_on > over,
        )
        .order_by(Edition.position)
    )
    changes = []
    for row in rows:
        row.closes_on, row.updated_at = over, now
        changes.append(Change("edition", f"{campaign.key}/{row.key}", "stopped", ("closes_on",), row.id))
    _skip_planned(session, Touch.edition_id.in_([change.row_id for change in changes]))
    return changes


def retire_campaigns(session: Session, *, declared: Sequence[str], now: datetime) -> list[Change]:
    """Stops campaigns that the pack no longer declares; what they did stays."""
    changes = []
    for row in session.scalars(select(Campaign).where(Campaign.active, Campaign.key.not_in(declared))):
        row.active, row.updated_at = False, now
        changes.append(Change("campaign", row.key, "stopped", ("active",), row.id))
    _skip_planned(session, Touch.campaign_id.in_([change.row_id for change in changes]))
    return changes


def merge_sign_up_form(session: Session, *, key: str, values: Mapping[str, Any], now: datetime) -> Change:
    """A sign-up form."""
    return _merge(session, SignUpFormRow, {"key": key}, values, kind="sign-up form", key=key, now=now)


def retire_sign_up_forms(session: Session, *, declared: Sequence[str], now: datetime) -> list[Change]:
    """Closes forms that the pack no longer declares; links that are out can still be confirmed."""
    changes = []
    for row in session.scalars(select(SignUpFormRow).where(SignUpFormRow.active, SignUpFormRow.key.not_in(declared))):
        row.active, row.updated_at = False, now
        changes.append(Change("sign-up form", row.key, "stopped", ("active",), row.id))
    return changes


def merge_journey(session: Session, *, key: str, definition: Mapping[str, Any], now: datetime) -> Change:
    """A journey; a changed one gets a new version, and one that staff have changed or made is kept.

    Whether it is switched on is for staff to say.
    """
    values = {"definition": definition}
    row = session.scalar(select(JourneyRow).filter_by(key=key))
    if row is not None and (row.edited_at or row.source == "staff"):
        return _kept(row, values, kind="journey", key=key)
    change = _merge(session, JourneyRow, {"key": key}, values, kind="journey", key=key, now=now)
    if change.fields:
        session.get_one(JourneyRow, change.row_id).version += 1
    return change


def retire_journeys(session: Session, *, declared: Sequence[str], now: datetime) -> list[Change]:
    """Switches journeys off that the pack no longer declares; what staff made is left alone."""
    lost = JourneyRow.active & (JourneyRow.source == "pack") & JourneyRow.key.not_in(declared)
    changes = []
    for row in session.scalars(select(JourneyRow).where(lost).order_by(JourneyRow.id)):
        row.active, row.updated_at = False, now
        changes.append(Change("journey", row.key, "stopped", ("active",), row.id))
    return changes


def merge_service(session: Session, *, key: str, values: Mapping[str, Any], now: datetime) -> Change:
    """A service that comes round."""
    return _merge(session, ServiceRow, {"key": key}, values, kind="service", key=key, now=now)


def retire_services(session: Session, *, declared: Sequence[str], now: datetime) -> list[Change]:
    """Stops services that the pack no longer declares; what is known of them stays."""
    changes = []
    for row in session.scalars(select(ServiceRow).where(ServiceRow.active, ServiceRow.key.not_in(declared))):
        row.active, row.updated_at = False, now
        changes.append(Change("service", row.key, "stopped", ("active",), row.id))
    return changes


def merge_declared_offer(session: Session, *, key: str, values: Mapping[str, Any], now: datetime) -> Change:
    """An offer."""
    return _merge(session, DeclaredOfferRow, {"key": key}, values, kind="offer", key=key, now=now)


def retire_declared_offers(session: Session, *, declared: Sequence[str], now: datetime) -> list[Change]:
    """Ends offers that the pack no longer declares; they stay for the report."""
    changes = []
    gone = select(DeclaredOfferRow).where(DeclaredOfferRow.active, DeclaredOfferRow.key.not_in(declared))
    for row in session.scalars(gone.order_by(DeclaredOfferRow.key)):
        row.active, row.updated_at = False, now
        changes.append(Change("offer", row.key, "stopped", ("active",), row.id))
    return changes


def look_again(session: Session, *, industries: Collection[int] | None = None, now: datetime) -> None:
    """Lets the planner look again at the contacts of these industries, or at all: what it may do has changed."""
    asleep = Rhythm.look_at > now
    if industries is not None:
        asleep &= Rhythm.contact_id.in_(select(Contact.id).where(Contact.industry_id.in_(industries)))
    session.execute(update(Rhythm).where(asleep).values(look_at=now), execution_options={"synchronize_session": False})


def _skip_planned(session: Session, which: ColumnElement[bool]) -> None:
    """Takes back what is planned and not claimed yet."""
    waiting = which & Touch.state.in_(("planned", "retry_wait"))
    chosen = select(Touch.id).where(waiting).order_by(Touch.id).with_for_update(key_share=True)
    session.execute(
        update(Touch).where(Touch.id.in_(chosen), waiting).values(state="skipped", outcome="no longer in the pack"),
        execution_options={"synchronize_session": False},
    )
    # What was to ride along in them may be planned anew.
    carriers = select(Touch.id).where(which, Touch.state == "skipped")
    riders = delete(Touch).where(Touch.merged_into.in_(carriers))
    session.execute(riders, execution_options={"synchronize_session": False})


def _kept(row: Any, values: Mapping[str, Any], *, kind: str, key: str) -> Change:
    """What the pack would have changed of a row that is staff's own."""
    differing = _differing(row, values)
    return Change(kind, key, "kept" if differing else "unchanged", differing, row.id)


def _differing(row: Any, values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name, value in values.items() if getattr(row, name) != value)


def _merge(
    session: Session,
    model: type[Base],
    identity: Mapping[str, Any],
    values: Mapping[str, Any],
    *,
    kind: str,
    key: str,
    now: datetime,
) -> Change:
    row: Any = session.scalar(select(model).filter_by(**identity))
    if row is None:
        row = model(**identity, **values, updated_at=now)
        session.add(row)
        session.flush()
        return Change(kind, key, "added", (), row.id)
    differing = _differing(row, values)
    for name in differing:
        setattr(row, name, values[name])
    if differing:
        row.updated_at = now
    return Change(kind, key, "changed" if differing else "unchanged", differing, row.id)
