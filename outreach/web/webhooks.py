"""Where providers report: verify, store the raw bytes, answer. Reading them is a worker's work."""

from typing import Final

from flask import Blueprint, Response, request

from outreach.services.receive_events import receive_events
from outreach.web.current import business_now, current_outreach

#: A server calls here, with no cookie and no form of ours: exempt from CSRF checks, each request carries a signature.
blueprint = Blueprint("webhooks", __name__)

LARGEST_BODY: Final = 1024 * 1024


@blueprint.post("/webhooks/<name>")
def receive(name: str) -> Response:
    """204 once it is stored; 404 for a provider we do not have, 403 if it is not genuine, 413 above `LARGEST_BODY`."""
    outreach = current_outreach()
    reader = outreach.readers.get(name)
    if reader is None:
        return Response("No such provider.\n", status=404, mimetype="text/plain")
    request.max_content_length = LARGEST_BODY
    body = request.get_data(cache=False)
    # Folded by name as HTTP wants it; a header sent twice is one value, and no signature fits that.
    if not reader.is_genuine(dict(request.headers), body):
        return Response("Not genuine.\n", status=403, mimetype="text/plain")
    receive_events(db=outreach.db, queue=outreach.queue, source=name, body=body, now=business_now())
    return Response(status=204)
