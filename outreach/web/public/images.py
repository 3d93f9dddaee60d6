"""Pictures of mails. An address names its picture's digest, so that nothing behind it ever changes."""

import re

from flask import Blueprint, Response, abort, request

from outreach.db.queries.images import load_image_data
from outreach.db.queries.story_shelf import load_shown_picture
from outreach.domain.pictures import EXTENSIONS
from outreach.web.current import current_outreach

#: Fetched by readers' mail programs and their proxies, which bring nothing that we would ask for.
blueprint = Blueprint("images", __name__)

_TYPES = {extension: media_type for media_type, extension in EXTENSIONS.items()}
_DIGEST = re.compile(r"[0-9a-f]{64}").fullmatch


@blueprint.get("/i/<digest>.<extension>")
def show(digest: str, extension: str) -> Response:
    """The picture, to be kept for good."""
    if extension not in _TYPES or not _DIGEST(digest):
        abort(404)
    with current_outreach().db.raw_transaction() as connection:
        data = load_image_data(connection, digest, _TYPES[extension])
        story = None if data else load_shown_picture(connection, digest, _TYPES[extension])
    if data is None and story is None:
        abort(404)
    response = Response(data or story, mimetype=_TYPES[extension])
    # A customer may withdraw the picture of a story, so nobody is to keep it for long.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if data else "public, max-age=3600"
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Webmail shows it on pages of its own.
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(digest)
    response.make_conditional(request)
    return response
