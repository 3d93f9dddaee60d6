"""What `POST /v3/mail/send` may hold, by SendGrid's OpenAPI description (twilio/sendgrid-oai, tsg_mail_v3) and pages.

Written from the contract, and sharing nothing with our sender, so that one can find the other's mistakes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from email_validator import EmailNotValidError, validate_email

LARGEST_CALL = 30 * 1024 * 1024
_MOST_PERSONALIZATIONS = 1_000
_MOST_RECIPIENTS = 1_000
_MOST_CUSTOM = 10_000
_KNOWN = frozenset(
    {"personalizations", "from", "reply_to", "reply_to_list", "subject", "content", "attachments", "template_id"}
    | {"headers", "categories", "custom_args", "send_at", "batch_id", "asm", "ip_pool_name", "mail_settings"}
    | {"tracking_settings"}
)
_KNOWN_OF_ONE = frozenset(
    {"from", "to", "cc", "bcc", "subject", "headers", "substitutions", "dynamic_template_data", "custom_args"}
    | {"send_at"}
)
_NOT_TO_BE_SET = frozenset(
    {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
    | {"to", "from", "subject", "reply-to", "cc", "bcc"}
)
_SETTINGS = frozenset({"click_tracking", "open_tracking", "subscription_tracking", "ganalytics"})


class Refusal(NamedTuple):
    """One error as the vendor tells it."""

    message: str
    field: str | None = None


def refusals(call: Any) -> list[Refusal]:
    """What is wrong with the decoded body of a call; [] if it would be accepted."""
    if not isinstance(call, dict):
        return [Refusal("Bad Request")]
    return [*_of_the_call(call), *_of_the_personalizations(call)]


def _of_the_call(call: Mapping[str, Any]) -> Iterator[Refusal]:
    for name in call.keys() - _KNOWN:
        yield Refusal("Additional property is not allowed", name)
    if "from" not in call:
        yield Refusal("The from object must be provided for every email send.", "from.email")
    else:
        yield from _address(call["from"], "from")
    if "reply_to" in call:
        yield from _address(call["reply_to"], "reply_to")
    yield from _content(call.get("content"))
    yield from _headers(call.get("headers", {}), "headers")
    categories = call.get("categories", [])
    if not isinstance(categories, list) or len(categories) > 10 or len(set(map(str, categories))) < len(categories):
        yield Refusal("There can be at most 10 different categories.", "categories")
    tracking = call.get("tracking_settings", {})
    for name in _SETTINGS & tracking.keys():
        if not isinstance(tracking[name].get("enable"), bool):
            yield Refusal("The enable parameter must be a boolean.", f"tracking_settings.{name}.enable")


def _content(content: Any) -> Iterator[Refusal]:
    if not isinstance(content, list) or not content:
        yield Refusal("Unless a valid template_id is provided, the content parameter is required.", "content")
        return
    kinds = [part.get("type") if isinstance(part, dict) else None for part in content]
    for place, part in enumerate(content):
        value = part.get("value") if isinstance(part, dict) else None
        if not kinds[place] or not isinstance(value, str) or not value:
            yield Refusal("The content value must be a string at least one character in length.", f"content.{place}")
    if "text/plain" in kinds and kinds[0] != "text/plain":
        yield Refusal("If present, text/plain must be first, followed by text/html.", "content")


def _of_the_personalizations(call: Mapping[str, Any]) -> Iterator[Refusal]:
    several = call.get("personalizations")
    if not isinstance(several, list) or not several:
        yield Refusal("The personalizations field is required.", "personalizations")
        return
    if len(several) > _MOST_PERSONALIZATIONS:
        yield Refusal("The personalizations array may hold at most 1000 objects.", "personalizations")
    recipients: Counter[str] = Counter()
    for place, one in enumerate(several):
        where = f"personalizations.{place}"
        if not isinstance(one, dict):
            yield Refusal("Invalid type. Expected: object.", where)
            continue
        recipients.update(_recipients(one))
        yield from _personalization(one, where, subject_is_said="subject" in call)
    if recipients.total() > _MOST_RECIPIENTS:
        yield Refusal("A call may be addressed to at most 1000 recipients.", "personalizations")


def _personalization(one: Mapping[str, Any], where: str, *, subject_is_said: bool) -> Iterator[Refusal]:
    for name in one.keys() - _KNOWN_OF_ONE:
        yield Refusal("Additional property is not allowed", f"{where}.{name}")
    if not isinstance(one.get("to"), list) or not one["to"]:
        yield Refusal("The to array is required for all personalization objects.", f"{where}.to")
    for kind in ("to", "cc", "bcc"):
        for at, named in enumerate(one.get(kind, [])):
            yield from _address(named, f"{where}.{kind}.{at}")
    if any(times > 1 for times in Counter(_recipients(one)).values()):
        yield Refusal("Each email address should be unique between to, cc, and bcc.", where)
    subject = one.get("subject")
    if (subject is None and not subject_is_said) or (
        subject is not None and not (isinstance(subject, str) and subject)
    ):
        yield Refusal("The subject is required.", f"{where}.subject")
    yield from _headers(one.get("headers", {}), f"{where}.headers")
    for name in ("substitutions", "custom_args"):
        yield from _custom(one.get(name, {}), f"{where}.{name}")


def _recipients(one: Mapping[str, Any]) -> list[str]:
    named = (entry for kind in ("to", "cc", "bcc") for entry in one.get(kind, []))
    return [str(entry.get("email", "")).lower() for entry in named if isinstance(entry, dict)]


def _custom(values: Any, where: str) -> Iterator[Refusal]:
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        yield Refusal("Only strings are allowed.", where)
    elif sum(len(name.encode()) + len(value.encode()) for name, value in values.items()) > _MOST_CUSTOM:
        yield Refusal("The size may not exceed 10000 bytes.", where)


def _headers(headers: Any, where: str) -> Iterator[Refusal]:
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        yield Refusal("Headers must be an object of strings.", where)
        return
    for name, value in headers.items():
        if name.lower() in _NOT_TO_BE_SET:
            yield Refusal("This header is reserved and may not be set.", f"{where}.{name}")
        if not name.isascii() or not name.isprintable() or ":" in name or " " in name or "\r" in value or "\n" in value:
            yield Refusal("This header is not valid.", f"{where}.{name}")


def _address(named: Any, where: str) -> Iterator[Refusal]:
    given = named.get("email") if isinstance(named, dict) else None
    try:
        if not isinstance(given, str):
            raise EmailNotValidError
        validate_email(given, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        yield Refusal("Does not contain a valid address.", f"{where}.email")
