"""Going back to the page a small form was sent from."""

from urllib.parse import urlsplit

from flask import request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response


def go_back() -> Response:
    """To the page that the form's field `back` names, on this site only."""
    return redirect(own_path(request.form.get("back", "")), code=303)


def own_path(address: str) -> str:
    """`address` if it is a path on this site, else the first page; never another host (OWASP ASVS 5.0, 3.7.2)."""
    parts = urlsplit(address)
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_path and not parts.netloc and not parts.scheme else "/"
