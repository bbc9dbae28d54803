"""Shards of machines and of vehicles, asked as one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from contracts.identity import Identity
from simulator.errors import FaultError, TargetError
from simulator.faults import FaultRequest
from simulator.gauges import Told
from simulator.outbox import Message
from simulator.playing import Playing
from simulator.population import make_population
from simulator.scenario import Scenario
from simulator.vehicles import VehicleReadings

VEHICLES = [
    Identity(device_id=f"VHC00{number}", plant="plant1", line="fleet", model=model)
    for number, model in ((1, "van"), (2, "truck"))
]
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class _Shard:
    """A shard that is not played: its population, and what is asked of it."""

    def __init__(self, name: str, identities: list[Identity]) -> None:
        self.roster = SimpleNamespace(shard=name, identities=identities)
        self.lease = SimpleNamespace(run=3, lost=False)
        self.links = [
            SimpleNamespace(identity=one, connected=True, outbox=[], last_acknowledged=None) for one in identities
        ]
        self.paused, self.frozen, self.alive, self.last_step_s = False, False, True, 0.0
        self.population = make_population(identities, Scenario(name="calm"), seed=1, start=AT, interval_s=1.0)

    def inject(self, request: FaultRequest) -> list:
        return self.population.inject(request, AT, "injected")


@pytest.fixture
def playing(make_identities: Callable[..., list[Identity]]) -> Playing:
    """Five machines in a shard, two vehicles in another."""
    both = Playing()
    for shard in (_Shard("shard-0000", make_identities(5)), _Shard("shard-9000", VEHICLES)):
        both.add(shard)
    return both


@pytest.mark.parametrize(
    ("signal", "hit"),
    [("temp", ["M001", "M002", "M003", "M004", "M005"]), ("engine_temp_c", ["VHC001", "VHC002"])],
)
def test_a_fault_for_all_hits_those_who_have_the_signal(playing: Playing, signal: str, hit: list[str]) -> None:
    """Machines have a bearing, vehicles an engine; neither is refused for the other's sake."""
    faults = playing.inject(FaultRequest(kind="dropout", target="*", signal=signal))

    assert [fault.device_id for fault in faults] == hit


def test_a_fault_of_connections_hits_both(playing: Playing) -> None:
    """Whoever speaks can be cut off."""
    assert len(playing.inject(FaultRequest(kind="disconnect", target="*"))) == 7


def test_a_signal_that_a_vehicle_does_not_have_is_refused_by_name(playing: Playing) -> None:
    """With the signals that it has."""
    with pytest.raises(FaultError, match=r"no sensor for temp.*engine_temp_c"):
        playing.inject(FaultRequest(kind="dropout", target="VHC001", signal="temp"))
    with pytest.raises(TargetError):
        playing.inject(FaultRequest(kind="dropout", target="VHC009", signal="temp"))


def test_a_vehicle_is_listed_with_what_it_told(playing: Playing) -> None:
    """Its own signals; its state is known here, though it is not in the message."""
    columns = [np.array([0.0, value]) for value in (73.0, 98.0, 124.0, 12.398542, np.nan, 10365.0)]
    readings = VehicleReadings(AT, *columns, np.array([0, 2], dtype=np.int8))
    playing.shards()[1].links[1].last_acknowledged = Message(1, 8, b"", Told(readings, 1))
    view = playing.machine("VHC002").model_dump(mode="json")

    assert view["readings"] == {
        "speed_kmph": 73.0,
        "fuel_level_percent": 98.0,
        "engine_temp_c": 124.0,
        "gps_latitude": 12.398542,
        "odometer_km": 10365.0,
    }
    assert (view["model"], view["state"], view["seq"]) == ("truck", "running", 8)


def test_a_shard_that_went_to_another_process_is_not_told_twice(playing: Playing) -> None:
    """Until the next turn it is still here, and may be there already: as one, both would tell of its machines."""
    gone, hung = playing.shards()
    gone.lease.lost = True

    assert [one.device_id for one in playing.machines()] == ["VHC001", "VHC002"]
    assert [one.shard for one in playing.health().shards] == ["shard-9000"]
    assert playing.played() == [hung]
    with pytest.raises(TargetError):
        playing.machine("M001")
    with pytest.raises(TargetError):
        playing.inject(FaultRequest(kind="dropout", target="M001", signal="temp"))


def test_a_shard_that_lost_its_lease_and_hangs_is_told(playing: Playing) -> None:
    """Its machines are played elsewhere, but whoever watches over the process must end it."""
    _, hung = playing.shards()
    hung.lease.lost = hung.frozen = True

    assert playing.health().status == "frozen"
