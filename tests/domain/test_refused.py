"""The file in which refused rows come back."""

import csv

import pytest

from outreach.domain.refused import CellFault, as_typed, refused_cells, refused_csv, spreadsheet_safe

CELLS = {"external_id": "C1", "email": "x", "note": "=1+1"}


def test_each_refused_row_stands_there_once_with_everything_that_is_wrong_with_it() -> None:
    faults = [CellFault("email", "x", "is no address", "Mend it."), CellFault("", "", "is too long", "Cut it.")]
    lines = list(csv.reader(refused_csv(refused_cells(faults, row=7, cells=CELLS))))
    assert lines[0] == ["row", "external_id", "email", "note", "what is wrong"]
    assert lines[1][:3] == ["7", "C1", "x"]
    assert lines[1][4] == "email: is no address. Mend it. is too long. Cut it."
    assert len(lines) == 2


def test_no_cell_becomes_a_formula_in_a_spreadsheet() -> None:
    fault = CellFault("email", "x", "is no address", "Mend it.")
    (_, line) = csv.reader(refused_csv(refused_cells([fault], row=2, cells=CELLS)))
    assert line[3] == "'=1+1"


@pytest.mark.parametrize("value", ["+447700900123", "=1+1", "O'Neill", "'quoted'", "", "-", "plain"])
def test_what_goes_out_safe_comes_back_as_it_was(value: str) -> None:
    assert as_typed(spreadsheet_safe(value)) == value
