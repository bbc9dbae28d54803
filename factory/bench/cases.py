"""What is measured: the work done for every message, from the sensor to the audit."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from contracts.identity import Identity
from contracts.nameplates import NAMEPLATES
from contracts.telemetry import MachineTelemetry, format_timestamp
from factory.audit.rows import archived_rows
from factory.bench import lake
from factory.bench.measure import Case
from factory.bench.memory import Growing
from factory.bench.plant import backfill_case, large_step_case
from factory.bench.rules import decode_case, large_catalog_case, new_topics_case, rules_growth, typical_rule_case
from simulator.encode import encode
from simulator.plant import STATES, Plant
from simulator.scenario import load_scenario

MACHINES = 1000
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def _plant() -> Plant:
    models = list(NAMEPLATES)
    identities = [
        Identity(
            device_id=f"M{number:04d}",
            plant="plant1",
            line=f"line{1 + number // 10}",
            model=models[number % len(models)],
        )
        for number in range(MACHINES)
    ]
    return Plant(identities, load_scenario("calm"), seed=1, start=START, interval_s=1.0)


def encode_case() -> Case:
    """Messages of a plant from its readings, beside `json.dumps` of a dictionary a machine."""
    plant = _plant()
    readings = plant.step(START + timedelta(seconds=1))
    numbers = list(range(1, MACHINES + 1))

    def with_json() -> list[bytes]:
        timestamp = format_timestamp(readings.timestamp)
        columns = zip(
            plant.identities, numbers, readings.temp, readings.vibration, readings.rpm, readings.power, readings.state,
            strict=True,
        )  # fmt: skip
        return [
            json.dumps(
                {
                    "device_id": identity.device_id,
                    "timestamp": timestamp,
                    "run": 1,
                    "seq": number,
                    "temp": round(float(temp), 1),
                    "vibration": round(float(vibration), 2),
                    "rpm": round(float(rpm)),
                    "power": round(float(power), 2),
                    "state": STATES[state].value,
                },
                separators=(",", ":"),
            ).encode()
            for identity, number, temp, vibration, rpm, power, state in columns
        ]

    return Case(
        name="encode telemetry",
        unit="messages",
        ours=lambda: encode(readings, plant.identities, 1, numbers),
        baseline=with_json,
        baseline_name="json.dumps of a dictionary",
        count=MACHINES,
    )


def step_case() -> Case:
    """A step of the whole plant, beside reading the same messages once with pydantic.

    The baseline is what any program pays that validates the plant's messages one by one.
    """
    plant = _plant()
    payloads = encode(plant.step(START), plant.identities, 1, list(range(1, MACHINES + 1)))
    moment = START

    def step() -> None:
        nonlocal moment
        moment += timedelta(seconds=1)
        plant.step(moment)

    return Case(
        name="step the plant",
        unit="machines",
        ours=step,
        baseline=lambda: [MachineTelemetry.model_validate_json(payload) for payload in payloads],
        baseline_name="pydantic validation of its messages",
        count=MACHINES,
    )


def audit_case() -> Case:
    """Numbers of the messages in an archived object, beside only decoding its lines."""
    count = 5000
    lines = [
        f'{{"device_id":"M{number % 20:03d}","timestamp":"2026-01-02T03:04:05.678Z","run":3,"seq":{1 + number // 20},'
        f'"temp":59.2,"vibration":0.42,"rpm":1425,"power":7.5,"state":"running"}}'
        for number in range(count)
    ]
    content = gzip.compress("\n".join(lines).encode())
    return Case(
        name="audit archived rows",
        unit="rows",
        ours=lambda: archived_rows(content),
        baseline=lambda: [json.loads(line) for line in gzip.decompress(content).splitlines()],
        baseline_name="json.loads of each line",
        count=count,
    )


CASES: dict[str, tuple[Callable[[], Case], ...]] = {
    "step": (step_case, large_step_case),
    "encode": (encode_case,),
    "backfill": (backfill_case,),
    "rules": (typical_rule_case, large_catalog_case, new_topics_case, decode_case),
    "audit": (audit_case,),
    "lake": (lake.parquet_case, lake.json_lines_case),
}
"""Every case by the name of its group, in the order of a message's way."""

GROWTHS: dict[str, Callable[[], Growing]] = {"rules": rules_growth}
"""Work that must not leave anything in memory, by the same names."""
