"""Takes a contact out of a journey because staff say so."""

from datetime import datetime

from outreach.db.queries.enrolments import Looked, cause, lock_enrolment, store_looked
from outreach.db.queries.invitations import withdraw
from outreach.db.session import Database
from outreach.domain.journeys.advance import take_out
from outreach.domain.journeys.standing import Place, TakeBack


def take_out_of_journey(*, db: Database, contact_id: int, enrolment_id: int, by: str, now: datetime) -> bool:
    """Ends the enrolment and takes back what is planned of it; False if it is over already, or there is no such."""
    with db.raw_transaction() as connection:
        one = lock_enrolment(connection, enrolment_id, contact_id=contact_id)
        if one is None:
            return False
        move = take_out(one.standing, by, now=now)
        store_looked(connection, [Looked(one.id, Place.OVER, move.standing, one.looked_at)])
        for act in move.actions:
            if isinstance(act, TakeBack):
                causes = [(contact_id, cause(one.id, act.number))]
                withdraw(connection, causes, why=f"{by} took the contact out of the journey", now=now)
        return True
