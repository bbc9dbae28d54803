"""The simulator as a process, against the real broker and the real lease table."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.sequences import SequenceRanges

if TYPE_CHECKING:
    from conftest import LocalAws, Simulator

pytestmark = pytest.mark.e2e


@pytest.fixture
def tools(request: pytest.FixtureRequest) -> Any:
    """The helpers of conftest.py, which is no importable module under importlib mode."""
    return request.config.pluginmanager.get_plugin(str(Path(__file__).with_name("conftest.py")))


def acknowledged(simulator: Simulator) -> float:
    """Messages that the broker took from it."""
    return simulator.metric("simulator_messages_acknowledged_total")


def test_every_message_is_acknowledged_and_the_ledger_is_closed(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """After an orderly stop each number from 1 is published and acknowledged, and the last line says closed."""
    aws.make_shard(identities, "shard-0000", {"A1": "cnc_mill", "A2": "conveyor"}, interval_s=0.2)
    simulator = simulators().start()
    tools.eventually(lambda: acknowledged(simulator) >= 20)
    assert simulator.stop() == 0

    ((run, entries),) = simulator.ledger("shard-0000").items()
    published = tools.total(entries, "published", "A1")

    assert run == 1
    assert entries[-1].closed
    assert published == SequenceRanges([(1, len(published))])
    assert published == tools.total(entries, "acknowledged", "A1")


def test_a_killed_simulator_begins_a_higher_run_on_an_empty_disk(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """After kill -9 the next process, with another disk, waits the lease out and plays with a greater run."""
    aws.make_shard(identities, "shard-0001", {"B1": "conveyor"}, interval_s=0.2)
    first = simulators().start()
    tools.eventually(lambda: acknowledged(first) >= 10)
    first.kill()
    second = simulators(data="other-disk").start()

    assert second.get("/healthz")["status"] == "waiting"
    tools.eventually(lambda: acknowledged(second) >= 10)
    second.stop()

    assert list(first.ledger("shard-0001")) == [1]
    assert list(second.ledger("shard-0001")) == [2]
    assert not any(entry.closed for entry in first.ledger("shard-0001")[1])


def test_a_killed_simulator_is_followed_at_once_on_the_same_disk(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """A process that can prove that the last player died on this machine does not wait for the lease."""
    aws.make_shard(identities, "shard-0002", {"C1": "conveyor"}, interval_s=0.2)
    first = simulators(SIMULATOR_LEASE_SECONDS="3600").start()
    tools.eventually(lambda: acknowledged(first) >= 3)
    first.kill()
    second = simulators(SIMULATOR_LEASE_SECONDS="3600").start()

    tools.eventually(lambda: acknowledged(second) >= 3)

    assert sorted(second.ledger("shard-0002")) == [1, 2]


def test_messages_wait_for_a_broker_that_restarts(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """What is said while the broker is away is kept, sent when it is back, and acknowledged without a gap."""
    aws.make_shard(identities, "shard-0003", {"D1": "conveyor", "D2": "cnc_mill"}, interval_s=0.1)
    simulator = simulators(SIMULATOR_LEASE_SECONDS="60").start()
    tools.eventually(lambda: acknowledged(simulator) >= 10)
    aws.stop()
    tools.eventually(lambda: simulator.metric("simulator_stored_messages") >= 40)
    aws.start()
    tools.eventually(lambda: simulator.metric("simulator_reconnects_total") >= 2, within_s=60)
    tools.eventually(lambda: simulator.metric("simulator_stored_messages") <= 2)
    simulator.stop()

    entries = simulator.ledger("shard-0003")[1]
    for device_id in ("D1", "D2"):
        published = tools.total(entries, "published", device_id)
        assert published == SequenceRanges([(1, len(published))])
        assert published == tools.total(entries, "acknowledged", device_id)


def test_a_full_store_drops_the_oldest_and_says_so(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """With a broker that is never there, what exceeds the limit is in the ledger as overflowed, the oldest first."""
    aws.make_shard(identities, "shard-0004", {"E1": "conveyor"}, interval_s=0.05)
    nowhere = str(tools.free_port())
    simulator = simulators(SIMULATOR_STORE_LIMIT="20", SIMULATOR_MQTT_PORT=nowhere).start()
    tools.eventually(lambda: simulator.metric("simulator_messages_overflowed_total") >= 15)

    assert simulator.metric("simulator_stored_messages") <= 20
    assert simulator.stop() == 0
    entries = simulator.ledger("shard-0004")[1]
    published, overflowed = (tools.total(entries, kind, "E1") for kind in ("published", "overflowed"))
    assert overflowed == SequenceRanges([(1, len(published) - 20)])


def test_what_the_policy_refuses_is_counted_and_not_tried_again(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """A machine that may connect but not publish has all its messages refused, each once."""
    aws.make_shard(identities, "shard-0005", {"F1": "conveyor"}, policy="mute", interval_s=0.1)
    simulator = simulators().start()
    tools.eventually(lambda: simulator.metric('simulator_messages_refused_total{reason="policy"}') >= 10)

    assert acknowledged(simulator) == 0
    assert simulator.get("/api/machines/F1")["timestamp"] is None
    simulator.stop()
    entries = simulator.ledger("shard-0005")[1]
    assert tools.total(entries, "published", "F1") == tools.total(entries, "refused", "F1")


def test_two_processes_never_play_the_same_shard(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """Two processes that may play one shard each share two shards; when one stops, the other may take over."""
    for number in (6, 7):
        aws.make_shard(identities, f"shard-000{number}", {f"G{number}": "conveyor"}, interval_s=0.2)
    one, two = (simulators(data=f"disk-{n}", SIMULATOR_MAX_SHARDS="1").start() for n in (1, 2))
    both = [tools.eventually(lambda s=s: s.get("/healthz")["shards"]) for s in (one, two)]

    assert sorted(shards[0]["shard"] for shards in both) == ["shard-0006", "shard-0007"]
    third = simulators(data="disk-3").start()
    given_up = both[0][0]["shard"]
    assert third.get("/healthz")["shards"] == []
    one.stop()
    (taken,) = tools.eventually(lambda: third.get("/healthz")["shards"])
    assert (taken["shard"], taken["run"]) == (given_up, 2)


def test_a_process_that_slept_through_its_lease_stops_playing(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """A process that was suspended longer than its lease finds the shard taken, and publishes nothing more."""
    aws.make_shard(identities, "shard-0008", {"H1": "conveyor"}, interval_s=0.1)
    sleeper = simulators(data="disk-1").start()
    tools.eventually(lambda: acknowledged(sleeper) >= 5)
    sleeper.process.send_signal(signal.SIGSTOP)
    heir = simulators(data="disk-2").start()
    tools.eventually(lambda: acknowledged(heir) >= 5)
    sleeper.process.send_signal(signal.SIGCONT)

    tools.eventually(lambda: not sleeper.get("/healthz")["shards"])
    said = sleeper.metric("simulator_messages_published_total")
    tools.eventually(lambda: acknowledged(heir) >= 30)
    assert sleeper.metric("simulator_messages_published_total") == said
    assert heir.metric("simulator_connected_machines") == 1


def test_a_fault_is_put_on_a_running_machine_and_written_into_the_truth(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """`factory inject` begins a bias, `factory clear` ends it; the truth holds both, with the run."""
    aws.make_shard(identities, "shard-0009", {"I1": "conveyor", "I2": "conveyor"}, interval_s=0.1)
    simulator = simulators().start()
    tools.eventually(lambda: acknowledged(simulator) >= 5)
    before = simulator.get("/api/machines/I1")["readings"]["temp"]
    told = factory(simulator, "inject", "I1", "bias", "--signal", "temp", "--set", "magnitude=40", "--json")
    assert [fault["device_id"] for fault in json.loads(told)] == ["I1"]
    tools.eventually(lambda: simulator.get("/api/machines/I1")["readings"]["temp"] > before + 30)
    assert "I1" in factory(simulator, "machines")
    assert factory(simulator, "clear", "--all").endswith(": ended.\n")
    tools.eventually(lambda: simulator.get("/api/machines/I1")["readings"]["temp"] < before + 10)
    simulator.stop()

    lines = (simulator.data / "truth" / "ground_truth.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    assert [(one["event"], one["device_id"], one["run"]) for one in records] == [
        ("started", "I1", 1),
        ("ended", "I1", 1),
    ]


def test_a_file_is_replayed_without_pacing_and_without_loss(
    aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any, tmp_path: Path
) -> None:
    """All rows of a file arrive, though the store is far smaller, and no faster than 100 a second."""
    rows = [f"2026-01-01 {n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d},{50 + n % 7}" for n in range(500)]
    (tmp_path / "pump.csv").write_text("timestamp,value\n" + "\n".join(rows) + "\n")
    scenario = {
        "name": "replayed",
        "replays": [
            {
                "device_id": "R001",
                "file": str(tmp_path / "pump.csv"),
                "signals": {"temp": {"column": "value"}},
                "speed": "none",
            }
        ],
    }
    devices = {"R001": "replay", "J1": "conveyor"}
    aws.make_shard(identities, "shard-0010", devices, scenario=json.dumps(scenario))
    simulator = simulators(SIMULATOR_STORE_LIMIT="50").start()
    tools.eventually(lambda: b"replayed to its end" in simulator.log.read_bytes())
    simulator.stop()

    entries = simulator.ledger("shard-0010")[1]
    assert tools.total(entries, "acknowledged", "R001") == SequenceRanges([(1, 500)])
    assert tools.total(entries, "overflowed", "R001") == SequenceRanges()
    assert (entries[-1].at - entries[0].at).total_seconds() >= 3  # 500 at 100 a second, a first burst aside


def test_wrong_calls_are_told_in_a_sentence(aws: LocalAws, simulators: Callable[..., Simulator], tools: Any) -> None:
    """Settings that cannot be used end the program with status 2 and one line without a traceback."""
    simulator = simulators(SIMULATOR_HTTP_PORT="soon").start(wait=False)

    assert simulator.process.wait(20) == 2
    told = simulator.log.read_text()
    assert told.startswith("simulator: SIMULATOR_HTTP_PORT='soon' cannot be used")
    assert len(told.splitlines()) == 1


def test_missing_identities_are_waited_for_and_then_told(
    aws: LocalAws, simulators: Callable[..., Simulator], tools: Any
) -> None:
    """Without any shard the program gives up after the set time, with status 1."""
    simulator = simulators(SIMULATOR_IDENTITIES_WAIT_SECONDS="0.2").start(wait=False)

    assert simulator.process.wait(20) == 1
    assert "No shard has been laid down in" in simulator.log.read_text()


def factory(simulator: Simulator, *words: str) -> str:
    """What the command line prints."""
    call = [sys.executable, "-m", "factory", *words, "--url", f"http://127.0.0.1:{simulator.port}"]
    return subprocess.run(call, check=True, capture_output=True, text=True, timeout=60).stdout
