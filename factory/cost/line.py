"""A line of an estimate: so many units of something, at a price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from factory.cost.prices import Price


@dataclass(frozen=True, slots=True)
class Line:
    """What one kind of use costs in a month.

    Args:
        service: of AWS, as its bill says.
        what: is counted.
        units: how many [1/month].
        price: name of the price.
        usd: what they cost together [USD/month].
        confirmed: whether anybody was found who says the price.
    """

    service: str
    what: str
    units: float
    price: str
    usd: float
    confirmed: bool


class Bill:
    """Lines as they are added, priced. Lines of the same price share its steps, as on a bill.

    Args:
        prices: of a region, by name.
    """

    def __init__(self, prices: Mapping[str, Price]) -> None:
        self._prices = prices
        self._used: defaultdict[str, float] = defaultdict(float)
        self.lines: list[Line] = []

    def add(self, service: str, what: str, price: str, units: float) -> None:
        """Add a line, unless nothing is used.

        Example:
            >>> bill = Bill({"hour": Price(source="page", confirmed="page", usd=0.5)})
            >>> bill.add("Machine", "hours", "hour", 730)
            >>> bill.lines[0].usd
            365.0
        """
        if units <= 0:
            return
        priced, before = self._prices[price], self._used[price]
        self._used[price] = before + units
        usd = priced.cost(before + units) - priced.cost(before)
        self.lines.append(Line(service, what, units, price, usd, priced.confirmed != "no"))
