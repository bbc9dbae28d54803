"""How machines behave while they are well."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from contracts.nameplates import nameplate
from maintenance.errors import ModelError
from maintenance.features import NormalBehaviour, Readings, fit_normal
from maintenance.features.normal import FIXED_LOSSES, ModelBehaviour


def machine(model: str, share: float, worn_mm_s: float, seed: int) -> Readings:
    """A machine whose vibration is made by the equation of docs/simulator.md, v² = v_new²[(1-s)n⁴ + s·m²·n] + w²·n²."""
    random, plate, count = np.random.default_rng(seed), nameplate(model), 4000
    turns, torque = random.uniform(0.5, 1.0, count), random.uniform(0.3, 1.0, count)
    lost = FIXED_LOSSES * (1 - plate.efficiency)
    power = lost + (1 - lost) * torque * turns
    energy = plate.vibration_new_mm_s**2 * ((1 - share) * turns**4 + share * torque**2 * turns)
    return Readings(
        at_s=np.arange(count) * 60.0,
        run=np.ones(count, dtype=np.int64),
        seq=np.arange(count),
        temp=np.full(count, 50.0),
        vibration=np.sqrt(energy + (worn_mm_s * turns) ** 2),
        rpm=turns * plate.rated_speed_rpm,
        power=power * plate.rated_input_kw,
        state=np.full(count, 2),
        driving=power * plate.rated_input_kw,
    )


def test_the_share_of_the_process_is_found_whatever_the_wear() -> None:
    """Bearings of different ages do not change what is learnt of the model."""
    worn = [("cnc_mill", machine("cnc_mill", 0.4, worn, seed)) for seed, worn in enumerate((0.0, 0.5, 2.0))]

    assert fit_normal(worn).of("cnc_mill").load_share == pytest.approx(0.4, abs=0.01)


def test_a_new_machine_is_as_on_its_nameplate_at_rated_load() -> None:
    """At rated speed and power the expected energy is the square of the nameplate's vibration, whatever the share."""
    plate = nameplate("air_compressor")  # 1.6 mm/s
    behaviour = ModelBehaviour(plate, 0.3, (1.0, 0.0, 0.0))

    assert behaviour.expected_energy(np.ones(1), np.ones(1)) == pytest.approx([2.56])


def test_a_machine_that_never_ran_teaches_nothing() -> None:
    """A history in which a model stands still is refused by name."""
    still = replace(machine("conveyor", 0.3, 0.0, 1), state=np.zeros(4000, dtype=np.int64))

    with pytest.raises(ModelError, match="conveyor"):
        fit_normal([("conveyor", still)])


def test_unknown_models_are_named(normal: NormalBehaviour) -> None:
    """Who asks for a model that was never seen is told which were."""
    some = NormalBehaviour({"conveyor": normal.of("conveyor")})

    with pytest.raises(ModelError, match=r"'robot_arm', only of conveyor"):
        some.of("robot_arm")


def test_it_survives_an_artifact(normal: NormalBehaviour) -> None:
    """What is written as plain numbers is read as the same."""
    assert NormalBehaviour.from_plain(normal.as_plain()) == normal
