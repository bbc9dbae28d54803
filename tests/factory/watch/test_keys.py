"""Single keys from a terminal."""

from __future__ import annotations

import io
import os
import pty
import termios

import pytest

from factory.watch.keys import Keys


def test_a_key_is_heard_without_enter(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key comes at once, no key is None, and the terminal is afterwards as it was."""
    ours, theirs = pty.openpty()
    with os.fdopen(theirs) as terminal:
        monkeypatch.setattr("sys.stdin", terminal)
        before = termios.tcgetattr(terminal)
        with Keys() as keys:
            assert not termios.tcgetattr(terminal)[3] & termios.ICANON
            os.write(ours, b"q")
            assert keys.wait(5.0) == "q"
            assert keys.wait(0.0) is None
        assert termios.tcgetattr(terminal) == before
    os.close(ours)


def test_what_is_no_terminal_has_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe on standard input is not read."""
    monkeypatch.setattr("sys.stdin", io.StringIO("q"))
    with Keys() as keys:
        assert keys.wait(0.0) is None
