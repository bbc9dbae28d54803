"""How a worker answers the process that serves."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from simulator.errors import TargetError
from simulator.worker import answer


def _refuse() -> None:
    raise TargetError("No machine 'X' is played here.", remedy="See GET /api/machines.")


@pytest.fixture
def asked() -> Iterator[tuple[Connection, threading.Event, threading.Event]]:
    """Our end of the pipe to something that answers, what lets `slow` go on, and what it sets at the end."""
    ours, theirs = multiprocessing.Pipe()
    stop, go_on = threading.Event(), threading.Event()
    answers = {"double": lambda number: 2 * number, "refuse": _refuse, "slow": lambda: go_on.wait(10)}
    thread = threading.Thread(target=answer, args=(theirs, answers, stop))
    thread.start()
    yield ours, go_on, stop
    go_on.set()
    ours.close()
    thread.join(10)
    assert stop.is_set()  # whoever asked is gone: nobody must play on unseen


def test_a_question_is_answered_under_its_number(asked: tuple[Connection, threading.Event, threading.Event]) -> None:
    """Results and errors come back whole, the error with what would be right."""
    pipe, _, _ = asked
    pipe.send((1, "double", (21,)))
    assert pipe.recv() == (1, True, 42)
    pipe.send((2, "refuse", ()))
    number, well, error = pipe.recv()

    assert (number, well, type(error)) == (2, False, TargetError)
    assert str(error) == "No machine 'X' is played here. See GET /api/machines."


def test_a_slow_answer_does_not_hold_up_the_others(asked: tuple[Connection, threading.Event, threading.Event]) -> None:
    """A shard that is frozen must not make /healthz of the others silent."""
    pipe, go_on, _ = asked
    pipe.send((1, "slow", ()))
    pipe.send((2, "double", (4,)))
    assert pipe.recv() == (2, True, 8)
    go_on.set()

    assert pipe.recv() == (1, True, True)
