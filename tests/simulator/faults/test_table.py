"""The table of faults for the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.faults import FAULTS
from simulator.faults.table import BEGIN, END, fault_table, main


def test_every_kind_has_a_row() -> None:
    """Kinds stand in the order of the registry, parameters with their defaults, models by name."""
    rows = fault_table().splitlines()[2:]

    assert [row.split("`")[1] for row in rows] == list(FAULTS)
    assert all(row.count("|") == 7 for row in rows)
    cavitation = (
        "| `cavitation` | process | `magnitude_mm_s`, `flow_loss` (0.1), `wear_factor` (3) | centrifugal_pump |"
    )
    assert any(row.startswith(cavitation) for row in rows)


def test_a_page_is_written_between_its_marks(tmp_path: Path) -> None:
    """What stands around the marks stays; a second time changes nothing."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")

    assert main([str(page)]) == 0
    once = page.read_text()
    assert main([str(page)]) == 0
    assert page.read_text() == once == f"before\n{BEGIN}\n\n{fault_table()}\n\n{END}\nafter\n"


@pytest.mark.parametrize(("text", "told"), [("no marks", "has no place for the table"), (None, "No such file")])
def test_a_page_without_marks_is_left_alone(
    tmp_path: Path, text: str | None, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A page with no place for it, or none at all, is told in a sentence."""
    page = tmp_path / "page.md"
    if text is not None:
        page.write_text(text)

    assert main([str(page)]) == 2
    assert told in capsys.readouterr().err
    assert text is None or page.read_text() == text
