"""Wear of components."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contracts.identity import Identity
from simulator.models import MODELS
from simulator.plant_spec import PlantSpec
from simulator.randomness import Randomness
from simulator.wear import OLDEST, PLANNED_AT, Wear

MakeIdentities = Callable[..., list[Identity]]
NOON_S = 1_767_355_200.0
RATED_H = tuple(np.ones((1, 1)) for _ in range(4))


def make_wear(identities: list[Identity], **spec: object) -> Wear:
    """The components of some machines."""
    randomness = Randomness(1, [identity.device_id for identity in identities])
    return Wear(identities, PlantSpec.model_validate(spec), randomness)


def use(wear: Wear, machines: int, hours: float, moment_s: float = NOON_S) -> None:
    """Let all machines work at rated load and speed for some hours."""
    rated = np.ones((1, machines))
    wear.use((rated, rated, rated, rated), np.array([hours * 3600.0]))
    wear.settle(moment_s)


def test_machines_are_of_all_ages(make_identities: MakeIdentities) -> None:
    """At the start, wear is spread evenly from new to due for renewal."""
    wear = make_wear(make_identities(1000, "conveyor"))

    share = wear.damage[0] / wear.limit[0]
    counts, _ = np.histogram(share, bins=4, range=(0, 1))
    # 250 each, with a standard deviation of sqrt(1000 · 0.25 · 0.75) = 13.7; five of them.
    assert np.abs(counts - 250).max() < 69
    assert PLANNED_AT[0] <= wear.limit.min() <= wear.limit.max() <= PLANNED_AT[1]


def test_a_new_plant_is_new(make_identities: MakeIdentities) -> None:
    """With `age: new`, nothing is worn; with components that run to failure, none is older than nine tenths."""
    assert (make_wear(make_identities(50), age="new").damage == 0).all()
    oldest = make_wear(make_identities(500, "conveyor"), maintenance="run_to_failure").damage[0].max()
    assert 0.85 < oldest < OLDEST


def test_what_is_due_is_told_whether_or_not_it_is_renewed(make_identities: MakeIdentities) -> None:
    """Between 54 and 60 % of its life, drawn for each component, be the plant kept up or run to failure."""
    for maintenance in ("preventive", "run_to_failure"):
        wear = make_wear(make_identities(500, "conveyor"), maintenance=maintenance, age="new")
        for damage, share in ((0.53, 0.0), (0.57, 0.5), (0.61, 1.0)):
            wear.damage[:] = damage
            # Half of a thousand, with a standard deviation of sqrt(1/1000)/2 = 0.016; five of them.
            assert wear.table().maintenance_due.mean() == pytest.approx(share, abs=0.08)


def test_rated_load_uses_the_life_up(make_identities: MakeIdentities) -> None:
    """After as many hours at rated load as its own life has, a component has used all of it, give or take its days."""
    wear = make_wear(make_identities(200, "conveyor"), age="new")
    for day in range(100):
        use(wear, 200, 24.0, NOON_S + day * 86_400)
    used = wear.damage * wear.life_h / 2400

    # The mean of 100 days' growth of 200 machines: 0.66 / sqrt(20,000) = 0.0047; four of them.
    assert used[0].mean() == pytest.approx(1.0, abs=0.02)
    # And each machine comes by a way of its own: 0.66 / sqrt(100) = 0.066.
    assert used[0].std() == pytest.approx(0.066, rel=0.25)


def test_lives_are_those_of_the_model(make_identities: MakeIdentities) -> None:
    """A tenth of the bearings has a life shorter than the rating life; 63 % of the belts one shorter than theirs."""
    wear = make_wear(make_identities(4000, "conveyor"))
    bearing, belt = wear.components.index("bearing"), wear.components.index("belt")

    # Standard errors with n = 4000: 0.5 % and 0.8 %; four of them.
    assert (wear.life_h[bearing] < 20_000).mean() == pytest.approx(0.10, abs=0.02)
    assert (wear.life_h[belt] < 12_000).mean() == pytest.approx(0.632, abs=0.032)


def test_wear_is_faster_only_where_it_runs_to_failure(make_identities: MakeIdentities) -> None:
    """`wear_speed` makes those components wear faster that nobody renews, and no others."""
    usual = make_wear(make_identities(10, "conveyor"), age="new")
    faster = make_wear(make_identities(10, "conveyor"), age="new", maintenance="run_to_failure", wear_speed=10)
    use(usual, 10, 24.0)
    use(faster, 10, 24.0)

    assert faster.damage[0] == pytest.approx(10 * usual.damage[0])
    assert np.array_equal(faster.damage[1], usual.damage[1])


def test_renewal_gives_another_life(make_identities: MakeIdentities) -> None:
    """A renewed component is new, counts one more, and has a life of its own."""
    wear = make_wear(make_identities(10, "conveyor"))
    before = wear.life_h.copy()
    wear.renew(0, np.array([3]))

    assert wear.damage[0, 3] == 0
    assert wear.cycle[0].tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    assert (wear.life_h != before).sum() == 1


def test_worn_components_show(make_identities: MakeIdentities) -> None:
    """At the end of its life a conveyor's bearing adds what its model says, to the signals that it says."""
    wear = make_wear(make_identities(2, "conveyor"), age="new")
    wear.damage[0, 1] = 1.0
    wear.shown = wear._show()
    bearing = MODELS["conveyor"].component("bearing")

    assert wear.shown.vibration_mm_s.tolist() == pytest.approx([0.0, bearing.vibration_mm_s])
    assert wear.shown.temperature.tolist() == pytest.approx([1.0, 1.0 + bearing.temperature_share])
    assert wear.shown.torque.tolist() == pytest.approx([1.0, 1.0 + bearing.torque_share])
    assert wear.shown.speed.tolist() == [1.0, 1.0]


def test_remaining_life_is_that_of_the_usual_use(make_identities: MakeIdentities) -> None:
    """After weeks at half the stress, what is left of the life lasts twice as long."""
    wear = make_wear(make_identities(1, "conveyor"), age="new")
    for day in range(200):  # 28 times the memory: the first guess has been forgotten
        half = np.full((1, 1), 0.5)
        wear.use((half, half, half, half), np.array([86_400.0]))
        wear.settle(NOON_S + day * 86_400)
    table = wear.table()
    bearing = table.component == "bearing"

    expected = (1 - wear.damage[0, 0]) * wear.life_h[0, 0] / 0.5
    assert table.remaining_useful_life_h[bearing] == pytest.approx([expected], rel=1e-6)


def test_table_has_what_there_is(make_identities: MakeIdentities) -> None:
    """Each machine has a row for each of its model's components, and none for what it does not have."""
    identities = make_identities(16)
    table = make_wear(identities).table()
    told = sorted(zip(table.row.tolist(), table.component.tolist(), strict=True))

    assert told == sorted(
        (row, component.name) for row, one in enumerate(identities) for component in MODELS[one.model].components
    )
    assert (table.remaining_useful_life_h > 0).all()
