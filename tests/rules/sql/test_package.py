"""The shop window of the package."""

from __future__ import annotations

import inspect

import rules.sql as sql


def test_all_names_what_can_be_imported() -> None:
    """``__all__`` lists exactly the public names that are not modules."""
    public = {
        name
        for name, value in vars(sql).items()
        if not name.startswith("_") and not inspect.ismodule(value) and name != "annotations"
    }

    assert set(sql.__all__) == public
