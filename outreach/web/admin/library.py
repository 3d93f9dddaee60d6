"""The library: pictures for mails, and what was pasted made fit to stand in them."""

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_security import current_user

from outreach.db.queries.images import ImagePlace, load_images, load_places, load_thumbnail
from outreach.db.queries.publishing import load_rules
from outreach.domain.errors import BadInput, Fault
from outreach.rendering.pasted import Dropped, clean_pasted
from outreach.services.describe_image import describe_image
from outreach.services.discard_image import discard_image
from outreach.services.keep_image import keep_image
from outreach.web.current import business_now, current_outreach
from outreach.web.roles import needs

blueprint = Blueprint("library", __name__)

DROPPED = {
    Dropped.IMAGE: _l("Pictures were left out: put them into the library."),
    Dropped.TABLE: _l("A table became plain lines."),
    Dropped.LINK: _l("Links that nobody else could follow became plain words."),
    Dropped.ACTIVE: _l("Scripts, forms and films were left out."),
}


@blueprint.get("/library")
def show() -> ResponseReturnValue:
    """Its first part."""
    return redirect(url_for(".images"))


@blueprint.get("/library/images")
def images() -> str:
    """All pictures, and the form for a new one."""
    return _page()


@blueprint.get("/library/images.json")
def images_json() -> Response:
    """All pictures, for the editor to choose from; `url` is the address that stands in a mail."""
    outreach = current_outreach()
    with outreach.db.raw_transaction() as connection:
        found = load_images(connection)
    return jsonify(
        [
            {
                "url": outreach.settings.public_base_url + image.path,
                "thumbnail": url_for(".thumbnail", image_id=image.id),
                "name": image.name,
                "alt": image.alt,
                "width": image.width,
                "height": image.height,
            }
            for image in found
        ]
    )


@blueprint.get("/library/images/<int:image_id>/thumbnail")
def thumbnail(image_id: int) -> Response:
    """The picture as it stands in lists."""
    with current_outreach().db.raw_transaction() as connection:
        data = load_thumbnail(connection, image_id)
    if data is None:
        abort(404)
    response = Response(data, mimetype="image/jpeg")
    # Numbers of pictures are given once, and a picture never changes.
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@blueprint.post("/library/images")
@needs("author")
def upload() -> ResponseReturnValue:
    """Keeps a picture."""
    file = request.files.get("file")
    if file is None or not file.filename:
        fault = Fault("image", "there is no file", "Choose a picture.", column="file")
        return _page((fault,)), 422
    try:
        image_id = keep_image(
            db=current_outreach().db,
            data=file.read(),
            name=file.filename,
            alt=_alt(),
            by=current_user.name or current_user.email,
            now=business_now(),
        )
    except BadInput as bad:
        return _page(bad.faults), 422
    flash(gettext("The picture is in the library."))
    return redirect(url_for(".images", _anchor=f"image-{image_id}"), code=303)


@blueprint.post("/library/images/<int:image_id>/alt")
@needs("author")
def describe(image_id: int) -> ResponseReturnValue:
    """Replaces the words of a picture."""
    try:
        if not describe_image(db=current_outreach().db, image_id=image_id, alt=_alt()):
            abort(404)
    except BadInput as bad:
        return _page(bad.faults, image_id=image_id), 422
    flash(gettext("The words are saved. Blocks that show it from now on begin with them."))
    return redirect(url_for(".images", _anchor=f"image-{image_id}"), code=303)


@blueprint.post("/library/images/<int:image_id>/delete")
@needs("author")
def discard(image_id: int) -> ResponseReturnValue:
    """Forgets a picture that nobody uses."""
    try:
        if not discard_image(db=current_outreach().db, image_id=image_id):
            abort(404)
    except BadInput as bad:
        return _page(bad.faults, image_id=image_id), 422
    flash(gettext("The picture is deleted."))
    return redirect(url_for(".images"), code=303)


@blueprint.post("/library/paste")
@needs("author")
def paste() -> ResponseReturnValue:
    """What was pasted, as Markdown, and what of it was left out."""
    try:
        pasted = clean_pasted(request.form.get("html", ""))
    except BadInput as bad:
        return jsonify(faults=[f"{fault.reason}. {fault.mend}" for fault in bad.faults]), 422
    return jsonify(markdown=pasted.markdown, dropped=[str(DROPPED[kind]) for kind in pasted.dropped])


def _alt() -> dict[str, str]:
    """The words of the form, by locale."""
    marked = (name for name in request.form if name.startswith("alt-"))
    return {name.removeprefix("alt-"): request.form[name] for name in marked}


def _page(faults: tuple[Fault, ...] = (), *, image_id: int | None = None) -> str:
    """The pictures; with what is wrong and what was typed, in the form of that picture or the one for a new one."""
    outreach = current_outreach()
    with outreach.db.raw_transaction() as connection:
        found = load_images(connection)
        rules = load_rules(connection)
        places: dict[str, list[ImagePlace]] = {}
        for place in load_places(connection):
            places.setdefault(place.digest, []).append(place)
    return render_template(
        "admin/library_images.html",
        images=found,
        places=places,
        rules=rules,
        faults=faults,
        refused=image_id,
        typed=_alt() if faults else {},
        base=outreach.settings.public_base_url,
    )
