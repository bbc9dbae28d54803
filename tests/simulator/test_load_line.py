"""The line of the log that says how much is carried."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily
from structlog.testing import capture_logs

from contracts import metrics
from simulator.load_line import LoadLine, load_of
from simulator.snapshot import Snapshot

NOW_S = 1_800_000_000.0
# When it is asked for the second time, the first line is written.
TWICE = """
import threading
from contracts.logs import configure_logs
from simulator.load_line import LoadLine

twice, calls = threading.Event(), []

def snapshots():
    calls.append(1)
    if len(calls) == 2:
        twice.set()
    return []

configure_logs("simulator", "json")
with LoadLine(snapshots, every_s=0.001):
    assert twice.wait(10)
"""


def snapshot(machines: int, stored: int, *, stepped_s: float = NOW_S, **oldest_s: float) -> Snapshot:
    """A process that plays so many machines; the age of the oldest message by shard."""
    plain = [(metrics.SIMULATOR_MACHINES, machines), (metrics.SIMULATOR_STORED, stored)]
    families = [GaugeMetricFamily(metric.name, metric.help, value=value) for metric, value in plain]
    for told, values in (
        (metrics.SIMULATOR_OLDEST_UNANSWERED, oldest_s),
        (metrics.SIMULATOR_LAST_STEP, dict.fromkeys(oldest_s, stepped_s)),
    ):
        family = GaugeMetricFamily(told.name, told.help, labels=told.labels)
        for shard, value in values.items():
            family.add_metric([shard], value)
        families.append(family)
    return Snapshot([*families])


def test_machines_add_up_and_the_oldest_message_counts() -> None:
    """Two processes of one simulator: 40 + 60 machines, 3 + 4 messages, and the longer wait of all shards."""
    load = load_of([snapshot(40, 3, a=0.5, b=2.25), snapshot(60, 4, c=1.0)], NOW_S)
    assert load == {"machines": 100, "stored_messages": 7, "oldest_unanswered_s": 2.25}


def test_a_process_that_plays_nothing_carries_nothing() -> None:
    """It stands by, and says so."""
    assert load_of([], NOW_S) == {"machines": 0.0, "stored_messages": 0.0, "oldest_unanswered_s": 0.0}


def test_a_shard_that_was_given_up_is_not_waited_for() -> None:
    """Its gauge still shows what it was when the shard went to another process, three minutes ago."""
    load = load_of([snapshot(40, 0, stepped_s=NOW_S - 180, gone=9.0), snapshot(0, 0, here=0.25)], NOW_S)
    assert load["oldest_unanswered_s"] == 0.25


def test_the_line_comes_again_and_ends_with_the_program() -> None:
    """Its event and fields are those that the filters of `terraform/modules/services` look for."""
    twice, calls = threading.Event(), []

    def snapshots() -> list[Snapshot]:
        calls.append(1)
        if len(calls) == 2:
            twice.set()
        return [snapshot(4, 0, stepped_s=time.time(), a=0.1)]

    with capture_logs() as lines, LoadLine(snapshots, every_s=0.001):
        assert twice.wait(10)
    assert {line["event"] for line in lines} == {"load"}
    assert lines[0].items() >= {"machines": 4, "stored_messages": 0, "oldest_unanswered_s": 0.1}.items()
    assert "load-line" not in {thread.name for thread in threading.enumerate()}


def test_the_line_is_what_cloudwatch_makes_metrics_of() -> None:
    """As the program writes it: each field that the filter of `terraform/modules/services` asks for is there."""
    done = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=True)
    line = json.loads(done.stderr.splitlines()[0])

    text = (Path(__file__).parents[2] / "terraform/modules/services/main.tf").read_text(encoding="utf-8")
    (filters,) = re.findall(r'(?s)resource "aws_cloudwatch_log_metric_filter" "simulator" \{.*?\n\}', text)
    compared = re.findall(r'\$\.(\w+) = \\"(\w+)\\"', filters)
    assert compared == [("event", "load"), ("program", "simulator")]
    assert {name: line.get(name) for name, _ in compared} == dict(compared)
    assert {*re.findall(r'field = "(\w+)"', filters)} == line.keys() - {"event", "program", "level", "timestamp"}
