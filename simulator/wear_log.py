"""The wear table of a plant that is being played: how worn every component is, once an hour of the plant's time.

A Parquet file an hour, shard and run, `dt=YYYY-MM-DD/SHARD-RUN-HHMMSS.parquet`, with the columns of
`contracts.truth.WearRow`. Hindsight (`time_to_failure_h`) nobody has yet: it is null.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from contracts.files import write_whole
from contracts.identity import Identity
from simulator.backfill.cast import Cast
from simulator.backfill.wear_table import wear_now, wear_parquet
from simulator.errors import SimulatorError
from simulator.wear import WearTable


class WearLog:
    """Writes the wear table when an hour of the plant's time has begun.

    Args:
        directory: where the files lie.
        identities: the machines, in the order of the plant's rows.
        shard: what is played.
        run: generation of the publisher.
    """

    def __init__(self, directory: Path, identities: Sequence[Identity], shard: str, run: int) -> None:
        self._directory, self._cast = directory, Cast.of(tuple(identities))
        self._name = f"{shard}-{run:08d}"
        self._hour: int | None = None

    def note(self, now: datetime, table: Callable[[], WearTable]) -> None:
        """Write the table if this is the first moment of an hour.

        Args:
            now: the plant's time.
            table: asks the plant for it.

        Raises:
            SimulatorError: it cannot be written.
        """
        hour = int(now.timestamp() // 3600)
        if hour == self._hour:
            return
        self._hour = hour
        content = wear_parquet(wear_now(table(), int(now.timestamp() * 1000)), self._cast, ())
        moment = now.astimezone(UTC)
        path = self._directory / f"dt={moment:%Y-%m-%d}" / f"{self._name}-{moment:%H%M%S}.parquet"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
        except OSError as error:
            raise SimulatorError(f"The wear table cannot be written to {path}: {error.strerror}.") from error
