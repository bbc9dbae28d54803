"""Ports that are taken, and what is said of them."""

import os
import socket
from collections.abc import Iterator

import pytest

from factory.errors import LocalFactoryUsageError
from factory.up.ports import LISTENERS, PortTakenError, check_ports, port_holder


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which this process listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_taken_port_is_told_with_its_holder_and_its_option(taken: int) -> None:
    """The sentence says which port, who has it, and which option changes it."""
    with pytest.raises(PortTakenError) as error:
        check_ports("127.0.0.1", {"prometheus": taken})
    assert f"Port {taken} (Prometheus) is taken by" in str(error.value)
    assert f"(pid {os.getpid()})" in str(error.value)
    assert "--prometheus-port" in str(error.value)
    assert error.value.exit_status == 2


def test_a_port_is_given_out_once() -> None:
    """Two listeners with one port are refused, by the names of their options."""
    with pytest.raises(LocalFactoryUsageError, match=r"--mqtt-port 45671 is the same as --aws-port"):
        check_ports("127.0.0.1", {"aws": 45671, "mqtt": 45671})


def test_an_address_of_another_machine_is_refused() -> None:
    """192.0.2.1 is kept for documentation (RFC 5737): no machine has it."""
    with pytest.raises(LocalFactoryUsageError, match=r"--host 192\.0\.2\.1 is not an address of this machine"):
        check_ports("192.0.2.1", {"aws": 45671})


def test_free_ports_are_no_error() -> None:
    """Nothing is said of ports that can be had."""
    check_ports("127.0.0.1", {listener.key: 41000 + at for at, listener in enumerate(LISTENERS)})


def test_nobody_holds_a_free_port(taken: int) -> None:
    """Only a listener counts as a holder."""
    assert port_holder(1) is None
