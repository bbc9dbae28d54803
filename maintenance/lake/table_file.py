"""A file of a table: the same rows always give the same bytes, however they came together.

Encodings were measured for the archive's files (decision 10); in order of devices, times and numbers are even for
whole days, so that they cost next to nothing. Row groups are cut by count, and each has a dictionary of just its own
words in their order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.fs as arrow_fs
import pyarrow.parquet as pq

from maintenance.lake.conform import TEXT, VERSION_IN_METADATA, working_schema
from maintenance.lake.tables import SCHEMA_VERSION, Table

ROWS_IN_GROUP = 2**17
"""Rows of a row group: what a reader can leave out at a time."""
_EVEN = ("timestamp", "seq", "received_at")
_ORDER = [("device_id", "ascending"), ("timestamp", "ascending")]


class TableFile:
    """A Parquet file of a table, written row group by row group.

    Args:
        path: where.
        table: whose columns.
    """

    def __init__(self, path: Path, table: Table) -> None:
        self._table = table
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        self.rows = 0
        self._schema = working_schema(table).with_metadata(
            {VERSION_IN_METADATA: str(SCHEMA_VERSION).encode(), b"table": table.name.encode()}
        )
        self._writer = pq.ParquetWriter(
            path,
            self._schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=[column.name for column in table.columns if column.name not in _EVEN],
            column_encoding=dict.fromkeys(_EVEN, "DELTA_BINARY_PACKED"),
            sorting_columns=pq.SortingColumn.from_ordering(self._schema, _ORDER),
            # Readers shall see plain text, not our dictionaries.
            store_schema=False,
        )
        self._writer.add_key_value_metadata(self._schema.metadata)

    def write(self, rows: pa.Table) -> None:
        """More rows, which come after all before them."""
        self._waiting.append(rows)
        self._waiting_rows += rows.num_rows
        if self._waiting_rows >= ROWS_IN_GROUP:
            joined = pa.concat_tables(self._waiting)
            whole = joined.num_rows - joined.num_rows % ROWS_IN_GROUP
            for start in range(0, whole, ROWS_IN_GROUP):
                self._write_group(joined.slice(start, ROWS_IN_GROUP))
            self._waiting = [joined.slice(whole)]
            self._waiting_rows = joined.num_rows - whole

    def __enter__(self) -> TableFile:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None and self._waiting_rows:
            self._write_group(pa.concat_tables(self._waiting))
        self._writer.close()

    def _write_group(self, rows: pa.Table) -> None:
        own_words = rows.unify_dictionaries().combine_chunks()
        columns = [_own_words(one) if one.type == TEXT else one for one in own_words.columns]
        self._writer.write_table(pa.table(columns, schema=self._schema), row_group_size=ROWS_IN_GROUP)
        self.rows += rows.num_rows


def _own_words(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same words, with a dictionary of no others, in their order."""
    array = column.chunk(0)
    used = pc.unique(array.indices).drop_null()
    words = sorted(set(array.dictionary.take(used).to_pylist()))
    places = pc.index_in(array.dictionary, pa.array(words, pa.string()))
    return pa.chunked_array([pa.DictionaryArray.from_arrays(places.take(array.indices), pa.array(words, pa.string()))])


def read_groups(path: str, table: Table, files: arrow_fs.FileSystem) -> Iterator[pa.Table]:
    """The rows of a file of a table, a row group at a time, with the file's metadata."""
    metadata = pq.read_metadata(path, filesystem=files)
    names = set(metadata.schema.names)
    text = [column.name for column in table.columns if column.kind == "text" and column.name in names]
    with pq.ParquetFile(path, filesystem=files, metadata=metadata, read_dictionary=text) as file:
        for number in range(file.num_row_groups):
            yield file.read_row_group(number).replace_schema_metadata(file.schema_arrow.metadata)


def write_table_file(path: Path, table: Table, parts: Iterable[pa.Table]) -> int:
    """A file of rows that are in order; how many they were."""
    with TableFile(path, table) as file:
        for rows in parts:
            file.write(rows)
    return file.rows
