"""What verdicts rest on, kept in the lake: the thinned readings of each hour that was judged.

So a job that is started anew goes on where the last one was, with the two weeks before it, and reads little for that.
They are readings and not features: what is learnt later from other models can be made of them, too.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from contracts.resources import VERDICTS_MEMORY
from maintenance.errors import LakeError
from maintenance.features.trends import DAY_H, LONG_H
from maintenance.lake.layout import hour_at, hour_path
from maintenance.lake.stores import Store

_ENDING = ".parquet"


class Memory:
    """Hours of a plant in the lake, an object an hour.

    Args:
        store: where the lake lies.
        plant: whose hours.
    """

    def __init__(self, store: Store, plant: str) -> None:
        self._store = store
        self._folder = f"{VERDICTS_MEMORY}plant={plant}/"

    def save(self, hour: int, rows: pa.Table) -> None:
        """Remember an hour.

        Args:
            hour: which [h since 1970].
            rows: its readings, thinned.

        Raises:
            LakeError: the lake cannot be written.
        """
        content = io.BytesIO()
        pq.write_table(rows, content, compression="zstd")
        self._store.put(f"{self._folder}{hour_path(hour)}{_ENDING}", content.getvalue())

    def days(self) -> Iterator[tuple[int, pa.Table]]:
        """What is remembered of the last `LONG_H` before the newest hour, day by day: its last hour, and its rows.

        Raises:
            LakeError: the lake cannot be read, or something else lies there.
        """
        names = sorted(name for name in self._store.folders(self._folder) if name.startswith("dt="))
        for name in names[-(LONG_H // DAY_H + 1) :]:
            found = {self._hour(one.key): one.key for one in self._store.objects(f"{self._folder}{name}/")}
            if found:
                yield max(found), pa.concat_tables([self._rows(found[hour]) for hour in sorted(found)])

    def _rows(self, key: str) -> pa.Table:
        try:
            return pq.ParquetFile(io.BytesIO(self._store.read(key))).read()
        except pa.ArrowException as error:
            raise self._strange(key, error) from error

    def _hour(self, key: str) -> int:
        try:
            return hour_at(key.removeprefix(self._folder), _ENDING)
        except ValueError as error:
            raise self._strange(key, error) from error

    def _strange(self, key: str, error: Exception) -> LakeError:
        return LakeError(
            f"{self._store.address}/{key} is none of the verdict job's hours: {' '.join(str(error).split())}.",
            remedy="Remove it; the job then begins without the hours that lay in it.",
        )
