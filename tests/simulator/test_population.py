"""Who is played in a shard."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from contracts.identity import Identity
from contracts.telemetry import MachineTelemetry, Signal, VehicleSignal, VehicleTelemetry
from simulator.plant import Plant
from simulator.population import encode_any, make_population, of_vehicles, signals_of
from simulator.scenario import Scenario
from simulator.vehicles import Fleet

VAN = Identity(device_id="VHC001", plant="plant1", line="fleet", model="van")
Make = Callable[..., list[Identity]]


@pytest.mark.parametrize("vehicles", [False, True])
def test_a_shard_of_either_kind_is_stepped_and_encoded_alike(
    make_identities: Make, start: datetime, *, vehicles: bool
) -> None:
    """The same calls give a plant's or a fleet's messages, valid by their contract."""
    members = [VAN] if vehicles else make_identities(3)
    population = make_population(members, Scenario(name="calm"), seed=1, start=start, interval_s=1.0)
    readings = population.step(start + timedelta(seconds=1))
    payloads = encode_any(readings, population.identities, 2, range(1, len(members) + 1))

    assert isinstance(population, Fleet if vehicles else Plant)
    model = VehicleTelemetry if vehicles else MachineTelemetry
    assert [model.model_validate_json(one).device_id for one in payloads] == [one.device_id for one in members]
    assert ("state" in json.loads(payloads[0])) is not vehicles
    assert signals_of(members) == tuple(VehicleSignal if vehicles else Signal)


def test_both_kinds_have_the_same_interface() -> None:
    """What a plant offers to whoever plays it, a fleet offers as well."""
    offered = {name for name in vars(Plant) if not name.startswith("_")}

    assert offered <= {name for name in vars(Fleet) if not name.startswith("_")}


def test_nobody_is_no_vehicle() -> None:
    """A shard without members is a plant's, as it always was."""
    assert not of_vehicles([])
