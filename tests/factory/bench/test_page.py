"""The page of benchmarks keeps what other commands have written."""

from __future__ import annotations

import os
from datetime import date

from factory.bench.page import Section, machine, with_section


def test_a_section_names_command_day_and_machine() -> None:
    """A reader sees how, when and on what the figures were measured."""
    page = with_section("", Section("A fleet", "factory bench fleet", date(2026, 1, 2), ["All well."]))

    assert page.startswith("# Benchmarks\n")
    assert f"## A fleet\n\nMeasured on 2026-01-02 by `factory bench fleet`: {machine()}.\n\nAll well.\n" in page
    assert f"{os.cpu_count()} cores" in machine()


def test_a_section_measured_anew_takes_the_place_of_the_old() -> None:
    """The others stay as they were, in the page's order, and so does a section that somebody wrote by hand."""
    page = with_section("", Section("A fleet", "fleet", date(2026, 1, 2), ["one"]))
    page += "\n## By hand\n\nkept\n"
    page = with_section(page, Section("Hot paths", "cases", date(2026, 1, 3), ["two"]))
    page = with_section(page, Section("A fleet", "fleet", date(2026, 1, 4), ["three"]))

    headings = [line for line in page.splitlines() if line.startswith("#")]
    assert headings == ["# Benchmarks", "## Hot paths", "## A fleet", "## By hand"]
    assert "one" not in page.split()
    assert [word for word in page.split() if word in ("two", "three", "kept")] == ["two", "three", "kept"]


def test_writing_the_same_section_twice_changes_nothing() -> None:
    """No empty lines pile up."""
    section = Section("Publishing", "publish", date(2026, 1, 2), ["```", "a", "```"])
    page = with_section("", section)

    assert with_section(page, section) == page
