"""MQTT sessions that outlive the broker's process.

A session (who subscribed to what) lives in the emulator's memory only, so after a restart everything that machines
publish before the subscriber is back would be acknowledged and delivered to nobody. AWS's rules engine is never
away. So the subscriptions are kept on disk always; the messages that wait in a session only when the broker is stopped
in order (a kill -9 of the *broker* loses those, which AWS does not).
"""

# ruff: noqa: SLF001 - the emulator's sessions are private to its module
from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from factory.local_aws.checkpoint import replace_file

SESSIONS_FILE = "mqtt-sessions.json"
Key = tuple[str, str, str]


class SessionStore:
    """Keeps the sessions of the emulator's broker in a file.

    Args:
        iot: `ministack.services.iot`.
        directory: where the file lies.
    """

    def __init__(self, iot: Any, directory: Path) -> None:
        self._iot = iot
        self._path = directory / SESSIONS_FILE
        self._kept: dict[Key, tuple[str, ...]] | None = None

    def restore(self) -> int:
        """Give the broker its sessions back; return how many."""
        if not self._path.exists():
            return 0
        records = json.loads(self._path.read_text())
        for record in records:
            session = self._iot._PersistentSessionState(
                record["subscriptions"], time.time(), record["expiry_interval"], record["session_identifier"]
            )
            session.queued_messages = [_message(fields) for fields in record["messages"]]
            self._iot._persistent_sessions[tuple(record["key"])] = session
        return len(records)

    def save_subscriptions(self) -> None:
        """Write the sessions without their messages, if any has changed."""
        sessions = {key: tuple(filters) for key, filters, _ in self._sessions()}
        if sessions != self._kept:
            self._write(with_messages=False)
            self._kept = sessions

    def save_messages(self) -> int:
        """Write the sessions with the messages that wait in them; return how many messages."""
        return self._write(with_messages=True)

    def _sessions(self) -> Iterator[tuple[Key, list[str], Any]]:
        stored = dict(self._iot._persistent_sessions)
        live = {key: one for key, one in dict(self._iot._connected_clients).items() if one._persist_session}
        for key in stored.keys() | live.keys():
            filters = list(live[key]._sub_filters.values()) if key in live else stored[key].subscriptions
            yield key, filters, stored.get(key) or live[key]

    def _write(self, *, with_messages: bool) -> int:
        records = []
        waiting = 0
        for key, filters, session in self._sessions():
            messages = list(_messages(session)) if with_messages else []
            waiting += len(messages)
            records.append({"key": key, "subscriptions": filters, "messages": messages, **_terms(session)})
        replace_file(self._path, json.dumps(records))
        return waiting


def _terms(session: Any) -> dict[str, Any]:
    """Expiry and name of a session, stored or live: the two classes call them differently."""
    live = hasattr(session, "_session_identifier")
    return {
        "expiry_interval": session._session_expiry_interval if live else session.expiry_interval,
        "session_identifier": session._session_identifier if live else session.session_identifier,
    }


def _messages(session: Any) -> Iterator[list[Any]]:
    now = time.time()
    for sent in getattr(session, "in_flight", {}).values():
        yield [sent.topic, _text(sent.payload), 1, _text(sent.properties), now]
    for topic, payload, qos, properties, received_at in getattr(session, "queued_messages", []):
        yield [topic, _text(payload), qos, _text(properties), received_at]


def _message(fields: list[Any]) -> tuple[str, bytes, int, bytes, float]:
    topic, payload, qos, properties, received_at = fields
    return topic, base64.b64decode(payload), qos, base64.b64decode(properties), received_at


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
