"""A taken port is named together with the way round it."""

import socket

import pytest

from outreach.cli.ports import HOST, any_free_port, check_port, next_free_port
from outreach.domain.errors import BadInput


def test_a_taken_port_is_refused_with_a_free_one_to_use_instead() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput) as refused:
            check_port(port, mend="Use port {free}.")
    text = str(refused.value)
    assert text.startswith(f"port {port}: another program listens there. Use port ")
    check_port(int(text.removesuffix(".").rpartition(" ")[2]), mend="it must be free")


def test_a_free_port_is_fine_even_at_the_end_of_the_range() -> None:
    check_port(any_free_port(), mend="")
    assert 0 < next_free_port(65535) <= 65535
