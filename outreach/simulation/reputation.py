"""Sender reputation: what mailbox providers make of complaints and bounces."""

#: Days that halve what a provider remembers; assumed.
REMEMBERS = 14.0
#: Complaints up to the first rate are fine, at the second delivery is at its worst (Google's sender rules since 2024).
FINE, WORST = 0.001, 0.003
#: The same for hard bounces; assumed.
FINE_BOUNCES, WORST_BOUNCES = 0.02, 0.10
#: Share of mails that still reach the inbox at the worst, and with a clean record; assumed.
LEAST, MOST = 0.3, 0.97
#: Mails that stand for the provider's doubt about a young record.
DOUBT = 500.0


class Reputation:
    """A record of the last weeks."""

    def __init__(self) -> None:
        self._mails = self._complaints = self._bounces = 0.0

    def note(self, *, mails: int, complaints: int, bounces: int) -> None:
        """Counts what was sent and what came back."""
        self._mails += mails
        self._complaints += complaints
        self._bounces += bounces

    def rest(self) -> None:
        """A day passes."""
        keeps = 0.5 ** (1 / REMEMBERS)
        self._mails, self._complaints, self._bounces = (
            keeps * count for count in (self._mails, self._complaints, self._bounces)
        )

    @property
    def placement(self) -> float:
        """Share of mails that reach the inbox."""
        seen = self._mails + DOUBT
        harm = _between(self._complaints / seen, FINE, WORST) + _between(
            self._bounces / seen, FINE_BOUNCES, WORST_BOUNCES
        )
        return MOST - (MOST - LEAST) * min(harm, 1.0)


def _between(rate: float, fine: float, worst: float) -> float:
    return min(max((rate - fine) / (worst - fine), 0.0), 1.0)
