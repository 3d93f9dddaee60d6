"""`POST /api/v1/signals`: what customers did, as the business's till, shop or calendar tells it."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request

from outreach.domain.api_keys import Scope
from outreach.domain.signal import KNOWN, REQUIRED
from outreach.services.record_signals import MOST, record_signals
from outreach.web.api.keys import ask_for_key
from outreach.web.api.problems import Problem, answer_with_problems
from outreach.web.current import business_now, current_outreach

blueprint = Blueprint("api_signals", __name__, url_prefix="/api/v1")
answer_with_problems(blueprint)

LARGEST_BODY: Final = 1024 * 1024


@blueprint.post("/signals")
def receive() -> Response:
    """Takes up to 1,000 signals; the same ones again change nothing.

    Body: `{"signals": [{"external_id": "C1", "kind": "purchase", "occurred_at": "2026-05-31T09:30:00Z",
    "amount": "129.50", "currency": "GBP", "reference": "INV-7"}, ...]}`. The answer counts new, known and waiting ones
    (kept until their contacts are known) and names each that is refused by its place, counted from 0.
    """
    key = ask_for_key(Scope.SIGNALS)
    request.max_content_length = LARGEST_BODY
    if not request.is_json:
        raise Problem(415, "Not JSON", "Send the signals as application/json.")
    signals = _listed(request.get_json())
    recorded = record_signals(db=current_outreach().db, signals=signals, source=f"API key {key}", now=business_now())
    return jsonify(
        {
            "new": recorded.new,
            "known": recorded.same,
            "waiting": recorded.waiting,
            "refused": [
                {
                    "signal": cell.row,
                    "field": cell.column,
                    "value": cell.value,
                    "reason": cell.reason,
                    "mend": cell.mend,
                }
                for cell in recorded.refused
            ],
        }
    )


def _listed(body: Any) -> list[Mapping[str, str]]:
    """The signals in a body, every value as text."""
    shape = 'Send {"signals": [...]}.'
    if not isinstance(body, dict) or set(body) != {"signals"} or not isinstance(body["signals"], list):
        raise Problem(422, "Not a list of signals", shape)
    if len(body["signals"]) > MOST:
        raise Problem(422, "Too many signals", f"Send at most {MOST:,} at once, not {len(body['signals']):,}.")
    return [_cells(value, place) for place, value in enumerate(body["signals"])]


def _cells(value: Any, place: int) -> Mapping[str, str]:
    where = {"signal": place}
    if not isinstance(value, dict):
        raise Problem(422, "Not a signal", "Each signal is an object.", more=where)
    unknown = sorted(set(value) - set(KNOWN))
    if unknown:
        detail = f"{', '.join(unknown)[:100]} is not known. Use " + ", ".join(KNOWN) + "."
        raise Problem(422, "Unknown field", detail, more=where)
    missing = [name for name in REQUIRED if value.get(name) in (None, "")]
    if missing:
        raise Problem(422, "Missing field", f"{', '.join(missing)} is missing.", more=where)
    wrong = [name for name, one in value.items() if isinstance(one, (bool, dict, list))]
    if wrong:
        raise Problem(422, "Wrong type", f"{', '.join(wrong)} has to be text or a number.", more=where)
    return {name: "" if one is None else str(one).strip() for name, one in value.items()}
