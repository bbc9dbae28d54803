"""Speed over a way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.vehicles.profile import Phases, speed_profile

PIECES = st.lists(
    st.tuples(st.floats(200, 3000), st.floats(4, 25), st.booleans(), st.floats(0, 90)), min_size=1, max_size=30
)


def drive(pieces: list[tuple[float, float, bool, float]], up: float = 0.8, down: float = 1.0) -> Phases:
    """The profile of pieces (length, speed, halt, stand)."""
    lengths, speeds, halts, stands = (np.array(column) for column in zip(*pieces, strict=True))
    return speed_profile(lengths, speeds, halts, stands * halts, up, down)


def test_a_trapezoid_by_hand() -> None:
    """1000 m at 20 m/s with 1 and 2 m/s²: 20 s and 200 m up, 10 s and 100 m down, 700 m and 35 s between."""
    phases = drive([(1000.0, 20.0, True, 30.0)], 1.0, 2.0)

    assert phases.lasts_s == pytest.approx([20, 35, 10, 30])
    assert phases.from_m == pytest.approx([0, 200, 900, 1000])
    assert phases.acceleration_m_s2.tolist() == [1.0, 0.0, -2.0, 0.0]


def test_a_short_piece_has_a_peak() -> None:
    """100 m with 1 m/s² both ways: 10 m/s is reached half-way, though 25 would be allowed."""
    phases = drive([(100.0, 25.0, True, 0.0)], 1.0, 1.0)

    assert phases.speed_m_s == pytest.approx([0, 10])


@given(PIECES)
def test_a_drive_keeps_to_speeds_ways_and_halts(pieces: list[tuple[float, float, bool, float]]) -> None:
    """No jump of speed, no speed above the piece's, the whole way covered, standing at each halt."""
    phases = drive(pieces)
    ends = phases.speed_m_s + phases.acceleration_m_s2 * phases.lasts_s
    way = phases.speed_m_s * phases.lasts_s + phases.acceleration_m_s2 * phases.lasts_s**2 / 2
    limits = np.array([speed for _, speed, _, _ in pieces])

    assert ends[:-1] == pytest.approx(phases.speed_m_s[1:], abs=1e-4)
    assert ends[-1] == pytest.approx(0, abs=1e-4)
    assert way.sum() == pytest.approx(sum(length for length, _, _, _ in pieces), rel=1e-6)
    assert (np.maximum(phases.speed_m_s, ends) <= limits[phases.piece] + 1e-6).all()
    for place, (_, _, halt, _) in enumerate(pieces):
        if halt:
            last = np.flatnonzero(phases.piece == place)[-1]
            assert ends[last] == pytest.approx(0, abs=1e-4)
