"""How worn the components of the machines are: damage that grows with use, and what it does to the signals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from contracts.identity import Identity
from simulator.arrays import Flags, Floats, Integers
from simulator.models import component_columns
from simulator.physics import degradation, growth, weibull_life
from simulator.plant_spec import PlantSpec
from simulator.randomness import Randomness

DAY_S = 86_400.0
PLANNED_AT = (0.54, 0.60)
"""Used share of life at which a component is renewed by plan [1]: between these, as inspections are not exact."""
OLDEST = 0.9
"""In a plant of mixed ages, no component that runs to failure has used up more of its life at the start [1]."""
MEMORY_H = 7 * 24.0
"""Over such a time the usual stress of a component is averaged [h]; a week has all shifts and products."""
USUAL_STRESS = 0.3
"""Stress by rated stress that is expected before a machine has been seen working [1]."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What wear does to each machine, one element a machine.

    Attributes:
        vibration_mm_s: added at rated speed [mm/s].
        temperature: factor on the temperature rise [1].
        torque: factor on the torque [1].
        speed: factor on the speed [1].
    """

    vibration_mm_s: Floats
    temperature: Floats
    torque: Floats
    speed: Floats


@dataclass(frozen=True, slots=True)
class WearTable:
    """How worn all components are at a moment, an element a component of a machine.

    Attributes:
        row: row of the machine in its plant.
        component: name of the component.
        cycle: how often it has been renewed.
        damage: used share of its life [1].
        maintenance_due: whether it is worn so far that a plan of maintenance would renew it.
        remaining_useful_life_h: hours until it fails if used as it has been, and nobody renews it [h].
    """

    row: Integers
    component: np.ndarray[tuple[int, ...], np.dtype[np.str_]]
    cycle: Integers
    damage: Floats
    maintenance_due: Flags
    remaining_useful_life_h: Floats


class Wear:
    """Damage of all components, arrays with a row a component and a column a machine.

    Each component has a life of its own from a Weibull distribution, which only the truth knows. Damage grows with
    stress, by day faster or slower than usual; at 1 the component fails.

    Args:
        identities: the machines.
        spec: how they are looked after.
        randomness: randomness of the machines.

    Attributes:
        components: their names, in the order of the rows.
        tables: parameters of `ComponentWear` by name.
        damage: used share of life [1].
        cycle: how often each has been renewed.
        due: damage from which each is due for maintenance [1].
        limit: damage at which it is renewed: when it is due, or at 1 if it runs to failure [1].
        shown: what wear does to the signals now.
    """

    def __init__(self, identities: Sequence[Identity], spec: PlantSpec, randomness: Randomness) -> None:
        self.components, self.tables = component_columns([identity.model for identity in identities])
        self._randomness = randomness
        shape = (len(self.components), len(identities))
        self.to_failure = np.array([spec.runs_to_failure(name) for name in self.components], dtype=np.bool_)
        self._faster = np.where(self.to_failure, spec.wear_speed, 1.0)[:, None]
        self.cycle: Integers = np.zeros(shape, dtype=np.int64)
        self.life_h: Floats = np.full(shape, np.inf)
        self.due: Floats = np.ones(shape)
        for place in range(len(self.components)):
            self._draw(place, np.arange(shape[1]))
        age = np.array([randomness.uniform(f"wear/{name}/age", 0) for name in self.components]).reshape(shape)
        oldest = np.where(self.to_failure[:, None], OLDEST, self.due)
        self.damage: Floats = np.where(np.isfinite(self.life_h) & (spec.age == "mixed"), age * oldest, 0.0)
        self._usual: Floats = np.full(shape, USUAL_STRESS)
        self._exponents = self.tables["load_exponent"].astype(np.int64)
        self._stress_s: Floats = np.zeros((4, shape[1]))
        self._elapsed_s = 0.0
        self._day, self._growth = -1, np.ones(shape)
        self.shown = self._show()

    @property
    def limit(self) -> Floats:
        """Damage at which each is renewed."""
        return np.where(self.to_failure[:, None], 1.0, self.due)

    def use(self, stress: tuple[Floats, Floats, Floats, Floats], elapsed_s: Floats) -> None:
        """Note what the machines did.

        Args:
            stress: for each load exponent, shape (T, N) [1].
            elapsed_s: length of the step to each moment [s], shape (T,).
        """
        # One moment after the other: a product of matrices adds in an order that goes with the size of the block, and
        # damage would be another in its last bits.
        for total, one in zip(self._stress_s, stress, strict=True):
            for used in one * elapsed_s[:, None]:
                total += used
        for step_s in elapsed_s.tolist():
            self._elapsed_s += step_s

    def settle(self, moment_s: float) -> None:
        """Turn into damage what was noted since the last time.

        Args:
            moment_s: Unix time [s].
        """
        if not self._elapsed_s:
            return
        self._new_day(int(moment_s // DAY_S))
        # Each component's own exponent picks one of the four sums of its machine.
        stress_h = np.take_along_axis(self._stress_s, self._exponents, axis=0) / 3600.0
        self.damage += stress_h * self._growth * self._faster / self.life_h
        elapsed_h = self._elapsed_s / 3600.0
        kept = np.exp(-elapsed_h / MEMORY_H)
        self._usual = self._usual * kept + stress_h / elapsed_h * (1 - kept)
        self._stress_s[:], self._elapsed_s = 0.0, 0.0
        self.shown = self._show()

    def renew(self, place: int, rows: Integers) -> None:
        """Put new components in."""
        self.cycle[place, rows] += 1
        self.damage[place, rows] = 0.0
        self._draw(place, rows)
        self.shown = self._show()

    def table(self) -> WearTable:
        """How worn everything is, for the truth."""
        place, row = np.nonzero(np.isfinite(self.life_h))
        hours = (1.0 - self.damage) * self.life_h / np.maximum(self._usual * self._faster, 1e-6)
        return WearTable(
            row=row,
            component=np.array(self.components)[place],
            cycle=self.cycle[place, row],
            damage=self.damage[place, row],
            maintenance_due=(self.damage >= self.due)[place, row],
            remaining_useful_life_h=np.maximum(hours[place, row], 0.0),
        )

    def _draw(self, place: int, rows: Integers) -> None:
        """Life of components that are new, and when they are due, from how often they have been renewed."""
        name, some, cycle = self.components[place], self._randomness.take(rows), self.cycle[place, rows]
        life_h, shape = self.tables["life_h"][place, rows], self.tables["shape"][place, rows]
        drawn = weibull_life(some.uniform(f"wear/{name}/life", cycle), life_h, np.where(shape > 0, shape, 1.0))
        self.life_h[place, rows] = np.where(np.isfinite(life_h), drawn, np.inf)
        low, high = PLANNED_AT
        self.due[place, rows] = low + (high - low) * some.uniform(f"wear/{name}/limit", cycle)

    def _new_day(self, day: int) -> None:
        if day != self._day:
            self._day = day
            for place, name in enumerate(self.components):
                self._growth[place] = growth(self._randomness.normal(f"wear/{name}/growth", day))

    def _show(self) -> Shown:
        """What the present damage does to the signals."""
        seen, tables = degradation(self.damage), self.tables
        return Shown(
            vibration_mm_s=np.sqrt(((tables["vibration_mm_s"] * seen) ** 2).sum(axis=0)),
            temperature=1.0 + (tables["temperature_share"] * seen).sum(axis=0),
            torque=1.0 + (tables["torque_share"] * seen).sum(axis=0),
            speed=1.0 - (tables["speed_loss"] * seen).sum(axis=0),
        )
