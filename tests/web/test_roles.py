"""Who may do what: a view that needs a role, and templates that ask for one."""

from collections.abc import Callable

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from outreach.bootstrap import Outreach
from outreach.services.create_staff import create_staff
from outreach.web.roles import needs
from tests.factories import NOW

PASSWORD = "a long walk by the sea"


@pytest.fixture
def as_role(app: Flask, product: Outreach) -> Callable[..., FlaskClient]:
    """A browser of a colleague with these roles, on an application with a page for authors and approvers."""

    @app.get("/only")
    @needs("author", "approver")
    def only() -> str:
        return "in"

    @app.get("/says")
    def says() -> str:
        return render_template_string('{{ "may" if may("author") else "may not" }}')

    def signed_in(*roles: str) -> FlaskClient:
        client = app.test_client()
        if roles:
            create_staff(
                db=product.db, email="mair@hearth.example", name="Mair", password=PASSWORD, roles=roles, now=NOW
            )
            client.post("/login", data={"email": "mair@hearth.example", "password": PASSWORD})
        return client

    return signed_in


@pytest.mark.parametrize(
    ("roles", "code", "says"),
    [
        (["author"], 200, "may"),
        (["approver"], 200, "may not"),
        (["viewer", "author"], 200, "may"),
        (["admin"], 200, "may"),
        (["viewer", "sender", "auditor"], 403, "may not"),
        ([], 403, "may not"),
    ],
)
def test_one_of_the_roles_or_the_administrators_is_enough(
    as_role: Callable[..., FlaskClient], roles: list[str], code: int, says: str
) -> None:
    client = as_role(*roles)
    page = client.get("/only")
    assert page.status_code == code
    assert page.text == "in" if code == 200 else "Your account may not do this" in page.text
    assert client.get("/says").text == says
