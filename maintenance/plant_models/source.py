"""A plant's history with its truth, from the lake.

The statements are plain SQL, which the embedded engine and Athena both understand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from contracts.nameplates import NAMEPLATES
from maintenance.errors import DataError
from maintenance.features.arrays import Flags, Floats, Integers
from maintenance.features.readings import Readings, by_machine
from maintenance.lake import Lake, open_lake

MACHINES_SQL = "SELECT DISTINCT plant, device_id, model FROM wear"
READINGS_SQL = (
    "SELECT device_id, timestamp, run, seq, temp, vibration, rpm, power, state FROM machine_telemetry "
    "WHERE plant = $plant"
)
WEAR_SQL = (
    "SELECT device_id, component, cycle, timestamp, damage, maintenance_due, time_to_failure_h FROM wear "
    "WHERE plant = $plant ORDER BY device_id, component, timestamp"
)
FAULTS_SQL = (
    'SELECT fault_id, event, "at", device_id, family, kind, signal FROM ground_truth WHERE plant = $plant ORDER BY "at"'
)


@dataclass(frozen=True, slots=True)
class WearHistory:
    """The wear of all components of a plant's machines, one element a component and moment.

    Attributes:
        machine: place of the machine in the plant's order.
        component: name of the component.
        cycle: how often it has been renewed.
        hour: moment [h since 1970].
        damage: used share of its life [1].
        time_to_failure_h: hours until this very component failed; NaN if it did not within the history [h].
    """

    machine: Integers
    component: np.ndarray[Any, np.dtype[np.str_]]
    cycle: Integers
    hour: Floats
    damage: Floats
    time_to_failure_h: Floats

    def of(self, which: Flags) -> WearHistory:
        """Some of it."""
        return replace(self, **{one.name: getattr(self, one.name)[which] for one in fields(self)})


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault on a machine.

    Attributes:
        fault_id: its name.
        machine: place of the machine in the plant's order.
        family: sensor, process, message or network.
        kind: what goes wrong.
        signal: whose sensor lies, or nothing.
        begin_h: when it began [h since 1970].
        end_h: when it ended; infinite if it did not within the history [h since 1970].
    """

    fault_id: str
    machine: int
    family: str
    kind: str
    signal: str
    begin_h: float
    end_h: float


@dataclass(frozen=True, slots=True)
class History:
    """What a plant told, and what really happened to it.

    Attributes:
        address: the lake.
        plant: name of the plant.
        models: model of each machine, by name, sorted.
        readings: cleaned readings of each machine.
        wear: wear of their components.
        faults: faults on them; failures and maintenance not among them.
    """

    address: str
    plant: str
    models: Mapping[str, str]
    readings: Mapping[str, Readings]
    wear: WearHistory
    faults: tuple[Fault, ...]

    @property
    def end_h(self) -> float:
        """When it ends: one reading's time after the last [h since 1970]."""
        return max((float(one.at_s[-1]) / 3600 for one in self.readings.values() if len(one)), default=0.0)

    def named(self) -> Iterator[tuple[str, Readings]]:
        """Model and readings of each machine."""
        return ((self.models[name], readings) for name, readings in self.readings.items())


def read_history(address: str, lake: Lake | None = None) -> History:
    """Read a plant's history.

    Args:
        address: a folder or `s3://BUCKET/PREFIX`, as `factory backfill` writes it, truth included.
        lake: an open lake instead.

    Raises:
        DataError: there is no truth beside it, or nothing in it.
        LakeError: it cannot be read.
    """
    opened = lake or open_lake(address)
    machines = opened.query(MACHINES_SQL).to_pylist()
    known = {row["device_id"]: row["model"] for row in machines if row["model"] in NAMEPLATES}
    plants = sorted({row["plant"] for row in machines if row["device_id"] in known})
    if len(plants) != 1:
        raise DataError(
            f"a history of one plant is needed, with its truth; here are {len(plants)}", file=address,
            remedy="factory backfill writes one.",
        )  # fmt: skip
    models = dict(sorted(known.items()))
    place = {name: number for number, name in enumerate(models)}
    readings = dict(by_machine(opened.query(READINGS_SQL, plant=plants[0])))
    if not readings:
        raise DataError("there is no reading of a machine", file=address)
    return History(
        address=address,
        plant=plants[0],
        models=models,
        readings={name: some for name, some in readings.items() if name in models},
        wear=_wear(opened.query(WEAR_SQL, plant=plants[0]), place),
        faults=_faults(opened.query(FAULTS_SQL, plant=plants[0]).to_pylist(), place),
    )


def _hours(column: pa.ChunkedArray) -> Floats:
    milliseconds = column.cast(pa.timestamp("ms")).cast(pa.int64()).to_numpy()
    return np.asarray(milliseconds / 3_600_000.0, dtype=np.float64)


def _wear(table: pa.Table, place: Mapping[str, int]) -> WearHistory:
    names = table.column("device_id").cast(pa.string())
    table = table.filter(pc.is_in(names, value_set=pa.array(list(place), pa.string())))
    names = table.column("device_id").cast(pa.string()).to_pylist()
    return WearHistory(
        machine=np.array([place[name] for name in names], dtype=np.int64),
        component=np.array(table.column("component").cast(pa.string()).to_pylist(), dtype=np.str_),
        cycle=np.asarray(table.column("cycle").to_numpy(), dtype=np.int64),
        hour=_hours(table.column("timestamp")),
        damage=np.asarray(table.column("damage").to_numpy(), dtype=np.float64),
        time_to_failure_h=np.asarray(table.column("time_to_failure_h").to_numpy(), dtype=np.float64),
    )


def _faults(rows: list[dict[str, Any]], place: Mapping[str, int]) -> tuple[Fault, ...]:
    begun: dict[str, dict[str, Any]] = {}
    ended: dict[str, float] = {}
    for row in rows:
        if row["family"] == "wear" or row["device_id"] not in place:
            continue
        if row["event"] == "started":
            begun.setdefault(row["fault_id"], row)
        elif row["event"] == "ended":
            ended.setdefault(row["fault_id"], _unix_h(row["at"]))
    return tuple(
        Fault(
            name, place[row["device_id"]], row["family"], row["kind"], row["signal"] or "", _unix_h(row["at"]),
            ended.get(name, np.inf),
        )
        for name, row in begun.items()
    )  # fmt: skip


def _unix_h(at: Any) -> float:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return float((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() / 3600)
