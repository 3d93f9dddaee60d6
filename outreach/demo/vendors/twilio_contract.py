"""What `POST .../Messages.json` may hold, by Twilio's OpenAPI description (twilio/twilio-oai, api_v2010) and pages.

Written from the contract, and sharing nothing with our sender, so that one can find the other's mistakes.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import unquote_to_bytes, urlsplit

LONGEST_BODY = 1600
_KNOWN = frozenset(
    {"To", "StatusCallback", "ApplicationSid", "MaxPrice", "ProvideFeedback", "Attempt", "ValidityPeriod"}
    | {"ForceDelivery", "ContentRetention", "AddressRetention", "SmartEncoded", "PersistentAction", "TrafficType"}
    | {"ShortenUrls", "ScheduleType", "SendAt", "SendAsMms", "ContentVariables", "RiskCheck", "From"}
    | {"MessagingServiceSid", "Body", "MediaUrl", "ContentSid"}
)
_NUMBER = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SERVICE = re.compile(r"MG[0-9a-f]{32}", re.ASCII | re.IGNORECASE)
_FROM = re.compile(r"\+[1-9]\d{6,14}|\d{3,8}|(?=[^A-Za-z]*[A-Za-z])[\w +&-]{1,11}", re.ASCII)
#: Statuses of codes that are not answered with 400.
_STATUSES = {
    20003: HTTPStatus.UNAUTHORIZED,
    20404: HTTPStatus.NOT_FOUND,
    20429: HTTPStatus.TOO_MANY_REQUESTS,
    30002: HTTPStatus.FORBIDDEN,
}


class Refusal(NamedTuple):
    """An error as the vendor tells it."""

    code: int
    message: str

    @property
    def status(self) -> HTTPStatus:
        """What it comes with."""
        return _STATUSES.get(self.code, HTTPStatus.BAD_REQUEST)


def form_of(body: bytes) -> list[tuple[str, str]]:
    """The fields of a form-encoded body, in order.

    Raises:
        ValueError: if it is none, or not UTF-8.
    """
    fields = []
    for part in body.split(b"&"):
        name, is_field, value = part.partition(b"=")
        if not is_field:
            raise ValueError("a part of the body is no field")
        plain, told = (unquote_to_bytes(piece.replace(b"+", b" ")).decode() for piece in (name, value))
        fields.append((plain, told))
    return fields


def refusal_of(fields: Sequence[tuple[str, str]]) -> Refusal | None:
    """The first thing that is wrong with the fields of a call; None if it would be accepted."""
    form = dict(fields)
    for name, _ in fields:
        if name not in _KNOWN or (name != "MediaUrl" and len([one for one, _ in fields if one == name]) > 1):
            return Refusal(20001, f"Unknown or repeated parameter {name}")
    return _of_the_ends(form) or _of_the_words(form)


def _of_the_ends(form: dict[str, str]) -> Refusal | None:
    to, sender, service = form.get("To", ""), form.get("From", ""), form.get("MessagingServiceSid", "")
    if not to:
        return Refusal(21604, "A 'To' phone number is required.")
    if not _NUMBER.fullmatch(to):
        return Refusal(21211, f"Invalid 'To' Phone Number: {to}")
    if bool(sender) == bool(service):
        return Refusal(21603, "Either a 'From' phone number or a 'MessagingServiceSid' is required.")
    if service and not _SERVICE.fullmatch(service):
        return Refusal(21705, "The Messaging Service Sid is invalid.")
    if sender and not _FROM.fullmatch(sender):
        return Refusal(21212, f"Invalid 'From' Number: {sender}")
    return Refusal(21266, "'To' and 'From' number cannot be the same") if sender == to else None


def _of_the_words(form: dict[str, str]) -> Refusal | None:
    body = form.get("Body", "")
    if not (body or form.get("MediaUrl") or form.get("ContentSid")):
        return Refusal(21602, "Message body is required.")
    if body and not body.strip():
        return Refusal(21619, "A text message body or media urls must be specified.")
    if len(body) > LONGEST_BODY:
        return Refusal(21617, "The concatenated message body exceeds the 1600 character limit.")
    if "ValidityPeriod" in form and not _is_within(form["ValidityPeriod"], 1, 36_000):
        return Refusal(21624, "Validity Period must be between 1 and 36000.")
    callback = urlsplit(form.get("StatusCallback", "https://none.example/"))
    if callback.scheme not in ("http", "https") or not callback.hostname or "_" in callback.hostname:
        return Refusal(21609, "The 'StatusCallback' URL is not a valid URL.")
    return None


def _is_within(said: str, least: int, most: int) -> bool:
    return said.isascii() and said.isdigit() and least <= int(said) <= most
