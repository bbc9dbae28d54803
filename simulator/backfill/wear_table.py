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

from contracts.truth import TruthEvent, WearRow
from simulator.arrays import Floats, Integers
from simulator.backfill.cast import Cast, Words
from simulator.backfill.parquet import parquet_bytes
from simulator.backfill.timeline import HOUR_MS
from simulator.plant import Plant
from simulator.wear import USUAL_RATE

HINDSIGHT = "time_to_failure_h"

_NAME = pa.dictionary(pa.int32(), pa.string())
_TYPES = {"timestamp": pa.timestamp("ms", tz="UTC"), "cycle": pa.int64(), "damage": pa.float64()}
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
class Renewal:
    """A component of a machine failed or was renewed.

    Attributes:
        machine: row of the machine.
        component: name of the component.
        at_ms: when, Unix time [ms].
        event: `failed`, `repaired` or `maintained`.
    """

    machine: int
    component: str
    at_ms: int
    event: TruthEvent


@dataclass(frozen=True, slots=True)
class Wear:
    """Wear of some components at some moments, one element a component and moment.

    Attributes:
        at_ms: when, Unix time [ms].
        machine: row of the machine.
        component: name of the component.
        cycle: how often it has been renewed.
        damage: used share of its life [1].
        remaining_useful_life_h: hours until it fails if it is used as it has been [h].
    """

    at_ms: Integers
    machine: Integers
    component: Words
    cycle: Integers
    damage: Floats
    remaining_useful_life_h: Floats


def wear_now(plant: Plant, at_ms: int) -> Wear:
    """Wear of all components at the plant's present moment."""
    damage = plant.wear
    life_h = plant._columns["rating_life_h"]  # noqa: SLF001
    count = len(damage)
    return Wear(
        at_ms=np.full(count, at_ms, dtype=np.int64),
        machine=np.arange(count),
        component=Words.of(["bearing"] * count),
        cycle=np.zeros(count, dtype=np.int64),
        damage=damage,
        remaining_useful_life_h=(1.0 - damage) * life_h / USUAL_RATE,
    )


def time_to_failure_h(wear: Wear, renewals: Sequence[Renewal]) -> Floats:
    """Hours from each moment to the failure of the component that was in the machine then.

    Args:
        wear: the moments.
        renewals: everything that failed or was renewed in the run.

    Returns:
        Hours [h]; 0 between failure and repair; NaN where it was renewed before it failed, or the run ended first.

    Example:
        >>> some = Wear(np.array([0, HOUR_MS]), np.zeros(2, int), Words.of(["belt"] * 2), *[np.zeros(2)] * 3)
        >>> time_to_failure_h(some, [Renewal(0, "belt", 3 * HOUR_MS, TruthEvent.FAILED)]).tolist()
        [3.0, 2.0]
    """
    names = {name: number for number, name in enumerate(wear.component.words.to_pylist())}
    known = sorted(
        (_key(one.machine, names[one.component]), one.at_ms, one.event) for one in renewals if one.component in names
    )
    ends = np.array([key + at_ms for key, at_ms, _ in known], dtype=np.int64)
    keys = _key(wear.machine, wear.component.index.astype(np.int64))
    # What happened at the very moment has happened: the first end after it counts.
    following = np.searchsorted(ends, keys + wear.at_ms, side="right")
    hours = np.full(len(keys), np.nan)
    for kind in (TruthEvent.FAILED, TruthEvent.REPAIRED):
        ends_so = np.array([event is kind for _, _, event in known] + [False])
        at = np.flatnonzero(ends_so[following])
        at = at[ends[following[at]] // _KEY == keys[at] // _KEY]  # else it is the end of another component
        left_ms = ends[following[at]] - keys[at] - wear.at_ms[at]
        hours[at] = left_ms / HOUR_MS if kind is TruthEvent.FAILED else 0.0
    return hours


_KEY = 1 << 43
"""More milliseconds than any Unix time of the coming centuries: components are kept apart by as many."""


def _key(machine: Any, component: Any) -> Any:
    """Where the time of a component begins on one axis for all [ms]."""
    return (machine * 64 + component) * _KEY


def wear_rows(wear: Wear, cast: Cast, renewals: Sequence[Renewal]) -> pa.Table:
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
        "remaining_useful_life_h": pa.array(wear.remaining_useful_life_h),
        HINDSIGHT: pa.array(time_to_failure_h(wear, renewals), from_pandas=True),
    }
    return pa.Table.from_arrays([columns[name] for name in SCHEMA.names], schema=SCHEMA)


def wear_parquet(wear: Wear, cast: Cast, renewals: Sequence[Renewal]) -> bytes:
    """The wear table as the bytes of a Parquet file."""
    return parquet_bytes(wear_rows(wear, cast, renewals), **_WRITING)
