"""What holds for every estimate."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factory.cost.estimate import Estimate, estimate
from factory.cost.line import Bill
from factory.cost.prices import COMPLETE, Price, price_file
from factory.cost.profiles import MINIMAL, PRODUCTION
from factory.cost.request import CostRequest
from factory.cost.triggered import catalog

PRICES = price_file().of(COMPLETE)
RULES = catalog()
REQUESTS = st.builds(
    CostRequest,
    machines=st.integers(0, 20_000),
    vehicles=st.integers(0, 2_000),
    rate_hz=st.floats(0.001, 100),
    kept_days=st.floats(1, 3650),
    profile=st.sampled_from([MINIMAL, PRODUCTION]),
    ingest=st.sampled_from(["broker", "basic", "basic-archive"]),
    batch=st.integers(1, 100),
    history=st.sampled_from(["all", "signals", "none"]),
    partitioned=st.booleans(),
    scrape_s=st.floats(0.1, 300),
)


def priced(request: CostRequest) -> Estimate:
    """By the prices that come with the product."""
    return estimate(request, PRICES, RULES)


@given(REQUESTS, st.integers(1, 5_000))
@settings(deadline=None, max_examples=100)
def test_more_machines_never_cost_less(request_: CostRequest, more: int) -> None:
    """Nor do more vehicles."""
    now = priced(request_).usd

    assert priced(replace(request_, machines=request_.machines + more)).usd >= now - 1e-6
    assert priced(replace(request_, vehicles=request_.vehicles + more // 10)).usd >= now - 1e-6


@given(REQUESTS, st.floats(1, 10))
@settings(deadline=None, max_examples=100)
def test_more_readings_or_a_longer_archive_never_cost_less(request_: CostRequest, times: float) -> None:
    """Nor does a faster scrape."""
    now = priced(request_).usd

    assert priced(replace(request_, rate_hz=request_.rate_hz * times)).usd >= now - 1e-6
    assert priced(replace(request_, kept_days=request_.retention_days * times)).usd >= now - 1e-6
    assert priced(replace(request_, scrape_s=request_.scrape_s / times)).usd >= now - 1e-6


@given(REQUESTS)
@settings(deadline=None, max_examples=100)
def test_basic_ingest_never_costs_more(request_: CostRequest) -> None:
    """To every rule, copies included, less than by the broker; to the archive alone least."""
    broker, basic, alone = (priced(replace(request_, ingest=ingest)) for ingest in ("broker", "basic", "basic-archive"))

    assert alone.usd <= basic.usd + 1e-6
    assert basic.usd <= broker.usd + 1e-6


@given(REQUESTS)
@settings(deadline=None, max_examples=100)
def test_services_add_up_to_the_bill(request_: CostRequest) -> None:
    """And no line is negative."""
    told = priced(request_)

    assert sum(told.by_service().values()) == pytest.approx(told.usd)
    assert all(line.usd >= 0 and line.units > 0 for line in told.lines)


def test_lines_of_one_price_share_its_steps() -> None:
    """Two lines of 600 are 1,000 at 1.00 and 200 at 0.50: 1,100, of which the second line has 500."""
    steps = Price.model_validate(
        {"source": "s", "confirmed": "page", "tiers": [{"usd": 1, "up_to": 1000}, {"usd": 0.5}]}
    )
    bill = Bill({"unit": steps})
    bill.add("one", "things", "unit", 600)
    bill.add("two", "things", "unit", 600)

    assert [line.usd for line in bill.lines] == [600, 500]


def test_a_price_that_nobody_confirmed_marks_its_line() -> None:
    """And no other."""
    told = priced(CostRequest(10, vehicles=1))

    assert {line.price for line in told.lines if not line.confirmed} == {"sagemaker_serverless_data_gb", "ses_mail"}


def test_no_price_is_in_the_file_for_nothing() -> None:
    """Each is on the bill of some plant, but those of which we know no use yet."""
    requests = [
        CostRequest(100, vehicles=10, profile=PRODUCTION),
        CostRequest(100, profile=replace(MINIMAL, nat_gateways=1, public_tasks=False)),
        CostRequest(100, profile=MINIMAL, partitioned=True),
    ]
    used = {line.price for request in requests for line in priced(request).lines}

    assert PRICES.keys() - used == {"amp_query_sample", "secret_request"}
