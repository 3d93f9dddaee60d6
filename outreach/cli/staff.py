"""Accounts of staff."""

import click

from outreach.bootstrap import bootstrap
from outreach.clock import WallClock
from outreach.services.create_staff import ROLES
from outreach.services.create_staff import create_staff as create


@click.command("create-staff")
@click.argument("email")
@click.option("--name", default="", help="The person's name, as colleagues see it.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), default=["viewer"], show_default=True)
@click.password_option(help="Asked for if it is not given.")
def create_staff(email: str, name: str, roles: tuple[str, ...], password: str) -> None:
    """Creates an account, or sets its password and roles anew."""
    outreach = bootstrap()
    try:
        new = create(db=outreach.db, email=email, name=name, password=password, roles=roles, now=WallClock().now())
    finally:
        outreach.close()
    click.echo(f"{'Created' if new else 'Updated'} {email}.")
