"""The page of a program lists its settings as they are in the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from factory.local_aws.settings import LocalAwsSettings
from factory.mail.settings import MailSettings
from init_container.settings import InitSettings
from maintenance.models.fetch import FetchSettings
from maintenance.server.settings import ModelServerSettings
from maintenance.verdicts.settings import VerdictSettings
from rules.settings import RulesSettings
from simulator.settings import SimulatorSettings

ROOT = Path(__file__).parents[1]
PAGES: tuple[tuple[str, type[BaseSettings]], ...] = (
    ("simulator", SimulatorSettings),
    ("rules", RulesSettings),
    ("init_container", InitSettings),
    ("maintenance", ModelServerSettings),
    ("maintenance", VerdictSettings),
    ("maintenance", FetchSettings),
    ("factory/mail", MailSettings),
    ("factory/local_aws", LocalAwsSettings),
)
ROOMS = sorted({"contracts", "dashboards", "factory", *(page for page, _ in PAGES)})


def shown(default: Any) -> str:
    """A default as the tables write it; a directory of the repository by its place there."""
    if default is None or default == "":
        return "(none)"
    if isinstance(default, Path) and default.is_relative_to(ROOT):
        default = default.relative_to(ROOT)
    return f"`{default}`"


@pytest.mark.parametrize(("page", "model"), PAGES, ids=lambda value: getattr(value, "__name__", value))
def test_a_page_lists_every_setting_and_no_other(page: str, model: type[BaseSettings]) -> None:
    """Name, meaning and default, in the order of the code."""
    prefix = model.model_config["env_prefix"]
    expected = [
        f"| `{prefix}{name.upper()}` | {field.description} | "
        f"{'(needed)' if field.is_required() else shown(field.default)} |"
        for name, field in model.model_fields.items()
    ]
    lines = (ROOT / page / "README.md").read_text().splitlines()
    assert [line for line in lines if line.startswith(f"| `{prefix}")] == expected


@pytest.mark.parametrize("room", ROOMS)
def test_each_room_has_a_page(room: str) -> None:
    """Its first line is its name."""
    assert (ROOT / room / "README.md").read_text().splitlines()[0] == f"# {room}"
