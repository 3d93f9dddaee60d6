"""The vendor on this machine, and mails for it."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest

from outreach.demo.vendors.sendgrid import SendGridServer, running_sendgrid
from outreach.providers.base import Outgoing
from outreach.providers.sendgrid.send import SendGridProvider
from outreach.rendering.shared_mail import MailParts, SharedMail

KEY = "SG.a-key.of-a-test"


@pytest.fixture
def vendor() -> SendGridServer:
    """The vendor as `provider` meets it."""
    return SendGridServer(api_key=KEY)


@pytest.fixture
def base_url(vendor: SendGridServer) -> Iterator[str]:
    """Where it listens."""
    with running_sendgrid(vendor) as url:
        yield url


@pytest.fixture
def provider(base_url: str) -> Iterator[SendGridProvider]:
    """A sender with the right key."""
    sender = SendGridProvider(KEY, base_url=base_url)
    yield sender
    sender.close()


SHARED = SharedMail(
    sender_name="Carys, at Hearth",
    sender_email="carys@hearth.example",
    reply_to="hello@hearth.example",
    text="Hello ~%0t%!\n",
    html="<p>Hello ~%0h%!</p>",
    headers={"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    tags=("~%0t%", "~%0h%"),
)


@pytest.fixture
def a_mail() -> Callable[..., Outgoing]:
    """Makes a mail to a number; all share one half unless told otherwise."""

    def make(number: int = 0, name: str = "Siân", shared: SharedMail = SHARED, address: str = "") -> Outgoing:
        touch_id = uuid4()
        headers = {"List-Unsubscribe": f"<https://o.example/u/{touch_id}>"}
        values = (name, name.replace("&", "&amp;"))[: len(shared.tags)]
        parts = MailParts(shared, f"For {name}", headers, values)
        recipient = address or f"anna{number}@customer.example"
        return Outgoing(touch_id, "carys@hearth.example", recipient, b"", "en", parts)

    return make
