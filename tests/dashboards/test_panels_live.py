"""Every panel asks a real Prometheus that scrapes programs with known values, and the answers are right."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from prometheus_client import CollectorRegistry, make_wsgi_app
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from contracts.metrics import METRICS, Metric
from contracts.nameplates import NAMEPLATES
from dashboards import (
    PrometheusRequest,
    Thresholds,
    prometheus_argv,
    queries,
    render_late_targets,
    render_prometheus,
)

PUMP = NAMEPLATES["centrifugal_pump"]  # 30 kW / 0.9 = 33.33 kW in, 38 K of rise, 90 °C
MACHINES = ("M001", "M002", "M003", "M004", "M005", "M006")
DAY_S = 86400
HOT, SHAKING = "M005", "M006"
# A pump at 20 kW is 38 K * 20 / 33.33 = 22.8 K above the air; at 50 °C the air has 27.2 °C. The hot one is at 95 °C,
# which is 67.8 K above it, and takes the power that explains this: 67.8 / 38 * 33.33 kW = 59.4737 kW.
HOT_KW = 67.8 / 38 * 30 / 0.9
BEGAN = time.time()
PER_SECOND = {  # counters grow by this, so that their rates are known
    ("simulator_messages_generated_total", ()): 20,
    ("simulator_messages_published_total", ()): 19.5,
    ("simulator_messages_acknowledged_total", ()): 19,
    ("simulator_messages_refused_total", ("policy",)): 0.5,
    ("simulator_messages_overflowed_total", ()): 0.25,
    ("simulator_reconnects_total", ()): 0.1,
    ("rules_messages_repeated_total", ()): 2,
    ("rules_action_success_total", ("archive", "firehose")): 16,
    ("rules_action_success_total", ("malformed_telemetry", "s3")): 1,
    ("rules_action_retries_total", ("archive", "firehose")): 0.4,
    ("rules_action_failures_total", ("archive", "firehose")): 0.3,
    ("rules_error_action_success_total", ("archive",)): 0.2,
    ("rules_sql_failures_total", ("archive",)): 0.15,
    ("model_server_requests_total", ("200",)): 8,
    ("model_server_requests_total", ("500",)): 0.2,
    ("model_server_rows_total", ("NEGATIVE",)): 300,
    ("model_server_rows_total", ("POSITIVE",)): 40,
    ("model_server_rows_total", ("refused",)): 3,
    ("verdicts_published_total", ()): 0.6,
    ("verdicts_readings_total", ("used",)): 2,
    ("verdicts_readings_total", ("thinned",)): 30,
    ("verdicts_readings_total", ("late",)): 0.5,
    ("verdicts_failures_total", ()): 0.1,
}
TOTALS = {
    "mail_messages_caught_total": 7,
    "mail_notifications_forwarded_total": 2,
    "mail_notification_failures_total": 1,
}
GAUGES = {
    "simulator_machines": 6,
    "simulator_connected_machines": 5,
    "simulator_stored_messages": 12,
    "rules_pending_messages": 4,
    "rules_connected": 1,
    "mail_messages_stored": 3,
}
# All observations fall into one bucket, so that a quantile is a point on the line between its two ends.
HISTOGRAMS = {
    ("simulator_puback_seconds", ()): 0.01,
    ("rules_action_seconds", ("firehose",)): 0.1,
    ("simulator_step_seconds", ("shard-0000",)): 0.0025,
    ("model_server_request_seconds", ()): 0.02,
}


def _of_machine(name: str, device_id: str) -> float:
    hot = device_id == HOT
    values = {
        "machine_temperature_celsius": 95.0 if hot else 50.0,
        "machine_power_kilowatts": HOT_KW if hot else 20.0,
        "machine_vibration_velocity_mm_per_second": 5.0 if device_id == SHAKING else 1.2,
        "machine_rotation_rpm": 2950,
        "machine_running": 1,
        # The shaking machine has been silent for 100 s.
        "machine_last_reading_timestamp_seconds": time.time() - (100 if device_id == SHAKING else 0),
    }
    return values[name]


NAMEPLATE = {
    "machine_nameplate_rated_input_kilowatts": PUMP.rated_input_kw,
    "machine_nameplate_temperature_rise_kelvin": PUMP.temperature_rise_k,
    "machine_nameplate_thermal_time_constant_seconds": PUMP.thermal_time_constant_s,
    "machine_nameplate_temperature_limit_celsius": PUMP.temperature_limit_c,
}


# The hot pump wears out within days. The shaking one is anomalous, and lasts longer than the model can tell. The others
# are well.
VERDICTS = {
    "verdict_failure_probability": {(HOT,): 0.9, (SHAKING,): 0.3},
    "verdict_anomaly_index": {(HOT,): 0.8, (SHAKING,): 2.5},
    "verdict_fault_probability": {(HOT, "bearing"): 0.7, (SHAKING, "none"): 0.55},
    "verdict_remaining_life_seconds": {
        (HOT, "low"): 1 * DAY_S,
        (HOT, "median"): 3 * DAY_S,
        (HOT, "high"): 6 * DAY_S,
        (SHAKING, "low"): 25 * DAY_S,
    },
    "verdict_reason": {
        (HOT, "maintenance", "vibration"): 2.5,
        (HOT, "maintenance", "temp"): 0.5,
        (HOT, "maintenance", "power"): -0.25,
        (HOT, "anomaly", "temp"): 0.6,
        (SHAKING, "maintenance", "vibration"): 0.2,
        (SHAKING, "anomaly", "vibration"): 2.2,
    },
    "verdict_timestamp_seconds": {(HOT,): 1_800_003_600, (SHAKING,): 1_800_000_000},
}
for well in MACHINES[:4]:
    VERDICTS["verdict_failure_probability"][well,] = 0.02
    VERDICTS["verdict_anomaly_index"][well,] = 0.25
    VERDICTS["verdict_fault_probability"][well, "none"] = 0.95
    VERDICTS["verdict_timestamp_seconds"][well,] = 1_800_003_600
    for bound, days in {"low": 10, "median": 20, "high": 40}.items():
        VERDICTS["verdict_remaining_life_seconds"][well, bound] = days * DAY_S


class Program:
    """What a program of the factory exports, built from the declarations."""

    def __init__(self, *prefixes: str) -> None:
        self.metrics = [metric for name, metric in METRICS.items() if name.startswith(prefixes)]

    def collect(self) -> Iterator[object]:
        """All metrics of the program, now."""
        for metric in self.metrics:
            yield from _family(metric)


def _family(metric: Metric) -> Iterator[object]:
    elapsed = time.time() - BEGAN
    if metric.kind == "counter":
        counter = CounterMetricFamily(metric.declared_name, metric.help, labels=metric.labels)
        for (name, labels), rate in PER_SECOND.items():
            if name == metric.name:
                counter.add_metric(labels, rate * elapsed)
        if metric.name in TOTALS:
            counter.add_metric((), TOTALS[metric.name])
        yield counter
    elif metric.kind == "gauge":
        gauge = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
        for labels, value in _gauges(metric.name).items():
            gauge.add_metric(labels, value)
        yield gauge
    else:
        yield _histogram(metric, 10 * elapsed)


def _gauges(name: str) -> dict[tuple[str, ...], float]:
    """Values of a gauge now, by its labels."""
    if name in NAMEPLATE:
        return {("plant1", PUMP.model): NAMEPLATE[name]}
    if name.startswith("machine_"):
        return {("plant1", "line1", device_id, PUMP.model): _of_machine(name, device_id) for device_id in MACHINES}
    if name in VERDICTS:
        return {("plant1", "line1", on, PUMP.model, *more): value for (on, *more), value in VERDICTS[name].items()}
    if name == "verdicts_last_turn_timestamp_seconds":
        return {(): time.time()}
    return {(): GAUGES[name]} if name in GAUGES else {}


def _histogram(metric: Metric, count: float) -> HistogramMetricFamily:
    family = HistogramMetricFamily(metric.name, metric.help, labels=metric.labels)
    for (name, labels), upper in HISTOGRAMS.items():
        if name == metric.name:
            buckets = [(str(edge), count if edge >= upper else 0) for edge in metric.buckets]
            family.add_metric(labels, [*buckets, ("+Inf", count)], sum_value=count * upper)
    return family


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the standard library
        pass


@pytest.fixture(scope="module")
def programs() -> Iterator[dict[str, str]]:
    """Simulator, engine, mail catcher, model server and verdict job with known values, by job."""
    servers = {}
    told = {
        "simulator": ("machine_", "simulator_"),
        "rules": ("rules_",),
        "mail": ("mail_",),
        "model": ("model_server_",),
        "verdicts": ("verdict_", "verdicts_"),
    }
    for job, prefixes in told.items():
        registry = CollectorRegistry()
        registry.register(Program(*prefixes))
        servers[job] = make_server("127.0.0.1", 0, make_wsgi_app(registry), handler_class=_Quiet)
        threading.Thread(target=servers[job].serve_forever, daemon=True).start()
    yield {job: f"127.0.0.1:{server.server_port}" for job, server in servers.items()}
    for server in servers.values():
        server.shutdown()


@pytest.fixture(scope="module")
def ask(programs: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], list[float]]]:
    """A real Prometheus that scrapes them: gives the values of an expression, sorted."""
    if shutil.which("prometheus") is None:
        pytest.skip("prometheus is not installed: apt-get install prometheus")
    directory = tmp_path_factory.mktemp("prometheus")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = f"127.0.0.1:{free.getsockname()[1]}"
    _lay_down(directory, render_prometheus(_request(programs, listen)))
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen(prometheus_argv(directory, directory / "data", listen), stdout=log, stderr=log)
        try:
            _wait_until_it_scrapes(listen)
            # These join later, as programs that had to train their models first.
            for job in ("model", "verdicts"):
                _lay_down(directory, render_late_targets(job, (programs[job],)))
            yield lambda expr: _values(listen, expr)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _lay_down(directory: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (directory / path).parent.mkdir(exist_ok=True)
        (directory / f"{path}.new").write_text(text, encoding="utf-8")
        (directory / f"{path}.new").replace(directory / path)


def _wait_until_it_scrapes(listen: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(OSError):
            if len(_values(listen, "up == 1")) == len(("simulator", "rules", "mail", "prometheus")):
                return
        time.sleep(0.5)
    raise AssertionError("Prometheus does not scrape the programs")


def _request(programs: dict[str, str], listen: str) -> PrometheusRequest:
    at_once = Thresholds(overheating_for_s=0, vibration_for_s=0, silent_for_s=0)
    return PrometheusRequest(
        simulators=(programs["simulator"],),
        rules_engines=(programs["rules"],),
        mail_catchers=(programs["mail"],),
        model_servers=(),
        verdict_jobs=(),
        alertmanagers=(),
        itself=listen,
        scrape_interval_s=0.5,
        evaluation_interval_s=1,
        thresholds=at_once,
    )


def _values(listen: str, expr: str) -> list[float]:
    address = f"http://{listen}/api/v1/query?" + urllib.parse.urlencode({"query": expr})
    with urllib.request.urlopen(address, timeout=10) as response:
        answer = json.load(response)
    return sorted(float(series["value"][1]) for series in answer["data"]["result"])


EXPECTED: dict[tuple[str, str, str], list[float]] = {
    ("plant", "Machines heard", "A"): [5],
    ("plant", "Machines silent", "A"): [1],
    # MachineOverheating of M005; MachineSilent, MachineVibrationHigh as warning and as critical of M006.
    ("plant", "Alarms firing", "A"): [4],
    ("plant", "Power", "A"): [5 * 20 + HOT_KW],
    ("plant", "Alarms", "A"): [1, 1, 1, 1],
    ("plant", "Machines", "A"): [1] * 6,
    ("plant", "Machines", "B"): [50] * 5 + [95],
    ("plant", "Machines", "C"): [50 / 90] * 5 + [95 / 90],
    ("plant", "Machines", "D"): [1.2] * 5 + [5.0],
    ("plant", "Machines", "E"): [0] * 6,
    ("plant", "Nearest to their temperature limit", "A"): [50 / 90] * 5 + [95 / 90],
    ("plant", "Strongest vibration", "A"): [1.2] * 5 + [5.0],
    ("plant", "Furthest from usual", "A"): [0] * 6,
    ("plant", "Deviation of temperature", "A"): [0] * 6,
    ("plant", "Air of the hall", "A"): [27.2],
    ("machine", "Temperature of its limit", "A"): [95 / 90],
    ("machine", "Vibration now", "A"): [1.2],
    ("machine", "Drift", "A"): [0],
    ("machine", "Alarms", "A"): [1],
    ("machine", "Running", "A"): [1],
    ("machine", "Temperature", "A"): [95],
    ("machine", "Temperature", "B"): [95],
    ("machine", "Temperature", "C"): [90],
    ("machine", "Deviation of temperature", "A"): [0, 0],
    ("machine", "Deviation of temperature", "B"): [1.5, 4],
    ("machine", "Deviation of temperature", "C"): [-4, -1.5],
    ("machine", "Vibration", "A"): [1.2],
    ("machine", "Drift score of temperature", "A"): [0, 0],
    ("machine", "Speed", "A"): [2950],
    ("machine", "Power", "A"): [HOT_KW],
    ("machine", "Power", "B"): [30 / 0.9],
    ("machine", "Deviation of speed and vibration", "A"): [0, 0],
    ("machine", "Failure probability and anomaly", "A"): [0.9],
    ("machine", "Failure probability and anomaly", "B"): [0.8],
    ("machine", "Remaining life", "A"): [1 * DAY_S, 3 * DAY_S, 6 * DAY_S],
    ("machine", "Why", "A"): [-0.25, 0.5, 0.6, 2.5],
    ("maintenance", "Machines judged", "A"): [6],
    ("maintenance", "Maintenance due", "A"): [1],
    ("maintenance", "Machines anomalous", "A"): [1],
    ("maintenance", "Newest verdict", "A"): [1_800_003_600_000],
    ("maintenance", "Machines", "A"): [0.02] * 4 + [0.3, 0.9],
    # The bounds of the machines that are well, and of the hot one; of the shaking one the lower alone.
    ("maintenance", "Machines", "B"): [1 * DAY_S] + [10 * DAY_S] * 4 + [25 * DAY_S],
    ("maintenance", "Machines", "C"): [3 * DAY_S] + [20 * DAY_S] * 4,
    ("maintenance", "Machines", "D"): [6 * DAY_S] + [40 * DAY_S] * 4,
    ("maintenance", "Machines", "E"): [0.25] * 4 + [0.8, 2.5],
    ("maintenance", "Machines", "F"): [0.55, 0.7] + [0.95] * 4,
    # What speaks against maintenance is no reason for it.
    ("maintenance", "Why maintenance", "A"): [0.2, 0.5, 2.5],
    ("maintenance", "Why anomalous", "A"): [0.6, 2.2],
    ("maintenance", "Failure probability", "A"): [0.02] * 4 + [0.3, 0.9],
    ("maintenance", "Shortest remaining life", "A"): [3 * DAY_S] + [20 * DAY_S] * 4,
    ("maintenance", "Anomaly", "A"): [0.25] * 4 + [0.8, 2.5],
    ("maintenance", "Job: verdicts a second", "A"): [0.6],
    ("maintenance", "Job: readings a second", "A"): [0.5, 2, 30],
    ("maintenance", "Job: failures a second", "A"): [0.1],
    ("pipeline", "Machines connected", "A"): [5 / 6],
    ("pipeline", "Waiting for the broker", "A"): [12],
    ("pipeline", "Mails in the box", "A"): [3],
    ("pipeline", "Programs", "A"): [1, 1, 1, 1, 1, 1],
    ("pipeline", "Messages a second", "A"): [20],
    ("pipeline", "Messages a second", "B"): [19.5],
    ("pipeline", "Messages a second", "C"): [19],
    ("pipeline", "Messages a second", "D"): [16],
    ("pipeline", "Messages elsewhere, a second", "A"): [1],
    ("pipeline", "Messages elsewhere, a second", "B"): [0.5],
    ("pipeline", "Messages elsewhere, a second", "C"): [0.25],
    ("pipeline", "Messages elsewhere, a second", "D"): [2],
    ("pipeline", "Messages under way", "B"): [4],
    ("pipeline", "Messages under way", "C"): [12],
    # Between the edges of the bucket: 5 + 0.5 · 5 ms and 5 + 0.99 · 5 ms; 50 + 0.99 · 50 ms; 1 + 0.5 · 1.5 ms, …
    ("pipeline", "Acknowledged by the broker within", "A"): [0.0075],
    ("pipeline", "Acknowledged by the broker within", "B"): [0.00995],
    ("pipeline", "Actions answered within, p99", "A"): [0.0995],
    ("pipeline", "Step of the plant within", "A"): [0.00175],
    ("pipeline", "Step of the plant within", "B"): [0.002485],
    ("pipeline", "Retries and failures a second", "A"): [0.4],
    ("pipeline", "Retries and failures a second", "B"): [0.3],
    ("pipeline", "Retries and failures a second", "C"): [0.2],
    ("pipeline", "Retries and failures a second", "D"): [0.15],
    ("pipeline", "Connections", "A"): [5],
    ("pipeline", "Connections", "B"): [1],
    ("pipeline", "Connections", "C"): [0.1],
    ("pipeline", "Mails", "A"): [7],
    ("pipeline", "Mails", "B"): [2],
    ("pipeline", "Mails", "C"): [1],
    ("pipeline", "Model: requests a second", "A"): [0.2, 8],
    ("pipeline", "Model: verdicts a second", "A"): [3, 40, 300],
    # 10 + 0.5 · 10 ms, 10 + 0.99 · 10 ms, 10 + 0.95 · 10 ms.
    ("pipeline", "Model: answered within", "A"): [0.015],
    ("pipeline", "Model: answered within", "B"): [0.0199],
    ("pipeline", "Model: answered within", "C"): [0.0195],
}
AT_MOST = {
    ("plant", "Machines", "F"): [10.0] * 5 + [110.0],
    ("machine", "Last reading", "A"): [10.0],
    # 19 a second are acknowledged; 16 archived, 1 in quarantine, 2 repeated. The programs are scraped each second, and
    # not at the same moment: a second of messages may seem to be under way.
    ("pipeline", "Acknowledged, not archived yet", "A"): [19 * 1.1],
    ("pipeline", "Messages under way", "A"): [19 * 1.1],
}
"""What depends on the moment of asking: not negative, and not above this."""


def _right(key: tuple[str, str, str], told: list[float]) -> bool:
    if key in AT_MOST:
        return len(told) == len(AT_MOST[key]) and all(0 <= a <= b for a, b in zip(told, AT_MOST[key], strict=True))
    # A fiftieth, for the edges of a rate's window; around nothing, a twentieth of a kelvin.
    return told == pytest.approx(EXPECTED[key], rel=0.02, abs=0 if all(EXPECTED[key]) else 0.05)


@pytest.mark.e2e
def test_every_panel_shows_what_the_programs_export(ask):
    """The answer to each panel's question is what follows by hand from the values that are exported."""
    asked = {query[:3]: query.expr for query in queries(device_id=HOT, rate_interval="10s")}
    assert set(asked) == set(EXPECTED) | set(AT_MOST)
    wrong: dict[tuple[str, str, str], object] = dict.fromkeys(asked, "not asked yet")
    deadline = time.monotonic() + 120
    while wrong and time.monotonic() < deadline:
        time.sleep(2)
        try:
            told = {key: ask(expr) for key, expr in asked.items()}
        except OSError:
            continue  # Prometheus is still starting
        wrong = {key: (told[key], EXPECTED.get(key)) for key in asked if not _right(key, told[key])}
    assert wrong == {}
