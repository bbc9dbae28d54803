"""What each machine has to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import pytest

from contracts.identity import Identity
from simulator.arrays import Floats, States
from simulator.load import IDLE, LOAD_LIMITS, OFF, RUNNING, SETUP, VARIATION_STD, Load
from simulator.models import MODELS, parameter_columns
from simulator.orders import PRODUCT_MIX
from simulator.plant_spec import PlantSpec
from simulator.randomness import Randomness

START_S = 1_767_323_045.0  # Friday 2026-01-02T03:04:05Z

MakeIdentities = Callable[..., list[Identity]]


def make_load(identities: list[Identity], seed: int = 1, shifts: str = "continuous") -> Load:
    """The loads of some machines."""
    columns = parameter_columns([identity.model for identity in identities])
    randomness = Randomness(seed, [identity.device_id for identity in identities])
    spec = PlantSpec.model_validate({"shifts": shifts})
    return Load(identities, columns, spec, seed=seed, start_s=START_S, randomness=randomness)


def play(load: Load, steps: int, step_s: float, block: int = 100_000) -> tuple[Floats, States]:
    """Throughput and states at so many moments, played in blocks."""
    moments_s = START_S + step_s * np.arange(1, steps + 1)
    parts = []
    for first in range(0, steps, block):
        some = moments_s[first : first + block]
        parts.append(load.play(some, np.full(len(some), step_s), np.rint(some * 1000).astype(np.int64)))
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])


@pytest.mark.parametrize("model", MODELS)
def test_pauses_take_their_share_of_time(model: str, make_identities: MakeIdentities) -> None:
    """Machines pause as often and as long as their model says."""
    _, state = play(make_load(make_identities(1000, model)), 480, 60.0)

    parameters = MODELS[model]
    # Eight hours of a thousand machines have at least 8,000 h / 2.04 h = 3,900 pauses: a standard error below 2 %.
    expected = parameters.mean_pause_s / (parameters.mean_run_s + parameters.mean_pause_s)
    assert (state == IDLE).sum() / (state != SETUP).sum() == pytest.approx(expected, rel=0.08)


@pytest.mark.parametrize("block", [1, 7, 60])
def test_blocks_do_not_matter(block: int, make_identities: MakeIdentities) -> None:
    """In whatever blocks some moments are played, each machine does the same at each, bit by bit."""
    whole, parts = make_load(make_identities(50)), make_load(make_identities(50))
    for one, other in zip(play(whole, 120, 60.0), play(parts, 120, 60.0, block), strict=True):
        assert np.array_equal(one, other)


def test_steps_do_not_matter_for_states(make_identities: MakeIdentities) -> None:
    """Whether time is cut into seconds or minutes, machines pause at the same moments."""
    fine, coarse = make_load(make_identities(50)), make_load(make_identities(50))

    assert np.array_equal(play(fine, 1800, 1.0)[1][-1], play(coarse, 30, 60.0)[1][-1])


def test_only_running_machines_have_throughput(make_identities: MakeIdentities) -> None:
    """Throughput is within limits while running and nothing else."""
    throughput, state = play(make_load(make_identities(500)), 100, 60.0)

    running = state == RUNNING
    assert ((throughput[running] >= LOAD_LIMITS[0]) & (throughput[running] <= LOAD_LIMITS[1])).all()
    assert (throughput[~running] == 0).all()
    assert running.any()
    assert (~running).any()


def test_setup_comes_with_a_new_product(make_identities: MakeIdentities) -> None:
    """A mill is set up when the product changes, for some minutes; a pump never is."""
    load = make_load([*make_identities(1, "cnc_mill"), *make_identities(1, "centrifugal_pump")])
    setup = play(load, 10 * 24 * 360, 10.0)[1] == SETUP
    begun = int((np.diff(setup[:, 0].astype(int)) == 1).sum())

    # 240 orders; the next is for another product with 1 - (0.25² + 0.45² + 0.30²) = 0.645: 155, standard deviation 7.4.
    assert begun == pytest.approx(155, abs=30)
    # 420 s · (0.6 to 1.4) each: 252 to 588 s.
    assert 252 < 10 * setup[:, 0].sum() / begun < 588
    assert not setup[:, 1].any()


def test_orders_move_a_line_together(make_identities: MakeIdentities) -> None:
    """Machines of a line share most of their variation; machines of two lines do not."""
    throughput, state = play(make_load(make_identities(20, "centrifugal_pump")), 1440, 120.0)
    correlation = np.ma.corrcoef(np.ma.masked_array(throughput, state == IDLE).T)

    # Levels 0.60, 0.74, 0.90 with shares 0.25, 0.45, 0.30 have a mean of 0.753 and a variance of 0.0125, their spread
    # adds 0.1²/12 = 0.0008; the own variation is 0.05² = 0.0025: 0.0133/0.0158 = 0.84.
    assert correlation[0, 1:10].mean() == pytest.approx(0.84, abs=0.1)
    assert abs(correlation[0, 10:].mean()) < 0.4


def test_own_variation_has_its_size(make_identities: MakeIdentities) -> None:
    """The own variation keeps its standard deviation, whatever the steps."""
    load = make_load(make_identities(5000))
    moments_s = START_S + np.cumsum([1.0, 600.0, 7200.0, 3.0])
    load.play(moments_s, np.diff(moments_s, prepend=START_S), np.rint(moments_s * 1000).astype(np.int64))

    assert load._variation.std() == pytest.approx(VARIATION_STD, rel=0.05)


def test_long_absence_is_caught_up(make_identities: MakeIdentities) -> None:
    """After a week without a step, the states are those of a week later."""
    load = make_load(make_identities(100))
    play(load, 1, 7 * 86_400.0)

    assert (load._until_s > START_S + 7 * 86_400).all()


def test_machines_are_off_between_shifts(make_identities: MakeIdentities) -> None:
    """In two shifts, all is off from Friday 22:10 until Monday 06:00, and on during the day."""
    load = make_load(make_identities(40), shifts="two_shift")
    hours = np.array(
        [
            datetime(2026, 1, day, hour, 30, tzinfo=UTC).timestamp()
            for day, hour in ((2, 4), (2, 6), (2, 21), (2, 22), (3, 12), (5, 5), (5, 6))
        ]
    )
    _, state = load.play(hours, np.diff(hours, prepend=START_S), np.rint(hours * 1000).astype(np.int64))
    off = state == OFF

    assert [row.all() for row in off] == [True, False, False, True, True, True, False]
    assert not off[[1, 2, 6]].any()


def test_products_are_a_mix() -> None:
    """The shares of the products make one whole, and harder products come later in the list."""
    assert sum(product.share for product in PRODUCT_MIX) == pytest.approx(1.0)
    assert [product.level for product in PRODUCT_MIX] == sorted(product.level for product in PRODUCT_MIX)
