"""What a factory is doing: its programs, its numbers, its alerts; for a person or as JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from contracts.telemetry import format_timestamp
from factory.up.figures import FIGURES, firing_alerts, scrape
from factory.up.ports import LISTENERS
from factory.up.runfile import ProgramRecord, RunFile

_PAGES = {"simulator": "simulator", "rules": "rules", "mail": "mail"}
"""Key of the port on which a program tells its metrics."""


class StatusReader:
    """Asks the programs of a run file.

    Args:
        run_file: what runs.
    """

    def __init__(self, run_file: RunFile) -> None:
        self._run_file = run_file
        self.latest: dict[str, dict[str, float] | None] = {}

    def url(self, key: str) -> str:
        """Web address of a listener."""
        return f"http://{self._run_file.dial_host}:{self._run_file.ports[key]}"

    def read(self) -> dict[str, Any]:
        """All of it, as of now; counters include the earlier lives of a program that was started again."""
        records = {record.name: record for record in self._run_file.programs}
        self.latest = {
            name: scrape(f"{self.url(key)}/metrics", name) for name, key in _PAGES.items() if _lives(records.get(name))
        }
        firing = firing_alerts(self.url("prometheus")) if _lives(records.get("prometheus")) else None
        return {
            "running": any(_lives(record) for record in records.values()),
            "plant": self._run_file.plant,
            "started_at": format_timestamp(self._run_file.started_at),
            "uptime_s": round((datetime.now(UTC) - self._run_file.started_at).total_seconds(), 1),
            "supervisor_pid": self._run_file.supervisor.pid if self._run_file.supervisor.find() else None,
            **self._numbers(records),
            "firing": firing,
            "programs": [_program(record) for record in self._run_file.programs],
            "addresses": addresses(self._run_file),
        }

    def _numbers(self, records: dict[str, ProgramRecord]) -> dict[str, int | None]:
        numbers: dict[str, int | None] = {}
        for name, figure in FIGURES.items():
            told = self.latest.get(figure.program)
            record = records.get(figure.program)
            carried = record.carried.get(name, 0.0) if record else 0.0
            known = told is not None or (record is not None and name in record.carried)
            numbers[name] = int((told or {}).get(name, 0.0) + carried) if known else None
        return numbers


def _lives(record: ProgramRecord | None) -> bool:
    return record is not None and record.process is not None and record.process.find() is not None


def _program(record: ProgramRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "pid": record.process.pid if record.process else None,
        "state": "running" if _lives(record) else "waiting" if record.next_try_at else "stopped",
        "restarts": record.restarts,
        "next_try_at": format_timestamp(record.next_try_at) if record.next_try_at else None,
        "cpu_s": round(record.cpu_s, 2),
        "peak_memory_bytes": record.peak_memory_bytes,
    }


def addresses(run_file: RunFile) -> dict[str, str]:
    """Address of everything that listens, by its key."""
    told = {}
    for listener in LISTENERS:
        if listener.key in run_file.ports:
            scheme = {"mqtt": "mqtts", "smtp": "smtp"}.get(listener.key, "http")
            host = "localhost" if listener.key == "mqtt" else run_file.dial_host
            told[listener.key] = f"{scheme}://{host}:{run_file.ports[listener.key]}"
    return told
