"""Imports: what became of each file, what was wrong with which row, and the refused rows to mend and bring again."""

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response, abort, render_template

from outreach.db.queries.import_pages import FaultLine, load_faults, load_import, load_imports
from outreach.web.current import current_outreach

blueprint = Blueprint("imports", __name__)

SHOWN = 50
FAULTS_SHOWN = 200
#: What spreadsheets take for the beginning of a formula, full-width forms included (OWASP ASVS 5.0, 1.2.10).
FORMULA_STARTS = tuple("=+-@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}")
FORMULA_STARTS += tuple("\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}")


@blueprint.get("/imports")
def show_all() -> str:
    """The list."""
    with current_outreach().db.raw_transaction() as connection:
        imports = load_imports(connection, limit=SHOWN)
    return render_template("admin/imports.html", imports=imports)


@blueprint.get("/imports/<int:import_id>")
def show(import_id: int) -> str:
    """One import with its first faults."""
    with current_outreach().db.raw_transaction() as connection:
        brought = load_import(connection, import_id)
        if brought is None:
            abort(404)
        faults = list(load_faults(connection, import_id, limit=FAULTS_SHOWN))
    return render_template("admin/import.html", brought=brought, faults=faults, shown=FAULTS_SHOWN)


@blueprint.get("/imports/<int:import_id>/refused.csv")
def refused(import_id: int) -> Response:
    """The refused rows as they came, each with what is wrong in its last column."""
    with current_outreach().db.raw_transaction() as connection:
        if load_import(connection, import_id) is None:
            abort(404)
        faults = list(load_faults(connection, import_id))
    response = Response("\ufeff" + "".join(_csv(faults)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-rows-{import_id}.csv"'
    return response


def spreadsheet_safe(value: str) -> str:
    """`value` with a quote before it if a spreadsheet would run it as a formula, also behind leading blanks."""
    return "'" + value if value.startswith(FORMULA_STARTS) or value.lstrip().startswith(FORMULA_STARTS) else value


def _csv(faults: list[FaultLine]) -> Iterator[str]:
    by_row: dict[int, list[FaultLine]] = {}
    for fault in faults:
        by_row.setdefault(fault.row, []).append(fault)
    columns = list(dict.fromkeys(column for fault in faults for column in fault.cells))
    yield _line(["row", *columns, "what is wrong"])
    for row, wrong in by_row.items():
        words = " ".join(f"{fault.column}: {fault.reason}. {fault.mend}" for fault in wrong)
        yield _line([str(row), *(str(wrong[0].cells.get(column, "")) for column in columns), words])


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([spreadsheet_safe(cell) for cell in cells])
    return out.getvalue()
