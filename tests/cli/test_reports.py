"""`outreach reports` as a process of its own: what it takes is stored, and moves a message once a worker reads it."""

import os
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from outreach.cli import main
from outreach.db.models.feedback import RawBatch
from outreach.db.session import Database
from outreach.providers.smtp.verp import ReturnPath
from outreach.settings import DEFAULT_SECRET
from tests.factories import NOW, a_contact, a_sent_touch

DOMAIN = "bounce.hearth.example"


@contextmanager
def running(database_url: str, valkey_url: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    stores = {"DATABASE_URL": database_url, "REDIS_URL": valkey_url, "RETURN_PATH_DOMAIN": DOMAIN}
    command = [sys.executable, "-m", "outreach", "reports", "--port", str(port)]
    process = subprocess.Popen(command, env=os.environ | stores)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_a_report_to_a_return_path_of_ours_is_stored_and_others_are_not_taken(
    db: Database, database_url: str, valkey_url: str
) -> None:
    with db.transaction() as session:
        touch = a_sent_touch(session, contact_id=a_contact(session), sent_at=NOW)
    ours = ReturnPath(DOMAIN, [DEFAULT_SECRET.encode()]).of(touch)
    with running(database_url, valkey_url) as port, smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        smtp.sendmail("", ours, b"Subject: returned\r\n\r\nno such user\r\n")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.sendmail("", f"anybody@{DOMAIN}", b"Subject: hello\r\n\r\n")
    with db.transaction() as session:
        (batch,) = session.scalars(select(RawBatch)).all()
    assert batch.source == "smtp-bounces"
    assert ours.encode() in batch.body


def test_without_return_paths_there_is_nothing_to_take(
    database_url: str, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", valkey_url)
    told = CliRunner().invoke(main, ["reports"])
    assert told.exit_code == 2
    assert "RETURN_PATH_DOMAIN" in told.output
