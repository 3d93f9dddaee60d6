"""Who carries the demo's messages: the built-in mailbox, or stand-ins of the vendors; and who reports for them."""

from outreach.demo.readers import MailboxReporter, Reporter
from outreach.demo.vendors.accounts import Accounts
from outreach.demo.vendors.reporting import VendorReporter
from outreach.settings import Settings


def reporter_for(settings: Settings) -> Reporter:
    """Speaks for who carries messages by `settings`."""
    secret = settings.secret_key.encode()
    if settings.uses_mailbox:
        return MailboxReporter(secret)
    return VendorReporter(Accounts(secret), settings.public_base_url)
