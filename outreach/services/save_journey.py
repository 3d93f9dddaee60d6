"""Keeps what staff wrote of a journey as its next version; whoever is in it goes on as it was when they entered."""

from datetime import datetime

from outreach.db.queries.journeys import (
    load_edition_rules,
    load_industry_keys,
    load_journey,
    load_versions,
    store_definition,
)
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault
from outreach.intake.journeys import JourneyBody, journey_slips, read_journey


def save_journey(*, db: Database, key: str, text: str, seen: int, by: str, now: datetime) -> bool:
    """Keeps the journey; False if it says what is kept already, or there is no such journey.

    Args:
        seen: the version that the writer had before them. by: e-mail address of the member of staff.

    Raises:
        BadInput: with everything that is wrong with it, or because somebody else has saved it meanwhile.
    """
    with db.raw_transaction() as connection:
        rules, industries = load_edition_rules(connection), load_industry_keys(connection)
        definition = read_journey(text, key=key, rules=rules, industries=industries)
        journey = load_journey(connection, key, locked=True)
        if journey is None or journey.definition == definition:
            return False
        if journey.version != seen:
            mend = "Open the page again and write your change into what stands there now."
            raise BadInput([Fault(f"journey {key}", "somebody else has saved it meanwhile", mend)])
        store_definition(connection, journey.id, definition, by=by, now=now)
        return True


def restore_journey(*, db: Database, key: str, version: int, by: str, now: datetime) -> bool:
    """Makes an earlier version the newest one again; False if there is none, or nothing differs.

    Raises:
        BadInput: if it cannot be gone any more, because an edition or an industry of it is gone.
    """
    with db.raw_transaction() as connection:
        journey = load_journey(connection, key, locked=True)
        if journey is None:
            return False
        earlier = next((one for one in load_versions(connection, journey.id) if one.version == version), None)
        if earlier is None or earlier.definition == journey.definition:
            return False
        body = JourneyBody.model_validate(earlier.definition)
        rules, industries = load_edition_rules(connection), load_industry_keys(connection)
        slips = journey_slips(key, body, rules=rules, industries=industries)
        if faults := [Fault(f"version {version}", reason, mend, value=value) for _, reason, mend, value in slips]:
            raise BadInput(faults)
        store_definition(connection, journey.id, earlier.definition, by=by, now=now)
        return True
