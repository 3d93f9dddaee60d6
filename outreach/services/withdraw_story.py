"""Takes a customer's story back, as they wish: off the shelf and out of every text that has not left yet."""

from datetime import datetime
from uuid import UUID

from outreach.db.queries.stories import (
    delete_picture,
    load_live_story,
    load_story,
    load_teller,
    store_permission,
    store_state,
)
from outreach.db.queries.story_shelf import take_out_of_texts
from outreach.db.session import Database
from outreach.domain.care.stories import withdraw
from outreach.rendering.story_block import story_name


def withdraw_story(*, db: Database, touch_id: UUID, origin: str, now: datetime) -> bool:
    """Withdraws the story of whoever got a message, or the wish to be asked for one; False if there is nothing.

    What was sent stays in the ledger; the picture is forgotten, and mails that are out show it no longer.
    """
    with db.raw_transaction() as connection:
        teller = load_teller(connection, touch_id, locked=True)
        live = load_live_story(connection, teller.contact_id) if teller else None
        stored = load_story(connection, live.id, locked=True) if live else None
        if teller is None or stored is None:
            return False
        after = withdraw(stored.story)
        store_state(connection, stored.id, after.state, now=now)
        store_permission(
            connection,
            stored.id,
            after,
            contact_id=teller.contact_id,
            shown_name="",
            asked={},
            origin=f"message {touch_id}, {origin}",
            now=now,
        )
        delete_picture(connection, stored.id)
        take_out_of_texts(connection, [story_name(stored.id)], now=now)
        return True
