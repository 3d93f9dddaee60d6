"""The buttons of the demo's clock. Outside the demo they do not exist."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from outreach.clock import WallClock
from outreach.domain.errors import BadInput
from outreach.services.set_demo_clock import set_demo_clock
from outreach.settings import Mode
from outreach.web.current import current_outreach
from outreach.web.returning import go_back

blueprint = Blueprint("demo_clock", __name__)

#: What the banner offers, from standing still to a week in a minute.
SPEEDS = {
    0: _l("Pause"),
    60: _l("1 hour a minute"),
    1440: _l("1 day a minute"),
    10080: _l("1 week a minute"),
}


@blueprint.post("/demo/clock")
def set_clock() -> ResponseReturnValue:
    """Sets the speed and goes back to the page the button was on."""
    outreach = current_outreach()
    if outreach.settings.mode is not Mode.DEMO:
        abort(404)
    speed = request.form.get("speed", type=float)
    if speed is None:
        abort(400)
    try:
        set_demo_clock(db=outreach.db, speed=speed, wall=WallClock().now())
    except BadInput:
        abort(400)
    return go_back()
