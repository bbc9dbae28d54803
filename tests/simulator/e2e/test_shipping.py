"""Tasks on ECS have disks that die with them: what they shipped proves what arrived."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from contracts.segments import LEDGER_SEGMENTS, TRUTH_SEGMENTS, WEAR, shipped_files
from maintenance.lake import open_lake

if TYPE_CHECKING:
    from conftest import LocalAws, Simulator

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LAKE, TRUTH = "a-lake", "a-truth"


@pytest.fixture
def tools(request: pytest.FixtureRequest) -> Any:
    """The helpers of conftest.py, which is no importable module under importlib mode."""
    return request.config.pluginmanager.get_plugin(str(Path(__file__).with_name("conftest.py")))


@pytest.fixture
def keys(aws: LocalAws) -> Callable[[str], list[str]]:
    """Two buckets; what lies in that of truth, under a prefix."""
    s3 = aws.client("s3")
    for bucket in (LAKE, TRUTH):
        s3.create_bucket(Bucket=bucket)
    return lambda prefix: [one["Key"] for one in s3.list_objects_v2(Bucket=TRUTH, Prefix=prefix).get("Contents", [])]


def audit(aws: LocalAws) -> dict[str, Any]:
    """`factory audit --json`, from S3 on both sides."""
    call = [
        sys.executable,
        "-m",
        "factory",
        "audit",
        "--json",
        "--archive",
        f"s3://{LAKE}",
        "--ledger",
        f"s3://{TRUTH}",
    ]
    environment = {**os.environ, **aws.environment}
    told = subprocess.run(call, capture_output=True, text=True, timeout=120, check=False, env=environment)
    assert told.stdout, told.stderr
    return {**json.loads(told.stdout), "exit_status": told.returncode, "said": told.stderr}


def test_a_killed_task_leaves_a_ledger_that_proves_what_it_can(
    aws: LocalAws,
    identities: Path,
    simulators: Callable[..., Simulator],
    keys: Callable[[str], list[str]],
    tools: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One dies with lines that it had not shipped, another takes over: nothing is lost, and what is unknown is told."""
    aws.make_shard(identities, "shard-0000", {f"M{number:03d}": "conveyor" for number in range(5)}, interval_s=0.2)
    spy = tools.Spy(aws, tmp_path / "spy", identities / "shard-0000" / "ca.pem")
    shipping = {"SIMULATOR_TRUTH_BUCKET": TRUTH, "SIMULATOR_SHIP_AND_REMOVE": "true"}
    # No disk is another's, as on ECS; the second one ships at its end alone, what its workers wrote.
    one = simulators(data="disk-1", SIMULATOR_SHIP_SECONDS="4", **shipping).start()
    two = simulators(data="disk-2", SIMULATOR_SHIP_SECONDS="3600", SIMULATOR_WORKERS="2", **shipping)
    fault = {"kind": "bias", "target": "M003", "signal": "temp", "parameters": {"magnitude": 5}}
    tools.eventually(lambda: one.metric("simulator_connected_machines") == 5)
    assert httpx.post(f"http://127.0.0.1:{one.port}/api/faults", json=fault).is_success
    tools.eventually(lambda: keys(LEDGER_SEGMENTS) and keys(TRUTH_SEGMENTS))
    time.sleep(2)
    one.kill()
    two.start()
    tools.eventually(lambda: two.metric("simulator_messages_acknowledged_total") > 25)
    assert two.stop() == 0
    time.sleep(1)
    heard = spy.stop()
    aws.client("s3").put_object(
        Bucket=LAKE, Key="raw/heard.jsonl", Body="".join(json.dumps(message) + "\n" for message in heard)
    )

    told = audit(aws)
    shipped = {file.file for file in shipped_files(keys("segments/"))}
    assert shipped >= {f"ledger/shard-0000/{run:08d}.jsonl" for run in (1, 2)}
    assert (told["exit_status"], told["missing"], told["ledgers_without_end"]) == (0, 0, 1)
    # Two seconds of five machines, five times a second, less what a slow test lost of them.
    assert told["untold"] >= 5
    assert told["archived"] == told["untold"] + told["published"]
    assert list((tmp_path / "disk-2").glob("ledger/*/*.jsonl")) == []
    assert len(keys(WEAR)) == len({key.split("/")[-1].rpartition("-")[0] for key in keys(WEAR)}) == 2

    for name, value in aws.environment.items():
        monkeypatch.setenv(name, value)
    lake = open_lake(f"s3://{TRUTH}")
    assert lake.query("SELECT count(DISTINCT device_id) AS machines FROM wear").to_pylist() == [{"machines": 5}]
    faults = lake.query("SELECT DISTINCT device_id, kind FROM ground_truth WHERE cause = 'injected'").to_pylist()
    assert faults == [{"device_id": "M003", "kind": "bias"}]
