"""What a person sees of a factory: tables for a terminal, a line where none is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from factory.up.ports import LISTENERS

_NUMBERS = ("published", "acknowledged", "archived", "quarantined", "refused")


def address_table(addresses: dict[str, str], absent: Iterable[str]) -> Table:
    """Where everything is."""
    table = Table(title="The factory is up", title_justify="left", box=None, pad_edge=False, show_header=False)
    table.add_column()
    table.add_column()
    gone = set(absent)
    for listener in LISTENERS:
        if listener.key in gone:
            table.add_row(listener.title, Text("not installed", style="dim"))
        elif listener.key in addresses:
            table.add_row(listener.title, addresses[listener.key])
    return table


def status_view(status: dict[str, Any], news: Iterable[str] = ()) -> Group:
    """The status as a person wants to see it change."""
    numbers = Table(box=None, pad_edge=False)
    for name in ("machines", *_NUMBERS, "mails"):
        numbers.add_column(name, justify="right")
    machines = f"{_number(status['connected'])} of {_number(status['machines'])}"
    numbers.add_row(machines, *(_number(status[name]) for name in _NUMBERS), _number(status["mails"]))
    lines = [Text(sentence, style="yellow") for sentence in news]
    return Group(numbers, Text(), _alerts(status), Text(), program_table(status["programs"]), *lines)


def _number(value: int | None) -> str:
    return "?" if value is None else f"{value:,}"


def alert_names(firing: list[dict[str, str]]) -> list[str]:
    """Alerts in short: what, and on which machine."""
    return [" ".join(filter(None, (labels.get("alertname"), labels.get("device_id")))) for labels in firing]


def _alerts(status: dict[str, Any]) -> Text:
    firing = status["firing"]
    if firing is None:
        return Text("Alerts: unknown, Prometheus does not answer or is not installed", style="dim")
    names = alert_names(firing)
    shown = ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    return Text(f"Firing alerts: {len(names)}" + (f": {shown}" if names else ""), style="red" if names else "")


def program_table(programs: Iterable[dict[str, Any]]) -> Table:
    """The programs, and what they use."""
    table = Table(box=None, pad_edge=False)
    table.add_column("program")
    table.add_column("state")
    for name in ("pid", "restarts", "CPU s", "peak MB"):
        table.add_column(name, justify="right")
    for program in programs:
        state = Text(program["state"], style="" if program["state"] == "running" else "red")
        restarts = Text(str(program["restarts"]), style="yellow" if program["restarts"] else "")
        memory = f"{program['peak_memory_bytes'] / 1e6:.0f}"
        table.add_row(program["name"], state, str(program["pid"] or ""), restarts, f"{program['cpu_s']:.1f}", memory)
    return table


def status_line(status: dict[str, Any]) -> str:
    """The status in a line, for a log."""
    firing = "?" if status["firing"] is None else str(len(status["firing"]))
    down = [program["name"] for program in status["programs"] if program["state"] != "running"]
    parts = [
        f"up {status['uptime_s']:.0f} s:",
        f"machines {_number(status['connected'])}/{_number(status['machines'])}",
        totals_line(status),
        f"firing {firing}",
        *([f"down {','.join(down)}"] if down else []),
    ]
    return " ".join(parts)


def totals_line(status: dict[str, Any]) -> str:
    """What was counted since the start of the factory, in a line."""
    restarts = sum(program["restarts"] for program in status["programs"])
    counts = [f"{name} {_number(status[name]).replace(',', '')}" for name in (*_NUMBERS, "mails")]
    return " ".join([*counts, f"restarts {restarts}"])
