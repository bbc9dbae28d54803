"""Rows to columns, and a sentence for each that is wrong."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maintenance.models import Artifact, Feature
from maintenance.server.rows import RowError, RowReader, row_reader

PLAIN = RowReader((Feature(name="a_c", unit="°C", minimum=-60, maximum=300), Feature(name="b", unit="1", needed=False)))


def test_a_reading_becomes_temperature_speed_and_hour(artifact: Artifact, reading: dict[str, Any]) -> None:
    """03:04:05.678 UTC at 79.921675° east is 03:04:05.678 + 79.921675/15 h by the sun."""
    columns, errors = row_reader(artifact.card).read([reading])
    expected_h = 3 + 4 / 60 + 5.678 / 3600 + 79.921675 / 15
    np.testing.assert_allclose(columns, [[90.0, 73.0, expected_h]], rtol=1e-9)
    assert errors == {}


def test_what_a_row_has_besides_is_not_read(artifact: Artifact, reading: dict[str, Any]) -> None:
    """Above all not its status: it is the answer."""
    reader = row_reader(artifact.card)
    plain, _ = reader.read([reading])
    with_status, errors = reader.read([reading | {"status": "maintenance_required", "line": "fleet"}])
    np.testing.assert_array_equal(plain, with_status)
    assert errors == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"engine_temp_c": None}, "engine_temp_c is missing."),
        ({"engine_temp_c": "hot"}, "engine_temp_c 'hot' is not a number."),
        ({"engine_temp_c": "1_0"}, "engine_temp_c '1_0' is not a number."),
        ({"engine_temp_c": True}, "engine_temp_c True is not a number."),
        ({"engine_temp_c": [1]}, r"engine_temp_c \[1\] is not a number."),
        ({"engine_temp_c": math.nan}, "engine_temp_c nan cannot be: it lies between -60 and 300."),
        ({"engine_temp_c": math.inf}, "engine_temp_c inf cannot be"),
        ({"engine_temp_c": 10**400}, "engine_temp_c 1000.* is not a number."),
        ({"engine_temp_c": 300.5}, "engine_temp_c 300.5 cannot be: it lies between -60 and 300."),
        ({"speed_kmph": -1}, "speed_kmph -1 cannot be"),
        ({"gps_latitude": 91}, "gps_latitude 91 cannot be"),
        ({"timestamp": "yesterday"}, "timestamp 'yesterday' cannot be read"),
        ({"timestamp": "2026-01-02T03:04:05"}, "timestamp '2026-01-02T03:04:05' cannot be read"),
        ({"timestamp": 1767323045}, "timestamp 1767323045 cannot be read"),
    ],
)
def test_a_row_that_cannot_be_judged_is_told_why(
    artifact: Artifact, reading: dict[str, Any], change: dict[str, Any], told: str
) -> None:
    """Field, value, and what would be right; the rows around it keep their places."""
    columns, errors = row_reader(artifact.card).read([reading, reading | change, reading])
    assert columns.shape == (2, 3)
    assert list(errors) == [1]
    with pytest.raises(RowError, match=told):
        raise RowError(errors[1])


def test_a_signal_that_the_model_does_not_need_may_be_absent(artifact: Artifact, reading: dict[str, Any]) -> None:
    """A silent fuel sensor costs no verdict."""
    del reading["fuel_level_percent"], reading["odometer_km"]
    assert row_reader(artifact.card).read([reading])[1] == {}


def test_what_is_not_needed_and_not_told_is_unknown() -> None:
    """The model sees that it is."""
    columns, errors = PLAIN.read([{"a_c": 1}])
    assert errors == {}
    assert columns[0, 0] == 1.0
    assert math.isnan(columns[0, 1])


def test_a_moment_may_come_as_one(artifact: Artifact, reading: dict[str, Any]) -> None:
    """As a sentence's does."""
    moment = datetime.fromisoformat(reading["timestamp"])
    reader = row_reader(artifact.card)
    np.testing.assert_array_equal(reader.read([reading])[0], reader.read([reading | {"timestamp": moment}])[0])


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=2)
)


@given(st.lists(st.dictionaries(st.sampled_from(["a_c", "b", "c"]), _ANYTHING) | _ANYTHING, max_size=8))
def test_whatever_comes_each_row_is_judged_or_told_why(rows: list[Any]) -> None:
    """Nothing is lost, nothing is raised, and what is judged is in range."""
    columns, errors = PLAIN.read(rows)
    assert len(columns) + len(errors) == len(rows)
    assert all(sentence.endswith(".") for sentence in errors.values())
    assert ((columns[:, 0] >= -60) & (columns[:, 0] <= 300)).all()
