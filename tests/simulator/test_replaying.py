"""A file is fed to a link no faster than the link takes it."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from contracts.identity import Identity
from simulator.loop import Loop
from simulator.outbox import Message, Outbox
from simulator.replay import Replay
from simulator.replay_spec import ReplaySpec
from simulator.replaying import ReplayPlayer

IDENTITY = Identity(device_id="R001", plant="plant1", line="line1", model="replay")


class _Desk:
    """Takes messages in and puts them into the link's outbox."""

    def __init__(self) -> None:
        self.said: list[Message] = []

    def take_in(self, link: SimpleNamespace, message: Message) -> None:
        self.said.append(message)
        link.outbox.put(message)


@pytest.fixture
def link() -> SimpleNamespace:
    """A link that is connected and has room for three messages."""
    return SimpleNamespace(row=0, identity=IDENTITY, connected=True, outbox=Outbox(window=3))


@pytest.fixture
def replay(tmp_path: Path) -> Replay:
    """Five readings, as fast as they can be sent."""
    rows = "".join(f"2026-01-01 00:00:0{second},{50 + second}\n" for second in range(5))
    (tmp_path / "pump.csv").write_text("timestamp,value\n" + rows)
    signals = {"temp": {"column": "value"}}
    spec = ReplaySpec(device_id="R001", file=tmp_path / "pump.csv", signals=signals, speed="none")
    return Replay(spec, "plant1")


def _player(replay: Replay, link: SimpleNamespace, desk: _Desk, loop: Loop) -> ReplayPlayer:
    return ReplayPlayer(replay, link, desk, loop, run=4)


def test_only_what_has_room_is_read(replay: Replay, link: SimpleNamespace) -> None:
    """The rest of the file waits until messages are settled, and then goes on without a gap."""
    desk, loop = _Desk(), Loop()
    _player(replay, link, desk, loop).start()
    assert [message.seq for message in desk.said] == [1, 2, 3]

    for message in desk.said:
        link.outbox.settle(message)
    while len(desk.said) < 5:  # a loop that comes late does nothing but return; on a busy machine that happens
        loop.run_until(loop.clock() + 0.3)

    assert [message.seq for message in desk.said] == [1, 2, 3, 4, 5]


def test_offline_the_file_waits(replay: Replay, link: SimpleNamespace) -> None:
    """Nothing is read while the machine is not connected."""
    desk, link.connected = _Desk(), False
    _player(replay, link, desk, Loop()).start()

    assert desk.said == []


def test_messages_carry_the_files_own_times(replay: Replay, link: SimpleNamespace) -> None:
    """The reading's timestamp is the file's, run and seq are ours; no gauge shows it."""
    desk = _Desk()
    _player(replay, link, desk, Loop()).start()
    first = json.loads(desk.said[0].payload)

    assert first.items() >= {"timestamp": "2026-01-01T00:00:00.000Z", "run": 4, "seq": 1, "temp": 50.0}.items()
    assert desk.said[0].reading is None
