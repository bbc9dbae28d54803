"""Which machines a request means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from contracts.identity import Identity
from simulator.arrays import Integers
from simulator.errors import FaultError, TargetError
from simulator.faults.request import EVERYTHING, FaultRequest


class Targets:
    """The machines that requests may mean, by name, line and model.

    Args:
        identities: the machines, in the order of their rows.
    """

    def __init__(self, identities: Sequence[Identity]) -> None:
        self._devices = {one.device_id for one in identities}
        self._models = np.array([one.model for one in identities], dtype=np.str_)
        self._not_shared = self._devices.union(one.model for one in identities)
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for row, one in enumerate(identities):
            for name in {EVERYTHING, one.device_id, one.line, one.model}:
                rows[name].append(row)
        self._rows = {name: np.array(some, dtype=np.int64) for name, some in rows.items()}

    def rows_of(self, target: str) -> Integers:
        """Rows of a machine, a line, a model or everything; none if there is no such thing here."""
        return self._rows.get(target, np.zeros(0, dtype=np.int64))

    def concerns(self, request: FaultRequest) -> bool:
        """Whether a request means somebody here, be it that it has to be refused.

        The pumps of a line may all stand in another shard; then its cavitation is not this one's matter.
        """
        return request.target in self._devices or bool(self._able(request).size)

    def rows_hit(self, request: FaultRequest) -> Integers:
        """Rows of the machines that a request means and that can have such a fault.

        Raises:
            TargetError: the target is nobody here.
            FaultError: nobody of the target can have such a fault.
        """
        target, definition = request.target, request.definition
        if not self.rows_of(target).size:
            raise TargetError(
                f"{target!r} is no machine, no line and no model here.",
                remedy="Name one of them, or * for all machines.",
            )
        if definition.shared and target in self._not_shared:
            raise FaultError(
                f"{target!r} cannot have {request.kind} alone: {definition.shared}.",
                remedy="Name a line, or * for all machines.",
            )
        able = self._able(request)
        if not able.size:
            found = ", ".join(np.unique(self._models[self.rows_of(target)]).tolist())
            raise FaultError(
                f"{request.kind} is no fault of {target!r}, which is {found}.",
                remedy=f"It happens to {' and '.join(definition.models)}.",
            )
        return able

    def _able(self, request: FaultRequest) -> Integers:
        rows, models = self.rows_of(request.target), request.definition.models
        return rows[np.isin(self._models[rows], models)] if models else rows
