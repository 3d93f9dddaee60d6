"""The stores that a command finds in its environment."""

from pathlib import Path

import pytest


@pytest.fixture
def stores(database_url: str, valkey_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty database and a queue, for commands typed in this process."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.setenv("REDIS_URL", valkey_url)
    monkeypatch.setenv("OUTREACH_ENV", "development")
    monkeypatch.setenv("OUTREACH_DATA_DIR", str(tmp_path / "data"))
