"""Readings of vehicles with the truth beside them: what the fleet's model learns from and is judged by.

Readings of one vehicle are alike, so they are thinned out: one is taken whenever the truth looked at the wear, which is
also when the label is exact.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from maintenance.errors import DataError
from maintenance.fleet_model.features import READING_FIELDS, Floats, features

Flags = NDArray[np.bool_]
Words = NDArray[np.str_]

_SIGNALS = [field.name for field in READING_FIELDS[1:]]
SQL = f"""
SELECT told.plant, told.device_id, told.timestamp, {", ".join(_SIGNALS)}, due, cooling_due
FROM vehicle_telemetry told
JOIN (
  SELECT plant, device_id, timestamp, bool_or(maintenance_due) AS due,
    bool_or(maintenance_due AND component IN ('coolant', 'thermostat')) AS cooling_due
  FROM wear GROUP BY plant, device_id, timestamp
) worn ON worn.plant = told.plant AND worn.device_id = told.device_id AND worn.timestamp = told.timestamp
WHERE engine_temp_c IS NOT NULL AND speed_kmph IS NOT NULL AND gps_longitude IS NOT NULL
ORDER BY told.plant, told.device_id, told.timestamp
"""  # noqa: S608 - its parts are names of our own
"""Readings at the moments of the truth, whether maintenance was due, and whether the cooling was why."""

WARM_C = 75.0
"""An engine below has not reached its thermostat's range, and its temperature tells of the way so far [°C]."""


class Asked(Protocol):
    """A lake, as far as it is needed here."""

    def query(self, sql: str) -> pa.Table:
        """What a statement gives."""
        ...


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings with their truth, one element a reading.

    Attributes:
        device: vehicle, with its fleet and plant before it, so that those of two fleets are not taken for one.
        columns: fields as in `READING_FIELDS`, shape (N, 7).
        due: whether maintenance was due.
        cooling_due: whether coolant or thermostat were due, which is all that can show in a reading.
        digest: SHA-256 of the data.
    """

    device: Words
    columns: Floats
    due: Flags
    cooling_due: Flags
    digest: str

    def __len__(self) -> int:
        return len(self.due)

    @property
    def features(self) -> Floats:
        """What the model sees, shape (N, 3)."""
        return features(self.columns)

    @property
    def engine_temp_c(self) -> Floats:
        """Coolant temperature [°C]."""
        return self.columns[:, 1 + _SIGNALS.index("engine_temp_c")]

    @property
    def warm(self) -> Flags:
        """Whether the engine is warm."""
        flags: Flags = self.engine_temp_c >= WARM_C
        return flags

    @property
    def vehicles(self) -> int:
        """How many vehicles there are."""
        return len(np.unique(self.device))

    @property
    def due_vehicles(self) -> int:
        """How many of them were ever due."""
        return len(np.unique(self.device[self.due]))

    def take(self, which: Flags) -> Readings:
        """Some of them."""
        return Readings(self.device[which], self.columns[which], self.due[which], self.cooling_due[which], self.digest)


def read_history(lake: Asked, name: str) -> Readings:
    """Readings and truth of a lake.

    Args:
        lake: the lake.
        name: of this fleet, for people and to tell its vehicles from others'.

    Raises:
        DataError: no reading has a truth, or all of them say the same.
    """
    table = lake.query(SQL)
    if not len(table):
        raise DataError(
            "there is no reading of a vehicle with a look at its wear at the same moment",
            file=name,
            remedy="Make one: factory backfill --machines 0 --vehicles 200 --out DIR.",
        )
    due = _column(table, "due").astype(np.bool_)
    columns = np.column_stack([_unix_s(table["timestamp"]), *(_column(table, signal) for signal in _SIGNALS)])
    return Readings(
        device=np.array([f"{name}/{plant}/{vehicle}" for plant, vehicle in _vehicles(table)]),
        columns=columns.astype(np.float64),
        due=due,
        cooling_due=_column(table, "cooling_due").astype(np.bool_),
        digest=hashlib.sha256(columns.tobytes() + due.tobytes()).hexdigest(),
    )


def join(parts: Sequence[Readings]) -> Readings:
    """All of some fleets."""
    return Readings(
        device=np.concatenate([part.device for part in parts]),
        columns=np.concatenate([part.columns for part in parts]),
        due=np.concatenate([part.due for part in parts]),
        cooling_due=np.concatenate([part.cooling_due for part in parts]),
        digest=hashlib.sha256("".join(part.digest for part in parts).encode()).hexdigest(),
    )


class HistoryFolder:
    """A backfill in a folder, asked as it lies there: nothing has to be compacted first.

    Args:
        folder: what `factory backfill --out` wrote.

    Raises:
        DataError: there are no vehicles, or no truth.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for part, what in (("fleet", "vehicles"), ("truth/wear", "truth")):
            if not any((folder / part).rglob("*.parquet")):
                raise DataError(
                    f"it has no {what}: {part}/ has no Parquet file",
                    file=folder,
                    remedy="Make one: factory backfill --machines 0 --vehicles 200 --out DIR.",
                )

    def query(self, sql: str) -> pa.Table:
        """What a statement gives over `vehicle_telemetry` and `wear`."""
        with duckdb.connect() as connection:
            # One thread: the order of rows of equal keys, and so the digest, must not depend on the machine.
            connection.execute("SET threads = 1; SET TimeZone = 'UTC'")
            for view, part in (("vehicle_telemetry", "fleet"), ("wear", "truth/wear")):
                files = str(self._folder / part / "**/*.parquet").replace("'", "''")
                # A plant named 1 is a name, as in the table of wear.
                read = f"read_parquet('{files}', hive_partitioning = true, hive_types_autocast = false)"
                connection.execute(f"CREATE VIEW {view} AS SELECT * FROM {read}")  # noqa: S608
            return connection.sql(sql).to_arrow_table()


def _unix_s(column: pa.ChunkedArray) -> Floats:
    zoned = pa.types.is_timestamp(column.type) and column.type.tz is not None
    moments = column.cast(pa.timestamp("ms", tz="UTC" if zoned else None), safe=False)
    seconds: Floats = pc.cast(moments, pa.int64()).to_numpy() / 1000.0
    return seconds


def _vehicles(table: pa.Table) -> Iterable[tuple[str, str]]:
    """Plant and name of the vehicle of each reading."""
    return zip(table["plant"].to_pylist(), table["device_id"].to_pylist(), strict=True)


def _column(table: pa.Table, name: str) -> NDArray[np.float64]:
    values: NDArray[np.float64] = table[name].to_numpy()
    return values
