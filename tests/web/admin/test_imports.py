"""Imports: faults row by row, and the refused rows as a file that no spreadsheet runs."""

import csv
import io

import pytest
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.db.models.imports import Import, ImportFault
from outreach.domain.refused import spreadsheet_safe
from tests.factories import NOW


def brought(product: Outreach) -> int:
    with product.db.transaction() as session:
        counts = {"rows_read": 3, "rows_landed": 2, "rows_refused": 1}
        row = Import(kind="contacts", file_name="contacts.csv", sha256="0" * 64, imported_at=NOW, **counts)
        session.add(row)
        session.flush()
        cells = {"external_id": "C1", "email": "nonsense", "company": "=cmd|' /C calc'!A0"}
        for column, reason in (("email", "this is no address"), ("language", "nobody speaks this")):
            words = {"column": column, "value": "nonsense", "reason": reason, "mend": "Mend it."}
            session.add(ImportFault(import_id=row.id, row=3, cells=cells, **words))
        return row.id


def test_the_page_names_row_column_value_and_mend(staff: FlaskClient, product: Outreach) -> None:
    number = brought(product)
    assert "contacts.csv" in staff.get("/imports").get_data(as_text=True)
    page = staff.get(f"/imports/{number}").get_data(as_text=True)
    for words in ("3 rows read, 2 landed, 1 refused.", "<code>email</code>", "this is no address", "Mend it."):
        assert words in page


def test_the_download_has_one_line_a_row_with_all_that_is_wrong(staff: FlaskClient, product: Outreach) -> None:
    answer = staff.get(f"/imports/{brought(product)}/refused.csv")
    header, row = csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff")))
    assert set(header) == {"row", "external_id", "email", "company", "what is wrong"}
    values = dict(zip(header, row, strict=True))
    assert values["row"] == "3"
    assert values["company"] == "'=cmd|' /C calc'!A0"
    assert "this is no address" in values["what is wrong"]
    assert "nobody speaks this" in values["what is wrong"]


@pytest.mark.parametrize("cell", ["=1+1", "+447700900123", "-2", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_what_looks_like_a_formula_is_quoted(cell: str) -> None:
    assert spreadsheet_safe(cell) == "'" + cell


def test_plain_words_stay_as_they_are() -> None:
    assert spreadsheet_safe("Anna = Evans") == "Anna = Evans"
