"""The price file: what AWS asks for a unit, where that is said, and how far we could confirm it.

All prices stand in `prices.yaml`, once. A price may have steps: the first so many units of a month cost one price, the
next another ("graduated"; AWS's price list has them as `StartingRange` and `EndingRange`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from factory.cost.errors import CostError

FILE: Final = Path(__file__).with_name("prices.yaml")
COMPLETE: Final = "us-east-1"
"""The region that has every price; another is served when it has as many."""
Confirmed = Literal["price-list", "page", "others", "no"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Strict):
    """Where a price is said.

    Args:
        address: of the page or file.
        date: when it was published or read.
        says: what it is.
    """

    address: str = Field(pattern=r"^https://")
    date: date
    says: str = Field(min_length=1)


class Step(_Strict):
    """A part of a month's units, and what one of them costs.

    Args:
        usd: for `per` units [USD].
        up_to: number of units at which it ends; the last step has no end.
    """

    usd: float = Field(ge=0)
    up_to: float | None = Field(default=None, gt=0)


class Price(_Strict):
    """What a unit of something costs.

    Args:
        source: its name in the file.
        confirmed: how far.
        usd: where there are no steps, for `per` units [USD].
        tiers: the steps, cheapest last or not, by number of units.
        per: for how many units the prices are.
        note: what one should know besides.

    Example:
        >>> steps = (Step(usd=1.0, up_to=1000), Step(usd=0.5))
        >>> Price(source="page", confirmed="page", tiers=steps, per=10).cost(2000)
        150.0
    """

    source: str
    confirmed: Confirmed
    usd: float | None = Field(default=None, ge=0)
    tiers: tuple[Step, ...] = ()
    per: float = Field(default=1, gt=0)
    note: str = ""

    @model_validator(mode="after")
    def _has_one_form(self) -> Self:
        if (self.usd is None) == (not self.tiers):
            raise ValueError("a price has either usd or tiers")
        ends = [step.up_to for step in self.tiers]
        if self.tiers and (ends[-1] is not None or None in ends[:-1]):
            raise ValueError("of the tiers the last, and no other, has no up_to")
        if any(later <= sooner for sooner, later in pairwise(ends) if sooner and later):
            raise ValueError("tiers stand in the order of their up_to")
        return self

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps; one without an end where the price has none."""
        return self.tiers or (Step(usd=self.usd or 0.0),)

    def cost(self, units: float) -> float:
        """What so many units of one month cost together [USD]."""
        return sum(count * usd for count, usd in self.parts(units))

    def parts(self, units: float) -> Iterator[tuple[float, float]]:
        """How many of a month's units cost what each [USD], step by step."""
        begin = 0.0
        for step in self.steps:
            end = units if step.up_to is None else min(units, step.up_to)
            if end > begin:
                yield end - begin, step.usd / self.per
            begin = max(begin, end)


class PriceFile(_Strict):
    """The whole file.

    Args:
        date: on which it was put together.
        currency: of all prices.
        sources: where prices are said, by name.
        regions: prices of each region, by name.
    """

    date: date
    currency: Literal["USD"]
    sources: dict[str, Source]
    regions: dict[str, dict[str, Price]]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        for region, prices in self.regions.items():
            if unknown := {price.source for price in prices.values()} - self.sources.keys():
                raise ValueError(f"{region} names the source {min(unknown)}, which is not in sources")
            if more := prices.keys() - self.regions[COMPLETE].keys():
                raise ValueError(f"{region} has {min(more)}, which {COMPLETE} has not")
        return self

    def served(self) -> list[str]:
        """Regions that have every price."""
        return [region for region in self.regions if not self.missing(region)]

    def missing(self, region: str) -> list[str]:
        """Prices that a region lacks, in the order of the file."""
        return [name for name in self.regions[COMPLETE] if name not in self.regions.get(region, {})]

    def of(self, region: str) -> dict[str, Price]:
        """Every price of a region, by name.

        Raises:
            CostError: the region is unknown, or not all of its prices are.
        """
        served = ", ".join(self.served())
        if region not in self.regions:
            raise CostError(
                f"--region {region}: none of its prices is known.",
                remedy=f"Known are {served}; others can be added to {FILE.name} with their sources.",
            )
        if missing := self.missing(region):
            total = len(self.regions[COMPLETE])
            raise CostError(
                f"--region {region}: {len(missing)} of {total} prices are not known, {missing[0]} among them, and a "
                "table with gaps would look too cheap.",
                remedy=f"Known are {served}; add the missing ones to {FILE.name} with their sources.",
            )
        return self.regions[region]


@cache
def price_file(file: Path = FILE) -> PriceFile:
    """The prices that come with the product."""
    return PriceFile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
