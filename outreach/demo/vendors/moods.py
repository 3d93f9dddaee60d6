"""How a vendor on this machine can be told to treat a call, and where it listens."""

from enum import StrEnum

HOST = "127.0.0.1"


class Mood(StrEnum):
    """How a call is treated that would be accepted."""

    #: Is not accepted, and never answered.
    HANG_BEFORE = "hang before"
    #: Is accepted, and never answered.
    HANG_AFTER = "hang after"
    #: Is not accepted; the connection is reset.
    RESET_BEFORE = "reset before"
    #: Is accepted, and the connection reset instead of an answer.
    RESET_AFTER = "reset after"
