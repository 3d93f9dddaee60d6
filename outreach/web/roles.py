"""What a member of staff may do, by role (OWASP ASVS 5.0, 8): viewer, author, approver, sender, admin, auditor.

The pages ask for a sign-in first (`admin/pages.py`); these ask for more.
"""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from flask import Flask, abort
from flask_security import current_user

#: May do what every other role may.
ADMIN = "admin"

P = ParamSpec("P")
R = TypeVar("R")


def may(*roles: str) -> bool:
    """Whether who is signed in has one of `roles`, or is an administrator; templates call it too."""
    return any(current_user.has_role(role) for role in (*roles, ADMIN))


def needs(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Answers a view with a 403 page for everybody who has none of `roles`; goes below the route's decorator."""

    def guarded(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            if not may(*roles):
                abort(403)
            return view(*args, **kwargs)

        return checked

    return guarded


def install_roles(app: Flask) -> None:
    """Lets templates ask what who is signed in may do: `{% if may("author") %}`."""
    app.jinja_env.globals["may"] = may
