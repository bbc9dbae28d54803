"""A whole factory of the real programs, on free ports, driven as a user drives it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import psutil
import pytest

from contracts.resources import REGION, Resources
from factory.local_aws import root_credentials
from factory.up.ports import LISTENERS

UP = "The factory is up"
PLANT = Resources("plant1", "000000000000")


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody has now."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_until(what: str, holds: Callable[[], Any], seconds: float = 60.0, every: float = 0.5) -> Any:
    """What `holds` returns once it is true; fails with what was waited for."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            found = holds()
        except (httpx.HTTPError, OSError):
            found = None
        if found:
            return found
        time.sleep(every)
    pytest.fail(f"after {seconds:.0f} s still not: {what}")


def lives(pid: int) -> bool:
    """Whether a process runs: one that has ended and waits for its parent to notice does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@dataclass
class LiveFactory:
    """A factory that runs as a user would run it: `factory up` in a process of its own."""

    data_dir: Path
    arguments: Sequence[str]
    ports: dict[str, int] = field(
        default_factory=lambda: dict(
            zip((listener.key for listener in LISTENERS), free_ports(len(LISTENERS)), strict=True)
        )
    )
    process: subprocess.Popen[bytes] | None = None

    def up(self) -> None:
        """Start it and wait until messages are archived."""
        ports = [word for key, port in self.ports.items() for word in (f"--{key}-port", str(port))]
        greeted = self.said().count(UP)
        log = self.log.open("ab")
        factory_up = (sys.executable, "-m", "factory", "up")
        self.process = subprocess.Popen(
            # Without verdicts, whose models would be trained beside the test, unless it asks for them.
            [*factory_up, "--data-dir", str(self.data_dir), *ports, "--no-verdicts", *self.arguments],
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        wait_until("the factory is up", lambda: self.said().count(UP) > greeted or self.ended(), 120)
        assert not self.ended(), self.said()
        wait_until("the factory archives messages", self.archived, 60)

    def ended(self) -> bool:
        """Whether the supervisor has ended."""
        return self.process is None or self.process.poll() is not None

    @property
    def log(self) -> Path:
        """Where what `factory up` says is kept."""
        return self.data_dir.parent / "up.log"

    def said(self) -> str:
        """What `factory up` said."""
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def command(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """A command from another terminal."""
        return subprocess.run(
            [sys.executable, "-m", "factory", *words], capture_output=True, text=True, input=stdin, timeout=300
        )

    def url(self, listener: str, path: str = "") -> str:
        """Web address of a program."""
        return f"http://127.0.0.1:{self.ports[listener]}{path}"

    def status(self) -> dict[str, Any]:
        """`factory status --json`."""
        done = self.command("status", "--data-dir", str(self.data_dir), "--json")
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def audit(self, settle: int = 8) -> dict[str, Any]:
        """`factory audit --json`; the exit status stands in it as `exit_status`."""
        done = self.command("audit", "--data-dir", str(self.data_dir), "--json", "--settle", str(settle))
        assert done.stdout, done.stderr
        return {**json.loads(done.stdout), "exit_status": done.returncode}

    def metric(self, listener: str, name: str, **labels: str) -> float:
        """Sum of a metric's samples that carry these labels, from the program's own /metrics."""
        total = 0.0
        for line in httpx.get(self.url(listener, "/metrics"), timeout=10).text.splitlines():
            if line.startswith((f"{name}{{", f"{name} ")) and all(f'{k}="{v}"' in line for k, v in labels.items()):
                total += float(line.rsplit(" ", 1)[1])
        return total

    def archived(self) -> float:
        """Messages that the engine has archived since it started; 0 while there is no engine."""
        try:
            return self.metric("rules", "rules_action_success_total", rule="archive")
        except (httpx.HTTPError, OSError):
            return 0.0

    def machine(self, device_id: str) -> dict[str, Any]:
        """What the simulator says of a machine."""
        found: dict[str, Any] = httpx.get(self.url("simulator", f"/api/machines/{device_id}"), timeout=10).json()
        return found

    def connections(self) -> int:
        """Machines that the broker holds a connection of, by the kernel's list of the broker's own sockets."""
        # A port may be in use for another destination as well: only the engine's way to the broker is its own here.
        sockets = psutil.Process(self.pid("rules")).net_connections("tcp")
        engine = {one.laddr.port for one in sockets if one.raddr and one.raddr.port == self.ports["mqtt"]}
        broker = psutil.Process(self.pid("local_aws")).net_connections("tcp")
        return sum(
            one.status == psutil.CONN_ESTABLISHED
            and one.laddr.port == self.ports["mqtt"]
            and one.raddr.port not in engine
            for one in broker
        )

    def query(self, expression: str) -> list[dict[str, Any]]:
        """What Prometheus answers to an instant query."""
        answer = httpx.get(self.url("prometheus", "/api/v1/query"), params={"query": expression}, timeout=10).json()
        assert answer["status"] == "success", answer
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def alerts(self, name: str) -> list[dict[str, str]]:
        """Labels of the pending and firing alerts of a name."""
        return [series["metric"] for series in self.query(f'ALERTS{{alertname="{name}"}}')]

    def mails(self, word: str) -> list[dict[str, Any]]:
        """Caught mails whose subject has a word."""
        mails = httpx.get(self.url("mail", "/api/messages"), timeout=10).json()
        return [mail for mail in mails if word in mail["subject"]]

    def client(self, service: str) -> Any:
        """A boto3 client with the local root's key."""
        key = root_credentials(self.data_dir / "aws")
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.url("aws"),
            region_name=REGION,
            aws_access_key_id=key.access_key_id,
            aws_secret_access_key=key.secret_access_key,
        )

    def pid(self, program: str) -> int:
        """Process id of a program."""
        return int(self.program(program)["pid"])

    def program(self, name: str) -> dict[str, Any]:
        """What `factory status` says of a program."""
        (found,) = [one for one in self.status()["programs"] if one["name"] == name]
        return dict(found)

    def stop(self) -> int:
        """Ctrl-C, and what the supervisor exits with."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=120)

    def down(self) -> None:
        """Leave nothing running, whatever the test did."""
        if self.data_dir.exists():
            self.command("down", "--data-dir", str(self.data_dir))
        if self.process is not None and not self.ended():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=30)
