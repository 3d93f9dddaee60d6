"""Imports a table of contacts: good rows land, bad rows are named and kept, opt-outs come first and stay."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from outreach.db.queries.import_consents import OptOut, apply_opt_outs, grant_consents
from outreach.db.queries.imports import (
    Landed,
    begin_rhythms,
    business_locales,
    industry_keys,
    land_contacts,
    lock_imports,
    stage_contacts,
    store_import,
)
from outreach.db.queries.personal_data import load_erased
from outreach.db.queries.signal_touches import count_as_touches
from outreach.db.queries.signals import adopt_waiting_signals
from outreach.db.session import Database
from outreach.domain.contact import KNOWN, REQUIRED, NewContact, read_contact, withdrawn_channels
from outreach.domain.erasure import keyed_hash
from outreach.domain.errors import BadInput, Fault
from outreach.domain.refused import CellFault, RefusedCell, as_faults, refused_cells
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
        opted_out, opted_in: consents that ended and began.
        refused: everything wrong with the others, with the rows as they were.
    """

    import_id: int
    file_name: str
    rows_read: int
    landed: Landed
    opted_out: int
    opted_in: int
    refused: tuple[RefusedCell, ...]

    @property
    def faults(self) -> list[Fault]:
        """The refused cells as sentences."""
        return as_faults(self.refused, place=self.file_name)


def import_contacts(
    *,
    db: Database,
    path: Path,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
    mapping: Mapping[str, str] | None = None,
    secret: bytes = b"",
) -> ImportReport:
    """Brings the contacts of a file in, in one transaction.

    Opt-outs are applied before anything else, also those of rows that are refused for another reason. An import never
    brings a withdrawn consent back: a "yes" counts only if nobody at that address ever said no on the channel and the
    address is not barred, whatever `consent_at` says; only the person can take an opt-out back, by our own pages.
    The same file twice changes nothing the second time. What the file has no column for stays as it is.

    Args:
        mapping: names of the file's columns to ours.
        progress: told how many rows of how many were read.
        secret: the product's, by which addresses are known whose owners had everything erased.

    Raises:
        BadInput: if the file cannot be used as a whole; nothing of it was applied.
    """
    table = open_table(path, required=REQUIRED, known=KNOWN, mapping=mapping)
    with db.raw_transaction() as connection:
        lock_imports(connection)
        industries, locales = industry_keys(connection), business_locales(connection)
        if not industries:
            raise BadInput([Fault(path.name, "no industry is known yet", "Apply a pack first: outreach apply PACK.")])
        gone = _Gone(load_erased(connection), secret)
        rows = _Rows(industries=industries, locales=locales, now=now, file_name=path.name, gone=gone)
        stage_contacts(connection, rows.good(table, progress))
        origin = f"file {path.name}, SHA-256 {table.sha256}, imported {now:%Y-%m-%d %H:%M} UTC"
        opted_out = apply_opt_outs(connection, rows.opt_outs, origin=origin, now=now)
        landed = land_contacts(connection, columns=table.columns, now=now)
        # Once more for the contacts that are new: their no must be on record, too.
        opted_out += apply_opt_outs(connection, rows.opt_outs, origin=origin, now=now)
        opted_in = grant_consents(connection, source=f"import {path.name}", origin=origin, now=now)
        begin_rhythms(connection, now=now)
        if adopt_waiting_signals(connection):
            count_as_touches(connection, now=now)
        import_id = store_import(
            connection,
            kind="contacts",
            file_name=path.name,
            sha256=table.sha256,
            rows_read=rows.count,
            rows_landed=rows.count_good,
            refused=rows.refused,
            now=now,
        )
    return ImportReport(import_id, path.name, rows.count, landed, opted_out, opted_in, tuple(rows.refused))


@dataclass(frozen=True, slots=True)
class _Gone:
    """Addresses whose owners had everything erased."""

    hashes: frozenset[tuple[str, bytes]]
    secret: bytes = field(repr=False)

    def holds(self, contact: NewContact) -> bool:
        """Whether one of the contact's addresses is among them."""
        addresses = ((Channel.EMAIL, contact.email.lower()), (Channel.SMS, contact.phone))
        return bool(self.hashes) and any(
            (channel.value, keyed_hash(channel, address, secret=self.secret)) in self.hashes
            for channel, address in addresses
            if address
        )


class _Rows:
    """The rows of a file, sorted into good and refused while they are read.

    Attributes:
        refused, opt_outs: complete once `good` has come to its end.
    """

    def __init__(
        self, *, industries: frozenset[str], locales: frozenset[str], now: datetime, file_name: str, gone: _Gone
    ) -> None:
        self.industries, self.locales, self.now, self.file_name, self.gone = industries, locales, now, file_name, gone
        self.refused: list[RefusedCell] = []
        self.opt_outs: list[OptOut] = []
        self.first_row: dict[str, int] = {}
        self.count = 0

    @property
    def count_good(self) -> int:
        return len(self.first_row)

    def good(self, table: Table, progress: Callable[[int, int], None] | None) -> Iterator[tuple[int, NewContact]]:
        """The good rows with their numbers, one after the other."""
        for row in table.rows():
            self.count += 1
            contact = self._taken(row)
            if contact is not None:
                yield row.number, contact
            if progress and (self.count % PROGRESS_EVERY == 0 or self.count == table.row_count):
                progress(self.count, table.row_count)

    def _taken(self, row: Row) -> NewContact | None:
        self._note_opt_outs(row)
        contact, faults = read_contact(
            row.cells, industries=self.industries, locales=self.locales, today=self.now.date()
        )
        faults = [*row.shape_faults(), *self._doubled(row), *faults]
        if contact is None or faults:
            self.refused += refused_cells(faults, row=row.number, cells=row.cells)
            return None
        if self.gone.holds(contact):
            mend = "Leave the row out: nobody may bring them back but they themselves."
            fault = CellFault("external_id", contact.external_id, "its owner had everything erased", mend)
            # The row is not kept: it says who they were.
            self.refused += refused_cells([fault], row=row.number, cells={"external_id": contact.external_id})
            return None
        self.first_row[contact.external_id] = row.number
        return contact

    def _note_opt_outs(self, row: Row) -> None:
        for channel in withdrawn_channels(row.cells):
            address = row.cells.get("email" if channel is Channel.EMAIL else "phone", "")
            source = f"import {self.file_name} row {row.number}"
            self.opt_outs.append(OptOut(row.cells["external_id"], address, channel, source))

    def _doubled(self, row: Row) -> list[CellFault]:
        identity = row.cells["external_id"]
        if identity not in self.first_row:
            return []
        reason = f"stands in row {self.first_row[identity]} already"
        return [CellFault("external_id", identity, reason, "Keep one of the rows.")]
