"""The demo's customers: programs that look into the built-in mailbox and behave like people, proxies and gateways.

They know what a mail program knows: the message as it arrived. They load its pictures, follow its links and press its
buttons over HTTP. What a vendor would report of them a `Reporter` posts to the webhook: in the mailbox's own words, or
in those of the vendors whose stand-ins carried the messages (`vendors/reporting.py`).
"""

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import httpx

from outreach.db.queries.mailbox import PlannedAction, Received, StoredMail, due_actions, record_reading, unread_mail
from outreach.db.session import Database
from outreach.demo.reader_fates import Action, Kind, fate_of_mail, fate_of_text
from outreach.demo.reader_mail import find_form, look_at_mail, look_at_text
from outreach.domain.touch import Channel
from outreach.providers.mailbox.webhook import sign

log = logging.getLogger(__name__)

WEBHOOK = "/webhooks/mailbox"
REPORTS_PER_POST = 500
_HANDS = 4


@dataclass(frozen=True, slots=True)
class ReaderCounts:
    """What one pass did.

    Attributes:
        read: messages looked at for the first time.
        planned: actions left for later.
        reports: sent, by word. actions: done, by kind (visits, scans, ...).
        refused: requests that were answered with an error, or not at all; they are not made again.
    """

    read: int
    planned: int
    reports: Mapping[str, int]
    actions: Mapping[str, int]
    refused: int

    @property
    def is_idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.read or self.reports or self.actions)


@dataclass(frozen=True, slots=True)
class Deed:
    """An action whose instant has come, with the message it is about."""

    message: Received
    action: Action


class Reporter(Protocol):
    """Tells the product what became of messages, as their carrier does."""

    def report(self, deeds: Sequence[Deed], *, client: httpx.Client, now: datetime) -> None:
        """Posts reports; the same deed gives the same report again.

        Raises:
            httpx.HTTPError: if they are not taken.
        """
        ...


@dataclass(frozen=True, slots=True)
class MailboxReporter:
    """Speaks for the built-in mailbox; `secret` is the product's."""

    secret: bytes = field(repr=False)

    def report(self, deeds: Sequence[Deed], *, client: httpx.Client, now: datetime) -> None:
        """In signed batches, as a vendor's would be."""
        for start in range(0, len(deeds), REPORTS_PER_POST):
            rows = [_report(deed) for deed in deeds[start : start + REPORTS_PER_POST]]
            body = json.dumps(rows).encode()
            headers = sign(body, secret=self.secret, timestamp=int(now.timestamp()))
            client.post(
                WEBHOOK, content=body, headers=headers | {"Content-Type": "application/json"}
            ).raise_for_status()


def read_new_mail(
    *, db: Database, client: httpx.Client, now: datetime, reporter: Reporter, limit: int = 1000
) -> ReaderCounts:
    """One pass: looks at new messages, and does what is due by now with these and with earlier ones.

    Dying half-way repeats the pass: a report has the same id again, and a visit is only one more visit. Only one
    process may do this at a time.

    Args:
        client: its `base_url` is what our addresses in messages begin with; how it gets there, through a port or a unix
            socket, is its own affair.
        reporter: speaks for who carried the messages.
        limit: most new messages, and most waiting actions, of a pass.

    Raises:
        httpx.HTTPError: if our server does not take the reports; nothing of the pass is recorded.
    """
    base_url = str(client.base_url).rstrip("/")
    with db.transaction() as session:
        unread = unread_mail(session, limit=limit)
        waiting = due_actions(session, now=now, limit=limit)
    deeds = [
        Deed(
            one.message,
            Action(one.action.due_at, Kind(one.action.kind), one.action.target, dict(one.action.data)),
        )
        for one in waiting
    ]
    later: list[PlannedAction] = []
    for mail in unread:
        for action in _fate(mail, base_url):
            if action.due_at <= now:
                deeds.append(Deed(_received(mail), action))
            else:
                later.append(PlannedAction(mail.id, action.due_at, action.kind.value, action.target, action.data))
    reports = [deed for deed in deeds if deed.action.kind is Kind.REPORT]
    visits = [deed for deed in deeds if deed.action.kind is not Kind.REPORT]
    reporter.report(reports, client=client, now=now)
    refused = _act(visits, client=client)
    if unread or waiting:
        with db.transaction() as session:
            record_reading(
                session, read=[mail.id for mail in unread], done=[one.id for one in waiting], planned=later, now=now
            )
    return ReaderCounts(
        read=len(unread),
        planned=len(later),
        reports=dict(Counter(deed.action.target for deed in reports)),
        actions=dict(Counter(deed.action.kind.value for deed in visits)),
        refused=refused,
    )


def _fate(mail: StoredMail, base_url: str) -> Sequence[Action]:
    if mail.touch_id is None:
        return ()
    if mail.channel == Channel.SMS:
        words = mail.raw.decode("utf-8", "replace")
        found = look_at_text(words, base_url=base_url)
        return fate_of_text(found, number=mail.recipient, words=words, received_at=mail.received_at)
    found = look_at_mail(mail.raw, base_url=base_url)
    return fate_of_mail(found, address=mail.recipient, subject=mail.subject, received_at=mail.received_at)


def _received(mail: StoredMail) -> Received:
    return Received(mail.id, mail.touch_id, mail.channel, mail.sender, mail.recipient, mail.reference)


def _report(deed: Deed) -> dict[str, object]:
    """One report in the mailbox's words; its id is the same whenever it is made."""
    return {
        "event": deed.action.target,
        "message_id": str(deed.message.touch_id),
        "timestamp": int(deed.action.due_at.timestamp()),
        "id": f"{deed.message.touch_id}-{deed.message.id}-{deed.action.target}",
        **deed.action.data,
    }


def _act(visits: Sequence[Deed], *, client: httpx.Client) -> int:
    """Does the rest, the deeds about one message one after the other; hands back how many requests were refused."""
    by_message: dict[int, list[Action]] = defaultdict(list)
    for deed in visits:
        by_message[deed.message.id].append(deed.action)
    with ThreadPoolExecutor(_HANDS, thread_name_prefix="readers") as hands:
        return sum(hands.map(lambda actions: sum(_refusals(client, action) for action in actions), by_message.values()))


def _refusals(client: httpx.Client, action: Action) -> int:
    """Does one action; how many of its requests were answered with an error or not at all."""
    headers = {"User-Agent": action.data.get("agent", "")}
    try:
        if action.kind is Kind.SCAN:
            return sum(client.get(path, headers=headers).is_error for path in action.target.split("\n"))
        if action.kind is Kind.LEAVE:
            return int(_leave(client, action.target, headers))
        if action.kind is Kind.ONE_CLICK:
            posted = client.post(action.target, data={"List-Unsubscribe": "One-Click"}, headers=headers)
            return int(posted.is_error)
        return int(client.get(action.target, headers=headers).is_error)
    except httpx.TransportError as error:
        log.warning("a reader's %s was not answered: %s", action.kind, error)
        return 1


def _leave(client: httpx.Client, path: str, headers: dict[str, str]) -> bool:
    """Opens the page and presses its button, as a person would; whether that failed."""
    page = client.get(path, headers=headers)
    form = find_form(page.text)
    if page.is_error or form is None:
        return True
    return client.post(page.url.join(form.action or path), data=form.fields, headers=headers).is_error
