"""The channel in which a person answers more readily, where it is clear."""

import numpy as np
from numpy.typing import NDArray

from outreach.domain.rhythm.pressure import Floats
from outreach.domain.touch import Channel

#: A channel is compared once so many messages on it have had their days ...
ENOUGH_MESSAGES = 3
#: ... and favoured once so many of them were answered, by a click or a reply, ...
ENOUGH_ANSWERS = 2
#: ... and it is answered so many times as readily as the other.
CLEARLY = 2.0

#: Messages and answers that every channel is credited with at the start.
_MESSAGES_BEFORE, _ANSWERS_BEFORE = 2.0, 0.5


def favoured_channel(
    *, mails: Floats, mails_answered: Floats, texts: Floats, texts_answered: Floats
) -> NDArray[np.str_]:
    """The favoured channel of each contact ("" for none), by messages that had their days, and their answers."""
    mail = (mails_answered + _ANSWERS_BEFORE) / (mails + _MESSAGES_BEFORE)
    text = (texts_answered + _ANSWERS_BEFORE) / (texts + _MESSAGES_BEFORE)
    known = (mails >= ENOUGH_MESSAGES) & (texts >= ENOUGH_MESSAGES)
    by_mail = known & (mails_answered >= ENOUGH_ANSWERS) & (mail >= CLEARLY * text)
    by_text = known & (texts_answered >= ENOUGH_ANSWERS) & (text >= CLEARLY * mail)
    return np.select([by_mail, by_text], [Channel.EMAIL.value, Channel.SMS.value], "")
