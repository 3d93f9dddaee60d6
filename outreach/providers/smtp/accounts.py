"""Several accounts for the same mail: each takes its share, none more than it may, and others stand in for a dead one.

Connections outlive the chunk of work they were opened for, because a handshake costs more than many messages.
"""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock

from outreach.domain.errors import BadInput, Fault
from outreach.providers.base import Outcome, Outgoing, Receipt
from outreach.providers.conversation import Conversation
from outreach.providers.dialling import Server, TimeOuts

#: Seconds after which an idle connection is not used any more; servers hang up after a minute or more.
IDLE_SECONDS = 30.0

#: How many of so many messages an account may send now, by its name: `limit("smtp.main", 20)`.
Limit = Callable[[str, int], int]


@dataclass(frozen=True, slots=True)
class Account:
    """A way out.

    Attributes:
        name: for limits and the log; never the password.
        weight: how much it takes of what is to be sent, against the others.

    Raises:
        BadInput: if the weight is not above zero.
    """

    name: str
    server: Server
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not self.weight > 0:
            mend = "Set it above 0, or leave the account out."
            fault = Fault(
                place=f"account {self.name}",
                column="weight",
                value=str(self.weight),
                reason="is not above 0",
                mend=mend,
            )
            raise BadInput([fault])


def read_accounts(urls: str) -> list[Account]:
    """Accounts of addresses parted by spaces: `smtp[s]://[user:password@]host[:port][?weight=2]`, named after hosts.

    Raises:
        BadInput: if one is no such address, its weight no number above zero, or none is there. No password is repeated.
    """
    accounts: list[Account] = []
    for place, url in enumerate(urls.split() or [""], start=1):
        address, _, asked = url.partition("?")
        name, _, number = asked.partition("=")
        try:
            weight = float(number) if asked else 1.0
        except ValueError:
            weight = 0.0
        if asked and name != "weight":
            weight = 0.0
        server = Server.from_url(address)
        accounts.append(Account(f"{place}.{server.host}" if " " in urls.strip() else "smtp", server, weight))
    return accounts


@dataclass(slots=True)
class Connections:
    """Open connections of accounts between two chunks of work, and how much each account has sent."""

    hostname: str
    time_outs: TimeOuts
    used: Counter[str] = field(default_factory=Counter)
    _idle: defaultdict[str, list[tuple[float, Conversation]]] = field(default_factory=lambda: defaultdict(list))
    _lock: Lock = field(default_factory=Lock)

    def take(self, account: Account) -> Conversation:
        """A conversation with the account's server, over an idle connection if there is a young one."""
        while True:
            with self._lock:
                idle = self._idle[account.name]
                if not idle:
                    return Conversation(account.server, hostname=self.hostname, time_outs=self.time_outs)
                since, talk = idle.pop()
            if time.monotonic() - since <= IDLE_SECONDS:
                return talk
            talk.close()

    def give_back(self, account: Account, talk: Conversation) -> None:
        """Keeps the connection for the next chunk, or closes it where it was interrupted."""
        if not talk.is_open:
            talk.close()
            return
        with self._lock:
            self._idle[account.name].append((time.monotonic(), talk))

    def close(self) -> None:
        """Says good-bye to all servers."""
        with self._lock:
            talks = [talk for idle in self._idle.values() for _, talk in idle]
            self._idle.clear()
        for talk in talks:
            talk.close()


class SharedLine:
    """A `Line` over several accounts. Each batch goes by the account that is furthest behind its share."""

    def __init__(self, accounts: Sequence[Account], *, connections: Connections, limit: Limit) -> None:
        self.accounts = tuple(accounts)
        self.connections = connections
        self.limit = limit
        self._talks: dict[str, Conversation] = {}
        self._down: dict[str, str] = {}
        self._unwelcome: set[str] = set()

    def send(self, batch: Sequence[Outgoing]) -> Iterator[Receipt]:
        """Sends the batch; what no account may or can send now is RETRY."""
        left = list(batch)
        full: set[str] = set()
        while left:
            account = self._next(full)
            if account is None:
                answer = next(iter(self._down.values()), "not tried: every account has sent what it may for now")
                refuses_us = self._unwelcome.issuperset(one.name for one in self.accounts)
                unwell = self._down.keys() >= {one.name for one in self.accounts}
                for one in left:
                    yield Receipt(one.touch_id, Outcome.RETRY, answer, refuses_us=refuses_us, unwell=unwell)
                return
            allowed = max(0, min(len(left), self.limit(account.name, len(left))))
            share, left = left[:allowed], left[allowed:]
            if left:
                full.add(account.name)
            missed: list[Outgoing] = []
            yield from self._send_by(account, share, missed)
            left = missed + left

    def close(self) -> None:
        """Gives the connections back."""
        for account in self.accounts:
            if (talk := self._talks.pop(account.name, None)) is not None:
                self.connections.give_back(account, talk)

    def _next(self, full: set[str]) -> Account | None:
        """The account that is furthest behind its share, of those that are up and may send."""
        free = [one for one in self.accounts if one.name not in full and one.name not in self._down]
        return min(free, key=lambda one: self.connections.used[one.name] / one.weight, default=None)

    def _send_by(self, account: Account, share: Sequence[Outgoing], missed: list[Outgoing]) -> Iterator[Receipt]:
        """Sends by one account; where its server is not reached, the messages go to `missed` instead."""
        if not share:
            return
        talk = self._talks.get(account.name) or self.connections.take(account)
        self._talks[account.name] = talk
        waiting = {one.touch_id: one for one in share}
        for receipt in talk.send(share):
            if talk.unreachable and len(self.accounts) > 1:
                self._down[account.name] = talk.unreachable
                if receipt.refuses_us:
                    self._unwelcome.add(account.name)
                missed.append(waiting[receipt.touch_id])
                continue
            self.connections.used[account.name] += receipt.outcome in (Outcome.SENT, Outcome.UNKNOWN)
            yield receipt
