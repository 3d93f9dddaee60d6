"""`outreach api-key`: keys for programs of the business."""

from datetime import timedelta

import click

from outreach.bootstrap import bootstrap
from outreach.db.queries.api_keys import load_keys
from outreach.domain.api_keys import Scope
from outreach.domain.errors import NotReady
from outreach.services.create_api_key import create_api_key
from outreach.services.revoke_api_key import revoke_api_key


@click.group("api-key")
def api_key() -> None:
    """Keys for programs of the business."""


@api_key.command()
@click.argument("name")
@click.option("--scope", "scopes", multiple=True, type=click.Choice([*Scope]), required=True, help="What it may do.")
@click.option("--days", type=click.IntRange(1, 3650), help="Ends after so many days; otherwise when it is revoked.")
def create(name: str, scopes: tuple[str, ...], days: int | None) -> None:
    """Makes the key NAME and prints it, once."""
    outreach = bootstrap()
    try:
        key = create_api_key(
            db=outreach.db,
            name=name,
            scopes={Scope(scope) for scope in scopes},
            lasts=timedelta(days=days) if days else None,
            now=outreach.clock.now(),
        )
    finally:
        outreach.close()
    click.echo(key)
    click.echo("Keep it: nobody can show it again.", err=True)


@api_key.command("list")
def list_() -> None:
    """Prints all keys, without the keys themselves."""
    outreach = bootstrap()
    try:
        with outreach.db.raw_transaction() as connection:
            keys = load_keys(connection)
    finally:
        outreach.close()
    for one in keys:
        ended = f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else ""
        until = f"until {one.ends_at:%Y-%m-%d}" if one.ends_at and not ended else ""
        used = f"last used {one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never used"
        click.echo(f"{one.name}  {', '.join(one.scopes)}  {', '.join(filter(None, (ended or until, used)))}")


@api_key.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Ends the key NAME."""
    outreach = bootstrap()
    try:
        ended = revoke_api_key(db=outreach.db, name=name, now=outreach.clock.now())
    finally:
        outreach.close()
    if not ended:
        raise NotReady(f"there is no key in force that is called {name!r}")
    click.echo(f"{name} may do nothing any more.")
