"""The page of the settings is as the code would write it."""

from __future__ import annotations

from pathlib import Path

from factory.compose.settings_table import PAGE, page

ROOT = Path(__file__).parents[3]


def test_the_page_is_up_to_date() -> None:
    """Names, meanings, defaults and the compose file's values; `make generate` writes it again."""
    assert (ROOT / PAGE).read_text(encoding="utf-8") == page()


def test_a_password_stands_nowhere() -> None:
    """It is told to be a secret, in compose and on ECS."""
    lines = [line for line in page().splitlines() if "PASSWORD" in line]

    assert len(lines) == 2
    assert all("a secret: file" in line for line in lines)
