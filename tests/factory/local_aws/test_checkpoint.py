"""Keeping the emulator's state on disk."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Any

import pytest

from factory.local_aws.checkpoint import Checkpointer, render_state, replace_file
from factory.local_aws.errors import LocalAwsError


def plain(_name: str, state: Any) -> str:
    """A state file without the emulator's wrapping."""
    return json.dumps(state)


def checkpointer(directory: Path, states: dict[str, Any]) -> Checkpointer:
    """One over services that are values, or functions that give a value."""
    functions = {name: state if callable(state) else (lambda state=state: state) for name, state in states.items()}
    return Checkpointer(directory, lambda: functions, plain)


def test_a_lease_is_on_disk_when_the_call_returns(tmp_path: Path) -> None:
    """DynamoDB is kept at once."""
    asyncio.run(checkpointer(tmp_path, {"dynamodb": {"run": 7}}).changed("dynamodb"))
    assert json.loads((tmp_path / "dynamodb.json").read_text()) == {"run": 7}


def test_the_registry_waits_for_the_next_round(tmp_path: Path) -> None:
    """IoT is written with the next flush, not call by call."""

    async def change() -> bool:
        one = checkpointer(tmp_path, {"iot": {"things": 1}})
        await one.changed("iot")
        early = (tmp_path / "iot.json").exists()
        await one.flush()
        return early

    assert not asyncio.run(change())
    assert json.loads((tmp_path / "iot.json").read_text()) == {"things": 1}


def test_a_notification_keeps_the_queue_it_fills(tmp_path: Path) -> None:
    """A message published to a topic lies in a queue: both are written."""
    asyncio.run(checkpointer(tmp_path, {"sns": {}, "sqs": {"messages": 1}, "s3": {}}).changed("sns"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sns.json", "sqs.json"]


def test_many_changes_share_one_writing(tmp_path: Path) -> None:
    """A hundred calls at once cost far fewer than a hundred files."""
    written: list[int] = []

    async def change() -> None:
        one = checkpointer(tmp_path, {"dynamodb": lambda: written.append(1) or {}})
        await asyncio.gather(*(one.changed("dynamodb") for _ in range(100)))

    asyncio.run(change())
    assert 1 <= len(written) <= 3


def test_a_state_that_changes_while_it_is_copied_is_written_again(tmp_path: Path) -> None:
    """Python's "changed size during iteration" is no loss."""
    answers = iter([RuntimeError("dictionary changed size during iteration"), {"run": 8}])

    def state() -> Any:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    asyncio.run(checkpointer(tmp_path, {"dynamodb": state}).changed("dynamodb"))
    assert json.loads((tmp_path / "dynamodb.json").read_text()) == {"run": 8}


def test_what_cannot_be_written_is_not_acknowledged(tmp_path: Path) -> None:
    """A full or read-only disk makes the call fail."""
    (tmp_path / "state").write_text("a file where a directory should be")
    with pytest.raises(LocalAwsError, match="dynamodb cannot be written"):
        asyncio.run(checkpointer(tmp_path / "state", {"dynamodb": {}}).changed("dynamodb"))


def test_a_writing_that_a_stop_overtakes_does_not_end_with_old_content(tmp_path: Path) -> None:
    """The emulator saves itself when it stops; a checkpoint that began before that must not be the last word."""
    states, copied, go_on = {"things": 1}, threading.Event(), threading.Event()

    def slowly(_name: str, state: Any) -> str:
        text = json.dumps(state)
        copied.set()
        go_on.wait(10)
        return text

    async def stop() -> None:
        one = Checkpointer(tmp_path, lambda: {"iot": lambda: dict(states)}, slowly, interval_s=0.0)
        await one.changed("iot")
        running = asyncio.create_task(one.run())
        await asyncio.to_thread(copied.wait, 10)
        states["things"] = 2
        replace_file(tmp_path / "iot.json", json.dumps(states))
        running.cancel()
        asyncio.get_running_loop().call_later(0.1, go_on.set)
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(stop())
    assert json.loads((tmp_path / "iot.json").read_text()) == {"things": 2}


def test_a_service_that_never_loaded_keeps_its_file(tmp_path: Path) -> None:
    """No state is not an empty state."""
    (tmp_path / "kms.json").write_text("the keys")
    asyncio.run(checkpointer(tmp_path, {"kms": lambda: None}).changed("kms"))
    assert (tmp_path / "kms.json").read_text() == "the keys"


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    """The state holds keys."""
    replace_file(tmp_path / "kms.json", "{}")
    assert (tmp_path / "kms.json").stat().st_mode & 0o777 == 0o600


def test_the_emulator_reads_what_the_fast_encoder_wrote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Format and special types are the emulator's own."""
    from ministack.core import persistence
    from ministack.core.responses import AccountScopedDict

    scoped = AccountScopedDict()
    scoped._data[("000000000000", "leases")] = {"body": b"\x00\xff"}
    monkeypatch.setattr(persistence, "PERSIST_STATE", True)
    monkeypatch.setattr(persistence, "STATE_DIR", str(tmp_path))
    text = render_state(persistence._state_format_version, persistence._json_default, "kms", {"keys": scoped})
    replace_file(tmp_path / "kms.json", text)
    loaded = persistence.load_state("kms")
    assert loaded is not None
    assert loaded["keys"]._data == scoped._data
