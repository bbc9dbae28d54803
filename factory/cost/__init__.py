"""What the factory costs on AWS in a month: prices of one dated file times what the factory really does.

`estimate` makes a bill of a request, prices and the catalog of rules; `next_machine` and `levers` tell where the next
unit of money goes. Everything here takes values and returns values; `factory/commands/cost.py` asks and prints.
"""

from __future__ import annotations

from factory.cost.errors import CostError
from factory.cost.estimate import Estimate, estimate
from factory.cost.line import Line
from factory.cost.next_unit import Lever, levers, next_machine
from factory.cost.prices import PriceFile, price_file
from factory.cost.profiles import PROFILES
from factory.cost.request import CostRequest
from factory.cost.triggered import catalog

__all__ = [
    "PROFILES",
    "CostError",
    "CostRequest",
    "Estimate",
    "Lever",
    "Line",
    "PriceFile",
    "catalog",
    "estimate",
    "levers",
    "next_machine",
    "price_file",
]
