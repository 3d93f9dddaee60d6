"""Who may call: a key in the Authorization header (RFC 6750), with the scope that the call needs."""

from flask import g, request

from outreach.domain.api_keys import Scope
from outreach.services.use_api_key import use_api_key
from outreach.web.api.problems import Problem
from outreach.web.current import business_now, current_outreach

_SCHEME = "Bearer "


def ask_for_key(scope: Scope) -> str:
    """The name of the caller's key.

    Raises:
        Problem: 401 without a key that is good, 403 with one that may not do this.
    """
    header = request.headers.get("Authorization", "")
    key = header.removeprefix(_SCHEME).strip() if header.startswith(_SCHEME) else ""
    used = use_api_key(db=current_outreach().db, key=key, now=business_now()) if key else None
    if used is None:
        raise Problem(
            401,
            "No key that is good",
            "Send a key of this product in the header Authorization: Bearer KEY; outreach api-key create makes one.",
            headers={"WWW-Authenticate": 'Bearer realm="outreach"'},
        )
    g.api_key = used.name
    if scope not in used.scopes:
        raise Problem(403, "Not for this key", f"The key {used.name} lacks the scope {scope.value}.")
    return used.name
