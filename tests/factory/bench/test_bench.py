"""Benchmarks measure the same work on both sides, and say what they measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.telemetry import MachineTelemetry
from factory.bench.cases import CASES, encode_case
from factory.bench.measure import Case, measure
from factory.bench.memory import Growing, grow
from factory.bench.rules import by_hand, decode_case, large_catalog_case, rules_growth, typical_rule_case
from factory.commands.bench import bench
from factory.errors import LocalFactoryUsageError
from rules.sql import NO_MATCH, dumps


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
    for make in [make for makers in CASES.values() for make in makers]:
        case = make()
        case.ours()
        case.baseline()


def test_the_rule_and_the_function_beside_it_say_the_same() -> None:
    """For every message of the benchmark, those included that do not match; numbers are equal to double precision."""
    case = typical_rule_case()
    ours = [None if result is NO_MATCH else json.loads(dumps(result)) for result in case.ours()]

    assert ours == case.baseline()
    assert None in ours
    assert by_hand("a/b/c/d", {"temp": 39, "state": "running"}) is None


def test_two_rules_of_the_large_catalog_match_each_message() -> None:
    """As many results as the catalog of two gives, and the same ones."""
    case = large_catalog_case()

    assert case.ours() == case.baseline()
    assert len(case.ours()) == 2 * case.count


def test_decoded_messages_are_what_json_says() -> None:
    """Exact numbers are those that the baseline rounds."""
    case = decode_case()

    assert [{**value, "temp": float(value["temp"])} for value in case.ours()] == [
        {**value, "vibration": Decimal("0.42"), "power": Decimal("7.5")} for value in case.baseline()
    ]


def test_what_grows_is_seen() -> None:
    """Work that keeps an object a unit shows as many blocks; rules show none to speak of."""
    kept: list[object] = []
    leaking = Growing("keep", "things", lambda count: kept.extend(object() for _ in range(count)))

    # Caches of topics are full after 10,000 of them: each ten evaluations have a topic of their own.
    assert grow(leaking, 100_000).blocks > 90_000
    assert grow(rules_growth(), 2_200_000).blocks < 10_000


def test_page_and_json_tell_the_same_ratio(tmp_path: Path) -> None:
    """`--write` and `--json` come from one run."""
    page = tmp_path / "benchmarks.md"
    done = CliRunner().invoke(bench, ["encode", "--seconds", "0.01", "--json", "--write", str(page)])

    (row,) = json.loads(done.stdout)["ratios"]
    assert f"| {row['ratio']:.2f} |" in page.read_text()
    assert "cases encode --seconds 0.01`: Python" in page.read_text()


def test_a_page_that_cannot_be_written_is_refused_before_measuring(tmp_path: Path) -> None:
    """Minutes of measuring are not lost to a directory that is not there."""
    done = CliRunner().invoke(bench, ["encode", "--write", str(tmp_path / "nowhere" / "page.md")])

    assert isinstance(done.exception, LocalFactoryUsageError)


def test_memory_is_told_beside_the_ratios() -> None:
    """`factory bench rules` says how much there was at first and in the end."""
    done = CliRunner().invoke(bench, ["rules", "--seconds", "0.01", "--evaluations", "2000", "--json"])

    told = json.loads(done.stdout)
    assert [row["count"] for row in told["memory"]] == [2000]
    assert [row["baseline"] for row in told["ratios"]] == [
        "the same logic by hand in Python",
        "a catalog of those 2",
        "a catalog of those 2",
        "json.loads",
    ]


@pytest.mark.parametrize("arguments", [["nonsense"], ["--seconds", "fast"]])
def test_a_wrong_call_is_refused(arguments: list[str]) -> None:
    """An unknown case or a time that is no number is exit status 2."""
    assert CliRunner().invoke(bench, arguments).exit_code == 2
