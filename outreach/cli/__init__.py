"""`outreach`: the command line. Each command lives in a file of its own and is loaded when it is called."""

import os
from importlib import import_module
from typing import Any

import click
from dotenv import load_dotenv

from outreach.domain.errors import BadInput, NotReady
from outreach.embedded.data_dir import running_in
from outreach.settings import Mode, Settings

#: Command names and where to find them.
COMMANDS = {
    "up": "outreach.cli.up:up",
    "demo": "outreach.cli.demo:demo",
    "web": "outreach.cli.web:web",
    "worker": "outreach.cli.worker:worker",
    "cron": "outreach.cli.worker:cron",
    "mailbox": "outreach.cli.mailbox:mailbox",
    "reports": "outreach.cli.reports:reports",
    "readers": "outreach.cli.readers:readers",
    "apply": "outreach.cli.apply:apply",
    "events": "outreach.cli.events:events",
    "consent": "outreach.cli.consent:consent",
    "vendors": "outreach.cli.vendors:vendors",
    "import": "outreach.cli.imports:import_",
    "plan": "outreach.cli.plan:plan",
    "replay": "outreach.cli.replay:replay",
    "proof": "outreach.cli.proof:proof",
    "simulate": "outreach.cli.simulate:simulate",
    "habit": "outreach.cli.habit:habit",
    "api-key": "outreach.cli.api_keys:api_key",
    "create-staff": "outreach.cli.staff:create_staff",
}
#: Commands that start stores; the others look for stores that run.
STARTERS = ("up", "demo")


class Commands(click.Group):
    """Loads a command when it is asked for, and turns what people can mend into a sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called `cmd_name`."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command: bad input ends with code 2 and its faults, a missing part with code 1 and one sentence."""
        try:
            return super().invoke(ctx)
        except BadInput as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            ctx.exit(2)
        except NotReady as error:
            click.echo(str(error), err=True)
            ctx.exit(1)


@click.group(cls=Commands)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Keeps every customer of a business in steady, welcome contact."""
    if ctx.invoked_subcommand != "demo" and os.environ.get("OUTREACH_ENV") != Mode.DEMO:
        load_dotenv(".env")  # the demo's invented customers must never meet a real address from there
    if ctx.invoked_subcommand not in STARTERS:
        _use_running_stores()


def _use_running_stores() -> None:
    """Lets a command that is typed beside a running product talk to its embedded stores."""
    settings = Settings.from_env()
    if settings.database_url and settings.redis_url:
        return
    if running := running_in(settings.data_dir):
        os.environ.setdefault("DATABASE_URL", running.database_url)
        os.environ.setdefault("REDIS_URL", running.redis_url)
