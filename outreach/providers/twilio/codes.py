"""What the vendor's error codes mean, as data.

The same codes come in two ways: as the answer to a call, and later with the status of a text ("failed", "undelivered").
The vendor adds codes and splits old ones, so what is not in the table is judged by its way: an answer is tried again
and fails in the end, so that a fault we do not know burns no list; a status says nothing against the number.

Source: the vendor's error dictionary, one page a code (docs/api/errors/21211 and so on).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from outreach.domain.bounce import BounceKind
from outreach.domain.bounce_policy import CarrierAction
from outreach.providers.base import Outcome


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code asks for.

    Attributes:
        outcome: of the call it answers.
        kind: what it says where rates are counted. action: what it asks for the number; both of a later status.
        opted_out: the owner of the number told the vendor to stop.
        refuses_us: nothing leaves before somebody mends the account, or the sender.
        closes_country: no number of the recipient's country can be reached; refuses_sender: by a short code no number
            of the country, by any other sender none at all.
        wait: seconds of quiet that the answer asks for; 0 for none.
        unwell: the vendor itself could not.
    """

    outcome: Outcome = Outcome.RETRY
    kind: BounceKind = BounceKind.PASSING
    action: CarrierAction = CarrierAction.NONE
    opted_out: bool = False
    refuses_us: bool = False
    refuses_sender: bool = False
    closes_country: bool = False
    wait: float = 0.0
    unwell: bool = False

    @property
    def dead_address(self) -> bool:
        """Whether the number itself is at fault for good, at once."""
        return self.action is CarrierAction.SUPPRESS


_NO_SUCH_NUMBER = Meaning(Outcome.FAILED, BounceKind.DEAD, CarrierAction.SUPPRESS)
_OPTED_OUT = Meaning(Outcome.FAILED, BounceKind.BLOCKED, opted_out=True)
_OUR_TEXT = Meaning(Outcome.FAILED, BounceKind.OUR_SETUP)
_OUR_ACCOUNT = Meaning(kind=BounceKind.OUR_SETUP, refuses_us=True)
_OUR_SENDER = Meaning(kind=BounceKind.OUR_SETUP, refuses_sender=True)
_COUNTRY = Meaning(kind=BounceKind.OUR_SETUP, closes_country=True)
_THIS_PAIR = Meaning(kind=BounceKind.OUR_SETUP)

#: The sender's own queue at the vendor holds ten hours of texts.
_QUEUE_IS_LONG = Meaning(wait=600.0)
_TOO_FAST = Meaning(wait=5.0)

MEANINGS: Mapping[int, Meaning] = {
    # the recipient's number
    21211: _NO_SUCH_NUMBER,  # not a phone number
    21614: _NO_SUCH_NUMBER,  # not a mobile number
    21635: _NO_SUCH_NUMBER,  # a landline
    21610: _OPTED_OUT,  # wrote STOP
    # credentials, account, set-up
    20003: _OUR_ACCOUNT,  # authentication
    20404: _OUR_ACCOUNT,  # no such account
    30002: _OUR_ACCOUNT,  # account suspended
    21603: _OUR_ACCOUNT,  # no sender at all
    21609: _OUR_ACCOUNT,  # our callback address is none
    21660: _OUR_ACCOUNT,  # the sender belongs to another account
    21703: _OUR_ACCOUNT,  # the messaging service has no number
    21705: _OUR_ACCOUNT,  # there is no such messaging service
    30024: _OUR_ACCOUNT,  # sender not provisioned
    30032: _OUR_ACCOUNT,  # toll-free number not verified
    30034: _OUR_ACCOUNT,  # number without a registered 10DLC campaign
    21606: _OUR_SENDER,  # this sender cannot text, or not to this country
    21659: _OUR_SENDER,  # not a number of the vendor's, or a short code of another country
    21408: _COUNTRY,  # region not enabled for the account
    21612: _THIS_PAIR,  # this sender cannot reach this number
    # what we wrote
    21602: _OUR_TEXT,  # no body
    21617: _OUR_TEXT,  # longer than 1,600 characters
    21619: _OUR_TEXT,  # nothing in it
    # too much, or not now
    20429: _TOO_FAST,
    21611: _QUEUE_IS_LONG,
    30001: _QUEUE_IS_LONG,
    30022: Meaning(wait=60.0),  # the campaign's rate at a US carrier
    30023: Meaning(),  # T-Mobile's daily cap; `limits` should hold it
    30410: Meaning(unwell=True),  # another provider behind the vendor timed out
    # what became of a text that had been accepted
    30003: Meaning(action=CarrierAction.PAUSE_AFTER_3),  # handset unreachable
    30004: Meaning(kind=BounceKind.BLOCKED, action=CarrierAction.PAUSE_AFTER_2),  # blocked by recipient or carrier
    30005: Meaning(kind=BounceKind.DEAD, action=CarrierAction.SUPPRESS_AFTER_2),  # unknown handset
    30006: Meaning(kind=BounceKind.DEAD, action=CarrierAction.SUPPRESS_AFTER_2),  # landline or unreachable carrier
    30007: Meaning(kind=BounceKind.BLOCKED),  # filtered for its content: no fault of the number
    30008: Meaning(),  # unknown
}
_UNKNOWN = Meaning()


def meaning_of(code: int) -> Meaning:
    """What a code asks for; one that is not in the table asks for nothing, and an answer with it for another try."""
    return MEANINGS.get(code, _UNKNOWN)
