"""How bad a machine is, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from contracts.nameplates import NAMEPLATES, Nameplate
from contracts.telemetry import MachineState, Signal
from dashboards.thresholds import ISO_20816_3_RIGID_MM_S, Thresholds
from factory.watch.snapshot import FaultSeen, MachineSeen

SILENT_AFTER_S = Thresholds().silent_after_s
"""Age of the last reading from which a machine is silent, as its alarm has it [s]."""
NEAR_LIMIT_K = 5.0
"""So close to the nameplate's limit a bearing is worth a look [K]."""


class Level(IntEnum):
    """How much a machine wants to be looked at."""

    WELL = 0
    LOOK = 1
    BAD = 2


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be said of a machine.

    Attributes:
        level: the worst of its reasons.
        reasons: each with its level, the worst first.
    """

    level: Level
    reasons: tuple[tuple[Level, str], ...]


def judge(machine: MachineSeen, faults: Sequence[FaultSeen], age_s: float | None) -> Judgement:
    """What is to be said of a machine.

    Args:
        machine: what it told last.
        faults: those on it.
        age_s: age of that reading [s]; None if there is none or its age is not known.

    Example:
        >>> mill = MachineSeen(device_id="M001", plant="plant1", line="line1", model="cnc_mill", connected=True,
        ...                    unsettled=0, timestamp=None, state="running", readings={"vibration": 3.1})
        >>> judge(mill, [], 1.0).reasons
        ((<Level.LOOK: 1>, 'vibration in zone C'),)
    """
    found = [*_connection(machine, age_s), *_state(machine), *_signals(machine), *_faults(faults)]
    reasons = tuple(sorted(found, key=lambda reason: -reason[0]))
    return Judgement(max((level for level, _ in reasons), default=Level.WELL), reasons)


Reasons = Iterator[tuple[Level, str]]


def _connection(machine: MachineSeen, age_s: float | None) -> Reasons:
    if not machine.connected:
        yield Level.BAD, f"offline, {machine.unsettled} kept"
    elif age_s is not None and age_s > SILENT_AFTER_S:
        yield Level.BAD, f"silent for {age_s:.0f} s"


def _state(machine: MachineSeen) -> Reasons:
    if machine.state in (MachineState.STOPPED, MachineState.REPAIR):
        yield Level.BAD, machine.state


def _signals(machine: MachineSeen) -> Reasons:
    plate = NAMEPLATES.get(machine.model)
    if plate is not None:
        yield from _heat(machine.readings.get(Signal.TEMP), plate)
        yield from _shaking(machine.readings.get(Signal.VIBRATION), plate)


def _heat(temperature_c: float | None, plate: Nameplate) -> Reasons:
    if temperature_c is None:
        return
    if temperature_c > plate.temperature_limit_c:
        yield Level.BAD, f"above {plate.temperature_limit_c:g} °C"
    elif temperature_c > plate.temperature_limit_c - NEAR_LIMIT_K:
        yield Level.LOOK, f"near {plate.temperature_limit_c:g} °C"


def _shaking(velocity_mm_s: float | None, plate: Nameplate) -> Reasons:
    _, b_c, c_d = ISO_20816_3_RIGID_MM_S[plate.iso_20816_group]
    if velocity_mm_s is None or velocity_mm_s <= b_c:
        return
    bad = velocity_mm_s > c_d
    yield (Level.BAD if bad else Level.LOOK), f"vibration in zone {'D' if bad else 'C'}"


def _faults(faults: Sequence[FaultSeen]) -> Reasons:
    for fault in faults:
        if fault.at_work:
            yield Level.LOOK, " ".join(part for part in (fault.kind, fault.signal, f"({fault.stage})") if part)
