"""Makes an edition of a campaign, as a draft: with the texts of an earlier one, or with nothing yet."""

from datetime import datetime

from outreach.db.queries.drafts import load_drafts, save_draft
from outreach.db.queries.new_editions import NewEdition, insert_edition
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault

#: Characters of a title.
TITLE_LENGTH = 120
#: Days for which an edition may be open.
LONGEST = 3660


def create_edition(*, db: Database, new: NewEdition, by: str, now: datetime) -> int | None:
    """The id of the new edition; None if there is no such campaign.

    Raises:
        BadInput: if its days are the wrong way round or its title is too long.
    """
    faults = []
    if new.opens_on > new.closes_on:
        span, mend = f"{new.opens_on} – {new.closes_on}", "Give a last day that is not before the first."
        faults.append(Fault("edition", "it would end before it begins", mend, column="days", value=span))
    elif (new.closes_on - new.opens_on).days > LONGEST:
        mend = "Give it days within ten years."
        faults.append(Fault("edition", "it would be open for more than ten years", mend, column="days"))
    if len(new.title) > TITLE_LENGTH:
        mend = f"Write at most {TITLE_LENGTH} characters."
        faults.append(Fault("edition", "its name is too long", mend, column="title", value=new.title))
    if faults:
        raise BadInput(faults)
    with db.raw_transaction() as connection:
        edition_id = insert_edition(connection, new, now=now)
        if edition_id is None or new.copy_of is None:
            return edition_id
        for text in load_drafts(connection, new.copy_of).values():
            save_draft(
                connection,
                edition_id=edition_id,
                locale=text.locale,
                began_from=0,
                subject=text.subject,
                preheader=text.preheader,
                body=text.body,
                saved_by=by,
                now=now,
                origin="copied",
            )
    return edition_id
