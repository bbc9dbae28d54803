"""A process of a crew: plays its share of the shards, and answers what the process that serves asks.

Question and answer are pickled over a pipe between a process and its child, which nobody else can write to.
"""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

from contracts.errors import FactoryError
from contracts.logs import configure_logs
from simulator.settings import SimulatorSettings

_AT_ONCE = 4
"""Questions answered at a time: one that waits for a frozen shard must not hold up the others."""

CHATTY = ("botocore", "boto3", "urllib3", "uvicorn")
"""Libraries whose logs below a warning are of no use here."""


def work(settings: SimulatorSettings, pipe: Connection) -> None:
    """Play until SIGTERM or SIGINT, or until the other end of the pipe is gone; ends the process."""
    configure_logs("simulator", level=settings.log_level)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    try:
        _play(settings, pipe, stop)
    except FactoryError as error:
        sys.stderr.write(f"simulator: {error}\n")
        sys.exit(error.exit_status)


def _play(settings: SimulatorSettings, pipe: Connection, stop: threading.Event) -> None:
    from simulator.assembly import Assembly
    from simulator.presence import Presence

    with Presence(settings.data_dir / "presence") as presence:
        assembly = Assembly(settings, presence)
        playing = assembly.playing
        answers: dict[str, Callable[..., Any]] = {
            "snapshot": assembly.exporter.snapshot,
            "health": playing.health,
            "machines": playing.machines,
            "machine": playing.machine,
            "faults": playing.faults,
            "inject": playing.inject,
            "clear": playing.clear,
        }
        threading.Thread(target=answer, args=(pipe, answers, stop), name="answers", daemon=True).start()
        assembly.application.run(stop)


def answer(pipe: Connection, answers: Mapping[str, Callable[..., Any]], stop: threading.Event) -> None:
    """Answer questions until the asker is gone, then set `stop`.

    Args:
        pipe: brings (number, name, arguments); takes (number, whether it went well, result or error).
        answers: what is called, by name.
        stop: a crew whose head has died must not play on unseen.
    """
    speaking = threading.Lock()

    def one(number: int, name: str, arguments: tuple[Any, ...]) -> None:
        try:
            told = (number, True, answers[name](*arguments))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever asked
            told = (number, False, error)
        with speaking, contextlib.suppress(OSError):
            pipe.send(told)

    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="answer") as pool:
        try:
            while True:
                pool.submit(one, *pipe.recv())
        except (EOFError, OSError):
            stop.set()
