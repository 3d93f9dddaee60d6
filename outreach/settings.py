"""Settings: the only reader of the environment. Read once, typed; nonsense is refused at start, all of it at once."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from outreach.domain.errors import BadInput, Fault
from outreach.domain.pacing.limits import read_rules


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


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says.

    Attributes:
        mode: demo, development or production.
        data_dir: where embedded parts keep their data.
        database_url, redis_url: None means the embedded part is used.
        secret_key: signs sessions and the tokens in our links.
        public_base_url: what links in messages begin with, without a final slash.
        email_provider: mailbox or smtp. sms_provider: mailbox.
        smtp_url: smtp[s]://[user:password@]host:port, for the smtp provider; several accounts are parted by spaces, and
            each may end with ?weight=NUMBER.
        limits: how fast and how many messages may leave, see `domain/pacing/limits.py`; "" for no limits.
        limits_zone: IANA name; whose midnight begins a day of limits.
        spf_needs: who sends for us, domains to include or addresses, parted by spaces; the SPF record of the sender's
            domain must name them. "" if that is not known.
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
    email_provider: str
    sms_provider: str
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
            email_provider=self.choice("EMAIL_PROVIDER", ["mailbox", "smtp"], "mailbox"),
            sms_provider=self.choice("SMS_PROVIDER", ["mailbox"], "mailbox"),
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
        )
        if settings.email_provider == "smtp" and not settings.smtp_url:
            self.fault("SMTP_URL", "", "the smtp provider needs a server", "Set it like smtp://user:password@host:587.")
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
        if "mailbox" in (settings.email_provider, settings.sms_provider):
            self.fault("EMAIL_PROVIDER", "mailbox", "the mailbox sends to nobody", "Set smtp or a vendor.")

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
