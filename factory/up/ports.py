"""The ports of a local factory: what listens where, and who has a port that is taken."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping
from typing import NamedTuple

import psutil

from factory.errors import LocalFactoryUsageError


class Listener(NamedTuple):
    """A port of the factory."""

    key: str
    port: int
    title: str

    @property
    def option(self) -> str:
        """The option of `factory up` that changes it."""
        return f"--{self.key}-port"


LISTENERS: tuple[Listener, ...] = (
    Listener("aws", 4566, "AWS API (local)"),
    Listener("mqtt", 8883, "MQTT broker, mutual TLS"),
    Listener("simulator", 9100, "Simulator"),
    Listener("rules", 9101, "Rules engine"),
    Listener("verdicts", 9102, "Verdict job"),
    Listener("model", 8080, "Model server"),
    Listener("prometheus", 9090, "Prometheus"),
    Listener("alertmanager", 9093, "Alertmanager"),
    Listener("grafana", 3000, "Grafana"),
    Listener("smtp", 1025, "Mail, SMTP"),
    Listener("mail", 8025, "Mail, web page"),
)


class PortTakenError(LocalFactoryUsageError):
    """A port is in use by a program that is not ours."""


def check_ports(host: str, ports: Mapping[str, int]) -> None:
    """Refuse to begin while a port is taken or given out twice.

    Args:
        host: address on which all listen.
        ports: port by a listener's key; only these are checked.

    Raises:
        PortTakenError: the sentence names the port, who has it where that can be known, and the option.
        LocalFactoryUsageError: two listeners were given the same port, or the address is not this machine's.
    """
    given: dict[int, Listener] = {}
    for listener in (listener for listener in LISTENERS if listener.key in ports):
        port = ports[listener.key]
        if port in given:
            raise LocalFactoryUsageError(f"{listener.option} {port} is the same as {given[port].option}.")
        given[port] = listener
        _check(host, port, listener)


def _check(host: str, port: int, listener: Listener) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port whose last connections are still closing can be had.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRNOTAVAIL, errno.EINVAL) or isinstance(error, socket.gaierror):
                raise LocalFactoryUsageError(f"--host {host} is not an address of this machine.") from None
            raise PortTakenError(_sentence(port, listener, error), remedy=_remedy(listener)) from None


def _sentence(port: int, listener: Listener, error: OSError) -> str:
    if error.errno == errno.EACCES:
        return f"Port {port} ({listener.title}) may not be used by this user."
    return f"Port {port} ({listener.title}) is taken by {port_holder(port) or 'another program'}."


def _remedy(listener: Listener) -> str:
    return f"Stop that program, or choose another port with {listener.option} PORT."


def port_holder(port: int) -> str | None:
    """Who has a port, as `name (pid N)`; none where this user may not know.

    Who listens comes first; a connection from that port to elsewhere holds it as well.
    """
    try:
        # laddr is (address, port), or empty
        holders = [one for one in psutil.net_connections(kind="tcp") if tuple(one.laddr)[1:2] == (port,) and one.pid]
        holders.sort(key=lambda one: one.status != psutil.CONN_LISTEN)
        return f"{psutil.Process(holders[0].pid).name()} (pid {holders[0].pid})" if holders else None
    except (psutil.Error, OSError):
        return None
