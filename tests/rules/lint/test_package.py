"""The shop windows of the two packages."""

from __future__ import annotations

import pytest

from rules import explain, lint


@pytest.mark.parametrize("package", [lint, explain], ids=["lint", "explain"])
def test_everything_promised_is_there(package):
    """And each name once."""
    assert len(set(package.__all__)) == len(package.__all__)
    assert all(hasattr(package, name) for name in package.__all__)


def test_every_kind_has_a_line_of_its_own():
    """Short enough for a list, and no two alike."""
    summaries = [kind.summary for kind in lint.KINDS.values()]

    assert len(set(summaries)) == len(summaries)
    assert all(summary.endswith(".") and len(summary) < 100 for summary in summaries)
    assert all(code == code.lower() and " " not in code for code in lint.KINDS)
