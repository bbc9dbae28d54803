"""Rows of any age and origin in the columns of today.

What is missing becomes null, narrower numbers become wider, and moments become milliseconds in UTC. Text becomes an
Arrow dictionary while it is worked on: few different names come very often.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from maintenance.lake.tables import ARROW_TYPES, SCHEMA_VERSION, Column, Table

TEXT = pa.dictionary(pa.int32(), pa.string())
"""Type of text while it is worked on."""
VERSION_IN_METADATA = b"schema_version"
_VERSION = re.compile(rb"[0-9]{1,9}")


class UnfitError(ValueError):
    """A column that cannot be what it should be; the message is a sentence."""


def conform(rows: pa.Table, table: Table, version: int | None = None) -> pa.Table:
    """Rows in a table's columns, in their order.

    Args:
        rows: what was read; columns that the table does not have are left out.
        table: whose columns are wanted.
        version: version of rows that do not say; by default what the metadata say, else today's.

    Raises:
        UnfitError: a column is of a type that cannot be made the right one.

    Example:
        >>> from maintenance.lake.tables import MACHINE_TELEMETRY
        >>> new = conform(pa.table({"run": pa.array([1], pa.int32())}), MACHINE_TELEMETRY, version=0)
        >>> str(new.schema.field("run").type), new["power"].to_pylist()
        ('int64', [None])
        >>> new["schema_version"].to_pylist()
        [0]
    """
    if version is None:
        version = version_of(rows.schema)
    columns = [_column(rows, column, version) for column in table.columns]
    return pa.table(columns, schema=working_schema(table))


def working_schema(table: Table) -> pa.Schema:
    """A table's columns while they are worked on."""
    return pa.schema([(one.name, TEXT if one.kind == "text" else one.arrow.type) for one in table.columns])


def words_of(column: pa.ChunkedArray) -> set[str]:
    """Different words of a column of text; of a dictionary all that it has, be they used or not."""
    if pa.types.is_dictionary(column.type):
        return {word for chunk in column.chunks for word in chunk.dictionary.to_pylist()} - {None}
    return set(pc.unique(column).to_pylist()) - {None}


def version_of(schema: pa.Schema) -> int:
    """Version of the columns of a file; what does not say is written as today.

    Raises:
        UnfitError: the metadata say something else than a version.
    """
    told = (schema.metadata or {}).get(VERSION_IN_METADATA)
    if told is None:
        return SCHEMA_VERSION
    if not _VERSION.fullmatch(told):
        raise UnfitError(f"schema_version in the metadata is {told!r}, not a whole number.")
    return int(told)


def _column(rows: pa.Table, column: Column, version: int) -> pa.ChunkedArray | pa.Array:
    if column.name not in rows.column_names:
        return _absent(rows.num_rows, column, version)
    values = rows.column(column.name)
    try:
        values = _typed(values, column)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise UnfitError(f"{column.name} is {values.type}, not {ARROW_TYPES[column.kind]}.") from error
    if column.name == "schema_version" and values.null_count:
        values = pc.fill_null(values, version)
    return values


def _absent(count: int, column: Column, version: int) -> pa.Array:
    if column.name == "schema_version":
        return pa.repeat(pa.scalar(version, pa.int64()), count)
    return pa.nulls(count, TEXT if column.kind == "text" else ARROW_TYPES[column.kind])


def _typed(values: pa.ChunkedArray, column: Column) -> pa.ChunkedArray:
    wanted = ARROW_TYPES[column.kind]
    if column.kind == "text":
        return values if values.type == TEXT else pc.dictionary_encode(values.cast(pa.string())).cast(TEXT)
    if values.type == wanted:
        return values
    if column.kind == "moment":
        # Whole numbers are milliseconds, as AWS IoT's timestamp() gives them; finer moments lose what we never had.
        return values.cast(wanted, safe=False) if not pa.types.is_string(values.type) else values.cast(wanted)
    return values.cast(wanted)
