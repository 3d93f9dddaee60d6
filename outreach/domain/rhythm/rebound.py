"""The gap inside bounds that have changed: by a wish to hear less often, or by a band of the contact's own."""

from collections.abc import Mapping
from dataclasses import replace

from outreach.domain.reason import Reason, ReasonNumber
from outreach.domain.rhythm.codes import Code
from outreach.domain.rhythm.lessons import Folded, Learnt, Revision, learnt
from outreach.domain.rhythm.stories import History
from outreach.domain.rhythm.tuning import Tuning


def rebound(
    history: History, *, tuning: Tuning, code: Code, numbers: Mapping[str, ReasonNumber] | None = None
) -> Learnt:
    """What the contact's messages taught, inside the bounds of `history`; its `gap` is the one from before.

    Args:
        code: of the sentence that explains a gap that moves; `numbers` are added to the gaps before and after.
    """
    (taught,) = learnt([history], news=frozenset(), tuning=tuning)
    after = float(Folded.of([history], tuning=tuning).gap[0])
    if after == history.gap:
        return replace(taught, revision=None)
    reason = Reason(code, {"gap_before": history.gap, "gap_after": after, **(numbers or {})})
    return replace(taught, revision=Revision(None, history.gap, after, reason))
