"""The system user that servers run as. PostgreSQL refuses to run as root, so root hands its servers to `pgserver`.

`pgserver` is the name that the PostgreSQL wheel itself uses, so a machine gets one such user and not two.
"""

import logging
import os
import pwd
import stat
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from outreach.domain.errors import NotReady

NAME = "pgserver"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """A system user, by numbers."""

    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        """What `subprocess.Popen` needs to start a process as this user and nobody else."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account() -> Account | None:
    """The user to run servers as: None for ourselves, `pgserver` (made on first need) when we are root.

    Raises:
        NotReady: if we are root and the user cannot be made.
    """
    if os.geteuid() != 0:
        return None
    return _existing() or _made()


def _existing() -> Account | None:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _made() -> Account:
    """The new user. Several processes may try at once: `useradd` locks the user table and then fails for the others."""
    deadline = time.monotonic() + 10
    while True:
        try:
            subprocess.run(["useradd", "--system", "--shell", "/bin/false", NAME], check=True, capture_output=True)  # noqa: S607
            reason = ""
        except (OSError, subprocess.CalledProcessError) as error:
            reason = str(error)
        if account := _existing():
            return account
        if time.monotonic() > deadline:
            raise NotReady(
                f"PostgreSQL does not run as root and the system user {NAME!r} could not be made ({reason}): "
                "run as another user, or set DATABASE_URL and REDIS_URL to servers of your own."
            )
        time.sleep(0.2)


def own_folder(folder: Path, account: Account | None) -> None:
    """Makes `folder` (and its parents) if missing, belonging to `account` and closed to everybody else."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid)
        let_through(folder)


def let_through(path: Path) -> None:
    """Lets other users pass (not list) the folders above `path`, which root's own are often closed to; says so."""
    for parent in path.resolve().parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
            log.warning("chmod o+x %s, so that the system user %s can reach its files", parent, NAME)
