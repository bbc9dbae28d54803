"""What a run of benchmarks says: a page in Markdown, which a terminal shows as well, and plain values for JSON."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from datetime import date
from typing import Any

from factory.bench.measure import Result
from factory.bench.memory import Growth


def rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    """The results as plain values."""
    return [
        {
            "case": result.case.name,
            "unit": result.case.unit,
            "per_second": round(result.ours_per_s),
            "baseline": result.case.baseline_name,
            "baseline_per_second": round(result.baseline_per_s),
            "ratio": round(result.ratio, 2),
            "rounds": result.rounds,
        }
        for result in results
    ]


def growth_rows(growths: Sequence[Growth]) -> list[dict[str, Any]]:
    """What was left in memory, as plain values."""
    return [
        {
            "case": growth.growing.name,
            "unit": growth.growing.unit,
            "count": growth.count,
            "bytes_after_a_twentieth": growth.bytes_after_first,
            "bytes_at_the_end": growth.bytes_after_all,
            "blocks_grown": growth.blocks,
        }
        for growth in growths
    ]


def sentences(growths: Sequence[Growth]) -> list[str]:
    """What was left in memory, as sentences."""
    return [
        f"Memory over {growth.count:,} {growth.growing.unit} ({growth.growing.name}): "
        f"{growth.bytes_after_first / 1e6:.1f} MB after a twentieth of them, "
        f"{growth.bytes_after_all / 1e6:.1f} MB at the end; {growth.blocks:+,} blocks of Python."
        for growth in growths
    ]


def markdown(results: Sequence[Result], growths: Sequence[Growth], day: date, cores: int) -> str:
    """The page of a run: what was measured, against what, on which machine."""
    lines = [
        "# Benchmarks",
        "",
        "Made by `factory bench --write docs/benchmarks.md`. Each row is two functions on the same input, taking",
        "turns in one process; rates are medians per second of CPU time on one core, the ratio is the median of the",
        "ratios of the rounds.",
        "Compare ratios, not rates: machines differ.",
        "",
        f"Measured {day.isoformat()}, Python {platform.python_version()}, {platform.machine()}, {cores} cores.",
        "",
        "| what | ours, per s | baseline | baseline, per s | ratio |",
        "|---|---:|---|---:|---:|",
    ]
    lines += [
        f"| {row['case']} ({row['unit']}) | {row['per_second']:,} | {row['baseline']} "
        f"| {row['baseline_per_second']:,} | {row['ratio']:.2f} |"
        for row in rows(results)
    ]
    for sentence in sentences(growths):
        lines += ["", sentence]
    return "\n".join(lines) + "\n"
