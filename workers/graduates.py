"""Jobs about customers who know us well: their stories, their friends, their standing."""

from outreach.bootstrap import Outreach
from outreach.services.ask_for_stories import ask_for_stories
from outreach.services.note_standings import note_standings
from outreach.services.thank_referrers import thank_referrers
from workers.runtime import job


@job
def ask(outreach: Outreach) -> object:
    """Asks for stories, once a day; a tick too soon does nothing."""
    return f"{ask_for_stories(db=outreach.db, now=outreach.clock.now())} asked"


@job
def thank(outreach: Outreach) -> object:
    """Thanks whoever was not thanked yet; a second call finds nobody."""
    return f"{thank_referrers(db=outreach.db, now=outreach.clock.now())} thanked"


@job
def note(outreach: Outreach) -> object:
    """Notes where customers stand, once a day; a tick too soon does nothing."""
    return f"{note_standings(db=outreach.db, now=outreach.clock.now())} changed"
