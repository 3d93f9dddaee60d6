"""Capacity: how much contact a person bears, as a small table of beliefs that every message's fate moves.

The table crosses seven capacities (in loads) with five readinesses to read; a contact's beliefs are 35 logarithms of
probabilities. The numbers are those of the rhythm notes, 4.3. Everything works on arrays, one row a contact.
"""

from enum import IntEnum

import numpy as np

from outreach.domain.rhythm.mail_programs import Program
from outreach.domain.rhythm.pressure import Floats, Ints

CAPACITIES = np.array([0.6, 0.95, 1.5, 2.1, 3.0, 4.5, 7.0])
"""tau: the pressure a person bears, in loads."""
READINESSES = np.array([0.06, 0.14, 0.26, 0.42, 0.62])
"""q: how readily a person reads who is not under pressure."""


class Answer(IntEnum):
    """What a person did with one message, as its number in arrays."""

    #: Nothing, in the days it was given.
    NOTHING = 0
    #: Opened it.
    OPENED = 1
    #: Followed a link, or wrote back.
    ACTED = 2


#: Pressure above this share of the capacity is felt.
COMFORT = 0.7
#: Of those who read, so many follow a link.
CLICKS = 0.13
#: Reading in busy and in keen seasons against ordinary days, by timing.
READING_FACTORS = np.array([1.0, 0.45, 1.3])

_READS_AT_BEST, _READS_LESS, _READS_WITHIN = 0.75, 0.9, (0.004, 0.95)
#: How fast leaving grows with excess pressure, up to where, from what chance, and the highest.
LEAVES_MORE, EXCESS_UP_TO, LEAVES_AT_REST, LEAVES_AT_MOST = 1.25, 4.0, 0.0017, 0.5

_MEANS, _SPREADS, _CORRELATION = (np.log(1.9), -0.6), (0.55, 0.9), 0.45


def _prior() -> Floats:
    """Bivariate normal in the logarithm of the capacity and the logit of the readiness."""
    x = (np.log(CAPACITIES)[:, None] - _MEANS[0]) / _SPREADS[0]
    y = (np.log(READINESSES / (1 - READINESSES))[None, :] - _MEANS[1]) / _SPREADS[1]
    log: Floats = -(x**2 - 2 * _CORRELATION * x * y + y**2) / (2 * (1 - _CORRELATION**2))
    return _normalised(log.reshape(1, -1)).reshape(-1)


def _normalised(logp: Floats) -> Floats:
    highest = logp.max(axis=1, keepdims=True)
    normalised: Floats = logp - highest - np.log(np.exp(logp - highest).sum(axis=1, keepdims=True))
    return normalised


PRIOR = _prior()
"""What is believed of somebody of whom nothing is known (35 logarithms of probabilities)."""


def prior(count: int) -> Floats:
    """The beliefs about `count` contacts of whom nothing is known (contacts x 35), to be written to."""
    return np.tile(PRIOR, (count, 1))


def excess(met: Floats, *, shift: float) -> Floats:
    """How far the pressure `met` exceeds comfort, for each capacity there is (rows x 7), in capacities.

    Args:
        shift: by how much everybody of this business bears more (or less) than the table says, in logarithms.
    """
    above: Floats = np.maximum(0.0, met[:, None] / (CAPACITIES * np.exp(shift)) - COMFORT)
    return above


def reading(met: Floats, *, timing: Ints, shift: float) -> Floats:
    """The chance that a message is read, for each belief (rows x 7 x 5)."""
    chance = _READS_AT_BEST * READINESSES * READING_FACTORS[timing][:, None]
    less = np.exp(-_READS_LESS * excess(met, shift=shift))
    clipped: Floats = np.clip(less[:, :, None] * chance[:, None, :], *_READS_WITHIN)
    return clipped


def observed(
    logp: Floats,
    *,
    met: Floats,
    timing: Ints,
    answer: Ints,
    programs: Floats,
    shift: float,
    maybe: Floats | None = None,
) -> Floats:
    """The beliefs after one message of each contact had the fate `answer`, and the contact stayed.

    Args:
        logp: beliefs before (rows x 35).
        met: the pressure each message met. timing: of its day (`Timing`). answer: `Answer`.
        programs: how much each class of mail program is believed in (rows x 5).
        shift: as in `excess`.
        maybe: the chance that a person opened each message, and that one followed a link, where nobody can tell
            (rows x 2); None for none. What is not sure counts by its chance, beside the answer that is.

    Returns:
        The beliefs after, normalised and finite (rows x 35).
    """
    read = reading(met, timing=timing, shift=shift)
    likelihood = _answering(read, answer=answer, programs=programs)
    if maybe is not None and maybe.any():
        opened, clicked = maybe[:, 0, None, None], maybe[:, 1, None, None]
        may_open = _answering(read, answer=np.maximum(answer, Answer.OPENED), programs=programs)
        may_act = _answering(read, answer=np.full_like(answer, Answer.ACTED), programs=programs)
        likelihood = (1 - clicked) * ((1 - opened) * likelihood + opened * may_open) + clicked * may_act
    leaving = np.minimum(LEAVES_AT_MOST, LEAVES_AT_REST * np.exp(leaves_more(met, shift=shift)))
    return _normalised(logp + np.log(likelihood * (1 - leaving)[:, :, None]).reshape(logp.shape))


def _answering(read: Floats, *, answer: Ints, programs: Floats) -> Floats:
    """The chance of each answer, for each belief (rows x 7 x 5), by the chance that the message is read."""
    acted = read * CLICKS
    plain = np.where(
        (answer == Answer.ACTED)[:, None, None],
        acted,
        np.where((answer == Answer.OPENED)[:, None, None], read * (1 - CLICKS), 1 - read),
    )
    # Where the program fetches pictures by itself, or none, an open and its absence say the same: nobody acted.
    pictureless = np.where((answer == Answer.ACTED)[:, None, None], acted, 1 - acted)
    share = programs[:, :, None, None]
    unseen = share[:, Program.FLAGGED_PREFETCH] + share[:, Program.SILENT_PREFETCH] + share[:, Program.BLOCKING]
    chance: Floats = share[:, Program.PLAIN] * plain + unseen * pictureless + share[:, Program.SCANNER]
    return chance


def left(logp: Floats, *, met: Floats, shift: float) -> Floats:
    """The beliefs after each contact asked for less, withdrew or complained at a message that met this pressure."""
    more = np.repeat(leaves_more(met, shift=shift), len(READINESSES), axis=1)
    return _normalised(logp + more)


def leaves_more(met: Floats, *, shift: float) -> Floats:
    """By how much the chance to leave grows under the pressure `met`, for each capacity (rows x 7), in logarithms."""
    more: Floats = LEAVES_MORE * np.minimum(EXCESS_UP_TO, excess(met, shift=shift))
    return more


def capacity(logp: Floats, *, shift: float) -> Floats:
    """How much contact each person bears, in loads; always within the smallest and largest capacity times e^shift."""
    by_capacity = np.exp(logp).reshape(-1, len(CAPACITIES), len(READINESSES)).sum(axis=2)
    borne: Floats = np.exp(by_capacity @ np.log(CAPACITIES) + shift)
    # Sums of probabilities are 1 up to rounding.
    return np.clip(borne, CAPACITIES[0] * np.exp(shift), CAPACITIES[-1] * np.exp(shift))
