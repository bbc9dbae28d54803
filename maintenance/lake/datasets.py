"""Files of a table as one data set, of which only the needed files, columns and rows are read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from operator import attrgetter
from typing import Any

import pyarrow as pa
import pyarrow.dataset as arrow_dataset
from pydantic import ValidationError

from contracts.segments import TRUTH_FILE, TRUTH_SEGMENTS, Segment, shipped_files
from contracts.truth import TruthRecord
from maintenance.errors import DataError
from maintenance.lake.stores import Store, StoredObject
from maintenance.lake.tables import Table

GROUND_TRUTH = "ground_truth"
READERS = 8
"""Segments of the truth that are fetched at a time."""
_PARTITION = re.compile(r"([a-z]+)=([^/]+)/")


def files_of_table(store: Store, table: Table) -> list[StoredObject]:
    """All files of a table, by key; like Athena, none that lies outside of its partitions."""
    return [
        one for one in store.objects(f"{table.folder}/")
        if one.key.endswith(".parquet") and _values(one.key).keys() >= {column.name for column in table.partitions}
    ]  # fmt: skip


def data_set(store: Store, table: Table, files: Sequence[StoredObject]) -> arrow_dataset.Dataset:
    """Files as a data set with the columns that statements see; older files get what they lack as null."""
    filesystem, before = store.files()
    parquet = arrow_dataset.ParquetFileFormat()
    fragments = [
        parquet.make_fragment(
            before + file.key, filesystem, partition_expression=_partition(table, file.key), file_size=file.size
        )
        for file in files
    ]
    return arrow_dataset.FileSystemDataset(fragments, table.seen_schema, parquet, filesystem)


def _partition(table: Table, key: str) -> arrow_dataset.Expression:
    """What is true of all rows of a file, by its path."""
    told = _values(key)
    expression = arrow_dataset.scalar(True)
    for column in table.partitions:
        expression &= arrow_dataset.field(column.name) == told[column.name]
    return expression


def _values(key: str) -> dict[str, str]:
    """Values of the partitions in which a file lies."""
    return dict(_PARTITION.findall(key))


def files_of_truth(store: Store) -> list[StoredObject]:
    """What holds the ground truth: the file that a backfill writes, and the segments that live simulators ship."""
    whole = store.find(TRUTH_FILE)
    return [*([whole] if whole else []), *(one for one in store.objects(TRUTH_SEGMENTS) if Segment.of(one.key))]


def ground_truth(store: Store, files: Sequence[StoredObject]) -> pa.Table:
    """What happened, in order: the columns of `contracts.truth.TruthRecord`; `parameters` as JSON.

    Args:
        store: where the files lie.
        files: as `files_of_truth` tells them.

    Raises:
        DataError: a line is no such record, or a segment is missing.
    """
    keys = [one.key for one in files]
    for shipped in shipped_files(keys):
        if gaps := [*([] if shipped.begun else [(0, shipped.segments[0].start)]), *shipped.breaks]:
            raise DataError(
                f"{len(gaps)} gaps in the truth of {shipped.owner}: where byte {gaps[0][0]} should come, byte "
                f"{gaps[0][1]} does",
                file=f"{store.address}/{TRUTH_SEGMENTS}{shipped.owner}/",
                remedy="A segment was deleted, or left out of a copy.",
            )
    with ThreadPoolExecutor(READERS) as pool:
        records = [record for key, text in zip(keys, pool.map(store.read, keys), strict=True)
                   for record in _records(text, f"{store.address}/{key}")]  # fmt: skip
    rows = [_truth_row(record) for record in sorted(records, key=attrgetter("at"))]
    return pa.Table.from_pylist(rows, schema=_TRUTH_SCHEMA)


def _records(text: bytes, name: str) -> Iterator[TruthRecord]:
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            yield TruthRecord.model_validate_json(line)
        except ValidationError as error:
            what = error.errors()[0]
            raise DataError(f"{'.'.join(map(str, what['loc']))}: {what['msg']}", file=name, line=number) from None


def _truth_row(record: TruthRecord) -> dict[str, Any]:
    values = record.model_dump(mode="json")
    at: datetime = record.at.replace(tzinfo=None)
    return {**values, "at": at, "parameters": json.dumps(record.parameters, sort_keys=True)}


_TRUTH_TYPES = {"at": pa.timestamp("ms"), "seed": pa.int64(), "run": pa.int64(), "schema_version": pa.int64()}
_TRUTH_SCHEMA = pa.schema([(name, _TRUTH_TYPES.get(name, pa.string())) for name in TruthRecord.model_fields])
