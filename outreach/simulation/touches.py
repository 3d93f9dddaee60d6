"""What passes between a policy and the world: touches one way, reports the other way, both as arrays."""

from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np

from outreach.domain.rhythm.load import load_of
from outreach.domain.touch import Channel, TouchClass
from outreach.simulation.draws import Floats
from outreach.simulation.people import Numbers
from outreach.simulation.seasons import Flags


class Kind(IntEnum):
    """What kind of touch, as its number in arrays."""

    TIP = 0
    NEWSLETTER = 1
    OFFER = 2
    TEXT = 3


#: How each kind travels and what it is for. All mails are of one class (`policies/content.py` says why).
CARRIED = (
    (Channel.EMAIL, TouchClass.RELATIONSHIP),
    (Channel.EMAIL, TouchClass.RELATIONSHIP),
    (Channel.EMAIL, TouchClass.RELATIONSHIP),
    (Channel.SMS, TouchClass.PROMOTION),
)
#: What each kind weighs by the product's own rules, for caps.
LOADS = np.array([load_of(touch_class, channel) for channel, touch_class in CARRIED])

MORNING, EVENING = 10.0, 19.0
"""The two hours of the two slots, on the contact's clock."""


@dataclass(frozen=True, slots=True)
class Touches:
    """Touches of one day; one entry a touch.

    Attributes:
        contact: to whom. kind: number in `Kind`. hour: when, on the contact's clock; blasts at the office's hour may
            lie before 0 or after 24, and mean that hour of the night.
    """

    contact: Numbers
    kind: Numbers
    hour: Floats

    @classmethod
    def none(cls) -> "Touches":
        """No touches."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))

    @classmethod
    def to(cls, contact: Numbers, kind: Kind | Numbers, hour: float | Floats) -> "Touches":
        """Touches to `contact`; one kind and one hour may stand for all."""
        return cls(contact, np.broadcast_to(kind, contact.shape), np.broadcast_to(hour, contact.shape))

    def where(self, flags: Flags | Numbers) -> "Touches":
        """Those that `flags` marks, or those at these places."""
        return Touches(self.contact[flags], self.kind[flags], self.hour[flags])

    @classmethod
    def joined(cls, parts: "list[Touches]") -> "Touches":
        """All of them, in order."""
        if not parts:
            return cls.none()
        return cls(
            np.concatenate([part.contact for part in parts]),
            np.concatenate([part.kind for part in parts]),
            np.concatenate([part.hour for part in parts]),
        )

    def __len__(self) -> int:
        return len(self.contact)


class What(IntEnum):
    """What a report says happened."""

    OPENED = 0
    CLICKED = 1
    LESS_OFTEN = 2
    UNSUBSCRIBED = 3
    COMPLAINED = 4
    BOUNCED = 5
    PURCHASED = 6
    WRONGED = 7  # the customer told us of a mistake of ours


@dataclass(frozen=True, slots=True)
class Reports:
    """What a business is told; one entry a report.

    Attributes:
        what: number in `What`. contact: by or of whom. touch: number of the touch it is about, -1 for none.
        at: days since midnight UTC of the first day. flagged: the provider says that a machine did it.
        burst: whoever did it followed several links within a second.
    """

    what: Numbers
    contact: Numbers
    touch: Numbers
    at: Floats
    flagged: Flags
    burst: Flags

    @classmethod
    def of(
        cls,
        what: What,
        contact: Numbers,
        *,
        at: float | Floats,
        touch: int | Numbers = -1,
        flagged: bool = False,
        burst: bool | Flags = False,
    ) -> "Reports":
        """One kind of report for some contacts."""
        shape = contact.shape
        return cls(
            np.full(shape, int(what)),
            contact,
            np.broadcast_to(touch, shape).astype(np.int64),
            np.broadcast_to(at, shape).astype(float),
            np.full(shape, flagged),
            np.broadcast_to(burst, shape).astype(bool),
        )

    @classmethod
    def joined(cls, parts: "list[Reports]") -> "Reports":
        """All of them, in order."""
        if not parts:
            return cls.of(What.OPENED, np.empty(0, np.int64), at=0.0)
        return cls(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(cls)))

    def where(self, flags: Flags | Numbers) -> "Reports":
        """Those that `flags` marks, or those at these places."""
        return Reports(*(getattr(self, one.name)[flags] for one in fields(self)))

    def by(self, *whats: What) -> Numbers:
        """The contacts of which it is reported that one of `whats` happened; one may be named several times."""
        return self.contact[np.isin(self.what, [int(what) for what in whats])]

    def __len__(self) -> int:
        return len(self.what)
