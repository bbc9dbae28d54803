"""YAML whose mistakes are said with file, line and key."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict

from simulator.errors import ScenarioError
from simulator.marked_yaml import MarkedYaml, key_text


class Item(BaseModel):
    """Something in a list."""

    model_config = ConfigDict(extra="forbid")
    size: int


class Box(BaseModel):
    """A small model."""

    model_config = ConfigDict(extra="forbid")
    name: str
    items: tuple[Item, ...] = ()


def said(text: str) -> str:
    """What is said of a wrong text."""
    with pytest.raises(ScenarioError) as caught:
        MarkedYaml(text, "box.yaml").validate(Box)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("items: []", "box.yaml, line 1, name: this key is missing."),
        ("name: a\n\ncolour: red", "box.yaml, line 3, colour: there is no such key."),
        (
            "name: a\nitems:\n- size: 1\n- size: x",
            'box.yaml, line 4, items[1].size: "x": input should be a valid integer',
        ),
        ("name: a\nitems:\n- size: 1\n- {}", "box.yaml, line 4, items[1].size: this key is missing."),
        ("name: a\nitems: 3", "box.yaml, line 2, items: this should be a list."),
        ("name: a\nitems: [3]", "box.yaml, line 2, items[0]: this should be a mapping of keys to values."),
        ("name: a\nitems:\n- size: 1\n  size: 2", "box.yaml, line 4, items[0].size: this key stands here twice."),
        ("name: a\nnmae: b\nitems: 3", "box.yaml, line 2, nmae: there is no such key (also wrong: items)."),
        ("name: [", "box.yaml, line 1: this is not YAML"),
        ("name: a\n  b: c", "box.yaml, line 2: this is not YAML: mapping values are not allowed here."),
        ("name: !!python/name:os.system", "box.yaml, line 1: this is not YAML: could not determine a constructor"),
        ("name: 2026-99-99", "box.yaml: a value cannot be read: month must be in 1..12."),
        ("", "box.yaml: it is empty."),
        ("- a", "box.yaml: it is not a mapping of keys to values."),
        ("[" * 20_000, "box.yaml: it is nested too deeply."),
        ("name: &a [*a]", "box.yaml, line 1, name: [[[[[[[...]]]]]]]: input should be a valid string."),
    ],
)
def test_mistake_is_said_where_it_is(text: str, expected: str) -> None:
    """A mistake is said with file, line, key and value, whoever found it."""
    assert said(text).startswith(expected)


def test_right_text_is_read() -> None:
    """What is right becomes the model; anchors and aliases are fine."""
    box = MarkedYaml("name: a\nitems: [&one {size: 1}, *one]", "box.yaml").validate(Box)

    assert box == Box(name="a", items=(Item(size=1), Item(size=1)))


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands in a file, the answer is a model or a sentence."""
    with suppress(ScenarioError):
        assert isinstance(MarkedYaml(text, "box.yaml").validate(Box), Box)


def test_path_as_people_write_it() -> None:
    """Keys are joined with dots, places in lists stand in brackets."""
    assert key_text(("faults", 0, "parameters", "rate_per_min")) == "faults[0].parameters.rate_per_min"
