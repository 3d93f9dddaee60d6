"""Where Unix sockets live. Their paths are bound to about a hundred bytes, which a deep data directory exceeds, and
libpq takes a comma for the end of one host and the beginning of another."""

import os
import tempfile
from pathlib import Path

#: sun_path of unix(7) has 108 bytes on Linux and 104 on macOS, the closing zero included.
LONGEST_PATH = 103


def fits(path: Path) -> bool:
    """Whether a socket with this path can be made and found again."""
    return len(os.fsencode(path)) <= LONGEST_PATH and "," not in str(path)


def socket_folder(preferred: Path, longest_name: str) -> Path:
    """`preferred`, or a new folder of ours under the temporary directory when `preferred` will not do."""
    if fits(preferred / longest_name):
        preferred.mkdir(parents=True, exist_ok=True)
        return preferred
    return Path(tempfile.mkdtemp(prefix="outreach-"))
