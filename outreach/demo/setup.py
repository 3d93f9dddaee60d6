"""Prepares the demo: pack, invented customers, two years of what they did, a sign-in and the clock. Safe to repeat."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from outreach.bootstrap import ROOT, Outreach
from outreach.clock import WallClock
from outreach.db.queries.callers import load_colleagues
from outreach.db.queries.tallies import imported_rows
from outreach.demo.clockwork import FIRST_MORNING, start_clock
from outreach.demo.population import write_contacts, write_signals
from outreach.services.apply_pack import apply_pack
from outreach.services.create_staff import create_staff
from outreach.services.import_contacts import import_contacts
from outreach.services.import_signals import import_signals
from outreach.services.set_caller import set_caller
from outreach.services.settle_unknown import settle_unknown

PACK = ROOT / "packs" / "hearth-energy"
EMAIL = "demo@hearth-energy.example"
#: That the demo's one member of staff makes.
CALLS_A_DAY = 25


class Progress(Protocol):
    """Shows a step under way; calling it says how far the step is (done, of how many)."""

    def __call__(self, step: str) -> Callable[[int, int], None]:
        """Begins a step."""
        ...


@dataclass(frozen=True, slots=True)
class DemoFacts:
    """How to sign in to the demo."""

    email: str
    password: str


def prepare_demo(outreach: Outreach, *, progress: Progress, embedded: bool) -> DemoFacts:
    """Brings the demo's data in place, whatever of it is there already, and sets its clock going.

    Args:
        embedded: the stores are our own and were just started, so every lease in them is a dead worker's.
    """
    folder = outreach.settings.data_dir / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    apply_pack(db=outreach.db, folder=PACK, now=FIRST_MORNING)
    with outreach.db.raw_transaction() as connection:
        imported = imported_rows(connection)
    if "contacts" not in imported:
        _import_contacts(outreach, folder, progress)
    if "signals" not in imported:
        _import_signals(outreach, folder, progress)
    start_clock(outreach.db, wall=WallClock().now())
    if embedded:
        now, providers = outreach.clock.now(), outreach.all_providers
        settle_unknown(db=outreach.db, providers=providers, now=now, all_workers_dead=True)
    return _sign_in(outreach, folder)


def _import_contacts(outreach: Outreach, folder: Path, progress: Progress) -> None:
    path = folder / "contacts.csv"
    write_contacts(path, today=FIRST_MORNING.date())
    import_contacts(
        db=outreach.db, path=path, now=FIRST_MORNING, progress=progress("Importing 2,000 invented customers")
    )


def _import_signals(outreach: Outreach, folder: Path, progress: Progress) -> None:
    path = folder / "signals.csv"
    write_signals(path, today=FIRST_MORNING.date())
    import_signals(db=outreach.db, path=path, now=FIRST_MORNING, progress=progress("Importing what they did"))


def _sign_in(outreach: Outreach, folder: Path) -> DemoFacts:
    """The demo's account; its password is made at random once and kept beside the demo's data."""
    kept = folder / "password.txt"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(9))
    password = kept.read_text().strip()
    now = WallClock().now()
    if create_staff(db=outreach.db, email=EMAIL, name="Demo", password=password, roles=["admin"], now=now):
        with outreach.db.raw_transaction() as connection:
            colleagues = load_colleagues(connection)
        for one in colleagues:
            set_caller(db=outreach.db, staff_id=one.staff_id, quota=CALLS_A_DAY)
    return DemoFacts(EMAIL, password)
