"""Batches of items, and what a table could not take at once."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer

from maintenance.fleet.table import ATTEMPTS, Table, TableError, wire


class Busy:
    """Takes at most some items of each request."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.requests: list[int] = []
        self.items: Counter[str] = Counter()

    def batch_write_item(self, RequestItems: Any) -> Any:  # noqa: N803 - boto3's name
        """Take the first of them."""
        puts = RequestItems["readings"]
        self.requests.append(len(puts))
        self.items.update(put["PutRequest"]["Item"]["device_id"]["S"] for put in puts[: self.takes])
        rest = puts[self.takes :]
        return {"UnprocessedItems": {"readings": rest} if rest else {}}


def items(count: int) -> list[dict[str, Any]]:
    """So many items."""
    return [{"device_id": f"VHC{number}", "timestamp": "t"} for number in range(count)]


def test_what_was_not_taken_is_handed_over_again() -> None:
    """Each item is written once, in batches of 25, with longer and longer pauses."""
    client, pauses = Busy(takes=10), list[float]()

    again = Table(client, "readings", sleep=pauses.append).put(items(30))  # type: ignore[arg-type]

    assert [25, 15, 5, 5] == client.requests
    assert (30, {1}, 20) == (len(client.items), set(client.items.values()), again)
    assert 0 < pauses[0] < pauses[1] * 2


def test_a_table_that_takes_nothing() -> None:
    """After some attempts it is told, and not passed over."""
    client = Busy(takes=0)

    with pytest.raises(TableError, match="readings did not take 3 items"):
        Table(client, "readings", sleep=lambda _: None).put(items(3))  # type: ignore[arg-type]

    assert [3] * ATTEMPTS == client.requests


def test_the_wire_is_boto3s() -> None:
    """Our typing of values says what boto3's own says."""
    item = {"a": "x", "b": True, "c": 2, "d": Decimal("0.93"), "e": {"f": [Decimal(-1), "y"]}, "g": []}

    assert {name: TypeSerializer().serialize(value) for name, value in item.items()} == wire(item)
