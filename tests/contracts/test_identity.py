"""Manifests: names in the bundle, and what is authenticated."""

from __future__ import annotations

from datetime import UTC, datetime

from contracts.identity import Envelope, Identity, Manifest, certificate_file, key_file, shard_name


def manifest(nonce: bytes = b"n" * 12) -> Manifest:
    """A manifest of one identity."""
    return Manifest(
        plant="plant1",
        shard=shard_name(0),
        issued_at=datetime(2026, 1, 2, tzinfo=UTC),
        issuer="plant",
        identities=(Identity(device_id="M001", plant="plant1", line="line1", model="cnc_mill"),),
        files={certificate_file("M001"): "0" * 64, key_file("M001"): "1" * 64},
        envelope=Envelope.model_validate(
            {"key_id": "k", "encrypted_key": "AAAA", "nonce": nonce.hex(), "encryption_context": {"plant": "plant1"}}
        ),
    )


def test_survives_json() -> None:
    """A manifest read back from its JSON is the same."""
    assert manifest() == Manifest.model_validate_json(manifest().model_dump_json())


def test_the_envelope_is_not_part_of_what_it_authenticates() -> None:
    """Two envelopes of the same content authenticate the same bytes, and other content does not."""
    other = manifest().model_copy(update={"shard": shard_name(1)})

    assert manifest(b"a" * 12).associated_data() == manifest(b"b" * 12).associated_data()
    assert manifest().associated_data() != other.associated_data()
