"""Who plays which shard: a lease in DynamoDB, held by heartbeat, fenced by `run`.

One row a shard::

    shard            key
    run              generation: the fencing number, grows with each taking, never returns
    owner            who holds it; absent when free
    beat             heartbeat counter of this taking
    lease_seconds    silence after which others may take it [s]

No clock is compared with another's. A waiter that sees the same (owner, run, beat) for `lease_seconds` of its own
monotonic clock knows that the owner is silent; it takes the row on the condition that it still is so. This is the
way of Amazon's DynamoDB lock client ("record version number"; S. Mukherjee, "Building Distributed Locks with the
DynamoDB Lock Client", AWS Database Blog, 2017). The owner counts from *before* it sends a heartbeat, the waiter from
*after* it read it, so the owner stops before the waiter takes over.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from simulator.errors import SimulatorError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_FREE = "attribute_not_exists(#shard) OR attribute_not_exists(#owner)"
_AS_SEEN = "#owner = :seen_owner AND #run = :seen_run AND beat = :seen_beat"
_MINE = "#owner = :owner AND #run = :run"
_NAMES = {"#shard": "shard", "#owner": "owner", "#run": "run"}


class LeaseError(SimulatorError):
    """The lease table cannot be asked now; the same may work later."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A row as a waiter saw it, and since when it has looked the same."""

    owner: str | None
    run: int
    beat: int
    lease_s: float
    since_s: float

    def same_row(self, other: Sighting) -> bool:
        """Whether the owner gave no sign of life between the two."""
        return (self.owner, self.run, self.beat) == (other.owner, other.run, other.beat)


class Lease:
    """A shard that is ours, until the deadline or until it is released.

    Attributes:
        shard: what is held.
        run: generation with which it may be played.
        lost: somebody else has it, or we gave it up; it never comes back.
    """

    def __init__(self, table: LeaseTable, shard: str, run: int, deadline_s: float) -> None:
        self.shard = shard
        self.run = run
        self.lost = False
        self._table = table
        self._deadline_s = deadline_s

    def held(self) -> bool:
        """Whether messages may be published: it was not taken, and our own time is not over."""
        return not self.lost and self._table.clock() < self._deadline_s

    def renew(self) -> None:
        """Send a heartbeat, from any thread.

        Raises:
            LeaseError: no answer; the lease runs on until its deadline.
        """
        asked_s = self._table.clock()
        if self._table.beat(self.shard, self.run):
            self._deadline_s = asked_s + self._table.lease_s
        else:
            self.lost = True

    def release(self) -> None:
        """Let others have it at once; `run` stays in the row, so that it never returns."""
        self.lost = True
        with contextlib.suppress(LeaseError):  # then it is free when the lease time is over
            self._table.free(self.shard, self.run)


class LeaseTable:
    """The table of leases, for one process.

    Args:
        client: DynamoDB; its timeouts should be shorter than the time between heartbeats.
        table: name of the table.
        owner: name of this process, different from any other's.
        lease_s: silence after which a shard is free [s].
        is_dead: whether the owner of that name is known to have died on this very machine; then nobody has to wait.
        clock: monotonic clock [s].
    """

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        owner: str,
        lease_s: float,
        *,
        is_dead: Callable[[str], bool] = lambda _owner: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.owner = owner
        self.lease_s = lease_s
        self.clock = clock
        self._client = client
        self._table = table
        self.is_dead = is_dead
        self._sightings: dict[str, Sighting] = {}

    def watch(self, shard: str) -> bool:
        """Look at a shard without taking it, so that it is known how long its owner has been silent.

        Returns:
            Whether nobody plays it.

        Raises:
            LeaseError: the table cannot be asked.
        """
        return self._look(shard) is None

    def try_acquire(self, shard: str) -> Lease | None:
        """Take a shard if it is free, or if its owner has been silent for its whole lease.

        Call it again and again: the first calls only watch.

        Raises:
            LeaseError: the table cannot be asked.
        """
        seen = self._look(shard)
        asked_s = self.clock()
        if seen is None:
            run = self._take(shard, _FREE, {})
        elif self._silent(seen):
            values = {
                ":seen_owner": {"S": seen.owner},
                ":seen_run": number(seen.run),
                ":seen_beat": number(seen.beat),
            }
            run = self._take(shard, _AS_SEEN, values)
        else:
            return None
        return None if run is None else Lease(self, shard, run, asked_s + self.lease_s)

    def beat(self, shard: str, run: int) -> bool:
        """Count a heartbeat; says whether the shard is still ours."""
        changed = self._update(
            shard,
            "SET beat = beat + :one, lease_seconds = :lease",
            _MINE,
            {":one": number(1), ":lease": number(self.lease_s), **self._mine(run)},
        )
        return changed is not None

    def free(self, shard: str, run: int) -> None:
        """Give up a shard if it is still ours."""
        self._update(shard, "REMOVE #owner", _MINE, self._mine(run))

    def look_afresh(self) -> None:
        """Begin to watch anew: while nobody could ask the table, no owner could send a heartbeat."""
        self._sightings.clear()

    # --- a row that is no lease: its attributes are what the processes tell of themselves -----------------------------

    def attributes(self, key: str) -> dict[str, Any]:
        """All attributes of a row but its key.

        Raises:
            LeaseError: the table cannot be asked.
        """
        item = self._ask(self._client.get_item, Key={"shard": {"S": key}}, ConsistentRead=True).get("Item", {})
        return {name: value for name, value in item.items() if name != "shard"}

    def set_attribute(self, key: str, name: str, value: dict[str, Any]) -> dict[str, Any]:
        """Set one attribute; returns all of the row, but its key.

        Raises:
            LeaseError: the table cannot be asked.
        """
        answer = self._ask(
            self._client.update_item,
            Key={"shard": {"S": key}},
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": value},
            ReturnValues="ALL_NEW",
        )
        return {name: value for name, value in answer["Attributes"].items() if name != "shard"}

    def remove_attribute(self, key: str, name: str, value: dict[str, Any] | None = None) -> None:
        """Remove one attribute, if it (still) has that value.

        Raises:
            LeaseError: the table cannot be asked.
        """
        as_seen = (
            {
                "ConditionExpression": "#name = :value",
                "ExpressionAttributeValues": {":value": value},
            }
            if value is not None
            else {}
        )
        with contextlib.suppress(_ConditionNotMet):
            self._ask(
                self._client.update_item,
                Key={"shard": {"S": key}},
                UpdateExpression="REMOVE #name",
                ExpressionAttributeNames={"#name": name},
                **as_seen,
            )

    # --- within ------------------------------------------------------------------------------------------------------

    def _look(self, shard: str) -> Sighting | None:
        """The row as it is, with the moment since when it looks so; none if the shard is free."""
        item = self._ask(self._client.get_item, Key={"shard": {"S": shard}}, ConsistentRead=True).get("Item", {})
        if "owner" not in item:
            self._sightings.pop(shard, None)
            return None
        now = Sighting(
            owner=item["owner"]["S"],
            run=int(item["run"]["N"]),
            beat=int(item["beat"]["N"]),
            lease_s=float(item["lease_seconds"]["N"]),
            since_s=self.clock(),
        )
        before = self._sightings.get(shard)
        if before is None or not before.same_row(now):
            self._sightings[shard] = now
        return self._sightings[shard]

    def _silent(self, seen: Sighting) -> bool:
        return self.clock() - seen.since_s >= seen.lease_s or self.is_dead(seen.owner or "")

    def _take(self, shard: str, condition: str, values: dict[str, Any]) -> int | None:
        row = self._update(
            shard,
            "SET #run = if_not_exists(#run, :zero) + :one, #owner = :owner, beat = :one, lease_seconds = :lease",
            condition,
            {
                ":zero": number(0),
                ":one": number(1),
                ":owner": {"S": self.owner},
                ":lease": number(self.lease_s),
                **values,
            },
        )
        return None if row is None else int(row["run"]["N"])

    def _mine(self, run: int) -> dict[str, Any]:
        return {":owner": {"S": self.owner}, ":run": number(run)}

    def _update(self, shard: str, update: str, condition: str, values: dict[str, Any]) -> dict[str, Any] | None:
        """The row after the update; none if the condition was not met."""
        names = {name: word for name, word in _NAMES.items() if name in update + condition}
        try:
            answer = self._ask(
                self._client.update_item,
                Key={"shard": {"S": shard}},
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                ReturnValues="ALL_NEW",
            )
        except _ConditionNotMet:
            return None
        attributes: dict[str, Any] = answer["Attributes"]
        return attributes

    def _ask(self, call: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = call(TableName=self._table, **arguments)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
                raise _ConditionNotMet from None
            raise LeaseError(f"The lease table {self._table} refuses: {error}.") from error
        except BotoCoreError as error:
            raise LeaseError(f"The lease table {self._table} does not answer: {error}.") from error
        return answer


class _ConditionNotMet(Exception):  # noqa: N818 - no error: somebody else was first
    """The row is not as it was expected to be."""


def number(value: float) -> dict[str, str]:
    """A number as DynamoDB wants it.

    Example:
        >>> number(15)
        {'N': '15'}
    """
    return {"N": str(value)}
