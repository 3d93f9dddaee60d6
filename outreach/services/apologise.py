"""Lets an apology go out, signed by a person and in the customer's language, to one customer or to a whole batch."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import psycopg

from outreach.db.queries.case_apologies import (
    Offended,
    load_apology_editions,
    load_offended,
)
from outreach.db.queries.case_store import NewNote, lock_stored, store_cases, store_notes
from outreach.db.queries.invitations import NewInvitation, invite
from outreach.db.queries.publishing import Rules, load_rules
from outreach.db.session import Database
from outreach.domain.care.recovery import CaseMove, CaseStep, moved, said_words
from outreach.domain.content import chosen_locale
from outreach.domain.content_rules.blame import blaming
from outreach.domain.errors import BadInput, Fault

#: Days for an apology to find an hour; it goes out at the first.
OPEN_DAYS = 14
#: Invitations written in one transaction.
CHUNK = 2_000
LONGEST_SIGNER = 100


@dataclass(frozen=True, slots=True)
class Apologised:
    """Whom an apology goes to.

    Attributes:
        invited: customers who get it. unreachable: who cannot be reached on its channel: call them.
        already: who had one for this, or is getting it.
    """

    invited: int = 0
    unreachable: int = 0
    already: int = 0


def apologise(
    *,
    db: Database,
    edition_id: int,
    signer: str,
    words: Mapping[str, str],
    by: str,
    case_id: int | None = None,
    batch_id: int | None = None,
    now: datetime,
) -> Apologised:
    """Invites the customers of open cases to the apology; each gets one each time that a case was opened.

    Args:
        signer: the person who apologises. words: what happened, by locale; in each that the customers read.
        by: e-mail address of staff. case_id, batch_id: whose case, or the open cases of which batch.

    Raises:
        BadInput: if a name or words are missing, the words point at a colleague, or there is no such edition.
    """
    with db.raw_transaction() as connection:
        rules = load_rules(connection)
        edition = next((e for e in load_apology_editions(connection, today=now.date()) if e.id == edition_id), None)
        if rules is None or edition is None:
            mend = "Publish one of class recovery with the rule invited."
            raise BadInput([Fault("apology", "no such edition is open", mend, value=str(edition_id))])
        offended = load_offended(
            connection,
            case_ids=[] if case_id is None else [case_id],
            batch_id=batch_id,
            channel=edition.channel,
            now=now,
        )
    said = _checked(words, signer, _locales(offended, rules))
    reached = [one for one in offended if one.reachable]
    invited = 0
    for some in _chunks(reached):
        with db.raw_transaction() as connection:
            words_of = {"signer": {"": signer.strip()}, "what_happened": said}
            invited += _invite(connection, some, edition_id=edition_id, words=words_of, by=by, now=now)
    return Apologised(invited, len(offended) - len(reached), len(reached) - invited)


def _locales(offended: Iterable[Offended], rules: Rules) -> set[str]:
    """The locales in which these customers are written to."""
    languages = {one.language for one in offended}
    return {chosen_locale(tag, rules.locales, rules.default_locale) or rules.default_locale for tag in languages}


def _checked(words: Mapping[str, str], signer: str, locales: set[str]) -> dict[str, str]:
    """The words by locale, tidied."""
    faults, said = [], {}
    if not signer.strip() or len(signer) > LONGEST_SIGNER or "\n" in signer.strip():
        faults.append(Fault("apology", "cannot be", "Say who apologises, on one line.", column="signer", value=signer))
    for locale in sorted(locales):
        try:
            said[locale] = " ".join(said_words(words.get(locale, ""), place=f"apology in {locale}").split())
        except BadInput as refused:
            faults += refused.faults
            continue
        if blame := blaming(said[locale], locale):
            mend = "Say what went wrong for the customer, and leave out who did it."
            faults.append(Fault(f"apology in {locale}", "points at a colleague", mend, column="words", value=blame))
    if faults:
        raise BadInput(faults)
    return said


def _invite(
    connection: psycopg.Connection,
    some: list[Offended],
    *,
    edition_id: int,
    words: Mapping[str, Mapping[str, str]],
    by: str,
    now: datetime,
) -> int:
    # Locked first and read after it, so that two clicks send one apology.
    stored = {one.id: one.case for one in lock_stored(connection, [one.case_id for one in some])}
    some = load_offended(connection, case_ids=stored, now=now)
    fresh = [one for one in some if not one.already]
    invited = invite(
        connection,
        [
            NewInvitation(
                contact_id=one.contact_id,
                edition_id=edition_id,
                opens_on=(today := _today(one, now)),
                closes_on=today + timedelta(days=OPEN_DAYS),
                cause=one.cause,
                words=words,
            )
            for one in fresh
        ],
        now=now,
    )
    move = CaseMove(CaseStep.APOLOGISE, by=by)
    store_cases(connection, {one.case_id: moved(stored[one.case_id], move, now=now) for one in fresh})
    notes = [NewNote(one.case_id, CaseStep.APOLOGISE, by, words["signer"][""]) for one in fresh]
    store_notes(connection, notes, now=now)
    return invited


def _today(one: Offended, now: datetime) -> date:
    return now.astimezone(ZoneInfo(one.time_zone)).date()


def _chunks(some: Iterable[Offended]) -> Iterator[list[Offended]]:
    rest = iter(some)
    while part := list(islice(rest, CHUNK)):
        yield part
