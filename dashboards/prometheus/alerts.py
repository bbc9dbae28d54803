"""The alarms: one function each, and each has a runbook of its name under `docs/runbooks`."""

from __future__ import annotations

from contracts.metrics import SIMULATOR_LAST_SHIPMENT, VERDICT_REASON, VERDICT_REMAINING_LIFE
from contracts.nameplates import NAMEPLATES
from contracts.telemetry import Signal
from dashboards.prometheus import machines, model_server, pipeline, relation, temperature, verdicts
from dashboards.prometheus.request import PrometheusRequest
from dashboards.prometheus.rule import MACHINE, Alert, number, seconds
from dashboards.thresholds import ISO_20816_3_RIGID_MM_S, Thresholds

JOBS = {
    "simulator": "simulator",
    "rules": "rules engine",
    "mail": "mail catcher",
    "model": "model server",
    "verdicts": "verdict job",
}
"""The programs that are scraped, by their job, and what people call them."""

WHO = "{{ $labels.device_id }} ({{ $labels.model }}) on {{ $labels.line }} of {{ $labels.plant }}"
DRIFT = "MachineSensorDrift"
POWER_FOR_S = 60
RELATION_FOR_S = 60
"""Averages of half a minute lie behind these: an order that begins may stir them for as long."""


def alerts(request: PrometheusRequest) -> list[Alert]:
    """All alarms, the machines' before the programs'."""
    limits = request.thresholds
    return [
        *machine_sensor_drift(limits),
        machine_overheating(limits),
        *machine_vibration_high(limits),
        machine_silent(request),
        machine_maintenance_due(limits),
        *([telemetry_not_archived(limits)] if request.keeps_account else []),
        model_server_failing(limits),
        model_server_slow(limits),
        verdicts_late(limits),
        ledger_not_shipped(limits),
        *(program_down(job, limits) for job in JOBS),
    ]


def machine_sensor_drift(limits: Thresholds) -> list[Alert]:
    """A signal departs from what load, past and peers explain; one rule a signal."""
    score, blamed = temperature.SCORE, temperature.POWER_BLAMED
    # The two are judged by one model: once one of them is blamed, a change of load must not blame the other.
    temp_fires, power_fires = _firing(Signal.TEMP), _firing(Signal.POWER)
    temp = "\nor ".join(
        f'({score}{{scale="{scale.name}"}} > 1 unless on ({MACHINE}) '
        f'({blamed}{{scale="{scale.name}"}} == 1 unless on ({MACHINE}) {temp_fires}))'
        for scale in limits.scales
    )
    slow = '{scale="slow"}'
    power = f"{score}{slow} > 1 and on ({MACHINE}) ({blamed}{slow} == 1 or on ({MACHINE}) {power_fires})"
    temp = f"max by ({MACHINE}) (\n{temp}\n)\nunless on ({MACHINE}) {power_fires}"
    power = f"max by ({MACHINE}) (\n{power}\n)\nunless on ({MACHINE}) {temp_fires}"
    rules = [_drift(Signal.TEMP, temp, limits.drift_for_s, limits), _drift(Signal.POWER, power, POWER_FOR_S, limits)]
    for signal in (Signal.RPM, Signal.VIBRATION):
        expr = f'{relation.SCORE}{{signal="{signal}"}} > 1 unless on ({MACHINE}) ({blamed}{{scale="slow"}} == 1)'
        rules.append(_drift(signal, f"max by ({MACHINE}) (\n  {expr}\n)", RELATION_FOR_S, limits))
    return rules


def _firing(signal: Signal) -> str:
    return f'ALERTS{{alertname="{DRIFT}",alertstate="firing",signal="{signal}"}}'


def _drift(signal: Signal, expr: str, for_s: float, limits: Thresholds) -> Alert:
    if signal in (Signal.TEMP, Signal.POWER):
        value = _asked(temperature.FURTHEST, "", "%+.1f K")
    else:
        value = _asked(relation.DEVIATION, f'signal="{signal}",', "%+.0f %%", " * 100")
    return Alert(
        name=DRIFT,
        expr=expr,
        for_s=for_s,
        severity="warning",
        summary="A sensor drifts away from its machine.",
        # A rule's own labels are not among `$labels`, so the signal is written out.
        description=f"Signal {signal} of {WHO} is {value} away from what its load, its own past and its peers explain: "
        '{{ $value | printf "%.1f" }} times what is usual.',
        value=value,
        keep_firing_s=limits.keep_firing_s,
        labels={"signal": str(signal)},
    )


def _asked(metric: str, matchers: str, form: str, scaled: str = "") -> str:
    """Template: the value of a machine's series at the moment of the alarm."""
    series = _series(metric, matchers, outside="{}" + scaled)
    return f'{{{{ with {series} }}}}{{{{ . | first | value | printf "{form}" }}}}{{{{ end }}}}'


def _series(metric: str, matchers: str, outside: str = "{}") -> str:
    """Within a template: a machine's series of a metric now, with a piece of an expression around them."""
    expr = outside.format(f"{metric}{{{matchers}device_id=%q,plant=%q}}").replace('"', '\\"')
    return f'printf "{expr}" $labels.device_id $labels.plant | query'


def machine_overheating(limits: Thresholds) -> Alert:
    """A bearing housing is hotter than its nameplate allows."""
    return Alert(
        name="MachineOverheating",
        expr=f"{machines.TEMPERATURE} > {machines.TEMPERATURE_LIMIT}",
        for_s=limits.overheating_for_s,
        severity="critical",
        summary="A bearing is hotter than its nameplate allows.",
        description=f'{WHO} is at {{{{ $value | printf "%.1f" }}}} °C; its limit is '
        f"{_asked(machines.TEMPERATURE_LIMIT, '', '%.0f °C')}.",
        value='{{ $value | printf "%.1f" }} °C',
        keep_firing_s=limits.keep_firing_s,
        labels={"signal": str(Signal.TEMP)},
    )


def machine_vibration_high(limits: Thresholds) -> list[Alert]:
    """Vibration in zone C warns, in zone D is critical; the boundaries depend on the size of the machine."""
    return [
        _vibration("C", 1, "warning", "A machine vibrates too much for long operation.", limits),
        _vibration("D", 2, "critical", "A machine vibrates enough to be damaged.", limits),
    ]


def _vibration(zone: str, boundary: int, severity: str, summary: str, limits: Thresholds) -> Alert:
    large = "|".join(plate.model for plate in NAMEPLATES.values() if plate.iso_20816_group == 1)
    group_1, group_2 = (number(ISO_20816_3_RIGID_MM_S[group][boundary]) for group in (1, 2))
    expr = f"{machines.VIBRATION} > {group_2}"
    if large:
        others, large_ones = f'{{model!~"{large}"}} > {group_2}', f'{{model=~"{large}"}} > {group_1}'
        expr = f"{machines.VIBRATION}{others}\nor {machines.VIBRATION}{large_ones}"
    return Alert(
        name="MachineVibrationHigh",
        expr=expr,
        for_s=limits.vibration_for_s,
        severity="critical" if severity == "critical" else "warning",
        summary=summary,
        description=f'{WHO} vibrates with {{{{ $value | printf "%.2f" }}}} mm/s: zone {zone} of ISO 20816-3 on a rigid '
        "support.",
        value='{{ $value | printf "%.2f" }} mm/s',
        keep_firing_s=limits.keep_firing_s,
        labels={"signal": str(Signal.VIBRATION)},
    )


def machine_silent(request: PrometheusRequest) -> Alert:
    """A machine has not been heard of, whether it, its connection or the whole simulator is gone."""
    limits = request.thresholds
    after = max(limits.silent_after_s, 5 * request.reading_interval_s)
    return Alert(
        name="MachineSilent",
        expr=f"time() - {machines.LAST_READING} > {number(after)}",
        for_s=limits.silent_for_s,
        severity="warning",
        summary="A machine has stopped sending its readings.",
        description=f"{WHO} has said nothing for {{{{ $value | humanizeDuration }}}}. "
        "Its other alarms stay as they are.",
        value="silent for {{ $value | humanizeDuration }}",
    )


def machine_maintenance_due(limits: Thresholds) -> Alert:
    """Each verdict of some hours says that a component is likely to fail soon."""
    for_s = number(limits.maintenance_for_s)
    days = number(limits.maintenance_horizon_s / 86400)
    strongest = _series(VERDICT_REASON.name, 'question="maintenance",', outside="topk(1, {} > 0)")
    life = _series(VERDICT_REMAINING_LIFE.name, 'bound="median",')
    return Alert(
        name="MachineMaintenanceDue",
        expr=f"{verdicts.FAILURE} and on ({MACHINE}) ({verdicts.JUDGED} - {verdicts.DUE_SINCE} >= {for_s})",
        for_s=0,  # the plant's hours are counted in the expression
        severity="warning",
        summary="A machine needs maintenance within days.",
        description=f"A component of {WHO} fails within {days} days with a probability of "
        "{{ $value | humanizePercentage }}."
        f'{{{{ with {strongest} }}}} The signal that adds most is {{{{ . | first | label "signal" }}}}.{{{{ end }}}}'
        f"{{{{ with {life} }}}} Its bearing lasts about {{{{ . | first | value | humanizeDuration }}}} more."
        "{{ end }}",
        value="{{ $value | humanizePercentage }} probable",
        keep_firing_s=limits.keep_firing_s,
    )


def telemetry_not_archived(limits: Thresholds) -> Alert:
    """Messages that the broker took have not come to the archive, nor to quarantine, in time."""
    within = seconds(limits.archive_within_s)
    return Alert(
        name="TelemetryNotArchived",
        expr=f"{pipeline.OVERDUE} > 0",
        for_s=limits.archive_for_s,
        severity="critical",
        summary="Acknowledged messages do not reach the archive.",
        description='{{ $value | printf "%.0f" }} messages that the broker acknowledged are neither archived nor in '
        f"quarantine after {within}.",
        value='{{ $value | printf "%.0f" }} messages',
        keep_firing_s=limits.keep_firing_s,
    )


def model_server_failing(limits: Thresholds) -> Alert:
    """A model server answers requests with errors of its own."""
    failed, share = number(limits.model_failed_least), number(limits.model_failed_share)
    return Alert(
        name="ModelServerFailing",
        expr=f"{model_server.FAILED_SHARE} > {share}\nand {model_server.FAILED} >= {failed}",
        for_s=limits.model_for_s,
        severity="warning",
        summary="The model server fails requests for verdicts.",
        description="The model server at {{ $labels.instance }} failed {{ $value | humanizePercentage }} of the "
        f"requests of the last {limits.model_window_s / 60:.0f} min. Their readings are stored, and judged once it is "
        "well.",
        value="{{ $value | humanizePercentage }} failed",
        keep_firing_s=limits.keep_firing_s,
    )


def model_server_slow(limits: Thresholds) -> Alert:
    """A model server takes long for its answers."""
    return Alert(
        name="ModelServerSlow",
        expr=f"{model_server.SLOW} > {number(limits.model_slow_s)}",
        for_s=limits.model_for_s,
        severity="warning",
        summary="The model server takes long to answer.",
        description="One request in twenty at {{ $labels.instance }} took longer than "
        f"{{{{ $value | humanizeDuration }}}}, over the last {limits.model_window_s / 60:.0f} min.",
        value="{{ $value | humanizeDuration }}",
        keep_firing_s=limits.keep_firing_s,
    )


def verdicts_late(limits: Thresholds) -> Alert:
    """A verdict job runs and does not get on."""
    return Alert(
        name="VerdictsLate",
        expr=f"time() - {verdicts.TURN} > {number(limits.verdicts_late_s)}",
        for_s=limits.verdicts_for_s,
        severity="warning",
        summary="The verdict job does not get on.",
        description="The verdict job at {{ $labels.instance }} has finished no turn for "
        "{{ $value | humanizeDuration }}. It tries again by itself; until then the verdicts on machines are old.",
        value="no turn for {{ $value | humanizeDuration }}",
        keep_firing_s=limits.keep_firing_s,
    )


def ledger_not_shipped(limits: Thresholds) -> Alert:
    """A simulator whose disk dies with it has its newest ledger nowhere else."""
    # 0 where nothing is shipped: there the disk stays.
    shipped = f"max by (job, instance) ({SIMULATOR_LAST_SHIPMENT.name} > 0)"
    return Alert(
        name="LedgerNotShipped",
        expr=f"time() - {shipped} > {number(limits.ledger_late_s)}",
        for_s=0,
        severity="warning",
        summary="A simulator cannot ship its ledger and truth.",
        description="The simulator at {{ $labels.instance }} has shipped neither ledger nor truth for "
        "{{ $value | humanizeDuration }}; ended now, it would take them with it.",
        value="for {{ $value | humanizeDuration }}",
        keep_firing_s=limits.keep_firing_s,
    )


def program_down(job: str, limits: Thresholds) -> Alert:
    """A program of the factory does not answer its scrape."""
    return Alert(
        name="ProgramDown",
        expr=f'max by (job, instance) (up{{job="{job}"}}) == 0',
        for_s=limits.down_for_s,
        severity="critical",
        summary="A program of the factory does not answer.",
        description=f"The {JOBS[job]} at {{{{ $labels.instance }}}} has not answered for longer than a restart takes.",
        value="no answer",
        labels={"program": job},
    )
