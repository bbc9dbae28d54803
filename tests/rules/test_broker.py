"""The identity is checked before anything is dialled; publishing from other threads waits for the answer."""

from __future__ import annotations

import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from contracts.errors import SettingsError
from contracts.identity import CA_FILE, certificate_file, key_file
from contracts.resources import RULES_ENGINE
from rules.actions import Publication
from rules.broker import Broker, BrokerOptions, tls_context
from rules.errors import RetryableError


@pytest.fixture
def identity(tmp_path):
    """A directory with a self-signed identity, as the init container would lay it down."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, RULES_ENGINE)])
    now = datetime.now(UTC)
    certificate = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1)).sign(
        key, hashes.SHA256()
    )
    (tmp_path / "identities").mkdir()
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / CA_FILE).write_bytes(pem)
    (tmp_path / certificate_file(RULES_ENGINE)).write_bytes(pem)
    (tmp_path / key_file(RULES_ENGINE)).write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return tmp_path


def broker(identity, port: int = 1) -> Broker:
    """A broker that nobody listens for."""
    options = BrokerOptions("127.0.0.1", port, "plant1")
    return Broker(options, tls_context(identity), ["a/#"], lambda _: None, lambda: None)


def test_the_context_asks_for_tls_1_2_and_a_name_that_fits(identity):
    """Whom we do not know we do not speak to."""
    context = tls_context(identity)

    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize("file", [CA_FILE, certificate_file(RULES_ENGINE), key_file(RULES_ENGINE)])
def test_a_missing_or_broken_file_is_a_wrong_setting(identity, file):
    """With the directory, and the file where it is missing."""
    (identity / file).write_text("broken")
    with pytest.raises(SettingsError, match="cannot be used"):
        tls_context(identity)

    (identity / file).unlink()
    with pytest.raises(SettingsError, match=file):
        tls_context(identity)


def test_a_broker_that_is_away_is_tried_again_later(identity):
    """Refused at once, and then a wait within the back-off's bounds."""
    tried = broker(identity)
    for _ in range(20):
        tried.turn(0.01, room=1)

    assert (tried.ready, tried.lost_at is not None) == (False, True)
    assert 1 <= tried._failures < 20


def test_wake_ends_a_turn(identity):
    """A lane has reported: the engine need not wait out its turn."""
    tried = broker(identity)
    tried._next_attempt = time.monotonic() + 60
    waiting = threading.Thread(target=tried.turn, args=(30.0,), kwargs={"room": 1})
    waiting.start()
    tried.wake()
    waiting.join(5)

    assert not waiting.is_alive()


def test_publishing_without_a_connection_can_be_tried_again(identity, monkeypatch):
    """Nobody answers within the time that is granted."""
    monkeypatch.setattr("rules.broker.ANSWER_TIMEOUT_S", 0.05)

    with pytest.raises(RetryableError, match="No answer"):
        broker(identity).publish(Publication("t", b"", 1))
