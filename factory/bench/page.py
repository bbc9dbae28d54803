"""The page of results in Markdown: a section for each command, so that one can be measured anew without the others."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_INTRODUCTION = """\
# Benchmarks

Made by `factory bench` and `factory evaluate`; each section names its command, day and machine.
Compare ratios, not rates: machines differ.
"""
HEADINGS = (
    "Hot paths",
    "Publishing",
    "A fleet",
    "The fleet's function",
    "Model server",
    "The fleet's model",
    "The plant's models",
    "C-MAPSS FD001",
    "C-MAPSS FD002",
    "C-MAPSS FD003",
    "C-MAPSS FD004",
    "NAB",
    "AI4I 2020",
    "SKAB",
)


@dataclass(frozen=True, slots=True)
class Section:
    """What one command has to say.

    Attributes:
        heading: one of `HEADINGS`.
        command: how it was called.
        day: when.
        lines: what came out, in Markdown.
    """

    heading: str
    command: str
    day: date
    lines: Sequence[str]

    def markdown(self) -> str:
        """The section with its heading, and the machine that this is."""
        measured = f"Measured on {self.day.isoformat()} by `{self.command}`: {machine()}."
        return "\n".join([f"## {self.heading}", "", measured, "", *self.lines]) + "\n"


def with_section(page: str, section: Section) -> str:
    """The page with this section in place of the one with its heading, the others as they were.

    Args:
        page: the page so far; may be empty.
        section: what is new.

    Returns:
        The sections in the order of `HEADINGS`; after them any that the page has besides.
    """
    parts = re.split(r"^(?=## )", page, flags=re.MULTILINE)[1:]
    sections = {part.partition("\n")[0].removeprefix("## ").strip(): part.strip() + "\n" for part in parts}
    sections[section.heading] = section.markdown()
    order = [heading for heading in HEADINGS if heading in sections]
    order += [heading for heading in sections if heading not in HEADINGS]
    return "\n".join([_INTRODUCTION, *(sections[heading] for heading in order)])


def machine() -> str:
    """What this is measured on."""
    told = [f"Python {platform.python_version()}", platform.machine(), _processor(), f"{os.cpu_count()} cores"]
    return ", ".join(part for part in told if part)


def _processor() -> str:
    """The processor's name where Linux tells it, else what Python knows."""
    try:
        found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1].strip() if found else platform.processor()
