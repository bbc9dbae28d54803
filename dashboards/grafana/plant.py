"""The plant at a glance: who is well, who is not, and which machine to look at first."""

from __future__ import annotations

from grafana_foundation_sdk.builders import bargauge, dashboard, stat, table, timeseries
from grafana_foundation_sdk.models.dashboard import DynamicConfigValue

from contracts.metrics import MACHINE_POWER, MACHINE_RUNNING
from dashboards.grafana.looks import (
    BAD,
    HALF,
    WARN,
    Query,
    bars_panel,
    cell,
    columns,
    frame,
    lines_panel,
    stat_panel,
    steps,
    table_panel,
)
from dashboards.prometheus import machines, temperature
from dashboards.prometheus.rule import MACHINE, number
from dashboards.thresholds import ISO_20816_3_RIGID_MM_S, Thresholds

UID = "factory-plant"
MACHINE_UID = "factory-machine"
OPENS_MACHINE = [
    DynamicConfigValue(
        id_val="links",
        value=[{"title": "Open", "url": f"/d/{MACHINE_UID}?var-device_id=${{__value.raw}}&${{plant:queryparam}}"}],
    )
]
"""A machine's name leads to its dashboard."""
IN_PLANT = '{plant="$plant"}'
LABELS = {"line": "Line", "device_id": "Machine", "model": "Model"}

NEW, LONG, DAMAGE = ISO_20816_3_RIGID_MM_S[2]
ZONES = steps((NEW, "light-green"), (LONG, WARN), (DAMAGE, BAD))
"""Colours of the zones A to D of ISO 20816-3 for machines of group 2."""
NEAR_LIMIT = steps((0.9, WARN), (1.0, BAD))
DRIFT = steps((0.5, WARN), (1.0, BAD))


def plant_dashboard() -> dashboard.Dashboard:
    """From numbers to machines to lines over time."""
    board = frame("Factory: plant", UID, "Which machine needs somebody now?")
    for panel in (machines_heard(), machines_silent(), alarms_firing(), plant_power()):
        board = board.with_panel(panel)
    board = board.with_panel(firing_alarms()).with_panel(machine_table())
    board = board.with_panel(hottest()).with_panel(worst_vibration()).with_panel(furthest_drift())
    return board.with_panel(drift_scores()).with_panel(hall_air())


def machines_heard() -> stat.Panel:
    """Machines whose last reading is fresh."""
    return stat_panel(
        "Machines heard",
        "Machines whose last reading is younger than the limit of MachineSilent.",
        "none",
        Query(f"count(time() - {machines.LAST_READING}{IN_PLANT} <= {_silent_after()}) or vector(0)"),
    )


def machines_silent() -> stat.Panel:
    """Machines that have stopped speaking."""
    return stat_panel(
        "Machines silent",
        "Machines whose last reading is older than that.",
        "none",
        Query(f"count(time() - {machines.LAST_READING}{IN_PLANT} > {_silent_after()}) or vector(0)"),
        steps((1, BAD)),
    )


def alarms_firing() -> stat.Panel:
    """How many alarms fire."""
    return stat_panel(
        "Alarms firing",
        "Alarms of the machines of this plant and of the programs.",
        "none",
        Query(f"count({_firing('$plant|')}) or vector(0)"),
        steps((1, BAD)),
    )


def plant_power() -> stat.Panel:
    """What the machines take from the grid."""
    return stat_panel(
        "Power",
        "Electrical power of all machines together.",
        "kwatt",
        Query(f"sum(max by ({MACHINE}) ({MACHINE_POWER.name}{IN_PLANT}))"),
    )


def firing_alarms() -> table.Panel:
    """Which alarms fire, on what."""
    query = Query(f"max by (alertname, severity, line, device_id, signal, program) ({_firing('$plant|')})", "Firing")
    panel = table_panel("Alarms", "Each firing alarm; empty is good.", query, height=6)
    labels = {"alertname": "Alarm", "severity": "Severity"} | LABELS | {"signal": "Signal", "program": "Program"}
    return columns(panel, (query,), labels, ("Value", "model"))


def machine_table() -> table.Panel:
    """Each machine in a row."""
    limit = f"{machines.TEMPERATURE}{IN_PLANT} / {machines.TEMPERATURE_LIMIT}{IN_PLANT}"
    queries = (
        Query(f"max by ({MACHINE}) ({MACHINE_RUNNING.name}{IN_PLANT})", "Running"),
        Query(f"max by ({MACHINE}) ({machines.TEMPERATURE}{IN_PLANT})", "Temperature"),
        Query(f"max by ({MACHINE}) ({limit})", "Of its limit"),
        Query(f"max by ({MACHINE}) ({machines.VIBRATION}{IN_PLANT})", "Vibration"),
        Query(f"max by ({MACHINE}) ({temperature.SCORE}{IN_PLANT})", "Drift"),
        Query(f"max by ({MACHINE}) (time() - {machines.LAST_READING}{IN_PLANT})", "Silent for"),
    )
    panel = table_panel(
        "Machines", "Drift: deviation by what is usual; 1 raises the alarm. A click opens one.", *queries
    )
    panel = columns(panel, queries, LABELS, ("plant",))
    return (
        panel.override_by_name("Machine", OPENS_MACHINE)
        .override_by_name("Running", cell("bool_yes_no"))
        .override_by_name("Temperature", cell("celsius"))
        .override_by_name("Of its limit", cell("percentunit", NEAR_LIMIT))
        .override_by_name("Vibration", cell("suffix: mm/s", ZONES))
        .override_by_name("Drift", cell("percentunit", DRIFT))
        .override_by_name("Silent for", cell("s", steps((float(_silent_after()), BAD))))
    )


def hottest() -> bargauge.Panel:
    """Machines nearest to their temperature limit."""
    share = f"max by ({MACHINE}) ({machines.TEMPERATURE}{IN_PLANT} / {machines.TEMPERATURE_LIMIT}{IN_PLANT})"
    return bars_panel(
        "Nearest to their temperature limit",
        "Bearing temperature by the limit on the nameplate.",
        "percentunit",
        Query(f"sort_desc(topk(10, {share}))", "{{device_id}}"),
        NEAR_LIMIT,
        most=1.2,
    )


def worst_vibration() -> bargauge.Panel:
    """Machines that vibrate most."""
    return bars_panel(
        "Strongest vibration",
        "Velocity RMS, coloured by the zones A, B, C, D of ISO 20816-3 (group 2, rigid support).",
        "suffix: mm/s",
        Query(f"sort_desc(topk(10, max by ({MACHINE}) ({machines.VIBRATION}{IN_PLANT})))", "{{device_id}}"),
        ZONES,
        most=DAMAGE * 1.5,
    )


def furthest_drift() -> bargauge.Panel:
    """Machines whose temperature departs most from what is explained."""
    return bars_panel(
        "Furthest from usual",
        "Deviation of temperature from load, own past and peers, by what is usual; 100 % raises the alarm.",
        "percentunit",
        Query(f"sort_desc(topk(10, max by ({MACHINE}) ({temperature.SCORE}{IN_PLANT})))", "{{device_id}}"),
        DRIFT,
        most=2,
    )


def drift_scores() -> timeseries.Panel:
    """Deviations of temperature over time."""
    return lines_panel(
        "Deviation of temperature",
        "What neither load nor hall explains, against the recent past; the ten largest.",
        "kelvin",
        Query(f'topk(10, abs({temperature.DEVIATION}{{plant="$plant",scale="fast"}}))', "{{device_id}}"),
        levels=steps((Thresholds().drift_fast_threshold_k, BAD)),
        span=HALF,
    )


def hall_air() -> timeseries.Panel:
    """The hall's air, as the machines feel it."""
    return lines_panel(
        "Air of the hall",
        "Median over the machines of temperature less expected rise: an estimate, there is no thermometer.",
        "celsius",
        Query(f"{temperature.AIR}{IN_PLANT}", "air"),
        span=HALF,
    )


def _silent_after() -> str:
    return number(Thresholds().silent_after_s)


def _firing(plants: str) -> str:
    """Alarms of a plant; those of the programs have no plant within Prometheus."""
    return f'ALERTS{{alertstate="firing",plant=~"{plants}"}}'
