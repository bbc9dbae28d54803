"""What plants and fleets have alike."""

from __future__ import annotations

from datetime import datetime

import pytest

from contracts.errors import UsageError
from contracts.identity import Identity
from simulator.plant import Plant
from simulator.scenario import Scenario, parse_scenario
from simulator.vehicles import Fleet

POPULATIONS = [
    (Plant, Identity(device_id="M002", plant="plant1", line="line1", model="centrifugal_pump"), "temp"),
    (Fleet, Identity(device_id="VHC001", plant="plant1", line="fleet", model="van"), "engine_temp_c"),
]


@pytest.mark.parametrize(("population", "identity", "signal"), POPULATIONS)
def test_scenario_is_taken_up_where_it_concerns(
    population: type[Plant | Fleet], identity: Identity, signal: str, start: datetime
) -> None:
    """Faults of whoever is here wait for their start; those of others are told as unmatched."""
    faults = ", ".join(
        f"{{kind: bias, target: {target}, signal: {signal}, parameters: {{magnitude: 5}}, start_s: 60}}"
        for target in (identity.device_id, "M999")
    )
    scenario = parse_scenario(f"name: s\nfaults: [{faults}]")
    found = population([identity], scenario, seed=1, start=start, interval_s=1.0)

    assert [(fault.device_id, fault.stage, fault.cause) for fault in found.active_faults()] == [
        (identity.device_id, "pending", "scenario")
    ]
    assert found.unmatched_targets == ("M999",)


@pytest.mark.parametrize(("population", "identity", "signal"), POPULATIONS)
def test_interval_must_be_a_time(
    population: type[Plant | Fleet], identity: Identity, signal: str, start: datetime
) -> None:
    """No interval is refused at construction."""
    with pytest.raises(UsageError, match="interval_s=0"):
        population([identity], Scenario(name="calm"), seed=1, start=start, interval_s=0)
