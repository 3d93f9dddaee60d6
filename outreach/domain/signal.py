"""A signal as a row of a table brings it: what a customer did with the business, and when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from outreach.domain.instants import SLACK, parsed_instant
from outreach.domain.refused import CellFault
from outreach.domain.words import has_controls

REQUIRED = ("external_id", "kind", "occurred_at")
KNOWN = (*REQUIRED, "amount", "currency", "reference")
LONGEST_REFERENCE = 200
LARGEST_AMOUNT = Decimal(10) ** 12


class SignalKind(StrEnum):
    """What the customer did."""

    #: Bought something.
    PURCHASE = "purchase"
    #: Came by, in person or on the website.
    VISIT = "visit"
    #: Asked something.
    QUESTION = "question"
    #: Was not content.
    COMPLAINT = "complaint"
    #: Made an appointment.
    BOOKING = "booking"
    #: Answered a message of ours.
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class NewSignal:
    """A row that can be taken; `occurred_at` is aware, UTC."""

    external_id: str
    kind: SignalKind
    occurred_at: datetime
    amount: Decimal | None
    currency: str
    reference: str


def read_signal(cells: Mapping[str, str], *, now: datetime) -> tuple[NewSignal | None, list[CellFault]]:
    """The signal in a row, or None and everything that is wrong with the row."""
    faults: list[CellFault] = []

    def fault(column: str, reason: str, mend: str) -> None:
        faults.append(CellFault(column, cells.get(column, ""), reason, mend))

    external_id, kind, currency = cells["external_id"], cells["kind"].lower(), cells.get("currency", "").upper()
    reference = cells.get("reference", "")
    if not external_id:
        fault("external_id", "is empty", "Name the contact it belongs to.")
    if kind not in {known.value for known in SignalKind}:
        fault("kind", "is not known", "Use one of " + ", ".join(SignalKind) + ".")
    occurred_at = parsed_instant(cells["occurred_at"])
    if occurred_at is None:
        fault("occurred_at", "is no date or time", "Write it like 2025-05-31T09:30:00+00:00.")
    elif occurred_at > now + SLACK:
        fault("occurred_at", "lies in the future", "Check the year.")
    amount = _amount(cells.get("amount", ""))
    if amount is None and cells.get("amount"):
        fault("amount", "is no amount", "Write a plain number like 129.50.")
    elif amount is not None and amount < 0:
        fault("amount", "is negative", "Write what was paid; what was given back is no purchase, so leave it out.")
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        fault("currency", "is no currency code", "Use three letters of ISO 4217, like GBP.")
    if has_controls(reference):
        fault("reference", "holds a control character", "Remove line breaks and invisible characters.")
    if len(reference) > LONGEST_REFERENCE:
        fault("reference", f"is longer than {LONGEST_REFERENCE} characters", "Shorten it.")
    if faults or occurred_at is None:
        return None, faults
    return NewSignal(external_id, SignalKind(kind), occurred_at, amount, currency, reference), []


def stranger(external_id: str) -> CellFault:
    """What is said of a signal whose contact nobody knows."""
    reason = "belongs to no contact we know; the signal is kept until there is one"
    return CellFault("external_id", external_id, reason, "Import the contact, or correct the id.")


def differing(reference: str) -> CellFault:
    """What is said of a signal that is known with another instant, amount or currency."""
    reason = "is known with another date or amount, and the first word stays"
    return CellFault("reference", reference, reason, "Give each signal a reference of its own.")


def _amount(value: str) -> Decimal | None:
    try:
        amount = Decimal(value)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < LARGEST_AMOUNT else None
