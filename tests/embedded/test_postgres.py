"""The embedded PostgreSQL by itself; what the keeper makes of it is in test_keeper."""

from pathlib import Path

import psutil
import psycopg
import pytest

from outreach.domain.errors import NotReady
from outreach.embedded.account import server_account
from outreach.embedded.postgres import remove_stale_locks, running_postgres


def server_of(url: str) -> psutil.Process:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        assert row is not None
        parent = psutil.Process(row[0]).parent()
        assert parent is not None
        return parent


def test_it_is_our_own_child_on_a_unix_socket_without_a_port(postgres_url: str) -> None:
    server = server_of(postgres_url)
    assert server.ppid() == psutil.Process().pid
    assert server.net_connections("tcp") == []
    with psycopg.connect(postgres_url) as connection:
        assert connection.info.server_version >= 180000
        assert connection.info.dbname == "outreach"


def test_it_speaks_utf8_and_utc_wherever_it_runs(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)


def test_it_flushes_to_disk_in_the_product(tmp_path: Path) -> None:
    with running_postgres(tmp_path) as url, psycopg.connect(url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("a-long-name-" * 8)
    deep.mkdir()
    with running_postgres(deep, durable=False) as url:
        assert server_of(url).is_running()


def test_a_folder_with_spaces_and_commas_is_no_obstacle(tmp_path: Path) -> None:
    odd = tmp_path / "my data, 50%"
    odd.mkdir()
    with running_postgres(odd, durable=False) as url:
        assert server_of(url).is_running()


def test_a_half_made_cluster_is_made_again(tmp_path: Path) -> None:
    half = tmp_path / "postgres.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with running_postgres(tmp_path, durable=False) as url:
        assert server_of(url).is_running()


def test_a_server_that_somebody_else_runs_on_the_folder_is_left_alone(tmp_path: Path) -> None:
    with running_postgres(tmp_path, durable=False) as url:
        server = server_of(url)
        with pytest.raises(NotReady, match=f"Process {server.pid} is a PostgreSQL at work on .* OUTREACH_DATA_DIR"):
            remove_stale_locks(tmp_path / "postgres", tmp_path / "run")
        assert (tmp_path / "postgres" / "postmaster.pid").exists()


def test_a_server_that_cannot_start_tells_its_reason(tmp_path: Path) -> None:
    with running_postgres(tmp_path, durable=False):
        pass
    (tmp_path / "postgres" / "postgresql.conf").write_text("no_such_setting = on\n")
    with pytest.raises(NotReady, match=r"Embedded PostgreSQL did not start \(.*; see .*postgres.log\)"):  # noqa: SIM117
        with running_postgres(tmp_path, durable=False):
            pass


def test_root_hands_the_server_to_a_user_of_its_own(postgres_url: str) -> None:
    account = server_account()
    expected = account.uid if account else psutil.Process().uids().real
    assert server_of(postgres_url).uids().real == expected
    assert expected != 0
