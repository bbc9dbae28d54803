"""The digest over all files, and counts that add up."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from simulator.backfill.manifest import Counts, WrittenFile, digest_of


@given(st.dictionaries(st.text("abc/-.", min_size=1), st.binary(), max_size=8))
def test_the_digest_is_that_of_the_sums_in_order(contents: dict[str, bytes]) -> None:
    """As `sha256sum` prints them, ordered by name; the order in which files were written does not matter."""
    files = {key: WrittenFile.of(content, 0) for key, content in contents.items()}
    backwards = dict(reversed(files.items()))
    lines = [f"{hashlib.sha256(contents[key]).hexdigest()}  {key}\n" for key in sorted(contents)]

    assert digest_of(files) == digest_of(backwards) == hashlib.sha256("".join(lines).encode()).hexdigest()


def test_counts_add_up() -> None:
    """Each of its own kind."""
    total = Counts(readings=1, archived=2)
    total.add(Counts(readings=10, overflowed=3))

    assert total == Counts(readings=11, archived=2, overflowed=3)
