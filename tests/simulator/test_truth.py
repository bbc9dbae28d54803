"""The file that says what really happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contracts.truth import TruthEvent, TruthRecord
from simulator.errors import SimulatorError
from simulator.faults import FaultRequest
from simulator.plant import Plant
from simulator.truth import TruthWriter, truth_record


@pytest.fixture
def record(make_plant: Callable[..., Plant], start: datetime) -> TruthRecord:
    """A drift that began."""
    plant = make_plant(5)
    plant.inject(
        FaultRequest(kind="drift", target="M003", signal="temp", parameters={"rate_per_min": 2}), start, "injected"
    )
    plant.step(start + timedelta(seconds=1))
    (draft,) = plant.take_truth()
    return truth_record(draft, plant="plant1", scenario="calm", seed=1, run=4)


def test_record_says_all(record: TruthRecord, start: datetime) -> None:
    """A record says what, where, when, how strong, who asked, and from which seed and run."""
    assert (record.event, record.at, record.device_id, record.line) == (TruthEvent.STARTED, start, "M003", "line1")
    assert (record.kind, record.signal, record.parameters) == ("drift", "temp", {"rate_per_min": 2, "ramp_s": 0})
    assert (record.cause, record.scenario, record.seed, record.run) == ("injected", "calm", 1, 4)


def test_records_are_appended_a_line_each(record: TruthRecord, tmp_path: Path) -> None:
    """The file and its directory are made; each record is a line that can be read back."""
    writer = TruthWriter(tmp_path / "truth" / "ground_truth.jsonl")
    writer.write([record])
    writer.write([record, record])

    lines = writer.path.read_text().splitlines()
    assert [TruthRecord.model_validate_json(line) for line in lines] == [record] * 3


def test_deleted_file_is_begun_again(record: TruthRecord, tmp_path: Path) -> None:
    """A file that is deleted meanwhile costs its past, not its future."""
    writer = TruthWriter(tmp_path / "ground_truth.jsonl")
    writer.write([record])
    writer.path.unlink()
    writer.write([record])

    assert len(writer.path.read_text().splitlines()) == 1


def test_torn_line_spoils_no_other(record: TruthRecord, tmp_path: Path) -> None:
    """What a killed writer left half written stays on a line of its own."""
    path = tmp_path / "ground_truth.jsonl"
    path.write_text('{"schema_ver')
    TruthWriter(path).write([record])

    torn, whole = path.read_text().splitlines()
    assert torn == '{"schema_ver'
    assert TruthRecord.model_validate_json(whole) == record


def test_nothing_to_write_makes_no_file(tmp_path: Path) -> None:
    """Without a record there is no file."""
    TruthWriter(tmp_path / "ground_truth.jsonl").write([])

    assert not (tmp_path / "ground_truth.jsonl").exists()


def test_unwritable_file_is_said(record: TruthRecord, tmp_path: Path) -> None:
    """A truth that cannot be written is an error that names the file."""
    writer = TruthWriter(tmp_path / "ground_truth.jsonl")
    writer.path.mkdir()

    with pytest.raises(SimulatorError, match=r"ground_truth\.jsonl: Is a directory"):
        writer.write([record])
