"""What simulated customers do with a message. Invented, and says so: shares are round numbers of a plausible base.

Nothing is drawn at random: a person is the same person in every mail and a demo is the same demo on every machine,
because every share is compared with a hash of the address, the message and the question.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b

from outreach.demo.reader_mail import Found
from outreach.providers.mailbox.server import GONE

#: Apple's privacy proxy, which fetches the pictures of all mail whether anybody reads it or not, says no more.
APPLE_PROXY = "Mozilla/5.0"
#: Google's proxy fetches the pictures when a person opens the mail, and hides who that is.
GOOGLE_PROXY = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
#: One gateway that names itself, one that passes for a browser.
GATEWAYS = (
    "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/118.0.0.0 Safari/537.36",
)
BROWSERS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:144.0) Gecko/20100101 Firefox/144.0",
)

#: Shares of people whose mail is kept by a privacy proxy, by Google, and behind a gateway that follows every link.
PRIVACY_SHARE, GOOGLE_SHARE, GATEWAY_SHARE = 0.30, 0.30, 0.08
#: Shares of messages.
BOUNCE_SHARE, FULL_SHARE, DEFERRED_SHARE, COMPLAINT_SHARE = 0.002, 0.004, 0.01, 0.0015
REPLY_SHARE, LEAVE_SHARE, STOP_SHARE = 0.004, 0.006, 0.006


class Kind(StrEnum):
    """What a reader does."""

    #: The mailbox tells us something in its next report; the target is the word.
    REPORT = "report"
    #: One address is fetched by a person's program or a proxy.
    VISIT = "visit"
    #: A gateway fetches every address at once; the target holds them, one a line.
    SCAN = "scan"
    #: A person opens the page behind the way off the list and presses its button.
    LEAVE = "leave"
    #: A person presses "unsubscribe" in the mail program, which posts for them (RFC 8058).
    ONE_CLICK = "one_click"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a reader does, at a business instant.

    Attributes:
        data: `agent`, the program's name for itself; for reports `code` and `reason`.
    """

    due_at: datetime
    kind: Kind
    target: str
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """A reader, told by nothing but an address or a number.

    Attributes:
        reads: share of messages this person opens. acts: share of opened ones that are answered with a click.
    """

    address: str
    reads: float
    acts: float
    agent: str
    mail_kept_by: str

    @classmethod
    def behind(cls, address: str) -> "Person":
        """The person behind an address: one in five keen, two in five now and then, the rest silent."""
        place = share(address, "interest")
        reads, acts = (0.85, 0.40) if place < 0.20 else (0.45, 0.12) if place < 0.60 else (0.04, 0.0)
        keeper, edge = share(address, "keeper"), 0.0
        kept_by = "plain"
        for name, part in (("privacy", PRIVACY_SHARE), ("google", GOOGLE_SHARE), ("gateway", GATEWAY_SHARE)):
            if edge <= keeper < edge + part:
                kept_by = name
            edge += part
        return cls(address, reads, acts, BROWSERS[int(share(address, "browser") * len(BROWSERS))], kept_by)


def share(*question: str) -> float:
    """A number from 0 up to 1, the same for the same question for ever."""
    digest = blake2b("\0".join(question).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def fate_of_mail(found: Found, *, address: str, subject: str, received_at: datetime) -> list[Action]:
    """What happens to a mail, in the order in which it happens."""
    person = Person.behind(address)
    if address.startswith(GONE):
        return [_report(received_at, "bounced", code="5.1.1", reason="no such user")]
    if share(address, subject, "bounce") < BOUNCE_SHARE:
        return [_report(received_at, "bounced", code="5.1.1", reason="the account was closed")]
    if share(address, subject, "full") < FULL_SHARE:
        return [_report(received_at, "bounced", code="5.2.2", reason="the mailbox is full")]
    actions = [*_arrival(address, subject, received_at), *_machines(found, person, received_at)]
    if share(address, subject, "opens") < person.reads:
        actions += _reading(found, person, subject, received_at)
    elif share(address, subject, "complains") < COMPLAINT_SHARE:
        actions.append(_report(_later(received_at, address, subject), "complained", reason="abuse"))
    elif share(address, subject, "leaves") < LEAVE_SHARE and found.leave:
        kind = Kind.LEAVE if share(address, "form") < 0.5 else Kind.ONE_CLICK
        when = _later(received_at, address, subject)
        actions += [*_pictures(found, person, when), Action(when, kind, found.leave, {"agent": person.agent})]
    return sorted(actions, key=lambda action: action.due_at)


def fate_of_text(found: Found, *, number: str, words: str, received_at: datetime) -> list[Action]:
    """What happens to a text message, in the order in which it happens."""
    person = Person.behind(number)
    if share(number, words, "bounce") < BOUNCE_SHARE:
        return [_report(received_at, "bounced", code="5.1.1", reason="no such number")]
    actions = [_report(received_at, "delivered")]
    when = received_at + timedelta(minutes=2 + 90 * share(number, words, "minutes"))
    if share(number, words, "stop") < STOP_SHARE:
        actions.append(_report(when, "unsubscribed", reason="STOP"))
    elif found.links and share(number, words, "clicks") < person.acts:
        actions.append(Action(when, Kind.VISIT, found.links[0], {"agent": person.agent}))
    elif share(number, words, "replies") < 4 * REPLY_SHARE:
        actions.append(_report(when, "replied", reason="wrote back"))
    return actions


def _arrival(address: str, subject: str, received_at: datetime) -> Iterator[Action]:
    if share(address, subject, "deferred") < DEFERRED_SHARE:
        yield _report(received_at, "deferred", code="4.2.1", reason="try again later")
        yield _report(received_at + timedelta(minutes=20), "delivered")
    else:
        yield _report(received_at, "delivered")


def _machines(found: Found, person: Person, received_at: datetime) -> Iterator[Action]:
    """What happens at once, whether or not anybody reads."""
    if person.mail_kept_by == "privacy":
        yield from (Action(received_at, Kind.VISIT, picture, {"agent": APPLE_PROXY}) for picture in found.pictures)
    elif person.mail_kept_by == "gateway":
        everything = [*found.pictures, *found.links, *found.hidden, *([found.leave] if found.leave else [])]
        agent = GATEWAYS[int(share(person.address, "gateway") * len(GATEWAYS))]
        if everything:
            yield Action(received_at, Kind.SCAN, "\n".join(everything), {"agent": agent})


def _reading(found: Found, person: Person, subject: str, received_at: datetime) -> Iterator[Action]:
    """A person opens the mail, perhaps follows one link, perhaps writes back.

    One link only: a fast clock squeezes a minute of the reader's into an instant of the wall's, where three addresses
    in a second are rightly taken for a machine.
    """
    opened_at = _later(received_at, person.address, subject)
    yield from _pictures(found, person, opened_at)
    if found.links and share(person.address, subject, "clicks") < person.acts:
        wish = share(person.address, subject, "which")
        moment = opened_at + timedelta(seconds=25 + 150 * wish)
        yield Action(moment, Kind.VISIT, found.links[int(wish * len(found.links))], {"agent": person.agent})
    if share(person.address, subject, "replies") < REPLY_SHARE:
        yield _report(opened_at + timedelta(minutes=7), "replied", reason="wrote back")


def _pictures(found: Found, person: Person, when: datetime) -> Iterator[Action]:
    """The pictures as they are fetched when a person opens the mail; the privacy proxy has them already."""
    if person.mail_kept_by != "privacy":
        agent = GOOGLE_PROXY if person.mail_kept_by == "google" else person.agent
        yield from (Action(when, Kind.VISIT, picture, {"agent": agent}) for picture in found.pictures)


def _later(received_at: datetime, address: str, subject: str) -> datetime:
    """When a person gets to it: half within four hours, the last after a day and a half."""
    return received_at + timedelta(hours=0.1 + 36 * share(address, subject, "hours") ** 3)


def _report(due_at: datetime, word: str, **data: str) -> Action:
    return Action(due_at, Kind.REPORT, word, data)
