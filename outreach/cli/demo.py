"""`outreach demo`: the product with 2,000 invented customers, mail that stays inside, and a clock that runs fast."""

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from outreach.bootstrap import bootstrap
from outreach.cli.answering import wait_until_answering
from outreach.cli.ports import HOST, any_free_port, check_port
from outreach.cli.processes import CRON, MAILBOX, POOL, READERS, VENDORS, Part, running_processes, web_part
from outreach.cli.progress import StepProgress
from outreach.cli.stopping import Stopping, stop_with_parent, stoppable
from outreach.cli.stores import Stores, running_stores, taken_data_dir
from outreach.cli.up import wait_for_stop
from outreach.db.migrate import migrate
from outreach.demo.check import CheckResult, run_check
from outreach.demo.setup import DemoFacts, prepare_demo
from outreach.demo.vendors.accounts import Accounts
from outreach.domain.errors import NotReady
from outreach.settings import DEFAULT_PORT, DEFAULT_SECRET, Mode, Settings

#: Days of business time that a check lives through.
CHECK_DAYS = 14


@click.command()
@click.option(
    "--port", default=DEFAULT_PORT, show_default=True, type=click.IntRange(1, 65534), help="Of the web pages."
)
@click.option("--check", is_flag=True, help="Run the loop without a person, print one JSON object, and end.")
@click.option("--days", default=CHECK_DAYS, show_default=True, type=click.IntRange(1, 366), help="Length of a check.")
@click.option("--vendors", is_flag=True, help="Send through the vendors' SDKs to stand-ins on this machine.")
@click.option(
    "--stop-with-parent", "with_parent", is_flag=True, help="Stop when the program that started us ends, too."
)
def demo(port: int, check: bool, days: int, vendors: bool, with_parent: bool) -> None:
    """Starts the product with invented customers on a fast clock; the mail stays inside."""
    if with_parent:
        stop_with_parent()
    if check:
        _check(days, vendors=vendors)
    else:
        data_dir = os.environ.get("OUTREACH_DATA_DIR", "").strip() or ".outreach-demo"
        with suppress(Stopping), stoppable():
            _run(demo_environment(data_dir, port=port, vendors=vendors), port)


def demo_environment(
    data_dir: str, *, port: int, mailbox_port: int | None = None, vendors: bool = False
) -> dict[str, str]:
    """Our environment with the demo's settings. Whatever else it says, invented customers get no real mail.

    Args:
        vendors: whether stand-ins of the vendors carry the messages instead of the mailbox; which is a matter of
            credentials and base URLs.
    """
    default_mailbox_port = os.environ.get("OUTREACH_MAILBOX_PORT") or str(port + 1)
    carriers = {"EMAIL_PROVIDER": "mailbox", "SMS_PROVIDER": "mailbox"}
    if vendors:
        secret = os.environ.get("SECRET_KEY", "").strip() or DEFAULT_SECRET
        accounts = Accounts(secret.encode())
        carriers = accounts.environment(sendgrid_port=any_free_port(), twilio_port=any_free_port())
    return {
        "PUBLIC_BASE_URL": f"http://{HOST}:{port}",
        **os.environ,
        "OUTREACH_ENV": Mode.DEMO.value,
        "OUTREACH_DATA_DIR": data_dir,
        "OUTREACH_MAILBOX_PORT": str(mailbox_port) if mailbox_port else default_mailbox_port,
        **carriers,
    }


def _run(environ: dict[str, str], port: int) -> None:
    settings = Settings.from_env(environ)
    parts = [web_part(f"{HOST}:{port}"), _carrier(settings), POOL, CRON, READERS]
    with StepProgress() as progress, taken_data_dir(settings, say=progress.say) as data_dir:
        check_port(port, mend="Use another one: make demo PORT={free} (or outreach demo --port {free}).")
        if settings.uses_mailbox:
            check_port(
                settings.mailbox_port, mend="The mailbox needs another one: OUTREACH_MAILBOX_PORT={free} make demo."
            )
        progress("Starting PostgreSQL and Valkey")
        with running_stores(settings, data_dir) as stores:
            facts = _prepare(stores, progress)
            progress("Starting the web process, the workers and the mailbox")
            with running_processes(parts, stores, environ=environ, logs=data_dir.folder / "log"):
                wait_until_answering(port=port)
                stores.announce(settings.public_base_url)
                progress.close()
                click.echo(_welcome(settings, facts))
                wait_for_stop()


def _carrier(settings: Settings) -> Part:
    return MAILBOX if settings.uses_mailbox else VENDORS


def _prepare(stores: Stores, progress: StepProgress) -> DemoFacts:
    progress("Bringing the database up to date")
    migrate(stores.settings.database_url or "")
    progress("Preparing the demo")
    outreach = bootstrap(stores.settings)
    try:
        return prepare_demo(outreach, progress=progress, embedded=stores.has_embedded_database)
    finally:
        outreach.close()


def _welcome(settings: Settings, facts: DemoFacts) -> str:
    carrier = (
        "" if settings.uses_mailbox else "  messages go     through the SDKs of SendGrid and Twilio to stand-ins here\n"
    )
    return (
        f"\nThe demo is ready: {settings.public_base_url}\n"
        f"{carrier}"
        f"  sign in with   {facts.email}\n"
        f"  password       {facts.password}\n"
        f"  data and logs  {settings.data_dir}\n"
        "  stop           Ctrl-C\n"
    )


def _check(days: int, *, vendors: bool) -> None:
    """Runs the check in a directory of its own, prints its result and turns complaints into exit code 1."""
    try:
        with stoppable(), tempfile.TemporaryDirectory(prefix="outreach-check-") as folder:
            result = _checked(Path(folder).resolve(), days, vendors=vendors)
    except Stopping:
        raise NotReady("The check was stopped before its end.") from None
    click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=2))
    if result.complaints:
        raise NotReady("\n".join(result.complaints))


def _checked(folder: Path, days: int, *, vendors: bool) -> CheckResult:
    environ = demo_environment(str(folder), port=DEFAULT_PORT, mailbox_port=any_free_port(), vendors=vendors)
    settings = Settings.from_env(environ)
    folder.chmod(0o711)  # run by root, the servers are another user, who must be let through
    web_socket = folder / "web.sock"
    parts = [web_part(f"unix:{web_socket}"), _carrier(settings), POOL, CRON]
    with StepProgress() as progress, taken_data_dir(settings, say=progress.say) as data_dir:
        progress("Starting PostgreSQL and Valkey")
        with running_stores(settings, data_dir) as stores:
            _prepare(stores, progress)
            progress("Starting the web process, the workers and the mailbox")
            try:
                with running_processes(parts, stores, environ=environ, logs=folder / "log"):
                    wait_until_answering(unix_socket=web_socket)
                    return _lived_through(stores, progress, web_socket=web_socket, days=days)
            except NotReady:
                _show_logs(folder / "log", progress)
                raise


def _show_logs(folder: Path, progress: StepProgress) -> None:
    """The ends of the logs, which are about to be removed with the rest of the check's directory."""
    for log in sorted(folder.glob("*.log")):
        for line in log.read_text(errors="replace").splitlines()[-15:]:
            progress.say(f"{log.stem}: {line}")


def _lived_through(stores: Stores, progress: StepProgress, *, web_socket: Path, days: int) -> CheckResult:
    progress(f"Living through {days} days of business")
    outreach = bootstrap(stores.settings)
    try:
        return run_check(outreach, web_socket=web_socket, days=days, report=progress.say)
    finally:
        outreach.close()
