"""What a mail that came back says became of ours: delivery reports (RFC 3464, RFC 6533), complaints (RFC 5965), bounces
in plain words, and answers by machines (RFC 3834), which are neither bounce nor reply.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

from flufl.bounce import all_failures

from outreach.domain.bounce import enhanced_code
from outreach.domain.errors import shortened
from outreach.domain.events import EventType
from outreach.providers.letters import Letter, blocks_of

log = logging.getLogger(__name__)

#: Characters of the reporter's words that are kept.
_WORDS_KEPT = 900

_ACTIONS: Mapping[str, EventType] = {
    "failed": EventType.BOUNCED,
    "delayed": EventType.DEFERRED,
    "delivered": EventType.DELIVERED,
    # Handed on to a server that reports no further; or to a list, which answers for itself.
    "relayed": EventType.DELIVERED,
    "expanded": EventType.DELIVERED,
}
#: What outweighs what where a message went on to several addresses.
_WEIGHT = (EventType.DELIVERED, EventType.DEFERRED, EventType.BOUNCED)
#: Feedback types (RFC 5965 7.3, RFC 6430, RFC 6591 and drafts) that mean that a person has had enough of us.
_FEEDBACK: Mapping[str, EventType] = {
    "abuse": EventType.COMPLAINED,
    "fraud": EventType.COMPLAINED,
    "opt-out": EventType.UNSUBSCRIBED,
    "opt-out-list": EventType.UNSUBSCRIBED,
}

_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})")
_DAEMONS = re.compile(
    r"(?:mailer-?daemon|mail-?daemon|postmaster|mailerdaemon|daemon|maildelivery|mail-delivery|microsoftexchange\w*)"
    r"(?:[.+_-][^@]*)?(?:@|$)"
)
_DELAY = re.compile(
    r"\bdelay(?:ed)?\b|warning: (?:could not|message|returned)|still (?:being )?(?:retried|trying)"
    r"|will (?:keep|continue) (?:on )?(?:re)?trying|do not need to resend",
    re.IGNORECASE,
)
_FAILURE = re.compile(
    r"undeliver|not deliver|failure|failed|returned|bounce|rejected|unzustellbar|non remis|no se pudo entregar"
    r"|could not be (?:sent|delivered)|delivery (?:status|problem|error|report)|mail system error|nicht zugestellt"
    r"|退信|失败",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:out of (?:the )?(?:office|town)|on (?:vacation|holiday|leave)|away from|vacation|auto(?:mati[cs]\w*)?[ -]?"
    r"(?:repl|respon|antwort|answer)\w*|autoreply|abwesen\w*|absen(?:ce|t|cia)\w*|respuesta autom\w*|réponse auto\w*"
    r"|fuera de la oficina|ateb awtomatig|allan o'r swyddfa)|自动回复|自動回覆|رد تلقائي|خارج المكتب",
    re.IGNORECASE,
)
#: Where the mail that came back begins in a bounce that is all one text.
_COPY = re.compile(
    r"(?im)^(?:>?Received: |>?Return-Path: "
    r"|[-=_*]{2,}[^\n]*(?:original|copy|returned|unsent|message (?:header|text))[^\n]*"
    r"|[^\n]*(?:original message|copy of (?:the|your) (?:message|mail)|returned mail)[^\n]*follows[^\n]*)"
)


@dataclass(frozen=True, slots=True)
class Fate:
    """What a mail says became of ours.

    Attributes:
        type: what happened; OTHER where it is no news about the message.
        data: code, reason, recipient as the report has them; `word` names what an OTHER is.
    """

    type: EventType
    data: dict[str, str]


def fate_in(letter: Letter) -> Fate:
    """What `letter` says; machines' reports go first, because they too call themselves auto-replied."""
    return (
        _complaint(letter)
        or _delivery(letter)
        or _failed_recipients(letter)
        or _receipt(letter)
        or (None if from_daemon(letter) else _automatic(letter))
        or _plain_bounce(letter)
        or _automatic(letter)
        or _in_bulk(letter)
        or Fate(EventType.OTHER, {"word": "unread mail"})
    )


def from_daemon(letter: Letter) -> bool:
    """Whether a mail server wrote it, by its sender."""
    return any(_DAEMONS.match(sender) for sender in letter.senders())


def _complaint(letter: Letter) -> Fate | None:
    """A complaint in the abuse reporting format, or in the form of Microsoft's own feedback loop."""
    for part in letter.parts_of("message/feedback-report"):
        for fields in blocks_of(part):
            if kind := fields.get("feedback-type", "").strip().lower():
                data = {"reason": f"feedback: {kind}"}
                found = _FEEDBACK.get(kind, EventType.OTHER)
                return Fate(found, data | ({"word": f"feedback {kind}"} if found is EventType.OTHER else {}))
    if any(part.get("X-HmXmrOriginalRecipient") for part in letter.parts()):
        return Fate(EventType.COMPLAINED, {"reason": "feedback: abuse (JMRP)"})
    return None


def _delivery(letter: Letter) -> Fate | None:
    """A delivery report. A message to one address may have gone on to several; the worst news counts."""
    found = []
    for part in letter.parts_of("message/delivery-status", "message/global-delivery-status"):
        for fields in blocks_of(part):
            action = fields.get("action", "").strip().lower().split(" ")[0]
            if kind := _ACTIONS.get(action) or _by_status(fields):
                found.append(Fate(kind, _recipient_data(fields, letter)))
    if not found:
        return None
    return max(found, key=lambda fate: _WEIGHT.index(fate.type))


def _by_status(fields: Mapping[str, str]) -> EventType | None:
    """What a block without an Action we know means; RFC 3464 wants one, some servers forget it."""
    status = _STATUS.match(fields.get("status", ""))
    if status is None or "final-recipient" not in fields:
        return None
    return {"2": EventType.DELIVERED, "4": EventType.DEFERRED}.get(status.group(1), EventType.BOUNCED)


def _recipient_data(fields: Mapping[str, str], letter: Letter) -> dict[str, str]:
    diagnostic = fields.get("diagnostic-code", "")
    found = _STATUS.match(fields.get("status", ""))
    status = found.group().strip() if found else ""
    # The remote server's own words outweigh what the reporter made of them.
    code = enhanced_code(diagnostic) or status
    if code.endswith(".0.0") and status:
        code = status
    recipient = fields.get("original-recipient") or fields.get("final-recipient", "")
    return _told(
        code=code,
        reason=diagnostic.partition(";")[2].strip() or diagnostic or _human_words(letter),
        recipient=recipient.partition(";")[2].strip() or recipient,
        server=fields.get("remote-mta", "").partition(";")[2].strip(),
    )


def _failed_recipients(letter: Letter) -> Fate | None:
    """Exim and Google name the addresses in a header."""
    failed = letter.head("X-Failed-Recipients")
    if not failed:
        return None
    kind = EventType.DEFERRED if _DELAY.search(letter.head("Subject")) else EventType.BOUNCED
    return Fate(kind, _text_data(letter) | {"recipient": failed})


def _receipt(letter: Letter) -> Fate | None:
    """A disposition notification (RFC 8098) says that a mail program showed or threw away a mail; some servers wrongly
    write one when a mailbox is full.
    """
    if not letter.parts_of("message/disposition-notification"):
        return None
    _, failed = _second_opinion(letter)
    return Fate(EventType.BOUNCED, _text_data(letter)) if failed else Fate(EventType.OTHER, {"word": "read receipt"})


def _plain_bounce(letter: Letter) -> Fate | None:
    """A bounce in a server's own words."""
    delayed, failed = _second_opinion(letter)
    subject = letter.head("Subject")
    if not (delayed or failed):
        if not from_daemon(letter) or not (_FAILURE.search(subject) or _DELAY.search(subject)):
            return None
        delayed = bool(_DELAY.search(subject))
    return Fate(EventType.DEFERRED if delayed and not failed else EventType.BOUNCED, _text_data(letter))


def _automatic(letter: Letter) -> Fate | None:
    """An answer that no person wrote (RFC 3834 and the marks from before it)."""
    submitted = letter.head("Auto-Submitted").lower()
    marked = submitted not in ("", "no")
    marked |= any(letter.head(name) for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From", "X-Vacation"))
    marked |= letter.head("X-Auto-Response-Suppress").lower() == "all" and bool(letter.head("In-Reply-To"))
    marked |= "auto_reply" in (letter.head("Precedence").lower(), letter.head("Preference").lower())
    if not (marked or _AWAY.search(letter.head("Subject"))):
        return None
    return Fate(EventType.OTHER, {"word": "auto-reply"})


def _in_bulk(letter: Letter) -> Fate | None:
    """Mail that says it is one of many: what old vacation programs, and lists, put on what they write."""
    many = letter.head("Precedence").lower() in ("bulk", "junk", "list")
    return Fate(EventType.OTHER, {"word": "auto-reply"}) if many else None


def _second_opinion(letter: Letter) -> tuple[bool, bool]:
    """Whether `flufl.bounce`, which knows many old servers by their words, sees a delay, and whether a failure."""
    try:
        delayed, failed = all_failures(letter.message)
    except Exception:  # it reads hostile mail with parsers that promise nothing
        log.warning("a mail could not be given to the second opinion", exc_info=True)
        return False, False
    return bool(delayed), bool(failed)


def _text_data(letter: Letter) -> dict[str, str]:
    words = _human_words(letter)
    return _told(code=enhanced_code(words), reason=words)


def _human_words(letter: Letter) -> str:
    words = letter.words()
    copy = _COPY.search(words)
    return words[: copy.start()] if copy and words[: copy.start()].strip() else words


def _told(**data: str) -> dict[str, str]:
    """What was said, on one line each and not endless; nothing said is left out."""
    return {name: shortened(" ".join(value.split()), _WORDS_KEPT) for name, value in data.items() if value.strip()}
