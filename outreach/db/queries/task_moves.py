"""What came of tasks: locking one, writing a move down, taking it back."""

from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg.rows import class_row

from outreach.domain.care.tasks import Outcome, Standing, TaskKind


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task, locked.

    Attributes:
        last_move: id of its newest move, taken back or not; 0 if it has none.
        phone: of the contact.
    """

    id: int
    contact_id: int
    kind: str
    closed_at: datetime | None
    outcome: str
    attempts: int
    not_before: datetime | None
    promised: bool
    said: str
    appointment_at: datetime | None
    last_move: int
    phone: str

    @property
    def standing(self) -> Standing:
        """As the state machine sees it."""
        closed = Outcome(self.outcome) if self.closed_at is not None else None
        return Standing(closed, self.attempts, self.not_before, self.promised, self.said)

    @property
    def task_kind(self) -> TaskKind:
        """How the contact is to be met."""
        return TaskKind(self.kind)


def lock_task(connection: psycopg.Connection, task_id: int) -> TaskRow | None:
    """The task, locked until the transaction ends; None if there is no such.

    Its contact is locked first, as whoever reports a problem or is erased locks it.
    """
    connection.execute(
        "SELECT FROM contacts WHERE id = (SELECT contact_id FROM tasks WHERE id = %s) FOR NO KEY UPDATE", (task_id,)
    )
    connection.execute("SELECT FROM tasks WHERE id = %s FOR NO KEY UPDATE", (task_id,))
    # A second statement sees what whoever held the lock before has committed.
    with connection.cursor(row_factory=class_row(TaskRow)) as cursor:
        return cursor.execute(
            """
            SELECT k.id, k.contact_id, k.kind, k.closed_at, k.outcome, k.attempts, k.not_before, k.promised, k.said,
                   k.appointment_at, c.phone,
                   COALESCE((SELECT max(m.id) FROM task_moves m WHERE m.task_id = k.id), 0) AS last_move
            FROM tasks k JOIN contacts c ON c.id = k.contact_id WHERE k.id = %s
            """,
            (task_id,),
        ).fetchone()


@dataclass(frozen=True, slots=True)
class NewMove:
    """A move to write down, with what it left behind."""

    outcome: Outcome
    note: str
    staff: str
    logged_id: int | None = None
    signal_id: int | None = None
    number: str = ""


def store_move(connection: psycopg.Connection, task: TaskRow, move: NewMove, to: Standing, *, now: datetime) -> None:
    """Writes the move down and makes the task stand as it says."""
    connection.execute(
        """
        INSERT INTO task_moves (task_id, contact_id, at, outcome, note, moved_by, attempts, not_before, promised,
                                logged_id, signal_id, number)
        VALUES (%(task)s, %(contact)s, %(now)s, %(outcome)s, %(note)s, %(by)s, %(attempts)s, %(not_before)s,
                %(promised)s, %(logged)s, %(signal)s, %(number)s)
        """,
        {
            "task": task.id,
            "contact": task.contact_id,
            "now": now,
            "outcome": move.outcome.value,
            "note": move.note,
            "by": move.staff,
            "attempts": task.attempts,
            "not_before": task.not_before,
            "promised": task.promised,
            "logged": move.logged_id,
            "signal": move.signal_id,
            "number": move.number,
        },
    )
    closed = to.outcome is not None
    connection.execute(
        """
        UPDATE tasks SET closed_at = %(at)s, outcome = %(outcome)s, note = %(note)s, closed_by = %(by)s,
               attempts = %(attempts)s, not_before = %(not_before)s, promised = %(promised)s, said = %(said)s
        WHERE id = %(id)s
        """,
        {
            "id": task.id,
            "at": now if closed else None,
            "outcome": to.outcome.value if to.outcome else "",
            "note": move.note if closed else "",
            "by": move.staff if closed else "",
            "attempts": to.attempts,
            "not_before": to.not_before,
            "promised": to.promised,
            "said": to.said,
        },
    )


@dataclass(frozen=True, slots=True)
class StandingMove:
    """The newest move of a task that was not taken back."""

    id: int
    outcome: str
    attempts: int
    not_before: datetime | None
    promised: bool
    logged_id: int | None
    signal_id: int | None
    number: str


def load_last_move(connection: psycopg.Connection, task_id: int) -> StandingMove | None:
    """The newest move of the task that still counts, None if there is none."""
    with connection.cursor(row_factory=class_row(StandingMove)) as cursor:
        return cursor.execute(
            """
            SELECT id, outcome, attempts, not_before, promised, logged_id, signal_id, number FROM task_moves
            WHERE task_id = %s AND taken_back_at IS NULL ORDER BY id DESC LIMIT 1
            """,
            (task_id,),
        ).fetchone()


def store_taken_back(connection: psycopg.Connection, task: TaskRow, move: StandingMove, *, now: datetime) -> None:
    """Makes the task stand as before the move, and takes out what the move left behind.

    What the customer did until now does not close it again. The contact's clock is not read again; see `reread_clock`.
    """
    connection.execute("UPDATE task_moves SET taken_back_at = %s WHERE id = %s", (now, move.id))
    connection.execute(
        """
        UPDATE tasks SET closed_at = NULL, outcome = '', note = '', closed_by = '', said = '', cause = '',
               attempts = %s, not_before = %s, promised = %s, watched_from = %s WHERE id = %s
        """,
        (move.attempts, move.not_before, move.promised, now, task.id),
    )
    if move.logged_id is not None:
        connection.execute(
            "DELETE FROM logged_touches WHERE id = %s AND contact_id = %s", (move.logged_id, task.contact_id)
        )
    if move.signal_id is not None:
        connection.execute("DELETE FROM signals WHERE id = %s AND contact_id = %s", (move.signal_id, task.contact_id))
    if move.number:
        connection.execute(
            "UPDATE contacts SET wrong_number = '' WHERE id = %s AND wrong_number = %s",
            (task.contact_id, move.number),
        )


def add_booking(connection: psycopg.Connection, contact_id: int, *, task_id: int, now: datetime) -> int | None:
    """Records that the contact booked, in the words of a task; None if that stands there."""
    row = connection.execute(
        """
        INSERT INTO signals (contact_id, kind, occurred_at, currency, reference)
        VALUES (%s, 'booking', %s, '', %s) ON CONFLICT DO NOTHING RETURNING id
        """,
        (contact_id, now, f"task {task_id}"),
    ).fetchone()
    return int(row[0]) if row else None


def mark_number(connection: psycopg.Connection, contact_id: int, number: str) -> None:
    """Marks a number of the contact as wrong for calls; it stays where it is."""
    connection.execute("UPDATE contacts SET wrong_number = %s WHERE id = %s", (number, contact_id))


def has_open_task(connection: psycopg.Connection, contact_id: int, *, kind: str) -> bool:
    """Whether the contact has an open task of this kind."""
    row = connection.execute(
        "SELECT FROM tasks WHERE contact_id = %s AND kind = %s AND closed_at IS NULL", (contact_id, kind)
    ).fetchone()
    return row is not None


def store_appointment(
    connection: psycopg.Connection, task_id: int, *, at: datetime | None, not_before: datetime | None
) -> None:
    """Sets or takes away when an open task is to happen; the number of the change grows if that is another time."""
    connection.execute(
        """
        UPDATE tasks SET sequence = COALESCE(sequence + 1, 0), appointment_at = %(at)s, not_before = %(not_before)s,
               promised = %(at)s::timestamptz IS NOT NULL
        WHERE id = %(id)s AND appointment_at IS DISTINCT FROM %(at)s
        """,
        {"id": task_id, "at": at, "not_before": not_before},
    )
