"""Asks a simulator for all that there is to see."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from factory.commands.simulator_api import ask
from factory.up.figures import read_samples
from factory.up.health import fetch
from factory.watch.snapshot import Snapshot, read_snapshot


class SimulatorSource:
    """A simulator to be asked again and again.

    Args:
        url: its address.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def read(self) -> Snapshot:
        """What it tells now.

        Raises:
            LocalFactoryUsageError: the address cannot be one.
            LocalFactoryError: nobody answers, or it is no simulator.
        """
        machines = ask("GET", self.url, "/api/machines")
        faults = ask("GET", self.url, "/api/faults")
        return read_snapshot(datetime.now(UTC), self._status(), machines, faults, self._totals())

    def _status(self) -> str:
        try:
            # 503 is an answer too: frozen.
            told: Any = json.loads(fetch(f"{self.url}/healthz")[1])
            return str(told["status"])
        except (OSError, ValueError, KeyError, TypeError):
            return "unknown"

    def _totals(self) -> dict[str, float]:
        totals: Counter[str] = Counter()
        try:
            for name, _, value in read_samples(fetch(f"{self.url}/metrics")[1]):
                totals[name] += value  # type: ignore[assignment]  # a counter of floats is one as well
        except (OSError, ValueError):
            return {}
        return dict(totals)
