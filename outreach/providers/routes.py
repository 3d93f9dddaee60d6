"""The ways a channel's messages may leave, each with its share."""

from collections.abc import Mapping
from dataclasses import dataclass

from outreach.providers.base import Provider


@dataclass(frozen=True, slots=True)
class Route:
    """The providers of one channel.

    Attributes:
        providers: at least one; names unique.
        weights: share of each in good times, relative to the others, by name; above 0.
    """

    providers: tuple[Provider, ...]
    weights: Mapping[str, float]

    @property
    def first(self) -> Provider:
        """The one with the greatest share: it carries what goes out singly, tests and answers to customers."""
        return max(self.providers, key=lambda one: self.weights[one.name])

    def named(self, name: str) -> Provider:
        """The provider of that name.

        Raises:
            KeyError: if it is not on this route.
        """
        for one in self.providers:
            if one.name == name:
                return one
        raise KeyError(name)
