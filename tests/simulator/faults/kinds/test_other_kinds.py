"""What faults of machines, messages and connections do, against hand calculation."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from simulator.delivery import Certificate, Delivery, Network
from simulator.faults import FAULTS, Progress
from simulator.influences import Influences

COLUMNS = {"process": Influences, "message": Delivery, "network": Network}


def changes(kind: str, parameters: dict[str, float], dice: Any = None, **progress: Any) -> dict[str, list[float]]:
    """What a fault changes on some machines that are well otherwise, by the name of the column."""
    count = len(progress.get("strength", [1.0]))
    columns, neutral = (COLUMNS[FAULTS[kind].family].neutral(count) for _ in range(2))
    given = {"elapsed_s": [90.0] * count, "over_s": [-1e9] * count, "strength": [1.0]} | progress
    arrays = {name: np.array(value) for name, value in given.items()}
    definition: Any = FAULTS[kind]
    definition.effect(columns, Progress(**arrays, ramp_s=0.0, chance=dice), definition.parameters(**parameters))
    pairs = {one.name: (getattr(columns, one.name), getattr(neutral, one.name)) for one in fields(columns)}
    return {name: some.tolist() for name, (some, usual) in pairs.items() if (some != usual).any()}


@pytest.mark.parametrize(
    ("kind", "parameters", "strength", "expected"),
    [
        ("hall_warming", {"rise_k": 8}, 0.5, {"air_k": 4.0}),
        ("cooling_loss", {"loss": 0.6}, 0.5, {"cooling": 0.7}),
        ("imbalance", {"magnitude_mm_s": 4, "wear_factor": 3}, 0.5, {"unbalance_mm_s": 2.0, "damage": 2.0}),
        ("misalignment", {"magnitude_mm_s": 4, "wear_factor": 3}, 0.5, {"misalignment_mm_s": 2.0, "damage": 2.0}),
        (
            "cavitation",
            {"magnitude_mm_s": 4, "flow_loss": 0.2, "wear_factor": 5},
            0.5,
            {"broadband_mm_s": 2.0, "throughput": 0.9, "damage": 3.0},
        ),
        ("belt_slip", {"slip": 0.2}, 1.0, {"speed": 0.8, "torque": 1.25}),  # the product, the power, is as it was
        ("overload", {"factor": 1.5}, 0.5, {"throughput": 1.25}),
        ("power_sag", {"depth": 0.3}, 1.0, {"voltage": 0.7}),
        ("slow_link", {"latency_s": 3}, 0.5, {"latency_s": 1.5}),
        # 30 s and what 100 ppm make in 90 s, 9 ms
        ("clock_skew", {"offset_s": 30, "rate_ppm": 100}, 1.0, {"clock_offset_s": 30.009}),
        ("wrong_state", {"state": 4}, 1.0, {"state": 4}),
        ("disconnect", {}, 1.0, {"offline": True}),
        ("certificate_expired", {}, 1.0, {"certificate": Certificate.EXPIRED}),
        ("certificate_revoked", {}, 1.0, {"certificate": Certificate.REVOKED}),
    ],
)
def test_effect(kind: str, parameters: dict[str, float], strength: float, expected: dict[str, float]) -> None:
    """An effect at half or full strength, and nothing but that."""
    changed = changes(kind, parameters, strength=[strength])

    assert {name: value[0] for name, value in changed.items()} == pytest.approx(expected)


def test_process_faults_combine() -> None:
    """Factors multiply and amounts add, so that the order of two faults does not matter."""
    influences = Influences.neutral(1)
    influences.cooling[:] = 0.5
    influences.air_k[:] = 3.0
    progress = Progress(elapsed_s=np.zeros(1), over_s=-np.ones(1), strength=np.ones(1), ramp_s=0.0, chance=None)  # type: ignore[arg-type]
    for kind, parameters in (("cooling_loss", {"loss": 0.5}), ("hall_warming", {"rise_k": 8})):
        definition: Any = FAULTS[kind]
        definition.effect(influences, progress, definition.parameters(**parameters))

    assert (influences.cooling[0], influences.air_k[0]) == (0.25, 11.0)


def test_delays_are_a_part_of_the_longest(make_dice: Any) -> None:
    """A quarter of 20 s at full strength, half of it at half; whoever is not hit is not kept back."""
    hit = make_dice(uniform=[0.25, 0.25])

    assert changes("delayed", {"max_delay_s": 20}, hit, strength=[1.0, 0.5]) == {"delay_s": [5.0, 2.5]}
    assert changes("delayed", {"max_delay_s": 20, "probability": 0.2}, hit, strength=[1.0, 0.5]) == {}


def test_duplicates_come_by_chance(make_dice: Any) -> None:
    """Below the probability a message is sent three times in all, above it once."""
    dice = make_dice(uniform=[0.09, 0.1])

    assert changes("duplicates", {"probability": 0.1, "copies": 3}, dice, strength=[1.0, 1.0]) == {"copies": [3, 1]}


def test_a_storm_blows_over_by_and_by(make_dice: Any) -> None:
    """At the end all are offline; when a quarter of the spread is over, those whose lot is below three quarters."""
    dice = make_dice(lot=[0.1, 0.7, 0.8])

    assert changes("reconnect_storm", {"spread_s": 60}, dice, strength=[1.0] * 3)["offline"] == [True] * 3
    assert changes("reconnect_storm", {"spread_s": 60}, dice, strength=[0.75] * 3)["offline"] == [True, True, False]


def test_revoked_is_worse_than_expired() -> None:
    """A certificate that has expired and was revoked is shown as revoked, whichever came first."""
    for kinds in (["certificate_expired", "certificate_revoked"], ["certificate_revoked", "certificate_expired"]):
        network = Network.neutral(1)
        for kind in kinds:
            definition: Any = FAULTS[kind]
            definition.effect(network, None, definition.parameters())
        assert network.certificate.tolist() == [Certificate.REVOKED]
