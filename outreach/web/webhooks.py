"""Where providers report: verify, store the raw bytes, answer. Reading them is a worker's work."""

from typing import Final

from flask import Blueprint, Response, request

from outreach.providers.base import LongReader, Posting, QueryReader, Shaped
from outreach.services.receive_events import receive_events
from outreach.web.current import business_now, current_outreach

#: A server calls here, with no cookie and no form of ours: exempt from CSRF checks, each request carries a signature.
blueprint = Blueprint("webhooks", __name__)

LARGEST_BODY: Final = 1024 * 1024


@blueprint.post("/webhooks/<name>")
@blueprint.post("/webhooks/<name>/<secret>")
def receive(name: str, secret: str = "") -> Response:
    """204 once it is stored; 404 for a provider we do not have, 403 if it is not genuine, 413 above the limit, 400 for
    what cannot be a report.

    Args:
        secret: for providers that sign nothing; their reader finds it in the address.
    """
    outreach = current_outreach()
    reader = outreach.readers.get(name)
    if reader is None:
        return Response("No such provider.\n", status=404, mimetype="text/plain")
    request.max_content_length = reader.largest_body if isinstance(reader, LongReader) else LARGEST_BODY
    body = request.get_data(cache=False)
    query = request.query_string
    # The scheme and host are those we told the provider: behind a proxy the request's own say something else.
    url = outreach.settings.public_base_url + request.path + ("?" + query.decode("latin-1") if query else "")
    # Folded by name as HTTP wants it; a header sent twice is one value, and no signature fits that.
    if not reader.is_genuine(Posting(dict(request.headers), body, url)):
        return Response("Not genuine.\n", status=403, mimetype="text/plain")
    if isinstance(reader, Shaped) and not reader.has_shape(body):
        return Response("That is no report.\n", status=400, mimetype="text/plain")
    if isinstance(reader, QueryReader):
        body = query + b"\n" + body
    if isinstance(reader, LongReader):
        body = body[:LARGEST_BODY]
    receive_events(db=outreach.db, queue=outreach.queue, source=name, body=body, now=business_now())
    return Response(status=204)
