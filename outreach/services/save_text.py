"""Saves what staff wrote: the draft of an edition in one locale."""

from datetime import datetime

from outreach.db.queries.drafts import load_edition, save_draft
from outreach.db.queries.publishing import load_rules
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault

#: Octets of a body: a mail is cut off by its readers' programs long before.
LARGEST = 200_000
#: Characters of a subject or a preheader.
LONGEST_LINE = 300


def save_text(
    *,
    db: Database,
    edition_id: int,
    locale: str,
    began_from: int,
    subject: str,
    preheader: str,
    body: str,
    by: str,
    now: datetime,
    origin: str = "saved",
) -> int | None:
    """The number of the saved revision; None if there is no such edition. Drafts may be unsound: the gate judges them.

    Raises:
        BadInput: if the business does not write in that locale, or the text is too long to be a message.
        DraftMoved: if somebody else has saved it since `began_from`.
    """
    with db.raw_transaction() as connection:
        if load_edition(connection, edition_id) is None:
            return None
        rules = load_rules(connection)
        faults = []
        if rules is None or locale not in rules.locales:
            spoken = ", ".join(rules.locales) if rules else "none"
            faults.append(Fault("edition", "we do not write in this language", f"Use one of: {spoken}.", value=locale))
        if len(body.encode("utf-8", "replace")) > LARGEST:
            faults.append(Fault("edition", "the text is too long for a message", "Shorten it.", column="body"))
        for name, line in (("subject", subject), ("preheader", preheader)):
            if len(line) > LONGEST_LINE:
                mend = f"Write at most {LONGEST_LINE} characters."
                faults.append(Fault("edition", "the line is too long", mend, column=name, value=line))
        if faults:
            raise BadInput(faults)
        return save_draft(
            connection,
            edition_id=edition_id,
            locale=locale,
            began_from=began_from,
            subject=_one_line(subject),
            preheader=_one_line(preheader),
            body=_storable(body),
            saved_by=by,
            now=now,
            origin=origin,
        )


def _one_line(text: str) -> str:
    return " ".join(_storable(text).split())


def _storable(text: str) -> str:
    """`text` as the database takes it, with one kind of line end."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n")
