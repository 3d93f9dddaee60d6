"""Sign-in of staff: Flask-Security on our own session factory, with signing in and out and nothing else."""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_security import Security
from flask_security.datastore import SQLAlchemySessionUserDatastore
from flask_security.utils import logout_user
from sqlalchemy.orm import scoped_session

from outreach.bootstrap import Outreach
from outreach.clock import WallClock
from outreach.db.models.staff import Role, Staff

#: A session nobody uses ends after this, and every session after the second (OWASP ASVS 5.0, 7.3).
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
#: Signing in, by account and by address.
ACCOUNT_LIMIT = "10 per 15 minutes"
ADDRESS_LIMIT = "30 per 15 minutes"

_STARTED, _SEEN = "started_at", "seen_at"


def install_sign_in(app: Flask, outreach: Outreach, *, limiter: Limiter) -> None:
    """Gives the application accounts, a login page with limits, and sessions that end."""
    https = urlsplit(outreach.settings.public_base_url).scheme == "https"
    app.config.update(
        SECRET_KEY=outreach.settings.secret_key,
        SESSION_COOKIE_NAME="__Host-outreach" if https else "outreach",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LONGEST,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the method
        SECURITY_PASSWORD_SINGLE_HASH=True,
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_LOGIN_USER_TEMPLATE="admin/sign_in.html",
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_DEFAULT_REMEMBER_ME=False,
        SECURITY_FRESHNESS=timedelta(seconds=-1),
        SECURITY_POST_LOGIN_VIEW="/",
        SECURITY_POST_LOGOUT_VIEW="/login",
        SECURITY_FLASH_MESSAGES=False,
    )
    accounts = scoped_session(outreach.db.sessions)
    app.teardown_appcontext(lambda _error: accounts.remove())
    security = Security(app, SQLAlchemySessionUserDatastore(accounts, Staff, Role))
    security.unauthn_handler(_ask_to_sign_in)
    # Nobody signs in by a token in a request; without this the library parses the bodies of all strangers for one.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    _limit_sign_in(app, limiter)
    app.before_request(_end_stale_session)


def _ask_to_sign_in(mechanisms: list[str], headers: dict[str, str] | None) -> Response:
    """Sends a person to the sign-in page and back; for a part that updates itself the whole page is reloaded."""
    if "HX-Request" in request.headers:
        return Response(status=401, headers={"HX-Refresh": "true"})
    target = url_for("security.login", next=request.full_path.rstrip("?"))
    return Response(status=302, headers={"Location": target})


def _limit_sign_in(app: Flask, limiter: Limiter) -> None:
    """Slows guessing down, by address and by the account that is tried (OWASP ASVS 5.0, 6.3.1)."""

    def tried_account() -> str:
        # Hashed: the limiter's store must not hold addresses.
        return hashlib.sha256(request.form.get("email", "").strip().lower().encode()).hexdigest()

    view: Any = app.view_functions["security.login"]
    for limit in (
        limiter.limit(ACCOUNT_LIMIT, key_func=tried_account, methods=["POST"]),
        limiter.limit(ADDRESS_LIMIT, methods=["POST"]),
    ):
        view = limit(view)
    app.view_functions["security.login"] = view


def _end_stale_session() -> ResponseReturnValue | None:
    """Ends sessions that were idle or have lasted too long; parts that update themselves do not count as use."""
    if request.endpoint == "static" or "_user_id" not in session:
        return None
    wall = WallClock().now()
    started, seen = _instant(session.get(_STARTED)), _instant(session.get(_SEEN))
    if (started and wall - started > LONGEST) or (seen and wall - seen > IDLE):
        logout_user()
        session.clear()
        return redirect(url_for("security.login"))
    if "HX-Request" not in request.headers:
        session.permanent = True
        session.setdefault(_STARTED, wall.isoformat())
        session[_SEEN] = wall.isoformat()
    return None


def _instant(text: Any) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
