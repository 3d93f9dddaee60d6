"""Takes a picture out of the library, if nobody would miss it."""

from outreach.db.queries.images import delete_image, load_image, load_places
from outreach.db.session import Database
from outreach.domain.errors import BadInput, Fault

#: Places that are named.
_NAMED = 3


def discard_image(*, db: Database, image_id: int) -> bool:
    """Forgets a picture; False if there is no such.

    Raises:
        BadInput: if an edition or a snippet shows it. Mails that are out fetch it whenever they are opened.
    """
    with db.raw_transaction() as connection:
        image = load_image(connection, image_id)
        if image is None:
            return False
        titles = list(dict.fromkeys(place.title for place in load_places(connection, image.digest)))
        if titles:
            where = ", ".join(titles[:_NAMED]) + (" …" if len(titles) > _NAMED else "")
            mend = "Take it out of the drafts first; what readers have got keeps its pictures."
            raise BadInput([Fault("image", f"is used in: {where}", mend, value=image.name)])
        delete_image(connection, image_id)
    return True
