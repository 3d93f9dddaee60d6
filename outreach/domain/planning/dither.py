"""Reproducible chance: a contact's own fraction, so that ten thousand people do not march in step.

Whole-number arithmetic modulo 2^64 only (splitmix64; Steele, Lea and Flood, OOPSLA 2014), so arrays give the same
numbers as a single contact does.
"""

_MASK = (1 << 64) - 1

#: The golden ratio's fraction: multiples of it spread evenly over the unit interval (rhythm notes, 4.4 (2)).
_GOLDEN = 0.618


def fraction(contact_id: int) -> float:
    """The contact's own number, from 0 to below 1, always the same."""
    mixed = (contact_id * 0x9E3779B97F4A7C15 + 0x9E3779B97F4A7C15) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    return ((mixed ^ (mixed >> 31)) >> 11) / (1 << 53)


def dithered(contact_id: int, last_touch_day: int) -> float:
    """A factor for the next gap, from 0.9 to below 1.1, another one after each touch.

    Args:
        contact_id: whose.
        last_touch_day: the day of the last touch as an ordinal.
    """
    step = (fraction(contact_id) + _GOLDEN * last_touch_day) % 1.0
    return 1 + 0.1 * (2 * step - 1)
