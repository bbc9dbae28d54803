"""The HTTP door of a shard that really plays; only its connections are taken for granted, and acknowledge at once."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from stand_ins import Obliging, OwnTable

from contracts.identity import Identity, PlantConfiguration
from contracts.metrics import METRICS
from simulator.backoff import ConnectLimiter
from simulator.exporter import Exporter
from simulator.http_api import create_api
from simulator.instruments import Instruments
from simulator.lease import Lease
from simulator.playing import Playing
from simulator.roster import Roster
from simulator.scenario import parse_scenario
from simulator.shard import House, Shard
from simulator.store import Budget
from simulator.truth import TruthWriter


@pytest.fixture
def instruments() -> Instruments:
    """Counters of a process."""
    return Instruments()


@pytest.fixture
def playing(
    tmp_path: Path, instruments: Instruments, make_identities: Callable[..., list[Identity]]
) -> Iterator[Playing]:
    """A shard of five machines at 20 Hz."""
    identities = tuple(make_identities(5))
    roster = Roster(
        "shard-0000", tmp_path, identities, PlantConfiguration(interval_s=0.05), parse_scenario("name: calm")
    )
    lease = Lease(OwnTable(), "shard-0000", 3, time.monotonic() + 60)
    truth = TruthWriter(tmp_path / "truth.jsonl")
    house = House(
        lambda _identity, _directory, post: Obliging(post),
        ConnectLimiter(1000),
        Budget(1000),
        instruments,
        tmp_path / "ledger",
        truth,
        tmp_path / "wear",
        1.0,
    )
    playing, shard = Playing(), Shard(roster, lease, house)
    playing.add(shard)
    shard.start()
    while sum(one.seq is not None for one in playing.machines()) < 5:
        time.sleep(0.01)
    yield playing
    shard.stop()
    shard.join(10)


@pytest.fixture
def api(playing: Playing, instruments: Instruments) -> TestClient:
    """A client of the web application."""
    exporter = Exporter(instruments, Budget(1000), playing.shards)
    return TestClient(create_api(playing, exporter.render), raise_server_exceptions=False)


def test_machines_are_listed_with_what_they_told(api: TestClient) -> None:
    """All machines, with identity, connection and last acknowledged reading."""
    machines = api.get("/api/machines").json()

    assert [one["device_id"] for one in machines] == ["M001", "M002", "M003", "M004", "M005"]
    assert machines[1].items() >= {"line": "line1", "model": "centrifugal_pump", "run": 3, "connected": True}.items()
    assert set(machines[1]["readings"]) == {"temp", "vibration", "rpm", "power"}


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/api/machines/M999", 404, "No machine 'M999' is played here. See GET /api/machines."),
        ("DELETE", "/api/faults/none", 404, "There is no fault 'none'. See GET /api/faults."),
        ("GET", "/nothing", 404, "GET /nothing: Not Found."),
        ("PUT", "/api/faults", 405, "PUT /api/faults: Method Not Allowed."),
        ("GET", "/docs", 404, "GET /docs: Not Found."),
    ],
)
def test_errors_are_a_sentence(api: TestClient, method: str, path: str, status: int, sentence: str) -> None:
    """Whatever is wrong, the answer is JSON with one key."""
    answer = api.request(method, path)

    assert (answer.status_code, answer.json()) == (status, {"error": sentence})


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"kind": "drift", "target": "M999", "signal": "temp", "parameters": {"rate_per_min": 1}}, 404, "M999"),
        ({"kind": "rust", "target": "M001"}, 422, "kind='rust' cannot be used"),
        ({"kind": "drift", "target": "M001", "signal": "temp"}, 422, "parameters.rate_per_min cannot be used"),
        ({"kind": "bias", "target": "M001", "parameters": {"magnitude": 1}}, 422, "bias needs a signal"),
        ({"kind": "hall_warming", "target": "M001", "parameters": {"rise_k": 1}}, 400, "share the air"),
        (
            {"kind": "cavitation", "target": "M001", "parameters": {"magnitude_mm_s": 1}},
            400,
            "cavitation is no fault of 'M001', which is cnc_mill.",
        ),
        ({"kind": "stuck", "target": "*", "signal": "speed_kmph"}, 400, "no sensor for speed_kmph"),
        ("not an object", 422, "cannot be used"),
    ],
)
def test_wrong_faults_are_refused_with_a_reason(api: TestClient, body: object, status: int, words: str) -> None:
    """A mistake in a request is told by its key; no fault is put on anything."""
    answer = api.post("/api/faults", json=body)

    assert answer.status_code == status
    assert words in answer.json()["error"]
    assert api.get("/api/faults").json() == []


def test_a_fault_is_put_and_ended(api: TestClient, tmp_path: Path) -> None:
    """POST answers with the fault, GET lists it, DELETE ends it, and the truth has both moments."""
    body = {"kind": "bias", "target": "M003", "signal": "temp", "parameters": {"magnitude": 5}}
    answer = api.post("/api/faults", json=body)
    (fault,) = answer.json()
    assert (answer.status_code, fault["device_id"], fault["cause"]) == (201, "M003", "injected")
    while [one["stage"] for one in api.get("/api/faults").json()] == ["pending"]:
        time.sleep(0.01)

    assert api.delete(f"/api/faults/{fault['fault_id']}").status_code == 200
    records = [json.loads(line) for line in (tmp_path / "truth.jsonl").read_text().splitlines()]
    assert [(one["event"], one["fault_id"]) for one in records] == [
        (event, fault["fault_id"]) for event in ("started", "ended")
    ]


def test_a_line_is_hit_as_a_whole(api: TestClient) -> None:
    """A line's name as target gives a fault to each of its machines."""
    body = {"kind": "noise", "target": "line1", "signal": "power", "parameters": {"std": 1}}

    assert len(api.post("/api/faults", json=body).json()) == 5


def test_metrics_are_those_declared_with_their_labels(api: TestClient) -> None:
    """Every family is in contracts/metrics.py with the same kind, help and labels, and a machine has each gauge."""
    answer = api.get("/metrics")
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    declared = {metric.declared_name: metric for metric in METRICS.values()}

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    for name, family in families.items():
        assert (family.type, family.documentation) == (declared[name].kind, declared[name].help)
        for sample in family.samples:
            assert set(sample.labels) - {"le"} == set(declared[name].labels)
    gauges = [name for name in declared if name.startswith("machine_") and "nameplate" not in name]
    assert all(len(families[name].samples) == 5 for name in gauges)
    expected = {name for name in METRICS if name.startswith(("simulator_", "machine_"))}
    assert {declared[name].name for name in families} == expected


def test_the_gauges_are_what_the_api_tells(api: TestClient, playing: Playing) -> None:
    """After the plant has stopped, gauge and view of a machine are the same numbers."""
    shard = playing.shards()[0]
    shard.stop()
    shard.join(10)
    shard.lease.lost = False  # as while it is played: of what has ended nothing is told
    view = api.get("/api/machines/M004").json()
    families = {family.name: family for family in text_string_to_metric_families(api.get("/metrics").text)}
    values = {
        signal: next(s.value for s in families[name].samples if s.labels["device_id"] == "M004")
        for signal, name in (("temp", "machine_temperature_celsius"), ("power", "machine_power_kilowatts"))
    }
    assert values == {signal: view["readings"][signal] for signal in values}


def test_a_frozen_plant_is_not_healthy(api: TestClient, playing: Playing) -> None:
    """200 while steps are made, 503 when the last one is older than 10 s."""
    assert (api.get("/healthz").status_code, api.get("/healthz").json()["status"]) == (200, "ok")
    shard = playing.shards()[0]
    shard.stop()
    shard.join(10)
    shard.last_turn_s -= 11

    answer = api.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (503, "frozen")


def test_a_process_that_stands_by_is_healthy() -> None:
    """All shards are played elsewhere: nothing is wrong with this process."""
    api = TestClient(create_api(Playing(), lambda: b""))

    assert api.get("/healthz").json() == {"status": "waiting", "shards": []}
