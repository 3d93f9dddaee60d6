"""The public part of the web door alone, on real stores."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from flask import Flask

from outreach.bootstrap import Outreach
from outreach.db.session import Database
from outreach.providers.base import ReportReader
from outreach.queueing.gate import Gate
from outreach.queueing.pace import Pace
from outreach.queueing.provider_health import ProviderHealth
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.settings import Settings
from tests.factories import NOW


class StandingClock:
    """It is always `NOW`."""

    def now(self) -> datetime:
        return NOW


def public_door(
    *,
    db: Database,
    queue: JobQueue,
    tokens: Tokens,
    root: Path,
    pages: Sequence[ModuleType],
    readers: Sequence[ReportReader] = (),
) -> Flask:
    """An application with the blueprints of `pages` and nothing else."""
    app = Flask("outreach.web", template_folder=str(root / "templates"))
    app.extensions["outreach"] = Outreach(
        settings=Settings.from_env({}),
        db=db,
        queue=queue,
        tokens=tokens,
        renderer_for=cast(Any, None),
        routes={},
        readers={reader.name: reader for reader in readers},
        clock=StandingClock(),
        gate=Gate(Pace(queue.redis), (), "UTC"),
        health=ProviderHealth(queue.redis),
    )
    for page in pages:
        app.register_blueprint(page.blueprint)
    return app
