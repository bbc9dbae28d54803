"""The door to a lake: open it, compact it, ask it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from maintenance.errors import LakeError

Value = bool | int | float | str | date | datetime | list[str] | list[int] | list[float]
"""What a parameter of a statement may be."""


class Lake:
    """A lake at an address.

    Args:
        address: a folder, or `s3://BUCKET/PREFIX`.
    """

    def __init__(self, address: str) -> None:
        self.address = address

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
        raise LakeError("The lake answers no questions yet.")

    def compact(
        self,
        *,
        plant: str | None = None,
        since: date | None = None,
        until: date | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> Any:
        """Bring `curated/` up to what lies in `raw/` and `fleet/`.

        Args:
            plant: only this one.
            since: first day [UTC].
            until: last day, included [UTC].
            advance: told how many bytes more of the archive have been read.
        """
        raise LakeError("The lake is not compacted yet.")


def open_lake(address: str, client: Any = None) -> Lake:
    """The lake at an address.

    Args:
        address: a folder, or `s3://BUCKET/PREFIX`; credentials and endpoint are found as boto3 finds them.
        client: an S3 client to use instead.

    Raises:
        DataError: there is no such folder, or it is no address.
    """
    del client
    return Lake(address)
