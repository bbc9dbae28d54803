"""`factory watch`."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

import click
from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live

from factory.commands.durations import time_span
from factory.commands.simulator_api import address_options, simulator_url
from factory.console import make_console
from factory.errors import LocalFactoryError, LocalFactoryUsageError
from factory.watch import Order, Scene, Selection, SimulatorSource, frame
from factory.watch.frame import pages
from factory.watch.keys import Keys
from factory.watch.watcher import Watcher

PLAIN_SIZE = (160, 10_000)
"""Width and height of a frame where no terminal is [characters, lines]: nothing is left out."""


@click.command()
@click.option("--machine", "machines", multiple=True, metavar="NAME", help="Only this machine; may be repeated.")
@click.option("--line", "lines", multiple=True, metavar="LINE", help="Only machines of this line; may be repeated.")
@click.option("--model", "models", multiple=True, metavar="MODEL", help="Only machines of this model.")
@click.option(
    "--sort",
    "order",
    type=click.Choice([order.value for order in Order]),
    default=Order.WORST.value,
    show_default=True,
    help="What stands on top.",
)
@click.option("--interval", type=time_span, metavar="TIME", default="1s", show_default=True, help="Time between looks.")
@click.option(
    "--span", type=time_span, metavar="TIME", default="5min", show_default=True, help="How far trends go back."
)
@click.option("--once", is_flag=True, help="Print one frame and end; also where standard output is no terminal.")
@click.option("--for", "duration", type=time_span, metavar="TIME", help="Watch so long, print the last frame and end.")
@click.option("--json", "as_json", is_flag=True, help="Tell one look as JSON and end.")
@address_options
def watch(
    machines: tuple[str, ...],
    lines: tuple[str, ...],
    models: tuple[str, ...],
    order: str,
    interval: float,
    span: float,
    once: bool,
    duration: float | None,
    as_json: bool,
    data_dir: Path | None,
    url: str | None,
) -> None:
    """Watch machines, faults and connections live.

    The machines that want to be looked at stand on top: offline, stopped, hot, shaking (ISO 20816-3), or with a fault.
    Trends are drawn from what was told since watching began. Keys: q ends, s changes the order, n and p turn pages.

    \b
    Examples:
      factory watch
      factory watch --line line1 --sort name
      factory watch --machine M003 --machine M007 --span 30min
      factory watch --once
      factory watch --for 2min > trends.txt
    """  # noqa: D301 - the backspace is click's sign not to re-wrap
    selection = Selection(frozenset(machines), frozenset(lines), frozenset(models))
    watcher = Watcher(SimulatorSource(simulator_url(data_dir, url)), selection, Order(order), span)
    console = make_console(plain_width=PLAIN_SIZE[0])
    if as_json:
        click.echo(json.dumps(_told(_first(watcher)), indent=2))
    elif duration is not None:
        _watch_for(watcher, console, duration, interval)
    elif once or not console.is_terminal:
        _print(console, _first(watcher))
    else:
        # Ctrl-C is how most people end it, so it is no accident to be told.
        with suppress(KeyboardInterrupt):
            _watch_live(watcher, console, interval)


def _first(watcher: Watcher) -> Scene:
    """The scene of a single look, which must succeed: a script wants to know."""
    scene = watcher.look()
    if scene.away is not None:
        raise LocalFactoryError(scene.away, remedy="Start it with factory up, or name another --data-dir or --url.")
    if scene.snapshot is not None and scene.snapshot.machines and not scene.rows:
        raise LocalFactoryUsageError(
            "No machine is played here that --machine, --line and --model select.", remedy="See: factory machines"
        )
    return scene


def _watch_for(watcher: Watcher, console: Console, duration_s: float, interval_s: float) -> None:
    scene, deadline_s = _first(watcher), time.monotonic() + duration_s
    with make_console(stderr=True).status(f"Watching for {duration_s:g} s …"):
        while (left_s := deadline_s - time.monotonic()) > 0:
            time.sleep(min(left_s, max(interval_s, watcher.pause_s)))
            scene = watcher.look()
    _print(console, scene)


def _watch_live(watcher: Watcher, console: Console, interval_s: float) -> None:
    screen = _Screen(watcher.look())
    with Live(screen, console=console, screen=True, refresh_per_second=4), Keys() as keys:
        due_s = time.monotonic() + max(interval_s, watcher.pause_s)
        while True:
            key = keys.wait(max(0.0, due_s - time.monotonic()))
            if key in ("q", "Q"):
                return
            if key is not None:
                _obey(key, watcher, console.height)
                screen.scene = watcher.scene()
            if time.monotonic() >= due_s:
                screen.scene = watcher.look()
                due_s = time.monotonic() + max(interval_s, watcher.pause_s)


def _obey(key: str, watcher: Watcher, height: int) -> None:
    if key == "s":
        watcher.turn_order()
    elif key in ("n", " "):
        watcher.page = min(watcher.page + 1, pages(watcher.scene(), height) - 1)
    elif key == "p":
        watcher.page = max(0, watcher.page - 1)


class _Screen:
    """A scene that is laid out anew each time it is drawn, so that it fits a terminal that changes its size."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield frame(self.scene, options.max_width, options.height or options.size.height)


def _print(console: Console, scene: Scene) -> None:
    height = console.height if console.is_terminal else PLAIN_SIZE[1]
    console.print(frame(scene, console.width, height))


def _told(scene: Scene) -> dict[str, object]:
    snapshot = scene.snapshot
    assert snapshot is not None  # noqa: S101 - `_first` has seen to it
    told = snapshot.model_dump(mode="json")
    told["machines"] = [
        {
            **row.machine.model_dump(mode="json"),
            "age_s": row.age_s,
            "level": row.judgement.level.name.lower(),
            "reasons": [reason for _, reason in row.judgement.reasons],
        }
        for row in scene.rows
    ]
    return told
