"""Several simulators share a plant: each has its part, others take over, nothing is lost, nothing is said twice."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.nameplates import NAMEPLATES

if TYPE_CHECKING:
    from conftest import LocalAws, Simulator

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SHARDS, MACHINES_OF_A_SHARD = 6, 50


@pytest.fixture
def tools(request: pytest.FixtureRequest) -> Any:
    """The helpers of conftest.py, which is no importable module under importlib mode."""
    return request.config.pluginmanager.get_plugin(str(Path(__file__).with_name("conftest.py")))


def held(simulator: Simulator) -> int:
    """Shards that a simulator plays."""
    return len(simulator.get("/healthz")["shards"])


def test_three_simulators_share_a_plant(
    aws: LocalAws,
    identities: Path,
    simulators: Callable[..., Simulator],
    tools: Any,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """Each gets its part; one is killed, one stopped, one added; nothing is missing, and no machine plays twice."""
    models = list(NAMEPLATES)
    for shard in range(SHARDS):
        names = [f"S{shard}x{number:02d}" for number in range(MACHINES_OF_A_SHARD)]
        devices = {name: models[place % len(models)] for place, name in enumerate(names)}
        aws.make_shard(identities, f"shard-{shard:04d}", devices)
    spy = tools.Spy(aws, tmp_path / "spy", identities / "shard-0000" / "ca.pem")
    # Each has a disk of its own, as containers have: nobody can prove that another is dead.
    one, two, three, four = (simulators(data=f"disk-{n}", SIMULATOR_LEASE_SECONDS="9") for n in range(4))

    one.start()
    tools.eventually(lambda: held(one) == 6)
    two.start()
    three.start()
    tools.eventually(lambda: [held(each) for each in (one, two, three)] == [2, 2, 2], within_s=120)
    time.sleep(10)
    assert [held(each) for each in (one, two, three)] == [2, 2, 2]
    two.kill()
    killed_at = time.time()
    tools.eventually(lambda: held(one) + held(three) == 6, within_s=120)
    time.sleep(8)  # so that the silence after the stop is none of this one
    assert three.stop() == 0
    stopped_at = time.time()
    tools.eventually(lambda: held(one) == 6, within_s=120)
    four.start()
    tools.eventually(lambda: (held(one), held(four)) == (3, 3), within_s=120)
    tools.eventually(lambda: four.metric("simulator_connected_machines") == 150, within_s=60)
    time.sleep(3)
    assert one.stop() == 0
    tools.eventually(lambda: held(four) == 6, within_s=60)  # now each shard has moved once
    assert four.stop() == 0
    time.sleep(2)
    heard = spy.stop()

    _no_machine_plays_twice_at_a_time(heard)
    _runs_do_not_overlap([one, two, three, four])
    assert _audit(heard, [one, two, three, four], tmp_path)["missing"] == 0
    for name, at in (("killed", killed_at), ("stopped", stopped_at)):
        record_property(f"longest_silence_after_{name}_s", round(_silence_around(heard, at), 1))
    sys.stdout.write(
        f"longest silence of a machine: killed {_silence_around(heard, killed_at):.1f} s, "
        f"stopped {_silence_around(heard, stopped_at):.1f} s\n"
    )


def _moments(heard: list[dict[str, Any]]) -> dict[str, list[tuple[datetime, int]]]:
    """When each machine spoke, and in which run; by time."""
    found = defaultdict(set)
    for message in heard:
        found[message["device_id"]].add((datetime.fromisoformat(message["timestamp"]), message["run"]))
    return {device_id: sorted(moments) for device_id, moments in found.items()}


def _no_machine_plays_twice_at_a_time(heard: list[dict[str, Any]]) -> None:
    """In the order of time the runs of each machine only grow: the one before has ended when the next begins."""
    moments = _moments(heard)
    assert len(moments) == SHARDS * MACHINES_OF_A_SHARD
    for device_id, spoken in moments.items():
        runs = [run for _, run in spoken]
        assert runs == sorted(runs), device_id
        assert len({moment for moment, _ in spoken}) == len(spoken), device_id


def _runs_do_not_overlap(players: list[Simulator]) -> None:
    """By the players' own accounts the runs of a shard follow one another."""
    for shard in range(SHARDS):
        runs = {}
        for player in players:
            for run, entries in player.ledger(f"shard-{shard:04d}").items():
                assert run not in runs
                runs[run] = (entries[0].at, entries[-1].at)
        spans = [runs[run] for run in sorted(runs)]
        assert len(spans) >= 2
        assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))


def _audit(heard: list[dict[str, Any]], players: list[Simulator], tmp_path: Path) -> dict[str, Any]:
    """What `factory audit` says of all ledgers and of what the broker delivered."""
    raw = tmp_path / "archive" / "raw"
    raw.mkdir(parents=True)
    (raw / "heard.jsonl").write_text("".join(json.dumps(message) + "\n" for message in heard))
    for place, player in enumerate(players):
        for path in (player.data / "ledger").glob("*/*.jsonl"):
            copy = tmp_path / "ledger" / f"{place}-{path.parent.name}" / path.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    call = [sys.executable, "-m", "factory", "audit", "--json"]
    call += ["--archive", str(tmp_path / "archive"), "--ledger", str(tmp_path / "ledger")]
    told = subprocess.run(call, capture_output=True, text=True, timeout=120, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
    result: dict[str, Any] = json.loads(told.stdout)
    return result


def _silence_around(heard: list[dict[str, Any]], at: float) -> float:
    """The longest time between two messages of a machine that has this moment in it or just after it [s]."""
    longest = 0.0
    for spoken in _moments(heard).values():
        for (before, _), (after, _) in itertools.pairwise(spoken):
            if before.timestamp() <= at + 3 and after.timestamp() >= at - 3:
                longest = max(longest, (after - before).total_seconds())
    return longest
