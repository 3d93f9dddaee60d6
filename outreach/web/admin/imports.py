"""Imports: what became of each file, what was wrong with which row, and the refused rows to mend and bring again."""

from flask import Blueprint, Response, abort, render_template

from outreach.db.queries.import_pages import load_faults, load_import, load_imports
from outreach.domain.refused import refused_csv
from outreach.web.current import current_outreach

blueprint = Blueprint("imports", __name__)

SHOWN = 50
FAULTS_SHOWN = 200


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
    response = Response("\ufeff" + "".join(refused_csv(faults)), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="refused-rows-{import_id}.csv"'
    return response
