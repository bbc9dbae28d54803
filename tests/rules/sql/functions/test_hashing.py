"""Hashes; the expected ones are printed in the RFCs."""

from __future__ import annotations

import pytest

from rules.sql.functions.hashing import md2


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("", "8350e5a3e24c153df2275c9f80692773"),
        ("a", "32ec01ec4a6dac72c0ab96fb34c0b5d1"),
        ("abc", "da853b0d3f88d99b30283a69e6ded6bb"),
        ("message digest", "ab4f496bfb2a530b219ff33031fe06b0"),
        ("abcdefghijklmnopqrstuvwxyz", "4e8ddff3650292ab5a4108c3aa47940b"),
    ],
)
def test_md2(text: str, digest: str) -> None:
    """RFC 1319, appendix A.5."""
    assert md2(text) == digest


@pytest.mark.parametrize(
    ("name", "digest"),
    [
        # RFC 1321, appendix A.5, and FIPS 180-2, appendices A and B, for the text "abc".
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ],
)
def test_the_others(call, name: str, digest: str) -> None:
    """The hash of a text is that of its bytes in UTF-8."""
    assert call(name, "abc") == digest
