"""Skeletons in octets: segments encoded for the wire once, holes that take encoded values."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.rendering.mime import quoted_printable
from outreach.rendering.slots import Skeleton


@dataclass(frozen=True, slots=True)
class Encoded:
    """Octets around holes.

    Attributes:
        octets: one more than `holes`.
        holes: indexes into the values' octets: those of the text part first, then as many of the HTML part.
    """

    octets: tuple[bytes, ...]
    holes: tuple[int, ...]

    def filled(self, values: Sequence[bytes]) -> bytes:
        """The octets with `values` in the holes."""
        pieces = [b""] * (len(self.octets) + len(self.holes))
        pieces[::2] = self.octets
        # `map` over the list's own method stays in C, which half of the time of a mail was spent outside of.
        pieces[1::2] = map(values.__getitem__, self.holes)
        return b"".join(pieces)


def encoded(skeleton: Skeleton, *, shift: int = 0) -> Encoded:
    """`skeleton` in quoted-printable; every hole begins a line, so that what fills it never makes one too long.

    Args:
        shift: added to the numbers of the slots, for the HTML part.
    """
    octets = [quoted_printable(segment) for segment in skeleton.segments]
    octets[:-1] = [segment + b"=\r\n" for segment in octets[:-1]]
    return Encoded(tuple(octets), tuple(slot + shift for slot in skeleton.slots))


def joined(*parts: Encoded | bytes) -> Encoded:
    """Parts of a body one behind the other."""
    octets: list[bytes] = [b""]
    holes: list[int] = []
    for part in parts:
        if isinstance(part, bytes):
            octets[-1] += part
        else:
            octets[-1] += part.octets[0]
            octets += part.octets[1:]
            holes += part.holes
    return Encoded(tuple(octets), tuple(holes))
