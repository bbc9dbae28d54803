"""Drift of speed and of vibration: the relation of each to the load is learned, and what departs from it is told.

Nobody prints on a nameplate how fast an inverter runs a mill at half load, or how it shakes then. So each machine's own
relation is learned while it runs, a straight line through its last hour, by exponentially weighted moments (Finch,
"Incremental calculation of weighted mean and variance", University of Cambridge, 2009, section 9)::

    dx = x - mean_x;   mean_x += w·dx;   var = (1 - w)·(var + w·dx²);   cov = (1 - w)·(cov + w·dx·dy)
    deviation = (y - mean_y - cov / var · dx) / mean_y,      allowed = threshold + tolerance · |dx|

It judges only after a warm-up, only at loads, and not while the power meter itself is the odd one. What it cannot
tell: a sensor of vibration that drifts from a bearing that wears within the hour. Both want a person.
"""

from __future__ import annotations

from contracts.metrics import (
    MACHINE_POWER,
    MACHINE_ROTATION,
    MACHINE_RUNNING,
    MACHINE_VIBRATION,
    NAMEPLATE_RATED_INPUT,
    Metric,
)
from contracts.telemetry import Signal
from dashboards.prometheus.machines import keep, median_window_s
from dashboards.prometheus.request import PrometheusRequest
from dashboards.prometheus.rule import MACHINE, Recording, number, seconds
from dashboards.prometheus.temperature import LONGEST_STEP_S
from dashboards.thresholds import Thresholds

LOAD = "machine:running_load:ratio"
SIGNAL = "machine:running_signal:average"
SINCE = "machine:relation_since:timestamp_seconds"
MEAN_LOAD = "machine:relation_mean_load:ratio"
MEAN_SIGNAL = "machine:relation_mean_signal:average"
VARIANCE = "machine:relation_load_variance:ratio"
COVARIANCE = "machine:relation_covariance:average"
DEVIATION = "machine:relation_deviation:ratio"
LEARNING = "machine:relation_learning:ratio"
SCORE = "machine:relation_drift:ratio"

VARIANCE_FLOOR = 2e-5
"""Loads that vary by less than half a percent say nothing about a slope."""


def relation_recordings(request: PrometheusRequest) -> list[Recording]:
    """Load while running; then, for speed and vibration, the learned relation and the score: above 1 is a drift."""
    limits = request.thresholds
    return [
        _running_load(request),
        *_relation(Signal.RPM, MACHINE_ROTATION, limits.drift_rpm_threshold, request),
        *_relation(Signal.VIBRATION, MACHINE_VIBRATION, limits.drift_vibration_threshold, request),
    ]


def _running_load(request: PrometheusRequest) -> Recording:
    window, steady = _windows(request)
    load = f"""
        (
          avg by ({MACHINE}) (avg_over_time({MACHINE_POWER.name}[{window}]))
          / on (plant, model) group_left () max by (plant, model) ({NAMEPLATE_RATED_INPUT.name})
        )
        and on ({MACHINE}) min by ({MACHINE}) (min_over_time({MACHINE_RUNNING.name}[{steady}])) == 1"""
    return Recording(LOAD, load)


def _windows(request: PrometheusRequest) -> tuple[str, str]:
    """What is averaged, and how long the machine must have run: run-up and run-down are no relation."""
    window = median_window_s(request)
    return seconds(2 * window), seconds(4 * window)


def _relation(signal: Signal, metric: Metric, threshold: float, request: PrometheusRequest) -> list[Recording]:
    limits = request.thresholds
    of, labels = f'{{signal="{signal}"}}', {"signal": str(signal)}
    average = f"avg by ({MACHINE}) (avg_over_time({metric.name}[{_windows(request)[0]}]) and {metric.name})"
    dx, dy = f"({LOAD} - on ({MACHINE}) {MEAN_LOAD}{of})", f"({SIGNAL}{of} - {MEAN_SIGNAL}{of})"
    slope = f"{COVARIANCE}{of} / ({VARIANCE}{of} + {VARIANCE_FLOOR})"
    learning = f"{LEARNING}{of}"
    return [
        Recording(SIGNAL, f"{average}\nand on ({MACHINE}) {LOAD}", labels),
        Recording(SINCE, keep(f"{SINCE}{of}\nor on ({MACHINE}) 0 * {SIGNAL}{of} + time()", SINCE, of), labels),
        Recording(
            DEVIATION,
            f"({dy} - on ({MACHINE}) ({slope}) * on ({MACHINE}) {dx}) / on ({MACHINE}) {MEAN_SIGNAL}{of}",
            labels,
        ),
        Recording(LEARNING, _learning(of, threshold, limits), labels),
        # The second moments first: they are about the means before this reading.
        Recording(VARIANCE, _moment(VARIANCE, of, learning, f"{dx} ^ 2"), labels),
        Recording(COVARIANCE, _moment(COVARIANCE, of, learning, f"{dx} * on ({MACHINE}) {dy}"), labels),
        Recording(MEAN_LOAD, _mean(MEAN_LOAD, of, learning, dx, LOAD), labels),
        Recording(MEAN_SIGNAL, _mean(MEAN_SIGNAL, of, learning, dy, f"{SIGNAL}{of}"), labels),
        Recording(SCORE, keep(_score(of, threshold, limits), SCORE, of), labels),
    ]


def _learning(of: str, threshold: float, limits: Thresholds) -> str:
    slowed = number(1 / limits.drift_suspicion_slowdown)
    suspicious = number(limits.drift_suspicion * threshold)
    # While the relation is still young every reading belongs to it.
    calm = f"((abs({DEVIATION}{of}) < bool {suspicious}) or on ({MACHINE}) 0 * {SIGNAL}{of} + 1)"
    young = f"(time() - {SINCE}{of} < bool {number(limits.drift_relation_warm_up_s)})"
    step = f"clamp_max(time() - timestamp({MEAN_SIGNAL}{of}), {LONGEST_STEP_S})"
    memory = f"clamp(time() - {SINCE}{of}, 60, {number(limits.drift_relation_memory_s)})"
    return f"{step} / on ({MACHINE}) {memory}\n* on ({MACHINE}) clamp({calm} + on ({MACHINE}) {young}, {slowed}, 1)"


def _moment(record: str, of: str, learning: str, news: str) -> str:
    moved = f"{record}{of} + on ({MACHINE}) {learning} * on ({MACHINE}) ({news})"
    known = f"(1 - {learning}) * on ({MACHINE}) ({moved})"
    first = f"0 * {SIGNAL}{of} unless on ({MACHINE}) {record}{of}"
    return keep(f"{known}\nor on ({MACHINE}) ({first})", record, of)


def _mean(record: str, of: str, learning: str, news: str, value: str) -> str:
    known = f"{record}{of} + on ({MACHINE}) {learning} * on ({MACHINE}) {news}"
    first = f"{value} and on ({MACHINE}) {SIGNAL}{of} unless on ({MACHINE}) {record}{of}"
    return keep(f"{known}\nor on ({MACHINE}) ({first})", record, of)


def _score(of: str, threshold: float, limits: Thresholds) -> str:
    warm = f"time() - {SINCE}{of} > {number(limits.drift_relation_warm_up_s)}"
    away = f"abs({LOAD} - on ({MACHINE}) {MEAN_LOAD}{of})"
    usual = f"({number(threshold)} + {number(limits.drift_relation_tolerance)} * {away})"
    return f"(abs({DEVIATION}{of}) / on ({MACHINE}) {usual}) and on ({MACHINE}) ({warm})"
