"""What the simulator raises on purpose.

::

    FactoryError
    ├── SimulatorError              the plant cannot be played
    │   └── IdentitiesError         the identities of a shard are missing or unreadable
    └── UsageError
        └── SimulatorUsageError     the simulator was asked for something impossible
            ├── ScenarioError       a scenario that cannot be played: file, line and key
            ├── FaultError          a fault that cannot be put on a machine
            ├── ReplayError         a file of readings that cannot be replayed: file and line
            └── TargetError         no machine, line or fault of that name is played here
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class SimulatorError(FactoryError):
    """The plant cannot be played, or not any longer."""


class IdentitiesError(SimulatorError):
    """The identities of a shard are missing or cannot be read."""


class SimulatorUsageError(UsageError):
    """The simulator was asked for something impossible."""


class ScenarioError(SimulatorUsageError):
    """A scenario that cannot be played.

    Attributes:
        where: file, or whatever the text came from.
        line: line in it, from 1; None where the whole file is meant.
        key: path of the key, as in `faults[0].signal`.

    Example:
        >>> print(ScenarioError("drift needs a signal", where="mine.yaml", line=4, key="faults[0].signal"))
        mine.yaml, line 4, faults[0].signal: drift needs a signal.
    """

    def __init__(
        self, problem: str, *, where: str, line: int | None = None, key: str = "", remedy: str | None = None
    ) -> None:
        self.where, self.line, self.key = where, line, key
        spot = ", ".join(part for part in (where, f"line {line}" if line else "", key) if part)
        super().__init__(f"{spot}: {problem.rstrip('.')}.", remedy=remedy)


class FaultError(SimulatorUsageError):
    """A fault that cannot be put on a machine."""


class ReplayError(SimulatorUsageError):
    """A file of readings that cannot be replayed.

    Attributes:
        file: the file.
        line: line in it, from 1; None where the whole file is meant.

    Example:
        >>> print(ReplayError("'x' is not a number", file="a.csv", line=3))
        a.csv, line 3: 'x' is not a number.
    """

    def __init__(self, problem: str, *, file: object, line: int | None = None, remedy: str | None = None) -> None:
        self.file, self.line = file, line
        spot = f"{file}, line {line}" if line else f"{file}"
        super().__init__(f"{spot}: {problem.rstrip('.')}.", remedy=remedy)


class TargetError(SimulatorUsageError):
    """No machine, line or fault of that name is played here."""
