"""Where Unix sockets live. Their paths are bound to about a hundred bytes, which a deep data directory exceeds."""

import os
import tempfile
from pathlib import Path

#: sun_path of unix(7) has 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_PATH = 103


def fits(path: Path) -> bool:
    """Whether a socket can have this path."""
    return len(os.fsencode(path)) <= LONGEST_PATH


def socket_folder(preferred: Path, longest_name: str) -> Path:
    """`preferred`, or a new folder of ours under the temporary directory when paths in it would be too long."""
    if fits(preferred / longest_name):
        preferred.mkdir(parents=True, exist_ok=True)
        return preferred
    return Path(tempfile.mkdtemp(prefix="outreach-"))
