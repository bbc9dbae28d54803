"""Functions that give the hash of a text, in hexadecimal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Final

from rules.sql.conversions import to_text
from rules.sql.functions.registry import function

_HASHES: Final = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _hash(name: str) -> Callable[[str], str]:
    def call(text: str) -> str:
        return hashlib.new(name, _utf8(text), usedforsecurity=False).hexdigest()

    return call


for _name in _HASHES:
    function(_name, takes=(to_text,))(_hash(_name))


# RFC 1319 (B. Kaliski, "The MD2 Message-Digest Algorithm", 1992), section 3.2: a permutation of all bytes
# drawn from the digits of pi. Python's hashlib has no MD2.
_PI_BYTES: Final = bytes.fromhex(
    "292e43c9a2d87c013d3654a1ecf0061362a705f3c0c7738c98932bd9bc4c82ca1e9b573cfdd4e01667426f188a17e512"
    "be4ec4d6da9ede49a0fbf58ebb2fee7aa968799115b2073f94c210890b225f21807f5d9a5a903227353ecce7bff79703"
    "ff1930b348a5b5d1d75e922aac56aac64fb838d296a47db676fc6be29c7404f1459d705964718720865bcf65e62da802"
    "1b6025adaeb0b9f61c46616934407e0f5547a323dd51af3ac35cf9cebac5ea262c530d6e85288409d3dfcdf441814d52"
    "6adc37c86cc1abfa24e17b080cbdb14a7888958be363e86de9cbd5fe3b001d39f2efb70e6658d0e4a67772f8eb754b0a"
    "314450b48fed1f1adb998d339f118314"
)
_BLOCK: Final = 16
_ROUNDS: Final = 18


@function("md2", takes=(to_text,))
def md2(text: str) -> str:
    """The MD2 hash, for old systems only.

    Example:
        >>> md2("")
        '8350e5a3e24c153df2275c9f80692773'
    """
    data = _padded(_utf8(text))
    state = bytearray(3 * _BLOCK)
    for start in range(0, len(data), _BLOCK):
        _mix(state, data[start : start + _BLOCK])
    return state[:_BLOCK].hex()


def _padded(data: bytes) -> bytes:
    """Whole blocks: each missing byte says how many are missing, and a checksum closes them."""
    missing = _BLOCK - len(data) % _BLOCK
    data += bytes([missing]) * missing
    checksum = bytearray(_BLOCK)
    last = 0
    for index, byte in enumerate(data):
        last = checksum[index % _BLOCK] = checksum[index % _BLOCK] ^ _PI_BYTES[byte ^ last]
    return data + checksum


def _mix(state: bytearray, block: bytes) -> None:
    state[_BLOCK:] = block + bytes(left ^ right for left, right in zip(state, block, strict=False))
    last = 0
    for number in range(_ROUNDS):
        for index, byte in enumerate(state):
            last = state[index] = byte ^ _PI_BYTES[last]
        last = (last + number) % 256
