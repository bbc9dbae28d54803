"""Failures, repairs and maintenance."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contracts.identity import Identity
from simulator.plant_spec import PlantSpec
from simulator.randomness import Randomness
from simulator.vehicles.components import BATTERY, BRAKES, COMPONENTS, DUE_DAMAGE, Use
from simulator.vehicles.models import vehicle_columns
from simulator.vehicles.workshop import HELP_S, REPAIR_S, Workshop

START_S = 1_779_073_200.0
NO, YES = np.array([False]), np.array([True])
MakeVehicles = Callable[..., list[Identity]]


@pytest.fixture
def make(make_vehicles: MakeVehicles) -> Callable[..., Workshop]:
    """A workshop for vans, new unless the spec says otherwise."""

    def workshop(count: int = 1, **spec: object) -> Workshop:
        vans = make_vehicles(count, "van")
        randomness = Randomness(1, [one.device_id for one in vans])
        columns = vehicle_columns([one.model for one in vans])
        return Workshop(vans, columns, randomness, start_s=START_S, spec=PlantSpec(**({"age": "new"} | spec)))

    return workshop


def drive(shop: Workshop, hours: float, braked_kj: float = 0.0) -> None:
    """Let every vehicle's engine run for some hours."""
    count = shop.damage.shape[1]
    full = np.full(count, hours * 3600)
    shop.wear(Use(hours * 3600, full, np.full(count, braked_kj), np.zeros(count), 25.0, np.full(count, 90.0)), 1.0)


def test_a_failure_stops_waits_is_repaired_and_renewed(make: Callable[..., Workshop]) -> None:
    """Half an hour to two until help comes, one to four for the repair; then damage is none and the cycle the next."""
    shop = make()
    shop.damage[BRAKES, 0] = 1.0
    shop.attend(START_S, YES, NO, NO)

    assert shop.down.all()
    assert HELP_S[0] <= shop.helped_s[0] - START_S <= HELP_S[1]
    assert REPAIR_S[0] <= shop.ready_s[0] - shop.helped_s[0] <= REPAIR_S[1]

    shop.attend(float(shop.ready_s[0]), NO, NO, NO)
    assert not shop.down.any()
    assert (shop.damage[BRAKES, 0], shop.cycle[BRAKES, 0]) == (0, 1)
    events = [(one.event.value, one.kind, one.cause, one.family, one.fault_id) for one in shop.take_news()]
    assert events == [
        ("failed", "brakes", "wear", "wear", "VHC001-brakes-0"),
        ("repaired", "brakes", "wear", "wear", "VHC001-brakes-0"),
    ]
    assert shop.take_news() == []


def test_a_weak_battery_is_found_out_at_a_start(make: Callable[..., Workshop]) -> None:
    """While the engine runs nobody knows; when it is to be started, or stands, it fails."""
    shop = make()
    shop.damage[BATTERY, 0] = 1.0
    shop.attend(START_S, YES, NO, NO)
    assert not shop.down.any()

    shop.attend(START_S + 60, YES, YES, NO)
    assert shop.down.all()


def test_what_is_due_is_renewed_at_the_depot_by_appointment(make: Callable[..., Workshop]) -> None:
    """Not on the road and not at once; the truth calls it maintained, by plan."""
    shop = make()
    shop.damage[BRAKES, 0] = DUE_DAMAGE[BRAKES]
    assert shop.due[:, 0].tolist() == [False, False, True, False]

    shop.attend(START_S, YES, NO, NO)
    shop.attend(START_S + 90 * 86_400, YES, NO, NO)
    assert not shop.down.any()
    shop.attend(START_S + 91 * 86_400, NO, NO, YES)
    assert shop.down.all()
    shop.attend(float(shop.ready_s[0]), NO, NO, YES)

    assert [(one.event.value, one.cause) for one in shop.take_news()] == [("maintained", "plan")]
    assert not shop.due.any()


def test_who_runs_to_failure_has_no_appointments(make: Callable[..., Workshop]) -> None:
    """Due or not, at the depot or not."""
    shop = make(maintenance="run_to_failure")
    shop.damage[BRAKES, 0] = 0.99
    for days in (0, 90):
        shop.attend(START_S + days * 86_400, NO, NO, YES)

    assert not shop.down.any()


def test_accelerated_lives_are_shorter_by_the_factor(make: Callable[..., Workshop]) -> None:
    """Only of those who run to failure: the same hour does fifty times the damage."""
    usual, kept, fast = make(), make(wear_speed=50), make(maintenance="run_to_failure", wear_speed=50)
    for shop in (usual, kept, fast):
        drive(shop, 1.0)

    assert kept.damage.tolist() == usual.damage.tolist()
    assert fast.damage == pytest.approx(50 * usual.damage)


def test_the_remaining_life_comes_true(make: Callable[..., Workshop]) -> None:
    """After weeks of steady use the hours foretold are those until damage is 1."""
    shop = make(maintenance="run_to_failure")
    for _ in range(4 * 7 * 24):
        drive(shop, 1.0, braked_kj=400)
    told_h = shop.remaining_h()[BRAKES, 0]
    before = shop.damage[BRAKES, 0]
    drive(shop, told_h / 2, braked_kj=400 * told_h / 2)

    assert shop.damage[BRAKES, 0] - before == pytest.approx((1 - before) / 2, rel=0.05)


def test_a_fleet_of_mixed_age_has_all_ages(make: Callable[..., Workshop]) -> None:
    """New ones and old ones, none that fails at once; kept up, none is far beyond its term."""
    kept, failing = make(300, age="mixed"), make(300, age="mixed", maintenance="run_to_failure")

    for shop, oldest in ((kept, 0.8), (failing, 0.98)):
        assert shop.damage.shape == (len(COMPONENTS), 300)
        assert shop.damage.min() < 0.02
        assert 0.95 * oldest < shop.damage.max() < oldest
