"""Forecasts of large bases, which take longer than a page may."""

import json
from datetime import datetime

from outreach.bootstrap import Outreach
from outreach.clock import WallClock
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

        result = forecast_touches(
            db=outreach.db,
            now=datetime.fromisoformat(asked["now"]),
            days=asked["days"],
            industry=asked["industry"],
            what_if=WhatIf.of(asked["what_if"]),
            progress=told,
        )
        pad.write(f"{FORECASTS} answer {wish}", result.as_json())
        answered += 1
    return answered
