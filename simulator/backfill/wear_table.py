"""How worn every component was, and how long it still had: what people train a prognosis on.

Two answers stand side by side. `remaining_useful_life_h` is known at the moment: if the machine is used as it has been.
`time_to_failure_h` is known in hindsight: when this very component failed; null where it was renewed before, or the run
ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from contracts.truth import WearRow
from simulator.arrays import Flags, Floats, Integers
from simulator.backfill.cast import Cast, Words
from simulator.backfill.parquet import parquet_bytes
from simulator.backfill.timeline import HOUR_MS
from simulator.wear import WearTable

HINDSIGHT = "time_to_failure_h"

_NAME = pa.dictionary(pa.int32(), pa.string())
_TYPES = {
    "timestamp": pa.timestamp("ms", tz="UTC"),
    "cycle": pa.int64(),
    "damage": pa.float64(),
    "maintenance_due": pa.bool_(),
}
_HOURS = pa.float64()
SCHEMA = pa.schema(
    [
        pa.field(name, _HOURS if name.endswith("_h") else _TYPES.get(name, _NAME), nullable=name == HINDSIGHT)
        for name in WearRow.model_fields
    ]
)
_WRITING: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "use_dictionary": ["timestamp", "plant", "line", "device_id", "model", "component", "cycle"],
}


@dataclass(frozen=True, slots=True)
class Failure:
    """A component of a machine came to its end.

    Attributes:
        machine: row of the machine.
        component: name of the component.
        cycle: how often it had been renewed before.
        at_ms: when it failed, Unix time [ms].
    """

    machine: int
    component: str
    cycle: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Wear:
    """Wear of some components at some moments, one element a component and moment.

    Attributes:
        at_ms: when, Unix time [ms].
        machine: row of the machine.
        component: name of the component.
        cycle: how often it has been renewed.
        damage: used share of its life [1].
        maintenance_due: whether it is worn so far that a plan of maintenance would renew it.
        remaining_useful_life_h: hours until it fails if it is used as it has been [h].
    """

    at_ms: Integers
    machine: Integers
    component: Words
    cycle: Integers
    damage: Floats
    maintenance_due: Flags
    remaining_useful_life_h: Floats


def wear_now(table: WearTable, at_ms: int) -> Wear:
    """Wear of all components at a moment, from the plant's table of then."""
    return Wear(
        at_ms=np.full(len(table.row), at_ms, dtype=np.int64),
        machine=table.row,
        component=Words.of(table.component.tolist()),
        cycle=table.cycle,
        damage=table.damage,
        maintenance_due=table.maintenance_due,
        remaining_useful_life_h=table.remaining_useful_life_h,
    )


def time_to_failure_h(wear: Wear, failures: Sequence[Failure]) -> Floats:
    """Hours from each moment to the failure of the component that was in the machine then.

    Args:
        wear: the moments.
        failures: everything that failed in the run.

    Returns:
        Hours [h]; 0 once it has failed and is not renewed yet; NaN where it did not fail in the run.

    Example:
        >>> some = Wear(np.array([0, HOUR_MS]), np.zeros(2, int), Words.of(["belt"] * 2), *[np.zeros(2, int)] * 4)
        >>> time_to_failure_h(some, [Failure(0, "belt", 0, 3 * HOUR_MS)]).tolist()
        [3.0, 2.0]
    """
    names = {name: number for number, name in enumerate(wear.component.words.to_pylist())}
    ends = sorted(
        (_key(one.machine, names[one.component], one.cycle), one.at_ms) for one in failures if one.component in names
    )
    # The last stands for "none of them": no component has its key.
    keys, ends_ms = np.array([*ends, (np.iinfo(np.int64).max, 0)], dtype=np.int64).T
    wanted = _key(wear.machine, wear.component.index.astype(np.int64), wear.cycle)
    place = np.searchsorted(keys, wanted)
    left_h = np.maximum(ends_ms[place] - wear.at_ms, 0) / HOUR_MS
    hours: Floats = np.where(keys[place] == wanted, left_h, np.nan)
    return hours


def _key(machine: Any, component: Any, cycle: Any) -> Any:
    """One number for a component: there are few names, and nobody renews one a billion times."""
    return (machine * 64 + component) << 30 | cycle


def wear_rows(wear: Wear, cast: Cast, failures: Sequence[Failure]) -> pa.Table:
    """The wear table: the columns of `contracts.truth.WearRow`."""
    columns = {
        "timestamp": pa.array(wear.at_ms).cast(_TYPES["timestamp"]),
        "plant": cast.plant.column(wear.machine),
        "line": cast.line.column(wear.machine),
        "device_id": cast.device_id.column(wear.machine),
        "model": cast.model.column(wear.machine),
        "component": pa.DictionaryArray.from_arrays(pa.array(wear.component.index), wear.component.words),
        "cycle": pa.array(wear.cycle),
        "damage": pa.array(wear.damage),
        "maintenance_due": pa.array(wear.maintenance_due),
        "remaining_useful_life_h": pa.array(wear.remaining_useful_life_h),
        HINDSIGHT: pa.array(time_to_failure_h(wear, failures), from_pandas=True),
    }
    return pa.Table.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def wear_parquet(wear: Wear, cast: Cast, failures: Sequence[Failure]) -> bytes:
    """The wear table as the bytes of a Parquet file."""
    return parquet_bytes(wear_rows(wear, cast, failures), **_WRITING)
