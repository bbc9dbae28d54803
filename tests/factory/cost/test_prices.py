"""The price file."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from factory.cost.errors import CostError
from factory.cost.prices import COMPLETE, FILE, Price, PriceFile, Step, price_file

AMP = Price(
    source="s",
    confirmed="page",
    per=1e7,
    tiers=(Step(usd=0.9, up_to=2e9), Step(usd=0.35, up_to=252e9), Step(usd=0.16)),
)


@pytest.mark.parametrize(
    ("units", "usd"),
    [
        (0, 0.0),
        (1e9, 90.0),  # 100 x 0.90
        (2e9, 180.0),  # 200 x 0.90
        (252e9, 8930.0),  # 180 + 25,000 x 0.35
        (300e9, 9698.0),  # 8,930 + 4,800 x 0.16
    ],
)
def test_each_step_costs_its_own_price(units: float, usd: float) -> None:
    """Graduated: the first units stay as dear as they are."""
    assert AMP.cost(units) == pytest.approx(usd)


@given(st.floats(0, 1e13), st.floats(0, 1e13))
def test_more_is_never_cheaper(one: float, other: float) -> None:
    """And parts add up to the whole."""
    less, more = sorted((one, other))

    assert AMP.cost(less) <= AMP.cost(more)
    assert sum(count for count, _ in AMP.parts(more)) == pytest.approx(more)


def test_every_price_has_a_source_with_address_and_day() -> None:
    """And the file has a day of its own."""
    file = price_file()

    assert isinstance(file.date, date)
    assert {price.source for prices in file.regions.values() for price in prices.values()} == set(file.sources)


def test_what_nobody_confirmed_is_told() -> None:
    """So far two prices, of which neither is a large part of any bill."""
    prices = price_file().of(COMPLETE)

    assert {name for name, price in prices.items() if price.confirmed == "no"} == {
        "sagemaker_serverless_data_gb",
        "ses_mail",
    }


def document() -> dict[str, Any]:
    """The file as YAML has it."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize("region", ["eu-central-1", "ap-south-1"])
def test_a_region_with_gaps_is_refused(region: str) -> None:
    """With how many prices are missing, one of them, and which regions are known."""
    with pytest.raises(CostError, match=rf"--region {region}: \d+ of \d+ prices are not known, ") as told:
        price_file().of(region)

    assert "Known are us-east-1;" in (told.value.remedy or "")


def test_a_region_without_gaps_is_served() -> None:
    """Whoever adds the missing prices is served."""
    whole = document()
    whole["regions"]["eu-central-1"] = whole["regions"][COMPLETE] | whole["regions"]["eu-central-1"]

    assert PriceFile.model_validate(whole).of("eu-central-1")["iot_rule"].usd == 0.18


def test_an_unknown_region_is_refused() -> None:
    """Atlantis has no prices."""
    with pytest.raises(CostError, match="--region eu-atlantis-1: none of its prices is known"):
        price_file().of("eu-atlantis-1")


@pytest.mark.parametrize(
    ("broken", "sentence"),
    [
        ({}, "either usd or tiers"),
        ({"usd": 1, "tiers": [{"usd": 1}]}, "either usd or tiers"),
        ({"tiers": [{"usd": 1, "up_to": 5}]}, "the last, and no other, has no up_to"),
        ({"tiers": [{"usd": 1}, {"usd": 2}]}, "the last, and no other, has no up_to"),
        ({"tiers": [{"usd": 1, "up_to": 5}, {"usd": 1, "up_to": 5}, {"usd": 2}]}, "in the order of their up_to"),
        ({"usd": 1, "source": "hearsay"}, "names the source hearsay, which is not in sources"),
        ({"usd": -1}, "greater than or equal to 0"),
        ({"usd": 1, "per": 0}, "greater than 0"),
    ],
)
def test_a_broken_price_is_refused(broken: dict[str, Any], sentence: str) -> None:
    """Before anything is multiplied by it."""
    whole = document()
    whole["regions"][COMPLETE]["s3_put"] = {"source": "infracost", "confirmed": "price-list"} | broken

    with pytest.raises(ValidationError, match=sentence):
        PriceFile.model_validate(whole)
