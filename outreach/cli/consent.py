"""`outreach consent`: what contacts allowed, as proof."""

from pathlib import Path

import click

from outreach.bootstrap import bootstrap
from outreach.db.queries.consent_proof import broken_lines, count_lines
from outreach.domain.errors import BadInput, Fault, NotReady
from outreach.services.prove_consent import Proof, prove_consent


@click.group()
def consent() -> None:
    """What contacts allowed, as proof."""


@consent.command()
@click.argument("contact")
def show(contact: str) -> None:
    """Prints what CONTACT (an external id) said, oldest first, and whether the chain holds."""
    proof, _ = _proof(contact)
    for line in proof.lines:
        until = f", until {line.expires_at:%Y-%m-%d}" if line.expires_at else ""
        word = "yes" if line.granted else "no"
        click.echo(f"{line.given_at:%Y-%m-%d %H:%M}  {line.channel}: {word} ({line.basis}{until})  {line.source}")
        for name, told in (("words", line.wording), ("from", line.origin), ("proved by", line.confirmed_by)):
            if told:
                click.echo(f"{'':18}{name}: {told}")
        if line.relied_on:
            click.echo(f"{'':18}messages that relied on it: {line.relied_on}")
    if not proof.lines:
        click.echo("Nobody ever said anything.")
    click.echo("The chain holds." if not proof.faults else "The chain is broken.")
    for fault in proof.faults:
        click.echo(f"line {fault.line}: {fault.fault}")


@consent.command()
@click.argument("contact")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead of to the screen.")
def export(contact: str, out: Path | None) -> None:
    """Writes the proof of CONTACT (an external id) as JSON."""
    _, document = _proof(contact)
    if out is None:
        click.echo(document)
    else:
        out.write_text(document + "\n", encoding="utf-8")


@consent.command()
def verify() -> None:
    """Walks all chains and names the first lines that are not as they were written; exit code 1 if any is."""
    outreach = bootstrap()
    try:
        with outreach.db.raw_transaction() as connection:
            lines, broken = count_lines(connection), broken_lines(connection)
    finally:
        outreach.close()
    for one in broken:
        click.echo(f"line {one.line}, contact {one.contact}: {one.fault}", err=True)
    if broken:
        raise NotReady(f"the consent ledger of {lines:,} lines is broken")
    click.echo(f"{lines:,} lines, all as they were written.")


def _proof(contact: str) -> tuple[Proof, str]:
    outreach = bootstrap()
    try:
        proof, now = prove_consent(db=outreach.db, external_id=contact), outreach.clock.now()
    finally:
        outreach.close()
    if proof is None:
        mend = "Use the id that your own files have for the contact."
        raise BadInput([Fault("command line", "there is no such contact", mend, column="CONTACT", value=contact)])
    return proof, proof.as_json(now=now)
