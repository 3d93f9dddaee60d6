"""The job that fetches what came back by mail."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from outreach.bootstrap import Outreach, bootstrap
from outreach.db.models.feedback import RawBatch
from outreach.domain.errors import BadInput
from outreach.queueing.jobs import Job
from outreach.queueing.rq import JobQueue
from outreach.settings import Settings
from tests.providers.smtp.mailboxes import Box, ImapTalk, serving
from tests.services.test_read_bounce_mailbox import pointing_at
from workers import bounces
from workers.runtime import lend


@pytest.fixture
def environment(database_url: str, valkey_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "REDIS_URL": valkey_url}


@pytest.fixture
def outreach(environment: dict[str, str]) -> Iterator[Outreach]:
    product = bootstrap(Settings.from_env(environment))
    yield product
    product.close()


def test_without_a_mailbox_it_says_so_and_does_nothing(outreach: Outreach) -> None:
    lend(outreach)
    assert bounces.read() == "no bounce mailbox is set"


def test_it_stores_what_it_fetches_and_wakes_a_worker(outreach: Outreach, queue: JobQueue) -> None:
    with serving(Box.holding(b"Subject: one\r\n\r\n"), ImapTalk) as box:
        lend(replace(outreach, bounce_mailbox=pointing_at(box)))
        assert bounces.read() == "mails fetched: 1"
    with outreach.db.transaction() as session:
        assert session.scalars(select(RawBatch.source)).all() == ["smtp-bounces"]
    assert [job.func_name for job in queue.rq().jobs] == [Job.APPLY_EVENTS]


def test_a_mailbox_that_is_down_is_told_and_tried_again_at_the_next_tick(outreach: Outreach) -> None:
    with serving(Box.holding(), ImapTalk) as box:
        gone = pointing_at(box)
    lend(replace(outreach, bounce_mailbox=gone))
    assert bounces.read().startswith("the bounce mailbox cannot be read: localhost:")


def test_settings_name_the_mailbox_and_the_domain_of_return_paths(environment: dict[str, str]) -> None:
    more = {"BOUNCE_MAILBOX_URL": "imaps://u:p@mail.example", "RETURN_PATH_DOMAIN": "bounce.hearth.example"}
    product = bootstrap(Settings.from_env(environment | more))
    assert product.bounce_mailbox is not None
    assert product.bounce_mailbox.host == "mail.example"
    assert "u:p" not in repr(product.settings)
    product.close()


@pytest.mark.parametrize("url", ["http://u:secret@h", "imap://u:secret@mail.example"])
def test_a_broken_address_is_refused_at_start(environment: dict[str, str], url: str) -> None:
    with pytest.raises(BadInput) as refusal:
        bootstrap(Settings.from_env(environment | {"BOUNCE_MAILBOX_URL": url}))
    assert "secret" not in str(refusal.value)
