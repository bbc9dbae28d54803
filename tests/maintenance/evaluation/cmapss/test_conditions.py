"""Operating conditions found without being told, and taken out of the sensors."""

from pathlib import Path

import numpy as np
import pytest

from maintenance.evaluation.cmapss.conditions import learn_conditions
from maintenance.evaluation.cmapss.data import read_subset

DATA = Path(__file__).parents[1] / "data" / "cmapss"


# NASA's readme: FD001 has one condition (sea level), FD002 six.
@pytest.mark.parametrize(("subset", "conditions"), [("FD001", 1), ("FD002", 6)])
def test_as_many_conditions_are_found_as_nasa_flew(subset, conditions):
    """From the settings of the training engines alone."""
    assert len(learn_conditions(read_subset(DATA, subset).train, seed=1).centers) == conditions


def test_normalised_sensors_no_longer_tell_the_condition():
    """Under each of the six, every sensor has mean 0 and spread 1 over the training engines."""
    train = read_subset(DATA, "FD002").train
    conditions = learn_conditions(train, seed=1)
    altitude = np.concatenate([engine.settings[:, 0] for engine in train]).round(0)
    normalised = np.concatenate([conditions.normalised(engine) for engine in train])

    for level in np.unique(altitude):
        here = normalised[altitude == level]
        np.testing.assert_allclose(here.mean(axis=0), 0.0, atol=1e-6)
        np.testing.assert_allclose(here.std(axis=0), 1.0, atol=1e-6)


def test_sensors_that_never_move_are_left_out():
    """Sensors 1, 18 and 19 of FD001 are constant (518.67, 2388, 100.00)."""
    used = learn_conditions(read_subset(DATA, "FD001").train, seed=1).used

    assert not used[[0, 17, 18]].any()
    assert used[[1, 2, 3, 10, 19, 20]].all()
