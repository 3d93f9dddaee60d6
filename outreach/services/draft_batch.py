"""Writes down what went wrong for many customers at once, and whom it is about; nothing happens until staff say yes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from outreach.db.queries.case_batches import SignalChoice, find_by_signals, find_named, store_batch
from outreach.db.session import Database
from outreach.domain.care.recovery import said_words
from outreach.domain.errors import BadInput, Fault

#: Customers of one batch.
MOST = 50_000
LONGEST_TITLE = 120
#: Unknown numbers that are told.
TOLD = 20


@dataclass(frozen=True, slots=True)
class DraftedBatch:
    """A batch that waits for a yes; `unknown` are numbers that nobody has."""

    id: int
    contacts: int
    unknown: tuple[str, ...]


def draft_batch(
    *,
    db: Database,
    title: str,
    words: str,
    external_ids: Collection[str] = (),
    choice: SignalChoice | None = None,
    by: str,
    now: datetime,
) -> DraftedBatch:
    """Writes the batch; the same title again replaces one that nobody has confirmed.

    Args:
        words: what happened. external_ids: the customers' numbers, or else `choice`: by what they did.

    Raises:
        BadInput: if a title or words are missing, nobody is meant or too many are, or the title is taken.
    """
    faults = []
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        mend = f"Name it in at most {LONGEST_TITLE} characters, like “delivery of 3 March”."
        faults.append(Fault("batch", "is too long" if title else "is empty", mend, column="title", value=title))
    try:
        words = said_words(words, place="batch")
    except BadInput as refused:
        faults += refused.faults
    wanted = {one.strip() for one in external_ids if one.strip()}
    if not wanted and choice is None:
        faults.append(Fault("batch", "names nobody", "Paste customer numbers, bring a file, or choose by signals."))
    if choice is not None and choice.start >= choice.end:
        faults.append(Fault("batch", "ends before it begins", "Swap the days.", column="to"))
    if len(wanted) > MOST:
        faults.append(Fault("batch", "names too many", f"Bring at most {MOST:,} at once.", value=f"{len(wanted):,}"))
    if faults:
        raise BadInput(faults)
    with db.raw_transaction() as connection:
        found = find_named(connection, wanted)
        contacts = set(found.contact_ids)
        if choice is not None:
            contacts |= set(find_by_signals(connection, choice, most=MOST))
        if not contacts:
            reason = "is about nobody we know"
            raise BadInput([Fault("batch", reason, "Check the numbers, the kind and the days.", value=title)])
        if len(contacts) > MOST:
            raise BadInput([Fault("batch", "is about too many", f"Choose at most {MOST:,} at once.")])
        batch_id = store_batch(connection, title=title, words=words, by=by, contact_ids=sorted(contacts), now=now)
        if batch_id is None:
            reason = "is the title of a batch that was opened already"
            raise BadInput([Fault("batch", reason, "Choose another title.", column="title", value=title)])
    return DraftedBatch(batch_id, len(contacts), tuple(found.unknown[:TOLD]))
