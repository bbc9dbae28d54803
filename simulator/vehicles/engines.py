"""The engines of a fleet: fuel in the tank, temperature of the coolant, distance driven."""

from __future__ import annotations

import numpy as np

from simulator.arrays import Flags, Floats
from simulator.randomness import Randomness
from simulator.vehicles.components import Effects
from simulator.vehicles.journeys import Motion
from simulator.vehicles.physics import FUEL_MJ_PER_L, GRAVITY_M_S2, Cooling, coolant_step, fuel_energy

REFUEL_BELOW = 0.5
"""At the depot a vehicle with less in its tank is refuelled [1]."""
REFUEL_TO = 0.97
"""Until the tank is so full [1]."""
PUMP_L_S = 35.0 / 60.0
"""Flow of the depot's pump [l/s]."""
COLD_FRICTION = 0.3
"""What friction grows by in an engine that is stone cold [1]."""
DERATES_ABOVE_C = 112.0
"""From here on the engine gives less, to save itself [°C]."""
DERATES_OVER_K = 20.0
"""It would give nothing so much above [K]."""
LEAST_RATE = 0.3
"""But it always gives so much: the vehicle limps on [1]."""
BOILS_C = 122.0
"""At this temperature the driver stops the engine: coolant boils off under its cap's pressure [°C]."""
COOLED_C = 102.0
"""And goes on below this one [°C]."""


def pace(coolant_c: Floats) -> Floats:
    """How fast an engine lets a vehicle go on, by its temperature [1].

    Example:
        >>> print(pace(np.array([90.0, 117.0, 140.0])))
        [1.   0.75 0.3 ]
    """
    return np.minimum(np.maximum(1.0 - (coolant_c - DERATES_ABOVE_C) / DERATES_OVER_K, LEAST_RATE), 1.0)


class Engines:
    """State of engines and tanks, one element a vehicle.

    Args:
        columns: parameters by name.
        randomness: randomness of the vehicles.
        running: vehicles that are under way when the fleet is first seen.
        air_c: outdoor air then [°C].

    Attributes:
        coolant_c: temperature of the coolant [°C].
        fuel_l: fuel in the tank [l].
        resting: vehicles whose driver waits for the engine to cool down.
    """

    def __init__(self, columns: dict[str, Floats], randomness: Randomness, running: Flags, air_c: float) -> None:
        self._columns = columns
        self._mass_kg = columns["empty_mass_kg"] + 0.5 * columns["payload_kg"]
        self.coolant_c: Floats = np.where(running, columns["thermostat_opens_c"] + 2.0, air_c)
        level = REFUEL_BELOW + (REFUEL_TO - REFUEL_BELOW) * randomness.uniform("fuel/first", 0)
        self.fuel_l: Floats = level * columns["tank_l"]
        self._filling: Flags = np.zeros(len(level), dtype=np.bool_)
        self.resting: Flags = np.zeros(len(level), dtype=np.bool_)

    def step(self, motion: Motion, worn: Effects, air_c: Floats, cooling: Floats | float, elapsed_s: float) -> None:
        """Burn what the motion took, warm up and cool down, refuel at the depot.

        Args:
            motion: what the step has done.
            worn: what worn components do.
            air_c: air around each vehicle [°C].
            cooling: factor on the radiator's conductance, from process faults [1].
            elapsed_s: length of the step [s].
        """
        columns = self._columns
        running = motion.engine_s / elapsed_s
        burnt_kj = self._burnt_kj(motion, worn)
        self.coolant_c = coolant_step(
            self.coolant_c,
            columns["coolant_share"] * burnt_kj / elapsed_s,
            air_c,
            motion.distance_m / elapsed_s,
            running,
            Cooling(
                heat_capacity_kj_k=columns["heat_capacity_kj_k"],
                block_kw_k=columns["block_kw_k"],
                radiator_kw_k=columns["radiator_kw_k"] * worn.radiator * cooling,
                opens_c=columns["thermostat_opens_c"],
                open_c=columns["thermostat_open_c"],
                least_opening=worn.least_opening,
                most_opening=worn.most_opening,
            ),
            elapsed_s,
        )
        self.resting = (self.coolant_c > BOILS_C) | self.resting & (self.coolant_c > COOLED_C)
        self.fuel_l = np.maximum(0.0, self.fuel_l - burnt_kj / (1000 * FUEL_MJ_PER_L))
        self._refuel(motion.at_depot, elapsed_s)

    @property
    def rate(self) -> Floats:
        """How fast each vehicle goes on with its plan, as its engine lets it [1]."""
        return np.where(self.resting, 0.0, pace(self.coolant_c))

    @property
    def fuel_percent(self) -> Floats:
        """Fuel by the content of the tank [%]."""
        return 100.0 * self.fuel_l / self._columns["tank_l"]

    def _burnt_kj(self, motion: Motion, worn: Effects) -> Floats:
        columns = self._columns
        drag_n = worn.drag * columns["rolling_resistance"] * self._mass_kg * GRAVITY_M_S2
        warm_c = columns["thermostat_opens_c"]
        cold = 1.0 + COLD_FRICTION * np.minimum(np.maximum((warm_c - 8.0 - self.coolant_c) / warm_c, 0.0), 1.0)
        return fuel_energy(
            motion.driven_kj + drag_n * motion.distance_m / 1000,
            motion.distance_m,
            motion.engine_s,
            columns["idle_kw"] * cold + worn.charging_kw,
            columns["friction_kj_per_m"] * cold,
            columns["efficiency"],
        )

    def _refuel(self, at_depot: Flags, elapsed_s: float) -> None:
        tank_l = self._columns["tank_l"]
        self._filling = at_depot & (
            (self.fuel_l < REFUEL_BELOW * tank_l) | self._filling & (self.fuel_l < REFUEL_TO * tank_l)
        )
        if self._filling.any():
            filled = np.minimum(REFUEL_TO * tank_l, self.fuel_l + PUMP_L_S * elapsed_s)
            self.fuel_l = np.where(self._filling, np.maximum(filled, self.fuel_l), self.fuel_l)
