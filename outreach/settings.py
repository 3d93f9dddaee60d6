"""Settings: the only reader of the environment. Read once, typed; nonsense is refused at start, all of it at once."""

import os
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from outreach.domain.errors import BadInput, Fault
from outreach.domain.pacing.limits import read_rules
from outreach.domain.pacing.warm_up import WarmUp


class Mode(StrEnum):
    """What kind of installation this is."""

    #: Invented customers, a fast clock, mail that stays inside; says so on every page.
    DEMO = "demo"
    #: A developer's machine.
    DEVELOPMENT = "development"
    #: The real thing: no embedded parts, no default secrets, https only.
    PRODUCTION = "production"


DEFAULT_SECRET = "outreach-demo-secret-change-me"  # noqa: S105 - refused in production
DEFAULT_PORT = 8025
#: Where the vendors are.
SENDGRID = "https://api.sendgrid.com"
TWILIO = "https://api.twilio.com"
#: What may stand in an address as it is (RFC 3986 2.3, without the signs that are easily lost).
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-_")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    Attributes:
        mode: demo, development or production.
        data_dir: where embedded parts keep their data.
        database_url, redis_url: None means the embedded part is used.
        secret_key: signs sessions and the tokens in our links.
        public_base_url: what links in messages begin with, without a final slash.
        email_providers: weights by name, of mailbox, smtp and sendgrid. sms_providers: of mailbox and twilio.
        smtp_url: smtp[s]://[user:password@]host:port, for the smtp provider; several accounts are parted by spaces, and
            each may end with ?weight=NUMBER.
        limits: how fast and how many messages may leave, see `domain/pacing/limits.py`; "" for no limits.
        limits_zone: IANA name; whose midnight begins a day of limits.
        spf_needs: who sends for us, domains to include or addresses, parted by spaces; the SPF record of the sender's
            domain must name them. "" if that is not known.
        sendgrid_api_key, sendgrid_base_url: for the sendgrid provider. sendgrid_webhook_key: verifies its events; "" if
            it may post none. sendgrid_inbound_secret: the last part of the address where it posts mails that customers
            write; "" if it may post none.
        twilio_account_sid, twilio_auth_token, twilio_base_url: for the twilio provider. twilio_sender: the number,
            name or messaging service (MG...) that texts come from; "" for the business's own number.
        warm_up: how many messages a sender's domain may send on its first days; None where it is known already.
        dkim_domain, dkim_selector, dkim_key_file: sign mail of the smtp provider; "" where a server does that.
        mailbox_port: where the built-in mailbox listens on 127.0.0.1.
        workers: processes in the worker pool.
        return_path_domain: domain of the return paths that name each mail; "" sends with the business's own address.
        bounce_mailbox_url: imaps://user:password@host/folder or pop3s://..., where mail that comes back is fetched; ""
            fetches none.
        mailbox_delay_ms: how long the mailbox holds up each message, so that tests can kill a sender meanwhile.
    """

    mode: Mode
    data_dir: Path
    database_url: str | None
    redis_url: str | None
    secret_key: str
    public_base_url: str
    email_providers: Mapping[str, float]
    sms_providers: Mapping[str, float]
    smtp_url: str
    mailbox_port: int
    workers: int
    mailbox_delay_ms: int = 0
    limits: str = ""
    limits_zone: str = "UTC"
    spf_needs: str = ""
    dkim_domain: str = ""
    dkim_selector: str = ""
    dkim_key_file: str = ""
    return_path_domain: str = ""
    bounce_mailbox_url: str = field(default="", repr=False)
    sendgrid_api_key: str = field(default="", repr=False)
    sendgrid_base_url: str = ""
    sendgrid_webhook_key: str = ""
    sendgrid_inbound_secret: str = field(default="", repr=False)
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_sender: str = ""
    twilio_base_url: str = ""
    warm_up: WarmUp | None = None

    @property
    def uses_mailbox(self) -> bool:
        """Whether the built-in mailbox carries anything."""
        return "mailbox" in self.email_providers or "mailbox" in self.sms_providers

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Settings from the environment.

        Raises:
            BadInput: with every fault found, each naming the variable and the mend.
        """
        return _Reader(os.environ if environ is None else environ).settings()


class _Reader:
    """Collects faults while reading, so that a person mends them in one go."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.faults: list[Fault] = []

    def settings(self) -> Settings:
        mode = Mode(self.choice("OUTREACH_ENV", [m.value for m in Mode], Mode.DEVELOPMENT.value))
        settings = Settings(
            mode=mode,
            data_dir=Path(self.text("OUTREACH_DATA_DIR", ".outreach")).resolve(),
            database_url=self.url("DATABASE_URL", ("postgresql", "postgres")),
            redis_url=self.url("REDIS_URL", ("redis", "rediss", "unix")),
            secret_key=self.text("SECRET_KEY", DEFAULT_SECRET),
            public_base_url=self.text("PUBLIC_BASE_URL", f"http://127.0.0.1:{DEFAULT_PORT}").rstrip("/"),
            email_providers=self.weights("EMAIL_PROVIDER", ["mailbox", "smtp", "sendgrid"]),
            sms_providers=self.weights("SMS_PROVIDER", ["mailbox", "twilio"]),
            smtp_url=self.urls("SMTP_URL", ("smtp", "smtps")),
            mailbox_port=self.number("OUTREACH_MAILBOX_PORT", 8026, low=0, high=65535),
            workers=self.number("OUTREACH_WORKERS", 2, low=1, high=64),
            mailbox_delay_ms=self.number("OUTREACH_MAILBOX_DELAY_MS", 0, low=0, high=60_000),
            limits=self.text("OUTREACH_LIMITS", ""),
            limits_zone=self.zone("OUTREACH_LIMITS_ZONE", "UTC"),
            spf_needs=self.text("SPF_NEEDS", ""),
            dkim_domain=self.text("DKIM_DOMAIN", ""),
            dkim_selector=self.text("DKIM_SELECTOR", ""),
            dkim_key_file=self.text("DKIM_KEY_FILE", ""),
            return_path_domain=self.text("RETURN_PATH_DOMAIN", ""),
            bounce_mailbox_url=self.url("BOUNCE_MAILBOX_URL", ("imaps", "pop3s", "imap", "pop3")) or "",
            sendgrid_api_key=self.text("SENDGRID_API_KEY", ""),
            sendgrid_base_url=self.url("SENDGRID_BASE_URL", ("https", "http")) or SENDGRID,
            sendgrid_webhook_key=self.text("SENDGRID_WEBHOOK_KEY", ""),
            sendgrid_inbound_secret=self.text("SENDGRID_INBOUND_SECRET", ""),
            twilio_account_sid=self.text("TWILIO_ACCOUNT_SID", ""),
            twilio_auth_token=self.text("TWILIO_AUTH_TOKEN", ""),
            twilio_sender=self.text("TWILIO_SENDER", ""),
            twilio_base_url=self.url("TWILIO_BASE_URL", ("https", "http")) or TWILIO,
            warm_up=self.ramp("OUTREACH_WARM_UP"),
        )
        self.check_providers(settings)
        dkim = (settings.dkim_domain, settings.dkim_selector, settings.dkim_key_file)
        if any(dkim) and not all(dkim):
            mend = "Set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE, or none of them."
            self.fault("DKIM_DOMAIN", settings.dkim_domain, "signing needs a domain, a selector and a key", mend)
        self.check_limits(settings.limits)
        if mode is Mode.PRODUCTION:
            self.check_production(settings)
        if self.faults:
            raise BadInput(self.faults)
        return settings

    def check_production(self, settings: Settings) -> None:
        if settings.secret_key == DEFAULT_SECRET or len(settings.secret_key) < 32:
            self.fault("SECRET_KEY", "", "production needs a secret of at least 32 characters", "Set a random one.")
        if not settings.public_base_url.startswith("https://"):
            self.fault("PUBLIC_BASE_URL", settings.public_base_url, "production needs https", "Set the public address.")
        for variable, value in (("DATABASE_URL", settings.database_url), ("REDIS_URL", settings.redis_url)):
            if value is None:
                self.fault(variable, "", "production does not use embedded parts", "Set the server's address.")
        if "mailbox" in settings.email_providers:
            self.fault("EMAIL_PROVIDER", "mailbox", "the mailbox sends to nobody", "Set smtp or sendgrid.")
        if "mailbox" in settings.sms_providers:
            self.fault("SMS_PROVIDER", "mailbox", "the mailbox sends to nobody", "Set twilio.")

    def check_providers(self, settings: Settings) -> None:
        needs = (
            ("smtp", "SMTP_URL", settings.smtp_url, "Set it like smtp://user:password@host:587."),
            ("sendgrid", "SENDGRID_API_KEY", settings.sendgrid_api_key, "Make one with the right to send mail."),
            ("twilio", "TWILIO_ACCOUNT_SID", settings.twilio_account_sid, "Copy it from the vendor's console: AC..."),
            ("twilio", "TWILIO_AUTH_TOKEN", settings.twilio_auth_token, "Copy it from the vendor's console."),
        )
        for name, variable, value, mend in needs:
            if not value and (name in settings.email_providers or name in settings.sms_providers):
                self.fault(variable, "", f"the {name} provider needs it", mend)
        secret = settings.sendgrid_inbound_secret
        if secret and (len(secret) < 20 or not set(secret) <= _UNRESERVED):
            mend = "Use at least 20 letters, digits, dashes and underscores."
            self.fault("SENDGRID_INBOUND_SECRET", "", "is too easy to guess or cannot stand in an address", mend)

    def weights(self, variable: str, allowed: list[str]) -> Mapping[str, float]:
        """Names with an optional weight each: "sendgrid=3 smtp"; mailbox where nothing is said."""
        value, found = self.text(variable, "mailbox"), {}
        for part in value.split():
            name, has_weight, number = part.partition("=")
            try:
                weight = float(number) if has_weight else 1.0
            except ValueError:
                weight = 0.0
            if name not in allowed:
                self.fault(variable, part, "is not one of " + ", ".join(allowed), "Set one of them or unset it.")
            elif name in found or not 0 < weight <= 1_000_000:
                self.fault(
                    variable, part, "names a provider twice or gives it no share", "Write it like sendgrid=3 smtp."
                )
            else:
                found[name] = weight
        return found or {"mailbox": 1.0}

    def ramp(self, variable: str) -> WarmUp | None:
        """First day, growth and the day's number from which on the ramp is over: "50 1.5 20000"."""
        value = self.text(variable, "")
        if not value:
            return None
        try:
            first, growth, enough = value.split()
            ramp = WarmUp(int(first), float(growth), int(enough))
        except ValueError:
            ramp = WarmUp(0, 0.0, 0)
        if ramp.first < 1 or not 1 < ramp.growth <= 10 or ramp.enough < ramp.first:
            mend = "Write messages of the first day, growth a day and the last day's messages: 50 1.5 20000."
            self.fault(variable, value, "is no warm-up", mend)
            return None
        return ramp

    def check_limits(self, text: str) -> None:
        try:
            read_rules(text)
        except BadInput as refused:
            for fault in refused.faults:
                self.fault("OUTREACH_LIMITS", str(fault.value), fault.reason, fault.mend)

    def zone(self, variable: str, default: str) -> str:
        value = self.text(variable, default)
        if value not in available_timezones():
            self.fault(variable, value, "is no time zone", "Use an IANA name like Europe/London.")
            return default
        return value

    def urls(self, variable: str, schemes: tuple[str, ...]) -> str:
        for url in self.text(variable, "").split():
            if urlsplit(url).scheme not in schemes:
                self.fault(variable, url.split("@")[-1], "has another scheme than " + ", ".join(schemes), "Mend it.")
        return self.text(variable, "")

    def text(self, variable: str, default: str) -> str:
        return self.environ.get(variable, "").strip() or default

    def choice(self, variable: str, allowed: list[str], default: str) -> str:
        value = self.text(variable, default)
        if value not in allowed:
            self.fault(variable, value, "is not one of " + ", ".join(allowed), "Set one of them or unset it.")
            return default
        return value

    def number(self, variable: str, default: int, *, low: int, high: int) -> int:
        value = self.text(variable, str(default))
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            self.fault(variable, value, f"is not a whole number from {low} to {high}", "Set one or unset it.")
            return default
        return int(value)

    def url(self, variable: str, schemes: tuple[str, ...]) -> str | None:
        value = self.text(variable, "")
        if not value:
            return None
        if urlsplit(value).scheme.split("+")[0] not in schemes:
            self.fault(variable, value.split("@")[-1], "has another scheme than " + ", ".join(schemes), "Mend it.")
        return value

    def fault(self, variable: str, value: str, reason: str, mend: str) -> None:
        self.faults.append(Fault(place="environment", column=variable, value=value, reason=reason, mend=mend))
