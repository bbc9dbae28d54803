"""What the room of maintenance raises on purpose.

::

    FactoryError
    ├── MaintenanceError            something failed
    │   ├── LakeError               the lake cannot be read or written
    │   └── VerdictError            a verdict cannot be made or published
    └── UsageError
        └── MaintenanceUsageError   it was asked for something impossible
            ├── DataError           a file of readings that cannot be used: file and line
            ├── QueryError          a statement that the lake cannot answer
            └── ModelError          a model that cannot be used: there is none, or it is another's
"""

from __future__ import annotations

from contracts.errors import FactoryError, UsageError


class MaintenanceError(FactoryError):
    """Something failed that was asked for rightly."""


class LakeError(MaintenanceError):
    """The lake cannot be read or written."""


class VerdictError(MaintenanceError):
    """A verdict on the running plant cannot be made or published: AWS does not answer, or refuses."""


class MaintenanceUsageError(UsageError):
    """The room of maintenance was asked for something impossible."""


class DataError(MaintenanceUsageError):
    """A file of readings that cannot be used.

    Attributes:
        file: the file.
        line: line in it, from 1; None where the whole file is meant.

    Example:
        >>> print(DataError("26 columns are needed, here are 3", file="train_FD001.txt", line=7))
        train_FD001.txt, line 7: 26 columns are needed, here are 3.
    """

    def __init__(self, problem: str, *, file: object, line: int | None = None, remedy: str | None = None) -> None:
        self.file, self.line = file, line
        spot = f"{file}, line {line}" if line else f"{file}"
        super().__init__(f"{spot}: {problem.rstrip('.')}.", remedy=remedy)


class QueryError(MaintenanceUsageError):
    """A statement that the lake cannot answer."""


class ModelError(MaintenanceUsageError):
    """A model that cannot be used: there is none, or it is of another kind."""
