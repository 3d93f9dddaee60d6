"""Puts a permitted story on the shelf, or takes it off again."""

from datetime import datetime

from outreach.db.queries.stories import load_story, store_state
from outreach.db.queries.story_shelf import take_out_of_texts
from outreach.db.session import Database
from outreach.domain.care.stories import Story, StoryState, shelve, take_off
from outreach.domain.errors import ImpossibleTransition
from outreach.rendering.story_block import story_name


def shelve_story(*, db: Database, story_id: int, on: bool, seen: str, by: str, now: datetime) -> bool:
    """Moves the story; False if that cannot be any more: its customer changed it, or a colleague was faster.

    Taking it off takes it out of every text that has not left yet, as a withdrawal does.

    Args:
        seen: hash of the permission that the colleague looked at.
    """
    with db.raw_transaction() as connection:
        stored = load_story(connection, story_id, locked=True)
        if stored is None or stored.hash != seen:
            return False
        try:
            after: Story = shelve(stored.story) if on else take_off(stored.story)
        except ImpossibleTransition:
            return False
        store_state(connection, story_id, after.state, by=by, now=now)
        if after.state is not StoryState.ON_SHELF:
            take_out_of_texts(connection, [story_name(story_id)], now=now)
        return True
