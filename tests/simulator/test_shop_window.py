"""What the simulator shows to others."""

from __future__ import annotations

import importlib

import pytest


@pytest.mark.parametrize(
    "name",
    [
        "simulator",
        "simulator.faults",
        "simulator.models",
        "simulator.physics",
        "simulator.vehicles",
        "simulator.vehicles.physics",
    ],
)
def test_window_shows_what_there_is(name: str) -> None:
    """Every name in `__all__` can be imported, and the list is in order and without repeats."""
    module = importlib.import_module(name)

    assert all(hasattr(module, shown) for shown in module.__all__)
    assert len(set(module.__all__)) == len(module.__all__)
