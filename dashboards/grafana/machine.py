"""One machine: what its sensors say, what they should say, and since when they do not."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard, stat, statetimeline, table, timeseries

from contracts.metrics import (
    MACHINE_POWER,
    MACHINE_ROTATION,
    MACHINE_RUNNING,
    MACHINE_TEMPERATURE,
    MACHINE_VIBRATION,
    NAMEPLATE_RATED_INPUT,
)
from dashboards.grafana import verdicts
from dashboards.grafana.looks import (
    BAD,
    THIRD,
    WARN,
    Query,
    choice,
    columns,
    frame,
    lines_panel,
    stat_panel,
    states_panel,
    steps,
    table_panel,
)
from dashboards.grafana.plant import DRIFT, MACHINE_UID, NEAR_LIMIT, ZONES
from dashboards.prometheus import machines, relation, temperature
from dashboards.prometheus.rule import MACHINE, number
from dashboards.thresholds import Thresholds

THIS = 'plant="$plant",device_id="$device_id"'
OF_THIS = f"{{{THIS}}}"


def machine_dashboard() -> dashboard.Dashboard:
    """From its state now to each signal over time."""
    board = frame("Factory: machine", MACHINE_UID, "What is the matter with this machine, and since when?")
    board = board.with_variable(choice("device_id", "Machine", "device_id", 'plant="$plant"'))
    for panel in (last_reading(), share_of_limit(), vibration_now(), drift_now()):
        board = board.with_panel(panel)
    board = board.with_panel(alarms()).with_panel(running())
    for lines in (temperature_and_expected(), deviation(), vibration(), score(), speed(), power()):
        board = board.with_panel(lines)
    board = board.with_panel(relation_deviation())
    for lines in (verdicts.failure_and_anomaly(OF_THIS), verdicts.remaining_life(OF_THIS)):
        board = board.with_panel(lines)
    return board.with_panel(verdicts.why(OF_THIS))


def last_reading() -> stat.Panel:
    """Age of the last reading."""
    return stat_panel(
        "Last reading",
        "Time since the machine last spoke.",
        "s",
        Query(f"time() - max by ({MACHINE}) ({machines.LAST_READING}{OF_THIS})"),
        steps((Thresholds().silent_after_s, BAD)),
    )


def share_of_limit() -> stat.Panel:
    """Temperature by its limit."""
    return stat_panel(
        "Temperature of its limit",
        "Bearing temperature by the limit on the nameplate.",
        "percentunit",
        Query(f"max by ({MACHINE}) ({machines.TEMPERATURE}{OF_THIS} / {machines.TEMPERATURE_LIMIT}{OF_THIS})"),
        NEAR_LIMIT,
    )


def vibration_now() -> stat.Panel:
    """Vibration in its zone."""
    return stat_panel(
        "Vibration now",
        "Velocity RMS, averaged, coloured by the zones of ISO 20816-3 (group 2, rigid support).",
        "suffix: mm/s",
        Query(f"max by ({MACHINE}) ({machines.VIBRATION}{OF_THIS})"),
        ZONES,
    )


def drift_now() -> stat.Panel:
    """How far from usual."""
    return stat_panel(
        "Drift",
        "Deviation of temperature by what is usual, on the worse scale; 100 % raises the alarm.",
        "percentunit",
        Query(f"max by ({MACHINE}) ({temperature.SCORE}{OF_THIS})"),
        DRIFT,
    )


def alarms() -> table.Panel:
    """Alarms of this machine, those about to fire too."""
    query = Query(f"max by (alertname, alertstate, severity, signal) (ALERTS{OF_THIS})", "Firing")
    labels = {"alertname": "Alarm", "alertstate": "State", "severity": "Severity", "signal": "Signal"}
    panel = table_panel("Alarms", "Alarms of this machine, firing or about to; empty is good.", query, height=4)
    return columns(panel, (query,), labels, ("Value",))


def running() -> statetimeline.Panel:
    """When it ran."""
    query = Query(f"max by ({MACHINE}) ({MACHINE_RUNNING.name}{OF_THIS})", "{{device_id}}")
    return states_panel("Running", "When the machine ran.", query, {0: ("not running", WARN), 1: ("running", "green")})


def temperature_and_expected() -> timeseries.Panel:
    """What the sensor says beside what load and hall explain."""
    expected = f'{temperature.RISE}{OF_THIS} + on (plant) group_left () {temperature.AIR}{{plant="$plant"}}'
    return lines_panel(
        "Temperature",
        "As the sensor tells it; as hall and load explain it; the limit on the nameplate.",
        "celsius",
        Query(f"max by ({MACHINE}) ({MACHINE_TEMPERATURE.name}{OF_THIS})", "sensor"),
        Query(expected, "expected"),
        Query(f"{machines.TEMPERATURE_LIMIT}{OF_THIS}", "limit"),
    )


def deviation() -> timeseries.Panel:
    """Deviation of temperature on both scales, and what is usual."""
    return lines_panel(
        "Deviation of temperature",
        "What neither load nor hall explains, and how much of it is usual at this change of load.",
        "kelvin",
        Query(f"{temperature.DEVIATION}{OF_THIS}", "{{scale}}"),
        Query(f"{temperature.ALLOWED}{OF_THIS}", "{{scale}} allowed"),
        Query(f"-{temperature.ALLOWED}{OF_THIS}", "{{scale}} allowed below"),
    )


def vibration() -> timeseries.Panel:
    """Vibration as told, with the zones."""
    return lines_panel(
        "Vibration",
        "Velocity RMS as the sensor tells it, with the zones of ISO 20816-3 (group 2, rigid support).",
        "suffix: mm/s",
        Query(f"max by ({MACHINE}) ({MACHINE_VIBRATION.name}{OF_THIS})", "sensor"),
        levels=ZONES,
    )


def score() -> timeseries.Panel:
    """Scores on both scales; 1 raises the alarm."""
    return lines_panel(
        "Drift score of temperature",
        "Deviation by what is usual, against the recent (fast) and the long past (slow).",
        "percentunit",
        Query(f"{temperature.SCORE}{OF_THIS}", "{{scale}}"),
        levels=steps((1.0, BAD)),
    )


def speed() -> timeseries.Panel:
    """Shaft speed."""
    query = Query(f"max by ({MACHINE}) ({MACHINE_ROTATION.name}{OF_THIS})", "sensor")
    return lines_panel("Speed", "Shaft speed as the sensor tells it.", "rotrpm", query, span=THIRD)


def power() -> timeseries.Panel:
    """Electrical power beside the rated one."""
    rated = (
        f"max by ({MACHINE}) ({MACHINE_POWER.name}{OF_THIS} * 0 + on (plant, model) group_left () "
        f"max by (plant, model) ({NAMEPLATE_RATED_INPUT.name}))"
    )
    return lines_panel(
        "Power",
        "Electrical power as the meter tells it, and at rated load.",
        "kwatt",
        Query(f"max by ({MACHINE}) ({MACHINE_POWER.name}{OF_THIS})", "meter"),
        Query(rated, "rated"),
        span=THIRD,
    )


def relation_deviation() -> timeseries.Panel:
    """How far speed and vibration are from their relation to load."""
    limits = Thresholds()
    return lines_panel(
        "Deviation of speed and vibration",
        "From the relation to load that was learned while it ran; alarms at "
        f"{number(100 * limits.drift_rpm_threshold)} % of speed and "
        f"{number(100 * limits.drift_vibration_threshold)} % of vibration.",
        "percentunit",
        Query(f"{relation.DEVIATION}{OF_THIS}", "{{signal}}"),
        span=THIRD,
    )
