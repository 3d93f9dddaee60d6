"""A row of a table as a signal, or what is wrong with it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.domain.signal import KNOWN, SignalKind, read_signal

NOW = datetime(2026, 9, 8, 9, 30, tzinfo=UTC)
GOOD = {
    "external_id": "C1",
    "kind": "Purchase",
    "occurred_at": "2026-05-31T09:30:00+02:00",
    "amount": "129.50",
    "currency": "gbp",
    "reference": "INV-7",
}


def test_a_good_row_is_brought_into_one_spelling() -> None:
    signal, faults = read_signal(GOOD, now=NOW)
    assert faults == []
    assert signal is not None
    assert (signal.kind, signal.amount, signal.currency) == (SignalKind.PURCHASE, Decimal("129.50"), "GBP")
    assert signal.occurred_at == datetime(2026, 5, 31, 7, 30, tzinfo=UTC)


def test_amount_currency_and_reference_may_be_missing() -> None:
    signal, faults = read_signal({"external_id": "C1", "kind": "visit", "occurred_at": "2026-05-31"}, now=NOW)
    assert faults == []
    assert signal is not None
    assert (signal.amount, signal.currency, signal.reference) == (None, "", "")


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("external_id", "", "is empty"),
        ("kind", "telepathy", "is not known"),
        ("occurred_at", "", "is no date or time"),
        ("occurred_at", "2026-02-30T10:00:00+00:00", "is no date or time"),
        ("occurred_at", "2027-01-01", "lies in the future"),
        ("amount", "twelve pounds", "is no amount"),
        ("amount", "NaN", "is no amount"),
        ("amount", "1e30", "is no amount"),
        ("currency", "shells", "is no currency code"),
        ("reference", "INV\a7", "holds a control character"),
    ],
)
def test_a_bad_cell_is_named_with_its_value_a_reason_and_the_mend(column: str, value: str, reason: str) -> None:
    signal, (fault,) = read_signal(GOOD | {column: value}, now=NOW)
    assert signal is None
    assert (fault.column, fault.value, fault.reason) == (column, value, reason)
    assert fault.mend.endswith(".")


@given(st.fixed_dictionaries({}, optional={name: st.text(max_size=30) for name in KNOWN}))
def test_whatever_stands_in_the_cells_it_is_taken_or_explained(cells: dict[str, str]) -> None:
    signal, faults = read_signal(GOOD | cells, now=NOW)
    assert (signal is None) == bool(faults)
