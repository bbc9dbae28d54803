"""The plant: machines as rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest

from contracts.errors import UsageError
from contracts.identity import Identity
from contracts.telemetry import Signal
from simulator.encode import encode
from simulator.errors import TargetError
from simulator.faults import FaultRequest
from simulator.models import MODELS
from simulator.plant import Plant
from simulator.scenario import Scenario, load_scenario

MakePlant = Callable[..., Plant]
MakeIdentities = Callable[..., list[Identity]]
DRIFT = FaultRequest(kind="drift", target="M003", signal="temp", parameters={"rate_per_min": 6})


def play(plant: Plant, start: datetime, seconds: int) -> list[bytes]:
    """Messages of so many seconds."""
    return [
        payload
        for second in range(seconds)
        for payload in encode(
            plant.step(start + timedelta(seconds=second)), plant.identities, 1, [second + 1] * len(plant.identities)
        )
    ]


def test_same_bytes_from_the_same_seed(make_plant: MakePlant, start: datetime) -> None:
    """The same seed and steps give the same messages, byte for byte, faults included."""
    scenario = load_scenario("bad-sensors")

    assert play(make_plant(10, scenario), start, 400) == play(make_plant(10, scenario), start, 400)


def test_sharding_changes_nothing(make_plant: MakePlant, make_identities: MakeIdentities, start: datetime) -> None:
    """A machine tells the same in whatever shard it stands, faults included."""
    everyone, scenario = make_identities(23), load_scenario("bad-sensors")
    whole = play(make_plant(everyone, scenario), start, 400)
    parts = [play(make_plant(part, scenario), start, 400) for part in (everyone[:7], everyone[7:])]

    assert sorted(whole) == sorted(parts[0] + parts[1])


def test_hall_is_shared_between_shards(make_plant: MakePlant, make_identities: MakeIdentities, start: datetime) -> None:
    """Machines of two shards of one plant breathe the same air."""
    everyone = make_identities(20)
    first, second = make_plant(everyone[:10]), make_plant(everyone[10:])

    assert first._air[0] == second._air[0]


def test_machines_start_in_equilibrium(make_plant: MakePlant, start: datetime) -> None:
    """At the first moment each machine is as warm as its load makes it."""
    plant = make_plant(50)

    assert plant._rise == pytest.approx(plant._steady_rise())


@pytest.mark.parametrize(
    "name", ["temperature_rise_k", "thermal_time_constant_s", "vibration_new_mm_s", "fixed_loss_share"]
)
def test_machines_deviate_from_their_nameplate(name: str, make_plant: MakePlant) -> None:
    """Machines of a model deviate by 3 % around the nameplate, and none by more than 7.5 %."""
    values = make_plant(1000, model="conveyor")._columns[name]
    rated = getattr(MODELS["conveyor"], name, None) or getattr(MODELS["conveyor"].nameplate, name)

    # Standard errors with n = 1000: of the mean 0.1 %, of the standard deviation 0.07 %.
    assert values.mean() / rated == pytest.approx(1.0, abs=0.005)
    assert values.std() / rated == pytest.approx(0.03, abs=0.004)
    assert np.abs(values / rated - 1).max() <= 0.0751


def test_replay_machines_have_no_row(make_plant: MakePlant, make_identities: MakeIdentities) -> None:
    """An identity whose readings come from a file is left out."""
    replayed = Identity(device_id="R001", plant="plant1", line="line1", model="replay")
    plant = make_plant([*make_identities(2), replayed])

    assert [identity.device_id for identity in plant.identities] == ["M001", "M002"]


def test_unknown_model_is_refused(make_plant: MakePlant) -> None:
    """A model without a nameplate is refused, with the models there are."""
    with pytest.raises(UsageError, match=r"'lathe' is not a machine model.*cnc_mill"):
        make_plant([Identity(device_id="M001", plant="plant1", line="line1", model="lathe")])


def test_interval_must_be_a_time(make_identities: MakeIdentities, start: datetime) -> None:
    """No interval is refused at construction."""
    with pytest.raises(UsageError, match="interval_s=0"):
        Plant(make_identities(1), Scenario(name="calm"), seed=1, start=start, interval_s=0)


def test_clock_that_steps_back(make_plant: MakePlant, start: datetime) -> None:
    """While a clock that was set back catches up, the plant stands still; readings carry the clock's time."""
    plant = make_plant(5)
    plant.step(start + timedelta(seconds=60))
    rise = plant._rise.copy()
    readings = plant.step(start)

    assert readings.timestamp == start
    plant.step(start + timedelta(seconds=60))  # only now has the clock caught up
    assert np.array_equal(plant._rise, rise)


def test_drift_moves_only_its_signal(make_plant: MakePlant, start: datetime) -> None:
    """An injected drift moves one signal of one machine; all other readings are what they would be without it."""
    well, ill = make_plant(5), make_plant(5)
    ill.inject(DRIFT, start, "injected")
    for second in range(0, 121, 10):
        expected, told = well.step(start + timedelta(seconds=second)), ill.step(start + timedelta(seconds=second))

    difference = told.temp - expected.temp
    assert difference[2] == pytest.approx(12.0, abs=0.11)  # 6 K/min for two minutes; both are rounded to 0.1
    assert (np.delete(difference, 2) == 0).all()
    for signal in (Signal.VIBRATION, Signal.RPM, Signal.POWER):
        assert np.array_equal(told.signal(signal), expected.signal(signal))


def test_hall_warming_moves_temperatures_only(make_plant: MakePlant, start: datetime) -> None:
    """A warm hall is felt by all machines of the line in full, and by no other signal or line."""
    request = FaultRequest(kind="hall_warming", target="line1", parameters={"rise_k": 8}, ramp_s=600)
    well, warm = make_plant(20), make_plant(20)
    warm.inject(request, start, "injected")
    for second in range(0, 901, 60):
        expected, told = well.step(start + timedelta(seconds=second)), warm.step(start + timedelta(seconds=second))

    assert told.temp[:10] - expected.temp[:10] == pytest.approx(8.0, abs=0.11)
    assert np.array_equal(told.temp[10:], expected.temp[10:])
    assert np.array_equal(told.power, expected.power)


def test_scenario_begins_its_faults(make_plant: MakePlant, start: datetime) -> None:
    """A scenario's faults wait for their start, counted from the plant's, and say that the scenario is their cause."""
    plant = make_plant(5, load_scenario("drift"))
    (fault,) = plant.active_faults()

    assert (fault.stage, fault.cause, fault.starts_at) == ("pending", "scenario", start + timedelta(seconds=60))
    plant.step(start + timedelta(seconds=59))
    assert plant.take_truth() == []
    plant.step(start + timedelta(seconds=60))
    assert [draft.device_id for draft in plant.take_truth()] == ["M003"]


def test_targets_of_other_shards_are_left_to_them(make_plant: MakePlant, make_identities: MakeIdentities) -> None:
    """A scenario's fault on a machine that is not here is no error; it can be asked for."""
    plant = make_plant(make_identities(30)[20:], load_scenario("drift"))

    assert plant.active_faults() == []
    assert plant.unmatched_targets == ("M003",)


def test_clearing_ends_a_fault(make_plant: MakePlant, start: datetime) -> None:
    """A fault that is cleared is gone with the next step, and the truth says when it ended."""
    plant = make_plant(5)
    (fault,) = plant.inject(DRIFT, start, "injected")
    plant.step(start + timedelta(seconds=30))
    plant.clear(fault.fault_id, start + timedelta(seconds=40))
    plant.step(start + timedelta(seconds=41))

    assert plant.active_faults() == []
    assert [(draft.event.value, draft.at) for draft in plant.take_truth()] == [
        ("started", start),
        ("ended", start + timedelta(seconds=40)),
    ]


def test_unknown_fault_cannot_be_cleared(make_plant: MakePlant, start: datetime) -> None:
    """Clearing what is not there names the faults that are."""
    plant = make_plant(5)
    (fault,) = plant.inject(DRIFT, start, "injected")

    with pytest.raises(TargetError, match=f"no fault 'M009'.*{fault.fault_id}"):
        plant.clear("M009", start)


def test_stopping_ends_all_faults(make_plant: MakePlant, start: datetime) -> None:
    """When the plant stops, each fault that had begun gets its end in the truth."""
    plant = make_plant(20, load_scenario("hall-warms-up"))
    plant.step(start + timedelta(seconds=61))
    plant.clear_all(start + timedelta(seconds=62))

    events = [draft.event.value for draft in plant.take_truth()]
    assert events == ["started"] * 20 + ["ended"] * 20
