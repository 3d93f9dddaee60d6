"""Answers people who texted STOP, START or HELP: once each, in their language, within five minutes or not at all.

47 CFR 64.1200 (a) (12) allows one text that confirms an opt-out, and only soon after it; the vendor's own answer, where
it gave one, is enough.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from outreach.db.queries.content import load_brand
from outreach.db.queries.halts import load_halts
from outreach.db.queries.text_answers import settle_owed, take_owed
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.providers.base import Outcome, Outgoing, Provider
from outreach.rendering.renderer import Renderer

#: How long after a text its answer may leave.
IN_TIME = timedelta(minutes=5)
#: Answers of one call.
LIMIT = 100


def answer_texts(*, db: Database, provider: Provider, renderer_for: Callable[[Brand], Renderer], now: datetime) -> int:
    """Sends what is owed; how many left. An answer whose fate is unknown is never sent again.

    Args:
        provider: of texts.
    """
    with db.transaction() as session:
        brand = load_brand(session)
    if brand is None:
        return 0
    with db.raw_transaction() as connection:
        if provider.channel in load_halts(connection):
            return 0
        owed = take_owed(connection, not_before=now - IN_TIME, limit=LIMIT)
    if not owed:
        return 0
    renderer = renderer_for(brand)
    batch = [
        Outgoing(one.id, brand.phone, one.number, renderer.answer(one.intent, locale).encode(), locale)
        for one in owed
        for locale in [one.language or brand.default_locale]
    ]
    with provider.open() as line:
        receipts = list(line.send(batch))
    # Whoever has to wait would be answered too late; a retry is a failure here.
    states = {Outcome.RETRY: Outcome.FAILED}
    with db.raw_transaction() as connection:
        settle_owed(
            connection, [(one.touch_id, states.get(one.outcome, one.outcome).value, one.answer) for one in receipts]
        )
    return sum(one.outcome is Outcome.SENT for one in receipts)
