"""Load: how much contact a touch is. A call weighs more than a tip; caps and pressure count in loads."""

from outreach.domain.touch import Channel, TouchClass

#: What a touch weighs by channel: a plain letter is 1 (rhythm notes, 4.1: tip 0.9, newsletter 1.1, SMS 1.7, call 2.0).
CHANNEL_LOADS: dict[Channel, float] = {
    Channel.EMAIL: 1.0,
    Channel.SMS: 1.7,
    Channel.CALL: 2.0,
    Channel.MEETING: 2.0,
}

#: Selling weighs a fifth more than helping.
PROMOTION_FACTOR = 1.2

#: A written message about what the contact ordered, or about our own mistake, hardly weighs (ibid., transactional).
TRANSACTIONAL_LOAD = 0.25

_TRANSACTIONAL = frozenset({TouchClass.SERVICE, TouchClass.RECOVERY})
_WRITTEN = frozenset({Channel.EMAIL, Channel.SMS})


def load_of(touch_class: TouchClass, channel: Channel) -> float:
    """The load of one touch, in plain letters."""
    if touch_class in _TRANSACTIONAL and channel in _WRITTEN:
        return TRANSACTIONAL_LOAD
    factor = PROMOTION_FACTOR if touch_class is TouchClass.PROMOTION else 1.0
    return round(CHANNEL_LOADS[channel] * factor, 3)
