"""What staff read when a step of a recovery case is done."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from outreach.domain.care.recovery import CaseStep

DONE: Mapping[CaseStep, object] = {
    CaseStep.TAKE: _l("The case is yours."),
    CaseStep.LISTEN: _l("Written down."),
    CaseStep.OFFER: _l("The offered remedies stand on the case."),
    CaseStep.AGREE: _l("What you agreed on stands on the case."),
    CaseStep.CLOSE: _l("The case is closed."),
    CaseStep.REOPEN: _l("The case is open again. Nothing but service and recovery goes out until it is closed."),
    CaseStep.COOL_OFF: _l("The days without promotions are changed."),
}


def steps_done(step: CaseStep) -> str:
    """A sentence for the page that follows the step."""
    return str(DONE.get(step, ""))
