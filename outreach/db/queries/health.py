"""Whether the database answers."""

import logging

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from outreach.db.session import Database

log = logging.getLogger(__name__)


def database_answers(db: Database) -> bool:
    """Asks the smallest question there is; why it failed goes to the log."""
    try:
        with db.transaction() as session:
            session.execute(text("SELECT 1"))
    except OperationalError:
        log.exception("the database does not answer")
        return False
    return True
