"""Parts of a plant: everybody once, by number alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.backfill.parts import LARGEST, parts


@given(st.integers(1, 30_000))
def test_everybody_is_in_one_part(count: int) -> None:
    """In order, in parts whose sizes differ by one at most and that are never too large."""
    made = parts(range(count))
    sizes = [len(part) for part in made]

    assert [member for part in made for member in part] == list(range(count))
    assert max(sizes) - min(sizes) <= 1
    assert max(sizes) <= LARGEST
