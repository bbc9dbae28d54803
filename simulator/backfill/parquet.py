"""Messages as a Parquet file: the columns of the archive, typed.

Encodings were chosen by measuring files of an hour (60 readings of 50 and of 625 machines): signals are rounded by
their sensors, so that few different values occur and a dictionary makes them small (byte-stream split: two to three
times the size); times and numbers are even, for which DELTA_BINARY_PACKED costs next to nothing. Zstandard at level 3
is no slower here than at 1. Order by machine saves nothing over the order of arrival, which needs no sorting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from contracts.telemetry import AnySignal, Signal, VehicleSignal
from simulator.arrays import Floats, Integers
from simulator.backfill.cast import Cast
from simulator.backfill.messages import RUN, Messages
from simulator.load import STATES

_MOMENT = pa.timestamp("ms", tz="UTC")
# What `pyarrow.parquet.read_table` makes of `plant=` in the path: the column and the partition must agree.
_NAME = pa.dictionary(pa.int32(), pa.string())
_STATES = pa.array([state.value for state in STATES])

_STATE = pa.field("state", pa.dictionary(pa.int8(), pa.string()), nullable=False)


def _schema(signals: Iterable[AnySignal], *more: pa.Field) -> pa.Schema:
    return pa.schema(
        [
            pa.field("device_id", _NAME, nullable=False),
            pa.field("timestamp", _MOMENT, nullable=False),
            pa.field("run", pa.int32(), nullable=False),
            pa.field("seq", pa.int64(), nullable=False),
            *(pa.field(signal.value, pa.float64()) for signal in signals),
            *more,
            pa.field("plant", _NAME, nullable=False),
            pa.field("line", _NAME, nullable=False),
            pa.field("received_at", _MOMENT, nullable=False),
        ]
    )


SCHEMA = _schema(Signal, _STATE)
"""The columns of `rules/catalog/archive.json` for a machine, in its order."""
FLEET_SCHEMA = _schema(VehicleSignal)
"""The same for a vehicle."""

_EVEN = ("timestamp", "seq", "received_at")


def table(messages: Messages, cast: Cast) -> pa.Table:
    """Messages as an Arrow table, in their order. A signal that its sensor did not deliver is null."""
    state = [pa.DictionaryArray.from_arrays(pa.array(messages.state), _STATES)] if cast.tells_state else []
    columns = [
        cast.device_id.column(messages.machine),
        _moments(messages.told_ms),
        pa.array(np.full(len(messages), RUN, dtype=np.int32)),
        pa.array(messages.seq),
        *(_signal(values) for values in messages.values),
        *state,
        cast.plant.column(messages.machine),
        cast.line.column(messages.machine),
        _moments(messages.received_ms),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA if cast.tells_state else FLEET_SCHEMA)


def parquet_bytes(rows: pa.Table, **writing: Any) -> bytes:
    """A table as the bytes of a Parquet file.

    Args:
        rows: the table.
        writing: arguments of `pyarrow.parquet.write_table`.
    """
    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, **writing)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def archive_parquet(messages: Messages, cast: Cast) -> bytes:
    """Messages as a file of the archive."""
    rows = table(messages, cast)
    return parquet_bytes(
        rows,
        compression="zstd",
        compression_level=3,
        use_dictionary=[name for name in rows.schema.names if name not in _EVEN],
        column_encoding=dict.fromkeys(_EVEN, "DELTA_BINARY_PACKED"),
    )


def _moments(unix_ms: Integers) -> pa.Array:
    return pa.array(unix_ms).cast(_MOMENT)


def _signal(values: Floats) -> pa.Array:
    return pa.array(values, from_pandas=True)  # NaN becomes null
