"""Where the next unit of money goes."""

from __future__ import annotations

import pytest

from factory.cost.estimate import Estimate, estimate
from factory.cost.next_unit import levers, next_machine
from factory.cost.prices import Price
from factory.cost.profiles import PRODUCTION
from factory.cost.request import CostRequest
from factory.cost.triggered import catalog


@pytest.fixture
def thousand(fixed: dict[str, Price]) -> tuple[Estimate, list[CostRequest]]:
    """A thousand machines in production."""
    return estimate(CostRequest(1000, profile=PRODUCTION), fixed, catalog()), []


def test_one_machine_more(fixed: dict[str, Price], thousand: tuple[Estimate, list[CostRequest]]) -> None:
    """2.628 M messages x 0.80 = 2.1024; three rules, three actions: 6 x 2.628 x 0.15 = 2.3652; verdicts 0.00511 x 0.80.

    Connection 0.0438 x 0.08 = 0.003504; audit 0.0011: together 4.476.
    """
    each = next_machine(thousand[0], lambda request: estimate(request, fixed, catalog()))

    assert next(iter(each)) == "IoT Core"
    assert each["IoT Core"] == pytest.approx(2.1024 + 2.3652 + 0.004088 + 0.003504 + 0.0011)
    # 2,628,000 x 5,120 / 2^30 = 12.53128 GB x 0.029
    assert each["Firehose"] == pytest.approx(0.363407, rel=1e-5)


def test_levers_tell_what_is_saved(fixed: dict[str, Price], thousand: tuple[Estimate, list[CostRequest]]) -> None:
    """The greatest first. Basic Ingest to every rule saves the messages, 2,302.40, and sends two copies more.

    2 x 971.66 GB x 0.01 = 19.43; verdicts move from the second step to the first, 5.11 x 0.20 = 1.02.
    """
    found = levers(thousand[0], lambda request: estimate(request, fixed, catalog()))
    saved = {lever.words: lever.usd for lever in found}

    assert list(saved.values()) == sorted(saved.values(), reverse=True)
    assert saved["Basic Ingest to every rule"] == pytest.approx(2302.40 - 19.43 - 1.022, abs=0.01)
    # Eleven endpoints in a second zone: 11 x 730 x 0.01
    assert saved["endpoints in one zone only"] == pytest.approx(80.30)
    # Ten in two zones, 146.00, less a NAT gateway, 32.85, and its address, 3.65
    assert saved["one NAT gateway and the endpoint iot.data instead of all endpoints"] == pytest.approx(109.50)


def test_what_is_done_already_is_no_lever(fixed: dict[str, Price]) -> None:
    """Nor is what saves nothing."""
    request = CostRequest(1000, 0, 0.1, 30, PRODUCTION, "basic-archive", 24, "none")
    found = levers(estimate(request, fixed, catalog()), lambda other: estimate(other, fixed, catalog()))

    assert {lever.words for lever in found} == {
        "a public address for each task instead of all endpoints",
        "one NAT gateway and the endpoint iot.data instead of all endpoints",
        "endpoints in one zone only",
    }
