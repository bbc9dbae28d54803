"""Reading and writing many items of a DynamoDB table; what it could not take at once is handed over again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from boto3.dynamodb.types import TypeDeserializer

from maintenance.errors import MaintenanceError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

WRITTEN_AT_ONCE = 25
"""Most items of a BatchWriteItem."""
READ_AT_ONCE = 100
"""Most keys of a BatchGetItem."""
ATTEMPTS = 10
_FIRST_PAUSE_S = 0.05
_LONGEST_PAUSE_S = 5.0

Item = dict[str, Any]
One = TypeVar("One")
_from_wire = TypeDeserializer().deserialize


class TableError(MaintenanceError):
    """A table did not take, or give, all items within the attempts."""


class Table:
    """A table of items, by their keys.

    Args:
        client: of DynamoDB.
        name: of the table.
        key: names of the key's attributes, in order.
        sleep: waits [s].
    """

    def __init__(
        self,
        client: DynamoDBClient,
        name: str,
        key: Sequence[str] = ("device_id", "timestamp"),
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._client = client
        self._name = name
        self._key = tuple(key)
        self._sleep = sleep

    def put(self, items: Sequence[Item]) -> int:
        """Write items, over those of the same keys; how many had to be handed over again.

        Args:
            items: no two of the same key.

        Raises:
            TableError: some were not taken.
        """
        again = 0
        for part in parts_of(items, WRITTEN_AT_ONCE):
            asked: Any = {self._name: [{"PutRequest": {"Item": wire(item)}} for item in part]}
            for attempt in range(ATTEMPTS):
                asked = self._client.batch_write_item(RequestItems=asked).get("UnprocessedItems") or {}
                if not asked:
                    break
                again += len(asked[self._name])
                self._sleep(_pause(attempt))
            if asked:
                raise TableError(f"{self._name} did not take {len(asked[self._name])} items in {ATTEMPTS} attempts.")
        return again

    def get(self, keys: Iterable[tuple[str, ...]], names: Sequence[str] = ()) -> dict[tuple[str, ...], Item]:
        """The items of those keys that are there, by their keys; as they are now, not as they were a moment ago.

        Args:
            keys: each once.
            names: attributes that are wanted beside the key; all if none is named.

        Raises:
            TableError: not all could be read.
        """
        found: dict[tuple[str, ...], Item] = {}
        for part in parts_of(list(keys), READ_AT_ONCE):
            wanted: Any = {"Keys": [wire(dict(zip(self._key, key, strict=True))) for key in part]}
            wanted["ConsistentRead"] = True
            if names:
                placeholders = {f"#n{number}": name for number, name in enumerate((*self._key, *names))}
                wanted |= {"ProjectionExpression": ", ".join(placeholders), "ExpressionAttributeNames": placeholders}
            for item in self._read({self._name: wanted}):
                found[tuple(str(item[name]) for name in self._key)] = item
        return found

    def _read(self, asked: Any) -> Iterator[Item]:
        for attempt in range(ATTEMPTS):
            answer = self._client.batch_get_item(RequestItems=asked)
            yield from map(unwire, answer.get("Responses", {}).get(self._name, []))
            asked = answer.get("UnprocessedKeys") or {}
            if not asked:
                return
            self._sleep(_pause(attempt))
        raise TableError(f"{self._name} did not give {len(asked[self._name]['Keys'])} items in {ATTEMPTS} attempts.")


def wire(item: Item) -> dict[str, Any]:
    """An item as the API wants it.

    Example:
        >>> wire({"device_id": "VHC001", "line": 2})
        {'device_id': {'S': 'VHC001'}, 'line': {'N': '2'}}
    """
    return {name: _typed(value) for name, value in item.items()}


def _typed(value: Any) -> dict[str, Any]:
    # boto3's TypeSerializer knows sets and bytes as well, and takes 46 µs an item where this takes 19.
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, Decimal | int):
        return {"N": str(value)}
    return {"M": wire(value)} if isinstance(value, dict) else {"L": [_typed(one) for one in value]}


def unwire(item: Any) -> Item:
    """An item as the API gave it, with numbers as `Decimal`."""
    return {name: _from_wire(value) for name, value in item.items()}


def parts_of(things: Sequence[One], size: int) -> Iterator[Sequence[One]]:
    """Things in parts of so many.

    Example:
        >>> list(parts_of([1, 2, 3], 2))
        [[1, 2], [3]]
    """
    for start in range(0, len(things), size):
        yield things[start : start + size]


def _pause(attempt: int) -> float:
    """Twice as long each time, and any part of it, so that functions that were refused together come apart."""
    longest: float = min(_FIRST_PAUSE_S * 2**attempt, _LONGEST_PAUSE_S)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
