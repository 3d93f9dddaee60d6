"""Imports as set work: rows go into a temporary table by COPY, and one statement a step does the rest.

All imports take one advisory lock, so two at once follow each other instead of meeting in a deadlock.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from outreach.domain.contact import NewContact
from outreach.domain.refused import RefusedCell
from outreach.domain.touch import Channel

#: Advisory lock of imports ("impo" as a number).
IMPORT_LOCK = 0x696D706F
#: Days over which the first touches of new contacts are spread, person by person.
OPENING_DAYS = 10
#: Columns of a contact that an import sets, if the file has them.
SETTABLE = (
    *("email", "phone", "first_name", "last_name", "company", "language", "time_zone", "country", "region"),
    "customer_since",
)


@dataclass(frozen=True, slots=True)
class Landed:
    """How many of the good rows are new, changed something, or said what we knew."""

    new: int
    changed: int
    same: int


def lock_imports(connection: psycopg.Connection) -> None:
    """Waits for any other import to end; held until the transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (IMPORT_LOCK,))


def industry_keys(connection: psycopg.Connection) -> frozenset[str]:
    """Keys of the industries there are."""
    return frozenset(key for (key,) in connection.execute("SELECT key FROM industries"))


def business_locales(connection: psycopg.Connection) -> frozenset[str]:
    """Languages the business writes; empty before a pack was applied."""
    row = connection.execute("SELECT locales FROM business").fetchone()
    return frozenset(row[0]) if row else frozenset()


def stage_contacts(connection: psycopg.Connection, contacts: Iterable[tuple[int, NewContact]]) -> None:
    """Copies contacts, each with its row, beside the others, as they come, for the rest of the transaction."""
    connection.execute(
        """
        CREATE TEMPORARY TABLE incoming (
            external_id text PRIMARY KEY, email text, phone text, first_name text, last_name text, company text,
            industry text, language text, time_zone text, country text, region text, customer_since date,
            consent_email bool, consent_sms bool, consent_source text, consent_at timestamptz, consent_basis text,
            attributes jsonb, row int
        ) ON COMMIT DROP
        """
    )
    with connection.cursor().copy("COPY incoming FROM STDIN") as copy:
        for row, one in contacts:
            copy.write_row(
                (
                    one.external_id,
                    one.email,
                    one.phone,
                    one.first_name,
                    one.last_name,
                    one.company,
                    one.industry,
                    one.language,
                    one.time_zone,
                    one.country,
                    one.region,
                    one.customer_since,
                    one.consents.get(Channel.EMAIL),
                    one.consents.get(Channel.SMS),
                    one.consent_source,
                    one.consent_at,
                    one.consent_basis.value,
                    json.dumps(dict(one.attributes), ensure_ascii=False),
                    row,
                )
            )
    connection.execute("ANALYZE incoming")


def land_contacts(connection: psycopg.Connection, *, columns: Collection[str], now: datetime) -> Landed:
    """Writes the staged contacts, without their consents.

    A row is touched only if something in it differs, so that the same file twice changes nothing. What the file has no
    column for stays as we know it, but a region never contradicts its country; attributes are added to those there are.
    """
    present = ["industry_id", *(name for name in SETTABLE if name in columns)]
    setting = ", ".join(f"{name} = excluded.{name}" for name in present)
    if "country" in columns and "region" not in columns:
        setting += ", region = CASE WHEN left(c.region, 2) = excluded.country THEN c.region ELSE '' END"
    elif "region" in columns and "country" not in columns:
        setting += ", country = COALESCE(NULLIF(left(excluded.region, 2), ''), c.country)"
    ours, theirs = (", ".join(f"{table}.{name}" for name in present) for table in ("c", "excluded"))
    row = connection.execute(
        f"""
        WITH good AS (
            SELECT i.*, n.id AS industry_id FROM incoming i JOIN industries n ON n.key = i.industry
        ), landed AS (
            INSERT INTO contacts AS c (external_id, email, phone, first_name, last_name, company, industry_id, language,
                                       time_zone, country, region, customer_since, attributes,
                                       created_at, updated_at)
            SELECT external_id, email, phone, first_name, last_name, company, industry_id, language,
                   time_zone, country, region, customer_since, attributes,
                   %(now)s, %(now)s FROM good ORDER BY external_id
            ON CONFLICT (external_id) DO UPDATE SET
                {setting}, attributes = c.attributes || excluded.attributes, updated_at = %(now)s
            WHERE ({ours}, c.attributes) IS DISTINCT FROM ({theirs}, c.attributes || excluded.attributes)
            RETURNING (xmax = 0) AS is_new
        )
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), (SELECT count(*) FROM good)
        FROM landed
        """,  # noqa: S608 - the columns are constants of this file
        {"now": now},
    ).fetchone()
    assert row is not None
    new, changed, rows = row
    return Landed(new, changed, rows - new - changed)


def begin_rhythms(connection: psycopg.Connection, *, now: datetime) -> None:
    """A rhythm for every staged contact without one, at the industry's target gap; first touches are spread over days.

    The place in the spread is a hash of the id, so that the same contact always gets the same place.
    """
    connection.execute(
        """
        INSERT INTO rhythms (contact_id, gap, started_at, next_due_at, look_at, waiting_code, updated_at)
        SELECT c.id, n.target_gap, %(now)s, due.at, due.at, '', %(now)s
        FROM incoming i JOIN contacts c ON c.external_id = i.external_id JOIN industries n ON n.id = c.industry_id
        CROSS JOIN LATERAL (
            SELECT %(now)s + %(days)s * interval '1 day' * ((hashtext(c.external_id) & 65535) / 65536.0) AS at) AS due
        ON CONFLICT (contact_id) DO NOTHING
        """,
        {"now": now, "days": OPENING_DAYS},
    )


def store_import(
    connection: psycopg.Connection,
    *,
    kind: str,
    file_name: str,
    sha256: str,
    rows_read: int,
    rows_landed: int,
    refused: Sequence[RefusedCell],
    now: datetime,
) -> int:
    """Writes the report of an import; returns its id."""
    row = connection.execute(
        """
        INSERT INTO imports (kind, file_name, sha256, rows_read, rows_landed, rows_refused, imported_at)
        VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
        """,
        (kind, file_name, sha256, rows_read, rows_landed, len({cell.row for cell in refused}), now),
    ).fetchone()
    assert row is not None
    with connection.cursor().copy(
        'COPY import_faults (import_id, row, "column", value, reason, mend, cells) FROM STDIN'
    ) as copy:
        for cell in refused:
            cells = json.dumps(dict(cell.cells), ensure_ascii=False)
            copy.write_row((row[0], cell.row, cell.column, cell.value, cell.reason, cell.mend, cells))
    return int(row[0])
