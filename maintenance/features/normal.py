"""How a machine of a model behaves while it is well, so that what is explained by its load can be taken away.

The nameplate says most of it; two things are learned from calm history, for each model once:

- the share s of the vibration's energy that comes from the process. Of a new machine the nameplate gives the energy at
  rated load; unbalance grows with the fourth power of the speed, process forces with torque and speed::

      e = v_new² · [ (1 - s)·n⁴ + s·m²·n ]         n, m: speed and torque by rated

  Torque is what the electrical power leaves after losses. The nameplate has them at rated load; half of them are taken
  to be there without any.

- the speed that goes with a power: n = c₀ + c₁·p + c₂·p², least squares.

What wear adds is one more term, w²·n², which differs from machine to machine and is fitted beside s, so that s is not
blamed for bearings that are no longer new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from contracts.nameplates import Nameplate, nameplate
from maintenance.errors import ModelError
from maintenance.features.arrays import Flags, Floats
from maintenance.features.readings import RUNNING, Readings

LEAST_SPEED = 0.2
"""Below this part of the rated speed vibration says nothing of wear [1]."""
FIXED_LOSSES = 0.5
"""Part of the rated losses that is there at any load [1]; IEC 60034-2-1 finds 0.35 to 0.7, by kind of machine."""
_FITTED_READINGS = 20_000
"""Readings of a machine that are fitted; more change nothing that matters."""


@dataclass(frozen=True, slots=True)
class ModelBehaviour:
    """A model of machines while they are well.

    Attributes:
        plate: its nameplate.
        load_share: s, share of the vibration's energy from the process at rated load [1].
        speed: c₀, c₁, c₂ of the speed by the power [1].
    """

    plate: Nameplate
    load_share: float
    speed: tuple[float, float, float]

    def power(self, readings: Readings) -> Floats:
        """Electrical power by rated [1]."""
        return readings.power / self.plate.rated_input_kw

    def turns(self, readings: Readings) -> Floats:
        """Speed by rated [1]."""
        return readings.rpm / self.plate.rated_speed_rpm

    def expected_turns(self, power: Floats) -> Floats:
        """Speed that goes with a power, by rated [1]."""
        c0, c1, c2 = self.speed
        return c0 + power * (c1 + power * c2)

    def expected_energy(self, turns: Floats, power: Floats) -> Floats:
        """Square of the vibration velocity of a new machine [mm²/s²]."""
        steady, loaded = _parts(self.plate, turns, power)
        new: float = self.plate.vibration_new_mm_s**2
        return new * ((1.0 - self.load_share) * steady + self.load_share * loaded)


@dataclass(frozen=True, slots=True)
class NormalBehaviour:
    """All models of a plant while they are well.

    Attributes:
        models: by name.
    """

    models: Mapping[str, ModelBehaviour]

    def of(self, model: str) -> ModelBehaviour:
        """The behaviour of a model.

        Raises:
            ModelError: nothing was learned of it.
        """
        if model not in self.models:
            raise ModelError(
                f"Nothing was learned of machines of model {model!r}, only of {', '.join(sorted(self.models))}.",
                remedy="Train on a plant that has them.",
            )
        return self.models[model]

    def as_plain(self) -> dict[str, Any]:
        """As numbers and texts, for an artifact."""
        return {name: [one.load_share, *one.speed] for name, one in sorted(self.models.items())}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> NormalBehaviour:
        """From what `as_plain` gave."""
        return cls(
            {
                name: ModelBehaviour(nameplate(name), float(share), (float(c0), float(c1), float(c2)))
                for name, (share, c0, c1, c2) in plain.items()
            }
        )


def fit_normal(histories: Iterable[tuple[str, Readings]]) -> NormalBehaviour:
    """Learn how models behave while they are well.

    Args:
        histories: model and readings of each machine, from a time in which nothing was wrong.

    Raises:
        ModelError: no machine of a model has ever run.
    """
    by_model: dict[str, list[Readings]] = {}
    for model, readings in histories:
        by_model.setdefault(model, []).append(readings)
    return NormalBehaviour({model: _fit(nameplate(model), some) for model, some in by_model.items()})


def _fit(plate: Nameplate, histories: list[Readings]) -> ModelBehaviour:
    bare = ModelBehaviour(plate, 0.0, (1.0, 0.0, 0.0))
    products = np.zeros(2)
    powers, speeds = [], []
    for readings in histories:
        power, turns = bare.power(readings), bare.turns(readings)
        well = working(readings, turns, power) & np.isfinite(readings.vibration)
        chosen = np.flatnonzero(well)[:: max(1, int(well.sum()) // _FITTED_READINGS)]
        power, turns = power[chosen], turns[chosen]
        powers.append(power)
        speeds.append(turns)
        products += _load_products(plate, turns, power, readings.vibration[chosen])
    power, turns = np.concatenate(powers), np.concatenate(speeds)
    if len(power) < 3:
        raise ModelError(f"No machine of model {plate.model!r} has run in this history.", remedy="Use a longer one.")
    c2, c1, c0 = np.polyfit(power, turns, 2)
    share = products[1] / products[0] if products[0] > 0 else 0.0
    return ModelBehaviour(plate, float(np.clip(share, 0.0, 1.0)), (float(c0), float(c1), float(c2)))


def working(readings: Readings, turns: Floats, power: Floats) -> Flags:
    """Where a machine says that it runs, turns, and speed and power are known."""
    well: Flags = (readings.state == RUNNING) & (turns > LEAST_SPEED) & np.isfinite(power)
    return well


def _parts(plate: Nameplate, turns: Floats, power: Floats) -> tuple[Floats, Floats]:
    """What the vibration energy of unbalance and of the process goes with, each 1 at rated load."""
    lost = FIXED_LOSSES * (1.0 - plate.efficiency)
    mechanical = np.maximum(power - lost, 0.0) / (1.0 - lost)
    square = turns * turns
    return square * square, mechanical * mechanical / np.maximum(turns, LEAST_SPEED)


def _load_products(plate: Nameplate, turns: Floats, power: Floats, vibration: Floats) -> Floats:
    """What one machine adds to the least squares for s, its own wear w² projected out."""
    steady, loaded = _parts(plate, turns, power)
    new = plate.vibration_new_mm_s**2
    known, slope, worn = vibration**2 - new * steady, new * (loaded - steady), turns * turns
    norm = worn @ worn
    if not norm:
        return np.zeros(2)
    slope = slope - worn * ((slope @ worn) / norm)
    return np.array([slope @ slope, slope @ known])
