"""Sealing and opening bundles."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from factory.provision.bundle import pack, unpack


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8})?", fullmatch=True), st.binary(max_size=200)))
def test_what_is_packed_comes_out(files: dict[str, bytes]) -> None:
    """Any files; and the same files give the same bytes."""
    assert unpack(pack(files)) == files
    assert pack(files) == pack(dict(reversed(files.items())))


def test_each_writing_has_a_key_and_a_nonce_of_its_own(account: Any) -> None:
    """AES-GCM is broken by a nonce that is used twice under one key (NIST SP 800-38D, 8)."""
    account.provision(1, issuer="plant")
    first = account.bundle().manifest.envelope
    account.provision(2, issuer="plant")
    second = account.bundle().manifest.envelope
    assert first.encrypted_key != second.encrypted_key
    assert first.nonce != second.nonce
    assert len(second.nonce) == 12


def test_the_context_names_plant_and_shard(account: Any) -> None:
    """KMS unwraps the key for who says the same."""
    account.provision(1, issuer="plant")
    assert account.bundle().manifest.envelope.encryption_context == {"plant": "plant1", "shard": "shard-0000"}
