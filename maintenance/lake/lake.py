"""The door to a lake: open it, compact it, ask it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.dataset as arrow_dataset

from maintenance.errors import DataError, LakeError, QueryError
from maintenance.lake.address import open_store
from maintenance.lake.compaction import Compaction
from maintenance.lake.datasets import GROUND_TRUTH, data_set, files_of_table, files_of_truth, ground_truth
from maintenance.lake.engine import run, tables_named
from maintenance.lake.planning import Selection
from maintenance.lake.report import CompactionReport
from maintenance.lake.sql_text import Value, with_values
from maintenance.lake.stores import Store, StoredObject
from maintenance.lake.tables import CURATED, TABLES, WEAR

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_BY_NAME = {table.name: table for table in TABLES}
_ATTEMPTS = 5
"""So often a question is asked while files are replaced under it."""


class Lake:
    """A lake.

    Args:
        store: where it lies.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def address(self) -> str:
        """Where it lies."""
        return self.store.address

    def query(self, sql: str, **parameters: Value) -> pa.Table:
        """What a statement gives: one SELECT over the lake's tables.

        Tables: `machine_telemetry`, `vehicle_telemetry`; where truth lies beside them also `wear` and `ground_truth`.
        Moments are UTC, without a zone. `dt` is text, such as '2026-01-31', and `plant` is text.

        Args:
            sql: the statement; `$name` stands for the parameter of that name.
            parameters: values, which become literals.

        Raises:
            QueryError: the statement is wrong, or wants more than to read the lake's tables.
            LakeError: the lake cannot be read.
        """
        text = with_values(sql, parameters)
        names = tables_named(text, {*_BY_NAME, GROUND_TRUTH})
        for _ in range(_ATTEMPTS):
            files = {name: self._files(name) for name in sorted(names)}
            try:
                answer = run(text, {name: self._rows(name, some) for name, some in files.items()})
            except (QueryError, OSError, pa.ArrowException) as error:
                failure: Exception | None = error
            else:
                failure = None
            # A file that was replaced meanwhile may have been read half before and half after.
            if files == {name: self._files(name) for name in files}:
                if failure is None:
                    return answer
                raise failure if isinstance(failure, QueryError) else _unreadable(self.address, failure)
        raise LakeError(
            f"{self.address} was written all the time while it was read.", remedy="Ask again when it is compacted."
        )

    def compact(
        self,
        *,
        plant: str | None = None,
        since: date | None = None,
        until: date | None = None,
        rebuild: bool = False,
        advance: Callable[[int, int], None] = lambda _bytes, _rows: None,
    ) -> CompactionReport:
        """Bring `curated/` up to what lies in `raw/` and `fleet/`.

        Args:
            plant: only this one.
            since: first day [UTC].
            until: last day, included [UTC].
            rebuild: write the days anew from the archive alone.
            advance: told how many bytes and rows more of the archive have been read.

        Raises:
            LakeError: the lake cannot be read or written; days that are done stay so.
        """
        compaction = self.compaction(Selection(plant, since, until, rebuild))
        compaction.plan()
        return compaction.run(advance)

    def compaction(self, selection: Selection) -> Compaction:
        """A compaction to be planned and run."""
        return Compaction(self.store, selection)

    def _files(self, name: str) -> list[StoredObject]:
        files = files_of_truth(self.store) if name == GROUND_TRUTH else files_of_table(self.store, _BY_NAME[name])
        if not files and name in (WEAR.name, GROUND_TRUTH):
            raise DataError(
                f"there is no truth beside this lake, and so no table {name}",
                file=self.address,
                remedy="`factory backfill` writes truth beside the archive; a live plant keeps its own elsewhere, "
                "on AWS in the bucket smart-factory-PLANT-truth-ACCOUNT.",
            )
        if not files and not any(files_of_table(self.store, table) for table in CURATED):
            raise DataError("nothing is compacted here yet", file=self.address, remedy="Call `factory lake compact`.")
        return files

    def _rows(self, name: str, files: list[StoredObject]) -> arrow_dataset.Dataset | pa.Table:
        return ground_truth(self.store, files) if name == GROUND_TRUTH else data_set(self.store, _BY_NAME[name], files)


def _unreadable(address: str, error: Exception) -> LakeError:
    told = " ".join(str(error).split()).rstrip(".")
    return LakeError(
        f"{address} cannot be read: {told}.",
        remedy="`factory lake compact --rebuild`, with --plant, --since and --until of that file, writes it anew.",
    )


def open_lake(address: str, client: S3Client | None = None) -> Lake:
    """The lake at an address.

    Args:
        address: a folder, or `s3://BUCKET/PREFIX`; credentials and endpoint are found as boto3 finds them.
        client: an S3 client to use instead.

    Raises:
        DataError: there is no such folder, or it is no address.
        LakeError: the environment names no usable S3.
    """
    return Lake(open_store(address, client))
