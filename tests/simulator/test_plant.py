"""The plant: machines as rows."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import get_args

import numpy as np
import pytest

from contracts.errors import UsageError
from contracts.faults import FaultFamily
from contracts.identity import Identity
from contracts.nameplates import nameplate
from contracts.telemetry import Signal
from simulator.encode import encode
from simulator.errors import TargetError
from simulator.faults import FAULTS, FaultRequest
from simulator.load import OFF
from simulator.machines import individual_columns
from simulator.models import MODELS
from simulator.plant import Plant
from simulator.randomness import Randomness
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


@pytest.mark.parametrize("sizes", [[1] * 60, [7, 13, 40], [59, 1]])
def test_blocks_change_nothing(sizes: list[int], make_plant: MakePlant, start: datetime) -> None:
    """In whatever blocks some minutes are played, faults among them, readings and truth are the same, bit by bit."""
    scenario = load_scenario("bad-sensors")
    moments_s = start.timestamp() + 60.0 * np.arange(60)
    whole, parts = make_plant(10, scenario), make_plant(10, scenario)
    block = whole.play(moments_s)
    blocks = [parts.play(some) for some in np.split(moments_s, np.cumsum(sizes)[:-1])]

    for name in ("temp", "vibration", "rpm", "power", "state", "moments_s"):
        assert np.array_equal(
            getattr(block, name), np.concatenate([getattr(one, name) for one in blocks]), equal_nan=name != "state"
        )
    assert whole.take_truth() == parts.take_truth()


@pytest.mark.parametrize("family", get_args(FaultFamily))
def test_blocks_of_a_day_change_nothing(family: str, make_plant: MakePlant) -> None:
    """All kinds of fault do the same in a block of a day, in which air, orders and wear change, as step by step."""
    faults = [
        {
            "kind": kind,
            "target": "*",
            "parameters": dict(definition.example),
            "duration_s": 5000,
            "repeats": {"rate_per_day": 3},
        }
        | ({"signal": "temp"} if family == "sensor" else {})
        for kind, definition in FAULTS.items()
        if definition.family == family
    ]
    scenario = json.dumps({"name": "s", "plant": {"climate": "hot", "shifts": "two_shift"}, "faults": faults})
    start = datetime(2026, 7, 2, tzinfo=UTC)
    moments_s = start.timestamp() + 600.0 * np.arange(144)
    whole, parts = make_plant(10, scenario, begin=start), make_plant(10, scenario, begin=start)
    block, steps = whole.play(moments_s), [parts.play(some) for some in np.split(moments_s, 144)]

    for signal in Signal:
        told = np.concatenate([step.signal(signal) for step in steps])
        assert np.array_equal(block.signal(signal), told, equal_nan=True), signal
    # As text, since arrays have no single answer to whether they are equal; it has all digits of ten machines.
    assert str(block.delivery) == str(tuple(step.delivery[0] for step in steps))
    assert str(block.network) == str(tuple(step.network[0] for step in steps))
    assert whole.take_truth() == parts.take_truth()
    assert np.array_equal(whole.wear_table().damage, parts.wear_table().damage)


def test_hall_is_shared_between_shards(make_plant: MakePlant, make_identities: MakeIdentities, start: datetime) -> None:
    """Machines of two shards of one plant breathe the same air."""
    everyone = make_identities(20)
    first, second = make_plant(everyone[:10]), make_plant(everyone[10:])
    moments_s = np.array([start.timestamp()])

    assert first._air(moments_s) == second._air(moments_s)


def test_plants_have_halls_of_their_own(make_plant: MakePlant, start: datetime) -> None:
    """Machines of two plants in one shard breathe each its own plant's air."""
    here, there = (
        Identity(device_id=f"M{number}", plant=plant, line="line1", model="conveyor")
        for number, plant in enumerate(("plant1", "plant2"))
    )
    summer = datetime(2026, 7, 2, tzinfo=UTC).timestamp()
    both = make_plant([here, there])._air(np.array([summer]))

    assert both.shape == (1, 2)
    assert both[0, 1] == make_plant([there])._air(np.array([summer]))[0, 0] != both[0, 0]


def test_machines_start_in_equilibrium(make_plant: MakePlant, start: datetime) -> None:
    """At the first moment each machine is as warm as its load makes it, and stays so while the load does."""
    plant = make_plant(50)
    first = plant.step(start).temp
    after = plant.step(start + timedelta(seconds=1)).temp

    # Five standard deviations of two readings' noise of 0.15 K; the load may change by little in a second.
    assert np.abs(after - first).max() < 1.1


@pytest.mark.parametrize(
    "name", ["temperature_rise_k", "thermal_time_constant_s", "vibration_new_mm_s", "fixed_loss_share"]
)
def test_machines_deviate_from_their_nameplate(name: str, make_identities: MakeIdentities) -> None:
    """Machines of a model deviate by 3 % around the nameplate, and none by more than 7.5 %."""
    identities = make_identities(1000, "conveyor")
    values = individual_columns(identities, Randomness(1, [one.device_id for one in identities]))[name]
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
    before = plant.step(start + timedelta(seconds=60))
    back = plant.step(start)
    again = plant.step(start + timedelta(seconds=60))  # only now has the clock caught up

    assert (back.timestamp, again.timestamp) == (start, start + timedelta(seconds=60))
    for signal in Signal:
        assert np.array_equal(before.signal(signal), again.signal(signal))


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


def test_catching_up_is_having_been_there(make_plant: MakePlant, start: datetime) -> None:
    """A plant that catches up with a month has the failures and faults of one that was played, and wear close to it."""
    scenario = (
        "name: s\nplant: {maintenance: run_to_failure, wear_speed: 200}\n"
        "faults: [{kind: bias, target: M001, signal: temp, parameters: {magnitude: 5}, duration_s: 600}]"
    )
    played, taken_over = make_plant(10, scenario), make_plant(10, scenario)
    end = start + timedelta(days=30)
    for hour in range(30 * 24):
        played.play(start.timestamp() + 3600.0 * hour + 300.0 * np.arange(1, 13))
    taken_over.catch_up(end)
    taken_over.step(end)

    failures = [
        [draft.device_id for draft in plant.take_truth() if draft.event.value == "failed"]
        for plant in (played, taken_over)
    ]
    tables = played.wear_table(), taken_over.wear_table()
    assert len(failures[0]) > 5
    assert failures[0] == failures[1]
    assert np.array_equal(tables[0].cycle, tables[1].cycle)
    assert np.abs(tables[0].damage - tables[1].damage).mean() < 0.05


def test_truth_is_told_in_order(make_plant: MakePlant, start: datetime) -> None:
    """However much is told at once, faults and failures stand in it by their moments."""
    plant = make_plant(
        10,
        "name: s\nplant: {maintenance: run_to_failure, wear_speed: 200}\n"
        "faults: [{kind: stuck, target: '*', signal: temp, duration_s: 600, repeats: {rate_per_day: 1}}]",
    )
    plant.catch_up(start + timedelta(days=30))
    told = plant.take_truth()

    assert {draft.family for draft in told} == {"sensor", "wear"}
    assert [draft.at for draft in told] == sorted(draft.at for draft in told)


def test_catching_up_ends_when_it_is_told_to(make_plant: MakePlant, start: datetime) -> None:
    """After two of many parts: the plant has come as far as that, and can go on."""
    plant, answers = make_plant(5), iter((True, True, False))
    new = plant.wear_table()
    plant.catch_up(start + timedelta(days=90), go_on=lambda: next(answers))
    early = plant.wear_table()
    plant.catch_up(start + timedelta(days=90))

    assert next(answers, None) is None
    assert (early.damage != new.damage).any()
    assert plant.wear_table().cycle.sum() > early.cycle.sum()  # three months have renewals in them


def test_catching_up_with_nothing_changes_nothing(make_plant: MakePlant, start: datetime) -> None:
    """Less than a quarter of an hour is left to the next step."""
    one, other = make_plant(5), make_plant(5)
    one.catch_up(start + timedelta(minutes=14))

    assert (
        one.step(start + timedelta(minutes=14)).temp.tolist() == other.step(start + timedelta(minutes=14)).temp.tolist()
    )


def test_machines_cool_down_when_the_shift_is_over(make_plant: MakePlant) -> None:
    """After the whistle shafts stand, power falls to standby, and housings come down to the hall's air."""
    start = datetime(2026, 1, 2, 21, 0, tzinfo=UTC)  # a Friday
    plant = make_plant(40, "name: s\nplant: {shifts: two_shift}", begin=start)
    working = plant.step(start)
    for minute in range(1, 12 * 60):
        after = plant.step(start + timedelta(minutes=minute))
    rated = np.array([nameplate(one.model).rated_input_kw for one in plant.identities])

    assert (after.state == OFF).all()
    assert (after.rpm == 0).all()
    assert (after.power < 0.11 * rated).all()
    # Hall in winter: 19 to 21 °C; standby warms the most by 10 % of 30 K.
    assert after.temp.max() < 25
    assert working.temp.mean() > 35


def test_plant_can_be_pickled(make_plant: MakePlant, start: datetime) -> None:
    """A plant that has been pickled goes on as if nothing had happened."""
    plant = make_plant(10, load_scenario("bad-sensors"))
    plant.play(start.timestamp() + np.arange(0, 600.0, 10))
    other = pickle.loads(pickle.dumps(plant))  # noqa: S301 - our own bytes
    later = start.timestamp() + 600 + np.arange(0, 600.0, 10)

    assert np.array_equal(plant.play(later).temp, other.play(later).temp, equal_nan=True)
