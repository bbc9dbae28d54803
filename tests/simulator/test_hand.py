"""A process of a crew, as the one sees it that started it; here a thread stands for the process."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import TargetError
from simulator.hand import GoneError, Hand
from simulator.settings import SimulatorSettings
from simulator.worker import answer


class _Process:
    """Answers as a worker does; `slow` waits until it may, or until the process dies."""

    pid = 4711

    def __init__(self, theirs: Connection) -> None:
        self.go_on, self.asked_slowly = threading.Event(), threading.Event()
        self._pipe = Connection(os.dup(theirs.fileno()))  # a child has its own, too
        answers = {"double": lambda number: 2 * number, "refuse": self._refuse, "slow": self._slow}
        self._thread = threading.Thread(target=answer, args=(self._pipe, answers, threading.Event()), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def die(self) -> None:
        """As by kill -9: its end of the pipe is gone."""
        with socket.socket(fileno=os.dup(self._pipe.fileno())) as end:
            end.shutdown(socket.SHUT_RDWR)

    def _slow(self) -> str:
        self.asked_slowly.set()
        self.go_on.wait(10)
        return "at last"

    @staticmethod
    def _refuse() -> None:
        raise TargetError("There is no fault 'X'.", remedy="See GET /api/faults.")


class _Context:
    """Starts that process."""

    Pipe = staticmethod(Pipe)

    def Process(self, *, target: object, args: tuple[Any, Connection], daemon: bool) -> _Process:  # noqa: N802
        self.process = _Process(args[1])
        return self.process


@pytest.fixture
def context() -> Iterator[_Context]:
    """What starts the process; it may go on at the end."""
    made = _Context()
    yield made
    made.process.go_on.set()


@pytest.fixture
def hand(context: _Context, tmp_path: Path) -> Hand:
    """The process as its starter sees it."""
    return Hand(context, SimulatorSettings(identities_dir=tmp_path, leases_table="leases"))


def test_answers_and_errors_come_back_to_who_asked(hand: Hand) -> None:
    """Results as they are, errors raised anew."""
    assert hand.ask("double", 21) == 42
    with pytest.raises(TargetError, match="There is no fault 'X'"):
        hand.ask("refuse")


def test_a_question_that_waits_for_a_frozen_shard_holds_up_no_other(hand: Hand, context: _Context) -> None:
    """While somebody asks for faults and waits, /metrics and /healthz are answered."""
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(hand.ask, "slow")
        context.process.asked_slowly.wait(10)
        others = [hand.ask("double", number) for number in range(3)]
        early = not slow.done()
        context.process.go_on.set()

    assert (others, early, slow.result()) == ([0, 2, 4], True, "at last")


def test_nobody_waits_for_the_answer_of_a_process_that_dies(hand: Hand, context: _Context) -> None:
    """Who has asked hears at once that it is gone, and so does who asks later."""
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(hand.ask, "slow")
        context.process.asked_slowly.wait(10)
        context.process.die()
        with pytest.raises(GoneError, match="The worker 4711 has ended"):
            asked.result(5)

    with pytest.raises(GoneError):
        hand.ask("double", 1)


def test_who_asks_in_vain_is_told_after_a_while(hand: Hand, context: _Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """The late answer is nobody's, and the next question gets its own."""
    monkeypatch.setattr("simulator.hand.ANSWER_TIMEOUT_S", 0.1)
    with pytest.raises(TimeoutError):
        hand.ask("slow")
    context.process.go_on.set()
    monkeypatch.undo()

    assert hand.ask("double", 3) == 6
