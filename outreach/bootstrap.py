"""Builds everything once, from settings. Every door calls `bootstrap()` and hands the parts down."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from outreach.clock import Clock, DemoClock, WallClock
from outreach.db import session as database
from outreach.db.queries.mailbox import seen_touches
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.domain.errors import NotReady
from outreach.domain.touch import Channel
from outreach.providers.base import Provider, ReportReader
from outreach.providers.registry import build_providers, build_readers
from outreach.queueing import rq
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from outreach.settings import Mode, Settings

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Outreach:
    """The product, put together.

    Attributes:
        settings: what the environment said.
        db, queue: the stores.
        tokens: makes and reads the addresses in our messages.
        renderer_for: the renderer of a business; remembered, because it keeps compiled texts.
        providers: how messages leave, by channel. readers: who may report to us, by name.
        clock: business time.
    """

    settings: Settings
    db: Database
    queue: JobQueue
    tokens: Tokens
    renderer_for: Callable[[Brand], Renderer]
    providers: Mapping[Channel, Provider]
    readers: Mapping[str, ReportReader]
    clock: Clock

    def close(self) -> None:
        """Gives connections back."""
        self.db.close()
        self.queue.redis.close()


def bootstrap(settings: Settings | None = None) -> Outreach:
    """The product as `settings` (by default the environment) want it; connects on first use.

    Raises:
        BadInput: if the environment holds nonsense.
        NotReady: if there is no address for a store; `outreach up` starts embedded ones and passes theirs on.
    """
    settings = settings or Settings.from_env()
    if settings.database_url is None or settings.redis_url is None:
        raise NotReady(
            "no database or no queue to talk to: start the product with `outreach up` or `outreach demo`, or set "
            "DATABASE_URL and REDIS_URL"
        )
    db = database.connect(settings.database_url)
    tokens = Tokens([settings.secret_key.encode()], settings.public_base_url)

    @lru_cache(maxsize=4)
    def renderer_for(brand: Brand) -> Renderer:
        return Renderer(brand, tokens, locales_dir=ROOT / "locales", templates_dir=ROOT / "templates" / "messages")

    return Outreach(
        settings=settings,
        db=db,
        queue=rq.connect(settings.redis_url),
        tokens=tokens,
        renderer_for=renderer_for,
        providers=build_providers(
            email=settings.email_provider,
            sms=settings.sms_provider,
            smtp_url=settings.smtp_url,
            mailbox_port=settings.mailbox_port,
            hostname=urlsplit(settings.public_base_url).hostname or "",
            seen=lambda ids: seen_touches(db, ids),
        ),
        readers=build_readers(secret=settings.secret_key.encode()),
        clock=DemoClock(db) if settings.mode is Mode.DEMO else WallClock(),
    )
