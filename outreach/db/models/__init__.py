"""The tables, one file a family. Importing this package registers them all on `Base.metadata`."""

from outreach.db.models import (  # noqa: F401 - imported for their effect on the metadata
    contacts,
    content,
    feedback,
    goodbyes,
    habits,
    imports,
    invitations,
    ledger,
    mailbox,
    offers,
    operations,
    privacy,
    recovery,
    rhythm,
    sign_ups,
    signals,
    staff,
    stories,
    tasks,
    writing,
)
