"""Faults of messages and connections on a real broker: each comes about, and after all of them nothing is missing."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from live_factory import PLANT, LiveFactory, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.timeout(900)]

MACHINES = 20
REVOKED, EXPIRED, REPEATING, LATE, SLOW, AHEAD = (f"M{number:03d}" for number in range(1, 7))


@pytest.fixture(scope="module")
def factory(start_factory: Callable[..., LiveFactory]) -> LiveFactory:
    """Twenty machines to which nothing happens by itself."""
    return start_factory("--machines", str(MACHINES), "--scenario", "calm", "--seed", "7")


def inject(factory: LiveFactory, target: str, kind: str, **parameters: float) -> None:
    """Put a fault on a machine, as a user does."""
    words = [word for name, value in parameters.items() for word in ("--set", f"{name}={value}")]
    done = factory.command("inject", target, kind, *words, "--data-dir", str(factory.data_dir))
    assert done.returncode == 0, done.stderr


def archived(factory: LiveFactory, device_id: str) -> list[dict[str, Any]]:
    """What the lake has of a machine, object by object."""
    s3 = factory.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=PLANT.lake_bucket, Prefix="raw/")
    rows = []
    for key in (found["Key"] for page in pages for found in page.get("Contents", [])):
        content = s3.get_object(Bucket=PLANT.lake_bucket, Key=key)["Body"].read()
        lines = gzip.decompress(content).splitlines() if content[:2] == b"\x1f\x8b" else content.splitlines()
        rows += [row for line in lines if (row := json.loads(line))["device_id"] == device_id]
    return rows


def test_each_fault_comes_about_and_nothing_is_missing(factory: LiveFactory) -> None:
    """The broker refuses two certificates, then takes all that waited; the audit tells what was late and repeated."""
    wait_until("all machines are connected", lambda: factory.connections() == MACHINES, 60)
    inject(factory, REPEATING, "duplicates", probability=1.0, copies=3)
    inject(factory, LATE, "delayed", max_delay_s=8.0)
    inject(factory, SLOW, "slow_link", latency_s=6.0)
    inject(factory, AHEAD, "clock_skew", offset_s=7200.0)
    inject(factory, REVOKED, "certificate_revoked")
    inject(factory, EXPIRED, "certificate_expired")

    wait_until("the broker has lost two machines", lambda: factory.connections() == MACHINES - 2, 30)
    log = factory.data_dir / "logs" / "local_aws.log"
    wait_until("it says why of one", lambda: "refusing client certificate" in log.read_text(), 30)
    assert "status 'REVOKED'" in log.read_text()
    waiting = wait_until("their messages wait", lambda: _unsettled(factory, REVOKED, EXPIRED, at_least=15), 60)
    assert not any(machine["connected"] for machine in waiting)
    wait_until("the slow link shows", lambda: _oldest_unanswered_s(factory) > 5.0, 30)

    cleared = factory.command("clear", "--all", "--data-dir", str(factory.data_dir))
    assert cleared.returncode == 0, cleared.stderr
    wait_until("the broker has all machines again", lambda: factory.connections() == MACHINES, 30)
    assert factory.stop() == 0

    audit = factory.audit(settle=0)
    remainder = ("missing", "unacknowledged", "unaccounted", "overflowed", "refused", "repeated")
    assert {name: audit[name] for name in remainder} == dict.fromkeys(remainder, 0)
    assert audit["published"] == audit["acknowledged"] == audit["archived"]
    assert audit["sent_again"] >= 15
    # The lake's folders follow the timestamps, so a machine whose clock is set back lies there out of order as well.
    assert {machine["device_id"] for machine in audit["worst_machines"] if machine["reordered"]} == {LATE, AHEAD}


def test_the_archive_has_the_time_of_the_wrong_clock(factory: LiveFactory) -> None:
    """Two hours ahead while it lasted, and right before and after; the numbers go on without a gap."""
    factory.up()
    rows = [row for row in archived(factory, AHEAD) if row["run"] == 1]
    moments = [datetime.fromisoformat(row["timestamp"]) for row in sorted(rows, key=lambda row: row["seq"])]
    jumps = [after - before for before, after in itertools.pairwise(moments)]

    assert [round(jump / timedelta(hours=2)) for jump in jumps if abs(jump) > timedelta(hours=1)] == [1, -1]


def _unsettled(factory: LiveFactory, *device_ids: str, at_least: int) -> list[dict[str, Any]]:
    machines = [factory.machine(device_id) for device_id in device_ids]
    return machines if all(machine["unsettled"] >= at_least for machine in machines) else []


def _oldest_unanswered_s(factory: LiveFactory) -> float:
    return factory.metric("simulator", "simulator_oldest_unanswered_seconds")
