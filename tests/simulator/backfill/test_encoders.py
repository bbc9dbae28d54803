"""The archive's two formats say the same, and the JSON lines are letter by letter those of the archive rule."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contracts.telemetry import MachineTelemetry, Signal, VehicleSignal, VehicleTelemetry
from contracts.topics import topic
from factory.provision.request import vehicle
from rules import sql
from rules.loading import CATALOG_DIR
from simulator.backfill.cast import Cast
from simulator.backfill.json_lines import archive_json_lines
from simulator.backfill.messages import Messages
from simulator.backfill.parquet import FLEET_SCHEMA, SCHEMA, archive_parquet
from simulator.backfill.post import Post
from simulator.backfill.timeline import moment
from simulator.encode import encode
from simulator.plant import Plant
from simulator.scenario import parse_scenario
from simulator.vehicles import Fleet, encode_vehicles

MOMENTS_MS = 1_767_323_045_000 + 500 * np.arange(40)
FLEET_MS = 1_779_100_200_000 + 20_000 * np.arange(40)
"""From 2026-05-18T10:30Z on: a working afternoon of the fleet."""
SILENT_VEHICLE = """
name: silent
faults:
  - {kind: dropout, target: VHC002, signal: engine_temp_c, start_s: 200}
  - {kind: gain, target: VHC003, signal: gps_longitude, parameters: {factor: 0.000001}, start_s: 300}
"""
SILENT = """
name: silent
faults:
  - {kind: dropout, target: M002, signal: temp, start_s: 3}
  - {kind: dropout, target: M002, signal: rpm, start_s: 5}
"""


@pytest.fixture
def sampled(make_plant: Callable[..., Plant]) -> tuple[Messages, Cast]:
    """40 readings of 5 machines, half a second apart; M002 loses two sensors."""
    plant = make_plant(5, SILENT)
    post = Post(tuple(Signal))
    post.send(plant.play(MOMENTS_MS / 1000), 1)
    return post.deliver(int(MOMENTS_MS[-1]) + 1), Cast.of(plant.identities)


@pytest.fixture
def make_fleet() -> Callable[[], Fleet]:
    """Five vehicles: VHC002 loses a sensor, VHC003 tells a position beside the meridian of Greenwich."""
    vehicles, start = [vehicle(number, "plant1") for number in range(1, 6)], moment(int(FLEET_MS[0]))
    scenario = parse_scenario(SILENT_VEHICLE)
    return lambda: Fleet(vehicles, scenario, seed=1, start=start, interval_s=20.0)


@pytest.fixture
def driven(make_fleet: Callable[[], Fleet]) -> tuple[Messages, Cast]:
    """40 readings of these vehicles."""
    fleet = make_fleet()
    post = Post(tuple(VehicleSignal))
    post.send(fleet.play(FLEET_MS / 1000), 1)
    return post.deliver(int(FLEET_MS[-1]) + 1), Cast.of(fleet.identities)


def archive_rule() -> tuple[sql.Statement, bytes]:
    """The rule of the catalog, and what its stream writes between two rows."""
    payload = json.loads((CATALOG_DIR / "archive.json").read_text())["topicRulePayload"]
    separator = payload["actions"][0]["firehose"]["separator"].encode()
    return sql.compile(payload["sql"].replace("{{plant}}", "plant1")), separator


def test_json_lines_of_vehicles_are_what_the_archive_rule_writes(
    driven: tuple[Messages, Cast], make_fleet: Callable[[], Fleet]
) -> None:
    """Letter by letter: silent sensors left out, and small numbers without an exponent."""
    rule, separator = archive_rule()
    fleet, expected = make_fleet(), b""
    for number, at_ms in enumerate(FLEET_MS.tolist(), start=1):
        messages = encode_vehicles(fleet.step(moment(at_ms)), fleet.identities, 1, [number] * 5)
        for one, message in zip(fleet.identities, messages, strict=True):
            where = topic(one.plant, one.line, one.device_id)
            result = rule.evaluate(sql.Message(topic=where, payload=message, timestamp=at_ms))
            expected += sql.dumps(result) + separator

    written = gzip.decompress(archive_json_lines(*driven))
    assert written == expected
    assert b'"gps_longitude":0.00008' in written
    assert written.count(b'"engine_temp_c"') < written.count(b'"odometer_km"') == 200


def test_both_formats_say_the_same_of_vehicles(driven: tuple[Messages, Cast]) -> None:
    """Row by row, the contract's fields and the rule's three; a silent sensor is null."""
    lines = [json.loads(line) for line in gzip.decompress(archive_json_lines(*driven)).splitlines()]
    rows = pq.read_table(pa.BufferReader(archive_parquet(*driven))).to_pylist()

    assert [*VehicleTelemetry.model_fields, "plant", "line", "received_at"] == FLEET_SCHEMA.names
    for row, line in zip(rows, lines, strict=True):
        assert row["received_at"].timestamp() * 1000 == line["received_at"]
        rest = {name: row[name] for name in row if name not in ("timestamp", "received_at") and row[name] is not None}
        assert rest == {name: line[name] for name in line if name not in ("timestamp", "received_at")}


def test_json_lines_are_what_the_archive_rule_writes(
    sampled: tuple[Messages, Cast], make_plant: Callable[..., Plant]
) -> None:
    """The live plant's messages through the rule of the catalog, as the engine calls it, give the same bytes."""
    rule, separator = archive_rule()
    plant = make_plant(5, SILENT)
    expected = b""
    for number, at_ms in enumerate(MOMENTS_MS.tolist(), start=1):
        readings = plant.step(datetime.fromtimestamp(at_ms / 1000, UTC))
        for one, message in zip(plant.identities, encode(readings, plant.identities, 1, [number] * 5), strict=True):
            where = topic(one.plant, one.line, one.device_id)
            result = rule.evaluate(sql.Message(topic=where, payload=message, timestamp=at_ms))
            expected += sql.dumps(result) + separator

    assert gzip.decompress(archive_json_lines(*sampled)) == expected


def test_both_formats_say_the_same(sampled: tuple[Messages, Cast]) -> None:
    """Row by row, a signal that is null in one is absent in the other; times are typed in Parquet."""
    lines = [json.loads(line) for line in gzip.decompress(archive_json_lines(*sampled)).splitlines()]
    rows = pq.read_table(pa.BufferReader(archive_parquet(*sampled))).to_pylist()

    assert sum("temp" not in line for line in lines) > 30
    for row, line in zip(rows, lines, strict=True):
        assert row["received_at"].timestamp() * 1000 == line["received_at"]
        assert row["timestamp"].timestamp() == datetime.fromisoformat(line["timestamp"]).timestamp()
        rest = {name: row[name] for name in row if name not in ("timestamp", "received_at") and row[name] is not None}
        assert rest == {name: line[name] for name in line if name not in ("timestamp", "received_at")}


def test_the_columns_are_the_messages_own_and_three() -> None:
    """Every field of the telemetry in its order, then what the rule adds."""
    assert [*MachineTelemetry.model_fields, "plant", "line", "received_at"] == SCHEMA.names


def test_the_same_messages_give_the_same_bytes(sampled: tuple[Messages, Cast]) -> None:
    """No clock is in a file: gzip's own field for the time is zero (RFC 1952, bytes 4 to 7)."""
    assert archive_parquet(*sampled) == archive_parquet(*sampled)
    assert archive_json_lines(*sampled)[4:8] == bytes(4)
