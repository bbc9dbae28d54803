"""More rows than memory is to hold give the same as all at once."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maintenance.errors import LakeError
from maintenance.lake.conform import conform
from maintenance.lake.sorted_runs import SortedRuns
from maintenance.lake.tables import MACHINE_TELEMETRY

_PARTS = st.lists(
    st.lists(st.tuples(st.sampled_from(["a", "b", "c", "d"]), st.integers(1, 9)), min_size=1, max_size=12),
    min_size=1,
    max_size=6,
)


def _rows(part: list[tuple[str, int]]) -> pa.Table:
    rows = [{"device_id": device, "timestamp": seq, "run": 1, "seq": seq, "temp": float(seq)} for device, seq in part]
    return conform(pa.Table.from_pylist(rows), MACHINE_TELEMETRY)


@settings(deadline=None)  # it writes files
@given(_PARTS, st.integers(1, 10))
def test_runs_on_disk_give_the_same_rows(parts: list[list[tuple[str, int]]], limit: int) -> None:
    """By device and time, each once; what is repeated across runs is counted as well."""
    with TemporaryDirectory() as scratch:
        runs = SortedRuns(Path(scratch), "machine_telemetry", limit)
        for part in parts:
            runs.add(_rows(part))
        told = [(row["device_id"], row["seq"]) for rows in runs.in_order() for row in rows.to_pylist()]
    every = [one for part in parts for one in part]
    assert told == sorted(set(every))
    assert runs.repeated == len(every) - len(told)


def test_memory_holds_no_more_than_the_limit_and_a_device(tmp_path: Path) -> None:
    """Ten devices of ten rows with a limit of twenty: two devices at a time."""
    runs = SortedRuns(tmp_path, "machine_telemetry", limit=20)
    for seq in range(1, 11):
        runs.add(_rows([(f"M{device}", seq) for device in range(10)]))
    assert [rows.num_rows for rows in runs.in_order()] == [20] * 5


def test_a_scratch_folder_without_room_is_told(tmp_path: Path) -> None:
    """It is no fault of the lake, and can be another one."""
    runs = SortedRuns(tmp_path / "nowhere", "machine_telemetry", limit=1)
    with pytest.raises(LakeError, match=r"nowhere cannot be written: No such file or directory\..*TMPDIR"):
        runs.add(_rows([("M1", 1)]))
