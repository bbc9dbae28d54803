"""A frame: the scene as a terminal of some size shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from contracts import metrics
from contracts.telemetry import SIGNAL_UNITS, Signal
from factory.watch.judging import Level
from factory.watch.scene import KINDS, Row, Scene
from factory.watch.snapshot import MachineSeen
from factory.watch.sparkline import sparkline
from simulator.sensors import SENSORS

STYLES = {Level.WELL: "", Level.LOOK: "yellow", Level.BAD: "red"}
WIDE = 118
"""From this width on, line and model have columns of their own [characters]."""
VALUE_WIDTH, MOST_VALUE = 7, 10
"""Room for a number; a title may take some more [characters]."""
LEAST_TREND, MOST_TREND = 4, 20
"""Room for a trend worth looking at [characters]."""
LEAST_NOTES, LEAST_NOTES_WIDE = 12, 20
"""Room for what is to be said [characters]."""
NOISE_STDS = 10.0
"""A trend stands for at least so many standard deviations of its sensor's noise [1]."""
HEADING_LINES, FOOTER_LINES = 2, 2
_TOTALS = {
    "published": metrics.SIMULATOR_PUBLISHED.name,
    "acknowledged": metrics.SIMULATOR_ACKNOWLEDGED.name,
    "refused": metrics.SIMULATOR_REFUSED.name,
    "overflowed": metrics.SIMULATOR_OVERFLOWED.name,
    "stored": metrics.SIMULATOR_STORED.name,
    "reconnects": metrics.SIMULATOR_RECONNECTS.name,
}
_QUIET = frozenset({"published", "acknowledged", "stored"})
"""Totals that are no sign of trouble when they grow."""


def frame(scene: Scene, width: int, height: int) -> RenderableType:
    """What a terminal shows of a scene.

    Args:
        scene: what is to be seen.
        width: of the terminal [characters].
        height: of the terminal [lines]; as many machines are shown as fit, and the rest is counted.
    """
    head = _head(scene)
    shown, tables = _page(scene, width, _page_size(scene, height - len(head)))
    return Group(*head, *tables, Text(), _footer(scene, shown))


def pages(scene: Scene, height: int) -> int:
    """How many screenfuls there are."""
    return max(1, -(-len(scene.rows) // _page_size(scene, height - len(_head(scene)))))


# --- above -----------------------------------------------------------------------------------------------------------


def _head(scene: Scene) -> list[Text]:
    return [*_away(scene), *_headline(scene), *_totals(scene), Text()]


def _away(scene: Scene) -> Iterator[Text]:
    if scene.away is not None:
        yield Text(f"{scene.away} Looking again and again.", style="bold red", overflow="ellipsis", no_wrap=True)


def _headline(scene: Scene) -> Iterator[Text]:
    if scene.snapshot is None:
        return
    snapshot = scene.snapshot
    machines, connected = len(snapshot.machines), snapshot.connected
    at_work = sum(fault.at_work for fault in snapshot.faults)
    to_come = sum(fault.stage == "pending" for fault in snapshot.faults)
    line = Text(overflow="ellipsis", no_wrap=True)
    line.append(", ".join(snapshot.plants) or "no plant", style="bold")
    line.append(f"  {connected:,} of {machines:,} connected", style="" if connected == machines else "red")
    line.append("  " + ", ".join(f"{count:,} {state}" for state, count in snapshot.states))
    line.append(
        f"  faults {at_work}" + (f" and {to_come} to come" if to_come else ""), style="yellow" if at_work else ""
    )
    line.append(f"  simulator {snapshot.status}", style="" if snapshot.status in ("ok", "waiting") else "red")
    line.append(f"  {_clock(scene)}", style="dim")
    yield line


def _clock(scene: Scene) -> str:
    snapshot = scene.snapshot
    if snapshot is None:
        return ""
    if scene.away is not None:
        return f"as {(scene.now - snapshot.taken_at).total_seconds():.0f} s ago"
    if scene.own_clock and snapshot.newest is not None:
        return f"{snapshot.newest:%Y-%m-%d %H:%M:%S} UTC on the plant's clock"
    return f"{snapshot.taken_at:%H:%M:%S} UTC"


def _totals(scene: Scene) -> Iterator[Text]:
    if scene.snapshot is None or not scene.snapshot.totals:
        return
    line = Text(overflow="ellipsis", no_wrap=True)
    for title, metric in _TOTALS.items():
        value, rate = scene.snapshot.totals.get(metric, 0.0), scene.rates.get(metric)
        told = f"{title} {value:,.0f}" + (f" ({rate:,.1f}/s)" if rate else "")
        line.append(told, style="yellow" if title not in _QUIET and rate else "")
        line.append("  ")
    yield line


# --- the machines ----------------------------------------------------------------------------------------------------


def _page(scene: Scene, width: int, size: int) -> tuple[range, list[RenderableType]]:
    first = min(scene.page * size, max(0, (len(scene.rows) - 1) // size * size))
    shown = range(first, min(first + size, len(scene.rows)))
    rows = scene.rows[shown.start : shown.stop]
    sections = [(kind, [row for row in rows if row.kind is kind]) for kind in KINDS]
    return shown, [_table(scene, kind, some, width) for kind, some in sections if some]


def _page_size(scene: Scene, room: int) -> int:
    """Machines of a screenful: what is left of the room by headings and footer."""
    headings = HEADING_LINES * max(1, scene.kinds)
    return max(1, room - headings - FOOTER_LINES)


def _table(scene: Scene, kind: type[StrEnum], rows: Sequence[Row], width: int) -> Table:
    told = {signal for row in rows for signal in row.machine.readings}
    signals = [signal.value for signal in kind if signal in told] + sorted(told - set(kind))
    wide = width >= WIDE
    name_width = max(len("machine"), *(len(row.machine.device_id) for row in rows))
    columns = {"machine": name_width, "state": 7, "age": 5, "broker": 6} | _place_columns(rows, wide=wide)
    numbers = {signal: max(VALUE_WIDTH, min(len(signal), MOST_VALUE)) for signal in signals}
    gap = 2 if wide else 1
    fixed = sum(columns.values()) + sum(numbers.values()) + gap * (len(columns) + len(signals))
    trend = _trend_width(width - fixed - (LEAST_NOTES_WIDE if wide else LEAST_NOTES), len(signals))
    table = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), show_edge=False, width=width)
    for name, room in columns.items():
        table.add_column(name, width=room, no_wrap=True, justify="right" if name == "age" else "left")
    for signal in signals:
        table.add_column(_title(signal, numbers[signal]), width=numbers[signal] + trend, no_wrap=True)
    table.add_column("remarks", ratio=1, no_wrap=True, overflow="ellipsis")
    for row in rows:
        cells = [_signal(scene, row, signal, room, trend) for signal, room in numbers.items()]
        table.add_row(*_place(row, columns), *cells, _notes(row))
    return table


def _place_columns(rows: Sequence[Row], *, wide: bool) -> dict[str, int]:
    if not wide:
        return {}
    return {
        "line": max(4, *(len(row.machine.line) for row in rows)),
        "model": max(5, *(len(row.machine.model) for row in rows)),
    }


def _trend_width(free: int, signals: int) -> int:
    """Room for each trend, a space before it included; none if it would not be worth looking at."""
    each = free // max(1, signals)
    return min(each, MOST_TREND) if each > LEAST_TREND else 0


def _place(row: Row, columns: dict[str, int]) -> Iterator[Text]:
    machine, style = row.machine, STYLES[row.judgement.level]
    cells = {
        "machine": Text(machine.device_id, style=style or "bold"),
        "state": Text(machine.state or "-", style="" if machine.state == "running" else "dim"),
        "age": Text(_age(row.age_s), style="dim"),
        "broker": _broker(machine),
        "line": Text(machine.line),
        "model": Text(machine.model),
    }
    return (cells[name] for name in columns)


def _broker(machine: MachineSeen) -> Text:
    """Whether it is connected, and how many messages it keeps."""
    kept = f"+{machine.unsettled}" if machine.unsettled else ""
    return Text(f"{'up' if machine.connected else 'off'}{kept}", style="dim" if machine.connected else "red")


def _age(age_s: float | None) -> str:
    if age_s is None:
        return "-"
    return f"{age_s:.0f} s" if age_s < 600 else f"{age_s / 60:.0f} min" if age_s < 6000 else f"{age_s / 3600:.0f} h"


def _signal(scene: Scene, row: Row, signal: str, room: int, trend: int) -> Text:
    value = row.machine.readings.get(signal)
    text = Text("-" if value is None else _number(signal, value))
    text.align("right", room)
    if trend:
        course = scene.history.trend(row.machine.device_id, signal, trend - 1)
        text.append(f" {sparkline(course, _noise(signal, course))}", style="cyan")
    return text


def _number(signal: str, value: float) -> str:
    return f"{value:.{SENSORS[Signal(signal)].decimals}f}" if signal in set(Signal) else f"{value:.6g}"


def _noise(signal: str, course: Sequence[float | None]) -> float:
    """What the sensor's noise alone may make of a trend."""
    if signal not in set(Signal):
        return 0.0
    sensor, largest = SENSORS[Signal(signal)], max((value for value in course if value is not None), default=0.0)
    return NOISE_STDS * (sensor.noise + sensor.noise_share * largest)


def _title(signal: str, room: int) -> str:
    unit = f"[{SIGNAL_UNITS[Signal(signal)].unit}]" if signal in set(Signal) else ""
    return f"{signal:>{room}}\n{unit:>{room}}"


def _notes(row: Row) -> Text:
    text = Text(overflow="ellipsis", no_wrap=True)
    for number, (level, reason) in enumerate(row.judgement.reasons):
        text.append(", " if number else "")
        text.append(reason, style=STYLES[level])
    return text


# --- below -----------------------------------------------------------------------------------------------------------


def _footer(scene: Scene, shown: range) -> Text:
    if scene.snapshot is None:
        return Text(f"No simulator has answered at {scene.url} yet. Ctrl-C ends this.", style="dim")
    hidden = len(scene.rows) - len(shown)
    parts = [
        f"{shown.start + 1} to {shown.stop} of {len(scene.rows):,} machines" if shown else "No machine to show",
        f"{hidden:,} not shown" if hidden else "",
        "worst first" if scene.order == "worst" else "by name",
        f"trends over {scene.history.span_s / 60:.1f} min, each on a scale of its own" if scene.history.span_s else "",
    ]
    return Text("; ".join(part for part in parts if part) + ".", style="dim", overflow="ellipsis", no_wrap=True)
