"""The few forms that may be larger than all others, known before anything of their body is read."""

from flask import Flask, request

from outreach.intake.customer_lists import LARGEST_LIST
from outreach.intake.pictures import LARGEST_UPLOAD
from outreach.rendering.pasted import LARGEST_PASTE

#: What a form holds beside its largest part: its other fields and the lines between them.
ROOM = 256 * 1024
#: Octets of a body, by endpoint.
LARGEST = {
    "admin.case_batches.draft": LARGEST_LIST + ROOM,
    "admin.library.upload": LARGEST_UPLOAD + ROOM,
    "admin.library.paste": LARGEST_PASTE + ROOM,
    "stories.tell": LARGEST_UPLOAD + ROOM,
}


def install_uploads(app: Flask) -> None:
    """Raises the limits of these forms; must come before the token of a form is looked for, which reads the body."""

    @app.before_request
    def make_room() -> None:
        largest = LARGEST.get(request.endpoint or "")
        if largest is None:
            return
        request.max_content_length = largest
        if request.endpoint in ("admin.library.paste", "admin.case_batches.draft"):
            # The words may come as a field, held in memory.
            request.max_form_memory_size = largest
