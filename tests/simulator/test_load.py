"""What each machine has to do."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contracts.identity import Identity
from simulator.load import IDLE, LOAD_LIMITS, RUNNING, SETUP, VARIATION_STD, Load
from simulator.models import MODELS, parameter_columns
from simulator.randomness import Randomness

START_S = 1_767_323_045.0


def make_load(identities: list[Identity], seed: int = 1) -> Load:
    """The loads of some machines."""
    columns = parameter_columns([identity.model for identity in identities])
    randomness = Randomness(seed, [identity.device_id for identity in identities])
    return Load(identities, columns, seed=seed, start_s=START_S, randomness=randomness)


@pytest.mark.parametrize("model", MODELS)
def test_pauses_take_their_share_of_time(model: str, make_identities: Callable[..., list[Identity]]) -> None:
    """Machines pause as often and as long as their model says."""
    load = make_load(make_identities(1000, model))
    pausing = []
    for number in range(1, 481):
        load.step(60.0, START_S + 60 * number, number)
        pausing.append(load._pausing.mean())

    parameters = MODELS[model]
    # Eight hours of a thousand machines have at least 8,000 h / 1.55 h = 5,000 pauses: a standard error below 2 %.
    expected = parameters.mean_pause_s / (parameters.mean_run_s + parameters.mean_pause_s)
    assert np.mean(pausing) == pytest.approx(expected, rel=0.08)


def test_steps_do_not_matter_for_states(make_identities: Callable[..., list[Identity]]) -> None:
    """Whether time is cut into seconds or minutes, machines pause at the same moments."""
    fine, coarse = make_load(make_identities(50)), make_load(make_identities(50))
    for number in range(1, 1801):
        fine.step(1.0, START_S + number, number)
    for number in range(1, 31):
        coarse.step(60.0, START_S + 60 * number, number)

    assert np.array_equal(fine.state, coarse.state)


def test_only_running_machines_have_throughput(make_identities: Callable[..., list[Identity]]) -> None:
    """Throughput is within limits while running and nothing else."""
    load = make_load(make_identities(500))

    running = load.state == RUNNING
    assert ((load.throughput[running] >= LOAD_LIMITS[0]) & (load.throughput[running] <= LOAD_LIMITS[1])).all()
    assert (load.throughput[~running] == 0).all()
    assert running.any()
    assert (~running).any()


def test_setup_comes_with_the_order(make_identities: Callable[..., list[Identity]]) -> None:
    """A mill is set up once in an order, for some minutes; a pump never is."""
    load = make_load([*make_identities(1, "cnc_mill"), *make_identities(1, "centrifugal_pump")])
    states = []
    for number in range(1, 24 * 360 + 1):
        load.step(10.0, START_S + 10 * number, number)
        states.append(load.state.copy())
    setup = np.array(states) == SETUP
    begun = np.diff(setup[:, 0].astype(int)) == 1

    assert begun.sum() == pytest.approx(24, abs=1)  # an order an hour
    # 420 s · (0.6 to 1.4) each: 252 to 588 s.
    assert 252 < 10 * setup[:, 0].sum() / 24 < 588
    assert not setup[:, 1].any()


def test_orders_move_a_line_together(make_identities: Callable[..., list[Identity]]) -> None:
    """Machines of a line share most of their variation; machines of two lines do not."""
    load = make_load(make_identities(20, "centrifugal_pump"))
    seen = []
    for number in range(1, 1441):
        load.step(120.0, START_S + 120 * number, number)
        seen.append(np.where(load.state == IDLE, np.nan, load.throughput))
    series = np.ma.masked_invalid(np.array(seen))
    correlation = np.ma.corrcoef(series.T)

    # The orders' levels have a variance of 0.4²/12 = 0.0133, the own variation 0.05² = 0.0025: 0.0133/0.0158 = 0.84.
    assert correlation[0, 1:10].mean() == pytest.approx(0.84, abs=0.1)
    assert abs(correlation[0, 10:].mean()) < 0.4


def test_own_variation_has_its_size(make_identities: Callable[..., list[Identity]]) -> None:
    """The own variation keeps its standard deviation, whatever the steps."""
    load = make_load(make_identities(5000))
    for number, elapsed_s in enumerate([1.0, 600.0, 7200.0, 3.0], 1):
        load.step(elapsed_s, START_S + 10_000 * number, number)

    assert load._variation.std() == pytest.approx(VARIATION_STD, rel=0.05)


def test_long_absence_is_caught_up(make_identities: Callable[..., list[Identity]]) -> None:
    """After a week without a step, the states are those of a week later."""
    load = make_load(make_identities(100))
    load.step(7 * 86_400.0, START_S + 7 * 86_400, 1)

    assert (load._until_s > START_S + 7 * 86_400).all()
