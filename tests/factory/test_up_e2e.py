"""`factory up` with the real programs: what it promises when things are killed."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import psutil
import pytest

from contracts.resources import Resources
from factory.up.ports import LISTENERS

pytestmark = pytest.mark.e2e
FACTORY = (sys.executable, "-m", "factory")
PATIENCE_S = 120
ROLE = "arn:aws:iam::000000000000:role/any"


def _free_ports() -> list[str]:
    sockets = [socket.socket() for _ in LISTENERS]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    options = [
        part
        for listener, one in zip(LISTENERS, sockets, strict=True)
        for part in (listener.option, str(one.getsockname()[1]))
    ]
    for one in sockets:
        one.close()
    return options


class LocalFactory:
    """A factory that this test drives from outside, as a person would."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.ports = _free_ports()
        self.process: subprocess.Popen[str] | None = None

    def up(self, *options: str) -> None:
        """Start it, and wait until messages are archived."""
        self.process = subprocess.Popen(
            [*FACTORY, "up", "--data-dir", str(self.data_dir), *self.ports, *options],
            stdout=(self.data_dir.parent / "up.out").open("a"),
            stderr=subprocess.STDOUT,
            text=True,
        )
        pid = self.process.pid
        self.wait(lambda status: status["supervisor_pid"] == pid and (status["archived"] or 0) > 0)

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Call another command on the same data directory."""
        return subprocess.run(
            [*FACTORY, words[0], "--data-dir", str(self.data_dir), *words[1:]],
            capture_output=True,
            text=True,
            check=False,
        )

    def status(self) -> dict[str, Any]:
        """What it is doing."""
        return json.loads(self.call("status", "--json").stdout or "{}")  # type: ignore[no-any-return]

    def wait(self, condition: Any) -> dict[str, Any]:
        """Its status, once that is as wanted."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            status = self.status() if self.data_dir.exists() else {}
            if status.get("running") and condition(status):
                return status
            assert self.process is None or self.process.poll() is None, self.said()
            time.sleep(0.5)
        raise AssertionError(f"Not so after {PATIENCE_S} s: {status}\n{self.said()}")

    def pid(self, name: str) -> int:
        """Process id of one of its programs."""
        return next(program["pid"] for program in self.status()["programs"] if program["name"] == name)  # type: ignore[no-any-return]

    def kill(self, name: str) -> None:
        """SIGKILL one of its programs, and wait until it lives again."""
        before = self.wait(lambda status: all(program["state"] == "running" for program in status["programs"]))
        os.kill(next(program["pid"] for program in before["programs"] if program["name"] == name), signal.SIGKILL)
        self.wait(
            lambda status: any(
                program["name"] == name and program["restarts"] and program["state"] == "running"
                for program in status["programs"]
            )
        )

    def audit(self) -> dict[str, Any]:
        """What the audit tells."""
        return json.loads(self.call("audit", "--json").stdout)  # type: ignore[no-any-return]

    def client(self, service: str, endpoint: str) -> Any:
        """A client of the local AWS with the root's key."""
        root = json.loads((self.data_dir / "aws" / "root-credentials.json").read_text())
        return boto3.client(
            service,
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id=root["access_key_id"],
            aws_secret_access_key=root["secret_access_key"],
        )

    def said(self) -> str:
        """What it has said so far."""
        return (self.data_dir.parent / "up.out").read_text()


@pytest.fixture
def factory(tmp_path: Path) -> Iterator[LocalFactory]:
    """A factory that leaves no process behind."""
    factory = LocalFactory(tmp_path / "var")
    yield factory
    factory.call("down", "--force")
    if factory.process is not None:
        factory.process.wait(60)


def test_killed_programs_come_back_and_nothing_is_lost(factory: LocalFactory) -> None:
    """Engine, simulator and supervisor are killed in turn; the audit finds every acknowledged message."""
    factory.up("--machines", "20")
    factory.kill("rules")
    factory.kill("simulator")
    # Its second life is a run of its own once it has said something, which takes some seconds on a busy machine.
    published = factory.status()["published"]
    factory.wait(lambda status: status["connected"] == 20 and status["published"] > published + 20)
    pids = [program["pid"] for program in factory.status()["programs"]]
    assert factory.process is not None
    factory.process.kill()
    factory.process.wait()
    assert factory.status()["supervisor_pid"] is None
    factory.up("--machines", "20")
    assert not [pid for pid in pids if psutil.pid_exists(pid)]
    # So does its third: what is archived first may be what its second had said.
    factory.wait(lambda status: status["connected"] == 20 and (status["published"] or 0) > 20)
    factory.process.send_signal(signal.SIGINT)
    assert factory.process.wait(PATIENCE_S) == 0, factory.said()
    told = factory.audit()
    assert (told["missing"], told["repeated"], told["machines"], told["runs"]) == (0, 0, 20, 60)
    assert told["acknowledged"] > 0


def test_a_killed_local_aws_comes_back_with_everything(factory: LocalFactory) -> None:
    """Machines and engine connect again by themselves, and nothing but its own memory is lost."""
    factory.up("--machines", "5")
    factory.kill("local_aws")
    before = factory.status()["archived"]
    factory.wait(lambda status: status["connected"] == 5 and status["archived"] > before + 10)
    assert factory.call("down").returncode == 0
    assert factory.process is not None
    assert factory.process.wait(60) == 0
    told = factory.audit()
    assert (told["missing"], told["machines"]) == (0, 5)


def test_own_rules_run_with_just_the_rights_they_need(factory: LocalFactory, tmp_path: Path) -> None:
    """A rule of the caller's puts readings into a queue of the caller's; its key may fill this queue alone."""
    rules = tmp_path / "rules"
    rules.mkdir()
    aws_port = factory.ports[factory.ports.index("--aws-port") + 1]
    endpoint = f"http://127.0.0.1:{aws_port}"
    action = {"sqs": {"roleArn": ROLE, "queueUrl": f"{endpoint}/000000000000/hot"}}
    sql = "SELECT device_id, seq FROM 'factory/{{plant}}/+/+/telemetry'"
    payload = {"sql": sql, "awsIotSqlVersion": "2016-03-23", "actions": [action]}
    (rules / "hot.json").write_text(json.dumps({"ruleName": "hot", "topicRulePayload": payload}))
    factory.up("--machines", "2", "--rules", str(rules))
    # Until here the rule failed for each reading, which held up none of the factory's own.
    sqs = factory.client("sqs", endpoint)
    queue = sqs.create_queue(QueueName="hot")["QueueUrl"]
    end = time.monotonic() + PATIENCE_S
    messages: list[Any] = []
    while not messages and time.monotonic() < end:
        messages = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=1).get("Messages", [])
    assert json.loads(messages[0]["Body"])["device_id"] in ("M001", "M002")
    policy = factory.client("iam", endpoint).get_user_policy(
        UserName=Resources("plant1", "000000000000").user("rules"), PolicyName="rights"
    )
    assert [
        statement["Resource"]
        for statement in policy["PolicyDocument"]["Statement"]
        if "sqs:SendMessage" in statement["Action"]
    ] == [["arn:aws:sqs:us-east-1:000000000000:hot"]]


def test_one_data_directory_has_one_factory(factory: LocalFactory) -> None:
    """A second one is refused in a sentence; its own programs' ports are told with their holder."""
    factory.up("--machines", "2", "--for", "60")
    second = factory.call("up")
    assert (second.returncode, len(second.stderr.splitlines())) == (2, 2)
    assert "A factory is already running in" in second.stderr
    third = subprocess.run(
        [*FACTORY, "up", "--data-dir", str(factory.data_dir.parent / "other"), *factory.ports],
        capture_output=True,
        text=True,
        check=False,
    )
    assert third.returncode == 2
    # By which of its names Python was called is the caller's business.
    assert re.search(rf"is taken by python[\d.]* \(pid {factory.pid('local_aws')}\)", third.stderr)
    assert "--aws-port" in third.stderr
    assert not (factory.data_dir.parent / "other").exists()
    assert (factory.data_dir.stat().st_mode & 0o777) == 0o700
