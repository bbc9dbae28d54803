"""Drift of a temperature: what the load explains is taken away, the rest is compared with past and peers.

A housing is as warm as the hall's air plus a rise that follows the electrical power with the nameplate's time constant
(lumped capacitance; Incropera et al., "Fundamentals of Heat and Mass Transfer", 6th ed. 2007, section 5.3)::

    residual = temperature - expected rise,    expected rise' = (R · P / P_rated - expected rise) / τ

The residual of a healthy machine is the hall's air plus an offset of its own that changes only with load, by a few
percent of the rise. So::

    shift     = median over the plant of (residual - baseline)     how far the hall's air has moved
    deviation = residual - shift - baseline                        what neither load nor hall explains
    baseline  = running mean of (residual - shift)                 the machine's own past
    allowed   = threshold + tolerance · |expected rise - its running mean|

on two scales, a fast one for drifts of kelvins a minute and a slow one for kelvins an hour. Filters and running means
are rules that read their own last value; each step is as long as the time since then, so that a gap does no harm.

Tried and dropped: the plant's median of deviations (a machine that joins while the hall warms up looks like a drift,
and a frozen baseline never comes back); a steady first guess of the rise (wrong for a machine that has just changed
its load, by up to its whole rise, for half an hour); the rate of temperature (its noise hides 0.5 K/min for minutes).
"""

from __future__ import annotations

from contracts.metrics import (
    MACHINE_POWER,
    MACHINE_TEMPERATURE,
    NAMEPLATE_RATED_INPUT,
    NAMEPLATE_TEMPERATURE_RISE,
    NAMEPLATE_TIME_CONSTANT,
)
from dashboards.prometheus.machines import GENERATION, keep, median_window_s, reading_step_s
from dashboards.prometheus.request import PrometheusRequest
from dashboards.prometheus.rule import MACHINE, Recording, number, seconds
from dashboards.thresholds import Scale, Thresholds

MEDIAN = "machine:temperature_median:celsius"
STEADY_RISE = "machine:steady_rise:kelvin"
AIR = "plant:air_temperature_estimate:celsius"
RISE = "machine:expected_rise:kelvin"
RESIDUAL = "machine:temperature_residual:kelvin"
SHIFT = "plant:temperature_shift:kelvin"
DEVIATION = "machine:temperature_deviation:kelvin"
LOAD_CHANGE = "machine:expected_rise_change:kelvin"
ALLOWED = "machine:temperature_allowed_deviation:kelvin"
LEARNING = "machine:temperature_learning:ratio"
BASELINE = "machine:temperature_baseline:kelvin"
USUAL_RISE = "machine:expected_rise_mean:kelvin"
SCORE = "machine:temperature_drift:ratio"
POWER_BLAMED = "machine:power_meter_blamed:ratio"

FURTHEST = "machine:temperature_furthest_deviation:kelvin"
"""The deviation on the scale that is worse, with its sign: what people are told."""

LONGEST_STEP_S = 30
"""A gap longer than this starts the expected rise anew: who knows what the machine did meanwhile."""
NEAR_K = 1
"""A temperature so near to the steady one, beside half the nameplate's tolerance, may be taken as steady [K]."""
STEADY_POWER = 0.1
"""Power that has varied by less than this share belongs to one load: a machine between two is not steady."""


def temperature_recordings(request: PrometheusRequest) -> list[Recording]:
    """The chain from temperature and power to a score: above 1 is a drift."""
    rules = _load(request) + _rise(request)
    for scale in request.thresholds.scales:
        rules += _scale(scale, request.thresholds)
    fast, slow = (f'{{scale="{scale.name}"}}' for scale in request.thresholds.scales)
    slower = f"{DEVIATION}{slow} and on ({MACHINE}) ({SCORE}{slow} > on ({MACHINE}) {SCORE}{fast})"
    furthest = f"max by ({MACHINE}) ({slower}) or max by ({MACHINE}) ({DEVIATION}{fast})"
    return [*rules, Recording(FURTHEST, keep(furthest, FURTHEST))]


def _nameplate(metric: str) -> str:
    return f"on (plant, model) group_left () max by (plant, model) ({metric})"


def _load(request: PrometheusRequest) -> list[Recording]:
    window = seconds(median_window_s(request))
    step = seconds(max(5.0, reading_step_s(request)))
    enough = number(median_window_s(request) // reading_step_s(request) // 2 + 1)
    median = f"""
        avg by ({MACHINE}) (
          quantile_over_time(0.5, {MACHINE_TEMPERATURE.name}[{window}])
          and count_over_time({MACHINE_TEMPERATURE.name}[{window}]) >= {enough}
          and {MACHINE_TEMPERATURE.name}
        )"""
    steady = f"""
        avg by ({MACHINE}) (avg_over_time({MACHINE_POWER.name}[{step}]) and {MACHINE_POWER.name})
        / {_nameplate(NAMEPLATE_RATED_INPUT.name)}
        * {_nameplate(NAMEPLATE_TEMPERATURE_RISE.name)}"""
    return [Recording(MEDIAN, median), Recording(STEADY_RISE, steady)]


def _rise(request: PrometheusRequest) -> list[Recording]:
    limits = request.thresholds
    # Readings from before and after a restart must not share a median.
    restarted = f"changes({GENERATION}[{seconds(median_window_s(request) + 5)}]) > 0"
    air = f"""
        quantile by (plant) (0.5, {MEDIAN} - ({RISE} or on ({MACHINE}) {STEADY_RISE}))
        and on (plant) count by (plant) ({MEDIAN} - {STEADY_RISE}) >= {limits.drift_peers}"""
    window = seconds(median_window_s(request))
    spread = f"max_over_time({MACHINE_POWER.name}[{window}]) - min_over_time({MACHINE_POWER.name}[{window}])"
    level = f"max_over_time({MACHINE_POWER.name}[{window}])"
    steady_power = f"max by ({MACHINE}) (({spread}) / {level}) < {STEADY_POWER}"
    in_equilibrium = f"""
            {STEADY_RISE} and on ({MACHINE}) (
              abs({MEDIAN} - {STEADY_RISE} - on (plant) group_left () {AIR})
              <= {NEAR_K} + {number(limits.drift_nameplate_tolerance / 2)} * {STEADY_RISE}
            ) and on ({MACHINE}) ({steady_power})"""
    rise = f"""
        (
          {RISE} + ({STEADY_RISE} - {RISE}) * (1 - exp(
            (timestamp({RISE}) - time()) / {_nameplate(NAMEPLATE_TIME_CONSTANT.name)}
          ))
          unless on ({MACHINE}) (time() - timestamp({RISE}) > {LONGEST_STEP_S})
          unless on ({MACHINE}) ({restarted})
        )
        or on ({MACHINE}) ({in_equilibrium}
        )
        or on ({MACHINE}) ({MEDIAN} - on (plant) group_left () {AIR} and on ({MACHINE}) {STEADY_RISE})
        or on ({MACHINE}) ({STEADY_RISE} and on ({MACHINE}) {MEDIAN})"""
    # The median is half a window old: so is a mean of the rise over the same window.
    aged_rise = f"avg_over_time({RISE}[{window}])"
    residual = f"({MEDIAN} - {aged_rise} and {RISE})\nunless on ({MACHINE}) ({restarted})"
    return [Recording(AIR, air), Recording(RISE, rise), Recording(RESIDUAL, residual)]


def _scale(scale: Scale, limits: Thresholds) -> list[Recording]:
    of = f'{{scale="{scale.name}"}}'
    labels = {"scale": scale.name}
    learned = f"{RESIDUAL} - on ({MACHINE}) {BASELINE}{of}"
    shift = f"""
        (
          quantile by (plant) (0.5, {learned})
          and on (plant) count by (plant) ({learned}) >= {limits.drift_peers}
        )
        or on (plant) {SHIFT}{of}
        or on (plant) 0 * max by (plant) ({RESIDUAL})"""
    centred = f"{RESIDUAL} - on (plant) group_left () {SHIFT}{of}"
    change = f"{RISE} - on ({MACHINE}) {USUAL_RISE}{of} and on ({MACHINE}) {RESIDUAL}"
    allowed = f"{number(scale.threshold_k)} + {number(limits.drift_nameplate_tolerance)} * abs({LOAD_CHANGE}{of})"
    slowed = number(1 / limits.drift_suspicion_slowdown)
    learning = f"""
        clamp_max(time() - timestamp({BASELINE}{of}), {LONGEST_STEP_S}) / {number(scale.memory_s)}
        * clamp_min(
          abs({DEVIATION}{of}) < bool {number(limits.drift_suspicion)} * {ALLOWED}{of}, {slowed}
        )"""
    return [
        Recording(SHIFT, shift, labels),
        Recording(DEVIATION, f"{centred} - on ({MACHINE}) {BASELINE}{of}", labels),
        Recording(LOAD_CHANGE, change, labels),
        Recording(ALLOWED, allowed, labels),
        Recording(LEARNING, learning, labels),
        Recording(
            BASELINE,
            keep(
                f"{BASELINE}{of} + {LEARNING}{of} * {DEVIATION}{of}\nor on ({MACHINE}) (\n{centred}\n"
                f"unless on ({MACHINE}) {BASELINE}{of})",
                BASELINE,
                of,
            ),
            labels,
        ),
        Recording(
            USUAL_RISE,
            keep(
                f"{USUAL_RISE}{of} + {LEARNING}{of} * {LOAD_CHANGE}{of}\nor on ({MACHINE}) (\n{RISE} and on ({MACHINE})"
                f" {RESIDUAL}\nunless on ({MACHINE}) {USUAL_RISE}{of})",
                USUAL_RISE,
                of,
            ),
            labels,
        ),
        Recording(SCORE, keep(f"abs({DEVIATION}{of}) / {ALLOWED}{of}", SCORE, of), labels),
        Recording(POWER_BLAMED, keep(_blamed(of), POWER_BLAMED, of), labels),
    ]


def _blamed(of: str) -> str:
    """1 where the power moved and the temperature did not, for minutes: of the two sensors the meter is the odd one.

    The expected rise has changed, the temperature less the hall's air has not (change + deviation is about nothing),
    and the temperature's sensor is alive: a stuck one repeats itself to the last digit.
    """
    still = f"abs({LOAD_CHANGE}{of} + {DEVIATION}{of}) < bool 0.3 * abs({LOAD_CHANGE}{of})"
    alive = f"max by ({MACHINE}) (stddev_over_time({MACHINE_TEMPERATURE.name}[2m]) > bool 0)"
    return f"({still}) * on ({MACHINE}) ({alive})"
