"""Benchmarks measure the same work on both sides, and say what they measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.telemetry import MachineTelemetry
from factory.bench.cases import CASES, encode_case, rule_case
from factory.bench.measure import Case, measure
from factory.bench.report import markdown
from factory.commands.bench import bench


def busy(rounds: int) -> Callable[[], None]:
    """Work that costs CPU time in proportion to its rounds."""
    return lambda: [None for _ in range(rounds)] and None


def test_the_slower_side_has_the_lower_rate() -> None:
    """Ours with fifty times the work comes out with a ratio below one."""
    result = measure(Case("slow", "things", busy(500_000), busy(10_000), "quick", 1), seconds=0.01)

    assert result.rounds >= 3
    assert result.ratio < 1


def test_both_encoders_say_the_same() -> None:
    """The messages of ours and of the baseline are equal as telemetry."""
    case = encode_case()
    ours, baseline = case.ours(), case.baseline()

    assert isinstance(ours, list)
    assert isinstance(baseline, list)
    assert [MachineTelemetry.model_validate_json(one) for one in ours] == [
        MachineTelemetry.model_validate_json(one) for one in baseline
    ]


def test_every_case_runs() -> None:
    """Each case can be made and both its sides run."""
    for make in CASES.values():
        case = make()
        case.ours()
        case.baseline()


def test_page_and_json_tell_the_same_ratio(tmp_path: Path) -> None:
    """`--write` and `--json` come from one run."""
    page = tmp_path / "benchmarks.md"
    done = CliRunner().invoke(bench, ["rule", "--seconds", "0.01", "--json", "--write", str(page)])

    (row,) = json.loads(done.stdout)
    assert f"| {row['ratio']:.2f} |" in page.read_text()


def test_the_page_names_day_and_machine() -> None:
    """A reader sees when and on what the figures were measured."""
    page = markdown([measure(rule_case(), 0.01)], date(2026, 1, 2), cores=2)

    assert "Measured 2026-01-02" in page
    assert "2 cores" in page


@pytest.mark.parametrize("arguments", [["nonsense"], ["--seconds", "fast"]])
def test_a_wrong_call_is_refused(arguments: list[str]) -> None:
    """An unknown case or a time that is no number is exit status 2."""
    assert CliRunner().invoke(bench, arguments).exit_code == 2
