"""A scenario in which every machine has one fault after the other, of every kind that it can have, by lot.

Kinds, signals, strengths and times follow from the seed. A fault lasts a shift or two; between two of them a machine is
well for two days at least, so that it has a past of its own to be compared with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from contracts.identity import Identity
from contracts.nameplates import Nameplate, nameplate
from contracts.telemetry import Signal

DAY_S = 86_400
_FIRST_S = 2 * DAY_S
_LENGTH_H = (10.0, 24.0)
_WELL_D = (2.0, 5.0)
_WARM_HALL_EVERY_D = 6

Random = np.random.Generator
Parameters = dict[str, float]


def _uniform(random: Random, low: float, high: float) -> float:
    return round(float(random.uniform(low, high)), 4)


def _either_way(random: Random, low: float, high: float) -> float:
    return _uniform(random, low, high) * (1 if random.random() < 0.5 else -1)


def _unit(signal: Signal, plate: Nameplate) -> float:
    """What a fault of a signal is measured by: a tenth of rated, or the vibration of a new machine [its unit]."""
    return {
        Signal.TEMP: 0.1 * plate.temperature_rise_k,
        Signal.VIBRATION: plate.vibration_new_mm_s,
        Signal.RPM: 0.1 * plate.rated_speed_rpm,
        Signal.POWER: 0.1 * plate.rated_input_kw,
    }[signal]


SENSOR_KINDS: dict[str, Callable[[Random, float], Parameters]] = {
    "bias": lambda random, unit: {"magnitude": _either_way(random, 1.0, 3.0) * unit},
    "drift": lambda random, unit: {"rate_per_min": _either_way(random, 2.0, 6.0) * unit / 720},
    "exponential_drift": lambda random, unit: {
        "magnitude": _either_way(random, 0.2, 0.6) * unit,
        "time_constant_s": _uniform(random, 9_000, 18_000),
    },
    "gain": lambda random, _unit: {"factor": random.choice([_uniform(random, 0.5, 0.85), _uniform(random, 1.2, 2.0)])},
    # The simulator adds at most 1000 of a unit, which a fast spindle would exceed.
    "noise": lambda random, unit: {"std": min(_uniform(random, 0.5, 2.0) * unit, 1000.0)},
    "quantisation": lambda random, unit: {"step": _uniform(random, 1.0, 3.0) * unit},
    "spikes": lambda random, unit: {
        "magnitude": _either_way(random, 3.0, 10.0) * unit,
        "probability": _uniform(random, 0.02, 0.1),
    },
    "stuck": lambda _random, _unit: {},
    "dropout": lambda random, _unit: {"probability": _uniform(random, 0.3, 1.0)},
    "out_of_context": lambda _random, _unit: {},
}
"""Kinds of sensor fault and their strengths, by the unit of their signal."""

MACHINE_KINDS: dict[str, Callable[[Random, float], Parameters]] = {
    "cooling_loss": lambda random, _new: {"loss": _uniform(random, 0.15, 0.5)},
    "imbalance": lambda random, new: {"magnitude_mm_s": _uniform(random, 0.8, 3.0) * new},
    "misalignment": lambda random, new: {"magnitude_mm_s": _uniform(random, 0.8, 3.0) * new},
    "overload": lambda random, _new: {"factor": _uniform(random, 1.2, 1.6)},
    "cavitation": lambda random, new: {
        "magnitude_mm_s": _uniform(random, 0.8, 3.0) * new,
        "flow_loss": _uniform(random, 0.1, 0.3),
    },
    "belt_slip": lambda random, _new: {"slip": _uniform(random, 0.03, 0.15)},
    "power_sag": lambda random, _new: {"depth": _uniform(random, 0.1, 0.3)},
}
"""Faults of machines and their strengths, by the vibration of a new machine."""
OF_MODELS = {
    "cavitation": ("centrifugal_pump",),
    "belt_slip": ("cnc_mill", "conveyor", "industrial_fan"),
    "power_sag": ("air_compressor", "centrifugal_pump", "conveyor", "electric_motor", "industrial_fan"),
}
"""Kinds that only some models can have."""


def fault_lottery(machines: Sequence[Identity], seed: int, days: float) -> str:
    """The text of such a scenario.

    Args:
        machines: the plant.
        seed: of the lots.
        days: how long the faults go on [d].
    """
    random = np.random.default_rng(seed)
    faults = [fault for machine in machines for fault in _of(machine, random, days)]
    faults += _warm_halls(random, days)
    return json.dumps({
        "name": "fault-lottery",
        "description": "Every machine has one fault after the other, of every kind that it can have, by lot.",
        "length_s": days * DAY_S,
        "faults": sorted(faults, key=lambda fault: (fault["start_s"], fault["target"])),
    })  # fmt: skip


def _of(machine: Identity, random: Random, days: float) -> list[dict[str, Any]]:
    faults: list[dict[str, Any]] = []
    now_s = _FIRST_S + _uniform(random, 0, _WELL_D[1]) * DAY_S
    while True:
        length_s = round(_uniform(random, *_LENGTH_H) * 3600)
        if now_s + length_s > days * DAY_S:
            return faults
        faults.append(_drawn(machine, random) | {"start_s": round(now_s), "duration_s": length_s})
        now_s += length_s + _uniform(random, *_WELL_D) * DAY_S


def _drawn(machine: Identity, random: Random) -> dict[str, Any]:
    plate = nameplate(machine.model)
    kinds = [*SENSOR_KINDS, *(kind for kind in MACHINE_KINDS if machine.model in OF_MODELS.get(kind, (machine.model,)))]
    kind = str(random.choice(kinds))
    if kind in MACHINE_KINDS:
        return {
            "kind": kind,
            "target": machine.device_id,
            "parameters": MACHINE_KINDS[kind](random, plate.vibration_new_mm_s),
        }
    signal = Signal(random.choice([signal.value for signal in Signal]))
    parameters = {name: float(value) for name, value in SENSOR_KINDS[kind](random, _unit(signal, plate)).items()}
    return {"kind": kind, "target": machine.device_id, "signal": signal.value, "parameters": parameters}


def _warm_halls(random: Random, days: float) -> list[dict[str, Any]]:
    """The hall warms up now and then: everybody's temperature rises, and no machine is ill."""
    return [
        {
            "kind": "hall_warming",
            "target": "*",
            "parameters": {"rise_k": _uniform(random, 4.0, 9.0)},
            "start_s": round((day + random.random()) * DAY_S),
            "ramp_s": 3600,
            "duration_s": round(_uniform(random, 6.0, 12.0) * 3600),
        }
        for day in range(_WARM_HALL_EVERY_D, int(days) - 1, _WARM_HALL_EVERY_D)
    ]
