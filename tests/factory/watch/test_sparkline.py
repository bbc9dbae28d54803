"""Trends in a line of text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from factory.watch.sparkline import BLOCKS, GAP, sparkline

VALUES = st.lists(st.none() | st.floats(min_value=-1e6, max_value=1e6), max_size=40)


def test_a_ramp_takes_each_block_once() -> None:
    """Eight equal steps are the eight blocks."""
    assert sparkline([10, 20, 30, 40, 50, 60, 70, 80]) == "▁▂▃▄▅▆▇█"


def test_a_gap_is_shown() -> None:
    """No reading is not zero."""
    assert sparkline([0.0, None, 80.0]) == "▁·█"
    assert sparkline([None, None]) == "··"
    assert sparkline([]) == ""


def test_noise_below_the_least_range_stays_in_the_middle() -> None:
    """0.1 K of noise on a scale of 2 K moves by a block at most."""
    assert set(sparkline([20.0, 20.1, 19.9, 20.05], least_range=2.0)) <= {"▄", "▅"}


@given(VALUES, st.floats(min_value=0, max_value=100))
def test_one_character_a_value(values: list[float | None], least_range: float) -> None:
    """Whatever the values, a block stands for each, a point for none, and greater values never stand lower."""
    line = sparkline(values, least_range)

    assert len(line) == len(values)
    assert [character == GAP for character in line] == [value is None for value in values]
    known = sorted(
        (value, BLOCKS.index(character)) for value, character in zip(values, line, strict=True) if value is not None
    )
    assert [block for _, block in known] == sorted(block for _, block in known)
