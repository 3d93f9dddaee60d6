"""A renderer of a small business, on the real frames and catalogs."""

from pathlib import Path

import pytest

from outreach.domain.content import Brand
from outreach.rendering.links import Tokens
from outreach.rendering.renderer import Renderer

BRAND = Brand(
    name="Hearth & Home",
    sender_name="Carys at Hearth & Home",
    sender_email="carys@hearth.example",
    reply_to="hello@hearth.example",
    postal_address="1 High Street, Cardiff",
    phone="+44 29 2018 0000",
    website="https://hearth.example",
    colour="#b4451f",
    default_locale="en",
)


@pytest.fixture(scope="session")
def renderer(root: Path) -> Renderer:
    tokens = Tokens([b"a key of a test"], "https://o.example")
    return Renderer(BRAND, tokens, locales_dir=root / "locales", templates_dir=root / "templates" / "messages")
