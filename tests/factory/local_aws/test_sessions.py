"""MQTT sessions on disk."""

from __future__ import annotations

import json
import types
from pathlib import Path
from typing import Any

import pytest

from factory.local_aws.sessions import SESSIONS_FILE, SessionStore

KEY = ("000000000000", "us-east-1", "rules-engine")


@pytest.fixture
def broker() -> Any:
    """The emulator's session class with empty tables of our own."""
    from ministack.services import iot

    return types.SimpleNamespace(
        _PersistentSessionState=iot._PersistentSessionState, _persistent_sessions={}, _connected_clients={}
    )


def live(*filters: str) -> Any:
    """A connection whose session shall outlive it."""
    return types.SimpleNamespace(
        _persist_session=True,
        _sub_filters=dict(enumerate(filters)),
        _session_expiry_interval=3600,
        _session_identifier="one",
    )


def test_the_subscriptions_of_a_live_session_come_back(broker: Any, tmp_path: Path) -> None:
    """After a kill the broker knows for whom to keep messages."""
    broker._connected_clients[KEY] = live("factory/plant1/#")
    SessionStore(broker, tmp_path).save_subscriptions()
    broker._connected_clients.clear()
    assert SessionStore(broker, tmp_path).restore() == 1
    assert broker._persistent_sessions[KEY].subscriptions == ["factory/plant1/#"]
    assert broker._persistent_sessions[KEY].expiry_interval == 3600


def test_waiting_messages_come_back_after_an_orderly_stop(broker: Any, tmp_path: Path) -> None:
    """Payload and properties are bytes and stay what they were."""
    session = broker._PersistentSessionState(["#"], 0.0, None, "one")
    session.queued_messages = [("factory/plant1/line1/M001/telemetry", b"\x00\xff", 1, b"", 12.5)]
    broker._persistent_sessions[KEY] = session
    assert SessionStore(broker, tmp_path).save_messages() == 1
    broker._persistent_sessions.clear()
    SessionStore(broker, tmp_path).restore()
    assert broker._persistent_sessions[KEY].queued_messages == session.queued_messages


def test_nothing_is_written_while_nothing_changes(broker: Any, tmp_path: Path) -> None:
    """A look a second costs no disk."""
    store = SessionStore(broker, tmp_path)
    broker._connected_clients[KEY] = live("a")
    store.save_subscriptions()
    (tmp_path / SESSIONS_FILE).unlink()
    store.save_subscriptions()
    assert not (tmp_path / SESSIONS_FILE).exists()
    broker._connected_clients[KEY] = live("a", "b")
    store.save_subscriptions()
    assert json.loads((tmp_path / SESSIONS_FILE).read_text())[0]["subscriptions"] == ["a", "b"]


def test_a_first_start_has_no_sessions(broker: Any, tmp_path: Path) -> None:
    """No file is no error."""
    assert SessionStore(broker, tmp_path).restore() == 0
