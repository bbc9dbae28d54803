"""The wear table of a plant that is being played."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from contracts.identity import Identity
from contracts.truth import WearRow
from simulator.errors import SimulatorError
from simulator.models import MODELS
from simulator.plant import Plant
from simulator.wear_log import WearLog


@pytest.fixture
def plant(make_plant: Callable[..., Plant]) -> Plant:
    """Eight machines, one of each model."""
    return make_plant(8)


def test_a_table_an_hour(plant: Plant, start: datetime, tmp_path: Path) -> None:
    """The first moment and each hour that begins have a table; the moments between have none."""
    log = WearLog(tmp_path, plant.identities, "shard-0000", 3)
    for minute in range(0, 130, 10):  # from 03:04:05
        log.note(start + timedelta(minutes=minute), plant.wear_table)

    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*")) == [
        f"dt=2026-01-02/shard-0000-00000003-{moment}.parquet" for moment in ("030405", "040405", "050405")
    ]


def test_rows_are_those_of_the_contract(plant: Plant, start: datetime, tmp_path: Path) -> None:
    """Every component of every machine has a row that `WearRow` reads, as the plant has it."""
    WearLog(tmp_path, plant.identities, "shard-0000", 3).note(start, plant.wear_table)
    (path,) = tmp_path.rglob("*.parquet")
    rows = [WearRow.model_validate(row) for row in pq.ParquetFile(path).read().to_pylist()]
    table = plant.wear_table()

    assert len(rows) == sum(len(model.components) for model in MODELS.values())
    assert [row.damage for row in rows] == table.damage.tolist()
    assert [row.device_id for row in rows] == [plant.identities[row].device_id for row in table.row.tolist()]
    assert {row.timestamp for row in rows} == {start}


def test_full_disk_is_told(make_identities: Callable[..., list[Identity]], plant: Plant, start: datetime) -> None:
    """Where nothing can be written, a sentence names the file."""
    log = WearLog(Path("/dev/null/wear"), plant.identities, "shard-0000", 3)

    with pytest.raises(SimulatorError, match="wear table cannot be written to /dev/null/wear/dt=2026-01-02"):
        log.note(start, plant.wear_table)
