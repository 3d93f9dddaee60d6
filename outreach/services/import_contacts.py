"""Imports a table of contacts: good rows land, bad rows are named and kept, opt-outs come first and stay."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from outreach.db.queries.imports import (
    IncomingContact,
    Landed,
    OptOut,
    apply_opt_outs,
    business_locales,
    industry_keys,
    land_contacts,
    lock_imports,
    store_import,
)
from outreach.db.session import Database
from outreach.domain.contact import KNOWN, REQUIRED, CellFault, NewContact, read_contact, withdrawn_channels
from outreach.domain.errors import BadInput, Fault, shortened
from outreach.domain.refused import RefusedCell
from outreach.domain.touch import Channel
from outreach.intake.tables import Row, Table, open_table

#: Rows between two calls of `progress`.
PROGRESS_EVERY = 250


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file, row by row.

    Attributes:
        import_id: of the report in the database.
        rows_read: rows below the header. landed: what became of the good ones.
        refused: everything wrong with the others, with the rows as they were.
    """

    import_id: int
    file_name: str
    rows_read: int
    landed: Landed
    refused: tuple[RefusedCell, ...]

    @property
    def faults(self) -> list[Fault]:
        """The refused cells as sentences."""
        return [
            Fault(self.file_name, cell.reason, cell.mend, line=cell.row, column=cell.column, value=cell.value)
            for cell in self.refused
        ]


def import_contacts(
    *,
    db: Database,
    path: Path,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
    mapping: Mapping[str, str] | None = None,
) -> ImportReport:
    """Brings the contacts of a file in, in one transaction.

    Opt-outs are applied before anything else, also those of rows that are refused for another reason. An import never
    brings a withdrawn consent back: a "yes" counts for a contact that never withdrew on that channel and whose address
    is not barred. The same file twice changes nothing the second time.

    Args:
        mapping: names of the file's columns to ours.
        progress: told how many rows of how many were read.

    Raises:
        BadInput: if the file cannot be used as a whole; nothing of it was applied.
    """
    table = open_table(path, required=REQUIRED, known=KNOWN, mapping=mapping)
    with db.raw_transaction() as connection:
        lock_imports(connection)
        industries, locales = industry_keys(connection), business_locales(connection)
        if not industries:
            raise BadInput([Fault(path.name, "no industry is known yet", "Apply a pack first: outreach apply PACK.")])
        rows = _Rows(industries=industries, locales=locales, now=now)
        rows.read(table, progress)
        opted_out = apply_opt_outs(connection, rows.opt_outs(path.name), now=now)
        new, changed, same = land_contacts(connection, map(_incoming, rows.good), source=f"import {path.name}", now=now)
        import_id = store_import(
            connection,
            kind="contacts",
            file_name=path.name,
            sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
            rows_read=rows.count,
            rows_landed=len(rows.good),
            refused=rows.refused,
            now=now,
        )
    return ImportReport(import_id, path.name, rows.count, Landed(new, changed, same, opted_out), tuple(rows.refused))


class _Rows:
    """The rows of a file, sorted into good and refused while they are read."""

    def __init__(self, *, industries: frozenset[str], locales: frozenset[str], now: datetime) -> None:
        self.industries, self.locales, self.now = industries, locales, now
        self.good: list[NewContact] = []
        self.refused: list[RefusedCell] = []
        self.withdrawn: dict[tuple[str, Channel], int] = {}
        self.first_row: dict[str, int] = {}
        self.count = 0

    def read(self, table: Table, progress: Callable[[int, int], None] | None) -> None:
        total = sum(1 for _ in table.rows()) if progress else 0
        for row in table.rows():
            self.count += 1
            self.take(row)
            if progress and (self.count % PROGRESS_EVERY == 0 or self.count == total):
                progress(self.count, total)

    def take(self, row: Row) -> None:
        for channel in withdrawn_channels(row.cells):
            self.withdrawn.setdefault((row.cells.get("external_id", ""), channel), row.number)
        contact, faults = read_contact(
            row.cells, industries=self.industries, locales=self.locales, today=self.now.date()
        )
        faults = [*self.faults_of_the_row(row), *faults]
        if contact is not None and not faults:
            self.first_row[contact.external_id] = row.number
            self.good.append(contact)
        for fault in faults:
            self.refused.append(
                RefusedCell(row.number, fault.column, shortened(fault.value), fault.reason, fault.mend, row.cells)
            )

    def faults_of_the_row(self, row: Row) -> list[CellFault]:
        faults = []
        if row.surplus:
            cells = f"{row.surplus} more"
            faults.append(
                CellFault("", cells, "the row has more cells than the header", "Put quotes around commas in a cell.")
            )
        earlier = self.first_row.get(row.cells.get("external_id", ""))
        if earlier is not None:
            faults.append(
                CellFault(
                    "external_id", row.cells["external_id"], f"stands in row {earlier} already", "Keep one of the rows."
                )
            )
        return faults

    def opt_outs(self, file_name: str) -> list[OptOut]:
        return [
            OptOut(external_id, channel, f"import {file_name} row {row}")
            for (external_id, channel), row in self.withdrawn.items()
        ]


def _incoming(contact: NewContact) -> IncomingContact:
    return IncomingContact(
        external_id=contact.external_id,
        email=contact.email,
        phone=contact.phone,
        first_name=contact.first_name,
        last_name=contact.last_name,
        company=contact.company,
        industry=contact.industry,
        language=contact.language,
        time_zone=contact.time_zone,
        country=contact.country,
        customer_since=contact.customer_since,
        consent_email=contact.consents.get(Channel.EMAIL),
        consent_sms=contact.consents.get(Channel.SMS),
        consent_source=contact.consent_source,
        consent_at=contact.consent_at,
        attributes=contact.attributes,
    )
