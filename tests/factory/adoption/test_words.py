"""Tests of texts with holes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factory.adoption.words import NotKnownError, fill, fill_all, holes

NAMES = st.text(min_size=1, max_size=30)


@given(NAMES, NAMES)
def test_what_is_filled_in_is_taken_as_it_is(name: str, role: str) -> None:
    """Braces, quotes and exclamation marks in a name are text, and are not filled again."""
    assert fill("{role}:{name}", {"role": role, "name": name}) == f"{role}:{name}"


@pytest.mark.parametrize("words", [{}, {"name": None}, {"name": []}, {"name": {"a": 1}}])
def test_a_hole_that_stays_open_is_told_by_its_name(words: dict[str, object]) -> None:
    """Neither nothing nor a list is a name."""
    with pytest.raises(NotKnownError) as told:
        fill("{name}", words)
    assert told.value.expression == "name"


def test_truth_and_numbers_are_written_as_terraform_writes_them() -> None:
    """`true` and `443`."""
    assert fill("{on} {port}", {"on": True, "port": 443}) == "true 443"


def test_holes_are_found_and_filled_at_any_depth() -> None:
    """In lists within mappings too; what is no text stays."""
    parameters = {"Filters": [{"Name": "group-id", "Values": ["{group}"]}], "MaxResults": 5}
    assert holes(parameters) == {"group"}
    assert fill_all(parameters, {"group": "sg-1"})["Filters"][0]["Values"] == ["sg-1"]
    assert fill_all(parameters, {"group": "sg-1"})["MaxResults"] == 5
