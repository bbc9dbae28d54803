"""Shipments on their thread: beside what plays, once more when a try failed, and a last time at the end."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from simulator.errors import SimulatorUsageError
from simulator.shipping import Routine, Shipper, ShippingError, ShippingMeters


class Stage:
    """A directory with a ledger, and what became of its shipments."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.registry = directory, CollectorRegistry()
        self.ledger = directory / "ledger/shard-0000/00000001.jsonl"
        self.ledger.parent.mkdir(parents=True)
        self.ledger.write_bytes(b"one\n")
        self.taken: list[bytes] = []
        self.came = threading.Event()
        self.failures = 0

    def put(self, _key: str, content: bytes) -> None:
        """Take an object, but for the first calls, which fail."""
        if self.failures > 0:
            self.failures -= 1
            raise ShippingError("no")
        self.taken.append(content)
        self.came.set()

    def routine(self, every_s: float = 3600, last_s: float = 5, registry: CollectorRegistry | None = None) -> Routine:
        """What ships the directory."""
        meters = ShippingMeters(registry or self.registry)
        return Routine(self.directory, lambda: Shipper(self.directory, self.put), every_s, meters, last_s)

    def value(self, name: str) -> float | None:
        """A metric, as it is now."""
        return self.registry.get_sample_value(f"simulator_{name}")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A ledger of one line."""
    return Stage(tmp_path)


def test_what_is_new_is_shipped_at_intervals(stage: Stage) -> None:
    """Without anybody's asking."""
    with stage.routine(every_s=0.01):
        assert stage.came.wait(10)

    assert stage.taken == [b"one\n"]
    assert (stage.value("shipped_bytes_total"), stage.value("unshipped_bytes")) == (4, 0)


def test_the_last_lines_are_shipped_at_the_end(stage: Stage) -> None:
    """What was written since the last shipment does not wait for the next."""
    with stage.routine():
        stage.ledger.write_bytes(b"one\ntwo\n")

    assert stage.taken == [b"one\ntwo\n"]


def test_a_failure_is_counted_told_once_and_tried_again(stage: Stage) -> None:
    """Two warnings would be one too many; when it works again, that is told as well."""
    stage.failures = 3
    with capture_logs() as told, stage.routine(every_s=0.01):
        assert stage.came.wait(10)

    levels = [(line["log_level"], line.get("failures")) for line in told]
    assert levels == [("info", None), ("warning", None), ("info", 3)]
    assert (stage.value("ship_failures_total"), stage.taken) == (3, [b"one\n"])


def test_an_end_without_the_bucket_is_told_with_what_is_lost(stage: Stage) -> None:
    """Nobody waits for ever: how many bytes only the disk has stands in the log."""
    stage.failures = 10**9
    with capture_logs() as told, stage.routine(last_s=0):
        pass

    assert [(line["log_level"], line["bytes_left"]) for line in told if "bytes_left" in line] == [("error", 4)]
    assert stage.value("unshipped_bytes") == 4


def test_of_two_programs_on_a_directory_one_ships(stage: Stage) -> None:
    """The other goes on where the first has ended; no line is sent by both."""
    with stage.routine(every_s=0.01, registry=CollectorRegistry()):
        with stage.routine(every_s=0.01):
            assert stage.came.wait(10)
            stage.ledger.write_bytes(b"one\ntwo\n")
        stage.ledger.write_bytes(b"one\ntwo\nthree\n")

    assert b"".join(stage.taken) == b"one\ntwo\nthree\n"


def test_a_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """At once, and in a sentence."""
    (tmp_path / "ledger").write_text("a file")
    meters = ShippingMeters(CollectorRegistry())
    routine = Routine(tmp_path, lambda: Shipper(tmp_path, lambda _key, _content: None), 60, meters)

    with pytest.raises(SimulatorUsageError, match="cannot be written"):
        routine.__enter__()
