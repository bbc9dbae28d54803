"""The engine's connection to the broker: paho-mqtt 2, MQTT 5, mutual TLS, driven by the engine's own loop.

One thread calls `turn` again and again; everything here but `publish` and `wake` belongs to that thread. paho's own
thread is not used, for two reasons: when the engine is full it must stop reading while acknowledgements still go out,
and the work done on a message must not be shared out between threads.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from paho.mqtt.client import MQTT_ERR_SUCCESS, Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from contracts.resources import RULES_ENGINE
from rules.actions import Publication
from rules.basic_ingest import BasicIngest
from rules.outbox import ANSWER_TIMEOUT_S, Outbox
from rules.retry import RetryPolicy
from rules.stream import RecordStream
from rules.subscriptions import Subscriptions

READS_OF_A_TURN = 500
CONNECT_TIMEOUT_S = 5.0
RECONNECT = RetryPolicy(attempts=None, base_s=0.5, cap_s=15.0)
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BrokerOptions:
    """Where the broker is and how to speak to it.

    Args:
        keep_alive_s: the longest silence that the broker must accept [s].
        session_expiry_s: how long it keeps our session while we are away [s].
        receive_maximum: messages that it may have under way to us, where it respects that.
    """

    host: str
    port: int
    plant: str
    keep_alive_s: int = 600
    session_expiry_s: int = 86_400
    receive_maximum: int = 20_000


class _RecordClient(Client):
    """paho's client over a socket that is read and written in larger pieces."""

    def _create_socket(self) -> Any:
        return RecordStream(super()._create_socket())  # type: ignore[arg-type]  # with TLS it is an SSLSocket


class Broker:
    """The connection, made again whenever it is lost.

    Args:
        options: where the broker is.
        context: our identity and whom we trust.
        topic_filters: what to subscribe to.
        on_message: called for each message.
        on_lost: called when the connection is gone: packet ids of before mean nothing any more.
    """

    def __init__(
        self,
        options: BrokerOptions,
        context: ssl.SSLContext,
        topic_filters: Sequence[str],
        on_message: Callable[[MQTTMessage], None],
        on_lost: Callable[[], None],
    ) -> None:
        self._options = options
        self._on_message = on_message
        self._on_lost = on_lost
        self._client = self._make_client(context)
        self._subscriptions = Subscriptions(
            topic_filters, options.plant, self, on_ready=self._on_ready, on_refused=self._on_refused
        )
        self._basic_ingest = BasicIngest(options.plant, self)
        self._session_present = False
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)
        self._outbox = Outbox(self.wake)
        self._awaited_unsuback: int | None = None
        self._messages = 0
        self._failures = 0
        self._next_attempt = 0.0
        self._heard_at = 0.0
        self.ready = False
        self.lost_at: float | None = time.monotonic()

    # --- the loop's side -------------------------------------------------------------------------------------------

    def turn(self, timeout_s: float, *, room: int) -> None:
        """One round: connect where needed, wait at most that long [s], read, write.

        Args:
            timeout_s: longest wait [s].
            room: messages that may be read; 0 leaves incoming bytes where they are, so that the broker feels it. But
                an answer to what actions publish comes behind those messages, and room may depend on it: while one is
                awaited, they are read all the same. How many there can be, packet ids bound (65,535).
        """
        connection: Any = self._client.socket()
        if connection is None:
            connection = self._connect(timeout_s)
            if connection is None:
                return
        self._outbox.send(self._client)
        reading = room > 0 or self._outbox.awaits_answers
        readable = self._wait(connection, timeout_s, reading)
        if readable:
            self._heard_at = time.monotonic()
            self._read(room)
        self._write()
        self._client.loop_misc()
        # A resumed session may pour out what it kept before it answers: that is no silence.
        if reading and not self.ready and time.monotonic() - self._heard_at > ANSWER_TIMEOUT_S:
            log.warning("the broker does not answer", seconds=ANSWER_TIMEOUT_S)
            self._drop()

    def acknowledge(self, packet_id: int) -> None:
        """Tell the broker that it is done with a message."""
        self._client.ack(packet_id, 1)

    def close(self, until: float) -> None:
        """Leave in order, keeping the session: acknowledgements first, and a sign that they have arrived.

        Args:
            until: when to leave in any case [s, monotonic].
        """
        if self.ready:
            # The broker handles packets in order: when it answers this one, it has seen every acknowledgement.
            # Leaving at once could reset the connection over what was not read, and lose them on the way.
            self._awaited_unsuback = self.unsubscribe([f"factory/{self._options.plant}/{RULES_ENGINE}/none/command"])
            while self.ready and self._awaited_unsuback is not None and time.monotonic() < until:
                self.turn(0.05, room=READS_OF_A_TURN)
        self._drop()

    # --- other threads' side ---------------------------------------------------------------------------------------

    def wake(self) -> None:
        """End the wait of the present turn; any thread may call this."""
        with contextlib.suppress(BlockingIOError):  # a full pipe has woken it often enough
            self._waker.send(b"\0")

    def publish(self, publication: Publication) -> None:
        """Publish from another thread, and return when the broker has taken it.

        Raises:
            RetryableError: not connected, or no answer.
            FinalError: the broker refuses it.
        """
        self._outbox.publish(publication)

    # --- the wire of Subscriptions ---------------------------------------------------------------------------------

    def subscribe(self, topic_filters: Sequence[str]) -> int:
        """Send a SUBSCRIBE at QoS 1."""
        _, packet_id = self._client.subscribe([(each, SubscribeOptions(qos=1)) for each in topic_filters])
        return packet_id or 0

    def unsubscribe(self, topic_filters: Sequence[str]) -> int:
        """Send an UNSUBSCRIBE."""
        _, packet_id = self._client.unsubscribe(list(topic_filters))
        return packet_id or 0

    # --- inside ----------------------------------------------------------------------------------------------------

    def _make_client(self, context: ssl.SSLContext) -> Client:
        client = _RecordClient(
            CallbackAPIVersion.VERSION2,
            client_id=RULES_ENGINE,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.tls_set_context(context)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._received
        client.on_subscribe = self._subscribed
        client.on_unsubscribe = self._unsubscribed
        client.on_publish = self._acknowledged
        client.on_socket_open = _watch_peer
        # With a loop of its own registered, paho queues packets for `loop_write` instead of writing each at once.
        client.on_socket_register_write = lambda *_: None
        client.on_socket_unregister_write = lambda *_: None
        return client

    def _connect(self, timeout_s: float) -> Any:
        wait = self._next_attempt - time.monotonic()
        if wait > 0:
            self._sleep(min(wait, timeout_s))
            return None
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # paho leaves it untyped
        properties.SessionExpiryInterval = self._options.session_expiry_s
        properties.ReceiveMaximum = self._options.receive_maximum
        self._heard_at = time.monotonic()
        try:
            self._client.connect(
                self._options.host,
                self._options.port,
                keepalive=self._options.keep_alive_s,
                clean_start=False,
                properties=properties,
            )
        except (OSError, ValueError) as error:  # ValueError: the certificate is not the host's
            log.warning(
                "the broker cannot be reached", host=self._options.host, port=self._options.port, error=str(error)
            )
            self._plan_attempt()
            return None
        return self._client.socket()

    def _plan_attempt(self) -> None:
        self._failures += 1
        self._next_attempt = time.monotonic() + RECONNECT.delay(self._failures)

    def _sleep(self, seconds: float) -> None:
        select.select([self._woken], [], [], seconds)
        self._hush()

    def _hush(self) -> None:
        try:
            while self._woken.recv(4096):
                pass
        except BlockingIOError:
            pass

    def _wait(self, connection: Any, timeout_s: float, reading: bool) -> bool:
        """Whether there is something to read, after waiting for it or for a reason to go on."""
        # What TLS has decrypted already does not show on the socket.
        pending = reading and connection.pending() > 0
        sources = [connection, self._woken] if reading else [self._woken]
        sinks = [connection] if self._client.want_write() or connection.unsent else []
        try:
            ready, _, _ = select.select(sources, sinks, [], 0 if pending else timeout_s)
        except (OSError, ValueError):  # closed meanwhile
            return reading
        if self._woken in ready:
            self._hush()
        return pending or connection in ready

    def _read(self, room: int) -> None:
        for number in range(READS_OF_A_TURN):
            if number >= room and not self._outbox.awaits_answers:
                return
            before = self._messages
            if self._client.loop_read() != MQTT_ERR_SUCCESS or self._messages == before:
                return

    def _write(self) -> None:
        if self._client.want_write():
            self._client.loop_write()
        connection: Any = self._client.socket()
        if connection is not None and connection.unsent:
            # A connection that is gone shows when it is read.
            with contextlib.suppress(OSError):
                connection.flush()

    def _drop(self) -> None:
        if self._client.socket() is not None:
            self._client.disconnect()
            self._client.loop_write()

    def _on_ready(self) -> None:
        if not self.ready:
            log.info("connected", host=self._options.host, port=self._options.port)
            self._basic_ingest.on_connected(self._session_present)
        self.ready, self.lost_at, self._failures = True, None, 0

    def _on_refused(self, topic_filter: str) -> None:
        log.error("the broker's policy refuses a subscription", topic_filter=topic_filter)
        self._drop()

    # --- paho's callbacks ------------------------------------------------------------------------------------------

    def _connected(
        self, _client: Client, _data: Any, flags: ConnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        if code.is_failure:
            log.error("the broker refuses the connection", reason=str(code))
            return
        self._session_present = flags.session_present
        self._subscriptions.on_connected(flags.session_present)

    def _disconnected(
        self, _client: Client, _data: Any, flags: DisconnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        tell = log.warning if code.is_failure else log.info
        tell("the connection is gone", reason=str(code), by_broker=flags.is_disconnect_packet_from_server)
        if self.lost_at is None:
            self.lost_at = time.monotonic()
        self.ready = False
        self._awaited_unsuback = None
        self._basic_ingest.on_disconnected()
        self._plan_attempt()
        self._on_lost()
        self._outbox.lost()

    def _received(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        self._messages += 1
        self._on_message(message)

    def _subscribed(
        self, _client: Client, _data: Any, packet_id: int, codes: list[ReasonCode], _properties: Properties | None
    ) -> None:
        values = [code.value for code in codes]
        self._subscriptions.on_subscribed(packet_id, values)
        self._basic_ingest.on_subscribed(packet_id, values)

    def _unsubscribed(
        self, _client: Client, _data: Any, packet_id: int, codes: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if packet_id == self._awaited_unsuback:
            self._awaited_unsuback = None
            return
        values = [code.value for code in codes]
        self._subscriptions.on_unsubscribed(packet_id, values)
        self._basic_ingest.on_unsubscribed(packet_id, values)

    def _acknowledged(
        self, _client: Client, _data: Any, packet_id: int, code: ReasonCode, _properties: Properties | None
    ) -> None:
        self._outbox.answered(packet_id, code.value)


def _watch_peer(_client: Client, _data: Any, connection: Any) -> None:
    """Have the kernel find a peer that is gone: with a long keep-alive MQTT itself would take minutes."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3)):
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
