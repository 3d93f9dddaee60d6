"""Forecasts of large bases, which take longer than a page may."""

import json
from datetime import datetime

from outreach.bootstrap import Outreach
from outreach.clock import WallClock
from outreach.domain.errors import BadInput
from outreach.queueing.scratchpad import FORECASTS, Scratchpad
from outreach.services.forecast_touches import WhatIf, forecast_touches
from workers.runtime import job


@job
def forecast(outreach: Outreach) -> object:
    """Answers the forecasts that pages have asked for; a lost wish is asked for again by the page that waits."""
    pad, answered = Scratchpad(outreach.queue.redis), 0
    while wish := pad.take(FORECASTS):
        asked = json.loads(wish)

        def told(done: int, total: int, wish: str = wish) -> None:
            pad.write(
                f"{FORECASTS} progress {wish}", {"done": done, "total": total, "at": WallClock().now().isoformat()}
            )

        # Before the contacts are loaded, which takes a while, so that nobody asks for the same meanwhile.
        told(0, 1)
        try:
            found = forecast_touches(
                db=outreach.db,
                now=datetime.fromisoformat(asked["now"]),
                days=asked["days"],
                industry=asked["industry"],
                what_if=WhatIf.of(asked["what_if"]),
                progress=told,
            ).as_json()
        except BadInput:  # none of the contacts has a rhythm yet, or their industry is gone; the page says so
            found = None
        pad.write(f"{FORECASTS} answer {wish}", {"forecast": found})
        answered += 1
    return answered
