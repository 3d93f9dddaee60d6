"""The embedded Valkey by itself."""

from pathlib import Path

import psutil
from redis import Redis

from outreach.embedded.valkey import running_valkey


def test_it_keeps_what_it_was_given_and_evicts_nothing(valkey_url: str) -> None:
    redis = Redis.from_url(valkey_url)
    wanted = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "port": "0"}
    assert {name: redis.config_get(name)[name] for name in wanted} == wanted
    server = psutil.Process(redis.info("server")["process_id"])
    assert server.ppid() == psutil.Process().pid
    assert server.net_connections("tcp") == []


def test_its_data_survives_a_restart(tmp_path: Path) -> None:
    with running_valkey(tmp_path) as url:
        Redis.from_url(url).set("word", "kept")
    with running_valkey(tmp_path) as url:
        assert Redis.from_url(url).get("word") == b"kept"


def test_an_odd_and_deep_folder_is_no_obstacle(tmp_path: Path) -> None:
    odd = tmp_path / ("my data, 50% " * 8).strip()
    odd.mkdir()
    with running_valkey(odd) as url:
        assert Redis.from_url(url).ping()
