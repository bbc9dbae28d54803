"""What benchmarks came to: sentences for a terminal and the page, and plain values for JSON."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from factory.bench.fleet import FleetResult
from factory.bench.measure import Result
from factory.bench.memory import Growth
from factory.bench.publish import PublishResult
from factory.bench.server import ServerResult


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


def hot_paths(results: Sequence[Result], growths: Sequence[Growth]) -> list[str]:
    """What the hot paths came to, in Markdown."""
    lines = [
        "Each row is two functions on the same input, taking turns in one process; rates are medians per second of CPU",
        "time on one core, the ratio is the median of the ratios of the rounds.",
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
    return lines


def publish_sentences(result: PublishResult) -> list[str]:
    """What publishing came to, for people."""
    ours, bare = result.ours, result.bare
    share = ours.broker_cpu_us / (ours.cpu_us + ours.broker_cpu_us)
    return [
        f"{result.connections:,} connections, QoS 1 under mutual TLS, {result.rounds} rounds, against {result.broker}:",
        f"  ours      {ours.rate:,.0f} messages a second, {ours.cpu_us:.0f} µs of CPU each",
        f"  bare loop {bare.rate:,.0f} messages a second, {bare.cpu_us:.0f} µs of CPU each",
        f"  ratio of the rates {result.ratio:.2f}, of the CPU {bare.cpu_us / ours.cpu_us:.2f}",
        f"The broker took {ours.broker_cpu_us:.0f} µs a message, {share:.0%} of all CPU. {_load(result.load)}",
    ]


def fleet_sentences(result: FleetResult) -> list[str]:
    """What a fleet came to, for people."""
    share = result.broker_cpu / (result.cpu + result.broker_cpu)
    return [
        f"{result.machines:,} machines, {result.workers} workers, {result.seconds:.0f} s, against {result.broker}:",
        f"  {result.acknowledged:,} of {result.published:,} messages acknowledged, {result.lost} lost",
        f"  {result.overflowed:,} dropped while machines were not yet connected",
        f"  {result.steps_left_out} ticks missed",
        f"  PUBACK within {result.puback_median_s:g} s for half of them, {result.puback_p99_s:g} s for 99 %",
        f"  {result.memory_bytes / 2**20:,.0f} MiB in all processes",
        f"  {result.cpu:.2f} cores, {result.cpu_us:.0f} µs a message",
        f"  /metrics took {result.metrics_s:.2f} s at most; connecting took {result.connect_s:.0f} s",
        f"  the ledger grows by {result.ledger_bytes_an_hour / 1e6:,.0f} MB an hour",
        f"The broker took {result.broker_cpu:.2f} cores, {share:.0%} of all CPU. {_load(result.load)}",
    ]


def server_sentences(result: ServerResult) -> list[str]:
    """What the model server came to, for people."""
    one = f"{result.median_ms:.1f} ms at the median, {result.p99_ms:.1f} ms for 99 % of {result.requests:,}"
    rates = f"{result.rows_per_s:,.0f} readings a second from JSON, {result.sentences_per_s:,.0f} from sentences"
    return [
        f"The model {result.model} over HTTP, one connection, explanations included:",
        f"  one reading a request: {one}",
        f"  the model alone for one reading, in a process without HTTP: {result.alone_median_ms:.1f} ms",
        f"  batches of {result.batch:,}: {rates}",
        f"  the model alone without explanations: {result.alone_rows_per_s:,.0f} readings a second",
        _load(result.load),
    ]


def fenced(sentences_of: Sequence[str]) -> list[str]:
    """Sentences as Markdown that keeps their lines."""
    return ["```", *sentences_of, "```"]


def _load(average: float) -> str:
    return f"Load average {average:.1f} on {os.cpu_count()} cores."
