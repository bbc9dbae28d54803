"""A simulator of several processes, against the real broker and the real lease table."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from contracts.sequences import SequenceRanges

if TYPE_CHECKING:
    from conftest import LocalAws, Simulator

pytestmark = pytest.mark.e2e


@pytest.fixture
def tools(request: pytest.FixtureRequest) -> Any:
    """The helpers of conftest.py, which is no importable module under importlib mode."""
    return request.config.pluginmanager.get_plugin(str(Path(__file__).with_name("conftest.py")))


@pytest.fixture
def crew(aws: LocalAws, identities: Path, simulators: Callable[..., Simulator], tools: Any) -> Callable[..., Simulator]:
    """Makes a crew of two that plays two shards, one each, and waits until both are played."""

    def make(number: int) -> Simulator:
        for place in (0, 1):
            shard = f"shard-{number + place:04d}"
            devices = {f"W{number + place}a": "conveyor", f"W{number + place}b": "cnc_mill"}
            aws.make_shard(identities, shard, devices, interval_s=0.2)
        simulator = simulators(SIMULATOR_WORKERS="2").start()
        tools.eventually(lambda: simulator.metric("simulator_connected_machines") == 4)
        tools.eventually(lambda: all(_players(simulator).values()))
        return simulator

    return make


def _workers(simulator: Simulator) -> list[psutil.Process]:
    """The processes that play."""
    assert simulator.process is not None
    children = psutil.Process(simulator.process.pid).children()
    return [child for child in children if "spawn_main" in " ".join(child.cmdline())]


def _players(simulator: Simulator) -> dict[int, int]:
    """How many connections each worker has to the broker."""
    port = simulator.aws.mqtt_port
    return {
        worker.pid: sum(bool(one.raddr) and one.raddr.port == port for one in worker.net_connections())
        for worker in _workers(simulator)
    }


def test_two_workers_look_like_one_simulator(crew: Callable[..., Simulator], tools: Any) -> None:
    """Machines, health and metrics of both come from one door; each family once; faults reach the right one."""
    simulator = crew(20)
    url = f"http://127.0.0.1:{simulator.port}"

    assert len(_players(simulator)) == 2
    assert sorted(one["device_id"] for one in simulator.get("/api/machines")) == ["W20a", "W20b", "W21a", "W21b"]
    assert simulator.get("/api/machines/W21b")["shard"] == "shard-0021"
    assert [one["shard"] for one in simulator.get("/healthz")["shards"]] in (
        ["shard-0020", "shard-0021"],
        ["shard-0021", "shard-0020"],
    )
    tools.eventually(lambda: simulator.metric("simulator_messages_acknowledged_total") >= 40)
    families = [one.name for one in text_string_to_metric_families(httpx.get(f"{url}/metrics").text)]
    assert len(families) == len(set(families))
    assert simulator.metric("simulator_workers") == 2
    fault = {"kind": "bias", "target": "W21a", "signal": "temp", "parameters": {"magnitude": 5}}
    (told,) = httpx.post(f"{url}/api/faults", json=fault).json()
    assert told["device_id"] == "W21a"
    assert [one["fault_id"] for one in simulator.get("/api/faults")] == [told["fault_id"]]
    assert httpx.delete(f"{url}/api/faults/{told['fault_id']}").status_code == 200
    unknown = httpx.post(f"{url}/api/faults", json={**fault, "target": "nobody"})
    assert (unknown.status_code, "nobody" in unknown.json()["error"]) == (404, True)
    assert simulator.stop() == 0
    for number in (20, 21):
        entries = simulator.ledger(f"shard-00{number}")
        last = entries[max(entries)]
        published = tools.total(last, "published", f"W{number}a")
        assert last[-1].closed
        assert published == SequenceRanges([(1, len(published))]) == tools.total(last, "acknowledged", f"W{number}a")


def test_a_worker_that_dies_is_replaced_and_its_shard_is_played_on(crew: Callable[..., Simulator], tools: Any) -> None:
    """The other or the new one plays its machines; what it had counted is not forgotten; a restart is counted."""
    simulator = crew(30)
    tools.eventually(lambda: simulator.metric("simulator_messages_acknowledged_total") >= 40)
    before = simulator.metric("simulator_messages_acknowledged_total")
    os.kill(next(iter(_players(simulator))), signal.SIGKILL)

    tools.eventually(lambda: simulator.metric("simulator_worker_restarts_total") == 1)
    assert simulator.metric("simulator_messages_acknowledged_total") >= before
    tools.eventually(lambda: simulator.metric("simulator_connected_machines") == 4)
    tools.eventually(lambda: len(_players(simulator)) == 2)
    assert simulator.stop() == 0
    runs = [max(simulator.ledger(f"shard-00{number}")) for number in (30, 31)]
    assert max(runs) >= 2


def test_workers_do_not_outlive_the_process_that_serves(crew: Callable[..., Simulator], tools: Any) -> None:
    """Killed without warning, it leaves nobody behind that plays unseen."""
    simulator = crew(40)
    workers = _workers(simulator)
    simulator.kill()

    _, alive = psutil.wait_procs(workers, timeout=30)

    assert alive == []


def test_a_plant_that_cannot_be_played_ends_the_crew(simulators: Callable[..., Simulator]) -> None:
    """What is wrong is told in a sentence, with the status that a single process would have."""
    simulator = simulators(SIMULATOR_WORKERS="2", SIMULATOR_IDENTITIES_WAIT_SECONDS="0.2").start(wait=False)

    assert simulator.process.wait(30) == 1
    assert "No shard has been laid down in" in simulator.log.read_text()
