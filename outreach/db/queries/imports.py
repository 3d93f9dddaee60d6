"""Imports as set work: rows go into a temporary table by COPY, and one statement a step does the rest.

All imports of a kind take one advisory lock, so two at once follow each other instead of meeting in a deadlock.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import psycopg

from outreach.domain.refused import RefusedCell

#: Advisory lock of imports ("impo" as a number).
IMPORT_LOCK = 0x696D706F
#: Days over which the first touches of new contacts are spread, person by person.
OPENING_DAYS = 10


@dataclass(frozen=True, slots=True)
class IncomingContact:
    """A contact ready to land; `consent_email` and `consent_sms` are None where the row says nothing."""

    external_id: str
    email: str
    phone: str
    first_name: str
    last_name: str
    company: str
    industry: str
    language: str
    time_zone: str
    country: str
    customer_since: date | None
    consent_email: bool | None
    consent_sms: bool | None
    consent_source: str
    consent_at: datetime | None
    attributes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OptOut:
    """A withdrawal found in a row, whatever else the row says."""

    external_id: str
    channel: str
    source: str


@dataclass(frozen=True, slots=True)
class IncomingSignal:
    """A signal ready to land, with the row it stands in."""

    row: int
    external_id: str
    kind: str
    occurred_at: datetime
    amount: Decimal | None
    currency: str
    reference: str


@dataclass(frozen=True, slots=True)
class Landed:
    """What became of the good rows."""

    new: int
    changed: int
    same: int
    opted_out: int


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


def apply_opt_outs(connection: psycopg.Connection, opt_outs: Sequence[OptOut], *, now: datetime) -> int:
    """Withdraws consent of known contacts; returns how many consents ended. Runs before anything else of an import."""
    ended = 0
    for channel, column in (("email", "may_email"), ("sms", "may_sms")):
        ids = [one.external_id for one in opt_outs if one.channel == channel]
        sources = [one.source for one in opt_outs if one.channel == channel]
        ended += connection.execute(
            f"""
            WITH ended AS (
                UPDATE contacts c SET {column} = false, updated_at = %(now)s
                FROM unnest(%(ids)s::text[], %(sources)s::text[]) AS o(external_id, source)
                WHERE c.external_id = o.external_id AND c.{column} RETURNING c.id, o.source)
            INSERT INTO consent_records (contact_id, channel, granted, source, given_at, recorded_at)
            SELECT id, %(channel)s, false, source, %(now)s, %(now)s FROM ended
            """,  # noqa: S608 - the column is one of two constants
            {"ids": ids, "sources": sources, "channel": channel, "now": now},
        ).rowcount
    return ended


def land_contacts(
    connection: psycopg.Connection, contacts: Iterable[IncomingContact], *, source: str, now: datetime
) -> tuple[int, int, int]:
    """Writes contacts; returns how many are new, changed, and the same.

    A consent in the file counts for a new contact, and for a known one only if that contact never withdrew and the
    address is not barred: what a person told us themselves outweighs any list.
    """
    _stage_contacts(connection, contacts)
    # A contact's row is touched only if something in it differs, so that the same file twice changes nothing.
    landed = connection.execute(
        """
        WITH good AS (
            SELECT i.*, n.id AS industry_id FROM incoming i JOIN industries n ON n.key = i.industry
        ), landed AS (
            INSERT INTO contacts AS c (external_id, email, phone, first_name, last_name, company, industry_id, language,
                                       time_zone, country, customer_since, attributes, created_at, updated_at)
            SELECT external_id, email, phone, first_name, last_name, company, industry_id, language,
                   time_zone, country, customer_since, attributes, %(now)s, %(now)s FROM good
            ON CONFLICT (external_id) DO UPDATE SET
                email = excluded.email, phone = excluded.phone, first_name = excluded.first_name,
                last_name = excluded.last_name, company = excluded.company, industry_id = excluded.industry_id,
                language = excluded.language, time_zone = excluded.time_zone, country = excluded.country,
                customer_since = excluded.customer_since, attributes = excluded.attributes, updated_at = %(now)s
            WHERE (c.email, c.phone, c.first_name, c.last_name, c.company, c.industry_id, c.language, c.time_zone,
                   c.country, c.customer_since, c.attributes)
                IS DISTINCT FROM
                  (excluded.email, excluded.phone, excluded.first_name, excluded.last_name, excluded.company,
                   excluded.industry_id, excluded.language, excluded.time_zone, excluded.country,
                   excluded.customer_since, excluded.attributes)
            RETURNING (xmax = 0) AS is_new
        )
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new), (SELECT count(*) FROM good)
        FROM landed
        """,
        {"now": now},
    ).fetchone()
    assert landed is not None
    _grant_consents(connection, source=source, now=now)
    _begin_rhythms(connection, now=now)
    new, changed, rows = landed
    return new, changed, rows - new - changed


def _stage_contacts(connection: psycopg.Connection, contacts: Iterable[IncomingContact]) -> None:
    connection.execute(
        """
        CREATE TEMPORARY TABLE incoming (
            external_id text PRIMARY KEY, email text, phone text, first_name text, last_name text, company text,
            industry text, language text, time_zone text, country text, customer_since date, consent_email bool,
            consent_sms bool, consent_source text, consent_at timestamptz, attributes jsonb) ON COMMIT DROP
        """
    )
    with connection.cursor().copy("COPY incoming FROM STDIN") as copy:
        for one in contacts:
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
                    one.customer_since,
                    one.consent_email,
                    one.consent_sms,
                    one.consent_source,
                    one.consent_at,
                    json.dumps(dict(one.attributes), ensure_ascii=False),
                )
            )


def _grant_consents(connection: psycopg.Connection, *, source: str, now: datetime) -> None:
    for channel, column, address in (("email", "may_email", "lower(c.email)"), ("sms", "may_sms", "c.phone")):
        connection.execute(
            f"""
            WITH granted AS (
                UPDATE contacts c SET {column} = true
                FROM incoming i
                WHERE c.external_id = i.external_id AND i.consent_{channel} AND NOT c.{column}
                  AND NOT EXISTS (SELECT FROM consent_records r
                                  WHERE r.contact_id = c.id AND r.channel = %(channel)s AND NOT r.granted)
                  AND NOT EXISTS (SELECT FROM suppressions s WHERE s.channel = %(channel)s AND s.address = {address})
                RETURNING c.id, i.consent_source, i.consent_at)
            INSERT INTO consent_records (contact_id, channel, granted, source, given_at, recorded_at)
            SELECT id, %(channel)s, true, concat_ws(': ', %(source)s::text, nullif(consent_source, '')),
                   COALESCE(consent_at, %(now)s), %(now)s FROM granted
            """,  # noqa: S608 - column and address are constants
            {"channel": channel, "source": source, "now": now},
        )


def _begin_rhythms(connection: psycopg.Connection, *, now: datetime) -> None:
    """A rhythm for every contact without one, at the industry's target gap; first touches are spread over days.

    The place in the spread is a hash of the id, so that the same contact always gets the same place.
    """
    connection.execute(
        """
        INSERT INTO rhythms (contact_id, gap, started_at, next_due_at, look_at, waiting_code, waiting, updated_at)
        SELECT c.id, n.target_gap, %(now)s, due.at, due.at, '', '', %(now)s
        FROM incoming i JOIN contacts c ON c.external_id = i.external_id JOIN industries n ON n.id = c.industry_id
        CROSS JOIN LATERAL (
            SELECT %(now)s + %(days)s * interval '1 day' * ((hashtext(c.external_id) & 65535) / 65536.0) AS at) AS due
        ON CONFLICT (contact_id) DO NOTHING
        """,
        {"now": now, "days": OPENING_DAYS},
    )


def land_signals(connection: psycopg.Connection, signals: Iterable[IncomingSignal]) -> tuple[int, int, list[int]]:
    """Writes signals; returns how many are new, how many were there, and the rows whose contact nobody knows."""
    connection.execute(
        """
        CREATE TEMPORARY TABLE incoming_signals (
            row int, external_id text, kind text, occurred_at timestamptz, amount float8, currency text, reference text
        ) ON COMMIT DROP
        """
    )
    rows = 0
    with connection.cursor().copy("COPY incoming_signals FROM STDIN") as copy:
        for one in signals:
            rows += 1
            amount = None if one.amount is None else float(one.amount)
            copy.write_row((one.row, one.external_id, one.kind, one.occurred_at, amount, one.currency, one.reference))
    unknown = [
        row
        for (row,) in connection.execute(
            """
            SELECT row FROM incoming_signals i
            WHERE NOT EXISTS (SELECT FROM contacts c WHERE c.external_id = i.external_id) ORDER BY row
            """
        )
    ]
    new = connection.execute(
        """
        INSERT INTO signals (contact_id, kind, occurred_at, amount, currency, reference)
        SELECT c.id, i.kind, i.occurred_at, i.amount, i.currency, i.reference
        FROM incoming_signals i JOIN contacts c ON c.external_id = i.external_id ORDER BY i.row
        ON CONFLICT DO NOTHING
        """
    ).rowcount
    return new, rows - new - len(unknown), unknown


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
            cells = json.dumps(dict(cell.cells), ensure_ascii=False).replace("\\u0000", "")
            copy.write_row((row[0], cell.row, cell.column, cell.value, cell.reason, cell.mend, cells))
    return int(row[0])
