"""Addresses of our own style sheets and scripts, with a mark of their content, so that browsers keep them for long."""

import hashlib
from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from flask import Flask, url_for

KEEP = timedelta(days=365)


def install_assets(app: Flask) -> None:
    """Gives templates `asset("css/admin.css")`."""
    folder = Path(str(app.static_folder))
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = KEEP

    @lru_cache(maxsize=256)
    def mark(name: str, _changed_at: float) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]

    def asset(name: str) -> str:
        file = folder / name
        # A file that set-up has not brought yet leaves a page without its looks, not without its words.
        version = mark(name, file.stat().st_mtime) if file.is_file() else "missing"
        return url_for("static", filename=name, v=version)

    app.context_processor(lambda: {"asset": asset})
