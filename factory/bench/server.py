"""The model server as a program of its own, asked over HTTP: one reading at a time, and in batches.

The baseline is the model alone, called in this process for the same rows: on top come reading, explaining and HTTP.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from threadpoolctl import threadpool_limits

from factory.errors import LocalFactoryError
from maintenance.models import load
from maintenance.sentences import FleetReading, format_sentence
from maintenance.server.rows import row_reader

_READY_WITHIN_S = 60.0
_HOST = "127.0.0.1"
JSON, TEXT = "application/json", "text/plain"


@dataclass(frozen=True, slots=True)
class ServerResult:
    """What came out.

    Attributes:
        model: name and version of the model.
        requests: of one row each.
        median_ms: of their time [ms].
        p99_ms: 99 % took no longer [ms].
        alone_median_ms: the model alone for one row [ms].
        batch: rows of a batch.
        rows_per_s: judged and explained, from JSON [1/s].
        sentences_per_s: the same from the fleet's sentences [1/s].
        alone_rows_per_s: the model alone, without explanations [1/s].
        load: the machine's load average after it.
    """

    model: str
    requests: int
    median_ms: float
    p99_ms: float
    alone_median_ms: float
    batch: int
    rows_per_s: float
    sentences_per_s: float
    alone_rows_per_s: float
    load: float


def measure_server(
    model_dir: Path, *, requests: int, batch: int, seconds: float, tell: Callable[[str, float], None]
) -> ServerResult:
    """Start a server with a model, measure it, and stop it.

    Args:
        model_dir: a model of readings of vehicles.
        requests: how many of one row.
        batch: rows of a batch.
        seconds: time for each kind of batch [s].
        tell: told what is measured, and how far it is [1].
    """
    artifact = load(model_dir)
    rows = [_reading(number) for number in range(batch)]
    features, _ = row_reader(artifact.card).read(rows)
    with _server(model_dir) as connection:
        one_row = _times(
            lambda number: _ask(connection, _json(rows[number % batch : number % batch + 1]), JSON),
            requests,
            lambda done: tell("one reading at a time", done),
        )
        as_json, as_text = _json(rows), "\r\n\r\n".join(_sentence(row) for row in rows).encode()
        rate = _rate(lambda: _ask(connection, as_json, JSON), batch, seconds, lambda done: tell("batches", done))
        told = _rate(lambda: _ask(connection, as_text, TEXT), batch, seconds, lambda done: tell("sentences", done))
    with threadpool_limits(1):
        alone = _times(lambda _: artifact.model.predict_proba(features[:1]), requests, lambda _: None)
        alone_rate = _rate(lambda: artifact.model.predict_proba(features), batch, seconds / 4, lambda _: None)
    return ServerResult(
        model=f"{artifact.card.name} {artifact.card.short_version}",
        requests=requests,
        median_ms=1000 * statistics.median(one_row),
        p99_ms=1000 * float(np.percentile(one_row, 99)),
        alone_median_ms=1000 * statistics.median(alone),
        batch=batch,
        rows_per_s=rate,
        sentences_per_s=told,
        alone_rows_per_s=alone_rate,
        load=os.getloadavg()[0],
    )


@contextmanager
def _server(model_dir: Path) -> Iterator[http.client.HTTPConnection]:
    """The program, and a connection to it that stays open."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "MODEL_SERVER_MODEL_DIR": str(model_dir),
        "MODEL_SERVER_HTTP_HOST": _HOST,
        "MODEL_SERVER_HTTP_PORT": str(port),
        "MODEL_SERVER_LOG_LEVEL": "warning",
    }
    program = subprocess.Popen([sys.executable, "-P", "-m", "maintenance.server"], env=environment)
    connection = http.client.HTTPConnection(_HOST, port, timeout=60)
    try:
        _await(program, connection)
        yield connection
    finally:
        connection.close()
        program.terminate()
        program.wait(timeout=30)


def _await(program: subprocess.Popen[bytes], connection: http.client.HTTPConnection) -> None:
    until = time.monotonic() + _READY_WITHIN_S
    while time.monotonic() < until and program.poll() is None:
        try:
            connection.request("GET", "/ping")
            connection.getresponse().read()
        except OSError:
            connection.close()
            time.sleep(0.1)
        else:
            return
    raise LocalFactoryError(f"The model server did not answer within {_READY_WITHIN_S:g} s; status {program.poll()}.")


def _ask(connection: http.client.HTTPConnection, body: bytes, content_type: str) -> None:
    connection.request("POST", "/invocations", body, {"Content-Type": content_type})
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200 or b'"error"' in said:
        raise LocalFactoryError(f"The model server answered {answer.status}: {said[:200]!r}.")


def _times(work: Callable[[int], object], count: int, tell: Callable[[float], None]) -> list[float]:
    taken = []
    for number in range(count):
        start = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - start)
        if number % 100 == 0:
            tell(number / count)
    return taken


def _rate(work: Callable[[], object], count: int, seconds: float, tell: Callable[[float], None]) -> float:
    """Units a second; the median over calls for about so long."""
    work()
    taken: list[float] = []
    while sum(taken) < seconds or len(taken) < 3:
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
        tell(min(1.0, sum(taken) / seconds))
    return count / statistics.median(taken)


def _reading(number: int) -> dict[str, Any]:
    """One of many readings, all different."""
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC) + timedelta(minutes=number)
    return {
        "device_id": f"VHC{1 + number % 999:03d}",
        "timestamp": moment.isoformat().replace("+00:00", "Z"),
        "speed_kmph": float(number % 80),
        "fuel_level_percent": 30.0 + number % 70,
        "engine_temp_c": 70.0 + number % 50,
        "gps_latitude": 12.398542,
        "gps_longitude": 79.921675,
        "odometer_km": 10_365.0 + number,
    }


def _json(rows: Sequence[dict[str, Any]]) -> bytes:
    return json.dumps({"instances": rows}).encode()


def _sentence(row: dict[str, Any]) -> str:
    reading = FleetReading(**row | {"timestamp": datetime.fromisoformat(row["timestamp"])})
    return format_sentence(reading, ZoneInfo("Asia/Kolkata"))
