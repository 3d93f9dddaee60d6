"""Builds everything once, from settings. Every door calls `bootstrap()` and hands the parts down."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from redis import RedisError

from outreach.clock import Clock, DemoClock, WallClock
from outreach.db import session as database
from outreach.db.queries.mailbox import seen_touches
from outreach.db.session import Database
from outreach.domain.content import Brand
from outreach.domain.errors import BadInput, Fault, NotReady
from outreach.domain.pacing.limits import Scope, limits_for, read_rules
from outreach.domain.touch import Channel
from outreach.providers.base import Closing, Provider, ReportReader
from outreach.providers.registry import Ways, build_readers, build_routes
from outreach.providers.routes import Route
from outreach.providers.sendgrid.send import Heed
from outreach.providers.smtp.accounts import Limit
from outreach.providers.smtp.dkim import Signer
from outreach.providers.smtp.pickup import BounceMailbox
from outreach.providers.smtp.send import unlimited
from outreach.providers.smtp.verp import ReturnPath
from outreach.queueing import rq
from outreach.queueing.gate import Gate
from outreach.queueing.pace import Pace
from outreach.queueing.provider_health import ProviderHealth
from outreach.queueing.rq import JobQueue
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer
from outreach.settings import Mode, Settings

log = logging.getLogger(__name__)

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Outreach:
    """The product, put together.

    Attributes:
        settings: what the environment said.
        db, queue: the stores.
        tokens: makes and reads the addresses in our messages.
        renderer_for: the renderer of a business; remembered, because it keeps compiled texts.
        routes: how messages leave, by channel. readers: who may report to us, by name.
        clock: business time.
        bounce_mailbox: where mail that comes back is fetched; None where nowhere.
        gate: how fast and how many messages may leave. health: how the providers did lately.
    """

    settings: Settings
    db: Database
    queue: JobQueue
    tokens: Tokens
    renderer_for: Callable[[Brand], Renderer]
    routes: Mapping[Channel, Route]
    readers: Mapping[str, ReportReader]
    clock: Clock
    gate: Gate
    health: ProviderHealth
    bounce_mailbox: BounceMailbox | None = None

    @property
    def providers(self) -> Mapping[Channel, Provider]:
        """Who carries what goes out singly, by channel: tests, and answers to customers."""
        return {channel: route.first for channel, route in self.routes.items()}

    @property
    def all_providers(self) -> Sequence[Provider]:
        """Everybody on the routes."""
        return [provider for route in self.routes.values() for provider in route.providers]

    def close(self) -> None:
        """Gives connections back."""
        for provider in self.all_providers:
            if isinstance(provider, Closing):
                provider.close()
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

    secret = settings.secret_key.encode()
    return_path = ReturnPath(settings.return_path_domain, [secret]) if settings.return_path_domain else None
    mailbox = BounceMailbox.from_url(settings.bounce_mailbox_url) if settings.bounce_mailbox_url else None
    queue = rq.connect(settings.redis_url)
    pace = Pace(queue.redis)
    gate = Gate(pace, read_rules(settings.limits), settings.limits_zone)

    @lru_cache(maxsize=4)
    def renderer_for(brand: Brand) -> Renderer:
        return Renderer(brand, tokens, locales_dir=ROOT / "locales", templates_dir=ROOT / "templates" / "messages")

    return Outreach(
        settings=settings,
        db=db,
        queue=queue,
        tokens=tokens,
        renderer_for=renderer_for,
        routes=build_routes(
            Ways(
                mailbox_port=settings.mailbox_port,
                seen=lambda ids: seen_touches(db, ids),
                smtp_url=settings.smtp_url,
                hostname=urlsplit(settings.public_base_url).hostname or "",
                return_path=return_path,
                signer=_signer(settings),
                limit=_limit(settings, pace),
                sendgrid_api_key=settings.sendgrid_api_key,
                sendgrid_base_url=settings.sendgrid_base_url,
                sendgrid_heed=_heed(gate, "sendgrid"),
                twilio_account_sid=settings.twilio_account_sid,
                twilio_auth_token=settings.twilio_auth_token,
                twilio_sender=settings.twilio_sender,
                twilio_callback_url=settings.public_base_url + "/webhooks/twilio",
                twilio_base_url=settings.twilio_base_url,
            ),
            email=settings.email_providers,
            sms=settings.sms_providers,
        ),
        readers=build_readers(
            secret=secret,
            return_path=return_path,
            sendgrid_key=settings.sendgrid_webhook_key,
            sendgrid_inbound=settings.sendgrid_inbound_secret,
            twilio_token=settings.twilio_auth_token,
        ),
        clock=DemoClock(db) if settings.mode is Mode.DEMO else WallClock(),
        gate=gate,
        health=ProviderHealth(queue.redis),
        bounce_mailbox=mailbox,
    )


def _signer(settings: Settings) -> Signer | None:
    """Who signs our mail; None where a server of the business does."""
    if not settings.dkim_key_file:
        return None
    try:
        key = Path(settings.dkim_key_file).read_bytes()
    except OSError as error:
        fault = Fault(
            "environment",
            f"cannot be read: {error.strerror}",
            "Name a file with an RSA key in PEM.",
            column="DKIM_KEY_FILE",
            value=settings.dkim_key_file,
        )
        raise BadInput([fault]) from error
    return Signer(settings.dkim_domain, settings.dkim_selector, key)


def _limit(settings: Settings, pace: Pace) -> Limit:
    """How many messages an account of the smtp provider may send now, by the limits that name accounts.

    The others are asked before, for all accounts together (`Gate`).
    """
    rules = [rule for rule in read_rules(settings.limits) if Scope.ACCOUNT in rule.match]
    if not rules:
        return unlimited

    def allowed(account: str, wanted: int) -> int:
        message = {Scope.PROVIDER: "smtp", Scope.ACCOUNT: account}
        try:
            return pace.take(limits_for(rules, message, zone=settings.limits_zone), wanted).messages
        except RedisError:
            # Without the shared buckets nobody knows what others send; the messages wait for the next try.
            log.exception("the limits cannot be asked")
            return 0

    return allowed


def _heed(gate: Gate, provider: str) -> Heed:
    """Passes on what a provider says of its limits, to all workers."""

    def heed(*, left: int, seconds: float) -> None:
        try:
            gate.heed({Scope.PROVIDER: provider}, left=left, seconds=seconds)
        except RedisError:
            log.exception("the other workers cannot be told the limits of %s", provider)

    return heed
