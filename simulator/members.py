"""Who else plays this plant: processes that share it give signs of life in one row of the lease table.

The row has the key `members` and an attribute a process, named after it::

    beat             counts its signs of life
    lease_seconds    silence after which it counts as gone [s]
    held, most       shards that it plays, and that it may play at most

What follows from it is only who *should* play how much. Who *may* play a shard is its lease, which no member list can
overrule: with a wrong view of the others a process gives up a shard, or waits for one, without need, but no shard is
played twice. As for leases, no clock is compared with another's.
"""

from __future__ import annotations

from typing import Any

from simulator.allotment import Member
from simulator.lease import LeaseTable, number

_KEY = "members"


class Members:
    """The processes that share a plant, as one of them sees it.

    Args:
        table: the lease table, as that process.
        most: shards that it may play at most.
    """

    def __init__(self, table: LeaseTable, most: int) -> None:
        self._table, self._most = table, most
        self._beat = 0
        self._seen: dict[str, tuple[dict[str, Any], float]] = {}

    def beat(self, held: int) -> dict[str, Member]:
        """Give a sign of life; returns who is alive, this process included.

        Args:
            held: shards that it plays now.

        Raises:
            LeaseError: the table cannot be asked.
        """
        self._beat += 1
        row = {
            "beat": number(self._beat),
            "lease_seconds": number(self._table.lease_s),
            "held": number(held),
            "most": number(self._most),
        }
        return self._look(self._table.set_attribute(_KEY, self._table.owner, {"M": row}))

    def look(self) -> dict[str, Member]:
        """Who is alive.

        Raises:
            LeaseError: the table cannot be asked.
        """
        return self._look(self._table.attributes(_KEY))

    def leave(self) -> None:
        """This process plays nothing any more.

        Raises:
            LeaseError: the table cannot be asked; the others will find out by the silence.
        """
        self._table.remove_attribute(_KEY, self._table.owner)

    def look_afresh(self) -> None:
        """Begin to watch anew: while nobody could ask the table, nobody could give signs of life either."""
        self._seen.clear()

    def _look(self, item: dict[str, Any]) -> dict[str, Member]:
        now_s = self._table.clock()
        rows: dict[str, dict[str, Any]] = {name: value["M"] for name, value in item.items() if "M" in value}
        for name, row in rows.items():
            if name not in self._seen or self._seen[name][0]["beat"] != row["beat"]:
                self._seen[name] = (row, now_s)
        self._seen = {name: seen for name, seen in self._seen.items() if name in rows}
        for name in [name for name in rows if self._gone(name, now_s)]:
            # Only as it was seen: it may be back.
            self._table.remove_attribute(_KEY, name, {"M": rows.pop(name)})
        return {name: Member(int(row["held"]["N"]), int(row["most"]["N"])) for name, row in rows.items()}

    def _gone(self, name: str, now_s: float) -> bool:
        row, since_s = self._seen[name]
        if name == self._table.owner:
            return False
        return now_s - since_s >= float(row["lease_seconds"]["N"]) or self._table.is_dead(name)
