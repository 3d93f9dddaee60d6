"""Who a text comes from, in the ways the vendor knows."""

import re
from dataclasses import dataclass
from enum import StrEnum


class SenderKind(StrEnum):
    """What a text may come from."""

    #: A pool of numbers that the vendor chooses from.
    SERVICE = "service"
    NUMBER = "number"
    #: Three to eight digits; reaches its own country only.
    SHORT_CODE = "short_code"
    #: Up to eleven letters and digits; cannot be answered.
    NAME = "name"


_FORMS = {
    SenderKind.SERVICE: re.compile(r"MG[0-9a-fA-F]{32}").fullmatch,
    SenderKind.NUMBER: re.compile(r"\+[1-9][0-9]{6,14}").fullmatch,
    SenderKind.SHORT_CODE: re.compile(r"[0-9]{3,8}").fullmatch,
    SenderKind.NAME: re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 +_&-]{1,11}").fullmatch,
}


@dataclass(frozen=True, slots=True)
class Sender:
    """A sender and its kind."""

    kind: SenderKind
    value: str

    def parameters(self) -> dict[str, str]:
        """How the SDK wants to be told."""
        return {"messaging_service_sid" if self.kind is SenderKind.SERVICE else "from_": self.value}


def read_sender(text: str) -> Sender:
    """The sender that a configuration or a brand names.

    >>> read_sender("+44 20 7946 0000").value
    '+442079460000'

    Raises:
        ValueError: if it is none of the kinds.
    """
    number = re.sub(r"[ ().-]", "", text) if text.startswith("+") else text
    for kind, fits in _FORMS.items():
        if fits(number):
            return Sender(kind, number)
    raise ValueError(
        "a text comes from a number like +442079460000, a short code, a name of at most 11 letters and digits or a "
        "messaging service (MG and 32 hexadecimal digits)"
    )
