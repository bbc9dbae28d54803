"""One machine's connection to the broker: MQTT 5 over mutual TLS, by awscrt.

It moves messages and reports what happens; what follows from it is decided in `simulator.link`. awscrt's own
reconnecting is not used: it knows no limit of connections a second over many clients, so the link stops the client
when a connection ends and starts it again when it may.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from awscrt import io, mqtt5

from contracts.identity import (
    CA_FILE,
    InvalidCertificate,
    certificate_file,
    invalid_certificate_file,
    invalid_key_file,
    key_file,
)
from simulator.delivery import Certificate
from simulator.errors import IdentitiesError
from simulator.outbox import Message
from simulator.publishing import publish_raw

_NEVER_MS = 3_600_000
"""Longer than any of our own waits, so that awscrt never reconnects by itself."""

ANSWER_TIMEOUT_S = 30
"""Without a PUBACK for so long the connection is taken for dead [s]."""


class Listener(Protocol):
    """What a connection reports to; called by the owner's thread, never by awscrt's."""

    def on_connected(self) -> None:
        """The broker let us in."""

    def on_failed(self, why: str) -> None:
        """An attempt to connect failed."""

    def on_disconnected(self, why: str, reason: int | None) -> None:
        """The connection ended; `reason` is the broker's, where it gave one."""

    def on_stopped(self) -> None:
        """The client has come to rest after `stop`."""

    def on_answer(self, message: Message, epoch: int, reason: int | None, seconds: float) -> None:
        """The broker answered a message of the connection's `epoch`; no reason: it never will."""


class Post(Protocol):
    """Hands a call over to the owner's thread."""

    def __call__(self, call: Callable[..., Any], arguments: tuple[Any, ...] = (), *, patient: bool = False) -> None:
        """Hand it over; a patient one may wait some milliseconds, and is then worked off with others, in order."""


class Connection(Protocol):
    """What a link needs of a connection."""

    def listen(self, listener: Listener) -> None:
        """Report to `listener` from now on."""

    def present(self, certificate: Certificate) -> None:
        """Show that certificate from the next `start` on; only while at rest."""

    def start(self) -> None:
        """Connect, once."""

    def stop(self) -> None:
        """Disconnect, or give up connecting; `on_stopped` follows."""

    def publish(self, message: Message, epoch: int) -> None:
        """Send a message at QoS 1; `on_answer` follows."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the broker is, and how to keep in touch with it."""

    host: str
    port: int
    keep_alive_s: int = 30


class MqttConnection:
    """A connection of one machine under its own certificate.

    Args:
        endpoint: the broker.
        device_id: client id, and the name of the identity's files.
        topic: where its messages go.
        directory: the shard's directory with `ca.pem` and `identities/`.
        post: hands a call over to the owner's thread. awscrt's threads serve all connections of the process, so a
            callback does nothing else.

    Raises:
        IdentitiesError: certificate, key or CA cannot be read or do not belong together.
    """

    def __init__(self, endpoint: Endpoint, device_id: str, topic: str, directory: Path, post: Post) -> None:
        self._endpoint, self._device_id, self._directory = endpoint, device_id, directory
        self._topic = topic
        self._post = post
        self._listener: Listener | None = None
        self._on_answer: Callable[..., None] | None = None
        self._client = self._make_client(Certificate.VALID)

    def _make_client(self, certificate: Certificate) -> mqtt5.Client:
        keep_alive_s = self._endpoint.keep_alive_s
        return mqtt5.Client(
            mqtt5.ClientOptions(
                host_name=self._endpoint.host,
                port=self._endpoint.port,
                tls_ctx=_tls_context(self._directory, *identity_files(self._device_id, certificate)),
                socket_options=_socket_options(),
                connect_options=mqtt5.ConnectPacket(client_id=self._device_id, keep_alive_interval_sec=keep_alive_s),
                # We keep the messages ourselves, so there is no session to come back to.
                session_behavior=mqtt5.ClientSessionBehaviorType.CLEAN,
                offline_queue_behavior=mqtt5.ClientOperationQueueBehaviorType.FAIL_ALL_ON_DISCONNECT,
                # 100 publishes and 512 KiB a second, AWS's quotas of a connection.
                extended_validation_and_flow_control_options=(
                    mqtt5.ExtendedValidationAndFlowControlOptions.AWS_IOT_CORE_DEFAULTS
                ),
                retry_jitter_mode=mqtt5.ExponentialBackoffJitterMode.NONE,
                min_reconnect_delay_ms=_NEVER_MS,
                max_reconnect_delay_ms=_NEVER_MS,
                connack_timeout_ms=10_000,
                ack_timeout_sec=ANSWER_TIMEOUT_S,
                ping_timeout_ms=min(10_000, keep_alive_s * 500),
                disable_metrics=True,
                on_lifecycle_event_connection_success_fn=self._connected,
                on_lifecycle_event_connection_failure_fn=self._failed,
                on_lifecycle_event_disconnection_fn=self._disconnected,
                on_lifecycle_event_stopped_fn=self._stopped,
            )
        )

    @property
    def client(self) -> mqtt5.Client:
        """The client of awscrt underneath, for measurements beside a bare loop."""
        return self._client

    def listen(self, listener: Listener) -> None:
        """Report to `listener` from now on; needed before `start`."""
        self._listener, self._on_answer = listener, listener.on_answer

    def present(self, certificate: Certificate) -> None:
        """Show that certificate from the next `start` on; only while at rest.

        Raises:
            IdentitiesError: it cannot be read.
        """
        # A client keeps its TLS context for life.
        self._client = self._make_client(certificate)

    def start(self) -> None:
        """Connect, once; `on_connected` or `on_failed` follows."""
        self._client.start()

    def stop(self) -> None:
        """Disconnect, or give up connecting; `on_stopped` follows."""
        self._client.stop()

    def publish(self, message: Message, epoch: int) -> None:
        """Send a message at QoS 1; `on_answer` follows, whatever happens."""
        publish_raw(self._client, self._topic, message.payload, partial(self._answered, message, epoch))

    # From here on: awscrt's threads.

    def _answered(self, message: Message, epoch: int, error: int, _qos: int, reason: int | None, *_more: Any) -> None:
        seconds = time.monotonic() - message.sent_at
        # A PUBACK that refuses is no error; one that does not come is.
        code = None if error else reason
        if self._on_answer is not None:
            facts = (message, epoch, code, seconds)
            self._post(self._on_answer, facts, patient=True)

    def _connected(self, _data: Any) -> None:
        self._tell("on_connected")

    def _failed(self, data: Any) -> None:
        packet = data.connack_packet
        refusal = f"the broker refuses: {_words(packet.reason_code)}" if packet is not None else None
        self._tell("on_failed", refusal or _words(data.exception))

    def _disconnected(self, data: Any) -> None:
        packet = data.disconnect_packet
        code = None if packet is None or packet.reason_code is None else int(packet.reason_code)
        self._tell("on_disconnected", _words(data.exception) if code is None else _words(packet.reason_code), code)

    def _stopped(self, _data: Any) -> None:
        self._tell("on_stopped")

    def _tell(self, what: str, *facts: Any) -> None:
        if self._listener is not None:
            self._post(getattr(self._listener, what), facts)


def identity_files(device_id: str, certificate: Certificate) -> tuple[str, str]:
    """Paths of certificate and key within the shard's directory.

    Example:
        >>> identity_files("M001", Certificate.REVOKED)
        ('invalid/revoked.cert.pem', 'invalid/revoked.key.pem')
    """
    if certificate is Certificate.VALID:
        return certificate_file(device_id), key_file(device_id)
    kind = InvalidCertificate(certificate.name.lower())
    return invalid_certificate_file(kind), invalid_key_file(kind)


def _tls_context(directory: Path, certificate_path: str, key_path: str) -> io.ClientTlsContext:
    try:
        options = io.TlsContextOptions.create_client_with_mtls(
            (directory / certificate_path).read_bytes(), (directory / key_path).read_bytes()
        )
        options.override_default_trust_store((directory / CA_FILE).read_bytes())
        options.min_tls_ver = io.TlsVersion.TLSv1_2
        return io.ClientTlsContext(options)
    except OSError as error:
        raise IdentitiesError(
            f"{certificate_path} or its key in {directory} cannot be read: {error}.", remedy="Run the init container."
        ) from error
    except Exception as error:  # awscrt raises a plain Exception for what its TLS library refuses
        raise IdentitiesError(
            f"{certificate_path} in {directory} cannot be used: {_words(error)}.",
            remedy="Certificate and key must be PEM and belong together; run the init container again.",
        ) from error


def _socket_options() -> io.SocketOptions:
    options = io.SocketOptions()
    options.connect_timeout_ms = 10_000
    return options


def _words(what: Any) -> str:
    """An exception or reason code, short enough for a log line."""
    return str(getattr(what, "message", None) or getattr(what, "name", None) or what)
