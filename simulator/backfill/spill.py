"""Wear by days on disk: it is written to the end only when it is known what failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from simulator.backfill.cast import Words
from simulator.backfill.timeline import DAY_MS, moment
from simulator.backfill.wear_table import Wear

_PLAIN = tuple(field.name for field in fields(Wear) if field.name != "component")
"""Columns that are arrays of numbers."""


class WearSpill:
    """Takes wear in order of time and gives it back by days; only one day is in memory.

    Args:
        directory: where the days before are kept.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._today: list[Wear] = []
        self._kept: list[str] = []

    def add(self, wear: Wear) -> None:
        """Take the wear of a moment."""
        if self._today and _day(self._today[0]) != _day(wear):
            self._keep()
        self._today.append(wear)

    def days(self) -> Iterator[tuple[str, Wear]]:
        """All wear, by the days (UTC) in order."""
        self._keep()
        for day in self._kept:
            with np.load(self._directory / f"{day}.npz") as kept:
                words = Words(pa.array(kept["words"].tolist(), pa.string()), kept["component"])
                yield day, Wear(component=words, **{name: kept[name] for name in _PLAIN})

    def _keep(self) -> None:
        if not self._today:
            return
        self._directory.mkdir(parents=True, exist_ok=True)
        day = _day(self._today[0])
        columns: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in self._today]) for name in _PLAIN}
        columns["component"] = np.concatenate([one.component.index for one in self._today])
        columns["words"] = np.array(self._today[0].component.words.to_pylist())
        np.savez(self._directory / f"{day}.npz", **columns)
        self._kept.append(day)
        self._today = []


def _day(wear: Wear) -> str:
    return moment(int(wear.at_ms[0]) // DAY_MS * DAY_MS).strftime("%Y-%m-%d")
